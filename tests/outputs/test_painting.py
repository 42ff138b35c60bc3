"""Definitions in a terminal: words in colours where they are wanted, and the same text without them."""

import re

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kpilang.outputs.colour import PLAIN, Palette
from kpilang.outputs.definition import pairs, steps
from kpilang.outputs.painting import painted

ON = Palette(on=True)
CODES = re.compile("\x1b\\[[0-9;]*m")


def test_words_numbers_and_functions_of_a_value_have_colours() -> None:
    assert (
        painted("sum(x where y > 2)", "expr", ON) == "\x1b[34msum\x1b[0m(x \x1b[36mwhere\x1b[0m y > \x1b[33m2\x1b[0m)"
    )
    assert painted(">= 3%", "template_fields", ON, "target ") == ">= \x1b[33m3\x1b[0m\x1b[33m%\x1b[0m"


def test_without_colours_and_where_a_text_cannot_be_read_it_stays_as_it_is() -> None:
    assert painted("sum(x)", "expr", PLAIN) == "sum(x)"
    assert painted("ops (Operations)", "template_fields", ON, "owner ") == "ops (Operations)"
    assert painted("plain words", "template_fields", ON, "what ") == "plain words"


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["formula", "目标", "target"]), st.sampled_from(["sum(x)\n  / 2", ">= 3%", "甲", "", "a b"])
        )
    )
)
def test_columns_in_colours_are_those_without(rows: list[tuple[str, str]]) -> None:
    assert [CODES.sub("", line).rstrip() for line in pairs(rows, ON)] == list(pairs(rows))
    assert [CODES.sub("", line).rstrip() for line in steps(rows, ON)] == list(steps(rows))
