"""The checked model: what a project declares, with names resolved and defaults filled in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from decimal import Decimal

from kpilang.diagnostics import Diagnostic
from kpilang.model.calendar import Calendar, Period
from kpilang.model.expr import Column, Expr
from kpilang.model.fields import Fields
from kpilang.model.types import Type, Unit
from kpilang.record import record
from kpilang.syntax import tree
from kpilang.text import Source, Span


@record
class Made:
    """What a column is made of before anything else is computed: for each combination of `keys` in the rows of `base` that
    are there, a `value` out of aggregates over these rows and of the keys themselves.

    `names` are the columns that the keys are called by. `depth` is 0 where the rows of the base are as their file has them,
    else one more than the greatest of the made columns that are read.
    """

    base: str
    names: tuple[str, ...]
    keys: tuple[Expr, ...]
    value: Expr
    depth: int = 0


@record
class DataColumn:
    """A column of a source. `cell` is its heading in the file. `sort` is the declared type's word (text, number,
    integer, bool, date, datetime, duration, money, percent); `percent_of` is 1 or 100 for percent columns, whose
    values are ratios either way. `currency` is the column that names the currency of each row's amount. `derived` is set
    for a derived column, in terms of its own source's columns, `made` for one that is worked out over many rows and then
    read like a column of a file.
    `sound` is false when an error is in its declaration."""

    name: str
    cell: str
    sort: str
    type: Type
    span: Span = field(compare=False, repr=False)
    items: tuple[str | Decimal, ...] = ()
    low: Decimal | None = None
    high: Decimal | None = None
    required: bool = False
    nulls: tuple[str, ...] = ()
    format: str | None = None
    percent_of: int = 1
    stock: bool = False
    derived: Expr | None = None
    made: Made | None = None
    sound: bool = True
    currency: str | None = None

    @property
    def in_file(self) -> bool:
        """Whether it stands in a file, and is not worked out."""
        return self.derived is None and self.made is None

    @property
    def worked_out(self) -> Expr | None:
        """The expression that it is worked out by, over its own row or over many."""
        return self.made.value if self.made is not None else self.derived


@record
class Rates:
    """What a source tells of currencies: one unit of that in the column `currency` is so many of `base` as the column
    `rate` says; a rate holds until the next one of its currency, at most for the days `carried`."""

    currency: str
    base: str
    rate: str
    carried: int | None
    span: Span = field(compare=False, repr=False)


@record
class DataLink:
    """A many-to-one link: rows of this source point by `columns` at the key of `target`. `sound` is false when an error
    is in it."""

    name: str
    columns: tuple[str, ...]
    target: str
    optional: bool
    span: Span = field(compare=False, repr=False)
    sound: bool = True


@record
class Unpivot:
    """The columns from the heading `first` to `last` are rows: each with its heading in `name` (its period's first day
    where `periods` says which days, end exclusive, the headings stand for) and its cell in `value`."""

    first: str
    last: str
    name: str
    value: str
    periods: tuple[dt.date, dt.date] | None
    span: Span = field(compare=False, repr=False)


@record
class Grouping:
    """The rows of a source are the keys of another's: one for each combination of these columns of `base`."""

    base: str
    names: tuple[str, ...]
    span: Span = field(compare=False, repr=False)


