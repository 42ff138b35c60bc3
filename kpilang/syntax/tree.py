"""The tree of a `.kpi` file: declarations and fields as written, each with its span; with the nodes below them.

Spans take no part in comparison, so two trees are equal when they say the same in the same order.
"""

from __future__ import annotations

from dataclasses import field

from kpilang.diagnostics import Diagnostic
from kpilang.record import record
from kpilang.syntax.expressions import (
    Band,
    Binary,
    BoolExpr,
    Call,
    Clause,
    Expr,
    Grain,
    GrainExpr,
    If,
    IsNull,
    Label,
    Membership,
    Name,
    Narrow,
    Node,
    Parenthesis,
    Path,
    Per,
    Period,
    PeriodExpr,
    PeriodRange,
    Quantity,
    QuantityExpr,
    RangeExpr,
    SetExpr,
    String,
    StringExpr,
    Successor,
    Translation,
    Unary,
)
from kpilang.syntax.values import (
    Accepted,
    Baseline,
    Benchmark,
    ByColumn,
    Collected,
    Column,
    ColumnOption,
    ColumnType,
    Days,
    Derive,
    Due,
    Ends,
    Grouping,
    Hour,
    Hours,
    Link,
    Lives,
    OwnField,
    Place,
    Rates,
    References,
    Relative,
    Review,
    Scope,
    Snapshot,
    Spaced,
    Starts,
    State,
    Target,
    Time,
    UnitSpec,
    Unpivot,
    Weeks,
)
from kpilang.text import Source, Span

__all__ = [
    "OWNER_WHERE",
    "Accepted",
    "Band",
    "Baseline",
    "Benchmark",
    "Binary",
    "BoolExpr",
    "ByColumn",
    "Call",
    "Clause",
    "Collected",
    "Column",
    "ColumnOption",
    "ColumnType",
    "Comment",
    "Days",
    "Declaration",
    "Derive",
    "Due",
    "Ends",
    "Expr",
    "Field",
    "FieldValue",
    "Filled",
    "Filling",
    "Grain",
    "GrainExpr",
    "Grouping",
    "Hour",
    "Hours",
    "If",
    "IsNull",
    "Label",
    "Link",
    "Lives",
    "Membership",
    "Name",
    "Narrow",
    "Node",
    "OwnField",
    "Parameter",
    "Parenthesis",
    "Path",
    "Per",
    "Period",
    "PeriodExpr",
    "PeriodRange",
    "Place",
    "Quantity",
    "QuantityExpr",
    "RangeExpr",
    "Rates",
    "References",
    "Relative",
    "Review",
    "Scope",
    "SetExpr",
    "Snapshot",
    "Spaced",
    "Starts",
    "State",
    "String",
    "StringExpr",
    "Successor",
    "Target",
    "Time",
    "Translation",
    "Tree",
    "Unary",
    "UnitSpec",
    "Unpivot",
    "Weeks",
]


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
    | Accepted
    | OwnField
    | Time
    | Snapshot
    | Rates
    | Lives
    | Link
    | Column
    | Derive
    | Collected
    | Unpivot
    | Starts
    | Days
    | Spaced
    | Ends
    | Weeks
    | Hours
    | PeriodRange
    | Period
    | None
)


OWNER_WHERE = "owner where"
"""The `word` of a field that names the owner of some members only, so that it stands apart from that of all."""


@record
class Field(Node):
    """One field of a declaration: its keyword (or OWNER_WHERE), and a value whose type follows from declaration and keyword
    (see `grammar/kpi.lark`); `planned` has None."""

    word: str
    value: FieldValue

    @property
    def keyword(self) -> str:
        """The word that the field begins with."""
        return self.word.split()[0]

    @property
    def word_span(self) -> Span:
        """The keyword, where a declaration says the field; a formula that was filled in has none."""
        return Span(self.origin, self.begin, self.begin + len(self.keyword))


@record
class Parameter(Node):
    """What a template leaves open: a name, maybe with the sort of thing that may take its place."""

    name: Name
    sort: Name | None = None


@record
class Filling(Node):
    """`NAME: EXPRESSION`: what takes the place of a parameter."""

    name: Name
    value: Expr


@record
class Filled(Node):
    """`is TEMPLATE(NAME: EXPRESSION, …)`: the template that a KPI fills in."""

    template: Path
    fillings: tuple[Filling, ...] = ()


@record
class Declaration(Node):
    """`calendar`, `defaults`, `owner`, `goal`, `source`, `template` or `kpi`.

    `name` is None for calendar and defaults; `address` belongs to owners, `location` (the text after `from`) and
    `place` (where in the file) or `grouping` to sources, `parameters` to templates, `filled` to KPIs.
    """

    kind: str
    name: Name | None
    label: Label | None
    fields: tuple[Field, ...]
    address: String | None = None
    location: String | None = None
    place: Place | None = None
    grouping: Grouping | None = None
    parameters: tuple[Parameter, ...] = ()
    filled: Filled | None = None

    @property
    def head(self) -> Span:
        """The stretch from keyword to name, to point at the declaration as a whole."""
        return Span(self.origin, self.begin, self.name.close if self.name else self.begin + len(self.kind))

    def all(self, word: str) -> tuple[Field, ...]:
        """Every field with a keyword, in order."""
        return tuple(item for item in self.fields if item.word == word)

    def first(self, word: str) -> Field | None:
        """The first field with a keyword."""
        return next((item for item in self.fields if item.word == word), None)


@record
class Comment(Node):
    """A comment: its text with the `#`, and whether anything but white space stands before it on its line."""

    text: str
    own_line: bool


@record
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
