"""Changes as Markdown, for a comment on a pull request or the summary of a job."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kpilang.diff.nouns import Change, Grade
from kpilang.outputs.changes import ACCEPTED, SORTS, Group, Report, groups, hangs, mend
from kpilang.outputs.changes.numbers import Table, tables
from kpilang.outputs.findings import Style
from kpilang.outputs.findings.markdown import plain
from kpilang.text import Text
from kpilang.width import flat

_HEAD = Text("KPI definitions: what changed in meaning", "KPI 定义：含义有哪些变化")
_NONE = Text("Nothing changed in meaning: {before} → {after}.", "含义没有变化：{before} → {after}。")
_COUNTS = Text(
    "{before} → {after}. Breaking: {breaking}, accepted: {accepted}, notable: {notable}, words: {words}.",
    "{before} → {after}。不可比 {breaking} 处，已认可 {accepted} 处，需留意 {notable} 处，仅措辞 {words} 处。",
)
_COLUMNS = Text("| | what | change | affects |", "| | 对象 | 变化 | 影响 |")
_DETAILS = Text("Before and after", "前后对照")
_VALUES = Text("Values of {name}", "{name} 的数值")
_DOWNSTREAM = Text("Affects: {names}.", "影响：{names}。")
_LEFT_OUT = Text("Not compared, for errors in their definitions: {names}.", "定义有错误，未比较：{names}。")
_MORE = Text(
    "Not shown here for their length: {count} parts; `kpi diff` shows all.",
    "篇幅所限，另有 {count} 部分未列出；`kpi diff` 会显示全部。",
)
_SIGNS = {Grade.BREAKING: "❌", Grade.NOTABLE: "⚠️", Grade.WORDS: "✏️"}
_TAKEN = "☑️"
_MOST = 60_000
"""So many characters: a comment on GitHub holds 65,536, and one that is longer is refused as a whole."""
_FEW = 5


def render(report: Report, style: Style) -> str:
    """A table, a line a change; folded beneath it each declaration before and after, and the values. Parts that are too
    long for a comment are counted."""
    language = style.language
    titles = {"before": report.before.title, "after": report.after.title}
    head = f"### {_HEAD.say(language)}\n\n"
    if not report.changes:
        head += _NONE.fill(**titles).say(language) + "\n"
    else:
        head += _COUNTS.fill(**titles, **report.counts).say(language) + "\n"
    return head + _fitted(list(_parts(report, language)), _MOST - len(head), language)


def _fitted(parts: list[str], room: int, language: str) -> str:
    """The parts for which there is room, and how many more there are."""
    kept: list[str] = []
    for part in parts:
        room -= len(part)
        if room < 0:
            kept.append("\n" + _MORE.fill(count=len(parts) - len(kept)).say(language) + "\n")
            break
        kept.append(part)
    return "".join(kept)


def _parts(report: Report, language: str) -> Iterator[str]:
    found = list(groups(report, language))
    if found:
        yield f"\n{_COLUMNS.say(language)}\n| --- | --- | --- | --- |\n"
    weights = list(Grade)
    rows = [(change, group) for group in found for change in group.changes]
    for change, group in sorted(rows, key=lambda row: (row[0].accepted is not None, weights.index(row[0].grade))):
        yield _row(report, change, group, language)
    for group in found:
        yield _details(group, language)
    for table in tables(report, language):
        yield _table(table, language)
    for text in report.remarks:
        yield f"\n{plain(text.say(language))}\n"
    if report.left_out:
        yield "\n" + _LEFT_OUT.fill(names=", ".join(map(plain, report.left_out))).say(language) + "\n"


def _row(report: Report, change: Change, group: Group, language: str) -> str:
    sign = _TAKEN if change.accepted else _SIGNS[change.grade]
    said = f"{change.kind.code} {change.kind.name}: {plain(change.message.say(language))}"
    help = mend(report, change)
    if change.accepted:
        note = ACCEPTED.fill(day=change.accepted.day, reason=change.accepted.reason)
        said += f"<br><i>{plain(note.say(language))}</i>"
    elif help is not None:
        said += f"<br><i>{plain(help.say(language))}</i>"
    affected = list(dict.fromkeys(plain(each.name) for each in group.downstream))
    more = f" +{len(affected) - _FEW}" if len(affected) > _FEW else ""
    return f"| {sign} | {_name(group, language)} | {said} | {', '.join(affected[:_FEW])}{more} |\n"


def _name(group: Group, language: str) -> str:
    sort = "" if group.sort in ("kpi", group.name) else f"{SORTS[group.sort].say(language)} "
    title = f" ({plain(group.title)})" if group.title else ""
    return f"{sort}**{plain(group.name)}**{title}"


def _details(group: Group, language: str) -> str:
    """Before and after like a patch, and who is affected."""
    lines = [
        f"{sign} {flat(line)}"
        for change in group.changes
        for sign, text in (("-", change.was), ("+", change.now))
        for line in (text or "").splitlines()
    ]
    body = [
        f"<details><summary>{_DETAILS.say(language)}: {_bare(group.name)}</summary>",
        "",
        plain(group.prefix + group.place),
        "",
    ]
    if lines:
        fence = "`" * max(3, *(len(run) + 1 for run in re.findall("`+", "\n".join(lines))), 0)
        body += [f"{fence}diff", *lines, fence, ""]
    if group.downstream:
        names = ", ".join(f"{plain(each.name)} ({plain(hangs(each, language))})" for each in group.downstream)
        body += [_DOWNSTREAM.fill(names=names).say(language), ""]
    return "\n" + "\n".join([*body, "</details>"]) + "\n"


def _bare(text: str) -> str:
    """A text inside HTML, where Markdown is not read."""
    return flat(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _table(table: Table, language: str) -> str:
    title = _bare(_VALUES.fill(name=table.title).say(language))
    marks = " | ".join("---:" if 0 < number < 4 else "---" for number in range(len(table.heads)))
    rows = ["| " + " | ".join(map(plain, line)) + " |" for line in (table.heads, *table.lines)]
    rows.insert(1, f"| {marks} |")
    return "\n" + "\n".join([f"<details><summary>{title}</summary>", "", *rows, "", "</details>"]) + "\n"