@record
class DataSource:
    """A table as declared. `sound` is false when an error is in what says which rows there are and when; a column or
    link says so itself.

    `time` places events (it may lead along links); `each` is the grain its rows stand for, or None.
    `snapshot` is the reading's time, `changes` tells the kind, `carried` how long a reading holds.
    `starts` and `ends` bound a life; `through` means the end is included (dates only).
    `location` is the file, `place` where in it the table stands; `grouping` is there in place of both where the rows are
    made of another source's. `covers` is the stretch of days declared as covered, end exclusive. `every` is the grain of collection.
    """

    name: str
    label: tree.Label | None
    declaration: tree.Declaration = field(compare=False, repr=False)
    location: str | None = None
    place: tree.Place | None = None
    key: tuple[str, ...] = ()
    columns: Mapping[str, DataColumn] = field(default_factory=dict)
    links: Mapping[str, DataLink] = field(default_factory=dict)
    time: Column | None = None
    each: str | None = None
    snapshot: Column | None = None
    changes: bool = False
    carried: dt.timedelta | None = None
    starts: Column | None = None
    ends: Column | None = None
    through: bool = False
    covers: tuple[dt.date, dt.date] | None = None
    planned: bool = False
    unpivot: Unpivot | None = None
    grouping: Grouping | None = None
    system: str | None = None
    every: str | None = None
    sound: bool = True
    rates: Rates | None = None

    @property
    def stock(self) -> bool:
        """Whether its rows are a state, so that plain aggregates need `at` (a source with `time` too has events)."""
        return self.snapshot is not None or (self.starts is not None and self.time is None)

    @property
    def timeless(self) -> bool:
        return self.time is None and self.snapshot is None and self.starts is None


def steps(
    sources: Mapping[str, DataSource], source: str, links: Iterable[str]
) -> Iterator[tuple[DataSource, DataLink, DataSource]]:
    """The links of a path in order, each with the source it leaves and the one it reaches."""
    here = sources[source]
    for name in links:
        link = here.links[name]
        there = sources[link.target]
        yield here, link, there
        here = there


def reached(sources: Mapping[str, DataSource], source: str, links: Iterable[str]) -> DataSource:
    """The source at the end of a path."""
    *_, here = (sources[source], *(there for _, _, there in steps(sources, source, links)))
    return here


def column_of(sources: Mapping[str, DataSource], column: Column) -> DataColumn:
    """What the source at the end of its links declares of a column."""
    return reached(sources, column.source, column.links).columns[column.name]


@record
class Owner:
    name: str
    label: tree.Label | None
    address: str | None
    department: str | None
    level: str | None
    declaration: tree.Declaration = field(compare=False, repr=False)


@record
class Goal:
    name: str
    label: tree.Label | None
    owners: tuple[tree.Name | tree.String, ...]
    parent: str | None
    span_of_time: tuple[dt.date, dt.date] | None
    declaration: tree.Declaration = field(compare=False, repr=False)


@record
class Target:
    """One line of `target`, `accept` or `stretch`, in the KPI's unit (percent and points as ratios).

    Exactly one form: `comparator` with `value`, or with a `formula`, or with `base`; `low` and `high` (a band, both
    included); `words`. A `formula` is computed in each row's period and member. With `base` it is `factor` times the
    KPI's own value in the period of the same place within `base`, and `step` more.
    `span` (days, end exclusive) is where it holds; None is always. With `total` it holds for the span as one period
    alone. `due` is the period it is due in: with `path_value` and `path_period` it runs straight from there to `due`,
    without them it is judged in the periods that end at or after the due period's end.
    `where` tells the members it is meant for, by `narrowed` columns; None is all rows.
    """

    node: tree.Field = field(compare=False, repr=False)
    comparator: str | None = None
    value: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    words: str | None = None
    span: tuple[dt.date, dt.date] | None = None
    due: Period | None = None
    path_value: Decimal | None = None
    path_period: Period | None = None
    formula: Expr | None = None
    base: Period | None = None
    factor: Decimal = Decimal(1)
    step: Decimal = Decimal(0)
    total: bool = False
    where: tree.Expr | None = None
    narrowed: int = 0

    @property
    def particular(self) -> bool:
        """Whether it takes more than the period to tell what it asks for."""
        return self.formula is not None or self.base is not None or self.total or self.where is not None


@record
class Template:
    """A KPI with parameters; `name` is the one that it is filled in by: `attainment`, `std.sales.win_rate`."""

    name: str
    declaration: tree.Declaration = field(compare=False, repr=False)

    @property
    def label(self) -> tree.Label | None:
        return self.declaration.label

    @property
    def formula(self) -> tree.Expr | None:
        """The formula, over the parameters."""
        item = self.declaration.first("formula")
        return item.value if item and isinstance(item.value, tree.Expr) else None


