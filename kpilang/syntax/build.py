"""Builds tree nodes while a parser reduces: one method a rule, named as the rule is.

A method is given the place of its rule and the children that mean something: nodes, and the tokens of `MEANING`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache
from typing import Any

from kpilang.record import record
from kpilang.syntax import tree
from kpilang.syntax.build_expressions import Expressions
from kpilang.syntax.build_targets import Targets
from kpilang.syntax.literals import plural, unescape
from kpilang.text import At, Source


def fields_of(block: list[Any]) -> tuple[tree.Field, ...]:
    """The fields of a block that may be missing."""
    return next((item for item in block if item is not None), ())


@record
class Fillings(tree.Node):
    """What stands in the brackets after a template's name, with its place."""

    items: tuple[tree.Filling, ...]


def field_rule(word: str) -> Callable[..., tree.Field]:
    """A rule whose one child is the value of a field with this keyword."""

    def build(self: Builder, at: At, children: list[Any]) -> tree.Field:
        return self.field(at, word, children[-1] if children else None)

    return build


def option_rule(word: str) -> Callable[..., tree.ColumnOption]:
    """A rule for a column's option whose children are its items."""

    def build(_: Builder, at: At, children: list[Any]) -> tree.ColumnOption:
        return tree.ColumnOption(*at, word, items=tuple(children))

    return build


def given(rule: str) -> Callable[..., Any]:
    """A rule that is its one child, with words before it."""

    def build(_: Builder, __: At, children: list[Any]) -> object:
        return children[0]

    build.__name__ = rule
    build.is_given = True  # type: ignore[attr-defined] # so that no span is made for it
    return build


@lru_cache(maxsize=1000)
def _number(text: str) -> Decimal:
    """One and the same number for all places that say it: most are small, and stand in many."""
    return Decimal(text)


