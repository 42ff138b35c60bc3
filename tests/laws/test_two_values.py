"""Law 1: predicates over rows have two values, and the report counts rows that met an empty value."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.laws.trial import VISITS, by_engine, quiet, text, visits
from tests.plan.kit import kpis, project
from tests.reference.formulas import predicate
from tests.reference.generate import Trial, kpi
from tests.reference.generate import project as ground
from tests.reference.test_laws import SPAN

PLACES = (
    ("orders", "count(orders{})"),
    ("orders", "count(orders{} on paid)"),
    ("orders", "coalesce(sum(orders.qty{}), 0)"),
    ("plan", "count(plan{})"),
    ("stock", "count(stock{} at closing)"),
    ("staff", "count(staff{} at average)"),
    ("customers", "count(customers{})"),
)


@st.composite
def halves(draw: st.DrawFn) -> tuple[Trial, str]:
    definitions, cells = ground(draw)
    source, formula = draw(st.sampled_from(PLACES))
    wanted = predicate(draw, source, 2)
    clauses = {"whole": "", "with": f" where {wanted}", "without": f" where not ({wanted})"}
    text = "".join(kpi(name, formula.format(clause)) for name, clause in clauses.items())
    return Trial(definitions + text, cells, SPAN | {"kpis": "whole, with, without"}), wanted


@quiet
@given(halves())
def test_rows_where_a_predicate_holds_and_rows_where_it_does_not_make_the_whole(given):
    trial, wanted = given
    rows = by_engine(trial)
    for (name, period, by), row in rows.items():
        if name == "whole" and row.value is not None:
            assert rows["with", period, by].value + rows["without", period, by].value == row.value
    alone = replace(trial, ask=trial.ask | {"kpis": "whole"})
    for name, where in (("with", wanted), ("without", f"not ({wanted})")):
        for (_, period, by), row in by_engine(replace(alone, ask=alone.ask | {"where": where})).items():
            assert row.value == rows[name, period, by].value


OPERANDS = (
    ("guest", '"ann"'),
    ("guest", "room"),
    ("score", "2"),
    ("score", "score + 0"),
    ("paid", "0.1 CNY"),
    ("at", "2026-01-31"),
    ("concat(guest, room)", '"ann"'),
    ("(if score > 1 then guest else room)", '"east"'),
)


@quiet
@given(visits(), st.sampled_from(OPERANDS))
def test_unequal_is_the_exact_opposite_of_equal(rows, operands):
    left, right = operands
    formulas = {
        "equal": f"count(visits where {left} = {right})",
        "not_equal": f"count(visits where not {left} = {right})",
        "unequal": f"count(visits where {left} != {right})",
        "not_unequal": f"count(visits where not {left} != {right})",
        "inside": f"count(visits where {left} in ({right}))",
        "outside": f"count(visits where {left} not in ({right}))",
        "whole": "count(visits)",
    }
    found = project(VISITS + kpis(**formulas), {"visits": text(rows)}).values(as_of="2026-02-28")
    for period in ("2026-01", "2026-02"):
        value = {name: found[name, period] for name in formulas}
        assert value["equal"] == value["not_unequal"] == value["inside"]
        assert value["unequal"] == value["not_equal"] == value["outside"] == value["whole"] - value["equal"]


COUNTED = (
    "count(visits where {})",
    "coalesce(sum(visits.score where {}), 0)",
    "coalesce(median(visits.score where {}), 0)",
    "count(distinct visits.guest where {})",
    "coalesce(last(visits.score where {}), 0)",
)
COMPARED = (
    ('room = "east"', ("room",)),
    ('room != "east"', ("room",)),
    ("score > 1", ("score",)),
    ("not score in (1, 2)", ("score",)),
    ('guest = "ann" and score <= 2', ("guest", "score")),
)


@pytest.mark.parametrize("formula", COUNTED)
@quiet
@given(rows=visits(), compared=st.sampled_from(COMPARED[:4]))
def test_rows_that_met_an_empty_value_are_counted(formula, rows, compared):
    predicate, (column,) = compared
    asked = project(VISITS + kpis(one=formula.format(predicate)), {"visits": text(rows)})
    for (_, period), row in asked.rows(as_of="2026-02-28").items():
        empty = sum(not visit[column] for visit in rows if visit["at"].startswith(period))
        assert [int(note.number) for note in row.notes if note.code == "empty-compared"] == ([empty] if empty else [])


def test_rows_that_met_an_empty_value_in_the_filter_of_the_question_are_counted():
    rows = "id,at,guest,room,score,paid\n1,2026-01-05,ann,east,,\n2,2026-01-05,bob,,,\n3,2026-01-06,cai,west,,\n"
    result = project(VISITS + kpis(one="count(visits)"), {"visits": rows}).result(
        as_of="2026-01-31", period="2026-01", where='room != "east"'
    )
    assert [row.value for row in result.rows] == [2]
    told = [note.text.en for row in result.rows for note in row.notes]
    told += [item.text.en for source in result.sources for item in source.left_out]
    assert [sentence for sentence in told if "empty" in sentence and sentence.endswith(": 1")]
