"""Targets compared line by line over the time in which they hold: which side is looser, what came, went or moved."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise, zip_longest

from kpilang.diff import written
from kpilang.diff.asks import ONE_DAY, Line, compared, line
from kpilang.diff.nouns import Change, Grade, Kind
from kpilang.diff.said import CHANGED, from_to, of_field, short
from kpilang.model.nouns import Kpi
from kpilang.text import Text

LOOSENED = Kind("D201", "target-loosened", Grade.NOTABLE, Text("Target loosened", "目标值放宽"))
TIGHTENED = Kind("D202", "target-tightened", Grade.NOTABLE, Text("Target tightened", "目标值收紧"))
REMOVED = Kind("D203", "target-removed", Grade.NOTABLE, Text("Target removed", "目标值取消"))
ADDED = Kind("D204", "target-added", Grade.NOTABLE, Text("Target added", "目标值新增"))
MOVED = Kind("D205", "target-moved", Grade.NOTABLE, Text("Target moved in time", "目标值的时间改变"))
CHANGED_OTHERWISE = Kind("D206", "target-changed", Grade.NOTABLE, Text("Target changed", "目标值改变"))

_SAID = {
    "loosened": (LOOSENED, Text("`{word}` loosened from {was} to {now}", "`{word}` 放宽：由 {was} 改为 {now}")),
    "tightened": (TIGHTENED, Text("`{word}` tightened from {was} to {now}", "`{word}` 收紧：由 {was} 改为 {now}")),
    "moved": (MOVED, Text("`{word}` moved in time from {was} to {now}", "`{word}` 换了时间：由 {was} 改为 {now}")),
    "changed": (CHANGED_OTHERWISE, CHANGED),
}
_Meeting = tuple[Line | None, Line | None]


def changes(old: Kpi, new: Kpi) -> Iterator[Change]:
    """What changed in target, accept and stretch."""
    scales = _scales(old, new)
    lines = (("target", old.targets, new.targets), ("accept", old.accepts, new.accepts))
    for word, before, after in (*lines, ("stretch", old.stretches, new.stretches)):
        if [(each.node.value, each.value) for each in before] != [(each.node.value, each.value) for each in after]:
            first = [line(each, scales[0]) for each in before]
            second = [line(each, scales[1]) for each in after]
            for meant in dict.fromkeys(each.meant for each in (*first, *second)):
                alike = [[each for each in lines if each.meant == meant] for lines in (first, second)]
                yield from _Schedules(word, new.name, *alike).changes()


def _scales(old: Kpi, new: Kpi) -> tuple[Fraction, Fraction]:
    """By what values are multiplied to be compared; where the units do not fit, their bare numbers are compared."""
    if old.unit is None or new.unit is None or not old.unit.fits(new.unit):
        return Fraction(1), Fraction(1)
    return old.unit.scale, new.unit.scale


class _Schedules:
    """The lines of one word in two states that are meant for the same rows."""

    def __init__(self, word: str, name: str, before: Sequence[Line], after: Sequence[Line]) -> None:
        self.word, self.name = word, name
        self.before, self.after = before, after
        self.left, self.come = _without(before, after), _without(after, before)

    def changes(self) -> Iterator[Change]:
        """Every pair of lines, the one in force before and the one after, that differ somewhere; then what came or went
        without another in its place."""
        met = self.met()
        moved = self.moved(met)
        away, here = [old for old, _ in moved], [new for _, new in moved]
        told = [*away, *here]
        for old, new in moved:
            yield self.change("moved", old, new)
        for (one, other), how in met.items():
            if one is None or other is None or one in away or other in here or how == {"same"}:
                continue
            kinds = how - {"same"}
            yield self.change(kinds.pop() if len(kinds) == 1 else "changed", one, other)
            told += [one, other]
        for each in self.left:
            if each not in told and (each, None) in met:
                yield self.alone(REMOVED, each, None)
        for each in self.come:
            if each not in told and (None, each) in met:
                yield self.alone(ADDED, None, each)

    def met(self) -> dict[_Meeting, set[str]]:
        """Which line was in force when which is now, and how they differ there; only where one of them is another."""
        days = sorted({day for each in (*self.before, *self.after) for day in each.turns})
        found: dict[_Meeting, set[str]] = {}
        for start, end in pairwise(days):
            ends = (start, end - ONE_DAY) if end < dt.date.max else (start,)
            for old, new in _paired(_in_force(self.before, start), _in_force(self.after, start)):
                if old in self.left or new in self.come:
                    how = compared(old, new, ends) if old is not None and new is not None else "alone"
                    found.setdefault((old, new), set()).add(how)
        return found

    def moved(self, met: dict[_Meeting, set[str]]) -> list[tuple[Line, Line]]:
        """Lines that ask for the same at another time, in whose place no other new one came."""
        found = list[tuple[Line, Line]]()
        for old in self.left:
            alike = [new for new in self.come if new.asks == old.asks]
            before = [each for each in self.left if each.asks == old.asks]
            replaced = any(new in self.come and new not in alike for one, new in met if one is old)
            replacing = any(one in self.left and one not in before for one, new in met if new in alike)
            if len(alike) == len(before) == 1 and not replaced and not replacing:
                found.append((old, alike[0]))
        return found

    def change(self, how: str, old: Line, new: Line) -> Change:
        kind, message = _SAID[how]
        said = message.fill(word=self.word, was=_shown(old), now=_shown(new))
        return of_field(kind, ("kpi", self.name), (old.target.node, new.target.node), said)

    def alone(self, kind: Kind, old: Line | None, new: Line | None) -> Change:
        message = from_to(self.word, _shown(old) if old else None, _shown(new) if new else None)
        fields = old.target.node if old else None, new.target.node if new else None
        return of_field(kind, ("kpi", self.name), fields, message)


def _shown(each: Line) -> str:
    return short(written.value(each.target.node))


def _without(lines: Sequence[Line], others: Sequence[Line]) -> list[Line]:
    """The lines that do not stand among others too."""
    there = Counter(each.key for each in others)
    found = list[Line]()
    for each in lines:
        if there[each.key]:
            there[each.key] -= 1
        else:
            found.append(each)
    return found


def _in_force(lines: Sequence[Line], day: dt.date) -> list[Line]:
    """The lines that hold on a day for the shortest time: none, one, or several that tie."""
    there = [each for each in lines if each.stretch[0] <= day < each.stretch[1]]
    narrowest = max((each.narrowness for each in there), default=None)
    return [each for each in there if each.narrowness == narrowest]


def _paired(before: Sequence[Line], after: Sequence[Line]) -> Iterator[_Meeting]:
    """Lines in force before and after, without those that stand in both: those that ask for the same side first."""
    gone, come = _without(before, after), _without(after, before)
    for old in list(gone):
        new = next((each for each in come if each.side == old.side), None)
        if new is not None:
            gone.remove(old)
            come.remove(new)
            yield old, new
    yield from zip_longest(gone, come)
