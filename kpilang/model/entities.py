"""`new`, `retained` and `lost`: what they take besides the clauses that every aggregate may have."""

from __future__ import annotations

from dataclasses import replace

from kpilang.diagnostics import Problem
from kpilang.model.calls import ENTITIES, LAGGED
from kpilang.model.conversion import bare
from kpilang.model.expr import Aggregate, InSet
from kpilang.model.lengths import length
from kpilang.model.names import as_written
from kpilang.model.scalars import Scalars
from kpilang.syntax import tree
from kpilang.text import Text

Lag = tuple[int, str | None]

LOOKS_BACK = Problem(
    "E365",
    "how-far-back",
    Text("`{text}` is no length of time that `{name}` can look back by", "`{text}` 不是 `{name}` 可以回看的时间长度"),
    help=Text("{mend}", "{mend}"),
)
NO_AVERAGE = Problem(
    "E366",
    "who-at-average",
    Text(
        "`{name}` tells who is there at one moment, and `average` is made of two",
        "`{name}` 看的是某一时点有谁，而 `average` 由两个时点得出",
    ),
    help=Text("write `at closing` or `at opening`", "写 `at closing` 或 `at opening`"),
)

SET_IN_ENTITIES = Problem(
    "E395",
    "set-where-entities-are-counted",
    Text(
        "`{name}` looks at other periods itself, and cannot hold its rows against a set",
        "`{name}` 本身就要看其他期间，不能再用集合筛选行",
    ),
    help=Text(
        "leave the set out, or write it out as a count: `count(distinct x where x in previous(…) and …)`",
        "去掉集合，或改写为计数：`count(distinct x where x in previous(…) and …)`",
    ),
)


def lagged(node: tree.Call) -> tuple[Lag | None, tree.Call]:
    """How far `retained` and `lost` look back, and the call without what says so."""
    if node.function.text not in LAGGED:
        return None, node
    found = length(node.arguments[-1]) if len(node.arguments) > 1 else None
    return (1, None) if found is None else found, node if found is None else replace(
        node, arguments=node.arguments[:-1]
    )


def fits(scope: Scalars, node: tree.Call) -> bool:
    """Whether a call has nothing but keys as arguments, and looks at one moment of a state; else a report."""
    name = node.function.text
    if name not in ENTITIES:
        return True
    for part in node.arguments:
        if isinstance(bare(part), tree.QuantityExpr):
            kept = ", ".join(as_written(each.span) for each in node.arguments if each is not part)
            written = f"`{name}({kept}, 1 year)`" if name in LAGGED else f"`{name}({kept})`"
            mend = Text(f"write {written}", f"写成 {written}")
            if name == "new":
                mend = Text(f"{mend.en}: it looks at all rows before", f"{mend.zh}：它看此前的所有行")
            scope.report(LOOKS_BACK, part.span, text=as_written(part.span), name=name, mend=mend)
            return False
    return one_moment(scope, node)


def one_moment(scope: Scalars, node: tree.Call) -> bool:
    """Whether a call looks at one moment of a state alone; else a report."""
    for clause in node.clauses:
        if clause.word == "at" and isinstance(clause.value, tree.Path) and clause.value.text == "average":
            scope.report(NO_AVERAGE, clause.span, name=node.function.text)
            return False
    return True


def plain(scope: Scalars, made: Aggregate) -> bool:
    """Whether a count of entities has no set in its filter; else a report."""
    if made.function not in ENTITIES or made.where is None:
        return True
    held = next((part for part in made.where.walk() if isinstance(part, InSet)), None)
    if held is not None:
        scope.report(SET_IN_ENTITIES, held.span or made.span, name=made.function)
    return held is None
