"""Values of a formula in each shorter period of a window: put together, discounted, or laid a line through."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from kpilang.model import expr as e
from kpilang.model.calendar import Period
from kpilang.result import Why
from tests.reference.groups import Groups, together
from tests.reference.looks import Asked
from tests.reference.read import read
from tests.reference.reasons import strongest
from tests.reference.roots import rates_of_return
from tests.reference.windows import earlier


class Listed(Groups):
    """`per` a grain, `npv`, `irr` and `slope`."""

    def listed(self, series: e.Series, asked: Asked) -> object:
        """The one value of a series, or the reason why there is none."""
        points = self.path(series, asked) if series.function == "slope" else self.points(series, asked)
        if isinstance(points, Why):
            return points
        if series.function == "slope":
            return slope(points)
        if series.function == "npv":
            return self.present_value(points, self.result(series.rate, asked))
        if series.function == "irr":
            return rate_of_return(points)
        return together(series, points)

    def points(self, series: e.Series, asked: Asked) -> list[object] | Why:
        """The formula in each period of the grain that lies in the window and is over; the window is made of whole ones."""
        first, last = asked.window[0], asked.period.end
        if not self.fills(first, last, series.grain):
            return Why.NO_DATA
        periods = [each for each in self.calendar.touching(first, last, series.grain) if each.end <= asked.part[1]]
        return [self.in_period(series.value, asked, each) for each in periods]

    def path(self, series: e.Series, asked: Asked) -> list[object] | Why:
        """The formula in each period of the row's own grain that lies whole in the window of the series, which is covered."""
        period, first = asked.period, earlier(asked.period.end, series.count, series.grain)
        if asked.part != (period.start, period.end) or first is None or first > period.start:
            return Why.NO_DATA
        if any(days is None or first < days[0] for days in self.coverages(series.value)):
            return Why.NO_DATA
        if period.grain == "all":
            return []
        periods = [each for each in self.calendar.touching(first, period.end, period.grain) if first <= each.start]
        return [self.in_period(series.value, asked, each) for each in periods]

    def in_period(self, value: e.Expr, asked: Asked, period: Period) -> object:
        there = replace(asked, period=period, part=(period.start, period.end), days=None, reach=None, begin=None)
        return self.result(value, there) if self.seen_whole(read(value), there) else Why.NO_DATA

    def present_value(self, points: list[object], rate: object) -> object:
        """The first flow as it is, each later one discounted once more."""
        reasons = [found for found in (*points, rate) if isinstance(found, Why)]
        if reasons:
            return strongest(reasons)
        if rate <= -1:
            return Why.UNDEFINED
        return sum((Fraction(flow) / Fraction(1 + rate) ** place for place, flow in enumerate(points)), Fraction(0))


def rate_of_return(points: list[object]) -> object:
    reasons = [found for found in points if isinstance(found, Why)]
    if reasons:
        return strongest(reasons)
    found = rates_of_return([Fraction(flow) for flow in points])
    return found[0] if len(found) == 1 else Why.UNDEFINED


def slope(points: list[object]) -> object:
    """The least squares line through values one period apart; those without value are left out."""
    pairs = [(Fraction(place), value) for place, value in enumerate(points) if not isinstance(value, Why)]
    if len(pairs) < 2:
        return Why.NO_VALUE
    middle = sum(place for place, _ in pairs) / len(pairs)
    mean = sum(value for _, value in pairs) / len(pairs)
    spread = sum((place - middle) ** 2 for place, _ in pairs)
    return sum((place - middle) * (value - mean) for place, value in pairs) / spread
