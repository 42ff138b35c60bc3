"""What is asked of a model: which KPIs, over which periods, by which columns, as of when."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from kpilang.syntax.tree import Expr, Path


@dataclass(frozen=True)
class Question:
    """`kpis` by name, in order of output. `grains`: none means each KPI's own period. `periods`: days from and to
    (exclusive) named by `--period`, or None. `last`: how many whole periods, or None. `by`: columns or paths.
    `where`: a predicate over rows, as parsed. `as_of`: the last day known, whole. `full`: a period that is not over is
    compared with the whole earlier one, not with as many days of it. `total`: beside the members of a breakdown there is a
    row for all of them together."""

    kpis: tuple[str, ...]
    as_of: dt.date
    grains: tuple[str, ...] = ()
    periods: tuple[dt.date, dt.date] | None = None
    last: int | None = None
    by: tuple[Path, ...] = ()
    where: Expr | None = None
    full: bool = False
    total: bool = False
