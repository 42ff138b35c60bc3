"""Wording is read from any text without harm."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpilang.lint import wording

PIECES = [
    "improve", "Improve", "service", "quality", "rate", "of", "and", "(", ")", "（", "）", "提升", "的", "服务", "质量", "率", " ", "20%", "2026",
    "情况", "。", "İ", "ß", "'", "-", "to", "/", "不断", "优化", "建议",
]  # fmt: skip
TEXTS = st.one_of(st.text(max_size=60), st.lists(st.sampled_from(PIECES), max_size=12).map("".join))


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_whatever_is_marked_stands_in_the_text(text: str) -> None:
    found = wording.wish(text)
    spot = wording.quality(text)
    for place in (spot, (found.start, found.end) if found else None):
        assert place is None or 0 <= place[0] < place[1] <= len(text)
        assert place is None or text[place[0] : place[1]].strip()


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_what_is_left_of_a_wish_is_part_of_the_users_words(text: str) -> None:
    found = wording.wish(text)
    if found:
        assert all(letter in text for letter in found.subject if letter != " ")


@pytest.mark.parametrize(
    "text",
    [
        "up to 45",
        "by 20%",
        "300 元",
        "提升 2 个百分点",
        "翻番",
        "三成",
        "by half",
        "不低于 98",
        "≥80",
        "2026 年达到 5%",
        "$5",
        "12次",
    ],
)
def test_a_number_to_reach_is_a_measure(text: str) -> None:
    assert wording.measured(text)


@pytest.mark.parametrize(
    "text",
    [
        "2026",
        "in 2026-Q4",
        "by 2026",
        "FY2026",
        "Q3",
        "2026年12月",
        "截至2026年",
        "ISO 9001",
        "top 3 products",
        "second half results",
        "",
    ],
)
def test_a_date_or_a_name_with_digits_is_no_measure(text: str) -> None:
    assert not wording.measured(text)


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("Improve service quality", "service quality"),
        ("Continuously improve and optimise the customer service.", "customer service"),
        ("Service quality improvement in 2026", "Service quality"),
        ("Improvement", ""),
        ("提升服务质量", "服务质量"),
        ("进一步提升服务质量。", "服务质量"),
        ("2026年不断加强和改善员工的素质", "员工的素质"),
        ("客单价提升", "客单价"),
    ],
)
def test_the_subject_of_a_wish_is_what_it_is_about(text: str, subject: str) -> None:
    found = wording.wish(text)
    assert found is not None
    assert found.subject == subject


@pytest.mark.parametrize(
    "text", ["((((" * 5000, "提升" * 5000, " " * 20000 + "x", "一" * 20000, "to " * 20000, "improve " * 5000]
)
def test_a_very_long_text_is_read_as_far_as_it_matters(text: str) -> None:
    found = wording.wish(text)
    assert found is None or found.end <= 400
