"""Types and units as values: the kind of a value, and for numbers the unit it is counted in."""

from __future__ import annotations

from dataclasses import field, replace
from enum import StrEnum
from fractions import Fraction

from kpilang.record import record


class Kind(StrEnum):
    """What sort of value an expression has. A `date` is a local day; a `datetime` is an instant."""

    NUMBER = "number"
    TEXT = "text"
    BOOL = "bool"
    DATE = "date"
    DATETIME = "datetime"


@record
class Unit:
    """What a number counts.

    `dimensions` maps base to exponent, sorted by base: `(("CNY", 1), ("time", -1))`; empty for counts and ratios.
    Bases are currency codes, `time`, `data`, `energy`, `length`, `mass`.
    `scale`: one of this unit is `scale` of the base units (seconds, bytes, watt-hours, metres, grams; 1 for money).
    The rest is for people and takes no part in comparison: `form` says how a number is shown (`number`, `percent`,
    `points`, `score`, `index`, `own`), `name` is the unit's name, `counted` the thing a count counts,
    `low` and `high` the ends of a score's scale.
    """

    dimensions: tuple[tuple[str, int], ...] = ()
    scale: Fraction = Fraction(1)
    form: str = field(default="number", compare=False)
    name: str = field(default="", compare=False)
    counted: str | None = field(default=None, compare=False)
    low: Fraction | None = field(default=None, compare=False)
    high: Fraction | None = field(default=None, compare=False)

    @property
    def dimensionless(self) -> bool:
        return not self.dimensions

    def times(self, other: Unit) -> Unit:
        """The unit of a product."""
        return self._combine(other, 1)

    def over(self, other: Unit) -> Unit:
        """The unit of a quotient."""
        return self._combine(other, -1)

    def _combine(self, other: Unit, sign: int) -> Unit:
        exponents = dict(self.dimensions)
        for base, exponent in other.dimensions:
            exponents[base] = exponents.get(base, 0) + sign * exponent
        kept = tuple(sorted((base, exponent) for base, exponent in exponents.items() if exponent))
        return Unit(kept, self.scale * other.scale**sign)

    def fits(self, other: Unit) -> bool:
        """Whether numbers of both units may be added and compared (after conversion by scale)."""
        return self.dimensions == other.dimensions

    def named(self, name: str, form: str = "number") -> Unit:
        """The same unit under a name."""
        return replace(self, name=name, form=form)


PLAIN = Unit()
SECONDS = Unit((("time", 1),), Fraction(1), name="seconds")
DAYS = Unit((("time", 1),), Fraction(86400), name="days")


@record
class Type:
    """The type of an expression; `unit` is set for numbers and None for all other kinds."""

    kind: Kind
    unit: Unit | None = None


TEXT, BOOL, DATE, DATETIME = Type(Kind.TEXT), Type(Kind.BOOL), Type(Kind.DATE), Type(Kind.DATETIME)
NUMBER = Type(Kind.NUMBER, PLAIN)
