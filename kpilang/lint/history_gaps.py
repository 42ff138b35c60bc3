"""Periods of a history in which nothing was recorded: without a value, or with nothing but zeros where that cannot be."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from kpilang.lint.history import Course
from kpilang.lint.statistics import SIGMA, median
from kpilang.model.expr import Answer, Series
from kpilang.result import Row, Why

_LEAST_OTHERS = 8
_LEAST_COUNT = 10
_NARROW = 4
_FAR = 6
_RARE = 10
"""Zeros are gaps where at least so many other periods have none, none of which falls below a quarter of what is usual, a
count is usually so large, a sum so many typical distances from 0, and at most one period in so many is all zeros."""


def gaps(course: Course) -> list[list[Row]]:
    """Runs of whole periods in which nothing was recorded, between the first and the last (whole or not) in which something was. Where
    that is so at the end too, data are late, and that is no gap; zeros at the end are one."""
    zeros = zero_rows(course)
    whole = {id(row) for row in course.whole}
    runs: list[list[Row]] = []
    waiting: list[Row] = []
    begun = False
    for row in course.rows:
        if id(row) in whole and (_unrecorded(row) or id(row) in zeros):
            waiting.append(row)
        elif row.value is not None or id(row) in whole:
            if waiting and begun:
                runs.append(waiting)
            waiting, begun = [], True
    if waiting and begun and all(id(row) in zeros for row in waiting):
        runs.append(waiting)
    return runs


def _unrecorded(row: Row) -> bool:
    return row.reason is not None and row.reason.why in (Why.NO_DATA, Why.NO_VALUE)


def zero_rows(course: Course) -> frozenset[int]:
    """The rows, by `id`, whose parts are all 0 or without value, though that cannot be chance: not for a KPI by day, whose
    days of rest are such."""
    if course.daily or not course.periodic or all(row.value for row in course.whole):
        return frozenset()
    parts = {id(row): [part.value for part in row.parts] for row in course.whole}
    bare = [row for row in course.whole if parts[id(row)] and not any(parts[id(row)])]
    others = [parts[id(row)] for row in course.whole if any(parts[id(row)])]
    if not bare or len(others) < _LEAST_OTHERS or not _never_small(course, others):
        return frozenset()
    ids = frozenset(id(row) for row in bare)
    inner = len(bare) - _run(course.whole, ids) - _run(course.whole[::-1], ids)
    return ids if inner * _RARE <= len(course.whole) else frozenset()


def _run(rows: Sequence[Row], ids: frozenset[int]) -> int:
    """How many rows from the first on are among those."""
    return next((count for count, row in enumerate(rows) if id(row) not in ids), len(rows))


def _never_small(course: Course, others: Sequence[Sequence[Decimal | str | None]]) -> bool:
    """Whether some part of the formula is so large in all other periods that 0 is no chance."""
    return any(
        _steady(answer, [value[place] for value in others if place < len(value)])
        for place, answer in enumerate(course.answers)
    )


def _steady(answer: Answer | Series, values: Sequence[Decimal | str | None]) -> bool:
    sizes = [float(abs(value)) for value in values if isinstance(value, Decimal)]
    if len(sizes) < len(values) or isinstance(answer, Series) or answer.function not in ("count", "sum"):
        return False
    usual = median(sizes)
    if usual == 0 or min(sizes) * _NARROW < usual:
        return False
    if usual < _LEAST_COUNT and all(size.is_integer() for size in sizes):
        return False
    if answer.function == "count":
        return True
    return usual > _FAR * SIGMA * median([abs(size - usual) for size in sizes])
