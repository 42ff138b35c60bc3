"""The laws of the language hold, in the plain evaluator and in the engine, on generated rows.

`KPI_LAW_EXAMPLES` sets how many are tried of each.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.reference import cells, engine
from tests.reference.case import Case
from tests.reference.evaluator import Row, evaluate
from tests.reference.formulas import formulas, predicate
from tests.reference.generate import ABOUT, Trial, kpi, project, trials
from tests.reference.test_cases import model_of, question_of

EXAMPLES = int(os.environ.get("KPI_LAW_EXAMPLES", "12"))
quiet = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
SPAN = {"as-of": "2024-04-30", "period": "2024-02..2024-03"}
Answer = Callable[[Trial], dict[tuple[object, ...], Row]]


def by_reference(trial: Trial) -> dict[tuple[object, ...], Row]:
    case = Case("generated", trial.definitions, trial.cells, trial.ask, ())
    model = model_of(case)
    return placed(evaluate(model, question_of(case, model), cells.tables(model, case.cells)))


def by_engine(trial: Trial, threads: int = 1) -> dict[tuple[object, ...], Row]:
    case = Case("generated", trial.definitions, trial.cells, trial.ask, ())
    model = model_of(case)
    with tempfile.TemporaryDirectory() as folder:
        return placed(engine.by_driver(case, model, question_of(case, model), Path(folder), threads))


def placed(rows: list[Row]) -> dict[tuple[object, ...], Row]:
    return {(row.kpi, row.period, row.by): row for row in rows}


both = pytest.mark.parametrize("answer", [by_reference, by_engine])


@st.composite
def halves(draw: st.DrawFn) -> Trial:
    """Rows counted in all, with a predicate and without it."""
    ground, texts = project(draw)
    source, clauses = draw(
        st.sampled_from((("orders", ""), ("staff", " at closing"), ("plan", ""), ("orders", " on paid")))
    )
    wanted = predicate(draw, source, 2)
    kpis = (
        kpi("whole", f"count({source}{clauses})")
        + kpi("with", f"count({source} where {wanted}{clauses})")
        + kpi("without", f"count({source} where not ({wanted}){clauses})")
    )
    return Trial(ground + kpis, texts, SPAN | {"kpis": "whole, with, without"})


@both
@quiet
@given(trial=halves())
def test_rows_with_a_predicate_and_rows_without_it_make_the_whole(answer: Answer, trial: Trial):
    rows = answer(trial)
    for (name, period, by), row in rows.items():
        if name == "whole" and row.value is not None:
            assert rows["with", period, by].value + rows["without", period, by].value == row.value


@st.composite
def broken_down(draw: st.DrawFn) -> Trial:
    ground, texts = project(draw)
    return Trial(
        ground + kpi("one", draw(formulas(draw(st.sampled_from(ABOUT)), "one"))), texts, SPAN | {"kpis": "one"}
    )


@both
@quiet
@given(trial=broken_down())
def test_a_member_has_the_value_that_a_filter_for_it_gives(answer: Answer, trial: Trial):
    for (name, period, (member,)), row in answer(replace(trial, ask=trial.ask | {"by": "segment"})).items():
        where = "segment is null" if member is None else f'segment = "{member}"'
        alone = answer(replace(trial, ask=trial.ask | {"where": where}))[name, period, ()]
        assert (alone.value, str(alone.why), alone.previous) == (row.value, str(row.why), row.previous)


@both
@quiet
@given(trial=trials())
def test_a_value_does_not_depend_on_what_else_is_asked_for(answer: Answer, trial: Trial):
    together = answer(trial)
    for name in ("one", "four"):
        alone = answer(replace(trial, ask=trial.ask | {"kpis": name}))
        assert alone == {place: row for place, row in together.items() if place[0] == name}


@quiet
@given(trial=trials())
def test_the_number_of_threads_changes_nothing(trial: Trial):
    assert by_engine(trial, threads=4) == by_engine(trial)


@st.composite
def later(draw: st.DrawFn) -> tuple[Trial, str]:
    trial = draw(broken_down())
    return replace(trial, ask=trial.ask | {"as-of": "2024-02-29", "period": "2024-02"}), draw(
        st.sampled_from(("2024-03-01", "2024-03-10 08:15"))
    )


@both
@quiet
@given(given=later())
def test_rows_after_the_as_of_date_change_nothing(answer: Answer, given: tuple[Trial, str]):
    trial, when = given
    definitions = trial.definitions.replace("  planned", "")
    grown = trial.cells | {"orders": trial.cells["orders"] + f"99,{when[:10]},{when[:10]},a,7,1,paid,true,30,5,USD\n"}
    plain = replace(trial, definitions=definitions)
    assert answer(replace(plain, cells=grown)) == answer(plain)
