"""Laws of periods, groups and entities: what two ways of asking must agree on, whatever the rows."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from tests.laws.trial import by_engine, quiet, told
from tests.reference.formulas import formulas
from tests.reference.generate import Trial, kpi
from tests.reference.generate import project as ground
from tests.reference.rows_at_random import predicate

WHOLE = {"as-of": "2024-04-30", "period": "2024-01..2024-04"}
BY = ("", "segment", "customer.segment, gift")
PLACED = (
    ("orders.customer_id", ""),
    ("orders.customer_id, orders.status", " on paid"),
    ("staff.id", " at closing"),
    ("staff.team", " at opening"),
    ("stock.item", " at closing"),
)


def asked(draw: st.DrawFn, kpis: dict[str, str], by: str = "") -> Trial:
    """KPIs over a project made at random, asked over four months, sometimes as they are not over."""
    definitions, cells = ground(draw)
    ask = WHOLE | draw(st.sampled_from(({}, {}, {"as-of": "2024-03-15"}))) | {"kpis": ", ".join(kpis)}
    text = "".join(kpi(name, formula) for name, formula in kpis.items())
    return Trial(definitions + text, cells, ask | ({"by": by} if by else {}))


def same(trial: Trial, one: str, other: str) -> bool:
    """Whether two KPIs have the same values, or the same reasons, in every period and member."""
    rows = by_engine(trial)
    found = {name: {place[1:]: told(row) for place, row in rows.items() if place[0] == name} for name in (one, other)}
    return found[one] == found[other]


@st.composite
def entities(draw: st.DrawFn) -> Trial:
    keys, clause = draw(st.sampled_from(PLACED))
    source = keys.partition(".")[0]
    clauses = f" where {predicate(draw, source)}{clause}"
    kpis = {
        "both": f"retained({keys}{clauses}) + lost({keys}{clauses})",
        "before": f"previous(count(distinct {keys}{clauses}))",
    }
    return asked(draw, kpis, draw(st.sampled_from(BY[:3] if source == "orders" else BY[:2])))


@quiet
@given(entities())
def test_who_stays_and_who_is_lost_are_those_of_the_period_before(trial):
    assert same(trial, "both", "before")


@st.composite
def returning(draw: st.DrawFn) -> Trial:
    keys, clauses = draw(st.sampled_from(PLACED))
    kpis = {
        "seen": f"count(distinct {keys}{clauses}) - new({keys}{clauses}) - retained({keys}{clauses})",
        "kept": f"retained({keys}{clauses})",
    }
    return asked(draw, kpis)


@quiet
@given(returning())
def test_those_neither_new_nor_retained_came_back(trial):
    for row in by_engine(trial).values():
        assert row.value is None or row.value >= 0


@st.composite
def one_of(draw: st.DrawFn) -> Trial:
    return asked(draw, {"one": draw(formulas(("orders",), "three"))})


@quiet
@given(one_of(), st.sampled_from(("status", "member.tier")))
def test_a_member_has_the_value_that_the_filter_for_it_gives(trial, column):
    rows = by_engine(replace(trial, ask=trial.ask | {"by": column}))
    if "total(" in trial.definitions:
        return
    for member in {by[0] for _, _, by in rows}:
        where = f"{column} is null" if member is None else f'{column} = "{member}"'
        for (name, period, _), row in by_engine(replace(trial, ask=trial.ask | {"where": where})).items():
            assert told(row) == told(rows[name, period, (member,)])


@st.composite
def summed(draw: st.DrawFn) -> Trial:
    key = draw(st.sampled_from(("customer_id", "status", "customer.segment")))
    wanted = predicate(draw, "orders")
    kpis = {
        "parts": f"sum(sum(orders.qty where {wanted}) per {key})",
        "whole": f"sum(orders.qty where ({wanted}) and {key} is not null)",
        "counts": f"sum(count(orders) per {key})",
        "count": f"count(orders where {key} is not null)",
    }
    return asked(draw, kpis, draw(st.sampled_from(BY)))


@quiet
@given(summed())
def test_sums_of_groups_add_up_to_the_sum_of_the_rows_that_have_a_key(trial):
    assert same(trial, "counts", "count")
    for (name, period, by), row in (rows := by_engine(trial)).items():
        if name == "whole" and row.value is not None:
            assert rows["parts", period, by].value == row.value


@st.composite
def totals(draw: st.DrawFn) -> tuple[Trial, Trial]:
    about = draw(st.sampled_from((("orders",), ("staff",), ("orders", "plan"))))
    formula = draw(formulas(about, "one"))
    broken = asked(draw, {"one": f"total({formula})"}, "segment")
    return broken, replace(
        broken,
        definitions=broken.definitions.replace(f"total({formula})", formula),
        ask={word: value for word, value in broken.ask.items() if word != "by"},
    )


@quiet
@given(totals())
def test_a_total_is_the_value_without_the_breakdown(given):
    broken, plain = given
    whole = by_engine(plain)
    for (name, period, _), row in by_engine(broken).items():
        assert told(row) == told(whole[name, period, ()])


@st.composite
def flows(draw: st.DrawFn, **kpis: str) -> Trial:
    """KPIs over a count of orders, `flow`, of sources that cover all that is asked for."""
    flow = f"count(orders where {predicate(draw, 'orders')})"
    trial = asked(draw, {name: formula.replace("flow", f"({flow})") for name, formula in kpis.items()})
    head, start, rest = trial.definitions.partition("source orders {\n")
    fields, end, others = rest.partition("\n}\n")
    kept = [line for line in fields.splitlines() if not line.startswith("  covers")]
    covered = "\n".join(["  covers 2023-01 .. 2024-04", *kept])
    return replace(trial, definitions=f"{head}{start}{covered}{end}{others}", ask=trial.ask | {"by": "status"})


@quiet
@given(flows(window="trailing(flow, 3 months)", months="flow + previous(flow) + previous(flow, 2 months)", now="flow"))
def test_a_flow_over_a_window_of_months_is_the_sum_of_the_months(trial):
    rows = by_engine(replace(trial, ask=trial.ask | {"as-of": "2024-04-30"}))
    for (name, period, by), row in rows.items():
        if name == "months":
            assert rows["window", period, by].value == row.value


@quiet
@given(flows(change="cumulative(flow) - previous(cumulative(flow))", now="flow"))
def test_what_a_running_total_grows_by_is_the_flow(trial):
    rows = by_engine(replace(trial, ask=trial.ask | {"as-of": "2024-04-30"}))
    for (name, period, by), row in rows.items():
        if name == "change":
            assert row.value == (rows["now", period, by].value if ("now", period, by) in rows else 0)


NOW = "sum(abs(coalesce(orders.amount, 0)))"
BEFORE = f"previous({NOW})"
MOVEMENTS = {
    "new": f"sum(if {BEFORE} = 0 then {NOW} else 0 per customer_id)",
    "more": f"sum(if {BEFORE} > 0 and {NOW} > {BEFORE} then {NOW} - {BEFORE} else 0 per customer_id)",
    "less": f"sum(if {NOW} > 0 and {NOW} < {BEFORE} then {BEFORE} - {NOW} else 0 per customer_id)",
    "left": f"sum(if {NOW} = 0 then {BEFORE} else 0 per customer_id)",
}
CHANGE = "sum(abs(coalesce(orders.amount, 0)) where customer_id is not null)"


@st.composite
def movements(draw: st.DrawFn) -> Trial:
    kpis = MOVEMENTS | {"change": f"{CHANGE} - previous({CHANGE})"}
    return asked(draw, kpis, draw(st.sampled_from(("", "status", "customer.segment"))))


@quiet
@given(movements())
def test_movements_of_revenue_by_customer_add_up_to_its_change(trial):
    rows = by_engine(trial)
    for (name, period, by), row in rows.items():
        if name == "change" and row.value is not None:
            moved = {word: rows[word, period, by].value for word in MOVEMENTS}
            assert moved["new"] + moved["more"] - moved["less"] - moved["left"] == row.value
