"""What data say of KPIs: traps of the rules that look at them, each evaluated from rows as a project is."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Sequence

import pytest

from kpilang.diagnostics import Diagnostic
from kpilang.lint import LintSettings
from kpilang.lint.linter import rules
from kpilang.lint.rule import WithData
from kpilang.lint.settings import RuleSettings
from kpilang.lint.stage import AS_OF
from kpilang.lint.stage_data import TAKINGS, months, table, takings
from tests.lint.support import lint, marked

USUAL = [110.0, 130, 120, 140, 135, 125, 115, 130, 140, 125, 120, 130]


def said(
    code: str, text: str, files: dict[str, str], as_of: dt.date = AS_OF, **options: object
) -> tuple[Diagnostic, ...]:
    """What one rule says of a text beside rows."""
    settings = LintSettings(rules={code: RuleSettings(options=options)})
    return tuple(each for each in lint(WithData(text, files), settings, as_of, select=[code]) if each.code == code)


def daily(values: Sequence[tuple[str, float]]) -> dict[str, str]:
    return {"sales.csv": table("day,amount", *zip(*values, strict=True))}


SALES = """
source sales_rows from "sales.csv" {
  time    day
  column  amount : money(CNY)
  collected "Till" every day
}
kpi sales_made "Sales" {
  formula count(sales_rows)  unit count  direction higher  period month  owner sales  goal loyalty  target >= 5
}
"""


# ---------------------------------------------------------------- V101, V102


def test_data_that_end_long_ago_are_none() -> None:
    (found,) = said("V101", TAKINGS, takings("2026-02", USUAL))
    assert found.label is not None
    assert found.label.en == "the last value is that of 2026-02"
    assert found.message.en == "there are no data for `turnover` after 2026-02"
    assert found.message.zh == "`turnover` 在 2026-02 之后没有数据"
    assert said("V102", TAKINGS, takings("2026-02", USUAL)) == ()


def test_where_there_never_were_data_no_period_is_named() -> None:
    text = TAKINGS.replace("sum(takings.amount)", "avg(takings.amount where amount > 500 CNY)")
    (found,) = said("V101", text, takings("2026-05", [90, 95]))
    assert (found.message.en, found.message.zh) == ("there are no data for `turnover`", "`turnover` 没有数据")


@pytest.mark.parametrize(("day", "count"), [("2026-07-10", 0), ("2026-07-11", 1)])
def test_data_are_stale_once_a_period_and_its_grace_are_over(day: str, count: int) -> None:
    # The data end on 31 May; July has 31 days, and with 10 of grace 41 are in order: until 11 July.
    as_of = dt.date.fromisoformat(day)
    assert len(said("V102", TAKINGS, takings("2026-05", USUAL), as_of)) == 0
    as_of += dt.timedelta(days=1)
    assert len(said("V102", TAKINGS, takings("2026-05", USUAL), as_of)) == count


def test_grace_can_be_longer() -> None:
    assert said("V102", TAKINGS, takings("2026-04", USUAL))
    assert said("V102", TAKINGS, takings("2026-04", USUAL), grace=40) == ()


def test_what_is_declared_as_covered_is_not_stale() -> None:
    text = TAKINGS.replace("collected", "covers 2025-01 .. 2026-06\n  collected")
    assert said("V102", text, takings("2026-04", USUAL)) == ()


def test_a_plan_may_end_where_it_likes() -> None:
    text = TAKINGS.replace("  column", "  planned\n  column")
    assert said("V102", text, takings("2026-03", USUAL)) == ()


def test_bad_data_are_told_as_such_and_not_as_none() -> None:
    assert said("V101", TAKINGS, takings("2026-05", [*USUAL, "many"])) == ()
    assert [each.code for each in said("V106", TAKINGS, takings("2026-05", [*USUAL, "many"]))] == ["V106"]


def test_zeros_since_the_rows_stopped_are_no_data() -> None:
    text = TAKINGS.replace("collected", "covers 2025-01 .. 2026-06\n  collected")
    (found,) = said("V101", text, takings("2026-02", USUAL))
    assert found.label is not None
    assert found.label.en == "nothing but zeros since 2026-03"
    assert found.message.en == "there are no data for `turnover` but zeros since 2026-03"
    assert found.message.zh == "`turnover` 自 2026-03 起除 0 以外没有数据"


# ---------------------------------------------------------------- V103, V109


def test_a_flat_value_needs_periods_and_days() -> None:
    assert said("V103", TAKINGS, takings("2026-06", [110, *[120] * 5])) == ()
    assert len(said("V103", TAKINGS, takings("2026-06", [110, *[120] * 6]))) == 1
    assert said("V103", TAKINGS, takings("2026-06", [110, *[120] * 6]), periods=7) == ()
    quarterly = TAKINGS.replace("period     month", "period     quarter")
    assert said("V103", quarterly, takings("2026-06", [120] * 15)) == ()
    assert len(said("V103", quarterly, takings("2026-06", [120] * 18))) == 1


def test_a_share_at_a_hundred_percent_is_as_good_as_can_be() -> None:
    text = TAKINGS.replace("sum(takings.amount)", "sum(takings.amount) / sum(takings.amount)")
    text = text.replace("unit       CNY", "unit       percent").replace(">= 100 CNY", ">= 90%")
    assert said("V103", text, takings("2026-06", USUAL)) == ()
    assert len(said("V103", text.replace("higher", "lower").replace(">=", "<="), takings("2026-06", USUAL))) == 1


def test_at_risk_is_not_met() -> None:
    text = TAKINGS.replace("target     >= 100 CNY for 2026", "target >= 200 CNY\n  accept >= 100 CNY")
    (found,) = said("V109", text, takings("2026-06", USUAL))
    assert found.message.en == "the target of `turnover` is never met"
    assert found.help is not None
    assert "the best was ¥140.00" in found.help.en


def test_a_target_of_this_year_alone_judges_this_year_alone() -> None:
    assert said("V109", TAKINGS, takings("2026-06", USUAL)) == ()
    assert len(said("V109", TAKINGS.replace("for 2026", "for 2025 .. 2026"), takings("2026-06", USUAL))) == 1


def test_the_finding_points_at_the_target() -> None:
    (found,) = said("V109", TAKINGS.replace(" for 2026", ""), takings("2026-06", USUAL))
    assert marked(found) == "target     >= 100 CNY"


# ---------------------------------------------------------------- V104, V105


def test_only_outliers_of_the_last_year_are_told() -> None:
    values = [*USUAL, *USUAL]
    values[3] = 1300
    assert said("V104", TAKINGS, takings("2026-06", values)) == ()
    assert len(said("V104", TAKINGS, takings("2026-06", values), days=900)) == 1


def test_an_outlier_is_told_with_the_range_of_the_others() -> None:
    (found,) = said("V104", TAKINGS, takings("2026-06", [*USUAL[:-2], 1300, 130]))
    assert found.message.en == "`turnover` was ¥1,300.00 in 2026-05, far outside its history"
    assert found.label is not None
    assert found.label.en == "else ¥110.00 to ¥140.00"


def test_a_new_level_is_no_outlier() -> None:
    assert said("V104", TAKINGS, takings("2026-06", [*USUAL, 1300, 1320, 1310])) == ()


def test_what_chance_does_to_small_counts_is_no_outlier() -> None:
    each = [2, 1, 2, 3, 2, 2, 1, 2, 2, 3, 2, 7, 2]
    rows = [
        (f"{month[:8]}{n + 1:02}", 5.0)
        for month, count in zip(months("2026-05", 13), each, strict=True)
        for n in range(count)
    ]
    assert said("V104", SALES, daily(rows)) == ()


def test_a_gap_is_a_period_without_value_between_others() -> None:
    text = TAKINGS.replace("sum(", "avg(")
    (found,) = said(
        "V105", text, {"takings.csv": table("month,amount", ["2026-01-01", "2026-03-01", "2026-05-01"], [1, 2, 3])}
    )
    assert found.message.en == "`turnover` has no data for 2026-02, 2026-04"


def test_a_value_of_a_period_that_is_cut_ends_a_gap_too() -> None:
    text = SALES.replace("count(sales_rows)  unit count", "avg(sales_rows.amount)  unit CNY")
    rows = [("2026-01-01", 40.0), ("2026-02-03", 41), ("2026-06-12", 39)]
    (found,) = said("V105", text, daily(rows))
    assert found.message.en == "`sales_made` has no data for 2026-03, 2026-04, 2026-05"


def test_zeros_of_something_rare_are_no_gap() -> None:
    assert said("V105", TAKINGS, takings("2026-06", [3, 1, 0, 2, 1, 4, 2, 1, 3, 2, 1, 2])) == ()
    assert said("V105", TAKINGS, takings("2026-06", [130, 120, 0, 125, 115, 0, 120, 140, 0, 130, 120, 125])) == ()


def test_a_sum_of_few_pieces_may_be_zero_by_chance() -> None:
    assert said("V105", TAKINGS, takings("2026-06", [3, 3, 4, 3, 3, 0, 3, 4, 3, 3, 3, 3])) == ()
    assert len(said("V105", TAKINGS, takings("2026-06", [3.5, 3, 4, 3, 3, 0, 3, 4, 3, 3, 3, 3]))) == 1


def test_a_small_count_may_be_zero_by_chance() -> None:
    each = [4, 3, 5, 4, 3, 0, 4, 5, 3, 4, 4, 3]
    rows = [
        (f"{month[:8]}{n + 1:02}", 5.0)
        for month, count in zip(months("2026-05", 12), each, strict=True)
        for n in range(count)
    ]
    assert said("V105", SALES, daily(rows)) == ()
    more = [(day[:8] + f"{n % 28 + 1:02}", 5.0) for day, _ in rows for n in range(10)]
    assert len(said("V105", SALES, daily(more))) == 1


def test_weekends_are_no_gaps_of_a_kpi_by_day() -> None:
    text = SALES.replace("count(sales_rows)  unit count", "avg(sales_rows.amount)  unit CNY").replace(
        "period month", "period day"
    )
    days = [dt.date(2026, 6, 1) + dt.timedelta(days=n) for n in range(30)]
    rows = [(day.isoformat(), 40.0 + day.day % 3) for day in days if day.weekday() < 5]
    assert said("V105", text, daily(rows)) == ()
    shut = [row for row in rows if not "2026-06-09" <= row[0] <= "2026-06-12"]
    assert len(said("V105", text, daily(shut))) == 1


# ---------------------------------------------------------------- V106, V107

STAFF = """
source staff from "staff.csv" {
  key staff_id
  lives hired_on until left_on
  column woman : bool
  collected "HR" every day
}
kpi women "Share of women" {
  formula share(staff where woman at closing)  unit percent  direction higher  period month  owner sales  goal loyalty  target >= 40% for 2026
}
"""


def test_all_there_is_at_an_instant_is_no_small_sample() -> None:
    rows = table("staff_id,hired_on,left_on,woman", [1, 2, 3], ["2025-01-05"] * 3, ["", "", ""], ["yes", "no", "yes"])
    assert said("V107", STAFF, {"staff.csv": rows}) == ()


def test_a_mean_over_few_cases_is_a_small_base() -> None:
    text = SALES.replace("count(sales_rows)  unit count", "sum(sales_rows.amount) / count(sales_rows)  unit CNY")
    rows = [(f"{month[:8]}{n + 1:02}", 40.0 + n) for month in months("2026-06", 6) for n in range(5)]
    (found,) = said("V107", text, daily([*rows, ("2026-06-30", 40)]))
    assert found.message.en == "`sales_made` rests on 5 cases in an ordinary period"
    assert said("V107", text, daily(rows), cases=5) == ()


def test_what_is_divided_by_a_count_of_other_things_is_no_mean() -> None:
    text = SALES.replace("count(sales_rows)  unit count", "sum(takings.amount) / count(sales_rows)  unit CNY") + TAKINGS
    rows = [(f"{month[:8]}{n + 1:02}", 40.0) for month in months("2026-06", 12) for n in range(5)]
    assert said("V107", text, {**daily([*rows, ("2026-06-30", 40)]), **takings("2026-06", USUAL)}) == ()


def test_a_row_that_ends_before_it_starts_is_told_at_the_field() -> None:
    rows = table("staff_id,hired_on,left_on,woman", [1, 2], ["2025-01-05"] * 2, ["", "2024-01-01"], ["yes", "no"])
    (found,) = said("V106", STAFF, {"staff.csv": rows})
    assert marked(found) == "lives hired_on until left_on"


# ---------------------------------------------------------------- V108

FUNNEL = """
source funnel from "funnel.csv" {
  time month each month
  column visits : integer
  column sold : integer
  collected "CRM" every month
}
defaults { direction higher  unit count  owner sales  goal loyalty }
kpi sold_pieces "Pieces sold" { formula sum(funnel.sold)  period month  indicator lagging  target >= 1 for 2026 }
kpi visits_made "Visits" { formula sum(funnel.visits)  period month  indicator leading  target >= 1 for 2026 }
"""


def noise(count: int, factor: int) -> list[int]:
    found = [factor]
    while len(found) < count:
        found.append(found[-1] * factor % 2147483647)
    return [value // 8191 % 100 for value in found]


def funnel(visits: Sequence[int], sold: Sequence[int]) -> dict[str, str]:
    return {"funnel.csv": table("month,visits,sold", months("2026-05", len(visits)), visits, sold)}


VISITS, OTHER = noise(70, 16807), noise(70, 48271)


def test_the_lagging_kpis_of_the_goal_are_what_is_led_where_there_is_no_parent() -> None:
    (found,) = said("V108", FUNNEL, funnel(VISITS, OTHER))
    assert (
        found.message.en
        == "`visits_made` says nothing about `sold_pieces`: 63 changes were compared, 0 to 6 periods ahead"
    )
    assert marked(found) == "indicator leading"


def test_a_lead_of_any_length_and_either_sign_is_one() -> None:
    for lag in range(7):
        later = [200 - value for value in (*OTHER[:lag], *VISITS[: 70 - lag])]
        assert said("V108", FUNNEL, funnel(VISITS, later)) == ()


def test_a_lead_longer_than_is_tried_is_none() -> None:
    later = [*OTHER[:8], *VISITS[:62]]
    assert len(said("V108", FUNNEL, funnel(VISITS, later))) == 1
    assert said("V108", FUNNEL, funnel(VISITS, later), lags=8) == ()


def test_of_a_short_history_nothing_is_told_unless_that_is_asked_for() -> None:
    assert said("V108", FUNNEL, funnel(VISITS[:40], OTHER[:40])) == ()
    (found,) = said("V108", FUNNEL, funnel(VISITS[:40], OTHER[:40]), **{"tell-short": True})
    assert found.severity == "info"
    assert found.label is not None
    # Of 40 months there are 39 changes, and 33 with all six that came before.
    assert found.label.en == "33 changes can be compared, and 52 would be needed"


def test_other_periods_cannot_be_compared() -> None:
    text = FUNNEL.replace("period month  indicator lagging", "period quarter  indicator lagging")
    assert said("V108", text, funnel(VISITS, OTHER)) == ()


def test_several_that_are_led_ask_for_more() -> None:
    more = "".join(FUNNEL.split("kpi ")[1].join(["kpi ", ""]).replace("sold_pieces", f"sold_{n}") for n in range(4))
    assert said("V108", FUNNEL + more, funnel(VISITS[:62], OTHER[:62])) == ()
    assert len(said("V108", FUNNEL, funnel(VISITS[:62], OTHER[:62]))) == 1


# ---------------------------------------------------------------- data halves of other rules


def test_a_denominator_that_was_never_nothing_is_not_guessed_at() -> None:
    text = """
