"""The tree of a `.kpi` file: declarations, fields and expressions as written, each with its span.

Spans take no part in comparison, so two trees are equal when they say the same in the same order.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from kpilang.diagnostics import Diagnostic
from kpilang.text import Source, Span


@dataclass(frozen=True)
class Node:
    """Anything that stands somewhere in a source."""

    span: Span = field(compare=False, repr=False)


# ---------------------------------------------------------------- words and literals


@dataclass(frozen=True)
class Name(Node):
    """An identifier, in Unicode normal form C."""

    text: str


@dataclass(frozen=True)
class String(Node):
    """A quoted text; `value` has its escapes resolved."""

    value: str


@dataclass(frozen=True)
class Period(Node):
    """A period literal as written: `2026`, `2026-H1`, `2026-Q1`, `2026-01`, `2026-W05`, `2026-01-31`, `FY2026-Q1`."""

    text: str


@dataclass(frozen=True)
class PeriodRange(Node):
    """`FIRST .. LAST`, both included; one period alone is first and last."""

    first: Period
    last: Period


@dataclass(frozen=True)
class Quantity(Node):
    """A number with an optional unit word: `0.5`, `60%`, `24 hours`, `300 CNY`, `2 points`; `unit` is None, `%`,
    a currency code, or a word in the plural form (`hours`, `points`)."""

    value: Decimal
    unit: str | None


@dataclass(frozen=True)
class Band(Node):
    """`LOW .. HIGH`, both included."""

    low: Quantity
    high: Quantity


@dataclass(frozen=True)
class Translation(Node):
    language: str
    text: String


@dataclass(frozen=True)
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


@dataclass(frozen=True)
class Expr(Node):
    """An expression."""


@dataclass(frozen=True)
class QuantityExpr(Expr):
    quantity: Quantity


@dataclass(frozen=True)
class StringExpr(Expr):
    value: str


@dataclass(frozen=True)
class BoolExpr(Expr):
    value: bool


@dataclass(frozen=True)
class PeriodExpr(Expr):
    period: Period


@dataclass(frozen=True)
class Path(Expr):
    """A name, or names joined by dots: `amount`, `orders.customer.segment`."""

    names: tuple[Name, ...]

    @property
    def text(self) -> str:
        return ".".join(name.text for name in self.names)


@dataclass(frozen=True)
class Clause(Node):
    """What narrows or places an aggregate: word `where`, `among`, `having`, `weight` (with an expression),
    `on` (with a path) or `at` (with a path of one name: opening, closing, average)."""

    word: str
    value: Expr


@dataclass(frozen=True)
class Call(Expr):
    """`NAME(distinct ARGUMENTS CLAUSES)`: an aggregate or a function; the checker tells which."""

    function: Name
    distinct: bool
    arguments: tuple[Expr, ...]
    clauses: tuple[Clause, ...]


@dataclass(frozen=True)
class Unary(Expr):
    """`- x` or `not x`."""

    operator: str
    operand: Expr


@dataclass(frozen=True)
class Binary(Expr):
    """`+ - * /`, `and`, `or`, `= != < <= > >=`, `contains`, `starts with`."""

    operator: str
    left: Expr
    right: Expr


@dataclass(frozen=True)
class Membership(Expr):
    """`x in (a, b)`, `x in a .. b` (choices is one RangeExpr), `x in 2026-01` (one PeriodExpr)."""

    value: Expr
    negated: bool
    choices: tuple[Expr, ...]


@dataclass(frozen=True)
class RangeExpr(Expr):
    low: Expr
    high: Expr


@dataclass(frozen=True)
class IsNull(Expr):
    value: Expr
    negated: bool


@dataclass(frozen=True)
class If(Expr):
    condition: Expr
    then: Expr
    otherwise: Expr


@dataclass(frozen=True)
class Narrow(Expr):
    """`(kpi where predicate)`."""

    value: Expr
    predicate: Expr


@dataclass(frozen=True)
class Parenthesis(Expr):
    """`( x )`: kept, so that text can be written back as it was meant."""

    value: Expr


# ---------------------------------------------------------------- values of fields


@dataclass(frozen=True)
class Grain(Node):
    """A word for a length of period (`month`, `all`), maybe fiscal; the checker knows which words are right."""

    word: Name
    fiscal: bool = False


@dataclass(frozen=True)
class UnitSpec(Node):
    """`percent`, `CNY per customer` (word and per), `score 1..5` (word and band), or a text of one's own (own)."""

    word: Name | None = None
    per: Name | None = None
    band: Band | None = None
    own: String | None = None


@dataclass(frozen=True)
class Due(Node):
    """`by PERIOD`, maybe `from QUANTITY at PERIOD`."""

    period: Period
    start: Quantity | None = None
    start_period: Period | None = None


@dataclass(frozen=True)
class Target(Node):
    """The value of `target`, `accept`, `stretch`: a comparator (or None) and one of quantity, band, words;
    then a span of time it holds for, or the period it is due in."""

    comparator: str | None = None
    quantity: Quantity | None = None
    band: Band | None = None
    words: String | None = None
    span_of_time: PeriodRange | None = None
    due: Due | None = None


@dataclass(frozen=True)
class Baseline(Node):
    quantity: Quantity
    period: Period | None = None


