"""What an evaluation gives: columns of values or reasons, seen as rows with status, parts, notes; a report on each source."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from decimal import ROUND_HALF_EVEN, Context, Decimal
from enum import StrEnum
from itertools import accumulate, chain
from typing import TYPE_CHECKING, NamedTuple, Protocol, overload

from kpilang.diagnostics import Diagnostic
from kpilang.model.types import Unit
from kpilang.record import record
from kpilang.text import Text

if TYPE_CHECKING:
    from kpilang.model.nouns import Target


class Why(StrEnum):
    """Why there is no number."""

    UNDEFINED = "undefined"
    BAD_DATA = "bad data"
    NO_DATA = "no data"
    NO_VALUE = "no value"


@record
class Reason:
    """A reason in place of a value: its kind, and the sentence that names the part at fault."""

    why: Why
    text: Text


class Status(StrEnum):
    MET = "met"
    AT_RISK = "at_risk"
    MISSED = "missed"
    NO_VALUE = "no_value"
    NO_TARGET = "no_target"


@record
class Note:
    """What the reader of a row should know: a code (`reading-age`, `in_total`, …), a number if any, the sentence."""

    code: str
    number: Decimal | None
    text: Text


@record
class Part:
    """One aggregate of a formula: as written, its value or reason, and its unit."""

    text: str
    value: Decimal | str | None
    reason: Reason | None
    unit: Unit | None


@record
class Partial:
    """How a period is cut: the days that are known, `end` exclusive."""

    start: dt.date
    end: dt.date


@record
class TargetInForce:
    """The target that a row is judged by, in the KPI's unit: comparator and value, or a band, or words."""

    comparator: str | None
    value: Decimal | None
    low: Decimal | None = None
    high: Decimal | None = None
    words: str | None = None


class Standing(NamedTuple):
    """How a row stands to its target: how much of it was reached, or why that cannot be told, and the status."""

    attainment: Decimal | None = None
    reason: Reason | None = None
    status: Status | None = None


@record
class Block:
    """The rows of a KPI in one period, one a member, and the place of the first of them among all. `start` and `end`
    (exclusive) are None for an `all` without days; in an `open` one something may yet follow its rows."""

    period: str
    grain: str
    start: dt.date | None
    end: dt.date | None
    partial: Partial | None
    members: Sequence[tuple[str | None, ...]]
    first: int = 0
    open: bool = False


@record
class Meant:
    """The members of a breakdown for which a condition holds, and whether it asks about every column of it."""

    members: frozenset[tuple[str | None, ...]]
    every_column: bool


class Details(Protocol):
    """What a row can tell beyond its value, worked out when it is asked for."""

    def parts(self, block: int, place: int) -> tuple[Part, ...]: ...

    def notes(self, block: int, place: int) -> tuple[Note, ...]: ...


@record
class Sheet:
    """The rows of one KPI as columns. `columns` names those of the breakdown. `values` and `previous` have a value or
    reason for each row, in the order of blocks and members; `targets` and `standings` too, and `remarks` what is to be
    noted about targets by place, once the sheet is judged. Values are in `unit` (percent and points as ratios), exact or
    rounded to 12 significant digits. `aims` holds what was computed for lines of targets, None where they ask for
    nothing; `meant` for which members those with `where` are."""

    kpi: str
    unit: Unit | None
    columns: tuple[str, ...]
    blocks: tuple[Block, ...]
    values: Sequence[Decimal | Reason]
    previous: Sequence[Decimal | Reason | None]
    details: Details
    targets: Sequence[TargetInForce | None] = ()
    standings: Sequence[Standing] = ()
    aims: Mapping[Target, Sequence[Decimal | Reason | None]] = field(default_factory=dict)
    meant: Mapping[Target, Meant] = field(default_factory=dict)
    remarks: Mapping[int, tuple[Note, ...]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.values)

    def __iter__(self) -> Iterator[Row]:
        for number, block in enumerate(self.blocks):
            for offset in range(len(block.members)):
                yield Row(self, number, block.first + offset)

    def row(self, place: int) -> Row:
        """One row, by its place from 0."""
        return Row(self, bisect_right(self.blocks, place, key=lambda block: block.first) - 1, place)


