"""Targets held against a KPI's unit, direction and period."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

from kpilang.diagnostics import Diagnostic, Mark, Problem
from kpilang.model import units, words
from kpilang.model.calendar import Calendar, Period, spaced
from kpilang.model.names import as_written
from kpilang.model.nouns import Target
from kpilang.model.types import Unit
from kpilang.record import record
from kpilang.syntax import tree
from kpilang.text import Span, Text

TARGET_UNIT = Problem(
    "E350",
    "target-unit",
    Text(
        "{shown} cannot be a value of `{name}`, which is measured as {unit}",
        "{shown} 不能作为 `{name}` 的值，它的单位是{unit}",
    ),
    help=Text("{mend}", "{mend}"),
)
NO_COMPARATOR = Problem(
    "E351",
    "target-without-comparator",
    Text("nothing says whether more or less than {shown} is good", "没有说明高于还是低于 {shown} 为好"),
    help=Text(
        "write `{word} >= {shown}` or `{word} <= {shown}`, or give a `direction`",
        "写 `{word} >= {shown}` 或 `{word} <= {shown}`，或者给出 `direction`",
    ),
)
POINT_WITHIN = Problem(
    "E352",
    "within-needs-band",
    Text(
        "`direction within` asks for a band, and {shown} is one value",
        "`direction within` 需要一个区间，而 {shown} 是单个值",
    ),
    help=Text("write `{word} LOW .. HIGH`", "写成 `{word} 下限 .. 上限`"),
)
BAND_DIRECTION = Problem(
    "E353",
    "band-with-direction",
    Text(
        "a band is met inside it, and `direction {direction}` looks at one side only",
        "区间以落在其中为达标，而 `direction {direction}` 只看一侧",
    ),
    help=Text(
        "write `direction within`, or a line such as `target >= 5`",
        "写 `direction within`，或者写成 `target >= 5` 这样的一行",
    ),
)
UNEQUAL = Problem(
    "E354",
    "target-unequal",
    Text("a target cannot be `!=`", "目标值不能用 `!=`"),
    help=Text("write `>=`, `<=`, or a band", "用 `>=`、`<=` 或区间"),
)
SPAN_TOO_SHORT = Problem(
    "E430",
    "span-shorter-than-period",
    Text(
        "no {period} lies whole within {stretch}, so this would hold for none",
        "{stretch} 内没有完整的{period}，因此它永远不适用",
    ),
    help=Text("name a span of whole periods, or change `period`", "写由完整期间组成的时间范围，或者修改 `period`"),
)
PATH_ORDER = Problem(
    "E431",
    "path-backwards",
    Text(
        "the path of the target starts at {start} and is due by {due}, which is not later",
        "目标值的路径从 {start} 开始，而到期 {due} 并不更晚",
    ),
    help=Text("name an earlier start or a later due period", "写更早的开始期间或更晚的到期期间"),
)
PATH_PERIOD = Problem(
    "E432",
    "path-off-period",
    Text(
        "{shown} does not end with a {period} of this KPI, so the path has no step there",
        "{shown} 的末尾不是本 KPI 的{period}末，路径在那里没有取值",
    ),
    help=Text("name a {period}, or a period that ends with one", "写一个{period}，或者与其同时结束的期间"),
)
WORDS_COMPARED = Problem(
    "E381",
    "words-compared",
    Text("a target in words takes no `{comparator}`", "用文字写的目标值前不能有 `{comparator}`"),
    help=Text("leave `{comparator}` out, or write a number", "去掉 `{comparator}`，或者写一个数字"),
)
_GRAIN_WORDS = {
    "day": Text("day", "日"),
    "week": Text("week", "周"),
    "month": Text("month", "月"),
    "quarter": Text("quarter", "季度"),
    "half": Text("half-year", "半年"),
    "year": Text("year", "年"),
    "fiscal month": Text("fiscal month", "财月"),
    "fiscal quarter": Text("fiscal quarter", "财季"),
    "fiscal half": Text("fiscal half-year", "半财年"),
    "fiscal year": Text("fiscal year", "财年"),
}
_UNIT_IS = Text("the unit is {unit}", "单位是{unit}")
_BY_DIRECTION = {"higher": ">=", "lower": "<="}


def grain_words(grain: str) -> Text:
    """A grain as people say it."""
    weeks = spaced(grain)
    if weeks is not None:
        return Text(f"stretch of {weeks[0]} weeks", f"{weeks[0]} 周")
    return _GRAIN_WORDS[grain]


@record
class TargetReader:
    """Reads the values that stand beside a KPI, in its unit (None: not known)."""

    calendar: Calendar
    kpi: str
    unit: Unit | None
    unit_field: tree.Field | None
    direction: str | None
    period: str | None
    reports: list[Diagnostic]

    def target(self, field: tree.Field) -> Target | None:
        """One line of `target`, `accept` or `stretch` that is not computed; None after a report."""
        node = field.value
        if not isinstance(node, tree.Target):
            return None
        span = self.span(node)
        if isinstance(span, Diagnostic):
            self.reports.append(span)
            return None
        if node.words is not None:
            found = self.spoken(field, node, node.words, span)
        elif node.band is not None:
            found = self.band(field, node, node.band, span)
        else:
            found = self.line(field, node, span)
        return found and replace(found, total=node.in_total)

    def spoken(
        self, field: tree.Field, node: tree.Target, said: tree.String, span: tuple[dt.date, dt.date] | None
    ) -> Target | None:
        """A target in words, which nothing can be compared with."""
        due = self.due(node)
        if node.comparator is not None:
            self.reports.append(WORDS_COMPARED.at(said.span, kpi=self.kpi, comparator=node.comparator))
            return None
        return None if isinstance(due, Diagnostic) else Target(field, words=said.value, span=span, due=due)

    def span(self, node: tree.Target) -> tuple[dt.date, dt.date] | Diagnostic | None:
        """The days a target holds for, wide enough for one of the KPI's periods."""
        if node.span_of_time is None:
            return None
        found = words.stretch(self.calendar, node.span_of_time)
        if isinstance(found, Diagnostic) or self.period in (None, "all") or node.in_total:
            return found
        assert self.period is not None  # noqa: S101 - seen by the line above
        start, end = found
        touched = self.calendar.touching(start, min(end, dt.date.max), self.period)
        if any(start <= period.start and period.end <= end for period in touched[:2] + touched[-1:]):
            return found
        shown = node.span_of_time.span.text
        return SPAN_TOO_SHORT.at(node.span_of_time.span, kpi=self.kpi, period=grain_words(self.period), stretch=shown)

    def band(
        self, field: tree.Field, node: tree.Target, band: tree.Band, span: tuple[dt.date, dt.date] | None
    ) -> Target | None:
        if self.direction in _BY_DIRECTION:
            self.reports.append(BAND_DIRECTION.at(band.span, kpi=self.kpi, direction=self.direction))
            return None
        low, high = self.value(band.low), self.value(band.high)
        due = self.due(node)
        if low is None or high is None or isinstance(due, Diagnostic):
            return None
        if low > high:
            self.reports.append(
                units.BAND_REVERSED.at(band.span, kpi=self.kpi, low=band.low.span.text, high=band.high.span.text)
            )
            return None
        return Target(field, low=low, high=high, span=span, due=due)

    def line(self, field: tree.Field, node: tree.Target, span: tuple[dt.date, dt.date] | None) -> Target | None:
        assert node.quantity is not None  # noqa: S101 - words, bands and what is computed are read elsewhere
        comparator = self.comparator(field.word, node, node.quantity)
        value, due = self.value(node.quantity), self.due(node)
        if comparator is None or value is None or isinstance(due, Diagnostic):
            return None
        if node.due is None or node.due.start is None or node.due.start_period is None or due is None:
            return Target(field, comparator, value, span=span, due=due)
        start = self.value(node.due.start)
        period = self.path_period(node.due.start_period, due)
        if start is None or period is None or not self.on_step(node.due.period, due):
            return None
        return Target(field, comparator, value, span=span, due=due, path_value=start, path_period=period)

    def comparator(self, word: str, node: tree.Target, asked: tree.Node) -> str | None:
        shown = as_written(asked.span)
        if node.comparator == "!=":
            self.reports.append(UNEQUAL.at(node.span, kpi=self.kpi))
            return None
        found = node.comparator or _BY_DIRECTION.get(self.direction or "")
        if found is None:
            problem = POINT_WITHIN if self.direction == "within" else NO_COMPARATOR
            self.reports.append(problem.at(node.span, kpi=self.kpi, shown=shown, word=word))
        return found

    def due(self, node: tree.Target) -> Period | Diagnostic | None:
        if node.due is None:
            return None
        found = words.period(self.calendar, node.due.period)
        if isinstance(found, Diagnostic):
            self.reports.append(found)
        return found

    def path_period(self, node: tree.Period, due: Period) -> Period | None:
        """The period a path starts at: before the due one, and ending with one of the KPI's periods."""
        found = words.period(self.calendar, node)
        if isinstance(found, Diagnostic):
            self.reports.append(found)
            return None
        if found.end >= due.end:
            self.reports.append(PATH_ORDER.at(node.span, kpi=self.kpi, start=found.text, due=due.text))
            return None
        return found if self.on_step(node, found) else None

    def on_step(self, node: tree.Period, period: Period) -> bool:
        if self.period in (None, "all"):
            return True
        assert self.period is not None  # noqa: S101 - seen by the line above
        last = self.calendar.containing(period.end - dt.timedelta(days=1), self.period)
        if last.end == period.end:
            return True
        self.reports.append(PATH_PERIOD.at(node.span, kpi=self.kpi, shown=period.text, period=grain_words(self.period)))
        return False

    # ---- values in the KPI's unit

    def value(self, quantity: tree.Quantity) -> Decimal | None:
        """A quantity in the KPI's unit; a bare number is in that unit already. None after a report."""
        found = units.amount(quantity)
        if isinstance(found, Diagnostic):
            self.reports.append(found)
            return None
        value, unit = found
        wanted = self.unit
        if wanted is None:
            return value
        if quantity.unit is None:
            if wanted.form in ("percent", "points") and abs(value) > 1:
                self.unfit(quantity.span, Text(f"write `{value}%`", f"写成 `{value}%`"))
                return None
            return value
        if unit.fits(wanted) and (quantity.unit not in units.SYMBOLS or _is_ratio(wanted)):
            return units.in_unit(value, unit, wanted)
        self.unfit(quantity.span, _as_in(wanted))
        return None

    def unfit(self, span: Span, mend: Text) -> None:
        assert self.unit is not None  # noqa: S101 - without a unit everything fits
        shown, unit = span.text, units.say(self.unit)
        place = self.unit_field
        marks = (Mark(place.span, _UNIT_IS.fill(unit=unit)),) if place else ()
        self.reports.append(
            TARGET_UNIT.at(span, kpi=self.kpi, marks=marks, shown=shown, name=self.kpi, unit=unit, mend=mend)
        )


def _as_in(unit: Unit) -> Text:
    """How to write a value in a unit."""
    if unit.low is not None and unit.high is not None:
        low, high = float(unit.low), float(unit.high)
        return Text(f"write a score from {low:g} to {high:g}", f"写 {low:g} 到 {high:g} 之间的评分")
    word = units.say(unit)
    return Text(f"write the value as {word.en}", f"用{word.zh}写出该值")


def _is_ratio(unit: Unit) -> bool:
    """Whether a percentage can be a value in a unit: not in a count, a score or an index."""
    return unit.form in ("percent", "points") or (
        unit.form == "number" and unit.name in ("", "ratio") and unit.counted is None
    )
