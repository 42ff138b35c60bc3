"""What the reader of a result should know besides its rows: notes on values, rows left out of sources."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kpilang.outputs.shown import Shown
from kpilang.outputs.words import BETWEEN, member
from kpilang.text import Text
from kpilang.width import flat

if TYPE_CHECKING:
    from kpilang.result import Note, Row

IN_THE_ROW = ("not_a_sum",)
"""Notes that stand as a remark beside the value."""
_NAMED, _MOST = 3, 20
_MORE_NOTES = Text(
    en="{count} more notes; `--format json` has all of them", zh="另有 {count} 条说明；`--format json` 列出全部"
)
_LEFT_OUT = Text(en="{source}: {text}", zh="{source}：{text}")
_NOTE = Text(en="{kpi}, {places}: {text}", zh="{kpi}，{places}：{text}")
_LARGEST = Text(
    en="{kpi}, {place}: {text} (the largest of {count} such notes)",
    zh="{kpi}，{place}：{text}（共 {count} 行有此类说明，这是数值最大的）",
)


def footnotes(shown: Shown) -> Iterator[str]:
    """One line each: notes on values, those that many rows have summed up, then what was left out."""
    language = shown.language
    notes = list(_notes(shown))
    yield from notes[:_MOST]
    if len(notes) > _MOST:
        yield _MORE_NOTES.fill(count=len(notes) - _MOST).say(language)
    for report in shown.result.sources:
        for item in report.left_out:
            yield _LEFT_OUT.fill(source=flat(report.name), text=flat(item.text.say(language))).say(language)


def _notes(shown: Shown) -> Iterator[str]:
    """For each KPI and kind of note: each sentence with where it holds, or when there are many, the one that weighs
    most and how many there are."""
    language = shown.language
    told: dict[tuple[str, str], list[tuple[Row, Note]]] = {}
    for row in shown.result.rows:
        for note in (note for note in row.notes if note.code not in IN_THE_ROW):
            told.setdefault((row.kpi, note.code), []).append((row, note))
    for (name, _), found in told.items():
        label = flat(shown.model.kpis[name].title(language))
        count = len({id(row) for row, _ in found})
        if count > _NAMED:
            row, note = max(found, key=lambda pair: pair[1].number or 0)
            said = flat(note.text.say(language))
            yield _LARGEST.fill(kpi=label, count=count, place=_place(row, language), text=said).say(language)
            continue
        places: dict[str, dict[str, None]] = {}
        for row, note in found:
            places.setdefault(flat(note.text.say(language)), {})[_place(row, language)] = None
        for text, where in places.items():
            yield _NOTE.fill(kpi=label, places=BETWEEN.say(language).join(where), text=text).say(language)


def _place(row: Row, language: str) -> str:
    """The period of a row, with its members."""
    return ", ".join((row.period, *(member(text, language) for _, text in row.by)))
