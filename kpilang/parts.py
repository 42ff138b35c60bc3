"""Finds the parts that live in a folder: rules, commands, output formats; a new file is a new part, nothing else to edit."""

from __future__ import annotations

import pkgutil
from importlib import import_module
from types import ModuleType


def names(package: str) -> tuple[str, ...]:
    """Dotted names of all modules below a package, sorted; packages inside it are walked, modules are not imported.

    Works for files and inside a zipped wheel; each folder needs an `__init__.py`.
    """
    found: list[str] = []
    for entry in pkgutil.iter_modules(import_module(package).__path__, f"{package}."):
        found += names(entry.name) if entry.ispkg else [entry.name]
    return tuple(sorted(found))


def modules(package: str) -> tuple[ModuleType, ...]:
    """All modules below a package, imported, in the order of their names."""
    return tuple(import_module(name) for name in names(package))
