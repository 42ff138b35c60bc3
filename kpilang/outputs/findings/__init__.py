"""Findings written down: one module for each format, with a `render(report, style)` in it."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from kpilang.outputs.colour import PLAIN, Palette

if TYPE_CHECKING:
    from kpilang.diagnostics import Diagnostic
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


@dataclass(frozen=True)
class Report:
    """What a run found: the findings, those that comments suppress, the sources where data were looked at, and the name
    and file of every KPI that was looked at. `prefix` leads from the repository's folder to the project's (`kpis/`),
    for services that show findings beside the files of a repository."""

    findings: tuple[Diagnostic, ...]
    taken: tuple[tuple[Diagnostic, Suppression], ...] = ()
    sources: tuple[SourceReport, ...] | None = None
    kpis: tuple[tuple[str, str], ...] = ()
    prefix: str = ""


@dataclass(frozen=True)
class Style:
    """How a report is said: its language, its colours, and whether only ASCII may be written."""

    language: str = "en"
    palette: Palette = PLAIN
    ascii_only: bool = False


def render(form: str, report: Report, style: Style) -> str:
    """A report in one of `FORMATS`, with a line break at its end unless it is empty."""
    text: str = import_module(f"{__name__}.{form}").render(report, style)
    return text
