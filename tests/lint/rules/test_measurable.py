"""What the rules on being measurable see, and what they leave alone."""

from __future__ import annotations

import pytest

from kpilang.lint import LintSettings, RuleSettings
from kpilang.lint.part_of_whole import part_of, quotient
from kpilang.lint.wording import shares
from tests.lint.support import lint, marked, mended, model

SOURCES = """
source visits "Visits" from "visits.csv" {
  key       visit_id
  time      seen_on
  column    person : text
  column    channel : text
  column    minutes_on : number
  column    pages : integer
  column    bought : bool
  column    tested : bool
  column    done_on : date
  column    rate : percent(0..100)
  column    interest_rate : percent(0..100)
  collected "Web analytics" every day
}
source buys "Purchases" from "buys.csv" {
  key       buy_id
  link      visit_id -> visits as visit
  link      person -> people
  time      visit.seen_on
  column    paid : money(CNY)
  column    fx : number
  collected "Shop" every day
}
source people "People" from "people.csv" {
  key       person
  column    city : text
  collected "CRM" every day
}
source deals "Deals" from "deals.csv" {
  key       deal
  lives     opened_on until closed_on
  column    won : bool
  collected "CRM" every day
}
"""


def kpi(formula: str, *, name: str = "x", label: str = "Label", fields: str = "period month") -> str:
    return f'kpi {name} "{label}" {{ formula {formula}  {fields} }}\n'


def said(text: str, code: str, **settings: object) -> list[str]:
    """The places that a rule points at."""
    options = LintSettings(rules={code: RuleSettings(options=settings)}) if settings else LintSettings()
    return [marked(each) for each in lint(SOURCES + text, options, select=[code])]


# ---------------------------------------------------------------- the proof of part and whole


def proven(formula: str, before: str = "") -> bool:
    """Whether the numerator of a formula is shown to be part of its denominator."""
    found = model(x=SOURCES + before + kpi(formula))
    assert found.diagnostics == ()
    value = found.kpis["x"].formula
    assert value is not None
    sides = quotient(value)
    assert sides is not None
    return part_of(*sides, found.sources)


@pytest.mark.parametrize(
    "formula",
    [
        "share(visits where bought)",
        "share(visits where bought among tested)",
        "1 - share(visits where bought)",
        "count(visits where bought) / count(visits)",
        "count(visits where tested and bought) / count(visits where bought)",
        "count(visits where bought = true and tested) / count(visits where bought)",
        'count(visits where channel = "web") / count(visits where channel in ("web", "app"))',
        'count(visits where channel = "web") / count(visits where channel != "app")',
        'count(visits where channel in ("web", "app")) / count(visits where channel is not null)',
        'count(visits where not (channel = "web" or bought)) / count(visits where not (channel = "web" or bought) or tested)',
        "count(visits where pages > 5) / count(visits where pages >= 3)",
        "count(visits where pages > 5) / count(visits where pages > 5 or bought)",
        "count(visits where 5 < pages) / count(visits where pages > 5)",
        "count(visits where pages = 7) / count(visits where pages >= 3)",
        "count(visits where pages in 4 .. 6) / count(visits where pages >= 3)",
        "count(visits.done_on) / count(visits)",
        "count(visits where done_on is not null and bought) / count(visits.done_on where bought)",
        "count(distinct visits.person where bought) / count(distinct visits.person)",
        "count(distinct visits.person having count(visits) >= 3) / count(distinct visits.person having count(visits) >= 2)",
        "count(distinct visits.visit_id where bought) / count(visits)",
        "count(distinct buys.visit_id) / count(visits)",
        "count(distinct buys.visit_id where visit.bought) / count(visits where bought)",
        "count(distinct buys.person) / count(people)",
        "sum(visits.pages where bought) / sum(visits.pages)",
        "sum(if visits.bought then visits.pages else 0) / sum(visits.pages)",
        "sum(if visits.bought then 1 else 0) / count(visits)",
        "count(visits where bought) / (count(visits where bought) + count(buys))",
        "(count(visits where bought) + count(visits where not bought and tested)) / count(visits)",
        "(count(visits) - count(visits where bought)) / count(visits)",
        "count(deals where won on closed_on) / count(deals on closed_on)",
        "count(deals where won at closing) / count(deals at closing)",
        "coalesce(count(visits where bought), 0) / count(visits)",
        "round(count(visits where bought), 0) / count(visits)",
        "least(count(buys), count(visits)) / count(visits)",
        "previous(count(visits where bought)) / previous(count(visits))",
    ],
)  # fmt: skip
def test_a_part_is_shown_to_be_one(formula: str) -> None:
    assert proven(formula)


