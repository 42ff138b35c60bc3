"""What each rule sees and what it leaves alone, beyond the examples on its page."""

from __future__ import annotations

import pytest

from kpilang.diagnostics import Severity
from kpilang.lint import LintSettings, RuleSettings, run
from kpilang.lint.stage import AS_OF, STAGE
from tests.lint.support import codes, lint, marked, mended, model, the_first_rules

pytestmark = pytest.mark.usefixtures(the_first_rules.__name__)

WHOLE = """
kpi orders_placed "Orders placed" {
  formula    count(orders)
  unit       count
  direction  higher
  period     month
  target     >= 5000 for 2026
  owner      sales
  goal       loyalty
}
"""


def without(word: str) -> str:
    return "\n".join(line for line in WHOLE.split("\n") if not line.strip().startswith(word))


# ---------------------------------------------------------------- what is missing


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("formula", "M101"),
        ("unit", "M102"),
        ("direction", "M103"),
        ("period", "T101"),
        ("target", "A101"),
        ("owner", "O101"),
        ("goal", "R101"),
    ],
)
def test_a_missing_field_is_one_finding_at_the_kpis_name(word: str, code: str) -> None:
    (found,) = lint(without(word))
    assert (found.code, marked(found), found.kpi) == (code, "orders_placed", "orders_placed")
    assert "`orders_placed`" in found.message.en


@pytest.mark.parametrize("word", ["unit count", "direction higher", "period month", "owner sales", "goal loyalty"])
def test_a_default_of_the_file_counts(word: str) -> None:
    assert codes(f"defaults {{ {word} }}\n{without(word.split(maxsplit=1)[0])}") == []


@pytest.mark.parametrize("word", ["formula", "unit", "direction", "period", "target", "owner", "goal"])
def test_a_field_that_could_not_be_read_is_not_missing(word: str) -> None:
    broken = WHOLE.replace(f"  {word} ", f"  {word} ) ")
    assert model(stage=STAGE, example=broken).diagnostics
    assert codes(broken) == []


def test_a_default_that_could_not_be_read_is_not_missing() -> None:
    assert codes(f"defaults {{\n  owner )\n}}\n{without('owner')}") == []


def test_a_kpi_with_a_wrong_formula_still_needs_an_owner() -> None:
    text = without("owner").replace("count(orders)", "sum(orders.amunt)")
    assert model(stage=STAGE, example=text).diagnostics
    assert codes(text) == ["O101"]


def test_a_name_that_is_not_declared_is_no_missing_field() -> None:
    assert codes(WHOLE.replace("loyalty", "royalty").replace("owner      sales", "owner  salse")) == []


def test_a_target_in_words_is_a_target() -> None:
    assert codes(WHOLE.replace(">= 5000 for 2026", '"industry standard"')) == []


@pytest.mark.parametrize("state", ["draft", "deprecated", "replaced by revenue"])
def test_only_an_active_kpi_needs_a_target(state: str) -> None:
    other = WHOLE.replace("orders_placed", "revenue").replace("Orders placed", "Revenue")
    assert codes(f"{without('target').replace('}', f'  state {state}')}}}\n{other}") == []


def test_the_target_line_to_write_has_the_direction_and_unit_of_the_kpi() -> None:
    def line(unit: str, direction: str, formula: str) -> str:
        text = f"kpi x {{ formula {formula}  unit {unit}  direction {direction} }}"
        (found,) = lint(text, select=["A101"])
        assert found.help is not None
        return found.help.en.split("`")[1]

    assert line("percent", "higher", "share(cases where solved)") == "target >= …% for …"
    assert line("percent", "within", "share(cases where solved)") == "target …% .. …% for …"
    assert line("CNY", "lower", "sum(orders.amount)") == "target <= … CNY for …"
    assert line("count", "higher", "count(orders)") == "target >= … for …"


def test_help_lists_the_names_that_are_declared() -> None:
    (owner,) = lint(without("owner"))
    (goal,) = lint(without("goal"))
    assert owner.help is not None
    assert goal.help is not None
    assert owner.help.en.endswith("declared owners: `support`, `sales`")
    assert goal.help.en.endswith("declared goals: `loyalty`")


