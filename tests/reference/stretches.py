"""Stretches of time: how long each is, and how long at least one of several holds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

DAY = Fraction(86400)


@dataclass(frozen=True)
class Stretch:
    """From when until when a row holds, within a window: days where both bounds of its life are dates, else instants."""

    start: dt.date
    end: dt.date

    @property
    def seconds(self) -> Fraction:
        """Days of 24 hours; of instants the time that passed."""
        gap = self.end - self.start
        return gap.days * DAY + gap.seconds + Fraction(gap.microseconds, 1_000_000)


def together(stretches: Iterable[Stretch]) -> Fraction:
    """For how many seconds at least one holds."""
    total, last = Fraction(0), None
    for stretch in sorted(stretches, key=lambda each: each.start):
        start = stretch.start if last is None else max(last, stretch.start)
        if start < stretch.end:
            total += Stretch(start, stretch.end).seconds
            last = stretch.end
    return total
