"""The linter: opinions about definitions whose numbers would be right and whose readers may be misled."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kpilang.lint.linter import run
    from kpilang.lint.page import explain
    from kpilang.lint.settings import LintSettings, RuleSettings

__all__ = ["LintSettings", "RuleSettings", "explain", "run"]

_PLACES = {"LintSettings": "settings", "RuleSettings": "settings", "explain": "page", "run": "linter"}


def __getattr__(name: str) -> object:
    """What the room offers, loaded when it is asked for: a result that is kept needs no rules."""
    if name not in _PLACES:
        raise AttributeError(name)
    return getattr(import_module(f"kpilang.lint.{_PLACES[name]}"), name)
