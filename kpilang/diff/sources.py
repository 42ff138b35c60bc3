"""What formulas read: where a source lies, which rows it has and when, its columns and links. Told once, at the source."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from kpilang.diff.columns import Columns
from kpilang.diff.fields import LABEL, spoken
from kpilang.diff.nouns import Change, Grade, Kind
from kpilang.diff.reads import Part, Reads
from kpilang.diff.said import from_to, of_declaration, of_field, of_label, short
from kpilang.diff.states import Pair, State
from kpilang.diff.written import value
from kpilang.model.expr import Column
from kpilang.model.nouns import DataSource, Model
from kpilang.syntax import tree
from kpilang.text import Text

MOVED = Kind("D111", "data-moved", Grade.BREAKING, Text("Read from elsewhere", "数据位置改变"))
KEY = Kind("D112", "key-changed", Grade.BREAKING, Text("Key changed", "键改变"))
TIME = Kind("D113", "time-changed", Grade.BREAKING, Text("Place in time changed", "时间形态改变"))
RATES = Kind("D118", "rates-changed", Grade.BREAKING, Text("Rates of exchange read otherwise", "汇率的取法改变"))
REMOVED = Kind("D117", "source-removed", Grade.BREAKING, Text("Source removed", "数据源被删除"))
RENAMED = Kind("D238", "source-renamed", Grade.NOTABLE, Text("Source renamed", "数据源改名"))
ADDED = Kind("D234", "source-added", Grade.NOTABLE, Text("Source added", "新增数据源"))
COVERS = Kind("D251", "covers-changed", Grade.NOTABLE, Text("Coverage changed", "覆盖范围改变"))
EVERY = Kind("D252", "collection-changed", Grade.NOTABLE, Text("Collected more or less often", "采集频率改变"))
SYSTEM = Kind("D308", "system-changed", Grade.WORDS, Text("System named otherwise", "来源系统的名称改变"))

UNREAD = Text("{said}; no KPI reads it", "{said}；没有 KPI 读取它")
_PLACE = Text("its data lie elsewhere: {now}, before {was}", "数据位置由 {was} 改为 {now}")
_NOWHERE = Text("no place", "未写明")
_GONE = Text("it is removed", "已删除")
_NEW = Text("it is new", "新增的数据源")
_NAME = Text("it was called `{was}`", "原名 `{was}`")
_OF_TIME = ("time", "snapshot", "lives", "planned")
Touched = dict[str, list[str]]


def renamed(before: Model, after: Model) -> dict[str, str]:
    """The sources of the new state that are in the old under another name, by new name: alike in all but that."""
    old, new = before.sources, after.sources
    waiting = {name: source for name, source in old.items() if name not in new}
    found: dict[str, str] = {}
    for name, source in new.items():
        was = next((each for each, other in waiting.items() if name not in old and _alike(other, source)), None)
        if was is not None:
            found[name] = was
            del waiting[was]
    return found


def _alike(old: DataSource, new: DataSource) -> bool:
    one, other = old.declaration, new.declaration
    return (one.location, one.place, one.grouping, one.fields) == (
        other.location,
        other.place,
        other.grouping,
        other.fields,
    )


class Sources:
    """Compares sources; `touched` are the KPIs that a change of a source touches, by its name."""

    def __init__(self, pair: Pair, called: Mapping[str, str]) -> None:
        self.pair, self.called = pair, called
        self.before, self.after = Reads(pair.before), Reads(pair.after)
        self.touched: Touched = {}

    def changes(self) -> Iterator[Change]:
        """Sources in the order of the new state, then those that are gone."""
        old, new = self.pair.before.model.sources, self.pair.after.model.sources
        for name, source in new.items():
            was = old.get(self.called.get(name, name))
            if was is None:
                yield of_declaration(ADDED, ("source", name), (None, source.declaration), _NEW)
                continue
            if name in self.called:
                message = _NAME.fill(was=was.name)
                yield of_declaration(RENAMED, ("source", name), (was.declaration, source.declaration), message)
            if was.declaration.span.text != source.declaration.span.text:
                yield from self._both(was, source)
        for name, source in old.items():
            if name not in new and name not in self.called.values():
                yield self._removed(source)

    def _both(self, old: DataSource, new: DataSource) -> Iterator[Change]:
        subject = ("source", new.name)
        yield from self._place(old, new)
        for kind, words in ((KEY, ("key",)), (TIME, _OF_TIME)):
            if self._rows(kind, old, self.pair.before) != self._rows(kind, new, self.pair.after):
                yield from self._fields(kind, old, new, words)
        if old.rates != new.rates:
            yield from self._fields(RATES, old, new, ("rates",))
        yield from Columns(self.pair, self, old, new).changes()
        yield from self._collected(old, new)
        if spoken(old.label) != spoken(new.label):
            yield of_label(LABEL, subject, (old.label, new.label))

    def graded(self, change: Change, parts: Collection[Part]) -> Change:
        """A change with the KPIs that it touches; where there are none it breaks nothing."""
        touched = [*self.after.touched(parts), *self.before.touched(parts)]
        there = [name for name in dict.fromkeys(touched) if name in self.pair.after.model.kpis]
        if there or change.grade is not Grade.BREAKING:
            known = self.touched.setdefault(change.subject, [])
            known += [name for name in there if name not in known]
            return change
        return _regraded(change)

    def _rows(self, kind: Kind, source: DataSource, state: State) -> object:
        """What says which rows there are, or when, in values that two states have in common."""
        if kind is KEY:
            return tuple(state.forms.heading(source, name) for name in source.key)
        times = (source.time, source.snapshot, source.starts, source.ends)
        shapes = source.each, source.changes, source.carried, source.through, source.planned
        return *(self._column(each, state) for each in times), *shapes

    def _column(self, column: Column | None, state: State) -> object:
        return state.forms.column(column) if column is not None else None

    def _fields(self, kind: Kind, old: DataSource, new: DataSource, words: tuple[str, ...]) -> Iterator[Change]:
        """The fields with some keywords that say something else, went or came."""
        for word in words:
            fields = old.declaration.first(word), new.declaration.first(word)
            one, other = fields
            if (one is None) != (other is None) or (one is not None and other is not None and one.value != other.value):
                message = from_to(word, value(one, "source") or _bare(one), value(other, "source") or _bare(other))
                change = of_field(kind, ("source", new.name), fields, message)
                yield self.graded(change, [("rows", new.name), ("rows", old.name)])

    def _place(self, old: DataSource, new: DataSource) -> Iterator[Change]:
        """Another file, another place in it, or other columns that are rows."""
        made = old.declaration.grouping, new.declaration.grouping
        if (old.location, old.place) != (new.location, new.place) or made[0] != made[1]:
            was, now = _where(old.declaration), _where(new.declaration)
            message = _PLACE.fill(was=was or _NOWHERE, now=now or _NOWHERE)
            change = of_declaration(MOVED, ("source", new.name), (old.declaration, new.declaration), message)
            yield self.graded(_placed(change, old, new, was, now), [("rows", new.name), ("rows", old.name)])
        if old.unpivot != new.unpivot:
            yield from self._fields(MOVED, old, new, ("unpivot",))

    def _collected(self, old: DataSource, new: DataSource) -> Iterator[Change]:
        subject, fields = ("source", new.name), (old.declaration.first("covers"), new.declaration.first("covers"))
        written = [each.value if each else None for each in fields]
        if old.covers != new.covers and written[0] != written[1]:
            message = from_to("covers", value(fields[0], "source"), value(fields[1], "source"))
            yield of_field(COVERS, subject, fields, message)
        fields = old.declaration.first("collected"), new.declaration.first("collected")
        if old.every != new.every:
            message = from_to("every", old.every, new.every)
            yield of_field(EVERY, subject, fields, message)
        if old.system != new.system:
            yield of_field(SYSTEM, subject, fields, from_to("collected", old.system, new.system))

    def _removed(self, source: DataSource) -> Change:
        change = of_declaration(REMOVED, ("source", source.name), (source.declaration, None), _GONE)
        return self.graded(change, [("rows", source.name)])


def _regraded(change: Change) -> Change:
    return replace(change, grade=Grade.NOTABLE, message=UNREAD.fill(said=change.message))


def _placed(change: Change, old: DataSource, new: DataSource, was: str | None, now: str | None) -> Change:
    before, after = (each.declaration.location or each.declaration.grouping for each in (old, new))
    places = before.span if before else change.before, after.span if after else change.after
    return replace(change, before=places[0] if was else None, after=places[1] if now else None, was=was, now=now)


def _where(declaration: tree.Declaration) -> str | None:
    """`from "orders.csv" sheet "FY26" header 3`, as far as it is said; `from events per case_id`."""
    place = declaration.place
    if declaration.grouping is not None:
        return short(declaration.grouping.span.text)
    said = [f"from {declaration.location.span.text}"] if declaration.location else []
    if place is not None:
        parts = (("sheet", place.sheet), ("table", place.table), ("header", place.header))
        said += [f"{word} {node.span.text}" for word, node in parts if node is not None]
    return short(" ".join(said)) or None


def _bare(item: tree.Field | None) -> str | None:
    """A field that is its keyword alone."""
    return item.word if item is not None else None