@pytest.mark.parametrize(
    "formula",
    [
        "count(buys) / count(visits)",
        "count(visits) / count(visits where bought)",
        "count(visits where tested) / count(visits where bought)",
        "count(visits where tested or bought) / count(visits where bought)",
        'count(visits where channel in ("web", "app")) / count(visits where channel = "web")',
        "count(visits where pages >= 3) / count(visits where pages > 3)",
        "count(visits where pages < 3) / count(visits where pages > 1)",
        'count(visits where channel != "app") / count(visits where channel is not null)',
        "count(visits where bought on done_on) / count(visits)",
        "count(deals where won at closing) / count(deals at opening)",
        "count(deals where won on closed_on) / count(deals on opened_on)",
        "count(distinct visits.person) / count(visits)",
        "count(distinct visits.person where bought having count(visits) < 3) / count(distinct visits.person having count(visits) < 3)",
        "count(distinct visits.person having count(visits) >= 2) / count(distinct visits.person having count(visits) >= 3)",
        "count(distinct buys.visit_id) / count(visits where bought)",
        "sum(visits.minutes_on where bought) / sum(visits.pages)",
        "(count(visits where bought) + count(visits where tested)) / count(visits)",
        "(count(distinct visits.person where bought) + count(distinct visits.person where not bought)) / count(distinct visits.person)",
        "(count(visits) + count(buys)) / count(visits)",
        "(count(visits) - count(buys)) / count(visits where bought)",
        "greatest(count(buys), count(visits)) / count(visits)",
        "count(visits where bought) / previous(count(visits))",
        "avg(visits.pages where bought) / avg(visits.pages)",
    ],
)  # fmt: skip
def test_what_may_be_more_than_the_whole_is_not_shown_to_be_part(formula: str) -> None:
    assert not proven(formula)


def test_used_kpis_are_looked_into() -> None:
    revenue = kpi("sum(buys.paid)", name="revenue")
    assert proven("(revenue where fx > 1) / revenue", revenue)
    assert not proven("revenue / (revenue where fx > 1)", revenue)


# ---------------------------------------------------------------- M107


@pytest.mark.parametrize(
    ("label", "word"),
    [
        ("Share of visits with a purchase", "Share of"),
        ("Web share", "share"),
        ("Order conversion rate", "conversion rate"),
        ("Conversion from trial to paid", "Conversion"),
        ("Portion of old stock", "Portion of"),
        ("订单转化率", "转化率"),
        ("线上收入占比", "占比"),
        ("Market share", None),
        ("Share price", None),
        ("Earnings per share", None),
        ("Growth of the share of web orders", None),
        ("Return on investment (ROI)", None),
        ("Gross margin", None),
        ("Conversion time", None),
        ("Plan attainment", None),
        ("市场占有率", None),
        ("运营成本占收入比", None),
        ("转化率提升", None),
        ("Satisfaction", None),
    ],
)
def test_the_label_says_whether_it_is_part_of_a_whole(label: str, word: str | None) -> None:
    assert shares.part(label) == word


def test_a_share_of_other_rows_is_told_where_the_unit_is_a_percent() -> None:
    formula = "count(buys) / count(visits)"
    assert said(kpi(formula, label="Conversion rate", fields="unit percent"), "M107") == ["count(buys)"]
    assert said(kpi(formula, label="Purchases per visit", fields="unit percent"), "M107") == []
    assert said(kpi("sum(buys.paid) / count(visits)", label="Web share", fields="unit CNY"), "M107") == []
    assert said(kpi(formula, label="Conversion rate", fields="unit percent"), "M107", allow=["conversion rate"]) == []
    assert said(kpi("growth(count(visits))", label="Web share", fields="unit percent"), "M107") == []


def test_a_share_that_is_read_from_another_kpi_is_shown_at_its_formula() -> None:
    text = kpi("count(buys) / count(visits)", name="other") + kpi("other", label="Web share", fields="unit percent")
    assert said(text, "M107") == ["other"]


# ---------------------------------------------------------------- M104


def test_a_source_that_could_not_be_read_whole_is_not_blamed() -> None:
    assert said('source s from "s.csv" { key a  collected ) }', "M104") == []


def test_the_message_says_what_is_missing() -> None:
    (found,) = lint('source s from "s.csv" { key a  collected "CRM" }', select=["M104"])
    assert found.message.en == "source `s` does not say how often the data are collected"
    (found,) = lint('source s from "s.csv" { key a }', select=["M104"])
    assert "which system" in found.message.en


