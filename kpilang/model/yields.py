"""What type the value of an aggregate has."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from kpilang.model.calls import ALIVE_TIME, ENTITIES
from kpilang.model.conversion import number
from kpilang.model.expr import Column, Expr
from kpilang.model.types import NUMBER, SECONDS, Type, Unit


def result_type(name: str, source: str, arguments: tuple[Expr, ...], *, distinct: bool) -> Type:
    """The type of an aggregate's value."""
    if name in ("count", "share", *ENTITIES):
        keys = [part.name for part in arguments if isinstance(part, Column)]
        return counted_type(", ".join(keys) if distinct and keys else source)
    if name == "product":
        return NUMBER
    if name == ALIVE_TIME:
        return number(SECONDS)
    kind = arguments[0].type
    return number(replace(kind.unit, counted=None)) if kind.unit is not None and kind.unit.counted else kind


@lru_cache(maxsize=1000)
def counted_type(counted: str) -> Type:
    """The type of a count, one and the same for all of a thing."""
    return number(Unit(counted=counted))
