"""Traps for the rules on time and owners."""

from __future__ import annotations

import datetime as dt

import pytest

from kpilang.diagnostics import Severity
from kpilang.lint import LintSettings, RuleSettings
from tests.lint.support import codes, lint, marked, mended

SHARE = "formula share(cases where solved)  unit percent  direction higher  period month"


def said(body: str, code: str, day: str = "2026-06-30") -> list[Severity]:
    found = lint(f"kpi x {{\n{body}\n}}", LintSettings(select=(code,)), dt.date.fromisoformat(day))
    return [each.severity for each in found]


def test_an_open_end_weighs_less_where_a_review_is_promised() -> None:
    assert said(f"{SHARE}\ntarget >= 95%", "T102") == [Severity.WARNING]
    assert said(f"{SHARE}\ntarget >= 95%\nreview every year", "T102") == [Severity.INFO]


def test_the_goal_tells_for_which_time_a_target_is() -> None:
    text = f"kpi x {{\n{SHARE}\ngoal loyalty\ntarget >= 95%\n}}"
    (one,) = lint(text, select=["T102"])
    assert mended(text, one) == text.replace("95%", "95% for 2026")


def test_words_have_no_end_to_miss() -> None:
    assert said(f'{SHARE}\ntarget "TBD"', "T102") == []
    assert said(f'{SHARE}\ntarget "TBD"', "T103", "2030-01-01") == []


@pytest.mark.parametrize(("day", "count"), [("2025-12-31", 0), ("2026-01-01", 1)])
def test_a_target_expires_on_the_day_after_its_last(day: str, count: int) -> None:
    assert len(said(f"{SHARE}\ntarget >= 95% for 2025", "T103", day)) == count


@pytest.mark.parametrize(("day", "count"), [("2026-03-01", 0), ("2026-12-31", 0), ("2027-01-01", 1)])
def test_what_is_due_by_a_period_is_held_to_for_a_year(day: str, count: int) -> None:
    assert len(said(f"{SHARE}\ntarget >= 95% by 2025-12", "T103", day)) == count


def test_a_kpi_that_is_over_needs_no_target_any_more() -> None:
    assert said(f"{SHARE}\ntarget >= 95% for 2025\nuntil 2025-12", "T103") == []


@pytest.mark.parametrize(("day", "count"), [("2026-06-30", 0), ("2026-07-01", 1)])
def test_a_review_is_overdue_when_the_period_after_the_last_one_is_over(day: str, count: int) -> None:
    assert len(said(f"{SHARE}\nreview every quarter last 2026-02-10", "T104", day)) == count


def test_a_review_without_a_last_date_is_not_overdue() -> None:
    assert said(f"{SHARE}\nreview every month", "T104", "2030-01-01") == []


def test_a_draft_needs_no_review_yet() -> None:
    assert said(f"{SHARE}\nstate draft", "T104") == []


@pytest.mark.parametrize(
    ("period", "count"), [("day", 1), ("week", 1), ("month", 0), ("fiscal quarter", 0), ("all", 0)]
)
def test_a_period_must_be_as_long_as_its_data_take(period: str, count: int) -> None:
    slow = 'source slow from "s.csv" { key a  time t  collected "Bank" every month }\n'
    text = f"{slow}kpi x {{ formula count(slow) / count(cases)  period {period} }}"
    assert codes(text, select=["T105"]) == ["T105"] * count


def test_reference_data_have_no_pace() -> None:
    prices = 'source prices from "p.csv" { key a  column price : money(CNY)  collected "Master data" every year }\n'
    assert codes(f"{prices}kpi x {{ formula sum(prices.price)  period month }}", select=["T105"]) == []


def test_one_who_is_nobody_is_not_asked_for_an_address_too() -> None:
    assert codes('owner crew "全员"', select=["O"]) == ["O102"]


def test_a_goal_of_a_declared_nobody_is_found_at_the_declaration_alone() -> None:
    found = lint('owner crew "All staff" <all@example.com>\ngoal g "G" { owner crew }', select=["O102"])
    assert [each.span.start for each in found if each.span] == [6]


def test_an_owner_may_have_ten_kpis_unless_the_project_says_otherwise() -> None:
    head = 'owner desk "Lead of the desk" <desk@example.com>\n'
    ten, eleven = (head + "\n".join(f"kpi k{n} {{ owner desk }}" for n in range(count)) for count in (10, 11))
    strict = LintSettings(select=("O104",), rules={"O104": RuleSettings(options={"limit": 9})})
    assert (codes(ten, select=["O104"]), codes(eleven, select=["O104"])) == ([], ["O104"])
    assert codes(ten, strict) == ["O104"]


def test_an_owner_of_some_members_is_used_and_may_not_be_nobody() -> None:
    text = (
        'owner emea_ops "EMEA" <e@example.com>\n'
        'kpi x {\nformula sum(orders.amount)\nowner emea_ops where customer_id = "a"\nowner everyone where customer_id = "b"\n}'
    )
    assert "`emea_ops`" not in " ".join(each.message.en for each in lint(text, LintSettings(select=("C",))))
    assert [marked(each) for each in lint(text, LintSettings(select=("O102",)))] == ["everyone"]
