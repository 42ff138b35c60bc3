"""Traps for the rules on goals, chains and balance."""

from __future__ import annotations

import pytest

from tests.lint.support import codes, lint

CALLS = """
source calls from "calls.csv" {
  key call  time day
  column talked : duration(seconds)
  column waited : duration(seconds)
  column sold   : bool
  column extra  : duration(hours)
}
source stock from "stock.csv" { key a  snapshot day complete  column readers : integer }
source staff from "staff.csv" { key a  lives hired until gone }
goal g "G" { owner sales  for 2026 }
"""


def kpi(name: str, label: str, formula: str, rest: str = "") -> str:
    return f'kpi {name} "{label}" {{\nformula {formula}\n{rest}\n}}\n'


def given(code: str, *kpis: str) -> list[str]:
    return codes(CALLS + "".join(kpis), select=[code])


# ---------------------------------------------------------------- R102 to R105


def test_a_draft_measures_a_goal_and_one_out_of_use_does_not() -> None:
    assert given("R102", kpi("x", "X", "count(calls)", "goal g  state draft")) == []
    assert given("R102", kpi("x", "X", "count(calls)", "goal g  state deprecated")) == ["R102"]


def test_goals_that_are_each_others_parents_do_not_hang_the_search() -> None:
    text = 'goal a "A" { parent b }\ngoal b "B" { parent a }\n'
    assert codes(text, select=["R102"]) == ["R102", "R102"]


def test_what_breaks_a_kpi_down_is_not_counted_beside_it() -> None:
    five = "".join(kpi(f"k{n}", "K", "count(calls)", "goal g") for n in range(5))
    parts = "".join(kpi(f"p{n}", "P", "count(calls)", f"goal g  parent k{n}") for n in range(5))
    assert given("R103", five, parts) == []
    assert given("R103", five, kpi("more", "M", "count(calls)", "goal g")) == ["R103"]


@pytest.mark.parametrize("label", ["Calls made", "Customer visits", "拜访客户次数", "回复量", "UGC产出数量"])
def test_a_count_of_what_people_do_is_activity(label: str) -> None:
    assert given("R104", kpi("x", label, "count(calls)", "unit count  direction higher  goal g")) == ["R104"]


@pytest.mark.parametrize(
    ("label", "formula", "rest"),
    [
        ("Share of calls that sold", "share(calls where sold)", "direction higher"),
        ("Calls abandoned", "count(calls)", "direction lower"),
        ("Contracts signed", "count(calls where sold)", "direction higher"),
        ("签约数", "count(calls where sold)", "direction higher"),
        ("Callback quota", "count(calls where sold) / count(calls)", "direction higher"),
        ("Website visits", "count(calls)", "direction higher"),
    ],
)
def test_outcomes_loads_and_traffic_are_no_activity(label: str, formula: str, rest: str) -> None:
    assert given("R104", kpi("x", label, formula, f"{rest}  goal g")) == []


def test_a_goal_all_of_whose_kpis_lag_is_one_sided_unless_one_does_not_say() -> None:
    lag = kpi("x", "X", "count(calls)", "goal g  indicator lagging")
    assert given("R105", lag, kpi("y", "Y", "count(calls)", "goal g  indicator lagging")) == ["R105"]
    assert given("R105", lag, kpi("y", "Y", "count(calls)", "goal g")) == []


# ---------------------------------------------------------------- R106 to R109


TOP = kpi("top", "Top", "count(calls)", "goal g  level company")


@pytest.mark.parametrize(
    ("rest", "broken"),
    [
        ("level team  goal g", True),
        ("level team  goal g  parent top", False),
        ("level individual  goal g  parent top", True),
        ("level department  goal g", False),
        ("level department  goal loyalty  parent top", True),
        ("level team  parent top", False),
        ("level team  goal g  state deprecated", False),
    ],
)
def test_a_chain_goes_up_without_long_steps_to_the_same_goal(rest: str, broken: bool) -> None:
    assert bool(given("R106", TOP, kpi("x", "X", "count(calls)", rest))) is broken


def test_a_parent_below_its_child_is_upside_down() -> None:
    below = kpi("below", "B", "count(calls)", "goal g  level team  parent top")
    above = kpi("above", "A", "count(calls)", "goal g  level company  parent below")
    assert given("R106", TOP, below, above) == ["R106"]


