"""Runs transcript files: a small project, commands, what they print, and how they end.

Words about what the transcript shows.
--- kpis/shop.kpi          a file of the project; all lines until the next `---` are its content
--- run
$ kpi check                a command; `NAME=value` before it sets the environment
standard output
! standard error
exit 0
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

FOLDER = Path(__file__).parent / "transcripts"
ROOT = Path(__file__).parents[2]
_SQL = re.compile(r"^(  (?:SELECT|WITH) ).*(?:\n  (?!-- ).*)*", re.MULTILINE)


def transcripts() -> list[Path]:
    return sorted(FOLDER.glob("*.txt"))


def replay(text: str, folder: Path) -> str:
    """The transcript as it would read today: the same files and commands, with what the commands print now."""
    head, _, commands = text.partition("--- run\n")
    _lay_out(head, folder)
    typed = [line[2:] for line in commands.splitlines() if line.startswith("$ ")]
    return head + "--- run\n" + "\n".join(_one(line, folder) for line in typed)


def _lay_out(head: str, folder: Path) -> None:
    for section in re.split(r"^--- ", head, flags=re.MULTILINE)[1:]:
        name, _, content = section.partition("\n")
        path = folder / name.strip()
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8", newline="\n")


def _one(line: str, folder: Path) -> str:
    words = shlex.split(line)
    at = words.index("kpi")
    given = dict(word.split("=", 1) for word in words[:at])
    environment = {**_environment(), **given}
    arguments = words[at + 1 :]
    done = subprocess.run(
        [sys.executable, "-m", "kpilang", *arguments], cwd=folder, env=environment, capture_output=True, check=False
    )
    encoding = environment["PYTHONIOENCODING"].partition(":")[0]
    out = done.stdout.decode(encoding).replace(str(folder), "<folder>").rstrip("\n")
    out = _SQL.sub(r"\1...", out)
    err = done.stderr.decode(encoding).replace(str(folder), "<folder>").rstrip("\n")
    lines = [*(out.split("\n") if out else []), *(f"! {each}".rstrip() for each in (err.split("\n") if err else []))]
    return "\n".join([f"$ {line}", *lines, f"exit {done.returncode}", ""])


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "SYSTEMROOT", "HOME", "VIRTUAL_ENV")}
    return {**kept, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", "TERM": "dumb"}


def rewrite() -> None:
    """Writes every transcript as it reads today."""
    for path in transcripts():
        with tempfile.TemporaryDirectory() as folder:
            path.write_text(replay(path.read_text(encoding="utf-8"), Path(folder)), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    rewrite()
