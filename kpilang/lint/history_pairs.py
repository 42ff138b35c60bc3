"""Which KPIs move together, so that one of them tells what the other does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations

from kpilang.lint.history import Course
from kpilang.lint.statistics import changes, correlation, standard
from kpilang.record import record

PERIODS = 24
"""Over how many of the last changes KPIs are compared."""
LEAST = 0.95
"""How strong a rank correlation of changes is at least, on either side of 0."""


@record
class Pair:
    """Two KPIs and the rank correlation of their last changes."""

    one: Course
    other: Course
    correlation: float


def together(courses: Iterable[Course]) -> tuple[Pair, ...]:
    """The KPIs that move together, strongest first; those with the same periods of late are compared, each of which has a
    value and was not always the same."""
    groups: dict[object, list[tuple[Course, list[float]]]] = {}
    for course in courses:
        rows = course.whole[-PERIODS - 1 :]
        steps = [step for step in changes([row.value for row in rows]) if step is not None]
        moves = standard(steps) if len(steps) == PERIODS else None
        if moves is not None:
            groups.setdefault((rows[0].start, rows[-1].end, course.kpi.period), []).append((course, moves))
    found = (pair for group in groups.values() for pair in _strong(group))
    return tuple(sorted(found, key=lambda pair: -abs(pair.correlation)))


def _strong(group: list[tuple[Course, list[float]]]) -> Iterator[Pair]:
    for (one, here), (other, there) in combinations(group, 2):
        found = correlation(here, there)
        if abs(found) >= LEAST:
            yield Pair(one, other, found)
