"""What a question wants: which KPIs, what they read, and which columns of which sources that takes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kpilang.model.expr import Aggregate, read_by, with_sets
from kpilang.model.nouns import Kpi, Model
from kpilang.plan.aims import witnesses
from kpilang.plan.columns import of_aggregate, physical, used
from kpilang.plan.question import Question
from kpilang.plan.rows import Scopes
from kpilang.plan.totals import marked, placed, telling


def asked(model: Model, question: Question) -> list[Kpi]:
    """The KPIs of a question that have a formula and no error, their totals placed in its breakdown."""
    kpis = (model.kpis[name] for name in question.kpis)
    return [placed(model, question, kpi) for kpi in kpis if kpi.sound and kpi.formula is not None]


def formula_reads(kpi: Kpi) -> list[Aggregate]:
    """What a KPI's formula reads of sources."""
    return list(read_by(kpi.formula)) if kpi.formula is not None else []


def kpi_reads(kpi: Kpi, scopes: Scopes) -> list[Aggregate]:
    """Everything that is read for a KPI: the aggregates of its formula, and what tells members."""
    told = telling(kpi.formula, scopes) if kpi.formula is not None and scopes.question.by else ()
    return [*formula_reads(kpi), *(leaf.aggregate for leaf in told)]


def aimed_at(kpi: Kpi, scopes: Scopes) -> Iterator[Aggregate]:
    """The aggregates that the lines a KPI is judged by add to its own, with those that count the rows they see; none of
    those that the question's filter and breakdown cannot be applied to."""
    for line in (*kpi.targets, *kpi.accepts):
        if line.formula is not None:
            formula = marked(scopes.model, scopes.question, line.formula)
            for part in (formula, *witnesses(formula)):
                yield from (item for item in read_by(part) if not scopes.of(item).diagnostics)


def wanted(model: Model, question: Question, *, aims: bool = True) -> Mapping[str, frozenset[str]]:
    """The columns of each source that answering a question takes, those that are made too; every source read has an entry.
    Without `aims` those that only targets need are left out."""
    scopes = Scopes(model, question)
    kpis = asked(model, question)
    every = {item for kpi in kpis for item in kpi_reads(kpi, scopes)}
    every |= {item for kpi in kpis for item in aimed_at(kpi, scopes)} if aims else set()
    for aggregate in every:
        scopes.of(aggregate)
    every = set(with_sets(every))
    found: dict[str, set[str]] = {item.source: set() for item in every}
    for aggregate in every:
        scope = scopes.selected(aggregate)
        selecting = (pair for column in used([scope.where, *scope.members]) for pair in physical(model, column))
        for name, column in (*of_aggregate(model, aggregate), *selecting):
            found.setdefault(name, set()).add(column)
    return {name: frozenset(columns) for name, columns in found.items()}


def needs(model: Model, question: Question, *, aims: bool = True) -> Mapping[str, frozenset[str]]:
    """The columns of each source that must be read from its files to answer a question; every source that has files and
    is read has an entry. Without `aims` those that only targets need are left out."""
    found: dict[str, frozenset[str]] = {}
    for name, columns in wanted(model, question, aims=aims).items():
        source = model.sources[name]
        if source.grouping is None:
            made = frozenset(column.name for column in source.columns.values() if column.made is not None)
            found[name] = columns - made
    return found