def test_a_kpi_without_formula_may_name_its_source_in_a_field_of_its_own() -> None:
    assert said('kpi x "X" { unit count }', "M104") == ["x"]
    assert said('kpi x "X" { field data_source "CRM" }', "M104") == []
    assert said('kpi x "X" { field data_source "TBD" }', "M104") == ["x"]
    assert said('kpi x "X" { field origin "CRM" }', "M104", fields=["origin"]) == []


# ---------------------------------------------------------------- M105


@pytest.mark.parametrize(
    ("fields", "flagged"),
    [
        ("formula avg(visits.minutes_on)", True),
        ("formula avg(visits.pages)", True),
        ("formula avg(cases.rating)", False),
        ("formula count(visits)", False),
        ("formula sum(buys.paid)", False),
        ("formula avg(visits.minutes_on)  unit score 1..5", False),
        ('formula avg(visits.minutes_on)  what "The average score in the yearly survey."', False),
        ("formula avg(visits.nothing)", False),
        ('what "What the manager feels."', True),
        ('what "年度员工问卷的结果"', False),
    ],
)
def test_an_instrument_is_a_count_a_scale_or_a_survey(fields: str, flagged: bool) -> None:
    text = f'kpi x "Morale" {{ nature qualitative  {fields} }}'
    assert bool(said(text, "M105")) is flagged
    assert said(text.replace("qualitative", "quantitative"), "M105") == []


# ---------------------------------------------------------------- M106


@pytest.mark.parametrize(
    ("formula", "flagged"),
    [
        ("count(visits) + count(buys)", True),
        ("count(visits where bought) + count(visits where tested)", False),
        ("count(visits) + count(visits.done_on)", False),
        ("count(distinct visits.person) + count(distinct buys.person)", False),
        ("count(visits) - count(buys)", False),
        ("count(buys) / (count(buys) + count(visits))", False),
        ("(count(visits) + count(buys)) / count(people at closing)", False),
        ("(count(visits) + count(buys)) / count(visits)", True),
        ("sum(visits.minutes_on) + sum(visits.pages)", False),
        ("0.7 * count(visits) + 0.3 * count(buys)", False),
        ("sum(buys.paid) + sum(buys.paid where fx > 1)", False),
    ],
)
def test_counts_of_two_kinds_are_not_added(formula: str, flagged: bool) -> None:
    assert bool(said(kpi(formula), "M106")) is flagged


def test_the_option_names_what_is_of_one_kind() -> None:
    assert said(kpi("count(visits) + count(buys)"), "M106", same=["visits", "buys"]) == []


@pytest.mark.parametrize(
    ("names", "flagged"),
    [
        ("web_orders shop_orders", False),
        ("employees contractors", False),
        ("likes comments", False),
        ("calls chats", False),
        ("views likes", True),
        ("tickets visits", True),
        ("北区订单 南区订单", False),
        ("员工 外包", False),
        ("点赞 评论", False),
        ("浏览 点赞", True),
    ],
)
def test_names_tell_what_is_counted(names: str, flagged: bool) -> None:
    one, other = names.split()
    sources = "".join(f'source {name} from "a.csv" {{ key a  time b }}\n' for name in (one, other))
    assert bool(said(f"{sources}{kpi(f'count({one}) + count({other})')}", "M106")) is flagged


# ---------------------------------------------------------------- M108


@pytest.mark.parametrize(
    ("formula", "flagged"),
    [
        ("avg(visits.minutes_on / visits.pages)", True),
        ("avg(visits.minutes_on / 60)", False),
        ("avg(visits.minutes_on / visits.pages weight visits.pages)", False),
        ("avg(buys.paid / buys.fx)", False),
        ("avg(buys.paid / buys.visit.pages)", False),
        ("median(visits.minutes_on / visits.pages)", False),
        ("avg(visits.rate)", True),
        ("avg(visits.rate weight visits.pages)", False),
        ("avg(visits.interest_rate)", False),
        ("avg(visits.pages)", False),
        ("avg((visits.done_on - visits.seen_on) / 1 day)", False),
        ("sum(visits.minutes_on) / sum(visits.pages)", False),
        ("(count(visits) + previous(count(visits))) / 2", False),
    ],
)
def test_ratios_of_rows_are_not_averaged(formula: str, flagged: bool) -> None:

    text = SOURCES.replace("column    person : text", "column    person : text\n  column    seen_on : date", 1)

    assert bool([each for each in lint(text + kpi(formula), select=["M108"]) if each.kpi == "x"]) is flagged


def test_a_mean_over_periods_is_told_whatever_the_number() -> None:
    share = kpi("share(visits where bought)", name="bought")
    assert said(share + kpi("(bought + previous(bought, 1 month) + previous(bought, 2 months)) / 3"), "M108") != []
    assert said(share + kpi("(bought + previous(bought)) / 3"), "M108") == []
    other = kpi("share(visits where tested)", name="tried")
    assert said(share + other + kpi("(bought + tried) / 2"), "M108") == []


