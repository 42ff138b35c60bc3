"""Traps for the rules on targets: what they must see and what they must let alone."""

from __future__ import annotations

import pytest

from kpilang.lint import LintSettings, RuleSettings
from tests.lint.support import codes, lint, marked, mended

SHARE = "formula share(cases where solved)  unit percent  direction higher  period month"
COUNT = "formula count(cases)  unit count  direction lower  period month"


def found(body: str, code: str, settings: LintSettings | None = None) -> list[str]:
    """The fields of one KPI that a rule points at."""
    chosen = settings or LintSettings(select=(code,))
    return [marked(each) for each in lint(f"kpi x {{\n{body}\n}}", chosen)]


# ---------------------------------------------------------------- A102


@pytest.mark.parametrize(
    "said", ["TBD", "as high as possible", "根据行业标准设定", "越高越好", "≥ 95% within 15 seconds"]
)
def test_a_target_in_words_is_found_with_its_words(said: str) -> None:
    assert found(f'{SHARE}\ntarget "{said}"', "A102") == [f'target "{said}"']


def test_words_in_accept_and_stretch_are_found_too() -> None:
    assert found(f'{SHARE}\ntarget >= 95% for 2026\naccept "nearly"\nstretch "all"', "A102") == [
        'accept "nearly"',
        'stretch "all"',
    ]


def test_words_that_are_a_number_are_rewritten_as_one() -> None:
    (one,) = lint(f'kpi x {{ {SHARE}\ntarget "≥ 98%" }}', LintSettings(select=("A102",)))
    assert one.help is not None
    assert "`target >= 98%`" in one.help.en


def test_a_number_in_another_unit_than_the_kpis_is_not_offered() -> None:
    (one,) = lint(f'kpi x {{ {COUNT}\ntarget "95%" }}', LintSettings(select=("A102",)))
    assert one.help is not None
    assert "`target <= … for …`" in one.help.en


# ---------------------------------------------------------------- A103


def test_the_baseline_tells_that_the_sign_is_wrong() -> None:
    text = f"kpi x {{\n{COUNT}\ntarget >= 400 for 2026\nbaseline 430 for 2025\n}}"
    (one,) = lint(text, select=["A103"])
    assert mended(text, one) == text.replace(">=", "<=")


def test_the_baseline_tells_that_the_direction_is_wrong() -> None:
    text = f"kpi x {{\n{SHARE.replace('higher', 'lower')}\ntarget >= 98% for 2026\nbaseline 96% for 2025\n}}"
    (one,) = lint(text, select=["A103"])
    assert mended(text, one) == text.replace("lower", "higher")


def test_without_baseline_nobody_knows_which_is_wrong() -> None:
    (one,) = lint(f"kpi x {{ {COUNT}\ntarget >= 400 for 2026 }}", select=["A103"])
    assert one.fixes == ()


@pytest.mark.parametrize("line", ["target = 400", "target 400", "target <= 400", "target < 400", 'target "few"'])
def test_a_line_on_the_side_of_the_direction_is_let_alone(line: str) -> None:
    assert found(f"{COUNT}\n{line}", "A103") == []


# ---------------------------------------------------------------- A104


@pytest.mark.parametrize(
    ("formula", "unit", "line"),
    [
        ("share(cases where solved among rating > 2)", "percent", "target >= 101%"),
        ("1 - share(cases where solved)", "percent", "target <= -1%"),
        ("count(cases where solved and rating = 5) / count(cases where solved)", "percent", "target >= 120%"),
        ("count(distinct orders.customer_id having count(orders) > 1) / count(distinct orders.customer_id)", "percent", "target > 100%"),
        ("100 * share(cases where solved)", "index", "target >= 101"),
        ("share(cases where rating >= 4) - share(cases where rating <= 2)", "percent", "target >= 120%"),
        ("median(cases.rating)", '"stars"', "target >= 6"),
        ("count(cases) / 12", "count", "target >= -1"),
        ("sum(cases.rating)", "count", "target >= -5"),
    ],
)  # fmt: skip
def test_a_value_beyond_what_the_formula_can_give_is_found(formula: str, unit: str, line: str) -> None:
    body = f"formula {formula}  unit {unit}  direction higher  period month\n{line} for 2026"
    assert found(body, "A104") == [f"{line} for 2026"]


