"""Findings for programs: one JSON object."""

from __future__ import annotations

from kpilang.outputs.exact_json import indented
from kpilang.outputs.findings import Report, Style
from kpilang.outputs.findings.objects import objects

VERSION = 1


def render(report: Report, style: Style) -> str:
    """`{version, findings: […]}`; where data were looked at, `sources` stands before the findings."""
    whole: dict[str, object] = {"version": VERSION}
    if report.sources is not None:
        from kpilang.outputs.objects import source

        whole["sources"] = [source(item, style.language) for item in report.sources]
    whole["findings"] = list(objects(report.findings, style.language))
    return indented(whole, ascii_only=style.ascii_only) + "\n"
