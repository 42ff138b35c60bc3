"""Growth like for like: `growth(x, 1 year same sales.store_id)` is over the rows whose key stands in both periods."""

from __future__ import annotations

from dataclasses import replace

from kpilang.diagnostics import Problem
from kpilang.model.aggregates import both
from kpilang.model.calls import ENTITIES
from kpilang.model.expr import Aggregate, Expr, Fold, InSet, Moved, Operation, Shift, Use, answers
from kpilang.model.looks import Looks
from kpilang.model.names import as_written
from kpilang.model.rows import Rows
from kpilang.model.types import BOOL
from kpilang.model.yields import counted_type
from kpilang.syntax import tree
from kpilang.text import Text

SAME_OF_OTHER = Problem(
    "E370",
    "same-of-another-source",
    Text(
        "`same {key}` looks at rows of `{source}`, and `{text}` has none of them",
        "`same {key}` 看 `{source}` 的行，而 `{text}` 不是",
    ),
    help=Text(
        "compare what `{source}` alone tells, or leave `same` out", "只比较由 `{source}` 得出的值，或去掉 `same`"
    ),
)
SAME_OF_ENTITIES = Problem(
    "E396",
    "same-of-entities",
    Text(
        "`same` keeps the rows of those who stand in both periods, and `{text}` looks at other periods itself",
        "`same` 只保留两期都有者的行，而 `{text}` 本身就要看其他期间",
    ),
    help=Text("leave `same` out, or compare `count(distinct …)`", "去掉 `same`，或比较 `count(distinct …)`"),
)
SAME_KEY = Problem(
    "E371",
    "same-key",
    Text("`same` takes a column with its source, and `{text}` is none", "`same` 需要带数据源的列，而 `{text}` 不是"),
    help=Text("write for example `same {column}`", "例如写成 `same {column}`"),
)
SAME_MOMENT = Problem(
    "E372",
    "same-at-several-moments",
    Text(
        "`same` tells who is there at one moment, and `{text}` looks at more",
        "`same` 看的是某一时点有谁，而 `{text}` 看的不止一个时点",
    ),
    help=Text("write `at closing` or `at opening`", "写 `at closing` 或 `at opening`"),
)


def like_for_like(scope: Looks, found: Operation, clause: tree.Clause) -> Expr | None:
    """A growth whose values, now and before, are over the rows alone whose key stands in both periods; None after a report."""
    value, earlier = found.arguments
    assert isinstance(earlier, Shift)  # noqa: S101 - that is what growth is made of
    key = _key(scope, clause.value)
    if key is None or not all(_fits(scope, each, key[0], clause) for each in answers(value)):
        return None
    now = _kept(value, key[1], earlier.count, earlier.grain)
    before = _kept(value, key[1], -earlier.count, earlier.grain)
    return replace(found, arguments=(now, replace(earlier, value=before)))


def _key(scope: Looks, path: tree.Expr) -> tuple[str, Expr] | None:
    """The source of a key and the key; None after a report."""
    source = path.names[0].text if isinstance(path, tree.Path) else ""
    if source not in scope.names.sources or not isinstance(path, tree.Path) or len(path.names) < 2:
        first = next(iter(scope.names.sources), "sales")
        column = next(iter(scope.names.column_names(first)), "store_id") if first in scope.names.sources else "store_id"
        scope.report(SAME_KEY, path.span, text=as_written(path.span), column=f"{first}.{column}")
        return None
    found = Rows(scope.names, source, scope.reports, scope.kpi).infer(path)
    return (source, found) if found is not None else None


def _fits(scope: Looks, each: Aggregate | Fold, source: str, clause: tree.Clause) -> bool:
    """Whether a part of what grows is of the source, at one moment of it; else a report."""
    key = as_written(clause.value.span)
    if isinstance(each, Aggregate) and each.function in ENTITIES:
        scope.report(SAME_OF_ENTITIES, clause.span, text=each.text)
        return False
    if isinstance(each, Fold) or each.source != source:
        scope.report(SAME_OF_OTHER, clause.span, key=key, source=source, text=each.text)
        return False
    if each.at not in (None, "opening", "closing"):
        scope.report(SAME_MOMENT, clause.span, text=each.text)
        return False
    return True


def _kept(value: Expr, key: Expr, count: int, grain: str | None) -> Expr:
    """A value over the rows whose key stands in the period that lies so far back too."""
    if isinstance(value, Aggregate):
        there = replace(
            value,
            type=counted_type(value.source),
            function="count",
            arguments=(key,),
            distinct=True,
            where=None,
            having=None,
            weight=None,
            fraction=None,
            lag=None,
        )
        test = InSet(BOOL, None, (key,), Shift(there.type, None, there, count, grain))
        return replace(value, where=both(value.where, test))
    if isinstance(value, Operation):
        return replace(value, arguments=tuple(_kept(part, key, count, grain) for part in value.arguments))
    return replace(value, value=_kept(value.value, key, count, grain)) if isinstance(value, Use | Moved) else value