source cuts from "cuts.csv" { key cut_id  time day  column a : bool  column b : bool  column c : bool  column d : bool  collected "X" every day }
kpi cut_rate "Share" {
  formula share(cuts where a among a and b and c and d)  unit percent  direction higher  period month  owner sales  goal loyalty  target >= 1% for 2026
}
"""
    days = [day[:8] + f"{n:02}" for day in months("2026-06", 8) for n in (1, 2)]
    full = table("cut_id,day,a,b,c,d", range(16), days, *(["yes"] * 16 for _ in "abcd"))
    none = full.replace("2026-02-01,yes", "2026-02-01,no").replace("2026-02-02,yes", "2026-02-02,no")
    assert len(said("M109", text, {})) == 1, "without rows the four conditions are all there is to go by"
    assert said("M109", text, {"cuts.csv": full}) == ()
    (found,) = said("M109", text, {"cuts.csv": none})
    assert found.label is not None
    assert found.label.en == "it was 0 in 2026-02"


@pytest.mark.parametrize(("target", "count"), [("170", 0), ("171", 1)])
def test_a_leap_is_longer_than_from_the_worst_to_the_best(target: str, count: int) -> None:
    # From 110 to 140 it is 30, but a quarter of the best is longer: 35 beyond 140 is 175.
    beyond = {"170": "175", "171": "176"}[target]
    text = TAKINGS.replace(">= 100", f">= {beyond}")
    assert len(said("A107", text, takings("2026-06", USUAL))) == count


def test_a_leap_over_several_years_may_be_longer() -> None:
    text = TAKINGS.replace(">= 100 CNY for 2026", ">= 190 CNY by 2028-06")
    wide = [100, *USUAL[1:]]
    assert len(said("A107", text.replace("2028-06", "2026-12"), takings("2026-06", wide))) == 1
    assert said("A107", text, takings("2026-06", wide)) == ()


def test_no_rule_speaks_of_a_sound_history() -> None:
    values = [100 + n + step for n, step in enumerate(itertools.islice(itertools.cycle([0, 7, -4, 12, -9]), 30))]
    text = TAKINGS.replace(">= 100 CNY for 2026", ">= 125 CNY").replace("indicator", "")
    found = lint(WithData(text, takings("2026-06", values)), select=["V", "A107", "M109"])
    assert [each.code for each in found] == []


@pytest.mark.parametrize("code", ["V101", "V102", "V103", "V104", "V105", "V107", "V108", "V109", "A107", "M109"])
@pytest.mark.parametrize("amounts", [[], [0], [5], [5, 0]])
@pytest.mark.parametrize("number", [0, -1])
def test_no_option_and_no_short_history_ends_a_run(code: str, amounts: list[float], number: int) -> None:
    rule = next(each for each in rules() if each.code == code)
    options = {each.name: number for each in rule.options if type(each.default) is int}
    text = TAKINGS.replace(" for 2026", "").replace("  owner", "  indicator leading  parent turnover\n  owner")
    assert len(said(code, text, takings("2026-06", amounts), **options)) <= 1
