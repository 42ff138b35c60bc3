"""Findings as SARIF 2.1.0, for code scanning: every rule with its page, every finding with its place and fingerprint."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

import kpilang
from kpilang.diagnostics import Diagnostic, Fix, Mark
from kpilang.lint import explain
from kpilang.lint.suppressions import Suppression
from kpilang.outputs.exact_json import indented
from kpilang.outputs.findings import Report, Style
from kpilang.outputs.findings.objects import fingerprinted
from kpilang.settings import FILE
from kpilang.text import Span

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {"error": "error", "warning": "warning", "info": "note"}


def render(report: Report, style: Style) -> str:
    """One run with its rules and results. Columns count characters from 1, ends are exclusive; paths are relative to the
    repository. A finding that a comment suppresses is a result too, with the reason."""
    taken = {id(finding): comment for finding, comment in report.taken}
    findings = (*report.findings, *(finding for finding, _ in report.taken))
    rules = list(_rules(report, findings, style.language))
    numbers = {rule["id"]: number for number, rule in enumerate(rules)}
    results = [
        _result(item, fingerprint, numbers[item.code], taken.get(id(item)), report.prefix, style.language)
        for item, fingerprint in fingerprinted(findings)
    ]
    driver = {"name": "kpilang", "semanticVersion": kpilang.__version__, "rules": rules}
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return indented({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, ascii_only=style.ascii_only) + "\n"


def _rules(report: Report, findings: tuple[Diagnostic, ...], language: str) -> Iterator[dict[str, object]]:
    """Every rule of the linter, and each kind of mistake that was met."""
    known = set()
    for rule in report.rules:
        known.add(rule.code)
        page = explain(rule, language)
        yield {
            "id": rule.code,
            "name": rule.name,
            "shortDescription": {"text": rule.summary.say(language)},
            "fullDescription": {"text": f"{rule.summary.say(language)}\n\n{rule.why.say(language)}"},
            "help": {"text": page, "markdown": page},
            "defaultConfiguration": {"level": _LEVELS[rule.severity]},
            "properties": {"tags": [rule.criterion.name.lower().replace("_", "-")]},
        }
    for item in findings:
        if item.code not in known:
            known.add(item.code)
            yield {
                "id": item.code,
                "name": item.name,
                "shortDescription": {"text": item.name.replace("-", " ")},
                "fullDescription": {"text": (item.why or item.message).say(language)},
                "help": {"text": (item.help or item.why or item.message).say(language)},
                "defaultConfiguration": {"level": _LEVELS[item.severity]},
                "properties": {"tags": ["definition"]},
            }


def _result(
    item: Diagnostic, fingerprint: str, number: int, comment: Suppression | None, prefix: str, language: str
) -> dict[str, object]:
    found: dict[str, object] = {
        "ruleId": item.code,
        "ruleIndex": number,
        "level": _LEVELS[item.severity],
        "message": {"text": _message(item, language)},
        "locations": [_location(item.span, prefix)],
        "partialFingerprints": {"kpilang/v1": fingerprint},
    }
    if item.marks:
        found["relatedLocations"] = [_related(mark, prefix, language) for mark in item.marks]
    if item.fixes:
        found["fixes"] = [_fix(fix, prefix, language) for fix in item.fixes]
    if comment is not None:
        found["suppressions"] = [{"kind": "inSource", "justification": comment.reason}]
    return found


def _message(item: Diagnostic, language: str) -> str:
    """What is wrong, and the mend."""
    help = f"\n{item.help.say(language)}" if item.help else ""
    return item.message.say(language) + help


def _location(span: Span | None, prefix: str) -> dict[str, object]:
    """A place; what is about no text stands at the settings, since a service shows nothing without a file."""
    if span is None:
        return {"physicalLocation": {"artifactLocation": _artifact(FILE, prefix), "region": {"startLine": 1}}}
    return {"physicalLocation": {"artifactLocation": _artifact(span.source.path, prefix), "region": _region(span)}}


def _artifact(path: str, prefix: str) -> dict[str, object]:
    uri = quote(prefix + path, errors="surrogateescape")
    return {"uri": uri, "uriBaseId": "%SRCROOT%"}


def _region(span: Span) -> dict[str, object]:
    start, end = span.source.position(span.start), span.source.position(span.end)
    return {"startLine": start[0], "startColumn": start[1], "endLine": end[0], "endColumn": end[1]}


def _related(mark: Mark, prefix: str, language: str) -> dict[str, object]:
    return {**_location(mark.span, prefix), "message": {"text": mark.label.say(language)}}


def _fix(fix: Fix, prefix: str, language: str) -> dict[str, object]:
    """The edits of a fix, file by file."""
    paths = dict.fromkeys(edit.span.source.path for edit in fix.edits)
    changes = [
        {
            "artifactLocation": _artifact(path, prefix),
            "replacements": [
                {"deletedRegion": _region(edit.span), "insertedContent": {"text": edit.replacement}}
                for edit in fix.edits
                if edit.span.source.path == path
            ],
        }
        for path in paths
    ]
    return {"description": {"text": fix.title.say(language)}, "artifactChanges": changes}
