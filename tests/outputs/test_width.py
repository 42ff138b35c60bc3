"""How many columns of a terminal a text takes."""

import pytest

from kpilang.width import flat, left, right, width


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("", 0),
        ("churn", 5),
        ("复购率", 6),
        ("é", 1),
        ("e\u0301", 1),
        ("Ａ", 2),
        ("👍", 2),
        ("👍🏽", 2),
        ("👩\u200d💻", 2),
        ("❤\ufe0f", 2),
        ("🇨🇳", 2),
        ("a\u200bb", 2),
    ],
)
def test_wide_characters_count_two_and_joined_ones_none(text, columns):
    assert width(text) == columns


def test_a_tab_reaches_to_the_next_stop():
    assert flat("a\tb") == "a   b"
    assert flat("复\tb") == "复  b"
    assert flat("\tb", start=3) == " b"


def test_characters_that_steer_a_terminal_are_made_visible():
    assert flat("\x1b[31m\x7f\u202e\ud800") == "␛[31m\ufffd\ufffd\ufffd"


def test_padding_counts_columns_and_not_characters():
    assert left("率", 4) == "率  "
    assert right("率", 4) == "  率"
