"""Row-level expressions to SQL, with the SQL type of each, so that exact numbers stay exact.

An empty operand gives NULL; a predicate is never NULL (docs/language.md, law 1).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

from kpilang.model.calendar import Calendar
from kpilang.model.expr import Column, Expr, InSet, Literal, Operation
from kpilang.model.types import Kind
from kpilang.sql import business, dates, quote
from kpilang.sql.values import (
    BLANKS,
    BOOLEAN,
    DATE,
    DAY_SECONDS,
    DOUBLE,
    INSTANT,
    INTEGER,
    MOST_DIGITS,
    TEXT,
    Sql,
    number,
    to_utc,
    within,
)


class Scalars:
    """Writes expressions over the rows of one statement; `column` gives the SQL of a column there, `alive` how many seconds
    a row holds within the window that it is looked at in, `exchanged` an amount in another currency, `sets` for each set that rows are held against the test that its
    key is in it."""

    def __init__(self, column: Callable[[Column], Sql], calendar: Calendar, alive: Sql | None = None) -> None:
        self.column = column
        self.calendar = calendar
        self.alive = alive
        self.sets: dict[InSet, str] = {}
        self.exchanged: Callable[[Operation], Sql] = unrated

    # ---- entry points

    def value(self, expr: Expr) -> Sql:
        """An expression as a value, NULL where empty."""
        match expr:
            case Column():
                return self.column(expr)
            case Literal():
                return self.literal(expr)
            case InSet():
                return Sql(self.sets[expr], BOOLEAN)
            case Operation(name=name) if name in PREDICATES:
                return Sql(self.predicate(expr), BOOLEAN)
            case Operation(name=name):
                return WRITERS[name](self, expr)
            case _:
                raise TypeError(f"no row-level expression: {expr!r}")

    def predicate(self, expr: Expr) -> str:
        """An expression as a condition, never NULL."""
        if isinstance(expr, Operation) and expr.name in PREDICATES:
            return PREDICATES[expr.name](self, expr)
        if isinstance(expr, Literal):
            return "TRUE" if expr.value else "FALSE"
        if isinstance(expr, InSet):
            return self.sets[expr]
        return f"COALESCE({self.value(expr).text}, FALSE)"

    def choosing(self, expr: Expr) -> str:
        """An expression as a condition that chooses rows: NULL chooses no more than FALSE does."""
        match expr:
            case Operation(name="and" | "or" as name, arguments=(left, right)):
                return f"({self.choosing(left)} {name.upper()} {self.choosing(right)})"
            case Operation(name=name) if name in COMPARING and name != "ne":
                return self.open_test(expr)
            case Column():
                return self.value(expr).text
            case _:
                return self.predicate(expr)

    def literal(self, expr: Literal) -> Sql:
        value = expr.value
        match value:
            case None:
                return Sql("NULL", {Kind.TEXT: TEXT, Kind.DATE: DATE, Kind.BOOL: BOOLEAN}.get(expr.type.kind, INTEGER))
            case bool():
                return Sql("TRUE" if value else "FALSE", BOOLEAN)
            case str():
                return Sql(quote.text(value), TEXT)
            case dt.date():
                return Sql(quote.date(value), DATE, value)
            case Decimal():
                return number(value)

    # ---- operands made alike

    def instant(self, value: Sql) -> Sql:
        """A date as the first instant of its day in the zone; an instant as it is."""
        if value.type == INSTANT:
            return value
        if value.day is not None:
            return Sql(quote.timestamp(self.calendar.instant(value.day)), INSTANT)
        local = f"CAST({value.text} AS TIMESTAMP)"
        if self.calendar.zone == "UTC":
            return Sql(local, INSTANT)
        midnight = to_utc(local, self.calendar.zone)
        before = Sql(f"({midnight} - INTERVAL 1 HOUR)", INSTANT)
        twice = f"CAST({self.local(before)} AS DATE) = {value.text}"
        return Sql(f"CASE WHEN {twice} THEN {before.text} ELSE {midnight} END", INSTANT)

    def local(self, value: Sql) -> str:
        """A date or instant as something whose parts are those of the clock in the zone."""
        if value.type == DATE or self.calendar.zone == "UTC":
            return value.text
        return f"(({value.text} AT TIME ZONE 'UTC') AT TIME ZONE {quote.text(self.calendar.zone)})"

    def day(self, expr: Expr) -> str:
        """The day of a date or instant, on the calendar of the zone."""
        value = self.value(expr)
        return value.text if value.type == DATE else f"CAST({self.local(value)} AS DATE)"

    def shown(self, value: Sql) -> str:
        """A value as the text of a member: numbers without idle zeros, instants by the clock of the zone."""
        if value.type == INSTANT:
            return f"replace(strftime({self.local(value)}, '%Y-%m-%dT%H:%M:%S'), 'T00:00:00', '')"
        text = f"CAST({value.text} AS VARCHAR)"
        if not (value.binary or value.scale):
            return text
        return f"rtrim(regexp_replace({text}, '(\\.[0-9]*?)0+$', '\\1'), '.')"

    def alike(self, left: Sql, right: Sql) -> tuple[Sql, Sql]:
        """Two operands in types that may be compared without loss or surprise."""
        if left.type in (DATE, INSTANT) and left.type != right.type:
            return self.instant(left), self.instant(right)
        if left.binary != right.binary:
            return left.double(), right.double()
        return left, right

    def pair(self, expr: Operation) -> tuple[Sql, Sql]:
        left, right = (self.value(argument) for argument in expr.arguments)
        return self.alike(left, right)

    # ---- predicates

    def undecided(self, expr: Expr) -> str:
        """A condition as SQL has it: NULL where an empty value leaves it open."""
        match expr:
            case Operation(name=name) if name in COMPARING:
                return self.open_test(expr)
            case Operation(name="and" | "or" as name, arguments=(left, right)):
                return f"({self.undecided(left)} {name.upper()} {self.undecided(right)})"
            case Operation(name="not", arguments=(inner,)):
                return f"(NOT {self.undecided(inner)})"
            case _:
                return self.value(expr).text

    def compared(self, expr: Operation) -> str:
        """A comparison that is false where it met an empty value, and `ne` its exact opposite."""
        return f"COALESCE({self.open_test(expr)}, {'TRUE' if expr.name == 'ne' else 'FALSE'})"

    def open_test(self, expr: Operation) -> str:
        """A comparison, NULL where it met an empty value."""
        return COMPARING[expr.name](self, expr)

    def compare(self, expr: Operation) -> str:
        left, right = self.pair(expr)
        return f"{left.text} {COMPARATORS[expr.name]} {right.text}"

    def member(self, expr: Operation) -> str:
        value, *choices = (self.value(argument) for argument in expr.arguments)
        if any(value.binary != choice.binary for choice in choices):
            value, choices = value.double(), [choice.double() for choice in choices]
        if any(value.type != choice.type for choice in choices) and value.type in (DATE, INSTANT):
            value, choices = self.instant(value), [self.instant(choice) for choice in choices]
        items = ", ".join(choice.text for choice in choices)
        return f"{value.text} IN ({items})"

    def contains(self, expr: Operation) -> str:
        left, right = (self.value(argument).text for argument in expr.arguments)
        function = "contains" if expr.name == "contains" else "starts_with"
        return f"{function}({left}, {right})"

    def joined(self, expr: Operation) -> str:
        left, right = (self.predicate(argument) for argument in expr.arguments)
        return f"({left} {expr.name.upper()} {right})"

    def opposite(self, expr: Operation) -> str:
        return f"(NOT {self.predicate(expr.arguments[0])})"

    def empty(self, expr: Operation) -> str:
        return f"({self.value(expr.arguments[0]).text} IS NULL)"

    # ---- numbers

    def add(self, expr: Operation) -> Sql:
        if expr.type.kind is not Kind.NUMBER:
            return self.moved(expr, "+")
        left, right = (self.value(argument) for argument in expr.arguments)
        return self.sum(left, right, "+")

    def subtract(self, expr: Operation) -> Sql:
        if expr.type.kind is not Kind.NUMBER:
            return self.moved(expr, "-")
        left, right = (self.value(argument) for argument in expr.arguments)
        if left.type in (DATE, INSTANT):
            return self.elapsed(left, right)
        return self.sum(left, right, "-")

    def sum(self, left: Sql, right: Sql, sign: str) -> Sql:
        scale = max(left.scale, right.scale)
        digits = max(left.digits - left.scale, right.digits - right.scale) + scale + 1
        if left.binary or right.binary or digits > MOST_DIGITS:
            return Sql(f"({left.double().text} {sign} {right.double().text})", DOUBLE)
        return Sql(f"({left.exact(scale).text} {sign} {right.exact(scale).text})", f"DECIMAL({digits},{scale})")

    def elapsed(self, left: Sql, right: Sql) -> Sql:
        """Seconds between two dates or instants."""
        if left.type == right.type == DATE:
            return Sql(f"(({left.text} - {right.text}) * {DAY_SECONDS})", INTEGER)
        left, right = self.instant(left), self.instant(right)
        micro = f"(epoch_us({left.text}) - epoch_us({right.text}))"
        return Sql(f"(CAST({micro} AS DECIMAL(20,0)) * CAST('0.000001' AS DECIMAL(7,6)))", "DECIMAL(27,6)")

    def moved(self, expr: Operation, sign: str) -> Sql:
        """A date or instant, later or earlier by a duration in seconds; empty where no calendar reaches."""
        left, right = expr.arguments
        if sign == "+" and left.type.kind is Kind.NUMBER:
            left, right = right, left
        start, length = self.value(left), self.value(right)
        if expr.type.kind is Kind.DATE:
            days = f"CAST({length.double().text} / {DAY_SECONDS} AS INTEGER)"
            return within(f"TRY({start.text} {sign} {days})", DATE)
        micro = f"to_microseconds(CAST({length.double().text} * 1000000 AS BIGINT))"
        return within(f"TRY({self.instant(start).text} {sign} {micro})", INSTANT)

    def exchange(self, expr: Operation) -> Sql:
        return self.exchanged(expr)

    def multiply(self, expr: Operation) -> Sql:
        left, right = (self.value(argument) for argument in expr.arguments)
        return self.product(left, right)

    def product(self, left: Sql, right: Sql) -> Sql:
        """Two numbers multiplied: exact ones exactly, as far as the result has room."""
        scale, digits = left.scale + right.scale, left.digits + right.digits
        if left.binary or right.binary or digits > MOST_DIGITS:
            return Sql(f"({left.double().text} * {right.double().text})", DOUBLE)
        left, right = left.exact(left.scale), right.exact(right.scale)
        return Sql(f"({left.text} * {right.text})", f"DECIMAL({digits},{scale})")

    def divide(self, expr: Operation) -> Sql:
        left, right = (self.value(argument).double().text for argument in expr.arguments)
        return Sql(f"({left} / NULLIF({right}, 0))", DOUBLE)

    def negate(self, expr: Operation) -> Sql:
        value = self.value(expr.arguments[0])
        return Sql(f"(- {value.text})", value.type)

    def absolute(self, expr: Operation) -> Sql:
        value = self.value(expr.arguments[0])
        return Sql(f"abs({value.text})", value.type)

    def rounded(self, expr: Operation) -> Sql:
        value = self.value(expr.arguments[0])
        places = "0" if len(expr.arguments) == 1 else self.places(expr.arguments[1])
        if value.binary or value.digits >= MOST_DIGITS:
            text = value.double().text
            decimal = f"CAST(round(TRY_CAST({text} AS DECIMAL({MOST_DIGITS},15)), {places}) AS DOUBLE)"
            return Sql(f"COALESCE({decimal}, round({text}, {places}))", DOUBLE)
        wider = f"DECIMAL({value.digits + 1},{value.scale})"
        return Sql(f"CAST(round(CAST({value.text} AS {wider}), {places}) AS {wider})", wider)

    def places(self, expr: Expr) -> str:
        """How many places to round to; beyond those of the widest number nothing changes."""
        places = f"GREATEST(LEAST({self.value(expr).text}, {MOST_DIGITS}), -{MOST_DIGITS})"
        return f"CAST({places} AS INTEGER)"

    def power(self, expr: Operation) -> Sql:
        left, right = (self.value(argument).double().text for argument in expr.arguments)
        whole = f"({left} >= 0 OR {right} = trunc({right}))"
        defined = f"{whole} AND NOT ({left} = 0 AND {right} < 0) AND isfinite(power({left}, {right}))"
        return Sql(f"CASE WHEN {defined} THEN power({left}, {right}) END", DOUBLE)

    def logarithm(self, expr: Operation) -> Sql:
        value = self.value(expr.arguments[0]).double().text
        return Sql(f"CASE WHEN {value} > 0 THEN ln({value}) END", DOUBLE)

    def exponential(self, expr: Operation) -> Sql:
        text = f"exp({self.value(expr.arguments[0]).double().text})"
        return Sql(f"CASE WHEN isfinite({text}) THEN {text} END", DOUBLE)

    # ---- choices

    def common(self, values: list[Sql]) -> list[Sql]:
        """Values in one type, so that any of them may be the result."""
        if any(value.type in (DATE, INSTANT) for value in values):
            same = len({value.type for value in values}) == 1
            return values if same else [self.instant(value) for value in values]
        if any(value.binary for value in values):
            return [value.double() for value in values]
        if any(value.type in (TEXT, BOOLEAN) for value in values):
            return values
        scale = max(value.scale for value in values)
        if max(value.digits - value.scale for value in values) + scale > MOST_DIGITS:
            return [value.double() for value in values]
        return [value.exact(scale) for value in values]

    def conditional(self, expr: Operation) -> Sql:
        condition, *branches = expr.arguments
        then, otherwise = self.common([self.value(branch) for branch in branches])
        return Sql(f"CASE WHEN {self.predicate(condition)} THEN {then.text} ELSE {otherwise.text} END", then.type)

    def coalesce(self, expr: Operation) -> Sql:
        values = self.common([self.value(argument) for argument in expr.arguments])
        return Sql(f"COALESCE({', '.join(value.text for value in values)})", values[0].type)

    def extreme(self, expr: Operation) -> Sql:
        values = self.common([self.value(argument) for argument in expr.arguments])
        items = ", ".join(value.text for value in values)
        present = " AND ".join(f"{value.text} IS NOT NULL" for value in values)
        return Sql(f"CASE WHEN {present} THEN {expr.name}({items}) END", values[0].type)

    # ---- texts

    def concat(self, expr: Operation) -> Sql:
        items = ", ".join(self.value(argument).text for argument in expr.arguments)
        return Sql(f"NULLIF(concat({items}), '')", TEXT)

    def trim(self, expr: Operation) -> Sql:
        return Sql(f"trim({self.value(expr.arguments[0]).text}, {quote.text(BLANKS)})", TEXT)

    def lower(self, expr: Operation) -> Sql:
        return Sql(f"lower({self.value(expr.arguments[0]).text})", TEXT)


def unrated(expr: Operation) -> Sql:
    """Stands where no rates are joined."""
    raise TypeError(f"no rates to convert by: {expr!r}")


COMPARATORS = {"eq": "=", "ne": "<>", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}

COMPARING: dict[str, Callable[[Scalars, Operation], str]] = {
    **dict.fromkeys(COMPARATORS, Scalars.compare),
    "in": Scalars.member,
    "contains": Scalars.contains,
    "starts with": Scalars.contains,
}

PREDICATES: dict[str, Callable[[Scalars, Operation], str]] = {
    **dict.fromkeys(COMPARING, Scalars.compared),
    "and": Scalars.joined,
    "or": Scalars.joined,
    "not": Scalars.opposite,
    "is_null": Scalars.empty,
}

WRITERS: dict[str, Callable[[Scalars, Operation], Sql]] = {
    "add": Scalars.add,
    "subtract": Scalars.subtract,
    "multiply": Scalars.multiply,
    "convert": Scalars.multiply,
    "exchange": Scalars.exchange,
    "divide": Scalars.divide,
    "negate": Scalars.negate,
    "abs": Scalars.absolute,
    "round": Scalars.rounded,
    "power": Scalars.power,
    "ln": Scalars.logarithm,
    "exp": Scalars.exponential,
    "if": Scalars.conditional,
    "coalesce": Scalars.coalesce,
    "greatest": Scalars.extreme,
    "least": Scalars.extreme,
    "business_days": business.business_days,
    "business_time": business.business_time,
    "months_between": dates.months_between,
    "period": dates.period,
    "periods_between": dates.periods_between,
    **dict.fromkeys(("year", "quarter", "month", "weekday"), dates.date_part),
    "alive_time": dates.alive_time,
    "age": dates.age,
    "concat": Scalars.concat,
    "trim": Scalars.trim,
    "lower": Scalars.lower,
}