class Builder(Expressions, Targets):
    """`origin` is the text being parsed; set it before each parse."""

    origin: Source

    def field(self, at: At, word: str, value: tree.FieldValue) -> tree.Field:
        return tree.Field(*at, word, value)

    # ---- declarations

    def start(self, at: At, children: list[Any]) -> tuple[Any, ...]:
        return tuple(children)

    calendar_fields = owner_fields = goal_fields = source_fields = template_fields = kpi_fields = start
    parameters = start

    def declare(
        self,
        at: At,
        kind: str,
        name: tree.Name | None,
        label: tree.Label | None,
        fields: tuple[tree.Field, ...],
        **more: Any,  # noqa: ANN401 - what only some kinds have
    ) -> tree.Declaration:
        return tree.Declaration(*at, kind, name, label, fields, **more)

    def calendar(self, at: At, children: list[Any]) -> tree.Declaration:
        return self.declare(at, "calendar", None, None, children[0])

    def defaults(self, at: At, children: list[Any]) -> tree.Declaration:
        return self.declare(at, "defaults", None, None, children[0])

    def kpi(self, at: At, children: list[Any]) -> tree.Declaration:
        name, label, filled, fields = children
        return self.declare(at, "kpi", name, label, fields, filled=filled)

    def filled(self, at: At, children: list[Any]) -> tree.Filled:
        path, fillings = children
        return tree.Filled(*at, path, fillings.items if fillings else ())

    def fillings(self, at: At, children: list[Any]) -> Fillings:
        return Fillings(*at, tuple(children))

    def filling(self, at: At, children: list[Any]) -> tree.Filling:
        return tree.Filling(*at, *children)

    def template(self, at: At, children: list[Any]) -> tree.Declaration:
        name, parameters, label, fields = children
        return self.declare(at, "template", name, label, fields, parameters=parameters or ())

    def parameter(self, at: At, children: list[Any]) -> tree.Parameter:
        return tree.Parameter(*at, *children)

    sort = given("sort")

    def goal(self, at: At, children: list[Any]) -> tree.Declaration:
        name, label, *block = children
        return self.declare(at, "goal", name, label, fields_of(block))

    def owner(self, at: At, children: list[Any]) -> tree.Declaration:
        name, label, address, *block = children
        return self.declare(at, "owner", name, label, fields_of(block), address=address)

    def address(self, at: At, children: list[Any]) -> tree.String:
        return tree.String(*at, str(children[0])[1:-1])

    def source(self, at: At, children: list[Any]) -> tree.Declaration:
        name, label, origin, fields = children
        if isinstance(origin, tree.Grouping):
            return self.declare(at, "source", name, label, fields, grouping=origin)
        path, place = origin or (None, None)
        return self.declare(at, "source", name, label, fields, location=path, place=place)

    keyed = given("keyed")

    def grouping(self, at: At, children: list[Any]) -> tree.Grouping:
        base, keys = children
        return tree.Grouping(*at, base, keys.items)

    # ---- fields: calendar, owner, goal

    def year_field(self, at: At, children: list[Any]) -> tree.Field:
        return self.field(at, "year", tree.Starts(*at, children[0]))

    def year_ends_last(self, at: At, children: list[Any]) -> tree.Field:
        return self.field(at, "year", tree.Ends(*at, *children))

    def year_ends_nearest(self, at: At, children: list[Any]) -> tree.Field:
        weekday, month, day = children
        return self.field(at, "year", tree.Ends(*at, weekday, month, str(day)))

    def months_field(self, at: At, children: list[Any]) -> tree.Field:
        return self.field(at, "months", tree.Weeks(*at, str(children[0])))

    def week_field(self, at: At, children: list[Any]) -> tree.Field:
        return self.field(at, "week", tree.Starts(*at, children[0]))

    zone_field = field_rule("zone")
    weekend_field = field_rule("weekend")
    hours_field = field_rule("hours")

    def holidays_field(self, at: At, children: list[Any]) -> tree.Field:
        days, label = children
        return self.field(at, "holidays", tree.Days(*at, days.spans, label))

    def workdays_field(self, at: At, children: list[Any]) -> tree.Field:
        days, label = children
        return self.field(at, "workdays", tree.Days(*at, days.spans, label))

    def spaced(self, at: At, children: list[Any]) -> tree.Spaced:
        count, unit, first = children
        return tree.Spaced(*at, str(count), plural(str(unit)), first)

    def weekdays(self, at: At, children: list[Any]) -> tree.References:
        return tree.References(*at, tuple(children))

    def days(self, at: At, children: list[Any]) -> tree.Days:
        return tree.Days(*at, tuple(children))

    def hours(self, at: At, children: list[Any]) -> tree.Hours:
        return tree.Hours(*at, tuple(children))

    def hour(self, at: At, children: list[Any]) -> tree.Hour:
        first, last = children
        return tree.Hour(*at, str(first), str(last))

    department_field = field_rule("department")
    level_field = field_rule("level")
    what_field = field_rule("what")
    why_field = field_rule("why")
    owner_field = field_rule("owner")
    for_field = field_rule("for")
    parent_field = field_rule("parent")
    perspective_field = field_rule("perspective")

    # ---- fields: source

    key_field = field_rule("key")
    covers_field = field_rule("covers")
    planned_field = field_rule("planned")

    def time_field(self, at: At, children: list[Any]) -> tree.Field:
        return self.field(at, "time", tree.Time(*at, *children))

    def snapshot_complete(self, at: At, children: list[Any]) -> tree.Field:
        return self.field(at, "snapshot", tree.Snapshot(*at, children[0], "complete"))

    def snapshot_changes(self, at: At, children: list[Any]) -> tree.Field:
        return self.field(at, "snapshot", tree.Snapshot(*at, children[0], "changes", children[1]))

    def location(self, at: At, children: list[Any]) -> tuple[tree.String, tree.Place | None]:
        path, *parts = children
        return path, tree.Place(*at, *parts) if any(part is not None for part in parts) else None

    def unpivot_field(self, at: At, children: list[Any]) -> tree.Field:
        return self.field(at, "unpivot", tree.Unpivot(*at, *children))

    sheet = given("sheet")
    table = given("table")
    header = given("header")
    of_range = given("of_range")
    each = given("each")
    every = given("every")
    alias = given("alias")
    typed = given("typed")
    carried = given("carried")

    def rates_field(self, at: At, children: list[Any]) -> tree.Field:
        return self.field(at, "rates", tree.Rates(*at, *children))

    def by_name(self, at: At, children: list[Any]) -> tree.Name:
        return tree.Name(*at, "by")

    def by_column(self, at: At, children: list[Any]) -> tree.ByColumn:
        return tree.ByColumn(*at, children[0])

    def lives_field(self, at: At, children: list[Any]) -> tree.Field:
        start, how, end = children
        return self.field(at, "lives", tree.Lives(*at, start, str(how), end))

    def link_field(self, at: At, children: list[Any]) -> tree.Field:
        columns, target, alias, optional = children
        return self.field(at, "link", tree.Link(*at, columns, target, alias, optional is not None))

    def column_field(self, at: At, children: list[Any]) -> tree.Field:
        name, kind, *options = children
        return self.field(at, "column", tree.Column(*at, name, kind, tuple(options)))

    def derive_field(self, at: At, children: list[Any]) -> tree.Field:
        name, kind, _, value, per = children
        return self.field(at, "derive", tree.Derive(*at, name, kind, value, per.items if per is not None else ()))

    def collected_field(self, at: At, children: list[Any]) -> tree.Field:
        return self.field(at, "collected", tree.Collected(*at, *children))

    def column_type(self, at: At, children: list[Any]) -> tree.ColumnType:
        return tree.ColumnType(*at, *(child for child in children if child is not None))

    def in_items(self, at: At, children: list[Any]) -> tree.ColumnOption:
        return tree.ColumnOption(*at, "in", items=tuple(children))

    def in_band(self, at: At, children: list[Any]) -> tree.ColumnOption:
        return tree.ColumnOption(*at, "in", band=children[0])

    required_option = option_rule("required")
    stock_option = option_rule("stock")
    null_option = option_rule("null")
    format_option = option_rule("format")
    from_option = option_rule("from")

    # ---- fields: kpi

    formula_field = field_rule("formula")
    unit_field = field_rule("unit")
    direction_field = field_rule("direction")
    period_field = field_rule("period")
    target_field = field_rule("target")
    accept_field = field_rule("accept")
    stretch_field = field_rule("stretch")
    goal_field = field_rule("goal")
    indicator_field = field_rule("indicator")
    nature_field = field_rule("nature")
    action_field = field_rule("action")
    guard_field = field_rule("guard")
    access_field = field_rule("access")
    tags_field = field_rule("tags")
    since_field = field_rule("since")
    until_field = field_rule("until")

    def baseline_field(self, at: At, children: list[Any]) -> tree.Field:
        return self.field(at, "baseline", tree.Baseline(*at, *children))

    def benchmark_field(self, at: At, children: list[Any]) -> tree.Field:
        return self.field(at, "benchmark", tree.Benchmark(*at, *children))

    def review_field(self, at: At, children: list[Any]) -> tree.Field:
        return self.field(at, "review", tree.Review(*at, *children))

    def state_field(self, at: At, children: list[Any]) -> tree.Field:
        return self.field(at, "state", tree.State(*at, children[0]))

    def replaced_field(self, at: At, children: list[Any]) -> tree.Field:
        word = tree.Name(*at, "replaced")
        return self.field(at, "state", tree.State(*at, word, children[0]))

    def accepted_field(self, at: At, children: list[Any]) -> tree.Field:
        return self.field(at, "accepted", tree.Accepted(*at, *children))

    def own_field(self, at: At, children: list[Any]) -> tree.Field:
        return self.field(at, "field", tree.OwnField(*at, *children))

    synonyms_field = field_rule("synonyms")
    acronym_field = field_rule("acronym")
    trap_field = field_rule("trap")
    answers_field = field_rule("answers")

    of_period = given("of_period")
    last = given("last")
    per = given("per")

    def unit_word(self, at: At, children: list[Any]) -> tree.UnitSpec:
        return tree.UnitSpec(*at, word=children[0], per=children[1])

    def unit_scale(self, at: At, children: list[Any]) -> tree.UnitSpec:
        return tree.UnitSpec(*at, word=children[0], band=children[1])

    def unit_own(self, at: At, children: list[Any]) -> tree.UnitSpec:
        return tree.UnitSpec(*at, own=children[0])

    # ---- pieces

    def path(self, at: At, children: list[Any]) -> tree.Path:
        return tree.Path(*at, tuple(children))

    def label(self, at: At, children: list[Any]) -> tree.Label:
        return tree.Label(*at, children[0], tuple(children[1:]))

    def translation(self, at: At, children: list[Any]) -> tree.Translation:
        return tree.Translation(*at, str(children[0]), children[1])

    def references(self, at: At, children: list[Any]) -> tree.References:
        return tree.References(*at, tuple(children))

    def name_list(self, at: At, children: list[Any]) -> tuple[tree.Name, ...]:
        return tuple(children)

    def grain(self, at: At, children: list[Any]) -> tree.Grain:
        return tree.Grain(*at, children[1], children[0] is not None)

    to = given("to")

    def period_range(self, at: At, children: list[Any]) -> tree.PeriodRange:
        first, last = children
        return tree.PeriodRange(*at, first, last or first)

    def period(self, at: At, children: list[Any]) -> tree.Period:
        return tree.Period(*at, str(children[0]))

    def band(self, at: At, children: list[Any]) -> tree.Band:
        return tree.Band(*at, *children)

    def positive(self, at: At, children: list[Any]) -> tree.Quantity:
        number, unit = children
        return tree.Quantity(*at, _number(number), plural(str(unit)) if unit is not None else None)

    def negative(self, at: At, children: list[Any]) -> tree.Quantity:
        quantity: tree.Quantity = children[1]
        return tree.Quantity(*at, -quantity.value, quantity.unit)

    quantity = given("quantity")

    def name(self, at: At, children: list[Any]) -> tree.Name:
        text = str(children[0])
        return tree.Name(*at, text if text.isascii() else unicodedata.normalize("NFC", text))

    def string(self, at: At, children: list[Any]) -> tree.String:
        return tree.String(*at, unescape(children[0][1:-1]))
