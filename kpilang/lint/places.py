"""Where a finding about a field stands: at the field, or at the KPI where the field comes from its file's defaults."""

from __future__ import annotations

from kpilang.diagnostics import Fix, Mark
from kpilang.lint.rule import Finding
from kpilang.model.nouns import Kpi
from kpilang.syntax import tree
from kpilang.text import Span, Text


def own(kpi: Kpi, line: tree.Field) -> bool:
    """Whether a field stands in the KPI itself."""
    whole, here = kpi.declaration.span, line.span
    return whole.source is here.source and whole.start <= here.start < whole.end


def at(
    kpi: Kpi,
    line: tree.Field,
    /,
    *,
    label: Text | None = None,
    help: Text | None = None,
    marks: tuple[Mark, ...] = (),
    fixes: tuple[Fix, ...] = (),
    **values: object,
) -> Finding:
    """A finding about one field of a KPI, with the KPI's name filled in for `{kpi}` and the field's words for `{said}`."""
    span = line.span if own(kpi, line) else head(kpi.declaration)
    filled = {"kpi": kpi.name, "said": line.span.text, **values}
    return Finding(span, kpi.name, filled, label=label, help=help, marks=marks, fixes=fixes)


def head(declaration: tree.Declaration) -> Span:
    """The place of a declaration as a whole: its name."""
    return declaration.name.span if declaration.name else declaration.head
