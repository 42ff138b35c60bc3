"""The members of a breakdown: who is seen in the periods asked for."""

from __future__ import annotations

from kpilang.model import expr as e
from kpilang.model.calendar import Period
from kpilang.result import Why
from tests.reference.known import Days
from tests.reference.looks import Asked
from tests.reference.read import Under, within
from tests.reference.results import Results

Member = tuple[str | None, ...]


class Members(Results):
    """Which rows an answer has, beside the values in them."""

    def members(self, formula: e.Expr, periods: list[Period], parts: list[Days | None]) -> list[Member]:
        """The combinations seen by the aggregates in any period asked for."""
        aggregates = self.telling(formula)
        if not aggregates:
            return [(None,) * len(self.question.by)]
        found = {
            member
            for reaches, aggregate in aggregates
            for period, part in zip(periods, parts, strict=True)
            if part is not None or self.model.sources[aggregate.source].timeless
            for member in self.members_in(
                Asked(period, part or (period.start, period.end), None, None), reaches, aggregate
            )
        }
        return sorted(found, key=lambda member: tuple((part is None, part or "") for part in member))

    def members_in(self, asked: Asked, reaches: tuple[e.Expr, ...], aggregate: e.Aggregate) -> set[Member]:
        """Those that an aggregate sees in a moment, and in its longer window."""
        longer = [self.widened(reach, reach.value, asked) for reach in reaches]
        moments = [asked, *(there for there in longer if not isinstance(there, Why))]
        looks = [rows for moment in moments for rows in self.looks(aggregate, moment, covered=False)]
        return {self.member(row) for rows in looks if not isinstance(rows, Why) for row in rows}

    def telling(self, formula: e.Expr) -> list[Under]:
        """The aggregates whose rows tell the members, with the longer windows around them: those outside `total`; without
        any, those that can be broken down."""
        found = list(within(formula, (e.Total, e.Reach)))
        plain = [(above, part) for above, part in found if not any(isinstance(node, e.Total) for node in above)]
        places = range(len(self.question.by))
        found = [(above, part) for above, part in found if all(self.reaches(part.source, place) for place in places)]
        return [(tuple(node for node in above if isinstance(node, e.Reach)), part) for above, part in plain or found]