def test_the_fix_divides_the_sums_with_the_same_filter() -> None:
    text = SOURCES + kpi("100 * avg(visits.minutes_on / visits.pages where bought and pages > 0)")
    (found,) = lint(text, select=["M108"])
    whole = "100 * (sum(visits.minutes_on where bought and pages > 0) / sum(visits.pages where bought and pages > 0))"
    assert mended(text, found) == SOURCES + kpi(whole)
    assert not found.fixes[0].safe


# ---------------------------------------------------------------- M109


@pytest.mark.parametrize(
    ("denominator", "period", "flagged"),
    [
        ('count(visits where channel = "web" and bought and tested and pages > 5)', "month", True),
        ('count(visits where channel = "web" and bought and tested)', "month", False),
        ('count(visits where channel = "web" and bought and tested)', "day", True),
        ('count(visits where channel != "web" and not bought and not tested and pages is not null)', "day", False),
        ('count(visits where channel in ("web", "app", "tv") and bought)', "day", False),
        ('count(visits where visit_id = "7")', "year", True),
        ('count(buys where visit.visit_id = "7")', "year", True),
        ('(count(visits where visit_id = "7") + count(buys))', "year", False),
        ('greatest(count(visits where visit_id = "7"), 1)', "year", False),
        ("7", "day", False),
    ],
)
def test_a_narrow_filter_below_the_line_is_told(denominator: str, period: str, flagged: bool) -> None:
    assert bool(said(kpi(f"count(buys) / {denominator}", fields=f"period {period}"), "M109")) is flagged


def test_a_share_among_few_is_told_and_one_that_is_asked_about_first_is_not() -> None:
    assert said(kpi('share(visits where bought among visit_id = "7")'), "M109") != []
    one = 'count(visits where visit_id = "7")'
    assert said(kpi(f"if {one} = 0 then 0 else count(buys) / {one}"), "M109") == []


# ---------------------------------------------------------------- M110


@pytest.mark.parametrize(
    ("formula", "place"),
    [
        ("round(sum(visits.pages), 0) / count(visits)", "round(sum(visits.pages), 0)"),
        ("count(visits) / round(count(buys) / 10)", "round(count(buys) / 10)"),
        ("if round(avg(visits.pages), 1) > 3 then 1 else 0", "round(avg(visits.pages), 1)"),
        ("count(visits where round(minutes_on, 0) <= 5)", "round(minutes_on, 0)"),
        ("growth(round(count(visits), -1))", "round(count(visits), -1)"),
        ("round(count(visits) / count(buys), 2)", None),
        ("sum(round(buys.paid * 0.13, 2)) / sum(buys.paid)", None),
        ("round(count(visits), -1) + round(count(buys), -1)", None),
        ("round(2.5) / count(buys)", None),
    ],
)
def test_rounding_is_told_before_a_quotient_or_comparison(formula: str, place: str | None) -> None:
    assert said(kpi(formula), "M110") == ([place] if place else [])


def test_the_fix_leaves_the_rounding_out() -> None:
    text = SOURCES + kpi("count(visits) / round(count(buys) / 10, 1)")
    (found,) = lint(text, select=["M110"])
    assert mended(text, found) == SOURCES + kpi("count(visits) / (count(buys) / 10)")


# ---------------------------------------------------------------- M111


@pytest.mark.parametrize(
    ("formula", "fields", "flagged"),
    [
        ("count(people)", "period month", True),
        ("count(people)", "period all", False),
        ("count(people)", "", False),
        ("count(distinct people.city)", "period year", True),
        ("sum(buys.paid) / count(people)", "period month", True),
        ("count(visits)", "period month", False),
        ("count(deals at closing)", "period month", False),
        ('count(buys where people.city = "X")', "period month", False),
    ],
)  # fmt: skip
def test_a_count_without_time_is_told_in_a_kpi_with_a_period(formula: str, fields: str, flagged: bool) -> None:
    assert bool(said(kpi(formula, fields=fields), "M111")) is flagged


def test_a_used_kpi_is_blamed_itself_unless_it_has_no_period() -> None:
    of_month = kpi("count(people)", name="people_count")
    assert [each.kpi for each in lint(SOURCES + of_month + kpi("people_count / 2"), select=["M111"])] == [
        "people_count"
    ]
    of_all = kpi("count(people)", name="people_count", fields="period all")
    assert [each.kpi for each in lint(SOURCES + of_all + kpi("people_count / 2"), select=["M111"])] == ["x"]
