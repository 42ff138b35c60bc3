"""Findings as Markdown, for a comment on a pull request or the summary of a job."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from kpilang.diagnostics import Diagnostic
from kpilang.outputs.findings import Report, Style
from kpilang.text import Text
from kpilang.width import flat

_HEAD = Text("KPI definitions", "KPI 定义检查")
_CLEAN = Text("No findings.", "没有发现问题。")
_COUNTS = Text(
    "Errors: {error}, warnings: {warning}, info: {info}.", "错误 {error} 个，警告 {warning} 个，提示 {info} 条。"
)
_HELD = Text("Suppressed by comments, with a reason: {count}.", "被注释忽略并写有原因：{count} 条。")
_MORE = Text(
    "Not shown here for their length: {count} more; `kpi lint` shows all.",
    "篇幅所限，另有 {count} 条未列出；`kpi lint` 会显示全部。",
)
_COLUMNS = Text("| | rule | where | finding |", "| | 规则 | 位置 | 问题 |")
_WHY = Text("why", "原因")
_MOST = 60_000
"""So many characters of rows: a comment on GitHub holds 65,536, and one that is longer is refused as a whole."""
_SIGNS = {"error": "❌", "warning": "⚠️", "info": "ℹ️"}
_MARKS = str.maketrans({mark: f"\\{mark}" for mark in "\\`*_{}[]<>#|~"})


def render(report: Report, style: Style) -> str:
    """A table, the weightiest first, with the mend and the reason folded away beneath each finding; what is too long for
    a comment is counted."""
    language = style.language
    return "\n".join(_lines(report, language)) + "\n"


def _lines(report: Report, language: str) -> Iterator[str]:
    yield f"### {_HEAD.say(language)}"
    yield ""
    if not report.findings:
        yield _CLEAN.say(language)
    else:
        counts = Counter(str(item.severity) for item in report.findings)
        yield _COUNTS.fill(**{name: counts[name] for name in _SIGNS}).say(language)
        yield ""
        yield _COLUMNS.say(language)
        yield "| --- | --- | --- | --- |"
        rows = _rows(report, language)
        yield from rows
        if len(rows) < len(report.findings):
            yield ""
            yield _MORE.fill(count=len(report.findings) - len(rows)).say(language)
    if report.taken:
        yield ""
        yield _HELD.fill(count=len(report.taken)).say(language)


def _rows(report: Report, language: str) -> list[str]:
    """A row a finding, as many as there is room for."""
    weights = list(_SIGNS)
    rows: list[str] = []
    room = _MOST
    for item in sorted(report.findings, key=lambda item: weights.index(str(item.severity))):
        row = _row(item, report.prefix, language)
        room -= len(row) + 1
        if room < 0:
            break
        rows.append(row)
    return rows


def _row(item: Diagnostic, prefix: str, language: str) -> str:
    place = plain(prefix + str(item.span)) if item.span else ""
    said = plain(item.message.say(language))
    more = [plain(text.say(language)) for text in (item.help,) if text]
    if item.why:
        more.append(f"<i>{_WHY.say(language)}: {plain(item.why.say(language))}</i>")
    folded = f"<details><summary>{said}</summary>{'<br>'.join(more)}</details>" if more else said
    return f"| {_SIGNS[item.severity]} | {item.code} {item.name} | {place} | {folded} |"


def plain(text: str) -> str:
    """A text that Markdown and HTML show as it is, in one line, its control characters made visible."""
    return " ".join(
        flat(" ".join(text.split()))
        .replace("&", "&amp;")
        .translate(_MARKS)
        .replace("\\<", "&lt;")
        .replace("\\>", "&gt;")
        .split()
    )
