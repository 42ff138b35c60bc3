"""Sheets of a result: the values of each KPI in its unit, with those before them, and what they were made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import cast

from kpilang.model.nouns import Model
from kpilang.plan.crowds import Frame, Frames
from kpilang.plan.details import Detailed, Nothing
from kpilang.plan.digits import published, scaled
from kpilang.plan.formulas import Formulas
from kpilang.plan.layout import Layout
from kpilang.plan.question import Question
from kpilang.plan.vectors import over_values
from kpilang.result import Reason, Sheet


class Publisher:
    """Turns layouts into sheets."""

    def __init__(self, model: Model, question: Question, formulas: Formulas) -> None:
        self.model, self.formulas = model, formulas
        self.columns = tuple(path.text for path in question.by)
        self.frames = Frames(model, question, formulas.past, formulas.answers)

    def sheet(self, layout: Layout) -> Sheet:
        """Every row of a KPI: period by period, member by member."""
        frame = self.frames.frame(layout)
        size = sum(len(block.members) for block in frame.blocks)
        kpi = layout.kpi
        if layout.fault is not None:
            whole = tuple(replace(block, partial=None) for block in frame.blocks)
            return Sheet(kpi.name, kpi.unit, self.columns, whole, [layout.fault] * size, [None] * size, Nothing())
        values = self.values(layout, frame)
        details = Detailed(self.formulas, layout, frame)
        return Sheet(kpi.name, kpi.unit, self.columns, frame.blocks, values[:size], before(frame, values), details)

    def values(self, layout: Layout, frame: Frame) -> list[Decimal | Reason]:
        """Values in the unit of the KPI, exact or with 12 significant digits, at every place of a frame."""
        vector = self.formulas.vector(layout.formula, frame.timeline, frame.places)
        factor = factor_of(layout)
        found = over_values(lambda sound: published(scaled(sound[0], factor)), [vector]).values
        return cast("list[Decimal | Reason]", found)


def before(frame: Frame, values: Sequence[Decimal | Reason]) -> list[Decimal | Reason | None]:
    """For each row what the period before has."""
    found: list[Decimal | Reason | None] = []
    for block, first in zip(frame.blocks, frame.before, strict=True):
        size = len(block.members)
        found += [None] * size if first is None else values[first : first + size]
    return found


def factor_of(layout: Layout) -> Fraction:
    """What turns a value in the inferred unit into one in the KPI's unit."""
    inferred, unit = layout.formula.type.unit, layout.kpi.unit
    return inferred.scale / unit.scale if inferred is not None and unit is not None else Fraction(1)
