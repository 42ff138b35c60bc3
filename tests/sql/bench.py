"""Row-level expressions run in DuckDB over rows of our own: text of the language in, values out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from functools import cache

import duckdb

from kpilang.model.check import check
from kpilang.model.expr import Expr
from kpilang.model.nouns import Model
from kpilang.model.scope import row_predicate
from kpilang.sql.scalars import Scalars
from kpilang.sql.values import Sql
from kpilang.syntax.parser import parse, parse_expression
from kpilang.text import Source

TYPES = {
    "a": ("integer", "BIGINT"),
    "b": ("integer", "BIGINT"),
    "x": ("number", "DOUBLE"),
    "m": ("money(CNY)", "DECIMAL(18,4)"),
    "n": ("money(CNY)", "DECIMAL(18,2)"),
    "s": ("text", "VARCHAR"),
    "u": ("text", "VARCHAR"),
    "f": ("bool", "BOOLEAN"),
    "d": ("date", "DATE"),
    "e": ("date", "DATE"),
    "i": ("datetime", "TIMESTAMP"),
    "j": ("datetime", "TIMESTAMP"),
    "w": ("duration(minutes)", "DOUBLE"),
}
COLUMNS = "".join(f"  column {name} : {sort}\n" for name, (sort, _) in TYPES.items())


@cache
def model(zone: str = "UTC") -> Model:
    text = f'calendar {{ zone "{zone}" }}\nsource t {{\n  key a\n{COLUMNS}}}\n'
    found = check([parse(Source("case.kpi", text))])
    assert not found.diagnostics, [item.message.en for item in found.diagnostics]
    return found


def expression(text: str, zone: str = "UTC") -> Expr:
    """An expression over a row of `t`; what is no predicate is typed inside one."""
    for attempt in (text, f"({text}) is null"):
        parsed, wrong = parse_expression(Source("<text>", attempt))
        assert not wrong, [item.message.en for item in wrong]
        found, wrong = row_predicate(model(zone), "t", parsed)
        if found is not None:
            return found if attempt == text else found.children[0]
    raise AssertionError([item.message.en for item in wrong])


def scalars(zone: str = "UTC") -> Scalars:
    return Scalars(lambda column: Sql(f't."{column.name}"', TYPES[column.name][1]), model(zone).calendar)


def written(text: str, zone: str = "UTC") -> Sql:
    return scalars(zone).value(expression(text, zone))


@cache
def connection() -> duckdb.DuckDBPyConnection:
    found = duckdb.connect(":memory:")
    found.execute("SET timezone = 'UTC'")
    return found


def fill(rows: Iterable[dict[str, object]]) -> None:
    """The rows of `t`; a column that is not given is empty."""
    columns = ", ".join(f'"{name}" {sql}' for name, (_, sql) in TYPES.items())
    connection().execute(f"CREATE OR REPLACE TABLE t (row BIGINT, {columns})")
    values = [[number, *(row.get(name) for name in TYPES)] for number, row in enumerate(rows)]
    if values:
        connection().executemany(f"INSERT INTO t VALUES ({', '.join('?' * (len(TYPES) + 1))})", values)


def select(*pieces: str) -> list[tuple[object, ...]]:
    return connection().execute(f"SELECT {', '.join(pieces)} FROM t ORDER BY row").fetchall()


def value(text: str, zone: str = "UTC", **row: object) -> object:
    """An expression over one row."""
    fill([row])
    return select(written(text, zone).text)[0][0]


def values(texts: Sequence[str], zone: str = "UTC", **row: object) -> list[object]:
    """Expressions over one row."""
    fill([row])
    return list(select(*(written(text, zone).text for text in texts))[0])


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def moment(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)
