"""A finding as plain values for programs, with a fingerprint that survives moves within and between files."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator

from kpilang.diagnostics import Diagnostic, Fix
from kpilang.text import Span, Text


def objects(diagnostics: Iterable[Diagnostic], language: str) -> Iterator[dict[str, object]]:
    """Each finding with its code, words, places and mend; lines and columns count from 1, ends are exclusive."""
    for diagnostic, fingerprint in fingerprinted(diagnostics):
        yield _finding(diagnostic, fingerprint, language)


def fingerprinted(diagnostics: Iterable[Diagnostic]) -> Iterator[tuple[Diagnostic, str]]:
    """Each finding with its fingerprint: rule, KPI and the marked text without its spacing; the second of two equal ones
    is told apart by its number."""
    seen: Counter[str] = Counter()
    for diagnostic in diagnostics:
        text = diagnostic.span.text if diagnostic.span else diagnostic.message.en
        what = "\n".join((diagnostic.code, diagnostic.kpi or "", " ".join(text.split())))
        seen[what] += 1
        if seen[what] > 1:
            what += f"\n{seen[what]}"
        yield diagnostic, hashlib.sha256(what.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _finding(diagnostic: Diagnostic, fingerprint: str, language: str) -> dict[str, object]:
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
        "fingerprint": fingerprint,
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
