"""Every case worked out by hand comes out of the plain Python evaluator, and out of the command line's engine."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import pytest

from kpilang.model.check import check
from kpilang.model.nouns import Model
from kpilang.plan.question import Question
from kpilang.syntax.parser import parse, parse_expression, parse_path
from kpilang.text import Source
from tests.reference import cells, engine
from tests.reference.case import Case, Expected, cases, number
from tests.reference.evaluator import Row, evaluate

CASES = tuple(cases(Path(__file__).parent / "cases"))
CLOSE, ROUNDED = Fraction(1, 10**6), Fraction(1, 10**11)


def model_of(case: Case) -> Model:
    model = check([parse(Source("case.kpi", case.definitions))])
    assert not model.diagnostics, [f"{found.span} {found.message.en}" for found in model.diagnostics]
    return model


def question_of(case: Case, model: Model) -> Question:
    ask = case.ask
    where, problems = parse_expression(Source("<--where>", ask["where"])) if "where" in ask else (None, ())
    assert not problems
    paths = [parse_path(Source("<--by>", path.strip()))[0] for path in ask.get("by", "").split(",") if path.strip()]
    return Question(
        kpis=tuple(ask["kpis"].split(", ")) if "kpis" in ask else (list(model.kpis)[-1],),
        as_of=dt.date.fromisoformat(ask.get("as-of", "2026-12-31")),
        grains=tuple(ask["grain"].split(", ")) if "grain" in ask else (),
        periods=named(model, ask["period"]) if "period" in ask else None,
        last=int(ask["last"]) if "last" in ask else None,
        by=tuple(path for path in paths if path is not None),
        where=where,
        full="full" in ask,
        total="total" in ask,
    )


def named(model: Model, text: str) -> tuple[dt.date, dt.date]:
    first, _, last = text.partition("..")
    start, end = model.calendar.parse(first), model.calendar.parse(last or first)
    assert start is not None
    assert end is not None
    return start.start, end.end


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_reference_gives_what_was_worked_out_by_hand(case):
    model = model_of(case)
    rows = evaluate(model, question_of(case, model), cells.tables(model, case.cells))
    assert lines(rows, case, Fraction(0)) == [wanted.text for wanted in case.rows]
    assert periods(rows) == periods(case.rows)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_command_line_gives_what_was_worked_out_by_hand(case, tmp_path):
    rows = engine.by_command(case, model_of(case), tmp_path)
    assert lines(rows, case, ROUNDED) == [wanted.text for wanted in case.rows]
    assert periods(rows) == periods(case.rows)


def periods(rows: Sequence[Row | Expected]) -> list[str]:
    """The periods in order; the order of members is free."""
    return list(dict.fromkeys(row.period for row in rows))


def lines(rows: list[Row], case: Case, tolerance: Fraction) -> list[str]:
    """Rows as a case writes them; a number within the tolerance is written as the case has it."""
    given = {(wanted.period, wanted.by): wanted for wanted in case.rows}
    found = {(row.period, row.by): line(row, given.get((row.period, row.by)), tolerance) for row in rows}
    return [found[place] for place in given if place in found] + [found[place] for place in found if place not in given]


def line(row: Row, wanted: Expected | None, tolerance: Fraction) -> str:
    parts = [row.period]
    if row.by:
        parts.append(f"[{', '.join(member or 'none' for member in row.by)}]")
    parts.append(str(row.why) if row.why else shown(row.value, wanted and wanted.value, tolerance))
    if row.partial:
        parts.append(f"(known {row.partial[0]} .. {row.partial[1] - dt.timedelta(days=1)})")
    if wanted is not None and wanted.previous is not None:
        parts.append(f"(previous {shown(row.previous, wanted.previous, tolerance)})")
    return " ".join(parts)


def shown(value: object, wanted: str | None, tolerance: Fraction) -> str:
    if value is None or wanted is None or number(wanted) is None:
        return "none" if value is None else str(value)
    aim = number(wanted)
    allowed = abs(aim) * (CLOSE if wanted.startswith("~") else tolerance)
    return wanted if abs(Fraction(value) - aim) <= allowed else str(value)