@pytest.mark.parametrize(
    ("formula", "unit", "line"),
    [
        ("share(cases where solved)", "percent", "target >= 100%"),
        ("count(orders) / count(cases)", "percent", "target >= 250%"),
        ("count(orders where amount > 0 CNY) / count(orders where amount > 5 CNY)", "percent", "target >= 130%"),
        ('sum(orders.amount where customer_id = "a") / sum(orders.amount)', "percent", "target >= 110%"),
        ("growth(count(orders))", "percent", "target >= 300%"),
        ("sum(orders.amount)", "CNY", "target >= -100 CNY"),
        ("count(orders) - count(cases)", "count", "target >= -5"),
    ],
)  # fmt: skip
def test_a_value_that_the_formula_may_give_is_let_alone(formula: str, unit: str, line: str) -> None:
    body = f"formula {formula}  unit {unit}  direction higher  period month\n{line} for 2026"
    assert found(body, "A104") == []


# ---------------------------------------------------------------- A105, A106


def test_words_need_no_ground() -> None:
    assert found(f'{SHARE}\ntarget "TBD"', "A105") == []


def test_one_line_better_than_the_baseline_is_enough() -> None:
    assert found(f"{SHARE}\ntarget >= 90% for 2026-Q1\ntarget >= 97% for 2026-Q2\nbaseline 95% for 2025", "A106") == []


def test_a_guard_may_only_keep_its_level_but_not_fall() -> None:
    guarded = f"\nkpi y {{ {COUNT}\nguard x }}"
    for line, expected in (("target >= 95% for 2026", []), ("target >= 94% for 2026", ["A106"])):
        text = f"kpi x {{ {SHARE}\n{line}\nbaseline 95% for 2025 }}{guarded}"
        assert codes(text, select=["A106"]) == expected


def test_a_plan_is_a_bar_that_rises_by_itself() -> None:
    plan = 'source plan from "p.csv" { key m  time m each month  planned  column m : date  column n : integer }\n'
    body = "direction higher  period month  target >= 100% for 2026  baseline 102% for 2025"
    assert codes(f"{plan}kpi x {{ formula count(cases) / sum(plan.n)  unit percent  {body} }}", select=["A106"]) == []
    assert codes(f"kpi x {{ formula count(cases) / count(orders)  unit percent  {body} }}", select=["A106"]) == ["A106"]


def test_the_latest_of_several_baselines_counts() -> None:
    lines = "target >= 95% for 2026\nbaseline 96% for 2025\nbaseline 90% for 2024"
    assert found(f"{SHARE}\n{lines}", "A106") == ["target >= 95% for 2026"]


def test_a_baseline_in_another_unit_word_is_compared_by_amount() -> None:
    hours = "formula sum(orders.amount) / sum(orders.amount) * 1 hours  unit minutes  direction lower  period month"
    assert found(f"{hours}\ntarget <= 90 minutes for 2026\nbaseline 2 hours for 2025", "A106") == []
    assert found(f"{hours}\ntarget <= 130 minutes for 2026\nbaseline 2 hours for 2025", "A106") != []


# ---------------------------------------------------------------- A107, A108


@pytest.mark.parametrize(
    ("body", "leaps"),
    [
        (f"{SHARE}\ntarget >= 90% for 2026\nbaseline 12% for 2025", True),
        (f"{SHARE}\ntarget >= 24% for 2026\nbaseline 12% for 2025", False),
        (f"{SHARE}\ntarget >= 6% for 2026\nbaseline 1% for 2025", False),
        (f"{SHARE}\ntarget >= 6.1% for 2026\nbaseline 1% for 2025", True),
        (f"{SHARE}\ntarget >= 5% for 2026\nbaseline 90% for 2025", False),
        (f"{COUNT}\ntarget <= 0 for 2026\nbaseline 5 for 2025", False),
        (f"{COUNT}\ntarget <= 0 for 2026\nbaseline 400 for 2025", True),
        (f"{COUNT}\ntarget <= 110 by 2027-12 from 430 at 2025-12", False),
        (f"{COUNT}\ntarget <= 100 by 2027-12 from 430 at 2025-12", True),
    ],
)
def test_more_than_double_or_less_than_half_a_year_is_a_leap_but_for_small_steps(body: str, leaps: bool) -> None:
    assert bool(found(body, "A107")) is leaps


