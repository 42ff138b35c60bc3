"""Law 5: the same input gives the same bytes, whatever the threads and the order in which rows are met."""

from __future__ import annotations

import contextlib
import io
import random
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kpilang.cli import main
from tests.laws.trial import quiet
from tests.plan.kit import Asked, kpis, project

SOURCE = """source tills {
  key   id
  time  day
  column id : text
  column day : date
  column shop : text
  column clerk : text
  column turnover : money(EUR)
  column weight : number
  column balance : number
}
"""
FORMULAS = {
    "taken": "sum(tills.turnover)",
    "weighed": "sum(tills.weight)",
    "weighed_here": 'sum(tills.weight where shop != "c")',
    "mean": "avg(tills.weight)",
    "mean_by_turnover": "avg(tills.weight weight turnover)",
    "spread": "stddev(tills.weight)",
    "middle": "median(tills.weight)",
    "high": "percentile(tills.weight, 95%)",
    "clerks": "count(distinct tills.clerk)",
    "busy": "count(distinct tills.clerk having avg(tills.weight) > 500)",
    "first_weight": "first(tills.weight)",
    "third": "sum(tills.weight) / 3 - avg(tills.weight where weight > 1)",
    "settled": "sum(tills.balance)",
}
HEAD = "id,day,shop,clerk,turnover,weight,balance"


def cells(count: int) -> str:
    """Rows with decimals that no binary number holds, and balances that come to nothing together."""
    dice = random.Random(7)  # noqa: S311 rows that are the same in every run
    rows, half = [], [Decimal(dice.randrange(1, 100_000_000)) / 100 for _ in range(count // 2)]
    balances = [*half, *(-value for value in half)]
    dice.shuffle(balances)
    for number, balance in enumerate(balances):
        turnover, weight = Decimal(dice.randrange(1_000_000)) / 100, dice.random() * 10 ** dice.randrange(-3, 6)
        day = f"2026-{dice.randrange(1, 4):02}-{dice.randrange(1, 29):02}"
        rows.append(f"{number},{day},{dice.choice('abc')},w{dice.randrange(40)},{turnover},{weight!r},{balance}")
    return "\n".join([HEAD, *rows]) + "\n"


def told(asked: Asked, threads: int, *more: str) -> str:
    """What `kpi eval` writes as JSON."""
    arguments = ["eval", "--format", "json", "--grain", "month,all", "--as-of", "2026-03-31", *more]
    said, aside = io.StringIO(), io.StringIO()
    with contextlib.chdir(asked.folder), contextlib.redirect_stdout(said), contextlib.redirect_stderr(aside):
        ended = main([*arguments, "--threads", str(threads)])
    assert ended in (0, None), aside.getvalue()
    return said.getvalue()


def test_ten_runs_with_one_two_and_four_threads_write_the_same_bytes():
    asked = project(SOURCE + kpis(**FORMULAS), {"tills": cells(4000)})
    found = {told(asked, threads, "--by", "shop") for threads in (1, 2, 4, 1, 2, 4, 2, 4, 2, 4)}
    assert len(found) == 1
    assert found.pop().count('"value": null') == 0


def test_values_that_come_to_nothing_together_sum_to_nothing():
    asked = project(SOURCE + kpis(settled="sum(tills.balance)", mean="avg(tills.balance)"), {"tills": cells(4000)})
    assert set(asked.values(as_of="2026-03-31", grains="all").values()) == {0}


@pytest.mark.slow
def test_rows_enough_for_several_threads_write_the_same_bytes():
    asked = project(SOURCE + kpis(**FORMULAS), {"tills": cells(300_000)})
    assert len({told(asked, threads) for threads in (1, 2, 4, 2, 4)}) == 1


NUMBERS = ("0.1", "0.2", "0.3", "1e13", "-1e13", "1e17", "-1e17", "1", "2.5", "-0.7", "1234567.89", "1e-7", "1e-22")


MIXED = st.lists(st.sampled_from(NUMBERS), min_size=2, max_size=8).flatmap(
    lambda numbers: st.tuples(st.just(numbers), st.permutations(numbers))
)


@quiet
@example((["1e17", "1", "-1e17", "2.5"], ["2.5", "1", "-1e17", "1e17"]))
@example((["1e-22", "1e-22"], ["1e-22", "1e-22"]))
@given(MIXED)
def test_the_order_of_rows_does_not_matter(both):
    numbers, mixed = both
    formulas = {name: FORMULAS[name] for name in ("weighed", "mean", "spread", "middle")}
    answers = []
    for weights in (numbers, mixed):
        rows = "".join(f"{place},2026-01-01,a,w,1,{weight},1\n" for place, weight in enumerate(weights))
        answers.append(project(SOURCE + kpis(**formulas), {"tills": f"{HEAD}\n{rows}"}).values(as_of="2026-01-31"))
    assert answers[0] == answers[1]
    exact, found = sum(map(Decimal, numbers)), answers[0]["weighed", "2026-01"]
    assert abs(found - exact) <= abs(exact) / 10**11
