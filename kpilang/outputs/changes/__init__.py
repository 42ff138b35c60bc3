"""Changes in meaning written down: one module for each format, with a `render(report, style)` in it."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import TYPE_CHECKING

from kpilang.diff.nouns import Change, Downstream
from kpilang.record import record
from kpilang.text import Text

if TYPE_CHECKING:
    from decimal import Decimal

    from kpilang.model.nouns import DataSource, Goal, Kpi, Model, Owner, Template
    from kpilang.model.types import Unit
    from kpilang.outputs.findings import Style
    from kpilang.result import Row
    from kpilang.syntax.tree import Declaration, Label

FORMATS = ("text", "json", "markdown")
ENDINGS = {".txt": "text", ".log": "text", ".json": "json", ".md": "markdown"}
"""The format that the ending of a file means."""

ACCEPTED = Text(en="accepted as of {day}: {reason}", zh="自 {day} 起已认可：{reason}")
TO_ACCEPT = Text(en="where it is meant, add to `{name}`: {line}", zh="如确属有意，在 `{name}` 中加上：{line}")
NO_NOTE = Text(
    en="a declaration that is gone has no place for a note: take it out of use first by `state deprecated` or `replaced by`",
    zh="已删除的声明无处写说明：请先用 `state deprecated` 或 `replaced by` 停用",
)
SORTS = {
    "kpi": Text("KPI", "KPI"),
    "source": Text("source", "数据源"),
    "goal": Text("goal", "目标"),
    "owner": Text("owner", "负责人"),
    "calendar": Text("calendar", "日历"),
    "template": Text("template", "模板"),
}
HOW = {
    "formula": Text("formula", "公式"),
    "parent": Text("parent", "上级"),
    "guard": Text("guard", "制衡"),
    "goal": Text("goal", "目标"),
    "source": Text("source", "数据源"),
    "owner": Text("owner", "负责人"),
    "calendar": Text("calendar", "日历"),
    "template": Text("template", "模板"),
}
THROUGH = Text(en="{how}, through {names}", zh="{how}，经由 {names}")
SUMMARY = Text(
    en="{before} → {after}: breaking: {breaking}, accepted: {accepted}, notable: {notable}, words: {words}",
    zh="{before} → {after}：不可比 {breaking} 处，已认可 {accepted} 处，需留意 {notable} 处，仅措辞 {words} 处",
)
OTHER_UNIT = Text(en="units differ", zh="单位不同")
BEFORE, AFTER = Text(en="before", zh="之前"), Text(en="after", zh="之后")
DIFFERENCE = Text(en="difference", zh="差额")


@record
class Side:
    """One of the states that were compared: what people call it, its model, and the way from the folder of the repository
    to that of the project (`kpis/`)."""

    title: Text
    model: Model
    prefix: str = ""


@record
class Pair:
    """The values of a KPI in one period, by the older and by the newer definition over the same data; None where that
    definition has no such period."""

    kpi: str
    period: str
    was: Row | None
    now: Row | None

    @property
    def unit(self) -> Unit | None:
        """The unit of the newer value, else of the older."""
        row = self.now or self.was
        return row.unit if row else None

    @property
    def comparable(self) -> bool:
        """Whether both values count the same."""
        return self.was is None or self.now is None or self.was.unit == self.now.unit

    @property
    def difference(self) -> Decimal | None:
        """The newer value minus the older; None where one is missing, or they count different things."""
        was, now = (row.value if row else None for row in (self.was, self.now))
        return now - was if was is not None and now is not None and self.comparable else None


@record
class Report:
    """What changed in meaning between two states. `left_out` names KPIs that were not compared for errors in their
    definitions; `values` are None where data were not asked for, and `remarks` what to know about them; `day` is the one
    that a note would name by which a change is accepted today."""

    before: Side
    after: Side
    changes: tuple[Change, ...]
    downstream: Mapping[str, tuple[Downstream, ...]]
    day: dt.date
    left_out: tuple[str, ...] = ()
    values: tuple[Pair, ...] | None = None
    remarks: tuple[Text, ...] = ()

    @property
    def counts(self) -> dict[str, int]:
        """How many changes there are of each grade, those that are accepted apart."""
        found = Counter("accepted" if each.accepted else str(each.grade) for each in self.changes)
        return {name: found[name] for name in ("breaking", "accepted", "notable", "words")}

    @property
    def summary(self) -> Text:
        """How much changed, in one line."""
        return SUMMARY.fill(before=self.before.title, after=self.after.title, **self.counts)


@record
class Group:
    """What changed of one declaration, and who is downstream of it. `title` is its label; `place` where it stands in
    the project, in the older state where it is `gone`; `prefix` leads from the folder of the repository to the project."""

    name: str
    sort: str
    title: str
    place: str
    prefix: str
    gone: bool
    changes: tuple[Change, ...]
    downstream: tuple[Downstream, ...]


def groups(report: Report, language: str) -> Iterator[Group]:
    """The changes by declaration, in their order."""
    found: dict[tuple[str, str], list[Change]] = {}
    for change in report.changes:
        found.setdefault((change.sort, change.subject), []).append(change)
    for (sort, name), changes in found.items():
        new, old = (_declared(side.model, sort, name) for side in (report.after, report.before))
        label, declaration = new or old or (None, None)
        span = declaration.head if declaration else changes[0].after or changes[0].before
        yield Group(
            name,
            sort,
            _said(label, language),
            str(span or ""),
            (report.after if new or changes[0].after else report.before).prefix,
            new is None and changes[0].after is None,
            tuple(changes),
            report.downstream.get(name, ()),
        )


def _declared(model: Model, sort: str, name: str) -> tuple[Label | None, Declaration] | None:
    """The label and the declaration of what a change is about; None where there is none."""
    known: dict[str, Mapping[str, Kpi | DataSource | Goal | Owner | Template]] = {
        "kpi": model.kpis,
        "source": model.sources,
        "goal": model.goals,
        "owner": model.owners,
        "template": model.templates,
    }
    found = known.get(sort, {}).get(name)
    return None if found is None else (found.label, found.declaration)


def _said(label: Label | None, language: str) -> str:
    return label.say(language) if label is not None else ""


def mend(report: Report, change: Change) -> Text | None:
    """What is to be done where a change breaks comparability and that is meant; None where nothing is."""
    if not change.breaks:
        return None
    line = note(report, change)
    return TO_ACCEPT.fill(name=change.subject, line=line) if line else NO_NOTE


def note(report: Report, change: Change) -> str | None:
    """The line by which a change would be accepted; None where it need not or cannot be."""
    return f'accepted {report.day} "…"' if change.breaks and change.after is not None else None


def hangs(downstream: Downstream, language: str) -> str:
    """How somebody hangs on what changed: `formula, through margin`."""
    how = HOW[downstream.how]
    if not downstream.through:
        return how.say(language)
    return THROUGH.fill(how=how, names=", ".join(downstream.through)).say(language)


def render(form: str, report: Report, style: Style) -> str:
    """A report in one of `FORMATS`, with a line break at its end unless it is empty."""
    text: str = import_module(f"{__name__}.{form}").render(report, style)
    return text
