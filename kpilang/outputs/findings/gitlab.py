"""Findings as a code quality report of GitLab."""

from __future__ import annotations

from kpilang.diagnostics import Diagnostic
from kpilang.outputs.exact_json import indented
from kpilang.outputs.findings import Report, Style
from kpilang.outputs.findings.objects import fingerprinted
from kpilang.settings import FILE

_SEVERITIES = {"error": "major", "warning": "minor", "info": "info"}


def render(report: Report, style: Style) -> str:
    """A list of objects with description, rule, fingerprint, severity, file and line; paths are relative to the
    repository."""
    items = [
        _item(item, fingerprint, report.prefix, style.language) for item, fingerprint in fingerprinted(report.findings)
    ]
    return indented(items, ascii_only=style.ascii_only) + "\n"


def _item(item: Diagnostic, fingerprint: str, prefix: str, language: str) -> dict[str, object]:
    path, line = FILE, 1
    if item.span is not None:
        path, line = item.span.source.path, item.span.source.position(item.span.start)[0]
    help = f" ({item.help.say(language)})" if item.help else ""
    return {
        "description": f"{item.code} {item.name}: {item.message.say(language)}{help}",
        "check_name": item.code,
        "fingerprint": fingerprint,
        "severity": _SEVERITIES[item.severity],
        "location": {"path": prefix + path, "lines": {"begin": line}},
    }
