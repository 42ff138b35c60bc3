"""The word lists that rules read, one file to a list; read when a rule first asks."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def read(name: str) -> dict[str, Any]:
    """The list `name.toml` of this folder, as its tables."""
    return tomllib.loads((files(__name__) / f"{name}.toml").read_text(encoding="utf-8"))
