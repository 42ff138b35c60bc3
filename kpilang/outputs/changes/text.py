"""Changes for people: declaration by declaration, what was and what is now like a patch, who is downstream."""

from __future__ import annotations

from collections.abc import Iterator

from kpilang.diff.nouns import Change, Downstream, Grade
from kpilang.outputs.changes import ACCEPTED, SORTS, Group, Report, groups, hangs, mend
from kpilang.outputs.changes.numbers import Table, tables
from kpilang.outputs.findings import Style
from kpilang.text import Text
from kpilang.width import flat, left, right, width

_HELP = Text(en="help: ", zh="建议：")
_NOTE = Text(en="note: ", zh="说明：")
_DOWNSTREAM = Text(en="downstream: {names}", zh="受影响：{names}")
_MORE = Text(en="{names}, and {count} more", zh="{names}，另有 {count} 个")
_GONE = Text(en="was at {place}", zh="原在 {place}")
_VALUES = Text(en="values of {name}", zh="{name} 的数值")
_LEFT_OUT = Text(en="not compared, for errors in their definitions: {names}", zh="定义有错误，未比较：{names}")
_STYLES = {Grade.BREAKING: "error", Grade.NOTABLE: "warning", Grade.WORDS: "info"}
_MOST = 12
"""So many that are downstream are named; the other formats name all."""


def render(report: Report, style: Style) -> str:
    """A block for each declaration, then the values of each KPI, with an empty line after each block."""
    blocks = [_group(report, group, style) for group in groups(report, style.language)]
    blocks += [_table(table, style) for table in tables(report, style.language)]
    tail = [f"{style.palette.paint('-', 'dim')} {flat(text.say(style.language))}" for text in _remarks(report)]
    return "".join(f"{block}\n\n" for block in (*blocks, *(["\n".join(tail)] if tail else [])))


def _remarks(report: Report) -> Iterator[Text]:
    yield from report.remarks
    if report.left_out:
        quoted = [f"`{name}`" for name in report.left_out]
        yield _LEFT_OUT.fill(names=Text(", ".join(quoted), "、".join(quoted)))


def _group(report: Report, group: Group, style: Style) -> str:
    paint, language = style.palette.paint, style.language
    sort = "" if group.sort in ("kpi", group.name) else f"{SORTS[group.sort].say(language)} "
    place = _GONE.fill(place=group.place).say(language) if group.gone else group.place
    title = f' "{flat(group.title)}"' if group.title else ""
    lines = [f"{paint(f'{sort}{flat(group.name)}{title}', 'bold')}  {paint(flat(place), 'frame')}".rstrip()]
    for change in group.changes:
        lines += _change(report, change, style)
    if group.downstream:
        lines.append(f"  {_downstream(group.downstream, language)}")
    return "\n".join(lines)


def _change(report: Report, change: Change, style: Style) -> Iterator[str]:
    paint, language = style.palette.paint, style.language
    weight = "dim" if change.accepted else _STYLES[change.grade]
    head = paint(f"{change.grade}[{change.kind.code}] {change.kind.name}", weight)
    yield f"  {head}: {flat(change.message.say(language))}"
    for sign, text, colour in (("-", change.was, "red"), ("+", change.now, "green")):
        for line in (text or "").splitlines():
            yield f"    {paint(f'{sign} {flat(line)}', colour)}"
    if change.accepted:
        note = ACCEPTED.fill(day=change.accepted.day, reason=change.accepted.reason)
        yield _remark(_NOTE, note, style)
    help = mend(report, change)
    if help is not None:
        yield _remark(_HELP, help, style)


def _remark(title: Text, text: Text, style: Style) -> str:
    frame, head = style.palette.paint("=", "frame"), style.palette.paint(title.say(style.language), "bold")
    return f"    {frame} {head}{flat(text.say(style.language))}"


def _downstream(found: tuple[Downstream, ...], language: str) -> str:
    names = ", ".join(f"{flat(each.name)} ({flat(hangs(each, language))})" for each in found[:_MOST])
    if len(found) > _MOST:
        names = _MORE.fill(names=names, count=len(found) - _MOST).say(language)
    return _DOWNSTREAM.fill(names=names).say(language)


def _table(table: Table, style: Style) -> str:
    """The values, numbers at the right."""
    name = f'{flat(table.kpi)} "{table.title}"' if table.title != table.kpi else flat(table.kpi)
    lines = [style.palette.paint(_VALUES.fill(name=name).say(style.language), "bold")]
    cells = [table.heads, *table.lines]
    widths = [max(map(width, column)) for column in zip(*cells, strict=True)]
    for line in cells:
        placed = ((right if 0 < number < 4 else left)(cell, widths[number]) for number, cell in enumerate(line))
        lines.append(f"  {'  '.join(placed)}".rstrip())
    return "\n".join(lines)
