"""KPIs that move together, as candidates where there are too many."""

from __future__ import annotations

from collections.abc import Sequence

from kpilang.lint import LintSettings
from kpilang.lint.history_pairs import together
from kpilang.lint.rule import WithData
from kpilang.lint.settings import RuleSettings
from kpilang.lint.stage_data import months, table
from tests.lint.support import beside, lint

NAMES = ("one", "same", "other", "inverse")
TEXT = (
    'source s from "s.csv" { time month each month  column one : number  column same : number  column other : number  column inverse : number  collected "X" every month }\n'
    + "\n".join(
        f"kpi {name}_k {{ formula sum(s.{name})  unit count  direction higher  period month  owner sales  goal loyalty }}"
        for name in NAMES
    )
)


def rows(count: int) -> dict[str, str]:
    """`same` is three times `one` plus a trend, `inverse` falls as `one` rises, `other` has nothing to do with them."""
    one = [n * n % 31 for n in range(count)]
    columns: list[Sequence[object]] = [
        one,
        [3 * value + 7 for value in one],
        [n * n * n % 29 for n in range(count)],
        [90 - value for value in one],
    ]
    return {"s.csv": table("month,one,same,other,inverse", months("2026-05", count), *columns)}


def test_those_that_rise_and_fall_together_are_found_and_no_others() -> None:
    with beside(WithData(TEXT, rows(30))) as (_, history):
        assert history is not None
        found = {
            frozenset((pair.one.kpi.name, pair.other.kpi.name)): round(pair.correlation, 6)
            for pair in together(history.courses.values())
        }
    assert found == {
        frozenset(("one_k", "same_k")): 1,
        frozenset(("one_k", "inverse_k")): -1,
        frozenset(("same_k", "inverse_k")): -1,
    }


def test_a_short_history_tells_of_no_pair() -> None:
    with beside(WithData(TEXT, rows(24))) as (_, history):
        assert history is not None
        assert together(history.courses.values()) == ()


def test_where_there_are_too_many_the_pairs_are_candidates() -> None:
    settings = LintSettings(rules={"C107": RuleSettings(options={"limit": 2})})
    (found,) = (each for each in lint(WithData(TEXT, rows(30)), settings, select=["C107"]) if each.code == "C107")
    assert found.help is not None
    assert "`one_k` / `same_k` (+1.00)" in found.help.en
    (blind,) = (each for each in lint(TEXT, settings, select=["C107"]) if each.code == "C107")
    assert blind.help is not None
    assert "/" not in blind.help.en
