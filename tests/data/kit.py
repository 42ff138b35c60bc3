"""Models built by hand, so that data are tested without parser and checker."""

from __future__ import annotations

from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path

from kpilang.data.files import Bound, bind
from kpilang.engines.duckdb import Engine
from kpilang.model.calendar import Calendar
from kpilang.model.nouns import DataColumn, DataSource, Model
from kpilang.model.types import BOOL, DATE, DATETIME, NUMBER, SECONDS, TEXT, Kind, Type, Unit
from kpilang.syntax import tree
from kpilang.text import Source, Span

TYPES = {
    "text": TEXT,
    "bool": BOOL,
    "date": DATE,
    "datetime": DATETIME,
    "money": Type(Kind.NUMBER, Unit((("CNY", 1),), name="CNY")),
    "duration": Type(Kind.NUMBER, SECONDS),
}
MINUTES = Type(Kind.NUMBER, Unit((("time", 1),), Fraction(60), name="minutes"))


def span(path="kpis.kpi"):
    return Span(Source(path, "source orders from x {}"), 0, 13)


def column(name, sort="text", **options):
    options.setdefault("type", TYPES.get(sort, NUMBER))
    options.setdefault("cell", name)
    return DataColumn(name=name, sort=sort, span=span(), **options)


def source(name, *columns, location=None, path="kpis.kpi", **more):
    place = tree.String(*span(path).at, location) if location is not None else None
    declaration = tree.Declaration(*span(path).at, "source", tree.Name(*span(path).at, name), None, (), None, place)
    return DataSource(name, None, declaration, location, **more, columns={item.name: item for item in columns})


def model(*sources, zone="UTC"):
    return Model(Calendar(zone=zone), {}, {}, {item.name: item for item in sources}, {}, (), ())


@contextmanager
def loaded(root: Path, location: str, *columns, needs=None, skip=False, zone="UTC", threads=2, **more):
    """The table of a source `orders` whose data lie at a place in `root`, and the engine that holds it."""
    project = model(source("orders", *columns, location=location, **more), zone=zone)
    bound, findings = bind(project, root, {}, ["orders"], [])
    assert findings == ()
    wanted = frozenset(needs if needs is not None else [item.name for item in columns])
    with Engine([path for item in bound.values() for path in item.files], threads) as engine:
        yield engine.load(bound, {"orders": wanted}, project, skip)["orders"], engine


def rows(engine, table, *names):
    listed = ", ".join(f'"c_{name}"' for name in names)
    return engine.rows(f'SELECT {listed} FROM {table.relation} ORDER BY "row"')


def values(engine, table, name):
    return [row[0] for row in rows(engine, table, name)]


__all__ = ["MINUTES", "Bound", "column", "loaded", "model", "rows", "source", "span", "values"]
