"""The driver: finds a project, chains the stages; the command line and the editor both call it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kpilang.project.loading import Project, load

__all__ = ["Project", "load"]


def __getattr__(name: str) -> object:
    """What the room offers, loaded when it is asked for: a shell that asks for names needs no checker."""
    if name not in __all__:
        raise AttributeError(name)
    from kpilang.project import loading

    return getattr(loading, name)
