"""Life inside the period: how long the period is, for how much of it rows hold, how old they are."""

from __future__ import annotations

from kpilang.diagnostics import Problem
from kpilang.model.calls import AGE, ALIVE_TIME, PERIOD_LENGTH
from kpilang.model.conversion import TIMES, bare, number
from kpilang.model.expr import Aggregate, Expr, Operation, aggregates
from kpilang.model.names import as_written, declared_at
from kpilang.model.scalars import CLAUSE_OUT_OF_PLACE, Scalars
from kpilang.model.types import DAYS, SECONDS
from kpilang.syntax import tree
from kpilang.text import Text

LENGTH_ALONE = Problem(
    "E445",
    "length-alone",
    Text(
        "`period_length` alone reads no source: nothing says which periods there are",
        "只有 `period_length`，没有读取任何数据源，也就不知道有哪些期间",
    ),
    help=Text(
        "put it beside an aggregate, such as `count(orders) / period_length`",
        "与聚合一起使用，例如 `count(orders) / period_length`",
    ),
)
NO_LIVES = Problem(
    "E446",
    "alive-time-without-lives",
    Text(
        "`alive_time` takes a source whose rows live, and `{text}` is none",
        "`alive_time` 需要各行有存续期的数据源，而 `{text}` 不是",
    ),
    help=Text(
        "name a source declared by `lives`, such as `alive_time(outages)`",
        "写一个用 `lives` 声明的数据源，例如 `alive_time(outages)`",
    ),
)
LIFE_OUT_OF_PLACE = Problem(
    "E447",
    "life-out-of-place",
    Text(
        "`{name}` of a row is that within one period, and here there is none",
        "`{name}` 是一行在某个期间内的值，而这里没有期间",
    ),
    help=Text(
        "put it into an aggregate of a formula: `{form}`",
        "写进公式的聚合里：`{form}`",
    ),
)
WHOLE_PERIOD = Problem(
    "E448",
    "alive-time-at-a-moment",
    Text(
        "`alive_time` looks at the whole period, and `{clause}` does not go with it",
        "`alive_time` 看的是整个期间，不能与 `{clause}` 同用",
    ),
    help=Text("leave `{clause}` out", "去掉 `{clause}`"),
)
NO_READING = Problem(
    "E449",
    "age-without-moment",
    Text(
        "`age` is counted up to the moment of a state: `at opening` or `at closing`",
        "`age` 计到状态所取的时点：`at opening` 或 `at closing`",
    ),
    help=Text(
        "write `at closing` in the aggregate, or subtract two columns: `closed_on - opened_on`",
        "在聚合里写 `at closing`，或者把两列相减：`closed_on - opened_on`",
    ),
)


def period_length(node: tree.Path) -> Operation:
    """How long the known part of the period is."""
    return Operation(number(DAYS), node, PERIOD_LENGTH, ())


def without_source(formula: Expr) -> Expr | None:
    """The `period_length` of a formula that reads no source."""
    lengths = (part for part in formula.walk() if isinstance(part, Operation) and part.name == PERIOD_LENGTH)
    found = next(lengths, None)
    return found if found is not None and next(aggregates(formula), None) is None else None


def alive_time(scope: Scalars, node: tree.Call, source: str, *, inside: bool) -> Operation | None:
    """How long a row of a source holds within the window, asked for `inside` an aggregate of it; None after a report."""
    if node.distinct or node.clauses:
        word = node.clauses[0].word if node.clauses else "distinct"
        mend = Text("put it into the aggregate around", "写进外层聚合里")
        scope.report(CLAUSE_OUT_OF_PLACE, (node.clauses or (node,))[0].span, clause=word, name=ALIVE_TIME, mend=mend)
        return None
    form = f"alive_time({source})"
    if not scope.counted(node, 1, 1, form):
        return None
    if not inside:
        scope.report(LIFE_OUT_OF_PLACE, node.span, name=ALIVE_TIME, form=f"sum({form})")
        return None
    if not lives(scope, node, source):
        return None
    return Operation(number(SECONDS), node, ALIVE_TIME, ())


def age(scope: Scalars, node: tree.Call, moment: str | None) -> Operation | None:
    """How old a row is, from a column to the `moment` of the state (None: outside an aggregate); None after a report."""
    if node.distinct or node.clauses:
        word = node.clauses[0].word if node.clauses else "distinct"
        mend = Text("put it into the aggregate around", "写进外层聚合里")
        scope.report(CLAUSE_OUT_OF_PLACE, (node.clauses or (node,))[0].span, clause=word, name=AGE, mend=mend)
        return None
    if not scope.counted(node, 1, 1, "age(due_on)"):
        return None
    if moment is None:
        scope.report(LIFE_OUT_OF_PLACE, node.span, name=AGE, form="avg(age(invoices.due_on) at closing)")
        return None
    if moment not in ("opening", "closing"):
        scope.report(NO_READING, node.span)
        return None
    since = scope.infer(node.arguments[0])
    if since is None or not scope.needs(since, TIMES, Text("`age`", "`age`")):
        return None
    return Operation(number(SECONDS), node, AGE, (since,))


def lives(scope: Scalars, node: tree.Call, source: str) -> bool:
    """Whether the argument of `alive_time` is the source looked at, and its rows live; else a report."""
    argument = bare(node.arguments[0])
    here = scope.names.sources[source]
    if not isinstance(argument, tree.Path) or argument.text != source:
        scope.report(NO_LIVES, node.arguments[0].span, text=as_written(node.arguments[0].span))
        return False
    if here.starts is None or here.snapshot is not None:
        scope.report(NO_LIVES, argument.span, text=source, marks=(declared_at(here.declaration),))
        return False
    return True


def looks_at_lives(made: Aggregate) -> bool:
    """Whether an aggregate is over the rows that hold at some instant of the period."""
    if made.function == ALIVE_TIME:
        return True
    parts = (*made.arguments, made.where, made.weight)
    return any(
        isinstance(node, Operation) and node.name == ALIVE_TIME
        for part in parts
        if part is not None
        for node in part.walk()
    )
