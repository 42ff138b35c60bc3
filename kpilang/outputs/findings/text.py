"""Findings for people: the line at fault with the place marked, why it matters, what to do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kpilang.diagnostics import Diagnostic
from kpilang.outputs.colour import Palette
from kpilang.outputs.findings import Report, Style
from kpilang.record import record
from kpilang.text import Source, Span, Text
from kpilang.width import flat, width

_WHY, _HELP = Text(en="why: ", zh="原因："), Text(en="help: ", zh="建议：")
_WIDEST, _CONTEXT = 160, 40


@record
class _Marked:
    """A place to underline, with the words beside it; the first place of a finding is the main one."""

    span: Span
    label: str
    main: bool


def render(report: Report, style: Style) -> str:
    """A table of the sources where data were looked at, then the findings."""
    found = render_all(report.findings, style.language, style.palette)
    if not report.sources:
        return found
    from kpilang.outputs.sources import table

    return table(report.sources, style.language, style.palette) + ("\n" + found if found else "")


def one(diagnostic: Diagnostic, language: str, palette: Palette) -> str:
    """One finding as several lines, without a line break at the end."""
    style = str(diagnostic.severity)
    head = palette.paint(f"{diagnostic.severity}[{diagnostic.code}] {diagnostic.name}", style)
    lines = [f"{head}: {palette.paint(_line(diagnostic.message, language), 'bold')}"]
    gutter = 1
    if diagnostic.span is not None:
        marked = _places(diagnostic, diagnostic.span, language)
        gutter = len(str(max(place.span.source.position(place.span.start)[0] for place in marked)))
        lines += _excerpts(marked, gutter, style, palette)
    margin = " " * (gutter + 2) if diagnostic.span is not None else "  "
    for title, text in ((_WHY, diagnostic.why), (_HELP, diagnostic.help)):
        if text is not None:
            lines.append(_remark(margin, title.say(language), text.say(language), palette))
    return "\n".join(lines)


def _line(text: Text, language: str) -> str:
    return flat(text.say(language))


def _remark(margin: str, title: str, text: str, palette: Palette) -> str:
    """`= help: …`; further lines of the text stand beneath its first."""
    first, *rest = text.splitlines() or [""]
    indent = " " * (len(margin) + 2 + width(title))
    head = f"{margin}{palette.paint('=', 'frame')} {palette.paint(title, 'bold')}{flat(first)}"
    return "\n".join([head, *(indent + flat(line) for line in rest)])


def _places(diagnostic: Diagnostic, span: Span, language: str) -> list[_Marked]:
    label = _line(diagnostic.label, language) if diagnostic.label else ""
    others = [_Marked(mark.span, _line(mark.label, language), main=False) for mark in diagnostic.marks]
    return [_Marked(span, label, main=True), *others]


def _excerpts(marked: list[_Marked], gutter: int, style: str, palette: Palette) -> Iterator[str]:
    """The lines at fault, file by file, that of the main place first."""
    sources: dict[int, Source] = {id(place.span.source): place.span.source for place in marked}
    for source in sources.values():
        places = [place for place in marked if place.span.source is source]
        first = min(places, key=lambda place: (not place.main, place.span.start))
        arrow = "-->" if first.main else ":::"
        yield f"{' ' * (gutter + 1)}{palette.paint(arrow, 'frame')} {flat(str(first.span))}"
        yield from _file(source, places, gutter, style, palette)


def _file(source: Source, places: list[_Marked], gutter: int, style: str, palette: Palette) -> Iterator[str]:
    bar = palette.paint("|", "frame")
    yield f"{' ' * (gutter + 2)}{bar}"
    by_line: dict[int, list[_Marked]] = {}
    for place in sorted(places, key=lambda place: (place.span.start, place.span.end)):
        by_line.setdefault(source.position(place.span.start)[0], []).append(place)
    before = None
    for number, here in by_line.items():
        if before is not None and number > before + 1:
            yield palette.paint("...", "frame")
        before = number
        window = _window(source, number, here)
        shown = f"{palette.paint(str(number).rjust(gutter + 1), 'frame')} {bar}"
        yield f"{shown} {window.text}".rstrip()
        for place in here:
            yield f"{' ' * (gutter + 2)}{bar} {_underline(source, place, window, style, palette)}"


@record
class _Window:
    """The part of a line that is shown: from and to which of its characters, and the text for it."""

    start: int
    end: int
    text: str


def _window(source: Source, number: int, places: list[_Marked]) -> _Window:
    """The whole line, or of a very long one the part around the first place."""
    line = source.line(number)
    if len(line) <= _WIDEST:
        return _Window(0, len(line), flat(line))
    column = source.position(places[0].span.start)[1] - 1
    start = max(0, column - _CONTEXT)
    end = min(len(line), start + _WIDEST)
    text = flat(line[start:end])
    return _Window(start, end, ("…" if start else "") + text + ("…" if end < len(line) else ""))


def _underline(source: Source, place: _Marked, window: _Window, style: str, palette: Palette) -> str:
    """Carets under the place as far as it lies in its first line, then its label."""
    number, column = source.position(place.span.start)
    line = source.line(number)
    start = min(max(column - 1, window.start), window.end)
    stop = min(max(start, column - 1 + place.span.end - place.span.start), window.end)
    indent = width(flat(line[window.start : start])) + (1 if window.start else 0)
    length = max(1, width(flat(line[window.start : stop])) + (1 if window.start else 0) - indent)
    carets = ("^" if place.main else "-") * length
    words = f"{carets} {place.label}".rstrip()
    return " " * indent + palette.paint(words, style if place.main else "frame")


def render_all(diagnostics: Iterable[Diagnostic], language: str, palette: Palette) -> str:
    """Findings one after the other, an empty line between them; empty for none."""
    return "".join(one(diagnostic, language, palette) + "\n\n" for diagnostic in diagnostics)