@record
class Given:
    """What a KPI gives for a parameter: where it stands in the formula as filled in, and where in the KPI."""

    parameter: tree.Parameter
    start: int
    end: int
    span: Span = field(compare=False, repr=False)


@record
class FilledIn:
    """A template filled in by a KPI at a `place`. `fields` are those it gives; `source` is the text of its formula as
    filled in, in which `given` says what comes from the KPI."""

    template: Template
    place: Span = field(compare=False, repr=False)
    fields: tuple[tree.Field, ...] = field(default=(), compare=False, repr=False)
    source: Source | None = field(default=None, compare=False, repr=False)
    given: tuple[Given, ...] = field(default=(), compare=False, repr=False)

    def holds(self, span: Span) -> bool:
        """Whether a place is in the template, or in its formula as filled in."""
        own = self.template.declaration.span
        return span.source is self.source or (
            span.source is own.source and own.start <= span.start and span.end <= own.end
        )

    def given_at(self, span: Span) -> Given | None:
        """What the KPI gives at a place of the formula as filled in."""
        if span.source is not self.source:
            return None
        return next((each for each in self.given if each.start <= span.start and span.end <= each.end), None)

    def origin(self, span: Span) -> Span:
        """Where a place was written: in the KPI, or in the template."""
        given = self.given_at(span)
        if given is not None:
            by = given.span.start - given.start
            return Span(given.span.source, span.start + by, span.end + by)
        formula = self.template.formula
        return formula.span if span.source is self.source and formula is not None else span


@record
class Kpi:
    """A KPI with defaults filled in.

    `fields` holds every field in force, the KPI's own before those of the template that it fills in (`filled`), these
    before the file's defaults, by keyword; what no stage reads yet stands only there. `formula` is None when there is none or it is wrong; `unit` is the declared unit, else the
    inferred one. `sound` is false when an error of syntax, name or type is in the definition or in what it uses.
    `keeps_target`: ratios, averages and medians, whose target holds at any grain and in any breakdown.
    """

    name: str
    label: tree.Label | None
    declaration: tree.Declaration = field(compare=False, repr=False)
    fields: Fields = field(default_factory=lambda: Fields(()))
    formula: Expr | None = None
    unit: Unit | None = None
    direction: str | None = None
    period: str | None = None
    targets: tuple[Target, ...] = ()
    accepts: tuple[Target, ...] = ()
    stretches: tuple[Target, ...] = ()
    owners: tuple[tree.Name | tree.String, ...] = ()
    goals: tuple[str, ...] = ()
    state: str = "active"
    uses: frozenset[str] = frozenset()
    sources: frozenset[str] = frozenset()
    keeps_target: bool = False
    filled: FilledIn | None = None
    sound: bool = True

    @property
    def aims(self) -> tuple[Expr, ...]:
        """The expressions in its targets, which are computed beside its formula."""
        lines = (*self.targets, *self.accepts, *self.stretches)
        return tuple(line.formula for line in lines if line.formula is not None)

    def first(self, word: str) -> tree.Field | None:
        """The field in force for a keyword."""
        place = self.fields.places.get(word)
        return None if place is None else self.fields.lines[place.start]

    def all(self, word: str) -> tuple[tree.Field, ...]:
        """All fields in force for a keyword."""
        return self.fields.all(word)

    def title(self, language: str) -> str:
        """Its label in a language, or its name."""
        return self.label.say(language) if self.label else self.name


@record
class Model:
    """A whole project, checked. `diagnostics` holds what parser and checker found, in reading order; `templates` those
    that the project itself declares."""

    calendar: Calendar
    owners: Mapping[str, Owner]
    goals: Mapping[str, Goal]
    sources: Mapping[str, DataSource]
    kpis: Mapping[str, Kpi]
    trees: tuple[tree.Tree, ...]
    diagnostics: tuple[Diagnostic, ...]
    templates: Mapping[str, Template] = field(default_factory=dict)
