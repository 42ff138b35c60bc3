"""What the rules on being consistent see, and what they leave alone."""

from __future__ import annotations

import pytest

from kpilang.lint import LintSettings, RuleSettings
from kpilang.lint.standard import meant
from kpilang.lint.wording.promises import promise
from tests.lint.support import lint, marked, mended, model

SOURCE = """
source ads from "ads.csv" {
  key ad  time shown_on
  column revenue : money(CNY)  column cost : money(CNY)  column profit : money(CNY)  column print : money(CNY)
  column clicks : integer  column shown : integer  column score : integer  column roi : percent(0..1)
  column won : bool  column up : bool  column waited : duration(hours)
}
"""


def said(text: str, code: str, **options: object) -> list[tuple[str | None, str]]:
    """The KPI and the place of each finding of a rule."""
    rules = {code: RuleSettings(options=options)} if options else {}
    return [(each.kpi, marked(each)) for each in lint(text, LintSettings(rules=rules), select=[code])]


def kpi(name: str, label: str, formula: str, more: str = "") -> str:
    return f'kpi {name} "{label}" {{ formula {formula}  period month  {more} }}\n'


# ---------------------------------------------------------------- C101


def test_of_three_that_compute_the_same_the_later_two_are_found() -> None:
    text = (
        kpi("a", "A", "count(cases)") + kpi("b", "B", "count(cases on opened_on)") + kpi("c", "C", "1 * count(cases)")
    )
    assert said(text, "C101") == [("b", "count(cases on opened_on)"), ("c", "1 * count(cases)")]


@pytest.mark.parametrize("state", ["deprecated", "replaced by b"])
def test_a_kpi_out_of_use_may_compute_the_same(state: str) -> None:
    text = kpi("a", "A", "count(cases)", f"state {state}") + kpi("b", "B", "count(cases)")
    assert said(text, "C101") == []


def test_two_kpis_that_fill_in_a_template_alike_are_the_same() -> None:
    given = "is std.sales.win_rate(won: count(cases where solved), decided: count(cases)) { }"
    text = f'kpi a "A" {given}\n' + kpi("b", "B", "share(cases where solved)", "period quarter").replace(
        "period month  ", ""
    )
    assert said(text, "C101") == [("b", "share(cases where solved)")]


# ---------------------------------------------------------------- C102


def test_letters_spaces_and_hyphens_make_no_other_name() -> None:
    text = kpi("a", "First-call  Resolution", "count(cases)") + kpi("b", "first call resolution", "count(orders)")
    assert said(text, "C102") == [("b", '"first call resolution"')]


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        ("Revenue (EMEA)", "Cost (EMEA)", False),
        ("Average handling time (AHT)", "Time per call (AHT)", True),
        ("Revenue (2026)", "Cost (2026)", False),
        ("Revenue (EMEA)", "Revenue (APAC)", False),
        ("收入（华东）", "收入（华南）", False),
        ("Net promoter score (NPS)", "Net Promoter Score", True),
        ("净推荐值（NPS）", "门店推荐度（NPS）", True),
    ],
)
def test_an_acronym_in_brackets_is_a_name_where_it_stands_for_the_measure(one: str, other: str, found: bool) -> None:
    text = kpi("a", one, "count(cases)") + kpi("b", other, "count(orders)")
    assert bool(said(text, "C102")) is found


def test_one_name_for_one_formula_is_no_matter() -> None:
    text = kpi("a", "Cases", "count(cases)") + kpi("b", "Cases", "count(cases)")
    assert said(text, "C102") == []


# ---------------------------------------------------------------- C103


@pytest.mark.parametrize(
    ("label", "sort"),
    [
        ("Response rate", "rate"),
        ("Cost of goods sold (COGS)", "money"),
        ("Time to fill", "time"),
        ("Average handling time", "time"),
        ("Number of complaints", "count"),
        ("Number of overtime hours", "length"),
        ("单次招聘成本", "money"),
        ("平均处理时长（分钟）", "time"),
        ("投诉次数", "count"),
        ("应付天数", "length"),
        ("客户流失率", "rate"),
    ],
)
def test_a_label_promises_a_sort_of_unit(label: str, sort: str) -> None:
    assert (promise(label) or ("", ""))[0] == sort


