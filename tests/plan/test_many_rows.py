"""A few thousand rows, over overlapping grains and members, give what a loop over the rows gives."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from decimal import Decimal
from statistics import median

import pytest

from kpilang.plan import scans
from tests.plan.kit import kpis, project, shown

SOURCE = """source calls {
  key    id
  time   day
  covers 2026-01 .. 2026-04
  column id : text
  column day : date
  column team : text
  column agent : integer
  column minutes : number
}
"""


def made(count: int) -> list[dict[str, object]]:
    dice = random.Random(11)  # noqa: S311 rows that are the same in every run
    return [
        {
            "id": f"{number:05}",
            "day": dt.date(2026, 1, 1) + dt.timedelta(days=dice.randrange(110)),
            "team": dice.choice(("red", "blue", "")),
            "agent": dice.choice((None, *range(-3, 9))),
            "minutes": dice.choice((None, *(Decimal(tenths) / 10 for tenths in range(-5, 60)))),
        }
        for number in range(count)
    ]


ROWS = made(3000)


def where(test):
    return lambda rows: [row for row in rows if test(row)]


red = where(lambda row: row["team"] == "red")
long_ = where(lambda row: row["minutes"] is not None and row["minutes"] > 3)
not_red = where(lambda row: row["team"] != "red")


def minutes(rows):
    return [row["minutes"] for row in rows if row["minutes"] is not None]


def total(rows):
    """A sum of no rows is nothing at all, one of rows without values has no value."""
    return sum(minutes(rows)) if minutes(rows) or not rows else "no value"


def agents(rows):
    return {row["agent"] for row in rows if row["agent"] is not None}


def last(rows):
    known = [row for row in rows if row["minutes"] is not None]
    return max(known, key=lambda row: (row["day"], row["id"]))["minutes"] if known else "no value"


KPIS = {
    "rows": ("count(calls)", len),
    "red": ('count(calls where team = "red")', lambda rows: len(red(rows))),
    "not_red": ('count(calls where team != "red")', lambda rows: len(not_red(rows))),
    "long_red": ('count(calls where team = "red" and minutes > 3)', lambda rows: len(long_(red(rows)))),
    "either": (
        'count(calls where team = "red" or minutes > 3)',
        lambda rows: len(red(rows)) + len(long_(not_red(rows))),
    ),
    "minutes": ("sum(calls.minutes)", total),
    "red_minutes": ('sum(calls.minutes where team = "red")', lambda rows: total(red(rows))),
    "most": ("max(calls.minutes where minutes > 3)", lambda rows: max(minutes(long_(rows)), default="no value")),
    "middle": (
        'median(calls.minutes where team = "red")',
        lambda rows: median(minutes(red(rows))) if minutes(red(rows)) else "no value",
    ),
    "agents": ("count(distinct calls.agent)", lambda rows: len(agents(rows))),
    "red_agents": ('count(distinct calls.agent where team = "red")', lambda rows: len(agents(red(rows)))),
    "pairs": (
        "count(distinct calls.agent, calls.team)",
        lambda rows: len({(row["agent"], row["team"]) for row in rows if row["agent"] is not None and row["team"]}),
    ),
    "busy": (
        "count(distinct calls.agent where minutes > 3 having count(calls) >= 2)",
        lambda rows: sum(
            count >= 2 for agent, count in Counter(row["agent"] for row in long_(rows)).items() if agent is not None
        ),
    ),
    "last": ("last(calls.minutes)", last),
}
ROOMY = {"ROWS_PER_GROUP": 0, "FEW_AGGREGATES": 0, "CACHED_BYTES": -1, "MOST_TIMES_PLAIN": 10**9}
NARROW = {"BITMAP_BYTES": -1, "AGGREGATES_PER_STATEMENT": 1, "ROWS_PER_GROUP": 10**9}


@pytest.fixture(scope="module")
def calls():
    lines = ["id,day,team,agent,minutes"]
    lines += [",".join("" if cell is None else str(cell) for cell in row.values()) for row in ROWS]
    formulas = {name: formula for name, (formula, _) in KPIS.items()}
    return project(SOURCE + kpis(**formulas), {"calls": "\n".join(lines) + "\n"}, threads=2)


@pytest.mark.parametrize("limits", [{}, ROOMY, NARROW], ids=["as planned", "by groups", "one by one"])
@pytest.mark.parametrize("by", [None, "team"])
@pytest.mark.parametrize("grains", ["month,all", "day,week,quarter"])
def test_every_period_and_member_has_what_a_loop_over_its_rows_gives(calls, monkeypatch, limits, by, grains):
    for name, limit in limits.items():
        monkeypatch.setattr(scans, name, limit)
    rows = calls.rows(as_of="2026-04-15", grains=grains, **({"by": by} if by else {}))
    periods: dict[tuple[dt.date, dt.date], list[dict[str, object]]] = {}
    wrong = {}
    for (name, period, *member), row in rows.items():
        start, end = (row.partial.start, row.partial.end) if row.partial else (row.start, row.end)
        if (start, end) not in periods:
            periods[start, end] = [call for call in ROWS if start <= call["day"] < end]
        seen = [call for call in periods[start, end] if not member or call["team"] == (member[0] or "")]
        expected = KPIS[name][1](seen)
        if shown(row) != expected:
            wrong[name, period, *member] = (shown(row), expected)
    assert not wrong
    assert len(rows) == len(KPIS) * len(periods) * (3 if by else 1)
