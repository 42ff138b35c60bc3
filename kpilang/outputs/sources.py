"""A table of sources for people: rows, those left out, first and last time, freshness, verdict, and below it why rows were left out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from kpilang.outputs.colour import PLAIN, Palette
from kpilang.plan.reasons import grain_word
from kpilang.result import Soundness
from kpilang.text import Text
from kpilang.width import flat, left, right, width

if TYPE_CHECKING:
    from kpilang.result import Freshness, SourceReport

_HEADS = (
    Text("source", "数据源"),
    Text("rows", "行数"),
    Text("left out", "略去"),
    Text("first", "最早"),
    Text("last", "最晚"),
    Text("freshness", "时效"),
    Text("verdict", "结论"),
)
_NUMBERS = (1, 2)
_COUNTED = ("no-partner", "empty-compared")
_GAP = "  "
_VERDICTS = {
    Soundness.SOUND: (Text("sound", "正常"), "green"),
    Soundness.NO_PARTNER: (Text("rows without partner", "有行缺少对应行"), "yellow"),
    Soundness.LEFT_OUT: (Text("rows left out", "有略去的行"), "yellow"),
    Soundness.BAD_DATA: (Text("bad data", "数据有误"), "red"),
}
_AGES = {0: Text("up to date", "最新"), 1: Text("1 day old", "距今 1 天")}
_AGE = Text("{days} days old", "距今 {days} 天")
_EVERY = Text("{age}, collected every {grain}", "{age}，每{grain}采集")
_LATE = Text("{age}: late", "{age}：已逾期")
_NOTE = Text("{source}: {text}", "{source}：{text}")


def table(reports: Sequence[SourceReport], language: str, palette: Palette = PLAIN) -> str:
    """The table, a line for each source, then a line for each reason why rows are left out; what makes data bad
    is told by findings."""
    heads = tuple(head.say(language) for head in _HEADS)
    rows = [_cells(report, language) for report in reports]
    widths = [max(map(width, column)) for column in zip(heads, *rows, strict=True)]
    lines = [palette.paint(_line(heads, widths), "bold")]
    for report, cells in zip(reports, rows, strict=True):
        verdict = palette.paint(cells[-1], _VERDICTS[report.verdict][1])
        lines.append(_line(cells[:-1], widths[:-1], trim=False) + _GAP + verdict)
    notes = [f"{palette.paint('-', 'dim')} {note}" for note in _notes(reports, language)]
    return "".join(f"{line}\n" for line in (*lines, *([""] if notes else []), *notes))


def _cells(report: SourceReport, language: str) -> tuple[str, ...]:
    left_out = sum(item.count for item in report.left_out if item.code not in _COUNTED)
    return (
        flat(report.name),
        f"{report.rows:,}",
        f"{left_out:,}" if left_out else "",
        "" if report.first is None else report.first.isoformat(),
        "" if report.last is None else report.last.isoformat(),
        "" if report.freshness is None else freshness(report.freshness).say(language),
        _VERDICTS[report.verdict][0].say(language),
    )


def freshness(found: Freshness) -> Text:
    """`3 days old, collected every day: late`."""
    age = _AGES.get(found.days) or _AGE.fill(days=found.days)
    if found.every is not None:
        age = _EVERY.fill(age=age, grain=grain_word(found.every))
    return _LATE.fill(age=age) if found.late else age


def _line(cells: Sequence[str], widths: Sequence[int], *, trim: bool = True) -> str:
    placed = [
        (right if number in _NUMBERS else left)(cell, size)
        for number, (cell, size) in enumerate(zip(cells, widths, strict=True))
    ]
    line = _GAP.join(placed)
    return line.rstrip() if trim else line


def _notes(reports: Sequence[SourceReport], language: str) -> Iterator[str]:
    for report in reports:
        for item in report.left_out:
            yield _NOTE.fill(source=flat(report.name), text=flat(item.text.say(language))).say(language)
