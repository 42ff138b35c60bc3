"""What the examples of rules that look at data stand among: a source of monthly takings, and rows for it."""

from __future__ import annotations

from collections.abc import Sequence

TAKINGS = """
source takings "Takings" from "takings.csv" {
  time      month each month
  column    amount : money(CNY) required
  collected "Till" every month
}

kpi turnover "Turnover" {
  formula    sum(takings.amount)
  unit       CNY
  direction  higher
  period     month
  target     >= 100 CNY for 2026
  owner      sales
  goal       loyalty
}
"""
"""A KPI that is the amount of one row for each month."""


def months(last: str, count: int) -> list[str]:
    """The first days of so many months up to the last, which is named like `2026-05`."""
    year, month = map(int, last.split("-"))
    numbers = range(year * 12 + month - count, year * 12 + month)
    return [f"{number // 12:04}-{number % 12 + 1:02}-01" for number in numbers]


def table(headings: str, *columns: Sequence[object]) -> str:
    """A file of rows, its headings first."""
    return "\n".join([headings, *(",".join(map(str, row)) for row in zip(*columns, strict=True))]) + "\n"


def takings(last: str, amounts: Sequence[float | str]) -> dict[str, str]:
    """The files of `TAKINGS`: so much in each month up to the last."""
    return {"takings.csv": table("month,amount", months(last, len(amounts)), amounts)}
