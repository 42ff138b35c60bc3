"""Declarations of sources made by grouping: one row for each key of the rows of another source."""

from __future__ import annotations

from dataclasses import replace

from kpilang.diagnostics import Mark, Problem
from kpilang.model.nearest import hint
from kpilang.model.nouns import DataSource, Grouping
from kpilang.model.rows import UNKNOWN_COLUMN
from kpilang.model.sources import DUPLICATE_COLUMN, SourceReader
from kpilang.syntax import tree
from kpilang.text import Text

OF_FILES = Problem(
    "E265",
    "not-of-a-file",
    Text(
        "`{source}` is made of `{base}` and has no file that `{word}` could speak of",
        "`{source}` 由 `{base}` 归并而成，没有 `{word}` 所说的文件",
    ),
    help=Text(
        "declare columns in `{base}`, and here what is derived of them", "在 `{base}` 中声明列，此处只写由其派生的列"
    ),
)
ALONG_LINK = Problem(
    "E266",
    "found-along-link",
    Text(
        "`{name}` is found along a link, and `{clause}` needs the key or what is aggregated",
        "`{name}` 沿关联取得，而 `{clause}` 需要键或聚合所得的列",
    ),
    help=Text("aggregate it: `first(…)`, `min(…)`", "写成聚合：`first(…)`、`min(…)`"),
)


class GroupReader(SourceReader):
    """Reads one declaration whose rows are the keys of another source. How they lie in time is read by `settled`, when its
    columns have been worked out."""

    def read(self, *, sound: bool = True) -> DataSource:
        node = self.declaration.grouping
        assert node is not None  # noqa: S101 - that is what it reads
        before = len(self.reports)
        made = super().read(sound=sound)
        for field in self.declaration.fields:
            if field.word in ("column", "unpivot"):
                self.reports.append(OF_FILES.at(field.span, word=field.word, source=self.name, base=node.base.text))
        for key in node.keys:
            if key.text in self.places:
                mark = Mark(key.span, Text("it is in the key", "它在键中"))
                again = self.places[key.text].span
                self.reports.append(DUPLICATE_COLUMN.at(again, marks=(mark,), source=self.name, name=key.text))
                self.twice.add(key.text)
        grouping = Grouping(node.base.text, tuple(key.text for key in node.keys), node.span)
        return replace(made, grouping=grouping, sound=made.sound and len(self.reports) == before)

    def shaped(self, made: DataSource) -> DataSource:
        return made

    def key(self) -> tuple[str, ...]:
        if self.declaration.first("key") is not None:
            return super().key()
        return tuple(key.text for key in self.declaration.grouping.keys) if self.declaration.grouping else ()

    def own(self, name: tree.Name, clause: str, sort: str = "text") -> bool:  # noqa: ARG002 nothing is text by being named
        """Makes sure that a column of this name is there, worked out once for each row; its value may come later."""
        place, keys = self.places.get(name.text), self.declaration.grouping.keys if self.declaration.grouping else ()
        if place is None and name.text not in [key.text for key in keys]:
            known = [*(key.text for key in keys), *self.places]
            told = hint(name.text, known)
            self.reports.append(UNKNOWN_COLUMN.at(name.span, source=self.name, name=name.text, hint=told))
            return False
        column = self.columns.get(name.text)
        if column is not None and column.derived is not None:
            mark = Mark(column.span, Text("derived here", "在这里派生"))
            self.reports.append(ALONG_LINK.at(name.span, marks=(mark,), name=name.text, clause=clause))
            return False
        return True

    def unpivot(self) -> None:
        return None

    def settled(self, made: DataSource) -> DataSource:
        """The source once its columns are there: how its rows lie in time, and whether what it is told apart by is right."""
        assert made.grouping is not None  # noqa: S101 - that is what it reads
        self.sound = True
        shaped = super().shaped(made)
        for name in dict.fromkeys((*made.key, *made.grouping.names)):
            self.sound &= name in self.columns and self.columns[name].made is not None
        led = [item.value for item in self.declaration.all("link") if isinstance(item.value, tree.Link)]
        wrong = {column.text for node in led for column in node.columns if not self.own(column, "link")}
        links = {
            name: replace(
                link, sound=link.sound and wrong.isdisjoint(link.columns) and self.columns.keys() >= {*link.columns}
            )
            for name, link in made.links.items()
        }
        return replace(shaped, links=links, sound=made.sound and self.sound)
