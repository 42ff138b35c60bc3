"""Regular expressions of projects: matched as Python matches them, in one pass."""

import re
from itertools import product

import pytest

from kpilang.lint.patterns import Pattern, UnfitError

TEXTS = ["".join(letters) for length in range(6) for letters in product("aB_1", repeat=length)]
READ = (
    "", "a", "[a-z]+(_[a-z]+)*", "(a+)+", "(a|aB)*1?", "a{2}", "a{1,3}B", "a{2,}", "a{,2}_", "(?:a|)*", "[^a]+", "[]a]*",
    r"\w\W*", r"\d*?a", "^a.*1$", r"\Aa\Z", "^", "$", "a$|_^", "(?i)A+b", "(?a)\\w+", "(?P<first>a)(B|_)", "a{}|a{x|{", r"[\]_]a*",
    r"\x61+\u0042?", r"\.|\_", "((a|B){2}|_){0,2}", "(a*)*", "(|a)+B", "a|", ".", "[a-zA-Z]{3}(_1)?", r"(?s).+", "(a$)*", "(^a)*",
)  # fmt: skip
LEFT_OUT = (
    "(?=a)a",
    "(?!a).",
    "(?<=a)B",
    r"(a)\1",
    r"\ba",
    r"a\B",
    "a*+",
    "(?>a)",
    "(?i:a)",
    "(?x) a",
    "(?P<n>a)(?P=n)",
    "(a)(?(1)a|B)",
)


@pytest.mark.parametrize("expression", READ)
def test_every_short_text_matches_just_where_python_says_so(expression):
    ours, theirs = Pattern(expression), re.compile(expression)
    assert [text for text in TEXTS if ours.matches(text)] == [text for text in TEXTS if theirs.fullmatch(text)]


@pytest.mark.parametrize("expression", LEFT_OUT)
def test_what_one_pass_cannot_decide_is_refused(expression):
    re.compile(expression)
    with pytest.raises(UnfitError):
        Pattern(expression)


@pytest.mark.parametrize("expression", ["(a{50}){50}", "(" * 60 + "a" + ")" * 60, "a{100000}"])
def test_what_is_too_large_is_refused(expression):
    with pytest.raises(UnfitError):
        Pattern(expression)


def test_what_is_no_expression_is_an_error_as_of_python():
    with pytest.raises(re.error):
        Pattern("[a")


@pytest.mark.parametrize("expression", ["(a+)+b", "(a|a)*b", "(a|aa)+b", "a*" * 30 + "b", "(a*)*b", "(.*)*x"])
def test_what_python_would_not_end_with_is_decided(expression):
    assert not Pattern(expression).matches("a" * 2000)
    assert Pattern(expression).matches("a" * 2000 + expression[-1])
