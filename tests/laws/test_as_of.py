"""Law 4: rows after the as-of date are not there and later ends are open, except in planned sources."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from tests.laws.trial import by_engine, quiet, told
from tests.plan.kit import kpis, project
from tests.reference.formulas import formulas
from tests.reference.generate import ABOUT, Trial, kpi
from tests.reference.generate import project as ground

AS_OF = {"as-of": "2024-02-29", "period": "2024-02", "kpis": "one"}
LATER = {
    "orders": "91,{day},2024-02-10,a,7,1,paid,true,30,5,USD\n92,{day},{day},b,2,3,open,false,90,2,EUR\n",
    "rates": "{day},USD,7\n{day},USD,8\n",
    "members": "zz,{day},,gold\n",
    "plan": "{day},red,5,6\n{day},green,1,2\n",
    "stock": "p,{day},green,3\nn,{day},blue,4\n",
    "staff": "a,{day},,red,x,1\ne,{day},2024-04-30,green,y,2\n",
}


@st.composite
def with_later_rows(draw: st.DrawFn) -> tuple[Trial, Trial]:
    """A project, and the same with rows after the as-of date in every source that lies in time."""
    definitions, cells = ground(draw)
    one = kpi("one", draw(formulas(draw(st.sampled_from(ABOUT)), "one")))
    plain = Trial(
        definitions.replace("planned", "") + one, cells, AS_OF | draw(st.sampled_from(({}, {"by": "segment"})))
    )
    day = draw(st.sampled_from(("2024-03-02", "2024-03-31", "2025-01-01")))
    added = {name: rows.format(day=day) for name, rows in LATER.items()}
    return plain, replace(plain, cells={name: text + added.get(name, "") for name, text in cells.items()})


@quiet
@given(with_later_rows())
def test_rows_after_the_as_of_date_change_nothing(given):
    plain, grown = given
    assert by_engine(grown) == by_engine(plain)


ENDS = (
    "count(staff at closing)",
    "sum(staff.pay at average)",
    "count(distinct staff.team at closing)",
    "count(staff on gone)",
    "count(staff on hired)",
    "avg(staff.pay at opening)",
)


def opened(cells: str) -> str:
    """The rows of `staff` with every end after the as-of date taken out."""
    head, *rows = (line.split(",") for line in cells.splitlines())
    end = head.index("gone")
    kept = [[*row[:end], "" if row[end] > AS_OF["as-of"] else row[end], *row[end + 1 :]] for row in rows]
    return "\n".join(",".join(row) for row in [head, *kept]) + "\n"


@st.composite
def lives(draw: st.DrawFn) -> Trial:
    definitions, cells = ground(draw)
    return Trial(definitions.replace("planned", "") + kpi("one", draw(st.sampled_from(ENDS))), cells, AS_OF)


@quiet
@given(lives())
def test_an_end_after_the_as_of_date_is_not_known_yet(trial):
    cells = trial.cells | {"staff": opened(trial.cells["staff"])}
    found, plain = by_engine(trial), by_engine(replace(trial, cells=cells))
    assert {place: told(row) for place, row in found.items()} == {place: told(row) for place, row in plain.items()}


def test_rows_of_a_planned_source_are_there_before_their_time():
    text = """source plan {{
  time month each month
  {}
  covers 2026-01 .. 2026-12
  column month : date
  column amount : number
}}
"""
    cells = {"plan": "month,amount\n2026-01-01,1\n2026-02-01,2\n2026-03-01,4\n"}
    ask = {"as_of": "2026-01-31", "period": "2026-01..2026-03"}
    planned = project(text.format("planned") + kpis(one="sum(plan.amount)"), cells).values(**ask)
    assert list(planned.values()) == [1, 2, 4]
    known = project(text.format("") + kpis(one="sum(plan.amount)"), cells).values(**ask)
    assert list(known.values()) == [1, "no data", "no data"]
