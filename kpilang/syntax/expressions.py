"""The smallest nodes of a tree: words, literals and expressions as written, each with its span."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field
from decimal import Decimal

from kpilang.record import record
from kpilang.text import Source, Span


@record
class Node:
    """Anything that stands somewhere: between two offsets in its `origin`, the source that it was read from. The place is
    part of the node, since places of their own would take more memory than the nodes."""

    origin: Source = field(compare=False, repr=False)
    begin: int = field(compare=False, repr=False)
    close: int = field(compare=False, repr=False)

    @property
    def span(self) -> Span:
        """The place as a value of its own."""
        return Span(self.origin, self.begin, self.close)

    @property
    def below(self) -> Iterator[Node]:
        """The nodes right below this one, in the order written."""
        for name in self.__match_args__:
            value = getattr(self, name)
            for each in value if isinstance(value, tuple) else (value,):
                if isinstance(each, Node):
                    yield each


# ---------------------------------------------------------------- words and literals


@record
class Name(Node):
    """An identifier, in Unicode normal form C."""

    text: str


@record
class String(Node):
    """A quoted text; `value` has its escapes resolved."""

    value: str


@record
class Period(Node):
    """A period literal as written: `2026`, `2026-H1`, `2026-Q1`, `2026-01`, `2026-W05`, `2026-01-31`, `FY2026-Q1`."""

    text: str


@record
class PeriodRange(Node):
    """`FIRST .. LAST`, both included; one period alone is first and last."""

    first: Period
    last: Period


@record
class Quantity(Node):
    """A number with an optional unit word: `0.5`, `60%`, `24 hours`, `300 CNY`, `2 points`; `unit` is None, `%`,
    a currency code, or a word in the plural form (`hours`, `points`)."""

    value: Decimal
    unit: str | None


@record
class Band(Node):
    """`LOW .. HIGH`, both included."""

    low: Quantity
    high: Quantity


@record
class Translation(Node):
    language: str
    text: String


@record
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


@record
class Expr(Node):
    """An expression."""


@record
class QuantityExpr(Expr):
    quantity: Quantity


@record
class StringExpr(Expr):
    value: str


@record
class BoolExpr(Expr):
    value: bool


@record
class PeriodExpr(Expr):
    period: Period


@record
class Grain(Node):
    """A word for a length of period (`month`, `all`), maybe fiscal; the checker knows which words are right."""

    word: Name
    fiscal: bool = False


@record
class GrainExpr(Expr):
    """A grain among the arguments of a function that takes one."""

    grain: Grain


@record
class Path(Expr):
    """A name, or names joined by dots: `amount`, `orders.customer.segment`."""

    names: tuple[Name, ...]

    @property
    def text(self) -> str:
        return ".".join(name.text for name in self.names)


@record
class Clause(Node):
    """What narrows or places an aggregate: word `where`, `among`, `having`, `weight` (with an expression),
    `on` or `same` (with a path), `followed by` (with a Successor), or `at` (with a path of one name: opening, closing, average)."""

    word: str
    value: Expr


@record
class Successor(Expr):
    """What `followed by` names: the key of the rows that must come, what narrows them, and within how long they must."""

    keys: tuple[Path, ...]
    clauses: tuple[Clause, ...]
    within: Quantity


@record
class Call(Expr):
    """`NAME(distinct ARGUMENTS CLAUSES)`: an aggregate or a function; the checker tells which."""

    function: Name
    distinct: bool
    arguments: tuple[Expr, ...]
    clauses: tuple[Clause, ...]


@record
class Per(Expr):
    """`value per key`, as an argument: what is computed for each group. Further key columns are the arguments after it.
    The key of a series is a grain; one of the calendar is read as a path."""

    value: Expr
    key: Path | GrainExpr


@record
class Unary(Expr):
    """`- x` or `not x`."""

    operator: str
    operand: Expr


@record
class Binary(Expr):
    """`+ - * /`, `and`, `or`, `= != < <= > >=`, `contains`, `starts with`."""

    operator: str
    left: Expr
    right: Expr


@record
class Membership(Expr):
    """`x in (a, b)`, `x in a .. b` (choices is one RangeExpr), `x in 2026-01` (one PeriodExpr), `x in previous(s.y)`
    (one SetExpr)."""

    value: Expr
    negated: bool
    choices: tuple[Expr, ...]


@record
class RangeExpr(Expr):
    low: Expr
    high: Expr


@record
class SetExpr(Expr):
    """The values of a column, `orders.customer_id`, or a call that says which of them, as what a value may be `in`."""

    of: Expr


@record
class IsNull(Expr):
    value: Expr
    negated: bool


@record
class If(Expr):
    condition: Expr
    then: Expr
    otherwise: Expr


@record
class Narrow(Expr):
    """`(kpi where predicate)`."""

    value: Expr
    predicate: Expr


@record
class Parenthesis(Expr):
    """`( x )`: kept, so that text can be written back as it was meant."""

    value: Expr
