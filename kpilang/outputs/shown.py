"""A result with all that is needed to show it: the KPIs' labels, the language, what the stream can hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kpilang.outputs.colour import PLAIN, Palette

if TYPE_CHECKING:
    from kpilang.model.nouns import Kpi, Model
    from kpilang.model.types import Unit
    from kpilang.result import Result, Row


@dataclass(frozen=True)
class Shown:
    """What a format is given. `ascii_only`: characters outside ASCII must be escaped where the format can."""

    result: Result
    model: Model
    language: str
    ascii_only: bool = False
    palette: Palette = PLAIN

    def kpi(self, row: Row) -> Kpi:
        return self.model.kpis[row.kpi]

    @property
    def members(self) -> tuple[str, ...]:
        """The columns of the breakdown, in the order asked for."""
        return tuple(dict.fromkeys(column for sheet in self.result.sheets if len(sheet) for column in sheet.columns))

    @property
    def totals(self) -> bool:
        """Whether any row is for all members of a breakdown together."""
        return any(len(sheet) and not sheet.columns for sheet in self.result.sheets) and bool(self.members)


def unit_name(unit: Unit | None) -> str | None:
    """A unit as a word; None for a bare number."""
    return None if unit is None else unit.name or None
