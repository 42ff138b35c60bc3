"""Findings written down: one module for each format, with a `render(report, style)` in it."""

from __future__ import annotations

from dataclasses import asdict, replace
from importlib import import_module
from typing import TYPE_CHECKING

from kpilang.outputs.colour import PLAIN, Palette
from kpilang.record import record
from kpilang.text import Text
from kpilang.width import flat

if TYPE_CHECKING:
    from kpilang.diagnostics import Diagnostic
    from kpilang.lint.digest import Group, Tally
    from kpilang.lint.rule import Rule
    from kpilang.lint.suppressions import Suppression
    from kpilang.result import SourceReport

FORMATS = ("text", "concise", "json", "jsonl", "sarif", "github", "gitlab", "junit", "markdown")
ENDINGS = {
    ".txt": "text",
    ".log": "text",
    ".json": "json",
    ".jsonl": "jsonl",
    ".sarif": "sarif",
    ".xml": "junit",
    ".md": "markdown",
}
"""The format that the ending of a file means."""


@record
class Report:
    """What a run found: the findings, those that comments suppress, the sources where data were looked at, and the name
    and file of every KPI that was looked at, the rules that could have. `prefix` leads from the repository's folder to the project's (`kpis/`),
    for services that show findings beside the files of a repository. Formats for people show `groups`, a list for each
    owner, or `tallies`, the number of findings of each rule, in place of the findings where these are given."""

    findings: tuple[Diagnostic, ...]
    taken: tuple[tuple[Diagnostic, Suppression], ...] = ()
    sources: tuple[SourceReport, ...] | None = None
    kpis: tuple[tuple[str, str], ...] = ()
    prefix: str = ""
    rules: tuple[Rule, ...] = ()
    groups: tuple[Group, ...] | None = None
    tallies: tuple[Tally, ...] | None = None


@record
class Style:
    """How a report is said: its language, its colours, and whether only ASCII may be written."""

    language: str = "en"
    palette: Palette = PLAIN
    ascii_only: bool = False


FOR_PEOPLE = ("text", "concise", "markdown")
GROUPED, COUNTED = FOR_PEOPLE, (*FOR_PEOPLE, "json")
"""The formats in which findings can stand by owner, and those that have a place for their numbers."""
_NOBODY = Text("nobody is named as owner", "没有写明负责人")
_GROUP = Text("{owner}: {count}", "{owner}：{count} 条")
_HEADS = {
    "code": Text("code", "代码"),
    "name": Text("name", "名称"),
    "severity": Text("severity", "级别"),
    "count": Text("findings", "问题数"),
    "fixable": Text("fixable", "可自动修正"),
}


def render(form: str, report: Report, style: Style) -> str:
    """A report in one of `FORMATS`, with a line break at its end unless it is empty."""
    if form in FOR_PEOPLE and report.tallies is not None:
        return _tallies(form, report.tallies, style)
    if form in FOR_PEOPLE and report.groups is not None:
        return "".join(_group(form, report, group, style) for group in report.groups)
    text: str = import_module(f"{__name__}.{form}").render(report, style)
    return text


def _tallies(form: str, tallies: tuple[Tally, ...], style: Style) -> str:
    """A line a rule, in Markdown as Markdown's own table."""
    from kpilang.outputs.listing import Listing, table

    rows = [{**asdict(item), "severity": str(item.severity)} for item in tallies]
    if form == "markdown":
        heads = [head.say(style.language) for head in _HEADS.values()]
        lines = [heads, ["---"] * len(heads), *([str(row[key]) for key in _HEADS] for row in rows)]
        return "".join(f"| {' | '.join(line)} |\n" for line in lines)
    return table(Listing("statistics", _HEADS, rows), style.language)


def _group(form: str, report: Report, group: Group, style: Style) -> str:
    """The findings of one owner under a heading."""
    from kpilang.outputs.findings.markdown import plain

    owner: object = _NOBODY
    if group.owner is not None:
        title = group.owner.label.say(style.language) if group.owner.label else group.owner.name
        owner = f"{title} <{group.owner.address}>" if group.owner.address else title
    heading = _GROUP.fill(owner=owner, count=len(group.findings)).say(style.language)
    inner = render(form, replace(report, findings=group.findings, taken=(), groups=None), style)
    gap = "" if inner.endswith("\n\n") else "\n"
    if form == "markdown":
        return f"## {plain(heading)}\n\n{inner}{gap}"
    return f"{style.palette.paint(flat(heading), 'bold')}\n\n{inner}{gap}"
