"""What a gathering of folds gave, at the places of formulas."""

from __future__ import annotations

from kpilang.model.expr import Fold
from kpilang.plan.folds import Gathering
from kpilang.plan.grid import Begin, Grid
from kpilang.plan.places import Member, Places
from kpilang.plan.timeline import Timeline
from kpilang.plan.vectors import Vector
from kpilang.result import Reason

# How many groups, by number of combination and member.
Counts = dict[tuple[int, Member], int]


class Folded:
    """The answers of a gathering: a grid whose windows are the numbers of what is seen at once."""

    def __init__(self, gathering: Gathering) -> None:
        self.gathering = gathering
        self.grid = Grid(range(len(gathering.glances)), gathering.folds[0].kept)
        self.left: dict[Fold, Counts] = {}
        self.empty: dict[Fold, frozenset[tuple[int, Member]]] = {}

    def vector(self, fold: Fold, timeline: Timeline, places: Places) -> Vector:
        """The values of a fold: where a moment that it looks at is not there, so that no group has a value, the reason."""
        numbers, width = self.gathering.compound.place(timeline), len(self.grid.members)
        begins: list[Begin] = [
            number if isinstance(number, Reason) else self.gathering.lacking(fold, number) or number * width
            for number in numbers
        ]
        left_out = self.left_out(fold)
        found = self.grid.gathered(fold, begins, places)
        values = list(found.values) if left_out else found.values
        for number, first, crowd in zip(numbers, places.firsts, places.crowds, strict=True):
            unseen = None if isinstance(number, Reason) or not left_out else self.gathering.unseen(fold, number)
            if unseen is None or isinstance(number, Reason):
                continue
            for place, member in enumerate(crowd.members, first):
                if (number, self.grid.own(member)) in self.empty[fold]:
                    values[place] = unseen  # type: ignore[index] # a list, since groups were left out
        return Vector(values, found.rough)

    def left_out(self, fold: Fold) -> Counts:
        """How many groups have no value, where there are any."""
        if fold not in self.left:
            groups = self.grid.counted(fold, "groups")
            self.left[fold] = found = self.grid.counted(fold, "left")
            self.empty[fold] = frozenset(place for place, count in found.items() if groups[place] == count)
        return self.left[fold]

    def left_out_at(self, fold: Fold, timeline: Timeline, moment: int, member: Member) -> int:
        """How many groups have no value in a moment."""
        number = self.gathering.compound.place(timeline)[moment]
        return 0 if isinstance(number, Reason) else self.left_out(fold).get((number, self.grid.own(member)), 0)