def test_help_says_how_to_declare_a_first_owner_and_goal() -> None:
    found = {each.code: each.help.en for each in run(model(alone="kpi x { }"), AS_OF).findings if each.help}
    assert 'owner NAME "Title" <address>' in found["O101"]
    assert 'goal NAME "…" { owner …  for 2026 }' in found["R101"]


def test_a_draft_without_formula_is_a_warning() -> None:
    (found,) = lint(without("formula").replace("}", "  state draft\n}"))
    assert (found.code, found.severity) == ("M101", Severity.WARNING)


# ---------------------------------------------------------------- fixes


@pytest.mark.parametrize(
    ("formula", "unit"),
    [("count(orders)", "count"), ("sum(orders.amount)", "CNY"), ("count(distinct orders.customer_id)", "count")],
)
def test_a_missing_unit_is_written_where_the_formula_tells_it(formula: str, unit: str) -> None:
    text = f"kpi x {{\n  formula {formula}  # rows\n}}\n"
    (found,) = lint(text, select=["M102"])
    assert mended(text, found) == f"kpi x {{\n  formula {formula}  # rows\n  unit {unit}\n}}\n"
    assert found.fixes[0].safe


@pytest.mark.parametrize("formula", ["share(cases where solved)", "count(cases) / count(orders)", "sum(orders.amunt)"])
def test_a_unit_that_is_a_choice_is_left_to_the_user(formula: str) -> None:
    (found,) = lint(f"kpi x {{ formula {formula} }}", select=["M102"])
    assert found.fixes == ()
    assert found.help is not None
    assert "`unit percent`" in found.help.en or "percent, ratio, count" in found.help.en


@pytest.mark.parametrize(
    ("target", "direction"),
    [("<= 5", "lower"), ("< 5", "lower"), (">= 5", "higher"), ("> 5", "higher"), ("2 .. 4", "within")],
)
def test_a_missing_direction_is_written_as_the_target_has_it(target: str, direction: str) -> None:
    text = f"kpi x {{ formula count(orders)  target {target} }}"
    (found,) = lint(text, select=["M103"])
    assert mended(text, found) == f"kpi x {{ formula count(orders)  target {target} direction {direction} }}"


@pytest.mark.parametrize("target", ["target 5", 'target "many"', "target >= 5 for 2025  target <= 9 for 2026", ""])
def test_a_direction_that_no_target_tells_is_left_to_the_user(target: str) -> None:
    (found,) = lint(f"kpi x {{ {target} }}", select=["M103"])
    assert found.fixes == ()


def test_a_fix_keeps_the_line_ends_of_the_file() -> None:
    text = "kpi x {\r\n  formula count(orders)\r\n  target >= 5 for 2026\r\n}\r\n"
    (found,) = lint(text, select=["M103"])
    assert mended(text, found) == text.replace("2026\r\n", "2026\r\n  direction higher\r\n")


def test_a_fix_finds_its_place_in_a_kpi_without_fields_of_its_own() -> None:
    text = "defaults { target >= 5 for 2026 }\nkpi x { }\n"
    (found,) = lint(text, select=["M103"])
    assert "kpi x {  direction higher }" in mended(text, found)


# ---------------------------------------------------------------- owners


@pytest.mark.parametrize(
    "owner",
    [
        "everyone", "everybody", "all", "team", "TBD", "nobody", "全员", "所有人", "大家", "待定", "无",
        '"N/A"', '"n.a."', '"Everyone"', '"the team"', '"T.B.D."', '"to be decided"', '"全体员工"', '"待定。"', '"?"', '"ALL  STAFF"',
    ],
)  # fmt: skip
def test_everyone_and_nobody_are_no_owner(owner: str) -> None:
    (found,) = lint(WHOLE.replace("owner      sales", f"owner {owner}"))
    assert (found.code, marked(found), found.kpi) == ("O102", owner, "orders_placed")
    assert found.label is not None
    assert "everyone" in found.label.en


def test_a_text_is_no_owner() -> None:
    (found,) = lint(WHOLE.replace("owner      sales", 'owner "Jane from {sales}"'))
    assert (found.code, marked(found), found.fixes) == ("O102", '"Jane from {sales}"', ())
    assert "Jane from {sales}" in found.message.en