def test_the_parents_one_could_choose_are_named() -> None:
    (one,) = lint(CALLS + TOP + kpi("x", "X", "count(calls)", "goal g  level team"), select=["R106"])
    assert one.help is not None
    assert "`top`" in one.help.en


@pytest.mark.parametrize(("level", "count"), [("individual", 1), ("team", 0), ("company", 0)])
def test_only_a_single_person_is_too_small_for_a_figure_of_the_company(level: str, count: int) -> None:
    owner = f'owner anna "Anna" <anna@example.com> {{ level {level} }}\n'
    assert len(given("R109", owner, kpi("x", "X", "count(calls)", "owner anna  level company"))) == count


# ---------------------------------------------------------------- R110 to R112


@pytest.mark.parametrize(
    ("label", "formula", "rest", "vain"),
    [
        ("Cumulative readers", "sum(stock.readers at closing)", "direction higher", True),
        ("累计阅读人数", "sum(stock.readers at closing)", "direction higher", True),
        ("Total downloads", "count(calls)", "direction higher  period all", True),
        ("Total downloads", "count(calls)", "direction higher  period month", False),
        ("Total stock on hand", "sum(stock.readers at closing)", "direction higher", False),
        ("Cumulative readers", "sum(stock.readers at closing)", "direction lower", False),
        ("Cumulative readers", "sum(stock.readers at closing)", "direction higher  state draft", False),
        ("Cumulative sales per head", "count(calls) / count(staff at closing)", "direction higher", False),
        ("Total number of paying customers", "count(staff at closing)", "direction higher", False),
    ],
)
def test_a_total_that_only_grows_is_vain(label: str, formula: str, rest: str, vain: bool) -> None:
    assert bool(given("R110", kpi("x", label, formula, rest))) is vain


@pytest.mark.parametrize(
    ("action", "count"), [("TBD", 1), ("待定。", 1), (" N/A ", 1), ("Below 5: call the ten oldest.", 0)]
)
def test_an_action_must_be_one(action: str, count: int) -> None:
    assert len(given("R111", kpi("x", "X", "count(calls)", f'direction higher  action "{action}"'))) == count


@pytest.mark.parametrize(
    ("formula", "rest", "alone"),
    [
        ("count(calls)", "unit count  direction higher", True),
        ("avg(calls.talked)", "unit minutes  direction lower", True),
        ("sum(calls.talked) / count(calls)", "unit seconds  direction lower", True),
        ("share(calls where waited <= 20 seconds)", "unit percent  direction higher", True),
        ("count(calls)", "unit count  direction lower", False),
        ("count(staff at closing)", "unit count  direction higher", False),
        ("sum(calls.extra) / count(staff at closing)", "unit hours  direction lower", False),
        ("avg(calls.talked)", "unit minutes  direction higher", False),
        ("sum(orders.amount)", "unit CNY  direction higher", False),
        ("count(calls)", "unit count  direction higher  guard solved", False),
    ],
)
def test_speed_and_volume_need_a_counterweight(formula: str, rest: str, alone: bool) -> None:
    solved = kpi("solved", "Share solved", "share(cases where solved)", "goal loyalty")
    assert bool(given("R112", solved, kpi("x", "X", formula, f"goal g  {rest}"))) is alone


@pytest.mark.parametrize("label", ["On-time arrivals", "准时到岗率", "Average delay"])
def test_to_keep_a_promise_is_quality_and_no_hurry(label: str) -> None:
    punctual = kpi("x", label, "share(calls where waited <= 20 seconds)", "unit percent  direction higher  goal g")
    assert given("R112", punctual) == []
    assert given("R112", punctual, kpi("y", "Calls", "count(calls)", "direction higher  goal g")) == []


def test_a_service_level_is_no_counterweight_and_a_rating_is() -> None:
    calls = kpi("x", "Calls handled", "count(calls)", "goal g  unit count  direction higher")
    level = kpi("y", "Y", "share(calls where waited <= 20 seconds)", "goal g  unit percent  direction higher")
    rating = kpi("z", "Z", "avg(cases.rating)", "goal g  unit score 1..5  direction higher")
    assert given("R112", calls, level) == ["R112", "R112"]
    assert given("R112", calls, level, rating) == []
