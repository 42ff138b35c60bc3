"""Findings for programs that read line by line: one JSON object a line."""

from __future__ import annotations

from kpilang.outputs.exact_json import dumps
from kpilang.outputs.findings import Report, Style
from kpilang.outputs.findings.objects import objects


def render(report: Report, style: Style) -> str:
    """The findings of `json`, each on a line of its own."""
    lines = (dumps(item, ascii_only=style.ascii_only) for item in objects(report.findings, style.language))
    return "".join(line + "\n" for line in lines)
