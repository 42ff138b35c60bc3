"""What two windows have in common, by bitmaps: those of slots are put together to windows, and these held side by side."""

from __future__ import annotations

from collections.abc import Sequence

from kpilang.model.expr import Aggregate
from kpilang.plan.moments import Stretch
from kpilang.plan.sets import base_of, meeting
from kpilang.sql.measures import Output
from kpilang.sql.ruler import stretches
from kpilang.sql.writer import Query, Writer, Written, span_join


def in_common(writer: Writer, slots: str, bits: Sequence[str]) -> Written:
    """The counts of a statement: `slots` gives for each slot of time and member bitmaps, from which `bits` makes those of
    each plain count."""
    statement, names = writer.statement, writer.names()
    pairs = [list(stretches(window)) for window in statement.scan.windows]
    numbers = {stretch: number for number, stretch in enumerate(dict.fromkeys(item for pair in pairs for item in pair))}
    bases = list(dict.fromkeys(map(base_of, statement.aggregates)))
    found = "".join(f", bit_or({text}) AS b{number}" for number, text in enumerate(bits))
    members = "".join(f", p.{name}" for name in names)
    whole = f"SELECT s.w{members}{found} FROM p{_spans(writer, numbers)} GROUP BY s.w{members}"
    columns = "".join(f", {_counted(item, bases.index(base_of(item)))}" for item in statement.aggregates)
    beside = "".join(f" AND o.{name} IS NOT DISTINCT FROM a.{name}" for name in names)
    rows = ", ".join(_row(number, [numbers[item] for item in pair]) for number, pair in enumerate(pairs))
    sql = (
        f"WITH p AS ({slots}), f AS MATERIALIZED ({whole}) "
        f"SELECT j.w{''.join(f', a.{name}' for name in names)}{columns} FROM (VALUES {rows}) AS j(w, own, other) "
        f"JOIN f AS a ON a.w = j.own LEFT JOIN f AS o ON o.w = j.other{beside}"
    )
    query = Query(sql, tuple(Output(item, "rows") for item in statement.aggregates))
    return Written(statement, (query,), {number: number for number in range(len(pairs))})


def _spans(writer: Writer, numbers: dict[Stretch, int]) -> str:
    """A join from slots to the stretches they belong to."""
    ruler = writer.rows.ruler
    assert ruler is not None
    values = ((number, *ruler.slots(stretch)) for stretch, number in numbers.items())
    return span_join(values, "p.w")


def _row(number: int, pair: Sequence[int]) -> str:
    """A window by its number, with its own stretch and the one that it is looked at together with."""
    own, other = (*pair, None)[:2]
    assert own is not None
    return f"({number}, {own}, {'NULL' if other is None else other})"


def _counted(item: Aggregate, number: int) -> str:
    """How many bits an aggregate counts."""
    if meeting(item) is not None:
        return f"COALESCE(bit_count(a.b{number} & o.b{number}), 0)"
    return f"CASE WHEN j.other IS NULL THEN COALESCE(bit_count(a.b{number}), 0) ELSE 0 END"