@pytest.mark.parametrize(
    "label",
    [
        "Revenue run rate", "Hourly rate", "Burn rate", "Exchange rate", "Overtime hours as a percentage of hours worked", "Time utilization",
        "Cost of sales as a percentage of revenue", "On-time delivery", "Full-time equivalents", "Real-time processing share",
        "Inventory turnover", "Corporate", "Overtime", "Sometime", "Number of calls per agent", "Cost savings ratio against plan",
        "烧钱率", "汇率", "满意度评分", "信心指数", "销售知识分享率", "人均处理工单数", "每单接触次数", "成本占比", "成本利润率",
    ],
)  # fmt: skip
def test_a_label_may_leave_its_unit_open(label: str) -> None:
    found = promise(label)
    assert found is None or (found[0] == "rate" and label.startswith("成本"))


@pytest.mark.parametrize(
    ("label", "formula", "unit", "found"),
    [
        ("Resolution time", "share(cases where solved)", "percent", ["time"]),
        ("Resolution rate", "share(cases where solved)", "percent", []),
        ("Resolution rate", "share(cases where solved)", '"of all"', []),
        ("Number of cases per order", "count(cases) / count(orders)", "ratio", []),
        ("Cost per order", "sum(orders.amount) / count(orders)", "CNY", []),
        ("Cost per order", "count(orders)", "count", ["Cost per"]),
        ("处理速度", "share(cases where solved)", "percent", ["速度"]),
        ("处理工单数", "sum(orders.amount)", "CNY", ["数"]),
    ],
)
def test_a_unit_of_another_sort_is_found_at_the_word(label: str, formula: str, unit: str, found: list[str]) -> None:
    assert said(kpi("a", label, formula, f"unit {unit}"), "C103") == [("a", word) for word in found]


def test_a_project_allows_words_in_labels() -> None:
    text = kpi("a", "Occupancy rate", "count(cases)", "unit count")
    assert said(text, "C103") == [("a", "rate")]
    assert said(text, "C103", allow=["occupancy rate"]) == []


# ---------------------------------------------------------------- C104


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("ROI", "std.finance.roi"),
        ("Marketing ROI", "std.marketing.romi"),
        ("ROI of trade fairs", "std.finance.roi"),
        ("Return on investment (ROI) of training", "std.finance.roi"),
        ("品牌的投资回报率(ROI)", "std.finance.roi"),
        ("全渠道营销 ROI", "std.finance.roi"),
        ("净推荐值 (NPS)", "std.customer.nps"),
        ("Web shop conversion rate", "std.marketing.conversion"),
        ("一线员工离职率", "std.hr.turnover"),
    ],
)
def test_a_label_names_a_kpi_of_the_library(label: str, name: str) -> None:
    found = meant(label)
    assert found is not None
    assert found[1].name == name


@pytest.mark.parametrize(
    "label",
    [
        "Growth of ROI", "ROI improvement", "Number of NPS surveys", "Change in gross margin", "Heroic deeds", "Turnover", "NPS response share",
        "Win rate versus target win rate", "目标毛利率", "毛利率提升", "满意度问卷数量", "Inventory turnover", "毛利",
    ],
)  # fmt: skip
def test_a_label_that_only_speaks_of_a_standard_kpi_is_none(label: str) -> None:
    assert meant(label) is None


@pytest.mark.parametrize(
    ("label", "formula"),
    [
        ("Campaign ROI", "sum(ads.revenue) / sum(ads.cost)"),
        ("营销活动 ROI", "sum(ads.revenue) / (sum(ads.cost) + sum(ads.print))"),
        ("ROMI", "avg(ads.revenue) / avg(ads.cost)"),
        ("Campaign ROI", "(sum(ads.revenue) - sum(ads.cost)) / sum(ads.revenue)"),
        ("Gross margin", "(sum(ads.revenue) - sum(ads.cost)) / sum(ads.cost)"),
        ("Gross margin", "sum(ads.revenue - ads.cost) / sum(ads.cost)"),
        ("NPS", "avg(ads.score)"),
        ("Win rate", "count(ads where won)"),
        ("CTR", "sum(ads.clicks)"),
        ("点击率", "sum(ads.clicks)"),
    ],
)
def test_a_formula_of_another_shape_than_the_standard_is_found(label: str, formula: str) -> None:
    assert said(SOURCE + kpi("a", label, formula), "C104") == [("a", f'"{label}"')]


