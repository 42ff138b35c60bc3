"""What is said to a user about their text or data: problems as declared, diagnostics as found."""

from __future__ import annotations

from enum import StrEnum

from kpilang.record import record
from kpilang.text import Span, Text


class Severity(StrEnum):
    """How much a finding weighs; `error` fails a run by default."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@record
class Mark:
    """Another place that belongs to a diagnostic, with the words to set beneath it."""

    span: Span
    label: Text


@record
class Edit:
    """Replace a span by a text; an empty span inserts."""

    span: Span
    replacement: str


@record
class Fix:
    """A mend that a machine can make. `safe` keeps the meaning of every definition."""

    title: Text
    edits: tuple[Edit, ...]
    safe: bool


@record
class Diagnostic:
    """One finding: what, where, why it matters, what to do. `span` is None where no text is at fault (data)."""

    code: str
    name: str
    severity: Severity
    message: Text
    span: Span | None
    label: Text | None = None
    why: Text | None = None
    help: Text | None = None
    marks: tuple[Mark, ...] = ()
    fixes: tuple[Fix, ...] = ()
    kpi: str | None = None

    @property
    def places(self) -> tuple[Span, ...]:
        """All places it points to: its own, those of its marks, and those that its fixes change."""
        own = (self.span,) if self.span else ()
        marks = (mark.span for mark in self.marks)
        return (*own, *marks, *(edit.span for fix in self.fixes for edit in fix.edits))

    @property
    def order(self) -> tuple[str, int, str]:
        """Reading order: by file, place, code."""
        if self.span is None:
            return ("", 0, self.code)
        return (self.span.source.path, self.span.start, self.code)


@record
class Problem:
    """A kind of mistake, declared beside the code that finds it.

    `message` is one sentence with the user's own words filled in; `label` stands under the marked place;
    `why` says what goes wrong otherwise; `help` is the mend, written for the user's line.
    """

    code: str
    name: str
    message: Text
    label: Text | None = None
    why: Text | None = None
    help: Text | None = None
    severity: Severity = Severity.ERROR

    def at(
        self,
        span: Span | None,
        *,
        kpi: str | None = None,
        marks: tuple[Mark, ...] = (),
        fixes: tuple[Fix, ...] = (),
        label: Text | None = None,
        help: Text | None = None,
        **values: object,
    ) -> Diagnostic:
        """A diagnostic of this kind at a place; `label` and `help` given here take the place of the declared ones."""
        label, help = label or self.label, help or self.help
        return Diagnostic(
            code=self.code,
            name=self.name,
            severity=self.severity,
            message=self.message.fill(**values),
            span=span,
            label=label.fill(**values) if label else None,
            why=self.why.fill(**values) if self.why else None,
            help=help.fill(**values) if help else None,
            marks=marks,
            fixes=fixes,
            kpi=kpi,
        )
