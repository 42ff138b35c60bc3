"""Builds tree nodes out of grammar rules, while the parser reduces: one method a rule, named as the rule is."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from lark import Token, Transformer, v_args
from lark.tree import Meta

from kpilang.syntax import tree
from kpilang.text import Source, Span

ESCAPES = {'\\"': '"', "\\\\": "\\", "\\n": "\n", "\\t": "\t"}


def plural(unit: str) -> str:
    """One spelling for `hour` and `hours`; symbols such as `kWh` and `m` stay."""
    words = ("point", "second", "minute", "hour", "day", "week", "month", "quarter", "year", "millisecond", "byte")
    return unit + "s" if unit in words else unit


def unescape(text: str) -> str:
    """The value of a quoted text without its quotes: `\\"`, `\\\\`, `\\n` and `\\t` are the escapes."""
    if "\\" not in text:
        return text
    out, at = [], 0
    while at < len(text):
        pair = text[at : at + 2]
        out.append(ESCAPES.get(pair, text[at]))
        at += 2 if pair in ESCAPES else 1
    return "".join(out)


KIND = re.compile(r"[a-z]+")


def field_rule(word: str) -> Callable[..., tree.Field]:
    """A rule whose one child is the value of a field with this keyword."""

    def build(self: Builder, meta: Meta, children: list[Any]) -> tree.Field:
        return self.field(meta, word, children[0] if children else None)

    return build


def option_rule(word: str) -> Callable[..., tree.ColumnOption]:
    """A rule for a column's option whose children are its items."""

    def build(self: Builder, meta: Meta, children: list[Any]) -> tree.ColumnOption:
        return tree.ColumnOption(self.span(meta), word, items=tuple(children))

    return build


def clause_rule(word: str) -> Callable[..., tree.Clause]:
    """A rule for a clause of an aggregate whose one child is its expression."""

    def build(self: Builder, meta: Meta, children: list[Any]) -> tree.Clause:
        return tree.Clause(self.span(meta), word, children[0])

    return build


