"""The relations that are made before anything is read: sources made by grouping, and columns per key of others.

Each is made of one source, and may read what was made before it; none may read itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from kpilang.diagnostics import Diagnostic, Problem
from kpilang.model.expr import Aggregate, Column, Expr
from kpilang.model.names import Names
from kpilang.model.nouns import DataColumn, DataSource, Made, steps
from kpilang.model.soundness import column_stands, stands
from kpilang.model.types import TEXT
from kpilang.record import record
from kpilang.text import Text

CIRCLE = Problem(
    "E373",
    "made-of-itself",
    Text("`{name}` is made of what is read from it: {circle}", "`{name}` 由读取它自身的内容归并而成：{circle}"),
    help=Text("leave one of these out of what the next is made of", "在其中一步里去掉对下一步的引用"),
)


@record
class Group:
    """A relation with a row for each key of `base`: that of the source `made`, or of columns of the base itself (None).

    Columns of one source and key that read others of the same come in several relations, by `depth`.
    """

    base: str
    names: tuple[str, ...]
    keys: tuple[Expr, ...]
    made: str | None
    depth: int

    @property
    def step(self) -> str:
        """What stands for the way from a row of the base to the row of its key, among the names of links."""
        return f"per {', '.join(self.names)} {self.depth}"

    @property
    def told(self) -> str:
        """What it is called to people."""
        return self.made or f"{self.base} per {', '.join(self.names)}"


def group_of(source: DataSource, column: DataColumn) -> Group | None:
    """The relation that holds a column; None for one that stands in a file or is worked out row by row."""
    made = column.made
    if made is None:
        return None
    if source.grouping is not None:
        return Group(made.base, made.names, made.keys, source.name, 0)
    return Group(made.base, made.names, made.keys, None, made.depth)


def placing(source: DataSource) -> tuple[Column, ...]:
    """The columns that say when the rows of a source are there."""
    own = (source.time, source.snapshot, source.starts, source.ends)
    return tuple(column for column in own if column is not None)


def beneath(made: Made, base: DataSource) -> Iterator[Column]:
    """Every column that is read when a column is made: within its aggregates, in its keys, and those that place rows and
    tell which of two comes first."""
    for value in (made.value, *made.keys):
        yield from (part for part in value.walk() if isinstance(part, Column))
    if any(isinstance(part, Aggregate) and part.function in ("first", "last") for part in made.value.walk()):
        yield from (Column(TEXT, None, base.name, (), name) for name in base.key)
    yield from placing(base)


def read(sources: Mapping[str, DataSource], column: Column) -> Iterator[Group]:
    """The relations that reading a column takes, its own last."""
    end = sources[column.source]
    for here, link, there in steps(sources, column.source, column.links):
        yield from (group for name in link.columns if (group := _held(here, name)) is not None)
        yield from _rows(there)
        end = there
    own = _held(end, column.name)
    if own is not None:
        yield own


def _held(source: DataSource, name: str) -> Group | None:
    column = source.columns.get(name)
    return group_of(source, column) if column is not None else None


def _rows(source: DataSource) -> Iterator[Group]:
    """The relation of a source that is made."""
    if source.grouping is not None:
        yield from (group for name in source.grouping.names[:1] if (group := _held(source, name)) is not None)


def needed(sources: Mapping[str, DataSource], group: Group, made: Made) -> Iterator[Group]:
    """The relations that have to be there before a column of one can be made."""
    base = sources[group.base]
    yield from _rows(base)
    for column in beneath(made, base):
        yield from read(sources, column)


def stand(
    names: Names,
    sources: dict[str, DataSource],
    columns: Mapping[str, dict[str, DataColumn]],
    reports: list[Diagnostic],
) -> None:
    """Marks what rests on an error, and what would be made of itself, which is reported."""
    wants: dict[Group, dict[Group, None]] = {}
    for source in sources.values():
        for column in source.columns.values():
            group = group_of(source, column)
            if group is not None and column.made is not None:
                wants.setdefault(group, {}).update(dict.fromkeys(needed(sources, group, column.made)))
    circular = _circles(names, wants, reports)
    held = [(source, column) for source in sources.values() for column in source.columns.values() if column.made]
    for source, column in sorted(held, key=lambda each: each[1].made.depth if each[1].made else 0):
        group, made = group_of(source, column), column.made
        assert made is not None  # noqa: S101 - those were picked
        base = sources[made.base]
        sound = column.sound and base.sound and group not in circular and stands(sources, made.value)
        sound &= all(stands(sources, key) for key in made.keys)
        sound &= all(column_stands(sources, each) for each in placing(base) if not each.links)
        columns[source.name][column.name] = replace(column, sound=sound)
    for name in _by_base(sources):
        grouping = sources[name].grouping
        if grouping is not None:
            origin, held_by = sources.get(grouping.base), columns[name]
            keyed = all(key in held_by and held_by[key].sound for key in grouping.names)
            sound = sources[name].sound and keyed and origin is not None and origin.sound
            sources[name] = replace(sources[name], sound=sound)


def _by_base(sources: Mapping[str, DataSource]) -> list[str]:
    """The sources, each after the one that it is made of."""
    found: dict[str, None] = {}
    for name in sources:
        line: list[str] = []
        while name in sources and name not in found and name not in line:
            line.append(name)
            grouping = sources[name].grouping
            name = grouping.base if grouping is not None else ""  # noqa: PLW2901 - up the line
        found.update(dict.fromkeys(reversed(line)))
    return list(found)


def _circles(names: Names, wants: Mapping[Group, Mapping[Group, None]], reports: list[Diagnostic]) -> frozenset[Group]:
    """The relations that would be made of themselves."""
    found: set[Group] = set()
    done: set[Group] = set()
    for start in wants:
        for circle in _visited(start, wants, done, ()):
            if found.isdisjoint(circle):
                told = " → ".join(each.told for each in (*circle, circle[0]))
                head = names.sources[circle[0].made or circle[0].base].declaration.head
                reports.append(CIRCLE.at(head, name=circle[0].told, circle=told))
            found.update(circle)
    return frozenset(found)


def _visited(
    group: Group, wants: Mapping[Group, Mapping[Group, None]], done: set[Group], trail: tuple[Group, ...]
) -> Iterator[tuple[Group, ...]]:
    """The circles met on the way from a relation to those that it takes."""
    if group in trail:
        yield trail[trail.index(group) :]
    elif group not in done:
        for other in wants.get(group, ()):
            yield from _visited(other, wants, done, (*trail, group))
        done.add(group)
