"""Functions that take a grain: a word such as `month` is then no column."""

from __future__ import annotations

from kpilang.syntax import tree

GRAINED = {"todate": 1, "period": 1, "periods_between": 2}
"""The functions that take a grain, and where among their arguments it stands, from 0."""


def grained(function: str, arguments: tuple[tree.Expr, ...]) -> tuple[tree.Expr, ...]:
    """The arguments of a function, with a grain where the function takes one."""
    place = GRAINED.get(function)
    if place is None or len(arguments) <= place:
        return arguments
    word = arguments[place]
    if not isinstance(word, tree.Path) or len(word.names) > 1:
        return arguments
    at = (word.origin, word.begin, word.close)
    return (*arguments[:place], tree.GrainExpr(*at, tree.Grain(*at, word.names[0])), *arguments[place + 1 :])
