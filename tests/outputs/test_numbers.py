"""Numbers in their unit: what people are shown, and that it is the value."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpilang.model.types import PLAIN, Unit
from kpilang.outputs.numbers import PLACES, even, show, show_change, show_exact, show_written

PERCENT = Unit(form="percent", name="percent")
POINTS = Unit(form="points", name="points")
COUNT = Unit(name="count")
SECONDS = {
    "milliseconds": Fraction(1, 1000),
    "seconds": 1,
    "minutes": 60,
    "hours": 3600,
    "days": 86400,
    "weeks": 604800,
}


def money(code, per=None):
    return Unit(((code, 1),), name=f"{code} per {per}" if per else code)


def duration(word, per=None):
    return Unit((("time", 1),), Fraction(SECONDS[word]), name=f"{word} per {per}" if per else word)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("0.124", "12.4 %"),
        ("0.12449", "12.4 %"),
        ("0.1245", "12.5 %"),
        ("-0.1245", "-12.5 %"),
        ("0.6", "60.0 %"),
        ("0", "0.0 %"),
        ("1", "100.0 %"),
        ("1.2345", "123.5 %"),
        ("12.5", "1,250.0 %"),
        ("0.0125", "1.3 %"),
        ("0.00125", "0.13 %"),
        ("0.00817", "0.82 %"),
        ("0.005", "0.5 %"),
        ("0.000012", "0.0012 %"),
        ("0.333333333333", "33.3 %"),
        ("0.0993", "9.9 %"),
        ("0.09999", "10.0 %"),
        ("0.975", "97.5 %"),
        ("0.9912", "99.12 %"),
        ("0.9995", "99.95 %"),
        ("0.99999", "99.999 %"),
        ("1.0004", "100.04 %"),
        ("0.00000000000001", "1.0e-12 %"),
    ],
)
def test_percent_is_a_ratio_times_a_hundred(value, text):
    assert show(Decimal(value), PERCENT, "en") == text
    assert show(Decimal(value), PERCENT, "zh") == text


@pytest.mark.parametrize(
    ("values", "unit", "shown"),
    [
        (["0.824", "0.00817", "0.8"], PERCENT, ["82.4 %", "0.8 %", "80.0 %"]),
        (["0.00817", "0.005"], PERCENT, ["0.82 %", "0.50 %"]),
        (["0.824", "0.0004"], PERCENT, ["82.4 %", "0.04 %"]),
        (["0.9997", "0.9962"], PERCENT, ["99.97 %", "99.6 %"]),
        (["0", "0.25"], PERCENT, ["0.0 %", "25.0 %"]),
        (["-0.0385", "-0.00539", "0.004"], POINTS, ["-3.9 points", "-0.5 points", "0.4 points"]),
        (["10", "12.5", "9.87"], None, ["10.0", "12.5", "9.9"]),
        (["12", "10.5"], None, ["12.0", "10.5"]),
        (["3", "1200"], COUNT, ["3", "1,200"]),
        (["0.98", "1.25"], Unit(form="own", name="times"), ["0.98 times", "1.25 times"]),
        (["1203.5", "3"], Unit((("CNY", 1),), name="CNY"), ["¥1,203.50", "¥3.00"]),
        (["90", "30"], Unit((("time", 1),), Fraction(60), name="minutes"), ["1 h 30 min", "30 min"]),
        ([], PERCENT, []),
    ],
)
def test_a_column_of_one_kpi_looks_even_and_shows_nothing_but_0_as_0(values, unit, shown):
    numbers = [Decimal(value) for value in values]
    places = even(numbers, unit)
    assert [show(number, unit, "en", places) for number in numbers] == shown


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        ("0.8", PERCENT, "80 %"),
        ("0.825", PERCENT, "82.5 %"),
        ("0.0001", PERCENT, "0.01 %"),
        ("-0.05", POINTS, "-5 points"),
        ("12000000", Unit((("CNY", 1),), name="CNY"), "¥12,000,000"),
        ("4.5", Unit((("USD", 1),), name="USD"), "$4.50"),
        ("182.1", COUNT, "182.1"),
        ("0", PERCENT, "0 %"),
        ("24", Unit((("time", 1),), Fraction(3600), name="hours"), "24 h"),
        ("0.333333333333", PERCENT, "33.3 %"),
    ],
)
def test_a_target_is_shown_with_the_decimals_it_was_written_with(value, unit, text):
    assert show_written(Decimal(value), unit, "en") == text


@pytest.mark.parametrize(
    ("value", "en", "zh"),
    [
        ("0.02", "2.0 points", "2.0 个百分点"),
        ("-0.025", "-2.5 points", "-2.5 个百分点"),
        ("0.42", "42.0 points", "42.0 个百分点"),
        ("0", "0.0 points", "0.0 个百分点"),
    ],
)
def test_points_have_no_forced_sign(value, en, zh):
    assert show(Decimal(value), POINTS, "en") == en
    assert show(Decimal(value), POINTS, "zh") == zh


@pytest.mark.parametrize(
    ("code", "value", "text"),
    [
        ("CNY", "1203.5", "¥1,203.50"),
        ("USD", "1203.5", "$1,203.50"),
        ("USD", "-1203.5", "-$1,203.50"),
        ("USD", "0", "$0.00"),
        ("USD", "0.005", "$0.005"),
        ("USD", "0.00123", "$0.0012"),
        ("USD", "12.345", "$12.35"),
        ("USD", "1234567890123.45", "$1,234,567,890,123.45"),
        ("EUR", "12", "€12.00"),
        ("GBP", "12", "£12.00"),
        ("JPY", "1203", "JP¥1,203"),
        ("JPY", "1203.5", "JP¥1,204"),
        ("KRW", "5000", "₩5,000"),
        ("KWD", "1.5", "KWD 1.500"),
        ("CHF", "12.3", "CHF 12.30"),
        ("CHF", "-12.3", "-CHF 12.30"),
        ("CLF", "12.3", "CLF 12.3000"),
    ],
)
def test_money_has_the_places_of_its_currency(code, value, text):
    assert show(Decimal(value), money(code), "en") == text


def test_places_are_those_of_iso_4217():
    text = {count: " ".join(sorted(code for code, places in PLACES.items() if places == count)) for count in (0, 3, 4)}
    assert text[0] == "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"
    assert text[3] == "BHD IQD JOD KWD LYD OMR TND"
    assert text[4] == "CLF"


@pytest.mark.parametrize(
    ("unit", "value", "en", "zh"),
    [
        (money("USD", "customer"), "12.3", "$12.30 per customer", "$12.30/customer"),
        (money("USD", "customer"), "-12.3", "-$12.30 per customer", "-$12.30/customer"),
        (money("CNY", "客户"), "12.3", "¥12.30 per 客户", "¥12.30/客户"),
        (
            Unit((("CNY", 1), ("time", -1)), Fraction(1, 3600), name="CNY per hour"),
            "50",
            "¥50.00 per hour",
            "¥50.00/小时",
        ),
        (duration("hours", "case"), "3.25", "3 h 15 min per case", "3 小时 15 分钟/case"),
        (Unit((("time", -1),), Fraction(1, 86400), name="count per day"), "12", "12 per day", "12/天"),
    ],
)
def test_a_unit_per_another_keeps_the_form_of_the_first(unit, value, en, zh):
    assert show(Decimal(value), unit, "en") == en
    assert show(Decimal(value), unit, "zh") == zh


@pytest.mark.parametrize(
    ("word", "value", "en", "zh"),
    [
        ("hours", "3.333333333333", "3 h 20 min", "3 小时 20 分钟"),
        ("hours", "-3.25", "-3 h 15 min", "-3 小时 15 分钟"),
        ("hours", "24", "24 h", "24 小时"),
        ("hours", "1234.5", "1,234 h 30 min", "1,234 小时 30 分钟"),
        ("hours", "0.5", "30 min", "30 分钟"),
        ("minutes", "200", "3 h 20 min", "3 小时 20 分钟"),
        ("minutes", "59.999", "1 h", "1 小时"),
        ("minutes", "2.5", "2 min 30 s", "2 分钟 30 秒"),
        ("days", "2.1666666667", "2 d 4 h", "2 天 4 小时"),
        ("days", "30", "30 d", "30 天"),
        ("days", "0.5", "12 h", "12 小时"),
        ("days", "0.999", "23 h 59 min", "23 小时 59 分钟"),
        ("weeks", "1.5", "1 wk 4 d", "1 周 4 天"),
        ("seconds", "45", "45 s", "45 秒"),
        ("seconds", "45.26", "45.3 s", "45.3 秒"),
        ("seconds", "59.6", "59.6 s", "59.6 秒"),
        ("seconds", "59.96", "1 min", "1 分钟"),
        ("seconds", "3599.4", "59 min 59 s", "59 分钟 59 秒"),
        ("seconds", "0.9996", "1 s", "1 秒"),
        ("days", "0.9999", "1 d", "1 天"),
        ("seconds", "200", "3 min 20 s", "3 分钟 20 秒"),
        ("seconds", "0.35", "350 ms", "350 毫秒"),
        ("milliseconds", "1500", "1.5 s", "1.5 秒"),
        ("milliseconds", "0.35", "0.35 ms", "0.35 毫秒"),
        ("weeks", "0", "0 wk", "0 周"),
        ("hours", "0", "0 h", "0 小时"),
        ("milliseconds", "0", "0 ms", "0 毫秒"),
    ],
)
def test_a_duration_is_shown_in_two_units(word, value, en, zh):
    assert show(Decimal(value), duration(word), "en") == en
    assert show(Decimal(value), duration(word), "zh") == zh


@pytest.mark.parametrize(
    "unit", [None, PLAIN, COUNT, Unit(name="ratio"), Unit(form="index", name="index"), Unit(form="score", name="score")]
)
@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("0", "0"),
        ("-0", "0"),
        ("12", "12"),
        ("12.00", "12"),
        ("1E+3", "1,000"),
        ("-1234567", "-1,234,567"),
        ("1203.456", "1,203.5"),
        ("12.04", "12.0"),
        ("4.25", "4.25"),
        ("0.5", "0.5"),
        ("0.012345", "0.0123"),
        ("999999999999999999", "999,999,999,999,999,999"),
        ("1e18", "1.00e+18"),
        ("-1e-20", "-1.00e-20"),
    ],
)
def test_a_plain_number_has_separators_and_three_digits_at_least(unit, value, text):
    assert show(Decimal(value), unit, "en") == text


def test_any_other_unit_stands_after_the_number():
    assert show(Decimal(12), Unit(form="own", name="bags"), "en") == "12 bags"
    assert show(Decimal("1200.5"), Unit(form="own", name="袋"), "zh") == "1,200.5 袋"
    assert show(Decimal(3), Unit(form="own", name="cups per head"), "zh") == "3 cups per head"
    assert show(Decimal("1.5"), Unit((("data", 1),), Fraction(10**9), name="GB"), "zh") == "1.5 GB"
    assert show(Decimal(2), Unit((("data", 1),), name="bytes"), "zh") == "2 字节"


def test_an_inferred_unit_without_a_name_is_shown_by_its_dimensions():
    assert show(Decimal(90), Unit((("time", 1),), Fraction(60)), "en") == "1 h 30 min"
    assert show(Decimal("12.5"), Unit((("USD", 1),)), "en") == "$12.50"
    assert show(Decimal(50), Unit((("USD", 1), ("time", -1)), Fraction(1, 3600)), "en") == "$50.00 per hour"


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        ("0.02", PERCENT, "+2.0 points"),
        ("-0.02", PERCENT, "-2.0 points"),
        ("0", PERCENT, "0.0 points"),
        ("12", COUNT, "+12"),
        ("-12", None, "-12"),
        ("3.5", money("CNY"), "+¥3.50"),
        ("-0.5", duration("hours"), "-30 min"),
    ],
)
def test_a_change_has_its_sign_and_of_percents_it_is_in_points(value, unit, text):
    assert show_change(Decimal(value), unit, "en") == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("1E+3", "1000"),
        ("1E-20", "0.00000000000000000001"),
        ("10.50", "10.50"),
        ("-0.00", "0.00"),
        ("-1.5", "-1.5"),
        ("0E+3", "0"),
    ],
)
def test_text_files_hold_every_digit_without_exponent(value, text):
    assert show_exact(Decimal(value)) == text


# ---------------------------------------------------------------- laws

values = st.one_of(
    st.decimals(-(10**12), 10**12, places=6),
    st.decimals(-2, 2, places=12),
    st.decimals(-(10**15), 10**15, places=0),
)


def recovered(text):
    """The number in a text, and half of the last place shown."""
    number = re.search(r"[0-9][0-9,]*(\.[0-9]+)?(e[-+][0-9]+)?", text).group().replace(",", "")
    size = Decimal(number)
    last = Decimal(1).scaleb(size.as_tuple().exponent)
    return (-size if text.startswith("-") else size), last / 2


@given(values, st.sampled_from([None, PERCENT, POINTS, COUNT, money("CNY"), money("JPY"), money("KWD", "seat")]))
def test_the_value_is_recovered_to_the_precision_shown(value, unit):
    shown, tolerance = recovered(show(value, unit, "en"))
    wanted = value * 100 if unit is PERCENT or unit is POINTS else value
    assert abs(shown - wanted) <= tolerance
    assert (shown > 0, shown < 0) == (value > 0, value < 0)
    assert abs(shown - wanted) <= abs(wanted) / 20


@given(values, st.sampled_from(sorted(SECONDS)), st.sampled_from(["en", "zh"]))
def test_a_duration_is_recovered_to_the_shorter_unit_shown(value, word, language):
    text = show(value, duration(word), language)
    lengths = {"wk": 604800, "周": 604800, "d": 86400, "天": 86400, "h": 3600, "小时": 3600, "min": 60, "分钟": 60}
    lengths |= {"s": 1, "秒": 1, "ms": Fraction(1, 1000), "毫秒": Fraction(1, 1000)}
    steps = {604800: 86400, 86400: 3600, 3600: 60, 60: 1}
    parts = re.findall(r"([0-9][0-9,]*(?:\.[0-9]+)?(?:e[-+]?[0-9]+)?) (\S+)", text)
    total = sum(Fraction(number.replace(",", "")) * lengths[label] for number, label in parts)
    longest = lengths[parts[0][1]]
    exact = abs(Fraction(value)) * SECONDS[word]
    assert text.startswith("-") == (value < 0)
    assert abs(total - exact) <= (Fraction(steps[longest], 2) if longest in steps else exact / 100)
    assert len(parts) <= 2


@given(values)
def test_a_file_gives_the_very_value_back(value):
    text = show_exact(value)
    assert Decimal(text) == value
    assert "e" not in text.lower()


@given(values, st.sampled_from([None, PERCENT, money("USD"), duration("hours")]))
def test_a_value_and_its_opposite_differ_in_sign_alone(value, unit):
    assert show(abs(value), unit, "en") == show(-abs(value), unit, "en").removeprefix("-")
