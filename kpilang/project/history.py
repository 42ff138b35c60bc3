"""The history of a project's KPIs, for the rules that look at data: one load, one question about all of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from kpilang.diagnostics import Diagnostic
from kpilang.project.data import declared
from kpilang.project.evaluate import computable
from kpilang.project.tables import SPOILED, Data, loaded

if TYPE_CHECKING:
    from kpilang.data.table import Table
    from kpilang.evaluate.keys import Flaw
    from kpilang.lint.history import Course, History
    from kpilang.model.nouns import Model
    from kpilang.project.loading import Project
    from kpilang.result import Result, SourceReport

CELLS = "E516"
"""The code of cells that do not fit, which a rule tells with what else is wrong with a source."""


def gather(project: Project, data: Data, as_of: dt.date) -> tuple[History | None, tuple[Diagnostic, ...]]:
    """What the data say as of a day, over all periods that they cover, and what stands in the way of reading them; None
    where they cannot be read at all."""
    from kpilang.engines.duckdb import Unreadable
    from kpilang.evaluate import evaluate
    from kpilang.evaluate.verification import Verification
    from kpilang.judge import judge
    from kpilang.lint.relations import Relations
    from kpilang.plan.question import Question
    from kpilang.plan.wanted import needs

    model = project.model
    kpis, _ = computable(model, [kpi.name for kpi in Relations(model).living], named=False)
    question = Question(kpis, as_of)
    asked = needs(model, question)
    needed = {name: columns | asked.get(name, frozenset()) for name, columns in declared(model).items()}

    def found(tables: Mapping[str, Table]) -> tuple[Result, Mapping[str, SourceReport], Mapping[str, Sequence[Flaw]]]:
        verification = Verification(model, ready.engine, tables, as_of, ready.known)
        reports = {report.name: report for report in verification.reports()}
        result = evaluate(model, question, ready.engine, tables, skip_bad=data.skip_bad, known=ready.known)
        return result, reports, verification.flawed

    try:
        with loaded(project, needed, data, lambda _: None) as ready:
            result, reports, flawed = ready.use(found)
            result = judge(model, result)
    except Unreadable as error:
        return None, (SPOILED.at(None, said=str(error)),)
    told = (item for table in ready.by_name.values() for item in table.diagnostics)
    wrong = tuple(dict.fromkeys((*ready.findings, *told, *result.diagnostics)))
    cells = {name: [item for item in table.diagnostics if item.code == CELLS] for name, table in ready.by_name.items()}
    return _history(model, result, as_of, reports, flawed, cells), tuple(item for item in wrong if item.code != CELLS)


def _history(
    model: Model,
    result: Result,
    as_of: dt.date,
    reports: Mapping[str, SourceReport],
    flawed: Mapping[str, Sequence[Flaw]],
    cells: Mapping[str, Sequence[Diagnostic]],
) -> History:
    from kpilang.lint.history import History

    return History(
        as_of,
        model.calendar,
        _courses(model, result, as_of),
        reports,
        {name: [flaw.text for flaw in flaws] for name, flaws in flawed.items()},
        cells,
        {report.name: report.covers for report in result.sources if report.covers is not None},
        frozenset(name for name, source in model.sources.items() if source.planned),
    )


def _courses(model: Model, result: Result, as_of: dt.date) -> dict[str, Course]:
    """The rows of each KPI."""
    from kpilang.lint.history import ONE_DAY, Course
    from kpilang.outputs.numbers import show

    now = as_of + ONE_DAY
    return {sheet.kpi: Course(model.kpis[sheet.kpi], tuple(sheet), now, show) for sheet in result.sheets}
