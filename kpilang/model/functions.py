"""The scalar operations of the language: their names in checked expressions, and what each means.

Over rows an empty operand makes an empty result, except that a comparison is then false and `ne` and `not` are exact
opposites of `eq` and their operand; `and`, `or` have two values. Over results an operand without value makes a result
without value, comparisons included; `coalesce` alone rescues.
"""

from __future__ import annotations

OPERATIONS: dict[str, str] = {
    "add": "a + b; a date plus a duration is a date or datetime",
    "subtract": "a - b; two dates give a duration in seconds, a date less a duration a date or datetime",
    "multiply": "a * b",
    "divide": "a / b; over results undefined where b is 0, over rows empty",
    "negate": "- a",
    "convert": "a times the literal b, between units of one dimension",
    "eq": "a = b",
    "ne": "a != b",
    "lt": "a < b",
    "le": "a <= b",
    "gt": "a > b",
    "ge": "a >= b",
    "and": "a and b",
    "or": "a or b",
    "not": "not a",
    "in": "a equals one of the rest",
    "is_null": "a is empty (over rows), has no value (over results)",
    "if": "b where a holds, else c",
    "coalesce": "the first of its arguments that has a value",
    "abs": "a without sign",
    "round": "a to b decimal places (default 0), half away from zero",
    "power": "a to the power b",
    "ln": "natural logarithm",
    "exp": "e to the power a",
    "greatest": "the largest argument",
    "least": "the smallest argument",
    "months_between": "whole months from date a to date b, negative backwards",
    "period": "the name of the period of grain b that date a lies in; empty where none holds it",
    "periods_between": "how many periods of grain c lie from that of date a to that of date b, negative backwards",
    "business_days": "working days from date a to before date b, negative backwards",
    "business_time": "working time from a to b in seconds, negative backwards",
    "year": "calendar year of a date",
    "quarter": "calendar quarter of a date, 1..4",
    "month": "month of a date, 1..12",
    "weekday": "day of the week of a date, 1 = Monday .. 7 = Sunday",
    "concat": "its texts joined; an empty one counts as no characters, all empty is empty",
    "trim": "a without white space at both ends",
    "lower": "a in lower case",
    "contains": "text a has text b in it",
    "starts with": "text a begins with text b",
    "growth": "a / b - 1; undefined where b is not positive",
    "cagr": "(a / b) to the power 12 / c, less 1, for c months; undefined where b is not positive or a is negative",
    "age": "seconds from date a to the moment of the state, for a date to the last day before it; of rows under `at`",
    "alive_time": "seconds that a row holds within the window; of rows, without arguments, inside an aggregate `at` during",
    "period_length": "days of the part of the period that is known; of results",
}
