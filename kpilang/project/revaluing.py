"""Old and new values side by side: both definitions of a KPI, computed over the same data, those of the newer state."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from kpilang.diff.nouns import Grade
from kpilang.outputs.changes import Pair
from kpilang.plan.wanted import needs
from kpilang.project import ask as asking
from kpilang.project import evaluate
from kpilang.record import record
from kpilang.text import Text

if TYPE_CHECKING:
    from kpilang.diagnostics import Diagnostic
    from kpilang.outputs.progress import Progress
    from kpilang.project.ask import Ask
    from kpilang.project.comparing import Compared
    from kpilang.project.evaluate import Answer
    from kpilang.project.loading import Project
    from kpilang.project.tables import Data
    from kpilang.result import Row

LAST = 6
"""So many whole periods are computed where nothing else is asked for."""
ELSEWHERE = Text(
    en="`{source}` is read from {now} for both; {title} has {was}",
    zh="两边的 `{source}` 都读自 {now}；{title} 写的是 {was}",
)
_NOWHERE = Text(en="no file", zh="没有文件")


@record
class Revalued:
    """The pairs of values in the order of KPIs and periods, what to know about them, and what was wrong with data on the way.
    `unusable` where nothing could be computed though something was to be."""

    pairs: tuple[Pair, ...]
    remarks: tuple[Text, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    unusable: bool = False


def affected(found: Compared) -> tuple[str, ...]:
    """The KPIs whose values may be others now: those of which a change breaks comparability, accepted or not, in the order
    of the changes, then those that are downstream of such a change by formula, source, calendar or template."""
    breaks = [each for each in found.changes if each.grade is Grade.BREAKING or each.kind.grade is Grade.BREAKING]
    own = [each.subject for each in breaks if each.sort == "kpi"]
    felt = [
        each.name
        for change in breaks
        for each in found.downstream.get(change.subject, ())
        if each.sort == "kpi" and each.how in ("formula", "source", "calendar", "template")
    ]
    known = found.after.project.model.kpis
    names = (name for name in dict.fromkeys((*own, *felt)) if name in known)
    return tuple(name for name in names if found.asked is None or name in found.asked)


def revalued(found: Compared, ask: Ask, data: Data, progress: Progress) -> tuple[Revalued, tuple[Diagnostic, ...]]:
    """Both values of each KPI that is affected; and what is wrong with the question, which then is not asked."""
    new = found.after.project
    old = replace(found.before.project, root=new.root)
    both = [(found.formerly.get(name, name), name) for name in affected(found)]
    both = [(was, now) for was, now in both if _computable(old, was) and _computable(new, now)]
    asked = replace(ask, as_of=ask.as_of or new.as_of.isoformat())
    asked = asked if asked.period or asked.last else replace(asked, last=LAST)
    (was, wrong), (now, misasked) = (
        asking.question(each, [names[side] for names in both], asked) for side, each in enumerate((old, new))
    )
    if wrong or misasked or not both:
        return Revalued(()), misasked or wrong
    moved = replace(data, bindings=_here(old, new, data.bindings))
    answers = [evaluate.answer(old, was, moved, progress), evaluate.answer(new, now, data, progress)]
    told = tuple(dict.fromkeys(item for answer in answers for item in answer.diagnostics))
    remarks = tuple(_elsewhere(found, moved.bindings, needs(old.model, was)))
    return Revalued(tuple(_pairs(both, answers)), remarks, told, all(answer.unusable for answer in answers)), ()


def _computable(project: Project, name: str) -> bool:
    kpi = project.model.kpis.get(name)
    return kpi is not None and kpi.sound and kpi.formula is not None


def _here(old: Project, new: Project, bindings: Mapping[str, str]) -> dict[str, str]:
    """Where the sources of the older state are read from: where the newer state has them, if it has them."""
    known = {name: source.location for name, source in new.model.sources.items() if source.location is not None}
    return {name: place for name, place in {**known, **bindings}.items() if name in old.model.sources}


def _elsewhere(found: Compared, bindings: Mapping[str, str], needed: Iterable[str]) -> Iterator[Text]:
    """The sources that the older state would have read from another place."""
    old = found.before.project
    for name in sorted(bindings.keys() & set(needed)):
        was = old.settings.sources.get(name) or old.model.sources[name].location
        if was != bindings[name]:
            place: object = f"`{was}`" if was else _NOWHERE
            yield ELSEWHERE.fill(source=name, now=f"`{bindings[name]}`", title=found.before.title, was=place)


def _pairs(both: Iterable[tuple[str, str]], answers: Sequence[Answer]) -> Iterator[Pair]:
    """The rows of each KPI by period, in the order of time."""
    before, after = (_by_kpi(answer) for answer in answers)
    for was, now in both:
        old, new = before.get(was, {}), after.get(now, {})
        starts = {row.period: str(row.start or "") for row in (*old.values(), *new.values())}
        for period in sorted(starts, key=lambda each: (starts[each], each)):
            yield Pair(now, period, old.get(period), new.get(period))


def _by_kpi(answer: Answer) -> dict[str, dict[str, Row]]:
    """The rows of an answer by KPI and period."""
    found: dict[str, dict[str, Row]] = {}
    for row in answer.result.rows if answer.result else ():
        found.setdefault(row.kpi, {})[row.period] = row
    return found
