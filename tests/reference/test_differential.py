"""The engine agrees with the plain Python evaluator on generated projects, rows and questions.

`KPI_EXAMPLES` sets how many are tried; the default keeps the suite quick.
"""

from __future__ import annotations

import os
import tempfile
from fractions import Fraction
from pathlib import Path

from hypothesis import HealthCheck, given, note, reject, settings

from kpilang.model.nouns import Model
from kpilang.plan.question import Question
from tests.reference import cells, engine
from tests.reference.case import Case
from tests.reference.evaluator import Row, evaluate
from tests.reference.generate import Trial, trials
from tests.reference.test_cases import model_of, question_of

EXAMPLES = int(os.environ.get("KPI_EXAMPLES", "60"))
quiet = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))


def case_of(trial: Trial) -> Case:
    note(trial.definitions)
    note("\n".join(f"--- {name}\n{text}" for name, text in trial.cells.items()))
    note(str(trial.ask))
    return Case("generated", trial.definitions, trial.cells, trial.ask, ())


@quiet
@given(trials())
def test_generated_projects_are_sound_and_each_row_has_a_value_or_a_reason(trial):
    case = case_of(trial)
    model = model_of(case)
    for row in expected_of(case, model, question_of(case, model)):
        assert (row.value is None) != (row.why is None)


@quiet
@given(trials())
def test_the_engine_agrees_with_the_plain_evaluator(trial):
    case = case_of(trial)
    model = model_of(case)
    question = question_of(case, model)
    expected = expected_of(case, model, question)
    with tempfile.TemporaryDirectory() as folder:
        found = engine.by_driver(case, model, question, Path(folder))
    assert unlike(expected, found) == []


def expected_of(case: Case, model: Model, question: Question) -> list[Row]:
    """The rows of the plain evaluator; a question whose breakdown does not reach a source is not tried."""
    try:
        return evaluate(model, question, cells.tables(model, case.cells))
    except LookupError:
        reject()


def unlike(expected: list[Row], found: list[Row]) -> list[str]:
    """What differs, one line each."""
    wanted, got = ({(row.kpi, row.period, row.by): row for row in rows} for rows in (expected, found))
    lines = [f"{place} only in {'reference' if place in wanted else 'engine'}" for place in wanted.keys() ^ got.keys()]
    for place in wanted.keys() & got.keys():
        lines += [f"{place}: {difference}" for difference in differences(wanted[place], got[place])]
    return sorted(lines)


def differences(wanted: Row, got: Row) -> list[str]:
    pairs = {
        "value": (wanted.value, got.value),
        "previous": (wanted.previous, got.previous),
        "change": (wanted.change, got.change),
    }
    lines = [
        f"{name} {shown(one)}, engine {shown(other)}" for name, (one, other) in pairs.items() if not same(one, other)
    ]
    if (wanted.why and str(wanted.why)) != (got.why and str(got.why)):
        lines.append(f"reason {wanted.why}, engine {got.why}")
    if wanted.partial != got.partial:
        lines.append(f"partial {wanted.partial}, engine {got.partial}")
    return lines


def shown(value: object) -> str:
    return "none" if value is None else f"{float(value):.12g}"


def same(one: object, other: object) -> bool:
    """Whether two numbers are equal within the rounding of binary doubles."""
    if one is None or other is None:
        return one is other
    return abs(Fraction(one) - Fraction(other)) <= Fraction(1, 10**9) * max(1, abs(Fraction(one)))
