"""Sets of values that rows are held against: `customer_id in previous(orders.customer_id)`."""

from __future__ import annotations

from dataclasses import replace

from kpilang.diagnostics import Problem
from kpilang.model.aggregates import Aggregates, both
from kpilang.model.calls import VALUES
from kpilang.model.comparisons import COMPARED
from kpilang.model.entities import one_moment
from kpilang.model.expr import Aggregate, Expr, InSet, Moved, Operation
from kpilang.model.looks import Looks
from kpilang.model.names import as_written
from kpilang.model.rows import Rows
from kpilang.model.scalars import CLAUSE_OUT_OF_PLACE, Scalars
from kpilang.model.types import BOOL
from kpilang.syntax import tree
from kpilang.text import Text

_LOOKS = ("previous", "trailing", "todate", "cumulative")
_CLAUSES = ("where", "on", "at")

NOT_A_SET = Problem(
    "E369",
    "not-a-set",
    Text("`{text}` is no set of values that something could be in", "`{text}` 不是可以用 `in` 判断的取值集合"),
    help=Text(
        'write a column with its source: `in {column}`, `in previous({column})`; or a list: `in ("a", "b")`',
        '写出带数据源的列：`in {column}`、`in previous({column})`；或列表：`in ("a", "b")`',
    ),
)


def held_against(rows: Rows, node: tree.Membership, value: Expr, written: tree.SetExpr) -> Expr | None:
    """Whether a value of a row is in a set; None after a report."""
    reader = Reader(rows.names, rows.reports, rows.kpi)
    of = reader.infer(written.of)
    if of is None:
        return None
    counted = inside(of)
    if counted is None:
        reader.no_set(written.of)
        return None
    parts = rows.alike((value, *counted.arguments), COMPARED)
    if parts is None:
        return None
    value, *keys = parts
    return InSet(BOOL, node, (value,), around(of, replace(counted, arguments=tuple(keys))))


def inside(of: Expr) -> Aggregate | None:
    """The count of the values of a set; None for what is no set."""
    while isinstance(of, Moved):
        of = of.value
    return of if isinstance(of, Aggregate) else None


def narrowed(condition: Expr | None, source: str, more: Expr) -> Expr | None:
    """A condition whose sets of a source hold the values of those rows alone that satisfy another one too."""
    if isinstance(condition, Operation):
        parts = (narrowed(part, source, more) for part in condition.arguments)
        return replace(condition, arguments=tuple(part for part in parts if part is not None))
    if isinstance(condition, InSet):
        counted = inside(condition.of)
        if counted is not None and counted.source == source:
            return replace(condition, of=around(condition.of, replace(counted, where=both(counted.where, more))))
    return condition


def around(of: Expr, counted: Aggregate) -> Expr:
    """The same looks at other windows around another count."""
    return replace(of, value=around(of.value, counted)) if isinstance(of, Moved) else counted


class Reader(Looks):
    """Reads what stands behind `in`: the values of a column, of those rows that `values` says, in another window perhaps."""

    def noted(self, node: tree.Expr, found: Expr) -> None:
        """A set has no type to show."""

    def path(self, node: tree.Path) -> Expr | None:
        if len(node.names) > 1 and node.names[0].text in self.names.sources:
            return self.values(tree.Call(*node.span.at, node.names[0], True, (node,), ()))
        self.no_set(node)
        return None

    def call(self, node: tree.Call) -> Expr | None:
        name = node.function.text
        if name in _LOOKS:
            return self.looked(node)
        if name != VALUES:
            self.no_set(node)
            return None
        if not self.counted(node, 1, 1, f"{VALUES}(orders.customer_id)"):
            return None
        for clause in node.clauses:
            if clause.word not in _CLAUSES:
                mend = Text("a set is of all the rows that `where` names", "集合由 `where` 所选的所有行得出")
                self.report(CLAUSE_OUT_OF_PLACE, clause.span, clause=clause.word, name=name, mend=mend)
                return None
        return self.values(node) if one_moment(self, node) else None

    def values(self, node: tree.Call) -> Expr | None:
        """The count of the values of a column."""
        name = tree.Name(*node.function.span.at, "count")
        return Aggregates(self, _no_groups).read(replace(node, function=name, distinct=True))

    def no_set(self, node: tree.Expr) -> None:
        """Reports what is no set."""
        source = next(iter(self.names.sources), "orders")
        column = next(iter(self.names.column_names(source)), "customer_id") if source in self.names.sources else ""
        self.report(NOT_A_SET, node.span, text=as_written(node.span), column=f"{source}.{column or 'customer_id'}")

    def narrow(self, node: tree.Narrow) -> Expr | None:
        self.no_set(node)
        return None


def _no_groups(rows: Rows) -> Scalars:
    raise AssertionError(rows)  # a set has no `having`
