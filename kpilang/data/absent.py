"""A source whose data cannot be had: a relation without rows in its place, and why."""

from __future__ import annotations

from collections.abc import Mapping

from kpilang.data.staging import Runner
from kpilang.data.table import Table
from kpilang.diagnostics import Diagnostic
from kpilang.sql import quote
from kpilang.text import Text


def absent(
    runner: Runner, source: str, columns: Mapping[str, str], why: Text, diagnostics: tuple[Diagnostic, ...] = ()
) -> Table:
    """The table of a source that cannot be used; `columns` maps those that were asked for to their SQL types."""
    relation = quote.identifier(f"no {source}")
    listed = "".join(f", {quote.identifier('c_' + name)} {type}" for name, type in columns.items())
    runner.run(f'CREATE OR REPLACE TEMP TABLE {relation} ("row" BIGINT, bad BIGINT{listed})')
    return Table(source, relation, columns, rows=0, diagnostics=diagnostics, broken=True, why=why)
