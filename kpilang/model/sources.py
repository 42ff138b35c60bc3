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
from kpilang.model.links import key_names
from kpilang.model.nouns import DataColumn, DataLink, DataSource, Unpivot
from kpilang.model.rates import rated
from kpilang.model.stocks import NOT_A_TIME
from kpilang.model.types import SECONDS
from kpilang.syntax import tree
from kpilang.text import Text

DUPLICATE_COLUMN = Problem(
    "E221",
    "duplicate-column",
    Text("source `{source}` declares `{name}` twice", "数据源 `{source}` 把 `{name}` 声明了两次"),
    label=Text("declared again", "再次声明"),
    help=Text(
        'rename one; a column may stand under another heading by `from "…"`',
        '为其中一个改名；列可以用 `from "…"` 对应别的列名',
    ),
)
DUPLICATE_LINK = Problem(
    "E222",
    "duplicate-link",
    Text("source `{source}` has two links called `{name}`", "数据源 `{source}` 有两个名为 `{name}` 的关联"),
    help=Text(
        "name each by `as`: `link {columns} -> {target} as other_{name}`",
        "用 `as` 分别命名：`link {columns} -> {target} as other_{name}`",
    ),
)
SELF_LINK = Problem(
    "E223",
    "link-to-itself-unnamed",
    Text("source `{source}` links to itself without a name of its own", "数据源 `{source}` 关联到自身，但没有另起名称"),
    help=Text(
        "name the link by `as`: `link {columns} -> {source} as parent`",
        "用 `as` 命名：`link {columns} -> {source} as parent`",
    ),
)
DERIVED_IN_FILE = Problem(
    "E226",
    "derived-not-in-file",
    Text(
        "`{name}` is derived, and `{clause}` needs a column of the file",
        "`{name}` 是派生列，而 `{clause}` 需要文件中的列",
    ),
    help=Text("name the column it is derived from", "写派生所依据的列"),
)
UNPIVOT_DATE = Problem(
    "E241",
    "unpivot-without-date",
    Text(
        "`{name}` holds the first day of each period, so it must be a plain `date`",
        "`{name}` 存放各期间的第一天，所以必须是不带格式的 `date`",
    ),
    help=Text("leave its declaration out, or write `column {name} : date`", "去掉其声明，或写 `column {name} : date`"),
)
HEADER_ROW = Problem(
    "E243",
    "header-row",
    Text("there is no row {row}: rows are counted from 1", "没有第 {row} 行：行号从 1 数起"),
    help=Text("write `header 3` when the headings stand in row 3", "列名在第 3 行时写 `header 3`"),
)
KEY_NEEDED = Problem(
    "E421",
    "changes-without-key",
    Text(
        "a snapshot of changes needs a `key`: the reading is carried forward for each key",
        "增量快照需要 `key`：读数按键结转",
    ),
    help=Text("declare `key …` in source `{source}`", "在数据源 `{source}` 中声明 `key …`"),
)
TWO_SHAPES = Problem(
    "E422",
    "two-shapes-of-time",
    Text(
        "`snapshot` and `{other}` cannot both say how the rows lie in time",
        "`snapshot` 与 `{other}` 不能同时说明行的时间形态",
    ),
    help=Text("keep one; only `time` and `lives` go together", "保留一个；只有 `time` 和 `lives` 可以并用"),
)
THROUGH_NEEDS_DATES = Problem(
    "E423",
    "through-needs-dates",
    Text(
        "`through {name}` includes the last day, so `{name}` must be a date",
        "`through {name}` 包含最后一天，所以 `{name}` 必须是日期",
    ),
    help=Text("declare it as `date`, or write `until` for an exclusive end", "声明为 `date`，或者用不含末端的 `until`"),
)
SAME_BUT_CASE = Problem(
    "E233",
    "names-differ-in-case",
    Text(
        "the columns `{first}` and `{second}` of `{source}` differ only in capital letters",
        "`{source}` 的列 `{first}` 和 `{second}` 只有大小写不同",
    ),
    help=Text(
        'rename one: `column {second}_2 : … from "{cell}"`',
        '为其中一个改名：`column {second}_2 : … from "{cell}"`',
    ),
)
PATH_OUT_OF_PLACE = Problem(
    "E425",
    "path-out-of-place",
    Text(
        "`{path}` leads along a link, and `{clause}` needs a column of the source itself",
        "`{path}` 要沿关联查找，而 `{clause}` 需要数据源自身的列",
    ),
    help=Text("only `time` can be found along a link", "只有 `time` 可以沿关联查找"),
)
CARRIED_LENGTH = Problem(
    "E424",
    "carried-length",
    Text("a reading is carried for a length of time such as `35 days`", "读数的结转须写成时间长度，例如 `35 days`"),
    help=Text("write `carried at most 35 days`", "写成 `carried at most 35 days`"),
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
        self.twice: set[str] = set()
        self.sound = True

    def read(self, *, sound: bool = True) -> DataSource:
        """The source, with what is wrong left out and reported; `sound` is false where it is known not to be."""
        self.declare_columns()
        place = self.declaration.place
        row = place.header if place is not None else None
        if row is not None and (row.unit is not None or row.value < 1 or row.value % 1):
            self.wrong(HEADER_ROW.at(row.span, row=row.span.text))
        unpivot = self.unpivot()  # first, since what it makes is a date or number also where a key names it
        key = self.key()
        links = self.links()
        made = DataSource(
            self.name,
            self.declaration.label,
            self.declaration,
            self.declaration.location.value if self.declaration.location else None,
            self.declaration.place,
            key,
            self.columns,
            links,
            unpivot=unpivot,
            planned=self.declaration.first("planned") is not None,
        )
        made = self.shaped(self.collected(self.covered(made)))
        made = replace(made, rates=rated(made, self.declaration, self.columns, self.reports))
        self.reports.extend(words.notes(self.calendar, self.declaration.fields))
        self.tell_apart()
        return replace(made, sound=sound and self.sound and self.stand(key))

    def stand(self, names: Iterable[str]) -> bool:
        """Whether columns are right, as far as they are there yet."""
        return all(self.columns[name].sound for name in names if name in self.columns)

    def wrong(self, report: Diagnostic) -> None:
        """A report on what says which rows there are and when."""
        self.reports.append(report)
        self.sound = False

    def declare_columns(self) -> None:
        for field in self.declaration.fields:
            node = field.value
            if not isinstance(node, tree.Column | tree.Derive):
                continue
            name = node.name.text
            if name in self.places:
                mark = Mark(self.places[name].span, Text("declared here first", "最先在这里声明"))
                self.reports.append(DUPLICATE_COLUMN.at(node.name.span, marks=(mark,), source=self.name, name=name))
                self.twice.add(name)
                continue
            self.places[name] = field
            found = columns.column(node, field.span, self.reports) if isinstance(node, tree.Column) else None
            if found is not None:
                self.columns[name] = found
        self.spoil(self.twice)

    def spoil(self, names: Iterable[str]) -> None:
        for name in names:
            if name in self.columns:
                self.columns[name] = replace(self.columns[name], sound=False)

    def derived(self) -> dict[str, tree.Field]:
        """The declarations of derived columns; of one declared twice, none can be right."""
        return {
            name: field
            for name, field in self.places.items()
            if isinstance(field.value, tree.Derive) and name not in self.twice
        }

    def tell_apart(self) -> None:
        """Reports columns whose names differ only in capital letters: an engine takes them for one."""
        spelled: dict[str, DataColumn] = {}
        for column in sorted(self.columns.values(), key=lambda column: column.span.start):
            other = spelled.setdefault(column.name.lower(), column)
            if other is not column:
                mark = Mark(other.span, Text("the other is here", "另一个在这里"))
                self.spoil((other.name, column.name))
                self.reports.append(
                    SAME_BUT_CASE.at(
                        column.span,
                        marks=(mark,),
                        first=other.name,
                        second=column.name,
                        cell=column.cell,
                        source=self.name,
                    )
                )

    def own(self, name: tree.Name, clause: str, sort: str = "text") -> bool:
        """Makes sure that a column of the file is there; false where the name is that of a derived or wrong one."""
        place = self.places.get(name.text)
        if clause == "link" and place is not None and isinstance(place.value, tree.Derive) and place.value.per:
            return True
        if place is None:
            self.columns.setdefault(name.text, columns.undeclared(name, sort))
            return True
        if isinstance(place.value, tree.Derive):
            mark = Mark(place.span, Text("derived here", "在这里派生"))
            self.reports.append(DERIVED_IN_FILE.at(name.span, marks=(mark,), name=name.text, clause=clause))
        return name.text in self.columns

    def unpivot(self) -> Unpivot | None:
        """The columns that are rows; the one of their periods is a date, if there are periods, else a text."""
        field = self.declaration.first("unpivot")
        if field is None or not isinstance(field.value, tree.Unpivot):
            return None
        node, days = field.value, None
        if node.periods is not None:
            found = words.stretch(self.calendar, node.periods)
            if isinstance(found, Diagnostic):
                self.wrong(found)
                return None
            days = found
        sort = "text" if days is None else "date"
        if not (self.own(node.name, "unpivot", sort) and self.own(node.value, "unpivot", "number")):
            self.sound = False
            return None
        made = self.columns[node.name.text]
        if days is not None and (made.sort != "date" or made.format is not None):
            self.wrong(UNPIVOT_DATE.at(node.name.span, name=node.name.text))
            return None
        return Unpivot(node.first.value, node.last.value, node.name.text, node.value.text, days, field.span)

    def key(self) -> tuple[str, ...]:
        parts = key_names(self.declaration)
        found = tuple(name for name, part in parts.items() if self.own(part, "key"))
        self.sound &= len(found) == len(parts)
        return found

    def links(self) -> dict[str, DataLink]:
        found: dict[str, DataLink] = {}
        for field in self.declaration.all("link"):
            node = field.value
            if not isinstance(node, tree.Link) or False in [self.own(column, "link") for column in node.columns]:
                continue
            name, keys = (node.alias or node.target).text, tuple(column.text for column in node.columns)
            link = DataLink(name, keys, node.target.text, node.optional, field.span, self.stand(keys))
            listed = ", ".join(link.columns)
            if name in found:
                mark = Mark(found[name].span, Text("the first is here", "第一个在这里"))
                self.reports.append(
                    DUPLICATE_LINK.at(
                        field.span, marks=(mark,), source=self.name, name=name, columns=listed, target=link.target
                    )
                )
                found[name] = replace(found[name], sound=False)
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
            self.wrong(found)
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
            self.wrong(found)
            return None
        return found

    # ---- how the rows lie in time

    def shaped(self, made: DataSource) -> DataSource:
        time, snapshot, lives = (self.declaration.first(word) for word in ("time", "snapshot", "lives"))
        other = time or lives
        if snapshot is not None and other is not None:
            mark = Mark(other.span, Text("the other is here", "另一个在这里"))
            self.wrong(TWO_SHAPES.at(snapshot.span, marks=(mark,), other=other.word))
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
        if len(names) > 1 and clause == "time":
            return Column(
                columns.SORTS["datetime"], path, self.name, tuple(name.text for name in names[:-1]), last.text
            )
        if len(names) > 1:
            self.wrong(PATH_OUT_OF_PLACE.at(path.span, path=path.text, clause=clause))
            return None
        if not self.own(last, clause, sort):
            self.sound = False
            return None
        column = self.columns.get(last.text)
        if column is None:
            self.sound = False
            return None
        if column.type.kind not in TIMES:
            mark = Mark(column.span, Text("declared here", "在这里声明"))
            self.wrong(NOT_A_TIME.at(last.span, marks=(mark,), column=last.text))
            return None
        self.sound &= column.sound
        return Column(column.type, path, self.name, (), last.text)

    def snapshot(self, made: DataSource, node: tree.Snapshot) -> DataSource:
        changes = node.how == "changes"
        if changes and not made.key and self.declaration.first("key") is None:
            self.wrong(KEY_NEEDED.at(node.span, source=self.name))
        carried = self.carried(node.carried) if node.carried is not None else None
        return replace(made, snapshot=self.moment(node.path, "snapshot"), changes=changes, carried=carried)

    def carried(self, node: tree.Quantity) -> dt.timedelta | None:
        found = units.amount(node)
        if isinstance(found, Diagnostic):
            self.wrong(found)
            return None
        value, unit = found
        seconds = units.in_unit(value, unit, SECONDS)
        if not unit.fits(SECONDS) or not 0 < seconds < dt.timedelta.max.days * 86400:
            self.wrong(CARRIED_LENGTH.at(node.span))
            return None
        return dt.timedelta(seconds=float(seconds))

    def lives(self, made: DataSource, node: tree.Lives) -> DataSource:
        through = node.how == "through"
        ends = self.moment(node.end, "lives", "date" if through else "datetime")
        if through and ends is not None and self.columns[ends.name].sort != "date":
            mark = Mark(self.columns[ends.name].span, Text("declared here", "在这里声明"))
            self.wrong(THROUGH_NEEDS_DATES.at(node.end.span, marks=(mark,), name=ends.name))
        return replace(made, starts=self.moment(node.start, "lives"), ends=ends, through=through)
