"""A result as plain objects, in the shape that docs/language.md gives for JSON."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kpilang.outputs.shown import Shown, unit_name

if TYPE_CHECKING:
    from kpilang.result import Freshness, Part, Reason, Row, SourceReport

VERSION = 1


def source(report: SourceReport, language: str) -> dict[str, object]:
    """What was read of one source."""
    covers = None if report.covers is None else {"start": report.covers[0], "end": report.covers[1]}
    left_out = [{"code": item.code, "count": item.count, "text": item.text.say(language)} for item in report.left_out]
    return {
        "name": report.name,
        "rows": report.rows,
        "left_out": left_out,
        "first": report.first,
        "last": report.last,
        "covers": covers,
        "freshness": _freshness(report.freshness),
        "verdict": str(report.verdict),
        "faults": [fault.say(language) for fault in report.faults],
    }


def _freshness(found: Freshness | None) -> dict[str, object] | None:
    return None if found is None else {"days": found.days, "every": found.every, "late": found.late}


def rows(shown: Shown) -> Iterator[dict[str, object]]:
    """The rows, in order."""
    language = shown.language
    titles = {name: kpi.title(language) for name, kpi in shown.model.kpis.items()}
    for row in shown.result.rows:
        yield {
            "kpi": row.kpi,
            "label": titles[row.kpi],
            "period": row.period,
            "start": row.start,
            "end": row.end,
            "by": dict(row.by),
            "value": row.value,
            "reason": _reason(row.reason, language),
            "unit": unit_name(row.unit),
            "target": _target(row),
            "attainment": row.attainment,
            "status": None if row.status is None else str(row.status),
            "previous": row.previous,
            "change": row.change,
            "partial": None if row.partial is None else {"start": row.partial.start, "end": row.partial.end},
            "parts": [_part(part, language) for part in row.parts],
            "notes": _notes(row, language),
        }


def _reason(reason: Reason | None, language: str) -> dict[str, object] | None:
    return None if reason is None else {"code": str(reason.why), "text": reason.text.say(language)}


def _target(row: Row) -> dict[str, object] | None:
    target = row.target
    if target is None:
        return None
    return {
        "comparator": target.comparator,
        "value": target.value,
        "low": target.low,
        "high": target.high,
        "words": target.words,
    }


def _part(part: Part, language: str) -> dict[str, object]:
    return {
        "text": part.text,
        "value": part.value,
        "reason": _reason(part.reason, language),
        "unit": unit_name(part.unit),
    }


def _notes(row: Row, language: str) -> list[dict[str, object]]:
    """The notes, and why there is no attainment where there could have been one."""
    notes: list[dict[str, object]] = [
        {"code": note.code, "number": note.number, "text": note.text.say(language)} for note in row.notes
    ]
    if row.attainment_reason is not None:
        notes.append({"code": "no-attainment", "number": None, "text": row.attainment_reason.text.say(language)})
    return notes
