"""Who is affected by a change: who uses a KPI in a formula, breaks it down, guards it or is served by it, who reads a source."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from kpilang.diff.nouns import Change, Downstream, Grade
from kpilang.diff.states import Pair
from kpilang.model.expr import Operation, Reach, Series, Shift
from kpilang.model.nouns import Kpi, Model
from kpilang.model.references import gathered, names, text
from kpilang.model.types import Kind

_DATED = (Kind.DATETIME,)
_WORKED = ("business_days", "business_time")


class Affected:
    """Finds who is downstream in a state: the new one, or for what is gone the old one. `touched` are the KPIs that read
    what changed in a source or template."""

    def __init__(self, pair: Pair, touched: Mapping[str, Sequence[str]]) -> None:
        self.touched = touched
        self.new, self.old = _Users(pair.after.model), _Users(pair.before.model)

    def of(self, change: Change) -> tuple[Downstream, ...]:
        """All that hang on the subject of a change that is more than words, each once, the nearest first."""
        if change.grade is Grade.WORDS:
            return ()
        users = self.old if self.gone(change) else self.new
        there = self.new.model
        found = dict[str, Downstream]()
        for each in sorted(self._all(change, users), key=lambda each: len(each.through)):
            known = {"kpi": there.kpis, "goal": there.goals}[each.sort]
            if each.name in known and each.name != change.subject:
                found.setdefault(each.name, each)
        return tuple(found.values())

    def gone(self, change: Change) -> bool:
        """Whether the subject of a change is in the old state alone."""
        model = self.new.model
        declared = {"kpi": model.kpis, "goal": model.goals, "owner": model.owners, "source": model.sources}
        return change.sort in declared and change.subject not in declared[change.sort]

    def _all(self, change: Change, users: _Users) -> Iterator[Downstream]:
        name = change.subject
        if change.sort == "kpi":
            yield from users.formulas([name])
            yield from users.around(name)
        elif change.sort == "goal":
            yield from users.of_goal(name)
        elif change.sort == "owner":
            yield from users.of_owner(name)
        else:
            read = users.timed(change.kind.name) if change.sort == "calendar" else self.touched.get(name, ())
            yield from (Downstream(each, "kpi", change.sort) for each in read)
            yield from users.formulas(read)


class _Users:
    """Who names whom in one state."""

    def __init__(self, model: Model) -> None:
        self.model = model

    @cached_property
    def users(self) -> Mapping[str, Sequence[Kpi]]:
        """The KPIs whose formulas name a KPI."""
        return gathered(self.model.kpis.values(), lambda kpi: kpi.uses)

    @cached_property
    def naming(self) -> Mapping[str, Mapping[str, Sequence[Kpi]]]:
        """By a field of names, the KPIs that say a name in it."""
        return {word: self._naming(word) for word in ("parent", "guard", "goal", "owner")}

    def _naming(self, word: str) -> Mapping[str, Sequence[Kpi]]:
        return gathered(self.model.kpis.values(), lambda kpi: names(kpi, word))

    def formulas(self, first: Iterable[str]) -> Iterator[Downstream]:
        """The KPIs that use some KPIs, also through others; where one is given by itself the way begins behind it."""
        start = list(first)
        ways: dict[str, tuple[str, ...]] = {name: () if len(start) == 1 else (name,) for name in start}
        waiting = list(ways)
        for name in waiting:
            for user in (kpi.name for kpi in self.users.get(name, ())):
                if user not in ways:
                    ways[user] = (*ways[name], user)
                    waiting.append(user)
                    yield Downstream(user, "kpi", "formula", ways[user][:-1])

    def around(self, name: str) -> Iterator[Downstream]:
        """The KPIs that break one down, those that guard it or that it guards, and the goals that it serves."""
        for how in ("parent", "guard"):
            yield from (Downstream(each.name, "kpi", how) for each in self.naming[how].get(name, ()))
        own = self.model.kpis.get(name)
        if own is not None:
            yield from (Downstream(each, "kpi", "guard") for each in names(own, "guard"))
            yield from (Downstream(each, "goal", "goal") for each in own.goals)

    def of_goal(self, name: str) -> Iterator[Downstream]:
        """The KPIs that serve a goal, and the goals below it."""
        yield from (Downstream(each.name, "kpi", "goal") for each in self.naming["goal"].get(name, ()))
        yield from (
            Downstream(goal.name, "goal", "parent") for goal in self.model.goals.values() if goal.parent == name
        )

    def of_owner(self, name: str) -> Iterator[Downstream]:
        """The KPIs and goals that an owner answers for."""
        yield from (Downstream(each.name, "kpi", "owner") for each in self.naming["owner"].get(name, ()))
        for goal in self.model.goals.values():
            if name in map(text, goal.owners):
                yield Downstream(goal.name, "goal", "owner")

    def timed(self, kind: str) -> list[str]:
        """The KPIs that a change of the calendar touches: by their period, a look back, a target, or an instant they read."""
        asked = {
            "fiscal-year-changed": self._fiscal,
            "week-changed": self._weekly,
            "zone-changed": self._by_instant,
            "working-time-changed": self._by_work,
            "holidays-changed": self._by_work,
        }
        return [kpi.name for kpi in self.model.kpis.values() if asked[kind](kpi)]

    def _fiscal(self, kpi: Kpi) -> bool:
        return self._grained(kpi, "fiscal") or self._says(kpi, "FY")

    def _weekly(self, kpi: Kpi) -> bool:
        return self._grained(kpi, "week") or self._says(kpi, "-W")

    def _grained(self, kpi: Kpi, grain: str) -> bool:
        """Whether it is computed by such periods or looks back by them."""
        own = grain in (kpi.period or "")
        parts = kpi.formula.walk() if kpi.formula is not None and not own else ()
        return own or any(
            isinstance(each, Shift | Reach | Series) and (each.grain or "").startswith(grain) for each in parts
        )

    def _says(self, kpi: Kpi, sign: str) -> bool:
        """Whether a period in its formula or targets is written so."""
        items = [kpi.first("formula"), *kpi.all("target"), *kpi.all("accept"), *kpi.all("stretch")]
        return any(item is not None and sign in item.span.text for item in items)

    def _by_work(self, kpi: Kpi) -> bool:
        """Whether it counts working days or working time."""
        parts = kpi.formula.walk() if kpi.formula is not None else ()
        return any(isinstance(each, Operation) and each.name in _WORKED for each in parts)

    def _by_instant(self, kpi: Kpi) -> bool:
        """Whether it reads instants, which lie on another day in another zone."""
        if any(each.type.kind in _DATED for each in (kpi.formula.walk() if kpi.formula is not None else ())):
            return True
        read = [self.model.sources[name] for name in kpi.sources if name in self.model.sources]
        times = [each for source in read for each in (source.time, source.snapshot, source.starts, source.ends)]
        return any(each is not None and each.type.kind in _DATED for each in times)
