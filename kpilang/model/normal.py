"""Formulas in one form each: those that compute the same are equal whatever way they are written; in doubt two differ.

Sums and products commute, brackets and names of KPIs and links are gone, filters say the same in one way. What decides
about the rows stays: source, filter, time column, window, and what a link leads to.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from kpilang.model import polynomials
from kpilang.model.conditions import Conditions
from kpilang.model.expr import (
    Aggregate,
    Column,
    Expr,
    Fold,
    InSet,
    Literal,
    Operation,
    Reach,
    Series,
    Shift,
    Total,
    Use,
)
from kpilang.model.nouns import DataSource, Model, reached, steps
from kpilang.model.polynomials import Count, Quotient, exact
from kpilang.model.types import Kind

_ANY_FACTOR = ("sum", "avg", "first", "last")
_ABOVE_ZERO = ("min", "max", "percentile")
_COMMUTE = ("greatest", "least")


class Normal:
    """Gives every part of the formulas of one project its number: parts that compute the same have the same one. What was
    worked out for the `parts` of a formula is forgotten with it, but for the formulas that are `used` in others. Numbers
    given `beside` those of another project can be compared with them."""

    def __init__(self, model: Model, beside: Normal | None = None) -> None:
        self.model = model
        self.numbers: dict[object, int] = beside.numbers if beside is not None else {}
        self.columns: dict[tuple[str, tuple[str, ...], str], int] = {}
        self.parts: dict[int, tuple[Expr, Quotient]] = {}
        self.used: dict[int, tuple[Expr, Quotient]] = {}
        self.conditions = Conditions(self)
        if beside is not None:
            self.conditions.forms = beside.conditions.forms

    def formula(self, value: Expr) -> int:
        """The number of what a formula computes; hours and minutes of one thing have the same."""
        found = self.quotient(value)
        unit = value.type.unit
        self.parts.clear()
        return self.numbered(polynomials.scaled(found, unit.scale) if unit else found)

    def numbered(self, value: Quotient) -> int:
        """The number of a quotient: where it is one part, the number of that."""
        only = value.only
        return self.number(value.key) if only is None else only

    def number(self, form: object) -> int:
        """The number of a form."""
        return self.numbers.setdefault(form, len(self.numbers))

    def of(self, value: Expr) -> int:
        """The number of any value."""
        if value.type.kind is Kind.BOOL:
            return self.conditions.of(value)
        if value.type.kind is Kind.NUMBER:
            return self.numbered(self.quotient(value))
        return self.other(value)

    def other(self, value: Expr) -> int:
        """The number of a text, a date, or a value that no arithmetic is known of."""
        if isinstance(value, Use):
            return self.of(value.value)
        if isinstance(value, Literal):
            return self.number(("literal", type(value.value).__name__, value.value))
        if isinstance(value, Column):
            return self.column(value)
        if isinstance(value, Shift):
            return self.number(("shift", value.count, value.grain, self.of(value.value)))
        if isinstance(value, Reach):
            return self.number((value.way, value.count, value.grain, self.of(value.value)))
        if isinstance(value, Total):
            return self.number(("total", tuple(sorted(path.text for path in value.columns)), self.of(value.value)))
        if isinstance(value, Aggregate):
            return self.aggregate(value)[0]
        if isinstance(value, Fold | Series):
            return self.fold(value) if isinstance(value, Fold) else self.series(value)
        if isinstance(value, InSet):
            return self.number(("in set", *map(self.of, value.keys), self.of(value.of)))
        assert isinstance(value, Operation)  # noqa: S101 - there is no other expression
        given = [self.of(each) for each in value.arguments]
        return self.number((value.name, *(sorted(set(given)) if value.name in _COMMUTE else given)))

    def column(self, value: Column) -> int:
        """The number of a column."""
        name = (value.source, value.links, value.name)
        found = self.columns.get(name)
        if found is None:
            found = self.columns[name] = self.number(
                ("column", self.table(value.source), self.way(value), self.end(value))
            )
        return found

    def way(self, column: Column) -> tuple[object, ...]:
        """The links to a column, by their own columns and where they lead, whatever their names."""
        return tuple(
            (tuple(self.heading(here, name) for name in link.columns), self.table(there.name))
            for here, link, there in steps(self.model.sources, column.source, column.links)
        )

    def end(self, column: Column) -> str:
        """What tells a column from all others of the source that its links lead to."""
        return self.heading(reached(self.model.sources, column.source, column.links), column.name)

    def table(self, source: str) -> str:
        """What tells a source from all others: its name."""
        return source

    def heading(self, source: DataSource, name: str) -> str:
        """What tells a column from all others of its source: its name."""
        del source
        return name

    # ---- arithmetic

    def quotient(self, value: Expr) -> Quotient:
        """A number as a quotient of sums of products."""
        if isinstance(value, Literal | Column):
            return self.worked_out(value)
        return _once(self.parts, value, self.worked_out)  # parts are shared, and a column may double forty times over

    def worked_out(self, value: Expr) -> Quotient:
        """The quotient of a value that is met for the first time."""
        if isinstance(value, Use):
            return _once(self.used, value.value, self.worked_out)
        if isinstance(value, Literal) and isinstance(value.value, Decimal):
            return polynomials.number(exact(value.value))
        if isinstance(value, Aggregate):
            number, factor = self.aggregate(value)
            return polynomials.scaled(polynomials.part(number), factor)
        if isinstance(value, Operation):
            return self.operation(value)
        return polynomials.part(self.other(value))

    def operation(self, value: Operation) -> Quotient:
        """Arithmetic worked out; what is none, or becomes too large, is a part."""
        if all(each.type.kind is Kind.NUMBER for each in value.arguments):
            if value.name == "negate":
                return polynomials.scaled(self.quotient(value.arguments[0]), -1)
            if value.name in ARITHMETIC:
                one, other = (self.quotient(each) for each in value.arguments)
                found = ARITHMETIC[value.name](one, other)
                return found if found is not None else self.left(value, one, other)
            if value.name == "abs":
                return self.absolute(self.quotient(value.arguments[0]))
        if value.name == "if":
            return self.choice(value)
        return polynomials.part(self.other(value))

    def left(self, value: Operation, one: Quotient, other: Quotient) -> Quotient:
        """An operation that is left as it is written, but for its order."""
        given = [self.numbered(each) for each in (one, other)]
        name = "multiply" if value.name == "convert" else value.name
        return polynomials.part(self.number((name, *(sorted(given) if name in ("add", "multiply") else given))))

    def absolute(self, inner: Quotient) -> Quotient:
        """A number without its sign: `abs(a - b)` is `abs(b - a)`."""
        plain = polynomials.scaled(inner, -1) if inner.leading < 0 else inner
        return polynomials.part(self.number(("abs", self.numbered(plain))))

    def choice(self, value: Operation) -> Quotient:
        """`if`, with a condition that is no denial."""
        condition, then, otherwise = value.arguments
        test, denied = self.conditions.undenied(condition)
        first, second = (otherwise, then) if denied else (then, otherwise)
        return polynomials.part(self.number(("if", test, self.of(first), self.of(second))))

    # ---- aggregates

    def aggregate(self, value: Aggregate) -> tuple[int, Count]:
        """The number of an aggregate, and the constant factor that stands before it."""
        value = _one_way(value)
        given, factor = self.arguments(value)
        form = (
            value.function,
            tuple(sorted(set(given))) if value.distinct else given,
            value.distinct,
            self.rows(value),
            self.conditions.of(value.having) if value.having is not None else None,
            self.of(value.weight) if value.weight is not None else None,
            value.fraction,
            value.lag,
            (self.aggregate(value.followed.rows), value.followed.within) if value.followed is not None else None,
        )
        return self.number(form), factor

    def rows(self, value: Aggregate) -> int:
        """The number of the rows that an aggregate looks at: of which source, filtered how, placed in time by what."""
        source = self.model.sources[value.source]
        on = value.on or (source.time if value.at is None else None)
        filters = self.conditions.all_of(self.filters(value))
        return self.number(
            ("rows", self.table(value.source), filters, self.of(on) if on is not None else None, value.at)
        )

    def series(self, value: Series) -> int:
        """The number of a series of periods."""
        form = ("series", value.function, value.grain, value.count, value.fraction)
        return self.number((*form, *(self.of(each) for each in value.children)))

    def fold(self, value: Fold) -> int:
        """The number of a fold: the order of its key columns does not matter where one source is read."""
        keys = [(self.table(source), tuple(self.of(each) for each in columns)) for source, columns in value.keys]
        if value.source is None:
            keys = [(source, tuple(sorted(columns))) for source, columns in keys]
        among = tuple(sorted((self.table(source), self.conditions.of(kept)) for source, kept in value.among))
        groups = (tuple(sorted(keys)), self.table(value.source) if value.source else None, among)
        middle = value.function == "median"
        function = ("percentile", Decimal("0.5")) if middle else (value.function, value.fraction)
        return self.number(("per", *function, self.of(value.value), groups))

    def filters(self, value: Aggregate) -> list[int]:
        """What the rows of an aggregate must satisfy: a count of a column is that of the rows where it is not empty."""
        found = [self.conditions.of(value.where)] if value.where is not None else []
        if value.function == "count" and not value.distinct:
            found += [self.conditions.not_null(self.of(each)) for each in value.arguments]
        return found

    def arguments(self, value: Aggregate) -> tuple[tuple[int, ...], Count]:
        """The numbers of what is aggregated, and the factor that may as well stand before the aggregate."""
        if value.function == "count" and not value.distinct:
            return (), 1
        if value.function in (*_ANY_FACTOR, *_ABOVE_ZERO) and value.arguments[0].type.kind is Kind.NUMBER:
            inner = self.quotient(value.arguments[0])
            factor = inner.leading
            if inner.constant is None and (factor > 0 or value.function in _ANY_FACTOR):
                return (self.numbered(polynomials.levelled(inner, factor)),), factor
        return tuple(self.of(each) for each in value.arguments), 1


def _once(known: dict[int, tuple[Expr, Quotient]], value: Expr, work_out: Callable[[Expr], Quotient]) -> Quotient:
    """What was worked out for a value before, else what is now."""
    found = known.get(id(value))
    if found is None:
        found = known[id(value)] = (value, work_out(value))
    return found[1]


def _one_way(value: Aggregate) -> Aggregate:
    """A median is the percentile in the middle."""
    return replace(value, function="percentile", fraction=Decimal("0.5")) if value.function == "median" else value


def _less(one: Quotient, other: Quotient) -> Quotient | None:
    return polynomials.added(one, polynomials.scaled(other, -1))


ARITHMETIC: dict[str, Callable[[Quotient, Quotient], Quotient | None]] = {
    "add": polynomials.added,
    "subtract": _less,
    "multiply": polynomials.multiplied,
    "convert": polynomials.multiplied,
    "divide": polynomials.divided,
}
"""What is worked out, by the name of the operation."""
