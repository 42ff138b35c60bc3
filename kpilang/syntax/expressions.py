"""The smallest nodes of a tree: words, literals and expressions as written, each with its span."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from kpilang.text import Span


@dataclass(frozen=True, slots=True)
class Node:
    """Anything that stands somewhere in a source."""

    span: Span = field(compare=False, repr=False)

    @property
    def below(self) -> Iterator[Node]:
        """The nodes right below this one, in the order written."""
        for name in self.__match_args__:
            value = getattr(self, name)
            for each in value if isinstance(value, tuple) else (value,):
                if isinstance(each, Node):
                    yield each


# ---------------------------------------------------------------- words and literals


@dataclass(frozen=True, slots=True)
class Name(Node):
    """An identifier, in Unicode normal form C."""

    text: str


@dataclass(frozen=True, slots=True)
class String(Node):
    """A quoted text; `value` has its escapes resolved."""

    value: str


@dataclass(frozen=True, slots=True)
class Period(Node):
    """A period literal as written: `2026`, `2026-H1`, `2026-Q1`, `2026-01`, `2026-W05`, `2026-01-31`, `FY2026-Q1`."""

    text: str


@dataclass(frozen=True, slots=True)
class PeriodRange(Node):
    """`FIRST .. LAST`, both included; one period alone is first and last."""

    first: Period
    last: Period


@dataclass(frozen=True, slots=True)
class Quantity(Node):
    """A number with an optional unit word: `0.5`, `60%`, `24 hours`, `300 CNY`, `2 points`; `unit` is None, `%`,
    a currency code, or a word in the plural form (`hours`, `points`)."""

    value: Decimal
    unit: str | None


@dataclass(frozen=True, slots=True)
class Band(Node):
    """`LOW .. HIGH`, both included."""

    low: Quantity
    high: Quantity


@dataclass(frozen=True, slots=True)
class Translation(Node):
    language: str
    text: String


@dataclass(frozen=True, slots=True)
class Label(Node):
    """A text with translations: `"Repeat purchase rate" zh "复购率"`."""

    text: String
    translations: tuple[Translation, ...] = ()

    def say(self, language: str) -> str:
        """The text in a language: that of the translation, of its main language (`zh` for `zh-TW`), or the first."""
        wanted = language.lower()
        for translation in self.translations:
            if translation.language.lower() in (wanted, wanted.split("-")[0]):
                return translation.text.value
        return self.text.value


# ---------------------------------------------------------------- expressions


@dataclass(frozen=True, slots=True)
class Expr(Node):
    """An expression."""


@dataclass(frozen=True, slots=True)
class QuantityExpr(Expr):
    quantity: Quantity


@dataclass(frozen=True, slots=True)
class StringExpr(Expr):
    value: str


@dataclass(frozen=True, slots=True)
class BoolExpr(Expr):
    value: bool


@dataclass(frozen=True, slots=True)
class PeriodExpr(Expr):
    period: Period


@dataclass(frozen=True, slots=True)
class Path(Expr):
    """A name, or names joined by dots: `amount`, `orders.customer.segment`."""

    names: tuple[Name, ...]

    @property
    def text(self) -> str:
        return ".".join(name.text for name in self.names)


@dataclass(frozen=True, slots=True)
class Clause(Node):
    """What narrows or places an aggregate: word `where`, `among`, `having`, `weight` (with an expression),
    `on` (with a path) or `at` (with a path of one name: opening, closing, average)."""

    word: str
    value: Expr


@dataclass(frozen=True, slots=True)
class Call(Expr):
    """`NAME(distinct ARGUMENTS CLAUSES)`: an aggregate or a function; the checker tells which."""

    function: Name
    distinct: bool
    arguments: tuple[Expr, ...]
    clauses: tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class Unary(Expr):
    """`- x` or `not x`."""

    operator: str
    operand: Expr


@dataclass(frozen=True, slots=True)
class Binary(Expr):
    """`+ - * /`, `and`, `or`, `= != < <= > >=`, `contains`, `starts with`."""

    operator: str
    left: Expr
    right: Expr


@dataclass(frozen=True, slots=True)
class Membership(Expr):
    """`x in (a, b)`, `x in a .. b` (choices is one RangeExpr), `x in 2026-01` (one PeriodExpr)."""

    value: Expr
    negated: bool
    choices: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class RangeExpr(Expr):
    low: Expr
    high: Expr


@dataclass(frozen=True, slots=True)
class IsNull(Expr):
    value: Expr
    negated: bool


@dataclass(frozen=True, slots=True)
class If(Expr):
    condition: Expr
    then: Expr
    otherwise: Expr


@dataclass(frozen=True, slots=True)
class Narrow(Expr):
    """`(kpi where predicate)`."""

    value: Expr
    predicate: Expr


@dataclass(frozen=True, slots=True)
class Parenthesis(Expr):
    """`( x )`: kept, so that text can be written back as it was meant."""

    value: Expr
