"""What an evaluation gives: rows of values or reasons, with status, parts, notes, and a report on each source."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from kpilang.diagnostics import Diagnostic
from kpilang.model.types import Unit
from kpilang.text import Text


class Why(StrEnum):
    """Why there is no number."""

    UNDEFINED = "undefined"
    BAD_DATA = "bad data"
    NO_DATA = "no data"
    NO_VALUE = "no value"


@dataclass(frozen=True)
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


@dataclass(frozen=True)
class Note:
    """What the reader of a row should know: a code (`reading-age`, `empty-compared`, …), a number, the sentence."""

    code: str
    number: Decimal
    text: Text


@dataclass(frozen=True)
class Part:
    """One aggregate of a formula: as written, its value or reason, and its unit."""

    text: str
    value: Decimal | str | None
    reason: Reason | None
    unit: Unit | None


@dataclass(frozen=True)
class Partial:
    """How a period is cut: the days that are known, `end` exclusive."""

    start: dt.date
    end: dt.date


@dataclass(frozen=True)
class TargetInForce:
    """The target that a row is judged by, in the KPI's unit: comparator and value, or a band, or words."""

    comparator: str | None
    value: Decimal | None
    low: Decimal | None = None
    high: Decimal | None = None
    words: str | None = None


@dataclass(frozen=True)
class Row:
    """One KPI in one period and member. `value` is in `unit` (percent and points as ratios), exact or rounded to 12
    significant digits; where it is None, `reason` says why. `start` and `end` (exclusive) are None for an `all`
    without days. `by` pairs each breakdown column, as asked for, with its member (None is "none")."""

    kpi: str
    period: str
    grain: str
    start: dt.date | None
    end: dt.date | None
    by: tuple[tuple[str, str | None], ...]
    value: Decimal | None
    reason: Reason | None
    unit: Unit | None
    previous: Decimal | None = None
    change: Decimal | None = None
    partial: Partial | None = None
    parts: tuple[Part, ...] = ()
    notes: tuple[Note, ...] = ()
    target: TargetInForce | None = None
    attainment: Decimal | None = None
    attainment_reason: Reason | None = None
    status: Status | None = None


@dataclass(frozen=True)
class LeftOut:
    """Rows of a source that no aggregate saw, or cells that were skipped: a code, how many, the sentence."""

    code: str
    count: int
    text: Text


class Soundness(StrEnum):
    """What is to be thought of a source: nothing is wrong; rows have no partner along a link, and are counted under none;
    rows are left out; what is wrong cannot be computed with."""

    SOUND = "sound"
    NO_PARTNER = "no_partner"
    LEFT_OUT = "left_out"
    BAD_DATA = "bad_data"


@dataclass(frozen=True)
class Freshness:
    """How many days lie between the last time of a source and the as-of date, and by which grain it is collected.

    `late` is true when a whole period of the grain has passed without a row; None where nothing says that there should
    be one: no grain is declared, or what is known holds until something else is said.
    """

    days: int
    every: str | None = None
    late: bool | None = None


@dataclass(frozen=True)
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


@dataclass(frozen=True)
class Result:
    """All that one question gave. `diagnostics` are the findings about data met on the way."""

    as_of: dt.date
    sources: tuple[SourceReport, ...]
    rows: tuple[Row, ...]
    diagnostics: tuple[Diagnostic, ...] = ()
