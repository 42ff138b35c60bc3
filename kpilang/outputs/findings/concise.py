"""Findings in a line each: place, severity, code, name, message."""

from __future__ import annotations

from kpilang.diagnostics import Diagnostic
from kpilang.outputs.findings import Report, Style
from kpilang.width import flat


def render(report: Report, style: Style) -> str:
    """`shop.kpi:3:5: error[O101] missing-owner: …`, as editors and `grep` know it."""
    return "".join(line(item, style) + "\n" for item in report.findings)


def line(item: Diagnostic, style: Style) -> str:
    """One finding in one line."""
    place = f"{flat(str(item.span))}: " if item.span else ""
    head = style.palette.paint(f"{item.severity}[{item.code}] {item.name}", str(item.severity))
    return f"{place}{head}: {flat(item.message.say(style.language))}"
