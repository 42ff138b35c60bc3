"""Builds tree nodes while a parser reduces: one method a rule, named as the rule is.

A method is given the span of its rule and the children that mean something: nodes, and the tokens of `MEANING`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from kpilang.syntax import tree
from kpilang.syntax.literals import plural, unescape
from kpilang.text import Source, Span


def fields_of(block: list[Any]) -> tuple[tree.Field, ...]:
    """The fields of a block that may be missing."""
    return next((item for item in block if item is not None), ())


@dataclass(frozen=True)
class Choices:
    """What stands after `in`, with its place."""

    span: Span
    items: tuple[tree.Expr, ...]


@dataclass(frozen=True)
class Fillings:
    """What stands in the brackets after a template's name, with its place."""

    span: Span
    items: tuple[tree.Filling, ...]


def field_rule(word: str) -> Callable[..., tree.Field]:
    """A rule whose one child is the value of a field with this keyword."""

    def build(self: Builder, span: Span, children: list[Any]) -> tree.Field:
        return self.field(span, word, children[-1] if children else None)

    return build


def option_rule(word: str) -> Callable[..., tree.ColumnOption]:
    """A rule for a column's option whose children are its items."""

    def build(_: Builder, span: Span, children: list[Any]) -> tree.ColumnOption:
        return tree.ColumnOption(span, word, items=tuple(children))

    return build


def clause_rule(word: str) -> Callable[..., tree.Clause]:
    """A rule for a clause of an aggregate whose one child is its expression."""

    def build(_: Builder, span: Span, children: list[Any]) -> tree.Clause:
        return tree.Clause(span, word, children[0])

    return build


def given(rule: str) -> Callable[..., Any]:
    """A rule that is its one child, with words before it."""

    def build(_: Builder, __: Span, children: list[Any]) -> object:
        return children[0]

    build.__name__ = rule
    build.is_given = True  # type: ignore[attr-defined] # so that no span is made for it
    return build


