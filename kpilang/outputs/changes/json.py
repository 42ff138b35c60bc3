"""Changes for programs: one JSON object."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpilang.outputs.changes import Pair, Report, groups, mend, note
from kpilang.outputs.exact_json import indented
from kpilang.outputs.findings import Style
from kpilang.outputs.shown import unit_name

if TYPE_CHECKING:
    from kpilang.diff.nouns import Change
    from kpilang.result import Row
    from kpilang.text import Span

VERSION = 1


def render(report: Report, style: Style) -> str:
    """`{version, before, after, summary, changes: […], downstream: {…}, not_compared}`, and `values` where data were
    asked for."""
    language = style.language
    whole: dict[str, object] = {
        "version": VERSION,
        "before": report.before.title.say(language).strip("`"),
        "after": report.after.title.say(language).strip("`"),
        "summary": report.counts,
        "changes": [
            _change(report, each, group.title, language) for group in groups(report, language) for each in group.changes
        ],
        "downstream": {
            name: [
                {"name": each.name, "sort": each.sort, "how": each.how, "through": list(each.through)} for each in found
            ]
            for name, found in report.downstream.items()
            if found
        },
        "not_compared": list(report.left_out),
    }
    if report.values is not None:
        whole["values"] = [_pair(report, pair, language) for pair in report.values]
        whole["remarks"] = [text.say(language) for text in report.remarks]
    return indented(whole, ascii_only=style.ascii_only) + "\n"


def _change(report: Report, change: Change, title: str, language: str) -> dict[str, object]:
    help = mend(report, change)
    taken = change.accepted
    return {
        "code": change.kind.code,
        "name": change.kind.name,
        "grade": str(change.grade),
        "sort": change.sort,
        "subject": change.subject,
        "label": title or None,
        "message": change.message.say(language),
        "was": change.was,
        "now": change.now,
        "before": _place(change.before),
        "after": _place(change.after),
        "accepted": None if taken is None else {"day": taken.day, "reason": taken.reason.say(language)},
        "note": note(report, change),
        "help": None if help is None else help.say(language),
    }


def _place(span: Span | None) -> dict[str, object] | None:
    if span is None:
        return None
    start, end = (span.source.position(offset) for offset in (span.start, span.end))
    return {
        "file": span.source.path,
        "start": {"line": start[0], "column": start[1]},
        "end": {"line": end[0], "column": end[1]},
    }


def _pair(report: Report, pair: Pair, language: str) -> dict[str, object]:
    row = pair.now or pair.was
    return {
        "kpi": pair.kpi,
        "label": report.after.model.kpis[pair.kpi].title(language),
        "period": pair.period,
        "start": row and row.start,
        "end": row and row.end,
        "was": _value(pair.was, language),
        "now": _value(pair.now, language),
        "difference": pair.difference,
    }


def _value(row: Row | None, language: str) -> dict[str, object] | None:
    if row is None:
        return None
    reason = row.reason
    return {
        "value": row.value,
        "unit": unit_name(row.unit),
        "reason": None if reason is None else {"code": str(reason.why), "text": reason.text.say(language)},
        "partial": row.partial is not None,
    }