def test_the_limit_is_an_option() -> None:
    rules = {"A107": RuleSettings(options={"limit": 20})}
    body = f"{COUNT}\ntarget <= 300 for 2026\nbaseline 430 for 2025"
    assert found(body, "A107", LintSettings(select=("A107",), rules=rules)) == ["target <= 300 for 2026"]


def test_warnings_are_held_against_the_target_of_their_own_time() -> None:
    lines = "target >= 90% for 2026-H1\ntarget >= 96% for 2026-H2"
    assert found(f"{SHARE}\n{lines}\naccept >= 92% for 2026-H2", "A108") == []
    assert found(f"{SHARE}\n{lines}\naccept >= 92% for 2026-H1", "A108") == ["accept >= 92% for 2026-H1"]


def test_an_accept_beyond_the_target_is_mended_to_a_stretch_where_there_is_none() -> None:
    text = f"kpi x {{\n{SHARE}\ntarget >= 90% for 2026\naccept >= 95%\n}}"
    (one,) = lint(text, select=["A108"])
    assert mended(text, one) == text.replace("accept", "stretch")


# ---------------------------------------------------------------- targets that are computed, or for some rows only

PLAN = "source plan { time month each month  planned  column amount : money(CNY) }\n"
SPENT = "formula sum(orders.amount)  unit CNY  direction higher  period month"


@pytest.mark.parametrize(
    "lines",
    [
        "target sum(plan.amount)  accept sum(plan.amount) * 0.9",
        "target >= 5 CNY for 2025  target sum(plan.amount)",
        "target >= 1000000 CNY for 2026 in total  baseline 90000 CNY for 2025",
        "target + 5% on 2025 for 2026  accept >= 2000 CNY for 2026",
        "target + 5% on baseline for 2026  baseline 90000 CNY for 2025",
        "target >= 99999 CNY for 2026  accept >= 500000 CNY for 2026 in total  baseline 90000 CNY for 2025",
        'target >= 99 CNY for 2026  accept >= 999 CNY for 2026 where customer_id = "a"  baseline 90 CNY for 2025',
    ],
)
def test_what_is_computed_or_for_other_rows_is_not_held_against_the_numbers_of_ordinary_periods(lines: str) -> None:
    text = f"{PLAN}kpi x {{\n{SPENT}\n{lines}\n}}"
    assert [each.code for each in lint(text, LintSettings(select=("A1", "T1"), ignore=("T104",)))] == []


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ("target sum(plan.amount) for 2025", "T103"),
        ("target + 5% on baseline  baseline 90000 CNY for 2025", "T102"),
        ("target + 500% on baseline for 2026  baseline 90000 CNY for 2025", "A107"),
        ("target - 5% on baseline for 2026  baseline 90000 CNY for 2025", "A106"),
        ("target >= 90000 CNY for 2026 in total", "A105"),
    ],
)
def test_what_is_wrong_with_a_computed_target_is_told_all_the_same(lines: str, code: str) -> None:
    text = f"{PLAN}kpi x {{\n{SPENT}\n{lines}\n}}"
    assert [each.code for each in lint(text, LintSettings(select=(code,)))] == [code]


def test_a_plan_that_only_a_target_reads_is_used() -> None:
    text = f"{PLAN}kpi x {{\n{SPENT}\ntarget sum(plan.amount)\n}}"
    assert "`plan`" not in " ".join(each.message.en for each in lint(text, LintSettings(select=("C",))))


# ---------------------------------------------------------------- lives


OUTAGES = (
    'source outages "Outages" from "o.csv" { key id  lives began until ended  collected "Monitoring" every day }\n'
)


@pytest.mark.parametrize(("target", "marks"), [("120%", ["target >= 120%"]), ("99.5%", [])])
def test_no_more_time_is_held_than_the_period_has(target: str, marks: list[str]) -> None:
    formula = "formula alive_time(outages) / period_length  unit percent  direction higher  period month"
    text = f"{OUTAGES}kpi x {{ {formula}\ntarget >= {target} }}"
    assert [marked(each) for each in lint(text, LintSettings(select=("A104",)))] == marks
