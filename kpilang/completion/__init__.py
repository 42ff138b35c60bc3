"""Completion of command lines in shells: what can stand at the cursor, and the scripts by which a shell asks."""

from __future__ import annotations

from kpilang import resources

SHELLS = ("bash", "zsh", "fish")


def script(shell: str) -> str:
    """What a shell runs to ask `kpi` at every press of the tab key."""
    return resources.package("completion", f"kpi.{shell}").read_text(encoding="utf-8")