class Row:
    """One KPI in one period and member: a view of its sheet. Where `value` is None, `reason` says why."""

    __slots__ = ("number", "place", "sheet")

    def __init__(self, sheet: Sheet, number: int, place: int) -> None:
        self.sheet, self.number, self.place = sheet, number, place

    @property
    def block(self) -> Block:
        return self.sheet.blocks[self.number]

    @property
    def kpi(self) -> str:
        return self.sheet.kpi

    @property
    def unit(self) -> Unit | None:
        return self.sheet.unit

    @property
    def period(self) -> str:
        return self.block.period

    @property
    def grain(self) -> str:
        return self.block.grain

    @property
    def start(self) -> dt.date | None:
        return self.block.start

    @property
    def end(self) -> dt.date | None:
        return self.block.end

    @property
    def partial(self) -> Partial | None:
        return self.block.partial

    @property
    def open(self) -> bool:
        return self.block.open

    @property
    def by(self) -> tuple[tuple[str, str | None], ...]:
        """Each breakdown column, as asked for, with its member (None is "none")."""
        member = self.block.members[self.place - self.block.first]
        return tuple(zip(self.sheet.columns, member, strict=True))

    @property
    def value(self) -> Decimal | None:
        found = self.sheet.values[self.place]
        return found if isinstance(found, Decimal) else None

    @property
    def reason(self) -> Reason | None:
        found = self.sheet.values[self.place]
        return found if isinstance(found, Reason) else None

    @property
    def previous(self) -> Decimal | None:
        found = self.sheet.previous[self.place]
        return found if isinstance(found, Decimal) else None

    @property
    def change(self) -> Decimal | None:
        """The value less the one before, where both are there."""
        value, previous = self.value, self.previous
        if value is None or previous is None:
            return None
        return EXACT.subtract(value, previous).normalize(EXACT) or Decimal(0)

    @property
    def parts(self) -> tuple[Part, ...]:
        return self.sheet.details.parts(self.number, self.place)

    @property
    def notes(self) -> tuple[Note, ...]:
        return (*self.sheet.details.notes(self.number, self.place), *self.sheet.remarks.get(self.place, ()))

    @property
    def target(self) -> TargetInForce | None:
        return self.sheet.targets[self.place] if self.sheet.targets else None

    @property
    def standing(self) -> Standing:
        return self.sheet.standings[self.place] if self.sheet.standings else UNJUDGED

    @property
    def attainment(self) -> Decimal | None:
        return self.standing.attainment

    @property
    def attainment_reason(self) -> Reason | None:
        return self.standing.reason

    @property
    def status(self) -> Status | None:
        return self.standing.status


EXACT = Context(prec=50, rounding=ROUND_HALF_EVEN, traps=[])
UNJUDGED = Standing()


class Rows(Sequence[Row]):
    """The rows of several sheets, one sheet after another, each made when it is looked at."""

    def __init__(self, sheets: Sequence[Sheet]) -> None:
        self.sheets = sheets
        *self.firsts, self.size = accumulate(map(len, sheets), initial=0)

    def __len__(self) -> int:
        return self.size

    def __iter__(self) -> Iterator[Row]:
        return chain.from_iterable(self.sheets)

    @overload
    def __getitem__(self, place: int) -> Row: ...

    @overload
    def __getitem__(self, place: slice) -> list[Row]: ...

    def __getitem__(self, place: int | slice) -> Row | list[Row]:
        if isinstance(place, slice):
            return [self[number] for number in range(*place.indices(self.size))]
        at = range(self.size)[place]
        sheet = bisect_right(self.firsts, at) - 1
        return self.sheets[sheet].row(at - self.firsts[sheet])


@record
class LeftOut:
    """Rows of a source that no aggregate saw, or cells that were skipped: a code, how many, the sentence; and the names
    of the links, joined by dots, along which rows have no partner."""

    code: str
    count: int
    text: Text
    link: str = ""


class Soundness(StrEnum):
    """What is to be thought of a source: nothing is wrong; rows have no partner along a link, and are counted under none;
    rows are left out; what is wrong cannot be computed with."""

    SOUND = "sound"
    NO_PARTNER = "no_partner"
    LEFT_OUT = "left_out"
    BAD_DATA = "bad_data"


@record
class Freshness:
    """How many days lie between the last time of a source and the as-of date, and by which grain it is collected.

    `late` is true when a whole period of the grain has passed without a row; None where nothing says that there should
    be one: no grain is declared, or what is known holds until something else is said.
    """

    days: int
    every: str | None = None
    late: bool | None = None


@record
class SourceReport:
    """What was read: rows, those left out and why, first and last day of its time, the days it covers, how old it is,
    and the verdict, with `faults` where it is bad data."""

    name: str
    rows: int
    left_out: tuple[LeftOut, ...] = ()
    first: dt.date | None = None
    last: dt.date | None = None
    covers: tuple[dt.date, dt.date] | None = None
    freshness: Freshness | None = None
    verdict: Soundness = Soundness.SOUND
    faults: tuple[Text, ...] = ()


@record
class Result:
    """All that one question gave: a sheet for each KPI. `diagnostics` are the findings about data met on the way."""

    as_of: dt.date
    sources: tuple[SourceReport, ...]
    sheets: tuple[Sheet, ...]
    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def rows(self) -> Rows:
        return Rows(self.sheets)
