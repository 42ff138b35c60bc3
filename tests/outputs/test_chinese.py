"""Chinese sentences: a space parts Chinese from Latin words and numbers, whatever fills a place in them."""

import pytest

from kpilang.text import Text


@pytest.mark.parametrize(
    ("template", "value", "expected"),
    [
        ("公式的结果是{x}，而", "CNY", "公式的结果是 CNY，而"),
        ("`training` 是{x}", Text("a KPI", "KPI"), "`training` 是 KPI"),
        ("公式的结果是{x}，而", Text("a date", "日期"), "公式的结果是日期，而"),
        ("给{x}命名", "`churn`", "给 `churn` 命名"),
        ("共{x:,}条", 1200, "共 1,200 条"),
        ("{x}从 3 起", "NPS", "NPS 从 3 起"),
        ("{x}从 3 起", "满意度", "满意度从 3 起"),
        ("“{x}”只要", "NPS", "“NPS”只要"),
        ("共 {x} 条", 3, "共 3 条"),
    ],
)
def test_a_space_stands_where_chinese_meets_latin(template, value, expected):
    assert Text("{x}", template).fill(x=value).zh == expected


def test_what_people_wrote_is_not_respaced():
    assert Text("{x}", "标题是{x}").fill(x="NPS得分").zh == "标题是 NPS得分"


def test_english_is_left_as_it_is():
    assert Text("名称{x}", "名称{x}").fill(x="a").en == "名称a"
