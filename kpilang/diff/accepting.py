"""Which changes that break comparability were accepted: by a note that the new state has and the old had not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from kpilang.diff.declared import calendar_of
from kpilang.diff.nouns import Accepted, Change, Grade
from kpilang.diff.states import Pair
from kpilang.model.nouns import Model
from kpilang.syntax import tree
from kpilang.text import Text


def accepted(change: Change, pair: Pair, touched: Mapping[str, list[str]], renamed: Mapping[str, str]) -> Change:
    """The change with the note that accepts it, if it needs one and there is one. What is gone has no place for a note: a
    source that is removed is accepted by all that read it."""
    if change.grade is not Grade.BREAKING:
        return change
    if change.sort == "source" and change.subject not in pair.after.model.sources:
        notes = [_note(("kpi", name), pair, renamed) for name in touched.get(change.subject, ())]
        found = next(iter(notes), None) if all(notes) else None
    else:
        found = _note((change.sort, change.subject), pair, renamed)
    return replace(change, accepted=found) if found is not None else change


def _note(subject: tuple[str, str], pair: Pair, renamed: Mapping[str, str]) -> Accepted | None:
    """The last note of a declaration that was not there before."""
    sort, name = subject
    known = [item.value for item in _notes(pair.before.model, sort, renamed.get(name, name))]
    new = [item for item in _notes(pair.after.model, sort, name) if item.value not in known]
    found = [each for item in new for each in _read(pair.after.model, item)]
    return found[-1] if found else None


def _notes(model: Model, sort: str, name: str) -> Iterable[tree.Field]:
    if sort == "kpi":
        return model.kpis[name].all("accepted") if name in model.kpis else ()
    declared: Mapping[str, tree.Declaration | None] = {
        "source": model.sources[name].declaration if name in model.sources else None,
        "template": model.templates[name].declaration if name in model.templates else None,
        "calendar": calendar_of(model),
    }
    declaration = declared.get(sort)
    return declaration.all("accepted") if declaration is not None else ()


def _read(model: Model, item: tree.Field) -> Iterator[Accepted]:
    if isinstance(item.value, tree.Accepted):
        period, reason = model.calendar.parse(item.value.day.text), item.value.reason
        if period is not None and period.grain == "day":
            yield Accepted(period.start, Text(reason.say("en"), reason.say("zh")), item.span)
