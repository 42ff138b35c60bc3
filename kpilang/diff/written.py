"""What is written at a place, in the form of `kpi fmt`."""

from __future__ import annotations

from functools import lru_cache

from kpilang.model.names import as_written
from kpilang.model.nouns import Kpi
from kpilang.syntax import tree
from kpilang.syntax.formatting import format_source
from kpilang.text import Source, Span

BLOCKS = {"template": "template x", "kpi": "kpi x", "source": "source x", "goal": "goal x", "owner": "owner x"}
"""The head of a declaration around a field, by its kind; defaults and the calendar have none of their own."""


def field(item: tree.Field | None, kind: str = "kpi") -> str | None:
    """A field by itself, without comments; in one line where it fits."""
    if item is None:
        return None
    return _in_form(as_written(item.span), kind)


@lru_cache(maxsize=2000)
def _in_form(text: str, kind: str) -> str:
    """A field in its form; many KPIs say the same, and messages repeat it."""
    found = format_source(Source("", f"{BLOCKS.get(kind, kind)} {{\n{text}\n}}\n")).text
    lines = found.splitlines()[1:-1] if found and "\n" in found.rstrip() else [text]
    return "\n".join(line.removeprefix("  ") for line in lines)


def value(item: tree.Field | None, kind: str = "kpi") -> str:
    """What stands behind the keyword of a field, in one line."""
    found = field(item, kind)
    return " ".join(found.split()).removeprefix(item.keyword).strip() if found and item else ""


def head(declaration: tree.Declaration) -> str:
    """Keyword, name and label of a declaration."""
    end = declaration.label or declaration.name
    whole = Span(declaration.origin, declaration.begin, end.close) if end is not None else declaration.head
    return as_written(whole)


def formula_place(kpi: Kpi) -> Span | None:
    """Where the formula of a KPI is written: in a field, or where a template is filled in; None where there is none."""
    item = kpi.first("formula")
    if item is None or item.span.source is not getattr(kpi.filled, "source", None):
        return item.span if item is not None else None
    return kpi.declaration.filled.span if kpi.declaration.filled else None


def formula(kpi: Kpi) -> str | None:
    """The formula of a KPI as it is written, or the template that it fills in."""
    item, filled = kpi.first("formula"), kpi.declaration.filled
    if item is None:
        return None
    if filled is None or kpi.filled is None or item.span.source is not kpi.filled.source:
        return field(item)
    text = as_written(filled.span)
    found = format_source(Source("", f"kpi x {text} {{}}\n")).text or text
    return found.removeprefix("kpi x ").strip().removesuffix("}").removesuffix("{").strip()