@v_args(meta=True)
class Builder(Transformer[Token, tree.Tree]):
    """`origin` is the text being parsed; set it before each parse."""

    origin: Source

    def span(self, meta: Meta) -> Span:
        return Span(self.origin, meta.start_pos, meta.end_pos)

    def field(self, meta: Meta, word: str, value: Any) -> tree.Field:
        start = meta.start_pos
        return tree.Field(self.span(meta), word, Span(self.origin, start, start + len(word)), value)

    # ---- declarations

    def start(self, meta: Meta, children: list[Any]) -> tuple[tree.Declaration, ...]:
        return tuple(children)

    def declare(
        self, meta: Meta, name: tree.Name | None, label: tree.Label | None, fields: list[Any], **more: Any
    ) -> tree.Declaration:
        span = self.span(meta)
        kind = KIND.match(self.origin.text, span.start).group()  # type: ignore[union-attr]
        head = Span(self.origin, span.start, name.span.end if name else span.start + len(kind))
        present = tuple(item for item in fields if item is not None)
        return tree.Declaration(span, kind, head, name, label, present, **more)

    def calendar(self, meta: Meta, children: list[Any]) -> tree.Declaration:
        return self.declare(meta, None, None, children)

    defaults = calendar

    def kpi(self, meta: Meta, children: list[Any]) -> tree.Declaration:
        name, label, *fields = children
        return self.declare(meta, name, label, fields)

    goal = kpi

    def owner(self, meta: Meta, children: list[Any]) -> tree.Declaration:
        name, label, token, *fields = children
        address = None
        if token is not None:
            address = tree.String(Span(self.origin, token.start_pos, token.end_pos), str(token)[1:-1])
        return self.declare(meta, name, label, fields, address=address)

    def source(self, meta: Meta, children: list[Any]) -> tree.Declaration:
        name, label, location, *fields = children
        return self.declare(meta, name, label, fields, location=location)

    # ---- fields: calendar, owner, goal

    def year_field(self, meta: Meta, children: list[Any]) -> tree.Field:
        return self.field(meta, "year", tree.Starts(self.span(meta), children[0]))

    def week_field(self, meta: Meta, children: list[Any]) -> tree.Field:
        return self.field(meta, "week", tree.Starts(self.span(meta), children[0]))

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

    def time_field(self, meta: Meta, children: list[Any]) -> tree.Field:
        return self.field(meta, "time", tree.Time(self.span(meta), *children))

    def snapshot_complete(self, meta: Meta, children: list[Any]) -> tree.Field:
        return self.field(meta, "snapshot", tree.Snapshot(self.span(meta), children[0], "complete"))

    def snapshot_changes(self, meta: Meta, children: list[Any]) -> tree.Field:
        return self.field(meta, "snapshot", tree.Snapshot(self.span(meta), children[0], "changes", children[1]))

    def carried(self, meta: Meta, children: list[Any]) -> tree.Quantity:
        quantity: tree.Quantity = children[0]
        return quantity

    def lives_field(self, meta: Meta, children: list[Any]) -> tree.Field:
        start, how, end = children
        return self.field(meta, "lives", tree.Lives(self.span(meta), start, str(how), end))

    def link_field(self, meta: Meta, children: list[Any]) -> tree.Field:
        columns, target, alias, optional = children
        return self.field(meta, "link", tree.Link(self.span(meta), columns, target, alias, optional is not None))

    def column_field(self, meta: Meta, children: list[Any]) -> tree.Field:
        name, kind, *options = children
        return self.field(meta, "column", tree.Column(self.span(meta), name, kind, tuple(options)))

    def derive_field(self, meta: Meta, children: list[Any]) -> tree.Field:
        return self.field(meta, "derive", tree.Derive(self.span(meta), *children))

    def collected_field(self, meta: Meta, children: list[Any]) -> tree.Field:
        return self.field(meta, "collected", tree.Collected(self.span(meta), *children))

    def column_type(self, meta: Meta, children: list[Any]) -> tree.ColumnType:
        return tree.ColumnType(self.span(meta), *children)

    def in_items(self, meta: Meta, children: list[Any]) -> tree.ColumnOption:
        return tree.ColumnOption(self.span(meta), "in", items=tuple(children))

    def in_band(self, meta: Meta, children: list[Any]) -> tree.ColumnOption:
        return tree.ColumnOption(self.span(meta), "in", band=children[0])

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

    def baseline_field(self, meta: Meta, children: list[Any]) -> tree.Field:
        return self.field(meta, "baseline", tree.Baseline(self.span(meta), *children))

    def benchmark_field(self, meta: Meta, children: list[Any]) -> tree.Field:
        return self.field(meta, "benchmark", tree.Benchmark(self.span(meta), *children))

    def review_field(self, meta: Meta, children: list[Any]) -> tree.Field:
        return self.field(meta, "review", tree.Review(self.span(meta), *children))

    def state_field(self, meta: Meta, children: list[Any]) -> tree.Field:
        return self.field(meta, "state", tree.State(self.span(meta), children[0]))

    def replaced_field(self, meta: Meta, children: list[Any]) -> tree.Field:
        word = tree.Name(self.span(meta), "replaced")
        return self.field(meta, "state", tree.State(self.span(meta), word, children[0]))

    def own_field(self, meta: Meta, children: list[Any]) -> tree.Field:
        return self.field(meta, "field", tree.OwnField(self.span(meta), *children))

    def unit_word(self, meta: Meta, children: list[Any]) -> tree.UnitSpec:
        return tree.UnitSpec(self.span(meta), word=children[0], per=children[1])

    def unit_scale(self, meta: Meta, children: list[Any]) -> tree.UnitSpec:
        return tree.UnitSpec(self.span(meta), word=children[0], band=children[1])

    def unit_own(self, meta: Meta, children: list[Any]) -> tree.UnitSpec:
        return tree.UnitSpec(self.span(meta), own=children[0])

    def target(self, meta: Meta, when: tree.Node | None, **value: Any) -> tree.Target:
        due = when if isinstance(when, tree.Due) else None
        span_of_time = when if isinstance(when, tree.PeriodRange) else None
        return tree.Target(self.span(meta), span_of_time=span_of_time, due=due, **value)

    def target_quantity(self, meta: Meta, children: list[Any]) -> tree.Target:
        comparator, quantity, when = children
        return self.target(meta, when, comparator=comparator, quantity=quantity)

    def target_band(self, meta: Meta, children: list[Any]) -> tree.Target:
        return self.target(meta, children[1], band=children[0])

    def target_words(self, meta: Meta, children: list[Any]) -> tree.Target:
        return self.target(meta, None, words=children[0])

    def due(self, meta: Meta, children: list[Any]) -> tree.Due:
        return tree.Due(self.span(meta), *children)

    # ---- expressions

    def conditional(self, meta: Meta, children: list[Any]) -> tree.If:
        return tree.If(self.span(meta), *children)

    def binary(self, meta: Meta, children: list[Any]) -> tree.Binary:
        left, operator, right = children
        return tree.Binary(self.span(meta), " ".join(operator.split()), left, right)

    def unary(self, meta: Meta, children: list[Any]) -> tree.Unary:
        return tree.Unary(self.span(meta), str(children[0]), children[1])

    def membership(self, meta: Meta, children: list[Any]) -> tree.Membership:
        value, negated, choices = children
        return tree.Membership(self.span(meta), value, negated is not None, choices)

    def is_null(self, meta: Meta, children: list[Any]) -> tree.IsNull:
        return tree.IsNull(self.span(meta), children[0], children[1] is not None)

    def choices(self, meta: Meta, children: list[Any]) -> tuple[tree.Expr, ...]:
        return tuple(children)

    def range_choice(self, meta: Meta, children: list[Any]) -> tuple[tree.Expr, ...]:
        return (tree.RangeExpr(self.span(meta), *children),)

    def period_choice(self, meta: Meta, children: list[Any]) -> tuple[tree.Expr, ...]:
        return (tree.PeriodExpr(self.span(meta), children[0]),)

    def quantity_expr(self, meta: Meta, children: list[Any]) -> tree.QuantityExpr:
        return tree.QuantityExpr(self.span(meta), children[0])

    def string_expr(self, meta: Meta, children: list[Any]) -> tree.StringExpr:
        return tree.StringExpr(self.span(meta), children[0].value)

    def period_expr(self, meta: Meta, children: list[Any]) -> tree.PeriodExpr:
        return tree.PeriodExpr(self.span(meta), children[0])

    def true(self, meta: Meta, children: list[Any]) -> tree.BoolExpr:
        return tree.BoolExpr(self.span(meta), True)

    def false(self, meta: Meta, children: list[Any]) -> tree.BoolExpr:
        return tree.BoolExpr(self.span(meta), False)

    def call(self, meta: Meta, children: list[Any]) -> tree.Call:
        name, arguments, *clauses = children
        return tree.Call(self.span(meta), name, False, arguments or (), tuple(clauses))

    def distinct_call(self, meta: Meta, children: list[Any]) -> tree.Call:
        name, _, arguments, *clauses = children
        return tree.Call(self.span(meta), name, True, arguments, tuple(clauses))

    def arguments(self, meta: Meta, children: list[Any]) -> tuple[tree.Expr, ...]:
        return tuple(children)

    def parenthesis(self, meta: Meta, children: list[Any]) -> tree.Parenthesis:
        return tree.Parenthesis(self.span(meta), children[0])

    def narrow(self, meta: Meta, children: list[Any]) -> tree.Narrow:
        return tree.Narrow(self.span(meta), *children)

    where_clause = clause_rule("where")
    among_clause = clause_rule("among")
    having_clause = clause_rule("having")
    weight_clause = clause_rule("weight")
    on_clause = clause_rule("on")
    at_clause = clause_rule("at")

    # ---- pieces

    def path(self, meta: Meta, children: list[Any]) -> tree.Path:
        return tree.Path(self.span(meta), tuple(children))

    def label(self, meta: Meta, children: list[Any]) -> tree.Label:
        return tree.Label(self.span(meta), children[0], tuple(children[1:]))

    def translation(self, meta: Meta, children: list[Any]) -> tree.Translation:
        return tree.Translation(self.span(meta), str(children[0]), children[1])

    def references(self, meta: Meta, children: list[Any]) -> tree.References:
        return tree.References(self.span(meta), tuple(children))

    def name_list(self, meta: Meta, children: list[Any]) -> tuple[tree.Name, ...]:
        return tuple(children)

    def grain(self, meta: Meta, children: list[Any]) -> tree.Grain:
        return tree.Grain(self.span(meta), children[1], children[0] is not None)

    def period_range(self, meta: Meta, children: list[Any]) -> tree.PeriodRange:
        first, last = children
        return tree.PeriodRange(self.span(meta), first, last or first)

    def period(self, meta: Meta, children: list[Any]) -> tree.Period:
        return tree.Period(self.span(meta), str(children[0]))

    def band(self, meta: Meta, children: list[Any]) -> tree.Band:
        return tree.Band(self.span(meta), *children)

    def positive(self, meta: Meta, children: list[Any]) -> tree.Quantity:
        number, unit = children
        return tree.Quantity(self.span(meta), Decimal(number), plural(str(unit)) if unit is not None else None)

    def negative(self, meta: Meta, children: list[Any]) -> tree.Quantity:
        quantity: tree.Quantity = children[1]
        return tree.Quantity(self.span(meta), -quantity.value, quantity.unit)

    def quantity(self, meta: Meta, children: list[Any]) -> tree.Quantity:
        quantity: tree.Quantity = children[0]
        return quantity

    def name(self, meta: Meta, children: list[Any]) -> tree.Name:
        return tree.Name(self.span(meta), unicodedata.normalize("NFC", str(children[0])))

    def string(self, meta: Meta, children: list[Any]) -> tree.String:
        return tree.String(self.span(meta), unescape(children[0][1:-1]))

    def comparator(self, meta: Meta, children: list[Any]) -> str:
        return str(children[0])
