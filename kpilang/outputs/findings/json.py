"""Findings for programs: one JSON object."""

from __future__ import annotations

from dataclasses import asdict

from kpilang.outputs.exact_json import indented
from kpilang.outputs.findings import Report, Style
from kpilang.outputs.findings.objects import objects

VERSION = 1


def render(report: Report, style: Style) -> str:
    """`{version, findings: […]}`; before the findings stand `sources` where data were looked at, and `statistics`, the
    number of findings of each rule, where they were asked for."""
    whole: dict[str, object] = {"version": VERSION}
    if report.sources is not None:
        from kpilang.outputs.objects import source

        whole["sources"] = [source(item, style.language) for item in report.sources]
    if report.tallies is not None:
        whole["statistics"] = [{**asdict(item), "severity": str(item.severity)} for item in report.tallies]
    whole["findings"] = list(objects(report.findings, style.language))
    return indented(whole, ascii_only=style.ascii_only) + "\n"
