"""What may be called in a formula: scalar functions, aggregates with their clauses, comparisons of periods."""

from __future__ import annotations

MANY = 99
FUNCTIONS: dict[str, tuple[int, int, str]] = {
    "coalesce": (2, MANY, "coalesce(x, 0)"),
    "abs": (1, 1, "abs(x)"),
    "round": (1, 2, "round(x, 2)"),
    "power": (2, 2, "power(x, 2)"),
    "ln": (1, 1, "ln(x)"),
    "exp": (1, 1, "exp(x)"),
    "greatest": (2, MANY, "greatest(x, y)"),
    "least": (2, MANY, "least(x, y)"),
    "months_between": (2, 2, "months_between(start, end)"),
    "period": (2, 2, "period(day, month)"),
    "periods_between": (3, 3, "periods_between(start, end, month)"),
    "business_days": (2, 2, "business_days(start, end)"),
    "business_time": (2, 2, "business_time(start, end)"),
    "year": (1, 1, "year(day)"),
    "quarter": (1, 1, "quarter(day)"),
    "month": (1, 1, "month(day)"),
    "weekday": (1, 1, "weekday(day)"),
    "concat": (2, MANY, 'concat(x, "-", y)'),
    "trim": (1, 1, "trim(x)"),
    "lower": (1, 1, "lower(x)"),
}

_COMMON = ("where", "on", "at")
CLAUSES: dict[str, tuple[str, ...]] = {
    "count": (*_COMMON, "having", "followed by"),
    "sum": _COMMON,
    "avg": (*_COMMON, "weight"),
    "min": _COMMON,
    "max": _COMMON,
    "median": _COMMON,
    "percentile": _COMMON,
    "stddev": _COMMON,
    "product": _COMMON,
    "first": _COMMON,
    "last": _COMMON,
    "share": (*_COMMON, "among"),
    "alive_time": ("where",),
    "new": _COMMON,
    "retained": _COMMON,
    "lost": _COMMON,
}
ENTITIES = ("new", "retained", "lost")
"""Counts of the different values of a key that come, stay and go."""
LAGGED = ("retained", "lost")
"""Those that take the length of time that they look back by."""
PERIOD_FUNCTIONS = ("previous", "growth", "cagr", "trailing", "todate", "cumulative", "total", "npv", "irr", "slope")
VALUES = "values"
"""What says of a set which values it holds."""
PERIOD_LENGTH = "period_length"
ALIVE_TIME = "alive_time"
AGE = "age"
CONVERT = "convert"
