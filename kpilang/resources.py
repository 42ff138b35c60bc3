"""Finds the files that travel with the package, the grammar and the standard library, in a wheel or a checkout."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable


def package(*names: str) -> Path | Traversable:
    """What lies in the package under these names; in a zipped one no path leads there."""
    here = Path(__file__).parent
    if here.is_dir():
        return here.joinpath(*names)
    from importlib.resources import files

    return files("kpilang").joinpath(*names)


def _folder(name: str) -> Path | Traversable:
    packed = package("_bundled", name)
    return packed if packed.is_dir() else package("..", name)


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
