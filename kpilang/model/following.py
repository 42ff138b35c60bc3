"""`… followed by orders.customer_id within 7 days`: the rows that must come after those that an aggregate counts."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from kpilang.diagnostics import Diagnostic, Problem
from kpilang.model import units
from kpilang.model.comparisons import COMPARED
from kpilang.model.expr import Aggregate, Expr, Followed
from kpilang.model.names import as_written
from kpilang.model.rows import Rows
from kpilang.model.scalars import Scalars
from kpilang.model.types import BOOL, SECONDS, Kind
from kpilang.syntax import tree
from kpilang.text import Text

FOLLOWED_KEY = Problem(
    "E391",
    "followed-by-what",
    Text(
        "`followed by {text}` names no column of a source for each part of the key",
        "`followed by {text}` 没有为键的每一部分写出数据源的列",
    ),
    help=Text(
        "write as many columns as are counted, each with its source: `followed by {form}`",
        "写出与被计数的列一样多的列，各带数据源：`followed by {form}`",
    ),
)
FOLLOWED_WITHOUT_TIME = Problem(
    "E392",
    "followed-by-without-time",
    Text(
        "`followed by` asks what happens when, and the rows of `{source}` are no events",
        "`followed by` 问的是何时发生，而 `{source}` 的行不是事件",
    ),
    help=Text("declare `time` in source `{source}`", "在数据源 `{source}` 中声明 `time`"),
)
WITHIN = Problem(
    "E393",
    "followed-within",
    Text("`within {text}` is no length of time that has passed", "`within {text}` 不是一段确定的时间"),
    help=Text(
        "write for example `within 7 days` or `within 36 hours`", "例如写成 `within 7 days` 或 `within 36 hours`"
    ),
)
FOLLOWED_CLAUSE = Problem(
    "E394",
    "followed-by-clause",
    Text("`{clause}` does not go together with `followed by`", "`{clause}` 不能与 `followed by` 一起使用"),
    help=Text("`where` narrows the rows on both sides", "两边的行都用 `where` 筛选"),
)


def added(scope: Scalars, rows: Rows, made: Expr | None, node: tree.Call) -> Expr | None:
    """An aggregate with what must follow it, where it says so; None after a report."""
    clause = next((clause for clause in node.clauses if clause.word == "followed by"), None)
    if clause is None or not isinstance(made, Aggregate):
        return made
    other = next((clause for clause in node.clauses if clause.word in ("at", "having")), None)
    if other is not None:
        scope.report(FOLLOWED_CLAUSE, other.span, clause=other.word)
        return None
    source = scope.names.sources[made.source]
    if source.time is None and made.on is None:
        scope.report(FOLLOWED_WITHOUT_TIME, clause.span, source=source.name)
        return None
    found = followed(rows, made.arguments, clause)
    return replace(made, followed=found) if found is not None else None


def followed(rows: Rows, counted: tuple[Expr, ...], clause: tree.Clause) -> Followed | None:
    """The rows that must follow those that are counted by some keys; None after a report."""
    written = clause.value
    assert isinstance(written, tree.Successor)  # noqa: S101 - that is what the grammar puts there
    source = written.keys[0].names[0].text
    there = rows.names.sources.get(source)
    alone = all(len(key.names) > 1 and key.names[0].text == source for key in written.keys)
    if there is None or not alone or len(written.keys) != len(counted):
        said = ", ".join(as_written(key.span) for key in written.keys)
        form = ", ".join(
            f"{source if there else 'orders'}.{as_written(key.span).split('.')[-1]}" for key in counted if key.span
        )
        rows.report(FOLLOWED_KEY, written.keys[0].span, text=said, form=form)
        return None
    if there.time is None:
        rows.report(FOLLOWED_WITHOUT_TIME, clause.span, source=source)
        return None
    others = Rows(rows.names, source, rows.reports, rows.kpi)
    where, sound = _where(others, written.clauses)
    seconds = _within(rows, written.within)
    keys = [others.infer(key) for key in written.keys]
    if not sound or seconds is None:
        return None
    pairs = [
        rows.alike((mine, key), COMPARED) if key is not None else None for mine, key in zip(counted, keys, strict=True)
    ]
    found = tuple(pair[1] for pair in pairs if pair is not None)
    return Followed(BOOL, written, source, found, where, seconds) if len(found) == len(counted) else None


def _where(rows: Rows, clauses: tuple[tree.Clause, ...]) -> tuple[Expr | None, bool]:
    """What narrows the rows that follow, and whether it is sound."""
    if not clauses:
        return None, True
    clause = next((clause for clause in clauses if clause.word != "where"), clauses[1] if len(clauses) > 1 else None)
    if clause is not None:
        rows.report(FOLLOWED_CLAUSE, clause.span, clause=clause.word)
        return None, False
    found = rows.infer(clauses[0].value)
    fits = found is not None and rows.needs(found, (Kind.BOOL,), Text("`where`", "`where`"))
    return found, fits


def _within(rows: Rows, quantity: tree.Quantity) -> Decimal | None:
    """A length of time in seconds; None after a report."""
    found = units.amount(quantity)
    if isinstance(found, Diagnostic):
        rows.reports.append(found)
        return None
    value, unit = found
    if not unit.fits(SECONDS) or value <= 0:
        rows.report(WITHIN, quantity.span, text=as_written(quantity.span))
        return None
    return value * unit.scale.numerator / unit.scale.denominator
