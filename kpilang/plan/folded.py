"""What a gathering of folds gave, at the places of formulas."""

from __future__ import annotations

from kpilang.model.expr import Fold
from kpilang.plan import reasons
from kpilang.plan.folds import Gathering
from kpilang.plan.grid import Begin, Grid
from kpilang.plan.places import Member, Places
from kpilang.plan.rows import EVERYONE, numeric
from kpilang.plan.timeline import Timeline
from kpilang.plan.vectors import Vector
from kpilang.result import Reason

# The number of a combination, and a member.
Cell = tuple[int, Member]


class Folded:
    """The answers of a gathering: a grid whose windows are the numbers of what is seen at once."""

    def __init__(self, gathering: Gathering) -> None:
        self.gathering = gathering
        scope = next(iter(gathering.scopes.values()), EVERYONE)
        self.grid = Grid(range(len(gathering.glances)), gathering.folds[0].kept, numeric(scope))
        self.left: dict[Fold, dict[Cell, int]] = {}
        self.reasons: dict[Fold, dict[Cell, Reason]] = {}

    def vector(self, fold: Fold, timeline: Timeline, places: Places) -> Vector:
        """The values of a fold at some places."""
        numbers, width = self.gathering.compound.place(timeline), len(self.grid.members)
        begins: list[Begin] = [
            number if isinstance(number, Reason) else self.gathering.lacking(fold, number) or number * width
            for number in numbers
        ]
        found = self.grid.gathered(fold, begins, places)
        replaced = self.replaced(fold)
        if not replaced:
            return found
        values = list(found.values)
        for number, first, crowd in zip(numbers, places.firsts, places.crowds, strict=True):
            if not isinstance(number, Reason):
                for place, member in enumerate(crowd.members, first):
                    values[place] = replaced.get((number, self.grid.own(member)), values[place])
        return Vector(values, found.rough)

    def replaced(self, fold: Fold) -> dict[Cell, Reason]:
        """Where a reason takes the place of what the groups give: no group has a value, since something looked at is not
        there, or in some group two rows stand where one is to be taken."""
        if fold not in self.reasons:
            groups, found = self.grid.counted(fold, "groups"), dict[Cell, Reason]()
            for cell, count in self.left_out(fold).items():
                unseen = self.gathering.unseen(fold, cell[0]) if groups[cell] == count else None
                if unseen is not None:
                    found[cell] = unseen
            ordered = self.gathering.ordered(fold)
            if ordered is not None:
                found |= dict.fromkeys(self.grid.counted(fold, "tied"), reasons.tied_order(ordered.text))
            self.reasons[fold] = found
        return self.reasons[fold]

    def left_out(self, fold: Fold) -> dict[Cell, int]:
        """How many groups have no value, where there are any."""
        if fold not in self.left:
            self.left[fold] = self.grid.counted(fold, "left")
        return self.left[fold]

    def left_out_at(self, fold: Fold, timeline: Timeline, moment: int, member: Member) -> int:
        """How many groups have no value in a moment."""
        number = self.gathering.compound.place(timeline)[moment]
        return 0 if isinstance(number, Reason) else self.left_out(fold).get((number, self.grid.own(member)), 0)
