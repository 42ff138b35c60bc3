"""Old and new values as texts: a table of each KPI, for the formats that people read."""

from __future__ import annotations

from collections.abc import Iterator

from kpilang.outputs import words
from kpilang.outputs.changes import AFTER, BEFORE, DIFFERENCE, OTHER_UNIT, Pair, Report
from kpilang.outputs.numbers import even, show_change
from kpilang.record import record
from kpilang.result import Row
from kpilang.text import Text
from kpilang.width import flat

_MISSING = "–"
_AT = Text(en="{side}: {remark}", zh="{side}：{remark}")


@record
class Table:
    """The values of one KPI: its name and label, heads, and a line for each period; the last cell is a remark."""

    kpi: str
    title: str
    heads: tuple[str, ...]
    lines: tuple[tuple[str, ...], ...]


def tables(report: Report, language: str) -> Iterator[Table]:
    """The values of each KPI; columns in which nothing stands are left out."""
    by_kpi: dict[str, list[Pair]] = {}
    for pair in report.values or ():
        by_kpi.setdefault(pair.kpi, []).append(pair)
    heads = [words.HEADS["period"], BEFORE, AFTER, DIFFERENCE, words.HEADS["remark"]]
    for name, pairs in by_kpi.items():
        lines = list(_lines(pairs, language))
        kept = [number for number in range(len(heads)) if number < 3 or any(line[number] for line in lines)]
        yield Table(
            name,
            flat(report.after.model.kpis[name].title(language)),
            tuple(heads[number].say(language) for number in kept),
            tuple(tuple(line[number] for number in kept) for line in lines),
        )


def _lines(pairs: list[Pair], language: str) -> Iterator[tuple[str, ...]]:
    rows = [row for pair in pairs for row in (pair.was, pair.now) if row is not None]
    units = {row.unit for row in rows}
    places = {
        unit: even([row.value for row in rows if row.unit == unit and row.value is not None], unit) for unit in units
    }
    for pair in pairs:
        was, now = (
            _MISSING if row is None else words.value(row, language, places[row.unit]) for row in (pair.was, pair.now)
        )
        change = pair.difference
        difference = "" if change is None else show_change(change, pair.unit, language, places[pair.unit])
        yield (
            pair.period,
            flat(was),
            flat(now),
            flat(difference),
            words.BETWEEN.say(language).join(_remarks(pair, language)),
        )


def _remarks(pair: Pair, language: str) -> Iterator[str]:
    """Why there is no number or no difference; what holds for both sides once."""
    said = [_remark(row, language) for row in (pair.was, pair.now)]
    if said[0] == said[1]:
        yield from filter(None, said[:1])
    else:
        for side, remark in zip((BEFORE, AFTER), said, strict=True):
            if remark:
                yield _AT.fill(side=side, remark=remark).say(language)
    if not pair.comparable:
        yield OTHER_UNIT.say(language)


def _remark(row: Row | None, language: str) -> str:
    return "" if row is None else words.remark(row, language)
