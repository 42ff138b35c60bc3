"""Findings for programs: one JSON object, with a fingerprint that survives moves within and between files."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping

from kpilang.diagnostics import Diagnostic, Fix
from kpilang.outputs.exact_json import indented
from kpilang.text import Span, Text

VERSION = 1


def render(
    diagnostics: Iterable[Diagnostic],
    language: str,
    *,
    ascii_only: bool = False,
    more: Mapping[str, object] | None = None,
) -> str:
    """`{version, findings: […]}` with a line break at the end, and `more` before the findings; lines and columns count
    from 1, ends are exclusive."""
    seen: Counter[str] = Counter()
    findings = [_finding(diagnostic, language, seen) for diagnostic in diagnostics]
    return indented({"version": VERSION, **(more or {}), "findings": findings}, ascii_only=ascii_only) + "\n"


def _finding(diagnostic: Diagnostic, language: str, seen: Counter[str]) -> dict[str, object]:
    span = diagnostic.span

    def say(text: Text | None) -> str | None:
        return text.say(language) if text else None

    return {
        "code": diagnostic.code,
        "name": diagnostic.name,
        "severity": str(diagnostic.severity),
        "message": say(diagnostic.message),
        "why": say(diagnostic.why),
        "help": say(diagnostic.help),
        "kpi": diagnostic.kpi,
        "file": span.source.path if span else None,
        "start": _place(span, span.start) if span else None,
        "end": _place(span, span.end) if span else None,
        "fix": _fix(diagnostic.fixes[0], language) if diagnostic.fixes else None,
        "fingerprint": _fingerprint(diagnostic, seen),
    }


def _place(span: Span, offset: int) -> dict[str, int]:
    line, column = span.source.position(offset)
    return {"line": line, "column": column}


def _fix(fix: Fix, language: str) -> dict[str, object]:
    edits = [
        {
            "file": edit.span.source.path,
            "start": _place(edit.span, edit.span.start),
            "end": _place(edit.span, edit.span.end),
            "text": edit.replacement,
        }
        for edit in fix.edits
    ]
    return {"title": fix.title.say(language), "safe": fix.safe, "edits": edits}


def _fingerprint(diagnostic: Diagnostic, seen: Counter[str]) -> str:
    """Rule, KPI and the marked text without its spacing; the second of two equal ones is told apart by its number."""
    text = diagnostic.span.text if diagnostic.span else diagnostic.message.en
    what = "\n".join((diagnostic.code, diagnostic.kpi or "", " ".join(text.split())))
    seen[what] += 1
    if seen[what] > 1:
        what += f"\n{seen[what]}"
    return hashlib.sha256(what.encode("utf-8", "surrogatepass")).hexdigest()[:16]
