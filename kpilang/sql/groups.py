"""What `having` asks of each group of a counted key."""

from __future__ import annotations

from collections.abc import Callable

from kpilang.model.expr import Aggregate, Expr
from kpilang.sql.base import Traits
from kpilang.sql.measures import chosen, count_distinct, counted, sums, whole
from kpilang.sql.scalars import Scalars
from kpilang.sql.values import DOUBLE, INTEGER, Sql


class Groups(Scalars):
    """Writes the `having` of one aggregate: what it asks of each group of the counted key."""

    def __init__(
        self,
        scalars: Scalars,
        condition: Callable[[Aggregate], str | None],
        rank: Callable[[], str],
        aggregate: Aggregate,
        prefix: str,
    ) -> None:
        super().__init__(scalars.column, scalars.calendar, scalars.alive)
        self.scalars, self.condition, self.rank = scalars, condition, rank
        self.aggregate, self.prefix = aggregate, prefix
        self.columns: dict[str, str] = {}

    def written(self) -> tuple[str, str]:
        """The columns to compute for each group, and the test over them."""
        assert self.aggregate.having is not None
        test = self.predicate(self.aggregate.having)
        return "".join(f", {text} AS {name}" for text, name in self.columns.items()), test

    def value(self, expr: Expr) -> Sql:
        if not isinstance(expr, Aggregate):
            return super().value(expr)
        conditions = [self.condition(self.aggregate), self.condition(expr)]
        condition = " AND ".join(text for text in conditions if text) or None
        return self.measured(expr, condition)

    def column_for(self, text: str) -> str:
        return self.columns.setdefault(text, f"{self.prefix}{len(self.columns)}")

    def measured(self, expr: Aggregate, condition: str | None) -> Sql:
        """An aggregate over the rows of one group."""
        if expr.distinct:
            return Sql(self.column_for(count_distinct(self.scalars, expr, condition)), INTEGER)
        if not expr.arguments:
            return Sql(self.column_for(counted(condition)), INTEGER)
        value = self.scalars.value(expr.arguments[0])
        match expr.function:
            case "count":
                return Sql(self.column_for(f"COUNT({chosen(condition, value.text)})"), INTEGER)
            case "sum":
                function = "fsum" if value.binary else "sum"
                total = self.column_for(f"{function}({chosen(condition, value.text)})")
                rows = self.column_for(counted(condition))
                zero = f"CASE WHEN {rows} = 0 THEN 0 END"
                exact = DOUBLE if value.binary else f"DECIMAL(38,{value.scale})"
                return Sql(f"COALESCE({total}, {zero})", exact)
            case "avg":
                return self.mean(expr, value, condition)
            case "min" | "max" as name:
                return Sql(self.column_for(f"{name}({chosen(condition, value.text)})"), value.type)
            case "first" | "last" as name:
                function = "arg_min" if name == "first" else "arg_max"
                text = f"{function}({value.text}, {chosen(condition, self.rank(), value.text)})"
                return Sql(self.column_for(text), value.type)
            case _:
                return Sql(self.column_for(whole(expr, chosen(condition, value.double().text))), DOUBLE)

    def mean(self, expr: Aggregate, value: Sql, condition: str | None) -> Sql:
        if expr.weight is None:
            return Sql(self.column_for(f"AVG({chosen(condition, value.double().text)})"), DOUBLE)
        parts = {item.output.part: item for item in sums(self.scalars, expr, value, Traits())}
        total, weight = (self.column_for(parts[part].over(condition)) for part in ("total", "weight"))
        return Sql(f"(CAST({total} AS DOUBLE) / NULLIF(CAST({weight} AS DOUBLE), 0))", DOUBLE)
