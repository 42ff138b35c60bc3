"""Sheets of a result: the values of each KPI in its unit, with those before them, and what they were made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import cast

from kpilang.model.nouns import Model, Target
from kpilang.plan.aims import OUTSIDE, Asked
from kpilang.plan.crowds import Frame, Frames
from kpilang.plan.details import Detailed, Nothing
from kpilang.plan.digits import published, scaled
from kpilang.plan.formulas import Formulas
from kpilang.plan.layout import Layout
from kpilang.plan.meant import meant
from kpilang.plan.places import Places
from kpilang.plan.question import Question
from kpilang.plan.vectors import Vector, over_values
from kpilang.result import Meant, Reason, Sheet


class Publisher:
    """Turns layouts into sheets."""

    def __init__(self, model: Model, question: Question, formulas: Formulas) -> None:
        self.model, self.question, self.formulas = model, question, formulas
        self.frames = Frames(model, question, formulas.past, formulas.answers)

    def sheet(self, layout: Layout) -> Sheet:
        """Every row of a KPI: period by period, member by member."""
        frame = self.frames.frame(layout)
        size = sum(len(block.members) for block in frame.blocks)
        kpi, columns = layout.kpi, self.columns(layout)
        if layout.fault is not None:
            whole = tuple(replace(block, partial=None) for block in frame.blocks)
            return Sheet(kpi.name, kpi.unit, columns, whole, [layout.fault] * size, [None] * size, Nothing())
        values = self.values(layout, frame)
        details = Detailed(self.formulas, layout, frame)
        aims, meant = self.aims(layout, frame), self.meant(layout, frame)
        past = before(frame, values)
        made = Sheet(kpi.name, kpi.unit, columns, frame.blocks, values[:size], past, details)
        return replace(made, aims=aims, meant=meant) if aims or meant else made

    def columns(self, layout: Layout) -> tuple[str, ...]:
        """The columns of the breakdown that tell rows apart."""
        return () if layout.total else tuple(path.text for path in self.question.by)

    def values(self, layout: Layout, frame: Frame) -> list[Decimal | Reason]:
        """Values in the unit of the KPI, exact or with 12 significant digits, at every place of a frame."""
        vector = self.formulas.vector(layout.formula, frame.timeline, frame.places)
        factor = factor_of(layout)
        return in_unit(vector, factor)

    def aims(self, layout: Layout, frame: Frame) -> dict[Target, Sequence[Decimal | Reason | None]]:
        """What the lines of targets ask for, or set out from, at each row."""
        places = Places(frame.places.crowds[: len(layout.periods)])
        return {asked.target: self.asked(asked, layout, places) for asked in layout.aims}

    def asked(self, asked: Asked, layout: Layout, places: Places) -> list[Decimal | Reason | None]:
        """What one line asks for at each row; None where it asks for nothing, or sees no row to ask by."""
        if asked.fault is not None:
            return [asked.fault] * places.size
        factor = factor_of(layout) if asked.formula is layout.formula else Fraction(1)
        values = in_unit(self.formulas.vector(asked.formula, asked.timeline, places), factor)
        seen = [self.formulas.vector(each, asked.timeline, places).values for each in asked.witnesses]
        blank = [
            all(not isinstance(count, Decimal) or not count for count in counts) for counts in zip(*seen, strict=True)
        ]
        return [
            None if value is OUTSIDE or (nothing and not isinstance(value, Reason)) else value
            for value, nothing in zip(values, blank or [False] * places.size, strict=True)
        ]

    def meant(self, layout: Layout, frame: Frame) -> dict[Target, Meant]:
        """The members that lines with `where` are for."""
        kpi = layout.kpi
        if layout.total or all(line.where is None for line in (*kpi.targets, *kpi.accepts)):
            return {}
        members = {member for block in frame.blocks for member in block.members}
        return {
            line: meant(self.model, self.question, kpi, line.where, members)
            for line in (*kpi.targets, *kpi.accepts)
            if line.where is not None
        }


def in_unit(vector: Vector, factor: Fraction) -> list[Decimal | Reason]:
    """Numbers multiplied by a factor, exact or with 12 significant digits."""
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
