"""Predicates over rows have two values in SQL too, whatever is empty."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sql.bench import expression, fill, scalars, select

quiet = settings(max_examples=40, deadline=None)
ROWS = [
    {"a": a, "b": b, "s": s, "f": f}
    for a, b, s, f in product((None, 1, 2), (None, 1), (None, "on", "Only"), (None, True, False))
]
COMPARATORS = {
    "=": lambda one, other: one == other,
    "!=": lambda one, other: one != other,
    "<": lambda one, other: one < other,
    "<=": lambda one, other: one <= other,
    ">": lambda one, other: one > other,
    ">=": lambda one, other: one >= other,
}


def compared(sign, one, other):
    """A comparison with something empty is false, and unequal is the opposite of equal."""
    if one is None or other is None:
        return sign == "!="
    return COMPARATORS[sign](one, other)


NUMBERS = st.sampled_from(
    [
        ("a", lambda row: row["a"]),
        ("b", lambda row: row["b"]),
        ("2", lambda row: 2),
        ("a + b", lambda row: None if None in (row["a"], row["b"]) else row["a"] + row["b"]),
        ("coalesce(a, b)", lambda row: row["b"] if row["a"] is None else row["a"]),
        ("greatest(a, b)", lambda row: None if None in (row["a"], row["b"]) else max(row["a"], row["b"])),
        ("(if a > 1 then b else a)", lambda row: row["b"] if compared(">", row["a"], 1) else row["a"]),
    ]
)
SIMPLE = st.one_of(
    st.builds(
        lambda left, sign, right: (
            f"{left[0]} {sign} {right[0]}",
            lambda row: compared(sign, left[1](row), right[1](row)),
        ),
        NUMBERS,
        st.sampled_from(list(COMPARATORS)),
        NUMBERS,
    ),
    st.builds(
        lambda left, right: (
            f"{left[0]} in (1, {right[0]})",
            lambda row: compared("=", left[1](row), 1) or compared("=", left[1](row), right[1](row)),
        ),
        NUMBERS,
        NUMBERS,
    ),
    st.builds(
        lambda left: (f"{left[0]} not in 1 .. 2", lambda row: left[1](row) is None or not 1 <= left[1](row) <= 2),
        NUMBERS,
    ),
    st.builds(lambda left: (f"({left[0]}) is null", lambda row: left[1](row) is None), NUMBERS),
    st.sampled_from(
        [
            ("f", lambda row: row["f"] is True),
            ("f = true", lambda row: row["f"] is True),
            ("f != true", lambda row: row["f"] is not True),
            ('s = "on"', lambda row: row["s"] == "on"),
            ('s != "on"', lambda row: row["s"] != "on"),
            ('s contains "n"', lambda row: row["s"] is not None and "n" in row["s"]),
            ('lower(s) starts with "on"', lambda row: row["s"] is not None and row["s"].lower().startswith("on")),
            ("s is not null", lambda row: row["s"] is not None),
        ]
    ),
)
PREDICATES = st.recursive(
    SIMPLE,
    lambda inner: st.one_of(
        st.builds(lambda one: (f"not ({one[0]})", lambda row: not one[1](row)), inner),
        st.builds(
            lambda one, other: (f"({one[0]}) and ({other[0]})", lambda row: one[1](row) and other[1](row)), inner, inner
        ),
        st.builds(
            lambda one, other: (f"({one[0]}) or ({other[0]})", lambda row: one[1](row) or other[1](row)), inner, inner
        ),
    ),
    max_leaves=4,
)


@pytest.fixture(autouse=True, scope="module")
def filled():
    fill(ROWS)


@quiet
@given(PREDICATES)
def test_a_predicate_is_true_or_false_as_worked_out_row_by_row(predicate):
    text, expected = predicate
    sql = scalars().predicate(expression(text))
    assert [found for (found,) in select(sql)] == [expected(row) for row in ROWS]


@quiet
@given(PREDICATES)
def test_not_is_the_exact_opposite(predicate):
    held, opposite = (scalars().predicate(expression(text)) for text in (predicate[0], f"not ({predicate[0]})"))
    assert all(one is not other and {one, other} == {True, False} for one, other in select(held, opposite))


@quiet
@given(PREDICATES)
def test_a_row_that_is_left_open_met_an_empty_value(predicate):
    written = scalars()
    for row, (held, left) in zip(
        ROWS,
        select(written.predicate(expression(predicate[0])), written.undecided(expression(predicate[0]))),
        strict=True,
    ):
        if left is None:
            assert None in row.values()
        else:
            assert left is held
