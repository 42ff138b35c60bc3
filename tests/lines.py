"""Rows of results written by hand, each put into a sheet of its own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from kpilang.model.types import Unit
from kpilang.result import Block, Note, Part, Partial, Reason, Sheet, Standing, Status, TargetInForce


@dataclass(frozen=True)
class Given:
    """Details that are known beforehand."""

    part: tuple[Part, ...]
    note: tuple[Note, ...]

    def parts(self, _block: int, _place: int) -> tuple[Part, ...]:
        return self.part

    def notes(self, _block: int, _place: int) -> tuple[Note, ...]:
        return self.note


@dataclass(frozen=True)
class Line:
    """One row; the names are those of `kpilang.result.Row`."""

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
    partial: Partial | None = None
    parts: tuple[Part, ...] = ()
    notes: tuple[Note, ...] = ()
    target: TargetInForce | None = None
    attainment: Decimal | None = None
    status: Status | None = None

    def sheet(self) -> Sheet:
        columns, member = tuple(name for name, _ in self.by), tuple(text for _, text in self.by)
        value = self.reason if self.value is None else self.value
        assert value is not None
        return Sheet(
            self.kpi,
            self.unit,
            columns,
            (Block(self.period, self.grain, self.start, self.end, self.partial, (member,)),),
            (value,),
            (self.previous,),
            Given(self.parts, self.notes),
            (self.target,),
            (Standing(self.attainment, None, self.status),),
        )


def sheets(lines: Iterable[Line]) -> tuple[Sheet, ...]:
    return tuple(line.sheet() for line in lines)
