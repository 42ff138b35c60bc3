"""What `having` asks of each group of a counted key."""

from __future__ import annotations

from collections.abc import Callable

from kpilang.model.expr import Aggregate, Expr
from kpilang.sql.base import Traits
from kpilang.sql.cells import cells_of
from kpilang.sql.scalars import Scalars
from kpilang.sql.values import Sql


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
        made = cells_of(self.scalars, expr, condition, self.rank, Traits())
        return made.value([self.column_for(cell.text) for cell in made.cells])

    def column_for(self, text: str) -> str:
        return self.columns.setdefault(text, f"{self.prefix}{len(self.columns)}")
