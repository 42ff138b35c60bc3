"""Finds the files that travel with the package, the grammar and the standard library, in a wheel or a checkout."""

from __future__ import annotations

from importlib.resources import files


def grammar() -> str:
    """The text of `grammar/kpi.lark`."""
    packed = files("kpilang") / "_bundled" / "grammar" / "kpi.lark"
    if packed.is_file():
        return packed.read_text(encoding="utf-8")
    return (files("kpilang") / ".." / "grammar" / "kpi.lark").read_text(encoding="utf-8")
