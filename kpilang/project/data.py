"""Whether the data fit what the sources declare: every declared column is loaded, nothing is computed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from kpilang.diagnostics import Problem
from kpilang.model.soundness import flawed
from kpilang.project.evaluate import SPOILED
from kpilang.text import Text

if TYPE_CHECKING:
    from kpilang.data.table import Table
    from kpilang.diagnostics import Diagnostic
    from kpilang.engines.duckdb import Engine
    from kpilang.model.nouns import DataSource, Model
    from kpilang.project.loading import Project
    from kpilang.result import Reason
    from kpilang.sql.base import Base

CONTRADICTION = Problem(
    "E550",
    "contradicting-rows",
    Text(en="{reason}", zh="{reason}"),
    label=Text(en="this key does not tell its rows apart", zh="此键未能区分各行"),
    why=Text(
        en="which of the rows holds cannot be known, so the KPIs that need it have `bad data`",
        zh="无法确定以哪一行为准，因此用到它的 KPI 得到 `数据有误`",
    ),
    help=Text(
        en="remove the rows that say it twice, or declare the columns that make the key unique",
        zh="删去重复的行，或声明能使键唯一的列",
    ),
)


def check_data(project: Project, allow: Iterable[str] = ()) -> tuple[Diagnostic, ...]:
    """What does not fit in the data of all sources: cells, files, keys that contradict one another."""
    from kpilang.data.files import bind
    from kpilang.engines.duckdb import Engine, Unreadable

    model = project.model
    needs = declared(model)
    allowed = [Path(text).absolute() for text in allow]
    bound, wrong = bind(model, project.root, project.settings.sources, needs, allowed)
    try:
        with Engine(file for item in bound.values() for file in item.files) as engine:
            tables = engine.load(bound, {name: needs[name] for name in bound}, model, skip_bad=False)
            contradictions = tuple(_contradictions(project, engine, tables))
    except Unreadable as error:
        return (*wrong, SPOILED.at(None, said=str(error)))
    return (*wrong, *(item for table in tables.values() for item in table.diagnostics), *contradictions)


def declared(model: Model) -> Mapping[str, frozenset[str]]:
    """All columns of each source that stand in its file and are declared without an error."""
    return {
        name: frozenset(column.name for column in source.columns.values() if column.derived is None and column.sound)
        for name, source in model.sources.items()
    }


def _contradictions(project: Project, engine: Engine, tables: Mapping[str, Table]) -> Iterator[Diagnostic]:
    """Keys that links lead to and that are not unique, and readings of one key at one time."""
    from kpilang.plan.faults import Faults
    from kpilang.sql.base import Base

    model = project.model
    faults = Faults(model, tables, skip=False)
    base = Base(model, tables, project.as_of, skip=False)
    joined = {link.target for source in model.sources.values() for link in source.links.values()}
    for name, table in tables.items():
        source = model.sources[name]
        placed = (column for column in (source.snapshot, source.starts, source.ends) if column is not None)
        if (
            flawed((source,))
            or not source.key
            or faults.of_columns((name, column) for column in (*source.key, *(c.name for c in placed)))
        ):
            continue
        for reason in _reasons(source, table, base, engine, joined=name in joined):
            key = source.declaration.first("key")
            yield CONTRADICTION.at(key.span if key else source.declaration.head, reason=reason.text)


def _reasons(source: DataSource, table: Table, base: Base, engine: Engine, *, joined: bool) -> Iterator[Reason]:
    from kpilang.plan import reasons
    from kpilang.sql import profile

    if source.changes and engine.rows(profile.tied_changes(source, table, base))[0][0]:
        yield reasons.tied_changes(source.name)
    if not joined:
        return
    if source.starts is None and engine.rows(profile.duplicate_keys(source, table, base))[0][0]:
        yield reasons.duplicate_keys(source.name)
    if source.starts is not None and engine.rows(profile.overlaps(source, table, base))[0][0]:
        yield reasons.overlapping_lives(source.name)
