"""Amounts that are converted: by which rates, and what has to be read for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from kpilang.model.expr import Aggregate, Expr, Literal, Operation
from kpilang.model.nouns import DataSource, Model
from kpilang.model.types import TEXT


class Exchange(NamedTuple):
    """An amount in some currency made one in the currency `to`, by the rates of a source: those of the row's own `day`,
    or the `closing` or `average` ones of the window."""

    operation: Operation
    amount: Expr
    currency: Expr
    rates: str
    to: str
    rule: str

    @property
    def target(self) -> Expr:
        """The currency `to` as an expression."""
        return Literal(TEXT, None, self.to)


def exchange(operation: Operation) -> Exchange:
    """What an operation says."""
    amount, currency, *said = operation.arguments
    rates, to, rule = (str(word.value) for word in said if isinstance(word, Literal))
    return Exchange(operation, amount, currency, rates, to, rule)


def exchanges(exprs: Iterable[Expr | None]) -> Iterator[Exchange]:
    """Every conversion below these expressions, inner ones first."""
    for expr in exprs:
        found = (
            [part for part in expr.walk() if isinstance(part, Operation) and part.name == "exchange"] if expr else []
        )
        yield from (exchange(part) for part in reversed(found))


def converts(aggregate: Aggregate) -> bool:
    """Whether an aggregate converts anything."""
    return any(True for _ in exchanges([aggregate]))


def read_for(model: Model, aggregate: Aggregate) -> Iterator[tuple[str, str]]:
    """The (source, column) pairs of the rates that an aggregate needs."""
    for item in exchanges([aggregate]):
        source = model.sources[item.rates]
        yield from ((source.name, name) for name in columns_of(source))


def columns_of(source: DataSource) -> tuple[str, str, str]:
    """The columns that rates are read by: currency, rate and time."""
    assert source.rates is not None
    assert source.time is not None
    return source.rates.currency, source.rates.rate, source.time.name