class Builder:
    """`origin` is the text being parsed; set it before each parse."""

    origin: Source

    def field(self, span: Span, word: str, value: tree.FieldValue) -> tree.Field:
        return tree.Field(span, word, Span(self.origin, span.start, span.start + len(word)), value)

    # ---- declarations

    def start(self, span: Span, children: list[Any]) -> tuple[Any, ...]:
        return tuple(children)

    calendar_fields = owner_fields = goal_fields = source_fields = template_fields = kpi_fields = start
    parameters = start

    def declare(
        self,
        span: Span,
        kind: str,
        name: tree.Name | None,
        label: tree.Label | None,
        fields: tuple[tree.Field, ...],
        **more: Any,  # noqa: ANN401 - what only some kinds have
    ) -> tree.Declaration:
        head = Span(self.origin, span.start, name.span.end if name else span.start + len(kind))
        return tree.Declaration(span, kind, head, name, label, fields, **more)

    def calendar(self, span: Span, children: list[Any]) -> tree.Declaration:
        return self.declare(span, "calendar", None, None, children[0])

    def defaults(self, span: Span, children: list[Any]) -> tree.Declaration:
        return self.declare(span, "defaults", None, None, children[0])

    def kpi(self, span: Span, children: list[Any]) -> tree.Declaration:
        name, label, filled, fields = children
        return self.declare(span, "kpi", name, label, fields, filled=filled)

    def filled(self, span: Span, children: list[Any]) -> tree.Filled:
        path, fillings = children
        return tree.Filled(span, path, fillings.items if fillings else ())

    def fillings(self, span: Span, children: list[Any]) -> Fillings:
        return Fillings(span, tuple(children))

    def filling(self, span: Span, children: list[Any]) -> tree.Filling:
        return tree.Filling(span, *children)

    def template(self, span: Span, children: list[Any]) -> tree.Declaration:
        name, parameters, label, fields = children
        return self.declare(span, "template", name, label, fields, parameters=parameters or ())

    def parameter(self, span: Span, children: list[Any]) -> tree.Parameter:
        return tree.Parameter(span, *children)

    sort = given("sort")

    def goal(self, span: Span, children: list[Any]) -> tree.Declaration:
        name, label, *block = children
        return self.declare(span, "goal", name, label, fields_of(block))

    def owner(self, span: Span, children: list[Any]) -> tree.Declaration:
        name, label, address, *block = children
        return self.declare(span, "owner", name, label, fields_of(block), address=address)

    def address(self, span: Span, children: list[Any]) -> tree.String:
        return tree.String(span, str(children[0])[1:-1])

    def source(self, span: Span, children: list[Any]) -> tree.Declaration:
        name, label, location, fields = children
        path, place = location or (None, None)
        return self.declare(span, "source", name, label, fields, location=path, place=place)

    # ---- fields: calendar, owner, goal

    def year_field(self, span: Span, children: list[Any]) -> tree.Field:
        return self.field(span, "year", tree.Starts(span, children[0]))

    def week_field(self, span: Span, children: list[Any]) -> tree.Field:
        return self.field(span, "week", tree.Starts(span, children[0]))

    zone_field = field_rule("zone")
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

    def time_field(self, span: Span, children: list[Any]) -> tree.Field:
        return self.field(span, "time", tree.Time(span, *children))

    def snapshot_complete(self, span: Span, children: list[Any]) -> tree.Field:
        return self.field(span, "snapshot", tree.Snapshot(span, children[0], "complete"))

    def snapshot_changes(self, span: Span, children: list[Any]) -> tree.Field:
        return self.field(span, "snapshot", tree.Snapshot(span, children[0], "changes", children[1]))

    def location(self, span: Span, children: list[Any]) -> tuple[tree.String, tree.Place | None]:
        path, *parts = children
        return path, tree.Place(span, *parts) if any(part is not None for part in parts) else None

    def unpivot_field(self, span: Span, children: list[Any]) -> tree.Field:
        return self.field(span, "unpivot", tree.Unpivot(span, *children))

    sheet = given("sheet")
    table = given("table")
    header = given("header")
    of_range = given("of_range")
    each = given("each")
    every = given("every")
    alias = given("alias")
    typed = given("typed")
    carried = given("carried")

    def lives_field(self, span: Span, children: list[Any]) -> tree.Field:
        start, how, end = children
        return self.field(span, "lives", tree.Lives(span, start, str(how), end))

    def link_field(self, span: Span, children: list[Any]) -> tree.Field:
        columns, target, alias, optional = children
        return self.field(span, "link", tree.Link(span, columns, target, alias, optional is not None))

    def column_field(self, span: Span, children: list[Any]) -> tree.Field:
        name, kind, *options = children
        return self.field(span, "column", tree.Column(span, name, kind, tuple(options)))

    def derive_field(self, span: Span, children: list[Any]) -> tree.Field:
        name, kind, _, value = children
        return self.field(span, "derive", tree.Derive(span, name, kind, value))

    def collected_field(self, span: Span, children: list[Any]) -> tree.Field:
        return self.field(span, "collected", tree.Collected(span, *children))

    def column_type(self, span: Span, children: list[Any]) -> tree.ColumnType:
        return tree.ColumnType(span, *(child for child in children if child is not None))

    def in_items(self, span: Span, children: list[Any]) -> tree.ColumnOption:
        return tree.ColumnOption(span, "in", items=tuple(children))

    def in_band(self, span: Span, children: list[Any]) -> tree.ColumnOption:
        return tree.ColumnOption(span, "in", band=children[0])

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

    def baseline_field(self, span: Span, children: list[Any]) -> tree.Field:
        return self.field(span, "baseline", tree.Baseline(span, *children))

    def benchmark_field(self, span: Span, children: list[Any]) -> tree.Field:
        return self.field(span, "benchmark", tree.Benchmark(span, *children))

    def review_field(self, span: Span, children: list[Any]) -> tree.Field:
        return self.field(span, "review", tree.Review(span, *children))

    def state_field(self, span: Span, children: list[Any]) -> tree.Field:
        return self.field(span, "state", tree.State(span, children[0]))

    def replaced_field(self, span: Span, children: list[Any]) -> tree.Field:
        word = tree.Name(span, "replaced")
        return self.field(span, "state", tree.State(span, word, children[0]))

    def own_field(self, span: Span, children: list[Any]) -> tree.Field:
        return self.field(span, "field", tree.OwnField(span, *children))

    synonyms_field = field_rule("synonyms")
    acronym_field = field_rule("acronym")
    trap_field = field_rule("trap")
    answers_field = field_rule("answers")

    of_period = given("of_period")
    last = given("last")
    per = given("per")

    def unit_word(self, span: Span, children: list[Any]) -> tree.UnitSpec:
        return tree.UnitSpec(span, word=children[0], per=children[1])

    def unit_scale(self, span: Span, children: list[Any]) -> tree.UnitSpec:
        return tree.UnitSpec(span, word=children[0], band=children[1])

    def unit_own(self, span: Span, children: list[Any]) -> tree.UnitSpec:
        return tree.UnitSpec(span, own=children[0])

    def target(self, when: tree.Node | None, span: Span, **said: Any) -> tree.Target:  # noqa: ANN401 - parts of a target
        due = when if isinstance(when, tree.Due) else None
        return tree.Target(span, due=due, span_of_time=when if isinstance(when, tree.PeriodRange) else None, **said)

    def target_quantity(self, span: Span, children: list[Any]) -> tree.Target:
        comparator, quantity, when = children
        return self.target(when, span, comparator=comparator and str(comparator), quantity=quantity)

    def target_band(self, span: Span, children: list[Any]) -> tree.Target:
        return self.target(children[1], span, band=children[0])

    def target_words(self, span: Span, children: list[Any]) -> tree.Target:
        return tree.Target(span, words=children[0])

    during = given("during")

    def due(self, span: Span, children: list[Any]) -> tree.Due:
        return tree.Due(span, *children)

    # ---- expressions

    def conditional(self, span: Span, children: list[Any]) -> tree.If:
        return tree.If(span, *children)

    def binary(self, span: Span, children: list[Any]) -> tree.Binary:
        left, operator, right = children
        return tree.Binary(span, " ".join(operator.split()), left, right)

    def unary(self, span: Span, children: list[Any]) -> tree.Unary:
        return tree.Unary(span, str(children[0]), children[1])

    def membership(self, span: Span, children: list[Any]) -> tree.Membership:
        value, negated, choices = children
        return tree.Membership(span, value, negated is not None, choices.items)

    def is_null(self, span: Span, children: list[Any]) -> tree.IsNull:
        return tree.IsNull(span, children[0], children[1] is not None)

    def choices(self, span: Span, children: list[Any]) -> Choices:
        return Choices(span, tuple(children))

    def range_choice(self, span: Span, children: list[Any]) -> Choices:
        return Choices(span, (tree.RangeExpr(span, *children),))

    def period_choice(self, span: Span, children: list[Any]) -> Choices:
        return Choices(span, (tree.PeriodExpr(span, children[0]),))

    def quantity_expr(self, span: Span, children: list[Any]) -> tree.QuantityExpr:
        return tree.QuantityExpr(span, children[0])

    def string_expr(self, span: Span, children: list[Any]) -> tree.StringExpr:
        return tree.StringExpr(span, children[0].value)

    def period_expr(self, span: Span, children: list[Any]) -> tree.PeriodExpr:
        return tree.PeriodExpr(span, children[0])

    def true(self, span: Span, children: list[Any]) -> tree.BoolExpr:
        return tree.BoolExpr(span, True)

    def false(self, span: Span, children: list[Any]) -> tree.BoolExpr:
        return tree.BoolExpr(span, False)

    def call(self, span: Span, children: list[Any]) -> tree.Call:
        name, *rest = children
        return tree.Call(span, name, False, rest[0] if rest else (), tuple(rest[1:]))

    def distinct_call(self, span: Span, children: list[Any]) -> tree.Call:
        name, _, arguments, *clauses = children
        return tree.Call(span, name, True, arguments, tuple(clauses))

    def arguments(self, span: Span, children: list[Any]) -> tuple[tree.Expr, ...]:
        return tuple(children)

    def parenthesis(self, span: Span, children: list[Any]) -> tree.Parenthesis:
        return tree.Parenthesis(span, children[0])

    def narrow(self, span: Span, children: list[Any]) -> tree.Narrow:
        return tree.Narrow(span, *children)

    where_clause = clause_rule("where")
    among_clause = clause_rule("among")
    having_clause = clause_rule("having")
    weight_clause = clause_rule("weight")
    on_clause = clause_rule("on")
    at_clause = clause_rule("at")

    # ---- pieces

    def path(self, span: Span, children: list[Any]) -> tree.Path:
        return tree.Path(span, tuple(children))

    def label(self, span: Span, children: list[Any]) -> tree.Label:
        return tree.Label(span, children[0], tuple(children[1:]))

    def translation(self, span: Span, children: list[Any]) -> tree.Translation:
        return tree.Translation(span, str(children[0]), children[1])

    def references(self, span: Span, children: list[Any]) -> tree.References:
        return tree.References(span, tuple(children))

    def name_list(self, span: Span, children: list[Any]) -> tuple[tree.Name, ...]:
        return tuple(children)

    def grain(self, span: Span, children: list[Any]) -> tree.Grain:
        return tree.Grain(span, children[1], children[0] is not None)

    to = given("to")

    def period_range(self, span: Span, children: list[Any]) -> tree.PeriodRange:
        first, last = children
        return tree.PeriodRange(span, first, last or first)

    def period(self, span: Span, children: list[Any]) -> tree.Period:
        return tree.Period(span, str(children[0]))

    def band(self, span: Span, children: list[Any]) -> tree.Band:
        return tree.Band(span, *children)

    def positive(self, span: Span, children: list[Any]) -> tree.Quantity:
        number, unit = children
        return tree.Quantity(span, Decimal(number), plural(str(unit)) if unit is not None else None)

    def negative(self, span: Span, children: list[Any]) -> tree.Quantity:
        quantity: tree.Quantity = children[1]
        return tree.Quantity(span, -quantity.value, quantity.unit)

    quantity = given("quantity")

    def name(self, span: Span, children: list[Any]) -> tree.Name:
        text = str(children[0])
        return tree.Name(span, text if text.isascii() else unicodedata.normalize("NFC", text))

    def string(self, span: Span, children: list[Any]) -> tree.String:
        return tree.String(span, unescape(children[0][1:-1]))
