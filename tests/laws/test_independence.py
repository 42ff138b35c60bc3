"""Law 6: a KPI's value does not depend on which other KPIs are asked for, nor on how the plan answers them together."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpilang.plan import dividing, scans
from tests.laws.trial import by_engine, quiet, told
from tests.reference.generate import Trial, kpi, trials

CROWD = {
    "crowd_1": 'count(orders where status = "paid")',
    "crowd_2": "sum(orders.amount where gift)",
    "crowd_3": "avg(orders.amount where qty > 1)",
    "crowd_4": "max(orders.amount where paid >= 2024-02-10)",
    "crowd_5": "count(distinct orders.customer_id where qty = 1)",
    "crowd_6": 'median(orders.amount where status != "open")',
    "crowd_7": 'count(orders where customer.segment = "red")',
    "crowd_8": "previous(count(orders on paid), 1 year)",
    "crowd_9": "count(staff at closing) + count(staff at opening)",
    "crowd_10": "sum(plan.goal) / count(customers)",
    "crowd_11": "sum(stock.qty at average)",
    "crowd_12": 'first(orders.amount where member.tier = "gold")',
    "crowd_13": "count(distinct orders.qty where gift)",
    "crowd_14": "count(distinct orders.qty)",
    "crowd_15": 'sum(orders.qty where (if qty > 1 then gift else status = "paid"))',
    "crowd_16": 'count(orders where not (status = "paid" or gift) and qty != 2)',
    "crowd_17": "count(orders where paid is null or coalesce(gift, status is null))",
}


def crowded(trial: Trial) -> Trial:
    """The same question with a dozen KPIs more, over every source and in every family of aggregates."""
    names = [name for name in CROWD if "segment" not in trial.ask.get("by", "") + trial.ask.get("where", "")]
    if "." in trial.ask.get("by", ""):
        names = [name for name in names if "orders" in CROWD[name]]
    text = "".join(kpi(name, CROWD[name]) for name in names)
    return replace(
        trial,
        definitions=trial.definitions + text,
        ask=trial.ask | {"kpis": ", ".join([*names[::2], "one", *names[1::2]])},
    )


@quiet
@given(trials())
def test_a_value_is_the_same_alone_and_in_a_crowd(trial):
    alone = by_engine(replace(trial, ask=trial.ask | {"kpis": "one"}))
    together = {place: row for place, row in by_engine(crowded(trial)).items() if place[0] == "one"}
    assert {place: told(row) for place, row in together.items()} == {place: told(row) for place, row in alone.items()}


@quiet
@given(trials(), st.sampled_from((1, 2)))
def test_a_value_is_the_same_however_the_plan_divides_the_work(trial, portion):
    usual = by_engine(crowded(trial))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scans, "ROWS_PER_GROUP", 0)
        patch.setattr(scans, "FEW_AGGREGATES", 0)
        patch.setattr(dividing, "CACHED_BYTES", -1)
        patch.setattr(dividing, "MOST_TIMES_PLAIN", 10**9)
        folded = by_engine(crowded(trial))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scans, "BITMAP_BYTES", -1)
        patch.setattr(scans, "AGGREGATES_PER_STATEMENT", portion)
        apart = by_engine(crowded(trial))
    assert folded == usual
    assert apart == usual