@dataclass(frozen=True)
class Benchmark(Node):
    source: String
    quantity: Quantity


@dataclass(frozen=True)
class References(Node):
    """One or more names or texts: owners, goals, tags, keys."""

    items: tuple[Name | String, ...]


@dataclass(frozen=True)
class Review(Node):
    every: Grain
    last: Period | None = None


@dataclass(frozen=True)
class State(Node):
    """`draft`, `active`, `deprecated`, or `replaced by NAME`."""

    word: Name
    replaced_by: Name | None = None


@dataclass(frozen=True)
class OwnField(Node):
    """`field NAME VALUE`: a field that the project declares in kpi.yaml."""

    name: Name
    value: String | Name | Quantity


@dataclass(frozen=True)
class Time(Node):
    """`time PATH`, maybe `each GRAIN`."""

    path: Path
    each: Grain | None = None


@dataclass(frozen=True)
class Snapshot(Node):
    """`snapshot PATH complete|changes`, for changes maybe `carried at most QUANTITY`."""

    path: Path
    how: str
    carried: Quantity | None = None


@dataclass(frozen=True)
class Lives(Node):
    """`lives START until|through END`."""

    start: Path
    how: str
    end: Path


@dataclass(frozen=True)
class Link(Node):
    """`link COLUMNS -> TARGET`, maybe `as NAME`, maybe `optional`."""

    columns: tuple[Name, ...]
    target: Name
    alias: Name | None = None
    optional: bool = False


@dataclass(frozen=True)
class ColumnType(Node):
    """`text`, `money(CNY)`, `duration(hours)`, `percent(0..100)`: a word, and a word or band in brackets."""

    word: Name
    argument: Name | Band | None = None


@dataclass(frozen=True)
class ColumnOption(Node):
    """`in` (items or band), `required`, `stock` (bare), `null` (items), `format` and `from` (one item)."""

    word: str
    items: tuple[String | Quantity, ...] = ()
    band: Band | None = None


@dataclass(frozen=True)
class Column(Node):
    name: Name
    type: ColumnType
    options: tuple[ColumnOption, ...] = ()


@dataclass(frozen=True)
class Derive(Node):
    name: Name
    type: ColumnType | None
    value: Expr


@dataclass(frozen=True)
class Collected(Node):
    system: String
    every: Grain | None = None


@dataclass(frozen=True)
class Unpivot(Node):
    """`unpivot FIRST .. LAST into NAME, VALUE`, maybe `for PERIODS`: the columns from one heading to another as rows."""

    first: String
    last: String
    name: Name
    value: Name
    periods: PeriodRange | None = None


@dataclass(frozen=True)
class Place(Node):
    """Where in its file a table stands: `sheet "FY26"`, `table "data.invoices"`, `header 3` (the row of headings)."""

    sheet: String | None = None
    table: String | None = None
    header: Quantity | None = None


@dataclass(frozen=True)
class Starts(Node):
    """`year starts MONTH`, `week starts DAY` of a calendar."""

    word: Name


# ---------------------------------------------------------------- declarations

FieldValue = (
    Label
    | String
    | Name
    | Expr
    | UnitSpec
    | Grain
    | Target
    | Baseline
    | Benchmark
    | References
    | Review
    | State
    | OwnField
    | Time
    | Snapshot
    | Lives
    | Link
    | Column
    | Derive
    | Collected
    | Unpivot
    | Starts
    | PeriodRange
    | Period
    | None
)


@dataclass(frozen=True)
class Field(Node):
    """One field of a declaration: its keyword, and a value whose type follows from declaration and keyword
    (see `grammar/kpi.lark`); `planned` has None."""

    word: str
    word_span: Span = field(compare=False, repr=False)
    value: FieldValue


@dataclass(frozen=True)
class Declaration(Node):
    """`calendar`, `defaults`, `owner`, `goal`, `source` or `kpi`.

    `name` is None for calendar and defaults; `address` belongs to owners, `location` (the text after `from`) and
    `place` (where in the file) to sources. `head` is the stretch from keyword to name, to point at the declaration as a whole.
    """

    kind: str
    head: Span = field(compare=False, repr=False)
    name: Name | None
    label: Label | None
    fields: tuple[Field, ...]
    address: String | None = None
    location: String | None = None
    place: Place | None = None

    def all(self, word: str) -> tuple[Field, ...]:
        """Every field with a keyword, in order."""
        return tuple(item for item in self.fields if item.word == word)

    def first(self, word: str) -> Field | None:
        """The first field with a keyword."""
        return next((item for item in self.fields if item.word == word), None)


@dataclass(frozen=True)
class Comment(Node):
    """A comment: its text with the `#`, and whether anything but white space stands before it on its line."""

    text: str
    own_line: bool


@dataclass(frozen=True)
class Tree:
    """One file: its declarations in order, its comments in order, and what was wrong with its text.

    A declaration with a mistake is left out of `declarations` when its head is broken; one with a broken field
    stays, without that field, and its name is in `damaged`.
    """

    source: Source
    declarations: tuple[Declaration, ...]
    comments: tuple[Comment, ...] = field(compare=False, default=())
    diagnostics: tuple[Diagnostic, ...] = field(compare=False, default=())
    damaged: frozenset[str] = frozenset()
