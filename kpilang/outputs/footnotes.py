"""What the reader of a result should know besides its rows: notes on values, rows left out of sources."""

from __future__ import annotations

from collections.abc import Iterator

from kpilang.outputs.shown import Shown
from kpilang.outputs.width import flat
from kpilang.text import Text

_NAMED, _MOST = 3, 20
_MORE_NOTES = Text(
    en="{count} more notes; `--format json` has all of them", zh="另有 {count} 条说明；`--format json` 列出全部"
)
_MORE = Text(en="{names} and {count} more", zh="{names} 等另外 {count} 个期间")
_LEFT_OUT = Text(en="{source}: {text}", zh="{source}：{text}")
_NOTE = Text(en="{kpi}, {periods}: {text}", zh="{kpi}，{periods}：{text}")


def footnotes(shown: Shown) -> Iterator[str]:
    """One line each: a note once for all periods it holds in, up to a number of them, then what was left out."""
    language = shown.language
    notes = list(_notes(shown))
    yield from notes[:_MOST]
    if len(notes) > _MOST:
        yield _MORE_NOTES.fill(count=len(notes) - _MOST).say(language)
    for report in shown.result.sources:
        for item in report.left_out:
            yield _LEFT_OUT.fill(source=report.name, text=flat(item.text.say(language))).say(language)


def _notes(shown: Shown) -> Iterator[str]:
    language = shown.language
    told: dict[tuple[str, str], dict[str, None]] = {}
    for row in shown.result.rows:
        for note in row.notes:
            told.setdefault((row.kpi, note.text.say(language)), {})[row.period] = None
    for (name, text), periods in told.items():
        label = flat(shown.model.kpis[name].title(language))
        yield _NOTE.fill(kpi=label, periods=_listed(list(periods), language), text=flat(text)).say(language)


def _listed(periods: list[str], language: str) -> str:
    names = ", ".join(periods[:_NAMED])
    if len(periods) <= _NAMED:
        return names
    return _MORE.fill(names=names, count=len(periods) - _NAMED).say(language)
