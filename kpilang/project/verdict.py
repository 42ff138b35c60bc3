"""What the checker said of a whole project: enough for `kpi check`, and kept, so that what did not change costs nothing."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import kpilang
from kpilang import resources
from kpilang.diagnostics import Diagnostic, Edit, Fix, Mark, Severity
from kpilang.record import record
from kpilang.text import Source, Span, Text

if TYPE_CHECKING:
    from kpilang.model.nouns import Model

_ROOMS = ("", "syntax", "model", "../grammar", "../stdlib")
"""The folders of the package whose code decides what the checker says."""

NOT_AS_KEPT = (AttributeError, LookupError, TypeError, ValueError)
"""What reading plain values of another shape may raise."""


@record
class Verdict:
    """How many KPIs and files there are, which sources, the zone of the calendar, whether a text has mistakes of syntax, all
    findings, and which sources are made of others."""

    kpis: int = 0
    files: int = 0
    sources: tuple[str, ...] = ()
    zone: str = "UTC"
    broken: bool = False
    diagnostics: tuple[Diagnostic, ...] = ()
    made: tuple[str, ...] = ()

    @classmethod
    def of(cls, model: Model) -> Verdict:
        """The verdict on a checked project."""
        from kpilang.lint.subjects import attributed

        broken = any(tree.diagnostics for tree in model.trees)
        said = attributed(model.diagnostics, model.trees)
        made = tuple(name for name, source in model.sources.items() if source.grouping is not None)
        return cls(len(model.kpis), len(model.trees), tuple(model.sources), model.calendar.zone, broken, said, made)


def code_mark(*more: str) -> str:
    """What tells this program from another version of it, also while it is being worked on; `more`
    folders that matter, a `*` for all in one."""
    newest = count = 0
    package = Path(kpilang.__file__).parent
    rooms = [package / room for room in (*_ROOMS, *more) if "*" not in room]
    for room in (*rooms, *(found for glob in more if "*" in glob for found in sorted(package.glob(glob)))):
        with contextlib.suppress(OSError), os.scandir(room) as entries:
            for entry in entries:
                if entry.name.endswith((".py", ".lark", ".kpi", ".toml")):
                    newest, count = max(newest, entry.stat().st_mtime_ns), count + 1
    return f"{kpilang.__version__} {sys.version} {resources.grammar()} {newest} {count}"


def pack(verdict: Verdict, sources: Sequence[Source]) -> tuple[Any, ...] | None:
    """A verdict in plain values, in which the sources stand by their number; None when it points to others."""
    numbers = numbered(sources)
    try:
        found = [packed(item, numbers) for item in verdict.diagnostics]
    except KeyError:
        return None
    return (verdict.kpis, verdict.files, verdict.sources, verdict.zone, verdict.broken, found, verdict.made)


def unpack(plain: Any, sources: Sequence[Source]) -> Verdict | None:  # noqa: ANN401 plain values, maybe foreign
    """The verdict that was packed; None when the values are something else."""
    try:
        kpis, files, names, zone, broken, found, made = plain
        said = tuple(diagnostic(each, sources) for each in found)
        return Verdict(int(kpis), int(files), tuple(names), str(zone), bool(broken), said, tuple(made))
    except NOT_AS_KEPT:
        return None


def numbered(sources: Sequence[Source]) -> dict[int, int]:
    """The number of each source, by its identity."""
    return {id(source): number for number, source in enumerate(sources)}


def packed(value: object, numbers: dict[int, int]) -> Any:  # noqa: ANN401 plain values
    """Anything of findings in plain values: its fields in order, a span by its source's number; KeyError for a source
    without one."""
    if value is None or type(value) is str:
        return value
    if isinstance(value, Span):
        return (numbers[id(value.source)], value.start, value.end)
    if isinstance(value, tuple):
        return tuple(packed(item, numbers) for item in value)
    if isinstance(value, Severity):
        return value.value
    names: tuple[str, ...] = getattr(value, "__match_args__", ())
    return tuple([packed(getattr(value, name), numbers) for name in names]) if names else value


def diagnostic(plain: Any, sources: Sequence[Source]) -> Diagnostic:  # noqa: ANN401 plain values, maybe foreign
    """The finding that was packed; one of `NOT_AS_KEPT` when the values are something else."""
    code, name, severity, message, place, label, why, help, marks, fixes, kpi = plain
    return Diagnostic(
        code=code,
        name=name,
        severity=Severity(severity),
        message=Text(*message),
        span=place and span(place, sources),
        label=label and Text(*label),
        why=why and Text(*why),
        help=help and Text(*help),
        marks=tuple(Mark(span(at, sources), Text(*words)) for at, words in marks),
        fixes=tuple(
            Fix(Text(*title), tuple(Edit(span(at, sources), text) for at, text in edits), safe)
            for title, edits, safe in fixes
        ),
        kpi=kpi,
    )


def span(plain: tuple[int, int, int], sources: Sequence[Source]) -> Span:
    """The place that was packed."""
    number, start, end = plain
    return Span(sources[number], start, end)
