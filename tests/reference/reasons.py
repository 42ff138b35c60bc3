"""Which of several reasons is told."""

from __future__ import annotations

from collections.abc import Iterable

from kpilang.result import Why

STRENGTH = (Why.BAD_DATA, Why.UNDEFINED, Why.NO_DATA, Why.NO_VALUE)


def strongest(reasons: Iterable[Why]) -> Why:
    """The one that goes before the others; the first among equals."""
    return min(reasons, key=STRENGTH.index)