@pytest.mark.parametrize(
    ("label", "formula"),
    [
        ("Campaign ROI", "(sum(ads.revenue) - sum(ads.cost)) / sum(ads.cost)"),
        ("Campaign ROI", "sum(ads.revenue) / sum(ads.cost) - 1"),
        ("Campaign ROI", "sum(ads.revenue - ads.cost - ads.print) / sum(ads.cost + ads.print)"),
        ("Campaign ROI", "sum(ads.profit) / sum(ads.cost)"),
        ("Campaign ROI", "avg(ads.roi)"),
        ("Campaign ROI", "growth(sum(ads.revenue))"),
        ("Gross margin", "1 - sum(ads.cost) / sum(ads.revenue)"),
        ("Gross margin", "sum(ads.profit) / sum(ads.revenue)"),
        ("Gross margin", "sum(ads.revenue) - sum(ads.cost)"),
        ("Availability", "share(ads where up)"),
        ("NPS", "share(ads where score >= 9) - share(ads where score <= 6)"),
        ("NPS", "share(ads where score >= 9) - share(ads where score <= 6 among score is not null)"),
        ("Average order value", "avg(ads.revenue)"),
        ("Average order value", "median(ads.revenue)"),
        ("First response time", "avg(ads.waited)"),
        ("First response time", "median(ads.waited)"),
        ("Customer churn", "count(ads where won)"),
        ("Retention rate", "1 - count(ads where won) / count(ads)"),
        ("CTR", "sum(ads.clicks) / sum(ads.shown)"),
    ],
)
def test_a_formula_of_the_same_shape_or_of_which_nothing_is_known_is_let_alone(label: str, formula: str) -> None:
    assert said(SOURCE + kpi("a", label, formula), "C104") == []


def test_a_project_may_keep_its_own_way_of_a_standard() -> None:
    text = SOURCE + kpi("a", "Campaign ROI", "sum(ads.revenue) / sum(ads.cost)")
    assert said(text, "C104", allow=["std.finance.roi"]) == []


# ---------------------------------------------------------------- C105


def test_a_parent_and_a_guard_out_of_use_are_found() -> None:
    gone = kpi("gone", "Gone", "count(cases)", "state deprecated")
    text = gone + kpi("a", "A", "count(orders)", "parent gone") + kpi("b", "B", "count(orders)", "guard gone")
    assert said(text, "C105") == [("a", "gone"), ("b", "gone")]


def test_the_one_that_took_its_place_is_put_there() -> None:
    text = kpi("old", "Old", "count(cases)", "state replaced by new") + kpi("new", "New", "count(orders)")
    text += kpi("a", "A", "old / 2")
    (found,) = lint(text, select=["C105"])
    assert kpi("a", "A", "new / 2") in mended(text, found)


# ---------------------------------------------------------------- C106


def test_a_source_that_links_lead_to_is_used() -> None:
    text = """
source shops from "shops.csv" { key shop  column city : text  collected "CRM" every day }
source sales_ from "sales.csv" {
  key sale  time sold_on  link shop -> shops  collected "Shop" every day
}
kpi a "A" { formula count(sales_) }
"""
    assert said(text, "C106") == []
    assert said(text.replace("link shop -> shops", ""), "C106") == [(None, "shops")]


def test_columns_are_looked_at_where_a_project_asks_for_that() -> None:
    text = 'source x from "x.csv" { key k  time t  column lonely : text }\nkpi a "A" { formula count(x) }'
    assert said(text, "C106", columns=True) == [(None, "lonely")]
    assert said(text, "C106") == []


def test_nothing_is_said_to_be_unused_while_a_kpi_cannot_be_read() -> None:
    text = 'owner lost "Lost" <lost@example.com>\nkpi a "A" { formula count(cases where) }'
    assert said(text, "C106") == []


# ---------------------------------------------------------------- templates


def test_a_finding_in_a_template_stands_where_it_is_filled_in() -> None:
    text = """
template solved_at(rows) "Solution time" { formula rows  unit percent }
kpi a is solved_at(rows: share(cases where solved)) { period month }
"""
    (found,) = lint(text, select=["C103"])
    assert (found.kpi, marked(found)) == ("a", "solved_at")
    assert [mark.span.text for mark in found.marks] == ["time"]


def test_a_kpi_filled_in_from_the_library_has_all_that_rules_ask_of_a_definition() -> None:
    text = (
        SOURCE
        + """
kpi a "Advertising win rate" is std.sales.win_rate(won: count(ads where won), decided: count(ads)) {
  target >= 30% for 2026  owner sales  goal loyalty
}
"""
    )
    codes = {each.code for each in lint(text, select=["S", "M", "T101", "C104"]) if each.kpi == "a"}
    assert codes == set()
    assert model(example=text.replace("owner sales  goal loyalty", "")).diagnostics == ()
