"""Values that are made by the hundred thousand: dataclasses that only the type checker keeps from being changed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeVar, dataclass_transform

Made = TypeVar("Made")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def record(cls: type[Made]) -> type[Made]:
    """A dataclass with slots that nobody may change. A running program does not ask: that would make each one three
    times as dear to make, and each class twice as dear to load."""
    return dataclass(slots=True, unsafe_hash=True)(cls)
