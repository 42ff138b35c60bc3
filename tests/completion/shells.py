"""Real shells at a terminal of their own: a line is typed, the tab key is pressed, and the command tells what it was given."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import subprocess
import sys
import termios
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
READY = "ready-to-type"
PATIENCE = 30
START = {
    "bash": (["bash", "--norc", "--noprofile", "-i"], 'eval "$(kpi completion bash)"', f"PS1={READY[:5]}'{READY[5:]}'"),
    "zsh": (
        ["zsh", "-f", "-i"],
        'autoload -Uz compinit; compinit -u -D; eval "$(kpi completion zsh)"',
        f"PS1={READY[:5]}'{READY[5:]}'",
    ),
    "fish": (
        ["fish", "--no-config", "-i"],
        "kpi completion fish | source; set -g fish_autosuggestion_enabled 0",
        f"function fish_prompt; printf %s {READY[:5]}'{READY[5:]}'; end",
    ),
}
"""How each shell is started, how it learns to complete, and how it is given a prompt that is not in what was typed."""
STUB = """\
#!/bin/sh
if [ -n "$_KPI_COMPLETE" ] || [ "$1" = completion ]; then exec {python} -m kpilang "$@"; fi
for word in "$@"; do printf '%s\\0' "$word"; done > {told}.part
mv {told}.part {told}
"""


def completed(shell: str, typed: str, folder: Path, home: Path) -> list[str]:
    """What `kpi` is given when a line is typed in a folder, with the tab key as `\\t`, and sent."""
    told = home / "told"
    told.unlink(missing_ok=True)
    command = home / "kpi"
    command.write_text(STUB.format(python=sys.executable, told=told), encoding="utf-8")
    command.chmod(0o755)
    arguments, learn, prompt = START[shell]
    master, slave = pty.openpty()
    with subprocess.Popen(
        arguments,
        cwd=folder,
        env=_environment(home),
        stdin=slave,
        stdout=slave,
        stderr=slave,
        start_new_session=True,
        preexec_fn=_own_terminal,  # noqa: PLW1509 no thread runs beside it
    ) as process:
        os.close(slave)
        try:
            _type(master, f"{learn}\n{prompt}\n")
            _await(master, READY)
            _type(master, typed + "\n")
            _await_file(master, told)
        finally:
            process.kill()
    os.close(master)
    return told.read_text(encoding="utf-8").split("\0")[:-1]


def _own_terminal() -> None:
    """Makes standard input the terminal of the session, without which a shell asks nobody."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def _environment(home: Path) -> dict[str, str]:
    return {
        "PATH": f"{home}:{os.environ['PATH']}",
        "HOME": str(home),
        "XDG_CACHE_HOME": str(home / "cache"),
        "PYTHONPATH": str(ROOT),
        "TERM": "xterm",
        "LC_ALL": "C.UTF-8",
    }


def _type(master: int, text: str) -> None:
    os.write(master, text.encode())


def _seen(master: int) -> bytes:
    ready, _, _ = select.select([master], [], [], 0.05)
    return os.read(master, 65536) if ready else b""


def _await(master: int, text: str) -> None:
    end, seen = time.monotonic() + PATIENCE, b""
    while text.encode() not in seen:
        seen += _seen(master)
        assert time.monotonic() < end, seen.decode(errors="replace")


def _await_file(master: int, path: Path) -> None:
    end, seen = time.monotonic() + PATIENCE, b""
    while not path.exists():
        seen += _seen(master)
        assert time.monotonic() < end, seen.decode(errors="replace")
