"""Formulas over one period after another: aggregates `per` a grain, `npv`, `irr`, `slope`."""

from __future__ import annotations

from kpilang.diagnostics import Problem
from kpilang.model.aggregates import fraction_of
from kpilang.model.calendar import GRAINS
from kpilang.model.conversion import number
from kpilang.model.expr import Expr, Fold, Series, aggregates
from kpilang.model.folds import FUNCTIONS, NOT_INSIDE_PER, NOTHING_PER_GROUP, Folds, results
from kpilang.model.lengths import length
from kpilang.model.looks import LAG
from kpilang.model.names import as_written
from kpilang.model.scalars import CLAUSE_OUT_OF_PLACE, Scalars
from kpilang.model.types import PLAIN, Kind, Type
from kpilang.model.yields import counted_type, result_type
from kpilang.syntax import tree
from kpilang.text import Text

FLOWS = {"npv": "npv(rate, x per year)", "irr": "irr(x per year)"}
FLOWS_WITHOUT_GRAIN = Problem(
    "E440",
    "flows-without-grain",
    Text("`{name}` takes the flows of one period after another", "`{name}` 需要逐期的现金流"),
    help=Text("write `{form}`", "写成 `{form}`"),
)


def grain_of(grouped: tree.Per) -> str | None:
    """The grain that a key is; None where it is a column or a source."""
    said = grouped.key.span.text if isinstance(grouped.key, tree.GrainExpr) else grouped.key.text
    said = " ".join(said.split())
    return said if said in GRAINS and said != "all" else None


def of_grain(node: tree.Call) -> bool:
    """Whether a call is about one period after another."""
    found = [each for each in node.arguments if isinstance(each, tree.Per)]
    return node.function.text in FLOWS or any(grain_of(each) is not None for each in found)


class SeriesReader:
    """Reads calls about one period after another for a scope of results."""

    def __init__(self, scope: Scalars) -> None:
        self.scope = scope

    def read(self, node: tree.Call) -> Expr | None:
        """The typed series, or None after a report."""
        name = node.function.text
        if name in FLOWS:
            return self.flows(node)
        grouped, *others = node.arguments
        if not isinstance(grouped, tree.Per) or name not in FUNCTIONS:
            return self.scope.grouped(next(each for each in node.arguments if isinstance(each, tree.Per)))
        value = self.value(grouped)
        reader = Folds(self.scope)
        if value is None or not reader.fits(node, len(others)) or not self.fits(name, value, grouped):
            return None
        fraction = fraction_of(self.scope, self.scope.infer(others[0]) or value) if others else None
        if others and fraction is None:
            return None
        grain = grain_of(grouped) or ""
        type_ = counted_type(grain) if name == "count" else result_type(name, grain, (value,), distinct=False)
        return Series(type_, node, name, value, grain, None, fraction, as_written(node.span))

    def fits(self, name: str, value: Expr, grouped: tree.Per) -> bool:
        """Whether a function takes such values; else a report."""
        if name == "count":
            return Folds(self.scope).takes_condition(value, as_written(grouped.key.span))
        what = Text(f"`{name}`", f"`{name}`")
        return self.scope.needs(value, (Kind.NUMBER,), what) and (
            name != "product" or self.scope.dimensionless(value, what)
        )

    def value(self, grouped: tree.Per) -> Expr | None:
        """What is computed in each period: anything that reads rows and has no `per` of its own; None after a report."""
        value = self.scope.infer(grouped.value)
        if value is None:
            return None
        twice = next((part for part in results(value) if isinstance(part, Fold | Series)), None)
        if twice is not None:
            mend = Text("take one `per` out", "去掉一个 `per`")
            self.scope.report(NOT_INSIDE_PER, twice.span or grouped.span, text=twice.text, mend=mend)
            return None
        if next(aggregates(value), None) is None:
            text, key = as_written(grouped.value.span), as_written(grouped.key.span)
            self.scope.report(NOTHING_PER_GROUP, grouped.value.span, text=text, key=key)
            return None
        return value

    def plain(self, node: tree.Call) -> bool:
        """Whether a call has neither `distinct` nor clauses; else a report."""
        if not node.distinct and not node.clauses:
            return True
        clause = node.clauses[0].word if node.clauses else "distinct"
        mend = Text("put it inside the aggregate", "写进聚合里")
        place = (node.clauses or (node,))[0].span
        self.scope.report(CLAUSE_OUT_OF_PLACE, place, clause=clause, name=node.function.text, mend=mend)
        return False

    # ---- flows

    def flows(self, node: tree.Call) -> Expr | None:
        """`npv` at a rate, and `irr`."""
        name, *rates = node.function.text, *node.arguments[:-1]
        grouped = node.arguments[-1] if node.arguments else None
        if not self.plain(node):
            return None
        known = grain_of(grouped) if isinstance(grouped, tree.Per) else None
        if not isinstance(grouped, tree.Per) or known is None or len(rates) != (name == "npv"):
            self.scope.report(FLOWS_WITHOUT_GRAIN, node.span, name=name, form=FLOWS[name])
            return None
        value = self.value(grouped)
        rate = self.scope.infer(rates[0]) if rates else None
        what = Text(f"`{name}`", f"`{name}`")
        if value is None or (rates and rate is None) or not self.scope.needs(value, (Kind.NUMBER,), what):
            return None
        if rate is not None and not self.scope.dimensionless(rate, what):
            return None
        type_: Type = value.type if name == "npv" else number(PLAIN)
        return Series(type_, node, name, value, known, rate, None, as_written(node.span))

    # ---- slope

    def slope(self, node: tree.Call) -> Expr | None:
        """How much a value grows from period to period over a length of time."""
        if not self.plain(node) or not self.scope.counted(node, 2, 2, "slope(x, 6 months)"):
            return None
        found, text = length(node.arguments[1]), as_written(node.arguments[0].span)
        if found is None:
            self.scope.report(LAG, node.arguments[1].span, name="slope", value=text, length="6 months")
            return None
        value = self.scope.infer(node.arguments[0])
        if value is None or not self.scope.needs(value, (Kind.NUMBER,), Text("`slope`", "`slope`")):
            return None
        count, grain = found
        return Series(value.type, node, "slope", value, grain, None, None, as_written(node.span), count)
