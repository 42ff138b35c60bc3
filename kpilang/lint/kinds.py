"""What kind of thing a KPI measures: work done, speed, volume or quality. Structure decides first, then words."""

from __future__ import annotations

import re
from functools import cache

from kpilang.lint import words
from kpilang.lint.bounds import Limits
from kpilang.lint.part_of_whole import bare
from kpilang.lint.relations import Relations
from kpilang.lint.said import titles
from kpilang.lint.wording.script import is_chinese
from kpilang.model.expr import Aggregate, Column, Expr, Literal, Operation
from kpilang.model.nouns import Kpi, Model
from kpilang.model.types import Unit

_TIME = (("time", 1),)
_TYPICAL = ("avg", "median", "percentile", "max")
_LESS = ("lt", "le")
_SCALING = ("convert", "divide", "multiply")


class Kinds:
    """Tells the kinds of the KPIs of a project, each once."""

    def __init__(self, model: Model, project: Relations) -> None:
        self.model, self.project = model, project
        self.limits = Limits(model)
        self._activities: dict[str, bool] = {}

    def activity(self, kpi: Kpi) -> bool:
        """A count of what people do. That of a team or a person whose parent is an outcome is no such KPI alone."""
        found = self._activities.get(kpi.name)
        if found is None:
            self._activities[kpi.name] = False
            found = self._activities[kpi.name] = _counts_activity(kpi) and not self._serves_outcome(kpi)
        return found

    def _serves_outcome(self, kpi: Kpi) -> bool:
        parent = self.project.parent(kpi)
        return parent is not None and not _counts_activity(parent)

    def quality(self, kpi: Kpi) -> bool:
        """How well something is done: by its words, or a score or share that has both a worst and a best value."""
        if speed(kpi):
            return False
        low, high = self.limits.of(kpi)
        return (low is not None and high is not None) or says(kpi, "quality") or says(kpi, "punctual")


def says(kpi: Kpi, kind: str, *, english: str = "en", chinese: str = "zh") -> bool:
    """Whether a title of a KPI holds a word of a group of `kinds.toml`."""
    return any(names(said.text, kind, english, chinese) for said in titles(kpi.declaration))


def names(text: str, kind: str, english: str = "en", chinese: str = "zh") -> bool:
    """Whether a text holds a word of a group of `kinds.toml`."""
    if is_chinese(text):
        return _pattern(kind, chinese, whole=False).search(text) is not None
    return _pattern(kind, english, whole=True).search(text.replace("_", " ")) is not None


@cache
def _pattern(kind: str, key: str, *, whole: bool) -> re.Pattern[str]:
    return words.pattern(words.group("kinds", kind, key), whole_words=whole)


def _counts_activity(kpi: Kpi) -> bool:
    if kpi.direction == "lower" or not _is_flow(kpi) or not says(kpi, "activity"):
        return False
    return not says(kpi, "activity", english="not_en", chinese="not_zh")


def core(value: Expr) -> Expr:
    """What is computed, without constant factors, rounding, and the names of KPIs on the way."""
    while True:
        value = bare(value)
        if (
            not isinstance(value, Operation)
            or value.name not in _SCALING
            or not isinstance(value.arguments[1], Literal)
        ):
            return value
        value = value.arguments[0]


def _is_flow(kpi: Kpi) -> bool:
    """Whether a formula counts rows or pieces that come in a period; a count of different values is about those who do
    it, and a stock is no flow."""
    part = _plain(kpi)
    if part is None or part.at or part.distinct or (kpi.unit is not None and not _is_count(kpi.unit)):
        return False
    return part.function == "count" or (part.function == "sum" and _is_count(part.type.unit))


def _is_count(unit: Unit | None) -> bool:
    return unit is not None and unit.dimensionless and unit.form not in ("percent", "points", "score", "index")


def _plain(kpi: Kpi) -> Aggregate | None:
    """The one aggregate that a formula is, but for units."""
    found = core(kpi.formula) if kpi.formula is not None else None
    return found if isinstance(found, Aggregate) else None


def volume(kpi: Kpi) -> bool:
    """A count of which more is wanted; money is none."""
    return kpi.direction == "higher" and _is_flow(kpi)


def speed(kpi: Kpi) -> bool:
    """A typical time of which less is wanted, or a share of cases done within a time; to keep a promise is neither."""
    return kpi.formula is not None and _is_fast(kpi, kpi.formula) and not says(kpi, "punctual")


def _is_fast(kpi: Kpi, formula: Expr) -> bool:
    """Whether a formula measures speed, whatever the KPI is called."""
    if kpi.direction == "lower" and kpi.unit is not None and kpi.unit.dimensions == _TIME:
        return _typical(core(formula))
    return kpi.direction == "higher" and any(
        isinstance(part, Aggregate) and part.where is not None and _within_time(part.where)
        for part in _quotient(core(formula))
    )


def _typical(value: Expr) -> bool:
    """An average or the like of times, or a sum of times for each case of the same source."""
    if isinstance(value, Aggregate):
        return value.function in _TYPICAL and value.at is None
    parts = [core(each) for each in _quotient(value)]
    return (
        len(parts) == 2
        and all(isinstance(each, Aggregate) and each.at is None for each in parts)
        and [each.function for each in parts if isinstance(each, Aggregate)] == ["sum", "count"]
        and len({each.source for each in parts if isinstance(each, Aggregate)}) == 1
    )


def _quotient(value: Expr) -> tuple[Expr, ...]:
    """The numerator and the denominator of a quotient."""
    return value.arguments if isinstance(value, Operation) and value.name == "divide" else ()


def _within_time(where: Expr) -> bool:
    """Whether a condition asks that a time is at most some length."""
    for part in where.walk():
        if isinstance(part, Operation) and part.name in _LESS:
            left, right = part.arguments
            unit = left.type.unit
            if unit is not None and unit.dimensions == _TIME and isinstance(core(right), Literal):
                return True
    return False


def cumulative(kpi: Kpi) -> bool:
    """A stock or a total of all time that by its words only ever grows."""
    part = _plain(kpi)
    if part is None or not _only_grows(kpi, part):
        return False
    columns = [item.name for each in part.arguments for item in each.walk() if isinstance(item, Column)]
    if says(kpi, "cumulative") or any(names(name, "cumulative") for name in columns):
        return True
    totals = says(kpi, "cumulative", english="total_en", chinese="total_zh")
    return totals and says(kpi, "cumulative", english="things_en", chinese="things_zh")


def _only_grows(kpi: Kpi, part: Aggregate) -> bool:
    return part.function in ("count", "sum", "max", "last") and (part.at not in (None, "during") or kpi.period == "all")


def currencies(unit: Unit | None) -> frozenset[str]:
    """The currencies in a unit."""
    if unit is None:
        return frozenset()
    return frozenset(base for base, _ in unit.dimensions if base.isupper())


def is_silence(text: str) -> bool:
    """Whether a text says that there is nothing to say."""
    said = " ".join(text.casefold().split()).strip(" .。!！")
    return said in words.group("kinds", "silence", "names") or not said
