"""What the checker said of a whole project: enough for `kpi check`, and kept, so that what did not change costs nothing."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import kpilang
from kpilang import resources
from kpilang.diagnostics import Diagnostic, Edit, Fix, Mark, Severity
from kpilang.text import Source, Span, Text

if TYPE_CHECKING:
    from kpilang.model.nouns import Model

_ROOMS = ("", "syntax", "model", "../grammar", "../stdlib")
"""The folders of the package whose code decides what the checker says."""

_NOT_A_VERDICT = (AttributeError, LookupError, TypeError, ValueError)
"""What reading plain values of another shape may raise."""


@dataclass(frozen=True)
class Verdict:
    """How many KPIs and files there are, which sources, whether a text has mistakes of syntax, and all findings."""

    kpis: int = 0
    files: int = 0
    sources: tuple[str, ...] = ()
    broken: bool = False
    diagnostics: tuple[Diagnostic, ...] = ()

    @classmethod
    def of(cls, model: Model) -> Verdict:
        """The verdict on a checked project."""
        broken = any(tree.diagnostics for tree in model.trees)
        return cls(len(model.kpis), len(model.trees), tuple(model.sources), broken, model.diagnostics)


def code_mark(*more: str) -> str:
    """What tells this program from another version of it, also while it is being worked on; `more` folders that matter."""
    newest = count = 0
    package = Path(kpilang.__file__).parent
    for room in (*_ROOMS, *more):
        with contextlib.suppress(OSError), os.scandir(package / room) as entries:
            for entry in entries:
                if entry.name.endswith((".py", ".lark", ".kpi")):
                    newest, count = max(newest, entry.stat().st_mtime_ns), count + 1
    return f"{kpilang.__version__} {sys.version} {resources.grammar()} {newest} {count}"


def pack(verdict: Verdict, sources: Sequence[Source]) -> tuple[Any, ...] | None:
    """A verdict in plain values, in which the sources stand by their number; None when it points to others."""
    numbers = {id(source): number for number, source in enumerate(sources)}
    try:
        found = [_packed(item, numbers) for item in verdict.diagnostics]
    except KeyError:
        return None
    return (verdict.kpis, verdict.files, verdict.sources, verdict.broken, found)


def unpack(packed: Any, sources: Sequence[Source]) -> Verdict | None:  # noqa: ANN401 plain values, maybe foreign
    """The verdict that was packed; None when the values are something else."""
    try:
        kpis, files, names, broken, found = packed
        return Verdict(int(kpis), int(files), tuple(names), bool(broken), tuple(_diagnostic(e, sources) for e in found))
    except _NOT_A_VERDICT:
        return None


def _packed(value: object, numbers: dict[int, int]) -> Any:  # noqa: ANN401 plain values
    """Anything of a diagnostic: its fields in order, a span by its source's number."""
    if isinstance(value, Span):
        return (numbers[id(value.source)], value.start, value.end)
    if isinstance(value, tuple):
        return tuple(_packed(item, numbers) for item in value)
    if isinstance(value, Severity):
        return value.value
    if isinstance(value, Diagnostic | Edit | Fix | Mark | Text):
        return tuple(_packed(item, numbers) for item in vars(value).values())
    return value


def _diagnostic(packed: Any, sources: Sequence[Source]) -> Diagnostic:  # noqa: ANN401 plain values, maybe foreign
    code, name, severity, message, span, label, why, help, marks, fixes, kpi = packed
    return Diagnostic(
        code=code,
        name=name,
        severity=Severity(severity),
        message=Text(*message),
        span=span and _span(span, sources),
        label=label and Text(*label),
        why=why and Text(*why),
        help=help and Text(*help),
        marks=tuple(Mark(_span(place, sources), Text(*words)) for place, words in marks),
        fixes=tuple(
            Fix(Text(*title), tuple(Edit(_span(place, sources), text) for place, text in edits), safe)
            for title, edits, safe in fixes
        ),
        kpi=kpi,
    )


def _span(packed: tuple[int, int, int], sources: Sequence[Source]) -> Span:
    number, start, end = packed
    return Span(sources[number], start, end)
