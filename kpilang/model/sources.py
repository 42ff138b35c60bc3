"""Source declarations: columns, keys, links, and how the rows lie in time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace

from kpilang.diagnostics import Diagnostic, Mark, Problem
from kpilang.model import columns, units, words
from kpilang.model.calendar import Calendar
from kpilang.model.conversion import TIMES
from kpilang.model.expr import Column
from kpilang.model.names import Names, declared_at
from kpilang.model.nouns import DataColumn, DataLink, DataSource
from kpilang.model.rows import Rows
from kpilang.model.stocks import NOT_A_TIME
from kpilang.model.types import SECONDS
from kpilang.syntax import tree
from kpilang.text import Text

SINGLE = ("key", "time", "snapshot", "lives", "covers", "planned", "collected")

DUPLICATE_COLUMN = Problem(
    "E221",
    "duplicate-column",
    Text("Source `{source}` declares `{name}` twice.", "数据源 `{source}` 把 `{name}` 声明了两次。"),
    label=Text("declared again", "再次声明"),
    help=Text(
        'Rename one; a column may stand under another heading by `from "…"`.',
        '请改名；列可以用 `from "…"` 对应别的表头。',
    ),
)
DUPLICATE_LINK = Problem(
    "E222",
    "duplicate-link",
    Text("Source `{source}` has two links called `{name}`.", "数据源 `{source}` 有两个名为 `{name}` 的关联。"),
    help=Text(
        "Name each by `as`: `link {columns} -> {target} as other_{name}`.",
        "请用 `as` 分别命名：`link {columns} -> {target} as other_{name}`。",
    ),
)
SELF_LINK = Problem(
    "E223",
    "link-to-itself-unnamed",
    Text(
        "Source `{source}` links to itself without a name of its own.", "数据源 `{source}` 关联到自身，但没有另起名称。"
    ),
    help=Text(
        "Name the link by `as`: `link {columns} -> {source} as parent`.",
        "请用 `as` 命名：`link {columns} -> {source} as parent`。",
    ),
)
LINK_WITHOUT_KEY = Problem(
    "E224",
    "link-target-without-key",
    Text("`{target}` has no `key`, so a link cannot find its rows.", "`{target}` 没有 `key`，关联无法找到对应的行。"),
    help=Text("Declare in source `{target}`: `key …`.", "请在数据源 `{target}` 中声明 `key …`。"),
)
LINK_KEY_COUNT = Problem(
    "E225",
    "link-key-count",
    Text(
        "The link has {found} columns and the key of `{target}` has {wanted}: {key}.",
        "关联有 {found} 列，而 `{target}` 的键有 {wanted} 列：{key}。",
    ),
    help=Text("Name one column for each part of the key.", "请为键的每一部分各写一列。"),
)
DERIVED_IN_FILE = Problem(
    "E226",
    "derived-not-in-file",
    Text(
        "`{name}` is derived, and `{clause}` needs a column of the file.",
        "`{name}` 是派生列，而 `{clause}` 需要文件中的列。",
    ),
    help=Text("Name the column it is derived from.", "请写派生所依据的列。"),
)
KEY_NEEDED = Problem(
    "E421",
    "changes-without-key",
    Text(
        "A snapshot of changes needs a `key`: the reading is carried forward for each key.",
        "增量快照需要 `key`：读数按键结转。",
    ),
    help=Text("Declare `key …` in source `{source}`.", "请在数据源 `{source}` 中声明 `key …`。"),
)
TWO_SHAPES = Problem(
    "E422",
    "two-shapes-of-time",
    Text(
        "`snapshot` and `{other}` cannot both say how the rows lie in time.",
        "`snapshot` 与 `{other}` 不能同时说明行的时间形态。",
    ),
    help=Text("Keep one; only `time` and `lives` go together.", "请保留一个；只有 `time` 和 `lives` 可以并用。"),
)
THROUGH_NEEDS_DATES = Problem(
    "E423",
    "through-needs-dates",
    Text(
        "`through {name}` includes the last day, so `{name}` must be a date.",
        "`through {name}` 包含最后一天，所以 `{name}` 必须是日期。",
    ),
    help=Text(
        "Declare it as `date`, or write `until` for an exclusive end.", "请声明为 `date`，不含末端时请用 `until`。"
    ),
)
CARRIED_LENGTH = Problem(
    "E424",
    "carried-length",
    Text("A reading is carried for a length of time such as `35 days`.", "读数的结转须写成时间长度，例如 `35 days`。"),
    help=Text("Write `carried at most 35 days`.", "请写成 `carried at most 35 days`。"),
)


class SourceReader:
    """Reads one declaration into a `DataSource` without derived columns and without times found along links."""

    def __init__(self, declaration: tree.Declaration, calendar: Calendar, reports: list[Diagnostic]) -> None:
        assert declaration.name is not None  # noqa: S101 - the grammar names every source
        self.declaration = declaration
        self.name = declaration.name.text
        self.calendar = calendar
        self.reports = reports
        self.columns: dict[str, DataColumn] = {}
        self.places: dict[str, tree.Field] = {}

    def read(self) -> DataSource:
        """The source, with what is wrong left out and reported."""
        self.declare_columns()
        key = self.key()
        links = self.links()
        made = DataSource(
            self.name,
            self.declaration.label,
            self.declaration,
            self.declaration.location.value if self.declaration.location else None,
            key,
            self.columns,
            links,
            planned=self.declaration.first("planned") is not None,
        )
        return self.shaped(self.collected(self.covered(made)))

    def declare_columns(self) -> None:
        for field in self.declaration.fields:
            node = field.value
            if not isinstance(node, tree.Column | tree.Derive):
                continue
            name = node.name.text
            if name in self.places:
                mark = Mark(self.places[name].span, Text("declared here first", "最先在这里声明"))
                self.reports.append(DUPLICATE_COLUMN.at(node.name.span, marks=(mark,), source=self.name, name=name))
                continue
            self.places[name] = field
            found = columns.column(node, field.span, self.reports) if isinstance(node, tree.Column) else None
            if found is not None:
                self.columns[name] = found

    def own(self, name: tree.Name, clause: str, sort: str = "text") -> bool:
        """Makes sure that a column of the file is there; false where the name is that of a derived or wrong one."""
        place = self.places.get(name.text)
        if place is None:
            self.columns.setdefault(name.text, columns.undeclared(name, sort))
            return True
        if isinstance(place.value, tree.Derive):
            mark = Mark(place.span, Text("derived here", "在这里派生"))
            self.reports.append(DERIVED_IN_FILE.at(name.span, marks=(mark,), name=name.text, clause=clause))
        return name.text in self.columns

    def key(self) -> tuple[str, ...]:
        field = self.declaration.first("key")
        if field is None or not isinstance(field.value, tree.References):
            return ()
        parts = [item for item in field.value.items if isinstance(item, tree.Name)]
        return tuple(dict.fromkeys(part.text for part in parts if self.own(part, "key")))

    def links(self) -> dict[str, DataLink]:
        found: dict[str, DataLink] = {}
        for field in self.declaration.all("link"):
            node = field.value
            if not isinstance(node, tree.Link) or False in [self.own(column, "link") for column in node.columns]:
                continue
            name = (node.alias or node.target).text
            link = DataLink(
                name, tuple(column.text for column in node.columns), node.target.text, node.optional, field.span
            )
            listed = ", ".join(link.columns)
            if name in found:
                mark = Mark(found[name].span, Text("the first is here", "第一个在这里"))
                self.reports.append(
                    DUPLICATE_LINK.at(
                        field.span, marks=(mark,), source=self.name, name=name, columns=listed, target=link.target
                    )
                )
            elif name == self.name:
                self.reports.append(SELF_LINK.at(field.span, source=self.name, columns=listed))
            else:
                found[name] = link
        return found

    def covered(self, made: DataSource) -> DataSource:
        field = self.declaration.first("covers")
        if field is None or not isinstance(field.value, tree.PeriodRange):
            return made
        found = words.stretch(self.calendar, field.value)
        if isinstance(found, Diagnostic):
            self.reports.append(found)
            return made
        return replace(made, covers=found)

    def collected(self, made: DataSource) -> DataSource:
        field = self.declaration.first("collected")
        if field is None or not isinstance(field.value, tree.Collected):
            return made
        return replace(made, system=field.value.system.value, every=self.grain(field.value.every))

    def grain(self, node: tree.Grain | None) -> str | None:
        found = words.grain(node) if node is not None else None
        if isinstance(found, Diagnostic):
            self.reports.append(found)
            return None
        return found

    # ---- how the rows lie in time

    def shaped(self, made: DataSource) -> DataSource:
        time, snapshot, lives = (self.declaration.first(word) for word in ("time", "snapshot", "lives"))
        other = time or lives
        if snapshot is not None and other is not None:
            mark = Mark(other.span, Text("the other is here", "另一个在这里"))
            self.reports.append(TWO_SHAPES.at(snapshot.span, marks=(mark,), other=other.word))
        if time is not None and isinstance(time.value, tree.Time):
            made = replace(made, time=self.moment(time.value.path, "time"), each=self.grain(time.value.each))
        if snapshot is not None and isinstance(snapshot.value, tree.Snapshot):
            made = self.snapshot(made, snapshot.value)
        if lives is not None and isinstance(lives.value, tree.Lives):
            made = self.lives(made, lives.value)
        return made

    def moment(self, path: tree.Path, clause: str, sort: str = "datetime") -> Column | None:
        """The time column of a clause; one along links is named here and looked up when all sources are read."""
        names = path.names
        if len(names) > 1 and names[0].text == self.name:
            names = names[1:]
        last = names[-1]
        if len(names) > 1:
            return Column(
                columns.SORTS["datetime"], path.span, self.name, tuple(name.text for name in names[:-1]), last.text
            )
        if not self.own(last, clause, sort):
            return None
        column = self.columns[last.text]
        if column.type.kind not in TIMES:
            mark = Mark(column.span, Text("declared here", "在这里声明"))
            self.reports.append(NOT_A_TIME.at(last.span, marks=(mark,), column=last.text))
            return None
        return Column(column.type, path.span, self.name, (), last.text)

    def snapshot(self, made: DataSource, node: tree.Snapshot) -> DataSource:
        changes = node.how == "changes"
        if changes and not made.key and self.declaration.first("key") is None:
            self.reports.append(KEY_NEEDED.at(node.span, source=self.name))
        carried = self.carried(node.carried) if node.carried is not None else None
        return replace(made, snapshot=self.moment(node.path, "snapshot"), changes=changes, carried=carried)

    def carried(self, node: tree.Quantity) -> dt.timedelta | None:
        found = units.amount(node)
        if isinstance(found, Diagnostic):
            self.reports.append(found)
            return None
        value, unit = found
        seconds = units.in_unit(value, unit, SECONDS)
        if not unit.fits(SECONDS) or not 0 < seconds < dt.timedelta.max.days * 86400:
            self.reports.append(CARRIED_LENGTH.at(node.span))
            return None
        return dt.timedelta(seconds=float(seconds))

    def lives(self, made: DataSource, node: tree.Lives) -> DataSource:
        through = node.how == "through"
        ends = self.moment(node.end, "lives", "date" if through else "datetime")
        if through and ends is not None and not ends.links and self.columns[ends.name].sort != "date":
            mark = Mark(self.columns[ends.name].span, Text("declared here", "在这里声明"))
            self.reports.append(THROUGH_NEEDS_DATES.at(node.end.span, marks=(mark,), name=ends.name))
        return replace(made, starts=self.moment(node.start, "lives"), ends=ends, through=through)


def check_links(names: Names, reports: list[Diagnostic]) -> None:
    """Whether every link leads to a source with a key of as many columns."""
    for source in names.sources.values():
        for field in source.declaration.all("link"):
            if isinstance(field.value, tree.Link):
                _check_link(names, field, field.value, reports)


def _check_link(names: Names, field: tree.Field, node: tree.Link, reports: list[Diagnostic]) -> None:
    missing = names.missing(node.target, "source")
    if missing is not None:
        reports.append(missing)
        return
    target = names.sources.get(node.target.text)
    if target is None or target.name in names.damaged:
        return
    if not target.key:
        mark = declared_at(target.declaration)
        reports.append(LINK_WITHOUT_KEY.at(field.span, marks=(mark,), target=target.name))
    elif len(target.key) != len(node.columns):
        key, found, wanted = ", ".join(target.key), len(node.columns), len(target.key)
        reports.append(LINK_KEY_COUNT.at(field.span, target=target.name, key=key, found=found, wanted=wanted))


def times_along_links(names: Names, source: DataSource, reports: list[Diagnostic]) -> DataSource:
    """The source with the times that its clauses find along links."""
    found = {name: _along(names, getattr(source, name), reports) for name in ("time", "snapshot", "starts", "ends")}
    return replace(source, **found)  # type: ignore[arg-type]


def _along(names: Names, column: Column | None, reports: list[Diagnostic]) -> Column | None:
    if column is None or not column.links:
        return column
    assert column.span is not None  # noqa: S101 - it stands in a clause
    steps = tuple(tree.Name(column.span, text) for text in (*column.links, column.name))
    found = Rows(names, column.source, reports).infer(tree.Path(column.span, steps))
    if isinstance(found, Column) and found.type.kind in TIMES:
        return found
    if found is not None:
        reports.append(NOT_A_TIME.at(column.span, column=column.span.text))
    return None


def unlinked(sources: Iterable[DataSource]) -> dict[str, DataSource]:
    """Sources by name, each with only the links that lead somewhere."""
    by_name = {source.name: source for source in sources}
    return {
        source.name: replace(
            source, links={name: link for name, link in source.links.items() if link.target in by_name}
        )
        for source in by_name.values()
    }
