"""What fields hold, each in a node of its own with its place."""

from __future__ import annotations

from kpilang.record import record
from kpilang.syntax.expressions import Band, Expr, Grain, Label, Name, Node, Path, Period, PeriodRange, Quantity, String


@record
class UnitSpec(Node):
    """`percent`, `CNY per customer` (word and per), `score 1..5` (word and band), or a text of one's own (own)."""

    word: Name | None = None
    per: Name | None = None
    band: Band | None = None
    own: String | None = None


@record
class Due(Node):
    """`by PERIOD`, maybe `from QUANTITY at PERIOD`."""

    period: Period
    start: Quantity | None = None
    start_period: Period | None = None


@record
class Relative(Node):
    """`+ QUANTITY on baseline`, `- QUANTITY on PERIOD`: the quantity has the sign written; without a period it is on the
    baseline."""

    quantity: Quantity
    period: Period | None = None


@record
class Scope(Node):
    """When and for which members a target holds: `for` a span of time (maybe `in total`) or `by` a due period, `where` a
    condition on the members of a breakdown."""

    span_of_time: PeriodRange | None = None
    in_total: bool = False
    due: Due | None = None
    where: Expr | None = None


@record
class Target(Node):
    """The value of `target`, `accept`, `stretch`: a comparator (or None) and one of quantity, band, words, formula,
    relative; then when and for whom it holds."""

    comparator: str | None = None
    quantity: Quantity | None = None
    band: Band | None = None
    words: String | None = None
    formula: Expr | None = None
    relative: Relative | None = None
    scope: Scope | None = None

    @property
    def span_of_time(self) -> PeriodRange | None:
        return self.scope.span_of_time if self.scope else None

    @property
    def due(self) -> Due | None:
        return self.scope.due if self.scope else None

    @property
    def where(self) -> Expr | None:
        return self.scope.where if self.scope else None

    @property
    def in_total(self) -> bool:
        return self.scope is not None and self.scope.in_total


@record
class Baseline(Node):
    quantity: Quantity
    period: Period | None = None


@record
class Benchmark(Node):
    source: String
    quantity: Quantity


@record
class References(Node):
    """One or more names or texts: owners, goals, tags, keys; of owners maybe `where` a condition on members holds."""

    items: tuple[Name | String, ...]
    where: Expr | None = None


@record
class Review(Node):
    every: Grain
    last: Period | None = None


@record
class State(Node):
    """`draft`, `active`, `deprecated`, or `replaced by NAME`."""

    word: Name
    replaced_by: Name | None = None


@record
class Accepted(Node):
    """`accepted DAY REASON`: since when values are not to be compared with those before, and why."""

    day: Period
    reason: Label


@record
class OwnField(Node):
    """`field NAME VALUE`: a field that the project declares in kpi.yaml."""

    name: Name
    value: String | Name | Quantity


@record
class Time(Node):
    """`time PATH`, maybe `each GRAIN`."""

    path: Path
    each: Grain | None = None


@record
class Snapshot(Node):
    """`snapshot PATH complete|changes`, for changes maybe `carried at most QUANTITY`."""

    path: Path
    how: str
    carried: Quantity | None = None


@record
class Lives(Node):
    """`lives START until|through END`."""

    start: Path
    how: str
    end: Path


@record
class Link(Node):
    """`link COLUMNS -> TARGET`, maybe `as NAME`, maybe `optional`."""

    columns: tuple[Name, ...]
    target: Name
    alias: Name | None = None
    optional: bool = False


@record
class ByColumn(Node):
    """`by COLUMN` as the argument of a type: each row names its own."""

    column: Name


@record
class ColumnType(Node):
    """`text`, `money(CNY)`, `money(by currency)`, `percent(0..100)`: a word, and a word, column or band in brackets."""

    word: Name
    argument: Name | Band | ByColumn | None = None


@record
class Rates(Node):
    """`rates CURRENCY to BASE by RATE`, maybe `carried at most QUANTITY`."""

    currency: Name
    base: Name
    rate: Name
    carried: Quantity | None = None


@record
class ColumnOption(Node):
    """`in` (items or band), `required`, `stock` (bare), `null` (items), `format` and `from` (one item)."""

    word: str
    items: tuple[String | Quantity, ...] = ()
    band: Band | None = None


@record
class Column(Node):
    name: Name
    type: ColumnType
    options: tuple[ColumnOption, ...] = ()


@record
class Derive(Node):
    """`derive NAME = EXPRESSION`, maybe with a type; with `per` over all rows that are alike in these columns."""

    name: Name
    type: ColumnType | None
    value: Expr
    per: tuple[Name, ...] = ()


@record
class Grouping(Node):
    """`from BASE per KEYS`: a source with one row for each key of the rows of another."""

    base: Name
    keys: tuple[Name, ...]


@record
class Collected(Node):
    system: String
    every: Grain | None = None


@record
class Unpivot(Node):
    """`unpivot FIRST .. LAST into NAME, VALUE`, maybe `for PERIODS`: the columns from one heading to another as rows."""

    first: String
    last: String
    name: Name
    value: Name
    periods: PeriodRange | None = None


@record
class Place(Node):
    """Where in its file a table stands: `sheet "FY26"`, `table "data.invoices"`, `header 3` (the row of headings)."""

    sheet: String | None = None
    table: String | None = None
    header: Quantity | None = None


@record
class Days(Node):
    """`A .. B, C "LABEL"`: days, of holidays or worked, with what they are called."""

    spans: tuple[PeriodRange, ...]
    label: Label | None = None


@record
class Hour(Node):
    """`09:00 .. 17:30`: a stretch of each day by the clock, as written."""

    first: str
    last: str


@record
class Hours(Node):
    """One stretch of each day, or several."""

    stretches: tuple[Hour, ...]


@record
class Ends(Node):
    """`year ends last WEEKDAY of MONTH`, or with a day `year ends WEEKDAY nearest MONTH DAY`."""

    weekday: Name
    month: Name
    day: str | None = None


@record
class Spaced(Node):
    """`every 2 weeks from 2026-01-05`: periods of so many units, one of which begins on a day; as written."""

    count: str
    unit: str
    first: Period


@record
class Weeks(Node):
    """`months 4-4-5`: how many weeks the months of a quarter have, as written."""

    pattern: str


@record
class Starts(Node):
    """`year starts MONTH`, `week starts DAY` of a calendar."""

    word: Name
