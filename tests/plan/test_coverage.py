"""Which days a source covers, from what it declares and from the rows that are there."""

from __future__ import annotations

import datetime as dt

import pytest

from kpilang.model.check import check
from kpilang.plan.facts import Profile, covered
from kpilang.result import Reason, Why
from kpilang.syntax.parser import parse
from kpilang.text import Source

COLUMNS = "column id : text  column at : date  column gone : date"
CLAUSES = {
    "events": "time at",
    "monthly": "time at each month",
    "collected": 'time at  collected "till" every week',
    "declared": "time at  covers 2026-01 .. 2026-06",
    "planned": "time at  planned  covers 2026-01 .. 2026-06",
    "complete": "snapshot at complete",
    "changes": "snapshot at changes",
    "lives": "lives at until gone",
    "both": "time at  lives at until gone",
}
MODEL = check(
    [
        parse(
            Source(
                "case.kpi",
                "".join(f"source {name} {{ key id  {text}  {COLUMNS} }}\n" for name, text in CLAUSES.items()),
            )
        )
    ]
)


def covers(name, kind="events", rows=("2026-01-07", "2026-02-10"), as_of="2026-03-15"):
    times = {kind: tuple(map(dt.date.fromisoformat, rows))} if rows else {}
    found = covered(MODEL, Profile(name, 10, times), kind, dt.date.fromisoformat(as_of))
    return found if isinstance(found, Reason) else tuple(map(str, found))


@pytest.mark.parametrize(
    ("name", "kind", "days"),
    [
        ("events", "events", ("2026-01-07", "2026-02-11")),
        ("monthly", "events", ("2026-01-01", "2026-03-01")),
        ("collected", "events", ("2026-01-05", "2026-02-16")),
        ("declared", "events", ("2026-01-01", "2026-03-16")),
        ("planned", "events", ("2026-01-01", "2026-07-01")),
        ("complete", "state", ("2026-01-07", "2026-02-11")),
        ("changes", "state", ("2026-01-07", "2026-03-16")),
        ("lives", "state", ("2026-01-07", "2026-03-16")),
        ("lives", "events", ("2026-01-07", "2026-03-16")),
        ("both", "events", ("2026-01-07", "2026-02-11")),
        ("both", "state", ("2026-01-07", "2026-03-16")),
    ],
)
def test_a_source_covers(name, kind, days):
    assert covers(name, kind) == days


def test_coverage_ends_with_the_as_of_date_though_the_month_goes_on():
    assert covers("monthly", as_of="2026-02-15") == ("2026-01-01", "2026-02-16")
    assert covers("declared", as_of="2026-08-01") == ("2026-01-01", "2026-07-01")


def test_a_source_without_rows_covers_what_it_declares_or_nothing():
    assert covers("declared", rows=()) == ("2026-01-01", "2026-03-16")
    found = covers("events", rows=())
    assert (found.why, found.text.en) == (Why.NO_DATA, "`events` has no rows up to 2026-03-15")


def test_a_source_declared_for_later_covers_nothing_yet():
    assert covers("declared", as_of="2025-12-31").why is Why.NO_DATA
    assert covers("planned", as_of="2025-12-31") == ("2026-01-01", "2026-07-01")