@pytest.mark.parametrize("said", ["sales", "Head of Sales", "head of sales", "sales@example.com"])
def test_a_text_that_names_a_declared_owner_is_mended(said: str) -> None:
    text = WHOLE.replace("owner      sales", f'owner "{said}"')
    (found,) = lint(text)
    assert mended(text, found) == WHOLE.replace("owner      sales", "owner sales")


def test_a_list_is_no_owner_even_where_all_are_declared() -> None:
    (found,) = lint(WHOLE.replace("owner      sales", "owner sales, support"))
    assert (found.code, marked(found)) == ("O102", "sales, support")
    assert found.label is not None
    assert found.label.zh == "列了 2 个负责人，而只能由一个人负责"


def test_a_declared_owner_that_is_everyone_is_found_once_where_it_is_declared() -> None:
    declared = 'owner shop "全体员工" <all@example.com>\n'
    (found,) = lint(declared + WHOLE.replace("owner      sales", "owner shop"))
    assert found.span is not None
    assert (found.code, marked(found), found.span.start) == ("O102", "shop", declared.index("shop"))


def test_a_declared_owner_of_such_a_name_with_title_and_address_is_one() -> None:
    declared = 'owner team "Lead of the team" <lead@example.com>\n'
    assert codes(declared + WHOLE.replace("owner      sales", "owner team")) == []


def test_a_goal_needs_one_owner_too() -> None:
    (found,) = lint('goal growth "Growth" { owner everyone }')
    assert (found.code, marked(found), found.kpi) == ("O102", "everyone", None)
    assert "`growth`" in found.message.en


def test_an_owner_in_the_defaults_is_reported_once_and_there() -> None:
    text = f"defaults {{ owner everyone }}\n{without('owner')}{without('owner').replace('orders_placed', 'more')}"
    (found,) = lint(text)
    assert (found.code, marked(found), found.kpi) == ("O102", "everyone", None)


def test_a_project_can_name_more_nobodies_and_allow_some() -> None:
    rules = {"O102": RuleSettings(options={"names": ["Head office"], "allow": ["team"]})}
    settings = LintSettings(select=("O102",), rules=rules)
    found = lint('kpi a { owner "head office" }  kpi b { owner team }', settings)
    assert [each.kpi for each in found] == ["a"]
    assert found[0].label is not None
    assert "everyone" in found[0].label.en


# ---------------------------------------------------------------- wording


def test_the_vague_word_is_what_is_marked() -> None:
    (found,) = lint('kpi x "Revenue" zh "持续提升收入" { }', select=["S101"])
    assert marked(found) == "提升"
    (found,) = lint("kpi improve_service_quality { }", select=["S"])
    assert (found.code, marked(found)) == ("S101", "improve")
    (found,) = lint("kpi service_quality { }", select=["S"])
    assert (found.code, marked(found)) == ("S102", "quality")


def test_a_label_with_escapes_is_marked_as_a_whole() -> None:
    (found,) = lint(r'kpi x "Improve \"service\" quality" { }', select=["S101"])
    assert marked(found) == r'"Improve \"service\" quality"'


def test_a_name_with_braces_is_said_as_it_is() -> None:
    (found,) = lint('kpi x "Improve {service} quality" { }', select=["S101"])
    assert "“Improve {service} quality”" in found.message.en


def test_the_mend_is_written_for_the_users_own_line() -> None:
    (found,) = lint('kpi x "Continuously improve service quality" { }', select=["S101"])
    assert found.help is not None
    assert found.help.en == "say instead: `service quality from … to … by …`"
    assert found.help.zh == "改写为：`service quality 从 … 到 …，截至 …`"


def test_the_mend_takes_what_the_kpi_says_already() -> None:
    text = 'kpi x "提升服务质量" { target >= 80% by 2026-12 from 60% at 2025-12 }'
    (found,) = lint(text, select=["S101"])
    assert found.help is not None
    assert found.help.zh == "改写为：`服务质量从 60% 到 80%，截至 2026-12`"
    text = 'kpi x "提升服务质量" { target >= 80% for 2026  baseline 55% }'
    (found,) = lint(text, select=["S101"])
    assert found.help is not None
    assert found.help.zh == "改写为：`服务质量从 55% 到 80%，截至 2026`"


