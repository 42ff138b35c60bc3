"""Finds the files that travel with the package, the grammar and the standard library, in a wheel or a checkout."""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable


def _folder(name: str) -> Traversable:
    packed = files("kpilang") / "_bundled" / name
    return packed if packed.is_dir() else files("kpilang") / ".." / name


def grammar() -> str:
    """The text of `grammar/kpi.lark`."""
    return (_folder("grammar") / "kpi.lark").read_text(encoding="utf-8")


def library() -> tuple[str, ...]:
    """The names of the files of the standard library, without their ending."""
    names = (entry.name for entry in _folder("stdlib").iterdir())
    return tuple(sorted(name.removesuffix(".kpi") for name in names if name.endswith(".kpi")))


def templates(name: str) -> str:
    """The text of `stdlib/NAME.kpi`."""
    return (_folder("stdlib") / f"{name}.kpi").read_text(encoding="utf-8")
