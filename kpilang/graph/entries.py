"""Declarations as nodes, the same in every view."""

from __future__ import annotations

from collections.abc import Iterator

from kpilang.graph.nouns import Mark, Node, Sort, key
from kpilang.model.names import as_written
from kpilang.model.nouns import DataColumn, DataLink, DataSource, Goal, Kpi, Model
from kpilang.model.references import LIVING, text
from kpilang.syntax import tree

_STATES = {"draft": Mark.DRAFT, "deprecated": Mark.DEPRECATED, "replaced": Mark.REPLACED}


def kpi(model: Model, found: Kpi, *marks: Mark) -> Node:
    """A KPI, marked for its state, its errors and what the view has to say."""
    own = [Mark.UNSOUND] if not found.sound else []
    own += [_STATES[found.state]] if found.state in _STATES else []
    path = found.declaration.head.source.path
    owners = tuple(owned(model, found.owners))
    return Node(Sort.KPI, found.name, found.label, path, owners=owners, marks=(*own, *marks))


def loose(found: Kpi) -> tuple[Mark, ...]:
    """The mark of a KPI in use that says neither goal nor parent."""
    loose = found.state in LIVING and "goal" not in found.fields and "parent" not in found.fields
    return (Mark.LOOSE,) if loose else ()


def goal(model: Model, found: Goal, *marks: Mark) -> Node:
    """A goal."""
    path = found.declaration.head.source.path
    owners = tuple(owned(model, found.owners))
    return Node(Sort.GOAL, found.name, found.label, path, owners=owners, marks=marks)


def source(found: DataSource, *marks: Mark) -> Node:
    """A source, marked where an error is in it."""
    own = () if found.sound else (Mark.UNSOUND,)
    return Node(Sort.SOURCE, found.name, found.label, found.declaration.head.source.path, marks=(*own, *marks))


def link(found: DataSource, here: DataLink) -> Node:
    """The way from the rows of a source to those of another."""
    note = f"{', '.join(here.columns)} -> {here.target}"
    marks = () if here.sound else (Mark.UNSOUND,)
    return Node(Sort.LINK, f"{found.name}.{here.name}", None, here.span.source.path, note, marks=marks)


def derived(found: DataSource, here: DataColumn) -> Node:
    """A derived column; its note is the expression as written."""
    written = here.worked_out.written if here.worked_out is not None else None
    note = as_written(written.span) if written is not None else ""
    if here.made is not None and found.grouping is None:
        note = f"{note} per {', '.join(here.made.names)}"
    marks = () if here.sound else (Mark.UNSOUND,)
    return Node(Sort.DERIVED, f"{found.name}.{here.name}", None, here.span.source.path, note, marks=marks)


def owned(model: Model, owners: tuple[tree.Name | tree.String, ...]) -> Iterator[tree.Label | str]:
    """Who answers for something: the label of a declared owner, else the words in its place."""
    for item in owners:
        name = text(item)
        declared = model.owners.get(name)
        yield declared.label or name if declared else name


def owner_keys(model: Model, owners: tuple[tree.Name | tree.String, ...]) -> Iterator[str]:
    """The keys of the declared owners among those named."""
    for item in owners:
        if text(item) in model.owners:
            yield key(Sort.OWNER, text(item))