def test_what_may_tell_what_a_kpi_is_for() -> None:
    def what(text: str) -> list[str]:
        return codes(f'kpi x "Orders" {{ what "{text}" }}', select=["S101"])

    assert what("Improve service quality.") == ["S101"]
    assert what("提升服务质量。") == ["S101"]
    assert what("不断优化用户体验") == ["S101"]
    assert what("Orders placed, which shows whether the shop improves.") == []
    assert what("Increase in sales over the year before.") == []
    assert what("Share of visits that led to an order; to improve, simplify the checkout.") == []
    assert what("优化建议被采纳的比例。") == []
    assert what("增加的订单数。") == []
    assert what("下单数，用来判断流程是否改善。") == []


def test_a_target_in_words_that_only_wishes_is_vague() -> None:
    def target(text: str) -> list[str]:
        return codes(f'kpi x "Orders" {{ target "{text}" }}', select=["S101"])

    assert target("increase steadily") == ["S101"]
    assert target("逐步提升") == ["S101"]
    assert target("increase by 20%") == []
    assert target("提升20%") == []
    assert target("set by industry standard") == []


def test_a_goal_may_wish_where_a_kpi_with_a_target_measures_it() -> None:
    goal = 'goal service "Improve service quality" { for 2026 }\n'
    (found,) = lint(goal, select=["S101"])
    assert marked(found) == "Improve"
    assert found.help is not None
    assert "`service quality from … to … by 2026`" in found.help.en
    assert codes(f"{goal}kpi x {{ goal service }}", select=["S101"]) == ["S101"]
    assert codes(f'{goal}kpi x {{ goal service  target "TBD" }}', select=["S101"]) == ["S101"]
    assert codes(f"{goal}kpi x {{ goal service  target >= 5 }}", select=["S101"]) == []


def test_a_goal_is_measured_by_what_measures_the_goals_below_it() -> None:
    text = """
goal company "提升用户活跃度" { for 2026 }
goal community "社区运营" { parent company }
kpi replies "回复量" { goal community  target >= 500 }
"""
    assert codes(text, select=["S101"]) == []
    assert codes(text.replace("parent company", ""), select=["S101"]) == ["S101"]


def test_goals_in_a_circle_end_no_run() -> None:
    text = 'goal a "Improve a" { parent b }  goal b "Improve b" { parent a }'
    assert codes(text, select=["S101"]) == ["S101", "S101"]


def test_a_project_can_extend_the_words_and_let_some_alone() -> None:
    options = {"words": ["revamp", "焕新"], "allow": ["boost", "改善"]}
    settings = LintSettings(select=("S101",), rules={"S101": RuleSettings(options=options)})
    text = 'kpi a "Revamp service" { }  kpi b "品牌焕新" { }  kpi c "Boost orders" { }  kpi d "改善服务" { }'
    assert [each.kpi for each in lint(text, settings)] == ["a", "b"]


def test_a_project_can_settle_its_qualities_and_quantities() -> None:
    options = {"qualities": ["hygge", "范儿"], "quantities": ["gauge", "指针"], "allow": ["team spirit"]}
    settings = LintSettings(select=("S102",), rules={"S102": RuleSettings(options=options)})
    text = """
kpi a "Office hygge" { }  kpi b "品牌范儿" { }
kpi c "Gauge of service quality" { }  kpi d "服务质量指针性能" { }  kpi e "Team Spirit" { }
"""
    assert [each.kpi for each in lint(text, settings)] == ["a", "b"]


def test_names_are_listed_as_each_language_lists_them() -> None:
    text = 'owner a "A" <a@x.cn>  owner b "B" <b@x.cn>  kpi k "Orders" { }'
    (found,) = lint(text, LintSettings(select=("O101",)))
    assert found.help is not None
    assert found.help.en.endswith("declared owners: `support`, `sales`, `a`, `b`")
    assert found.help.zh.endswith("已声明的负责人：`support`、`sales`、`a`、`b`")
