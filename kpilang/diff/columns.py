"""The columns and links of a source in two states."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from kpilang.diff.nouns import Change, Grade, Kind
from kpilang.diff.said import CHANGED, from_to, of_field, short
from kpilang.diff.states import Pair, State
from kpilang.diff.written import value
from kpilang.model.nouns import DataColumn, DataLink, DataSource
from kpilang.syntax import tree
from kpilang.text import Text

if TYPE_CHECKING:
    from kpilang.diff.sources import Sources

COLUMN = Kind("D114", "column-changed", Grade.BREAKING, Text("Column read otherwise", "列的读法改变"))
DERIVED = Kind("D115", "derived-changed", Grade.BREAKING, Text("Derived column changed", "派生列改变"))
LINK = Kind("D116", "link-changed", Grade.BREAKING, Text("Link changed", "关联改变"))
COLUMN_ADDED = Kind("D253", "column-added", Grade.NOTABLE, Text("Column added", "新增列"))
COLUMN_REMOVED = Kind("D254", "column-removed", Grade.NOTABLE, Text("Column removed", "列被删除"))
CHECKS = Kind("D255", "checks-changed", Grade.NOTABLE, Text("Checks of values changed", "取值检查改变"))
LINK_ADDED = Kind("D256", "link-added", Grade.NOTABLE, Text("Link added", "新增关联"))
LINK_REMOVED = Kind("D257", "link-removed", Grade.NOTABLE, Text("Link removed", "关联被删除"))

_CHECKED = Text("column {now} is checked otherwise: it was {was}", "列 {now} 的检查改变：原为 {was}")
_UNDECLARED = "text"


class Columns:
    """Compares the columns and links of one source."""

    def __init__(self, pair: Pair, sources: Sources, old: DataSource, new: DataSource) -> None:
        self.pair, self.sources, self.old, self.new = pair, sources, old, new

    def changes(self) -> Iterator[Change]:
        """Columns, then links; those called otherwise with all else alike are the same."""
        yield from self._columns()
        yield from self._links()

    def _columns(self) -> Iterator[Change]:
        was, now = self.old.columns, self.new.columns
        gone = {name: self._of(each, self.pair.before) for name, each in was.items() if name not in now}
        come = {name: self._of(each, self.pair.after) for name, each in now.items() if name not in was}
        for name, column in now.items():
            if name in was:
                yield from self._both(was[name], column)
            elif come[name] in gone.values():
                del gone[next(each for each, of in gone.items() if of == come[name])]
            elif (field := _field(self.new, name)) is not None:
                yield self._alone(COLUMN_ADDED, None, field)
        for name in gone:
            if (field := _field(self.old, name)) is not None:
                yield self.sources.graded(self._alone(COLUMN_REMOVED, field, None), [("column", self.old.name, name)])

    def _alone(self, kind: Kind, old: tree.Field | None, new: tree.Field | None) -> Change:
        word = (old or new or self.new.declaration.fields[0]).word
        message = from_to(word, value(old, "source"), value(new, "source"))
        return of_field(kind, ("source", self.new.name), (old, new), message)

    def _of(self, column: DataColumn, state: State) -> object:
        """What a column holds, whatever it is called."""
        if not column.in_file:
            unit = column.type.unit
            of = (unit.dimensions, unit.scale, unit.form) if unit else None
            return "derived", self._form(column, state), column.type.kind, of
        return "column", column.cell, *_read(column), *_checked(column)

    def _form(self, column: DataColumn, state: State) -> int | None:
        if not (column.sound and self.old.sound and self.new.sound):
            return None
        if column.made is not None:
            return state.forms.made(column.made)
        return state.forms.of(column.derived) if column.derived is not None else None

    def _both(self, old: DataColumn, new: DataColumn) -> Iterator[Change]:
        fields = _field(self.old, old.name), _field(self.new, new.name)
        if fields[0] is not None and fields[1] is not None and fields[0].value == fields[1].value:
            return
        if fields == (None, None) and not (old.in_file or new.in_file):
            return  # of a key that rows are grouped by, which the head of the source says
        subject, shown = ("source", self.new.name), [short(value(each, "source") or _UNDECLARED) for each in fields]
        message = CHANGED.fill(
            word=(fields[1] or fields[0] or self.new.declaration.fields[0]).word, was=shown[0], now=shown[1]
        )
        if not (old.in_file and new.in_file):
            if self._of(old, self.pair.before) != self._of(new, self.pair.after):
                parts = [("derived", self.new.name, new.name), ("column", self.new.name, new.name)]
                yield self.sources.graded(of_field(DERIVED, subject, fields, message), parts)
        elif (old.cell, *_read(old)) != (new.cell, *_read(new)):
            parts = [("column", self.new.name, new.name), ("column", self.old.name, old.name)]
            yield self.sources.graded(of_field(COLUMN, subject, fields, message), parts)
        elif _checked(old) != _checked(new):
            checked = _CHECKED.fill(was=shown[0], now=shown[1])
            yield of_field(CHECKS, subject, fields, checked)

    # ---- links

    def _links(self) -> Iterator[Change]:
        was, now = self.old.links, self.new.links
        gone = {name: self._leads(each, self.old, self.pair.before) for name, each in was.items() if name not in now}
        for name, link in now.items():
            leads = self._leads(link, self.new, self.pair.after)
            if name in was:
                if self._leads(was[name], self.old, self.pair.before) != leads:
                    yield self._changed(was[name], link)
                elif was[name].optional != link.optional:
                    yield self._optional(was[name], link)
            elif leads in gone.values():
                del gone[next(each for each, of in gone.items() if of == leads)]
            else:
                yield self._alone(LINK_ADDED, None, _link_field(self.new, name))
        for name in gone:
            yield self._alone(LINK_REMOVED, _link_field(self.old, name), None)

    def _leads(self, link: DataLink, source: DataSource, state: State) -> object:
        """By which columns where to."""
        columns = tuple(state.forms.heading(source, name) for name in link.columns)
        return columns, state.forms.table(link.target)

    def _optional(self, old: DataLink, new: DataLink) -> Change:
        """Whether partners may be missing is a check."""
        fields = _link_field(self.old, old.name), _link_field(self.new, new.name)
        message = from_to("link", *(short(value(each, "source")) for each in fields))
        return of_field(CHECKS, ("source", self.new.name), fields, message)

    def _changed(self, old: DataLink, new: DataLink) -> Change:
        fields = _link_field(self.old, old.name), _link_field(self.new, new.name)
        message = from_to("link", *(short(value(each, "source")) for each in fields))
        change = of_field(LINK, ("source", self.new.name), fields, message)
        return self.sources.graded(change, [("link", self.new.name, new.name), ("link", self.old.name, old.name)])


def _read(column: DataColumn) -> Sequence[object]:
    """How cells become values."""
    unit = column.type.unit
    of = (unit.dimensions, unit.scale) if unit else None
    return column.type.kind, of, frozenset(column.nulls), column.format, column.percent_of


def _checked(column: DataColumn) -> Sequence[object]:
    """What is checked of values."""
    whole = column.sort == "integer"
    return frozenset(column.items), column.low, column.high, column.required, column.stock, whole


def _field(source: DataSource, name: str) -> tree.Field | None:
    """The field that declares a column."""
    for item in source.declaration.fields:
        if isinstance(item.value, tree.Column | tree.Derive) and item.value.name.text == name:
            return item
    return None


def _link_field(source: DataSource, name: str) -> tree.Field | None:
    for item in source.declaration.fields:
        if isinstance(item.value, tree.Link) and (item.value.alias or item.value.target).text == name:
            return item
    return None
