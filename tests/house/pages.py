"""Pages of docs/ that are executed, from top to bottom in one repository.

A block under "`path`:" becomes that file. A command of a console block is run by a shell; lines beneath it are its standard
output, and it must not say that the run was impossible. Pictures are left to the page's own test.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
_BLOCK = re.compile(r"(?:^`([^`\n]+)`:\n\n)?^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_COMMAND = re.compile(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)


class Repository:
    """A folder in which the page is lived through, with `kpi` and the page's own package of rules installed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "work"
        self.folder.mkdir()
        (folder / "bin").mkdir()
        self.program(folder / "bin" / "kpi", f'exec {shlex.quote(sys.executable)} -m kpilang "$@"')
        self.program(folder / "bin" / "pip", f'echo "$@" > {shlex.quote(str(folder / "pip.txt"))}')
        site = self.folder / "acme_rules-1.0.dist-info"
        site.mkdir()
        (site / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-rules\nVersion: 1.0\n", encoding="utf-8")
        (site / "entry_points.txt").write_text("[kpilang.rules]\nacme = acme_rules:RULE\n", encoding="utf-8")
        settings = folder / "gitconfig"
        settings.write_text("[user]\nname = A\nemail = a@example.com\n[init]\ndefaultBranch = main\n", encoding="utf-8")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("GIT", "CI"))}
        self.environment = {
            **kept,
            "PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": f"{ROOT}{os.pathsep}{self.folder}",
            "XDG_CACHE_HOME": str(folder / "cache"),
            "GIT_CONFIG_GLOBAL": str(settings),
            "GIT_CONFIG_NOSYSTEM": "1",
        }

    def program(self, path: Path, body: str) -> None:
        path.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
        path.chmod(0o755)

    def write(self, path: str, text: str) -> None:
        (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / path).write_text(text, encoding="utf-8")

    def run(self, command: str, **given: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["bash", "-c", command],
            cwd=self.folder,
            env={**self.environment, **given},
            capture_output=True,
            encoding="utf-8",
            check=False,
        )


def page(name: str) -> str:
    """The text of a page of docs/."""
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def steps(text: str) -> Iterator[tuple[str, str, str]]:
    """Files to write and commands to run, in the order of a page: kind, path or command, content or output."""
    for path, kind, block in _BLOCK.findall(text):
        if path:
            yield "file", path, block
        elif kind != "mermaid":
            assert kind == "console", block
            for command, shown in _COMMAND.findall(block):
                yield "run", command, shown


def live_through(text: str, folder: Path) -> Repository:
    """The repository at the end of a page, every step of which went as the page says."""
    found = Repository(folder)
    for kind, what, said in steps(text):
        if kind == "file":
            found.write(what, said)
            continue
        done = found.run(what)
        assert done.returncode in (0, 1), f"{what}\n{done.stdout}{done.stderr}"
        assert [line.rstrip() for line in done.stdout.splitlines()] == said.splitlines(), what
    return found
