"""Findings by owner, by rule, and those that matter most."""

from __future__ import annotations

from kpilang.diagnostics import Diagnostic
from kpilang.lint import run
from kpilang.lint.digest import by_owner, tallies, weightiest
from kpilang.lint.stage import AS_OF
from tests.lint.support import model

TEXT = """\
owner sales "Head of sales" <sales@example.com>
owner support "Head of support" <support@example.com>
source orders from "o.csv" { key id  collected "Shop" every day }
goal growth "Grow" { owner support }
kpi one "Orders" { formula count(orders)  owner support }
kpi two "Orders again" { formula count(orders)  owner sales }
kpi three "More orders" { formula count(orders) }
kpi four "Orders four" { formula count(orders)  owner sales, support }
"""


def findings(*select: str) -> tuple[Diagnostic, ...]:
    return run(model(a=TEXT), AS_OF, select=list(select)).findings


def test_each_owner_has_a_list_and_what_nobody_owns_comes_last() -> None:
    groups = by_owner(findings("M102", "O101"), model(a=TEXT))
    assert [(group.owner and group.owner.name, [item.kpi for item in group.findings]) for group in groups] == [
        ("sales", ["two"]),
        ("support", ["one"]),
        (None, ["three", "three", "four"]),
    ]


def test_no_finding_is_lost_between_owners() -> None:
    found = findings("ALL")
    assert sum(len(group.findings) for group in by_owner(found, model(a=TEXT))) == len(found)


def test_rules_are_counted_the_most_frequent_first() -> None:
    found = tallies(findings("M102", "M103", "O101"))
    assert [(item.code, item.count) for item in found] == [("M102", 4), ("M103", 4), ("O101", 1)]
    assert next(item.fixable for item in found if item.code == "M102") == sum(
        bool(item.fixes) for item in findings("M102")
    )


def test_errors_come_before_warnings_and_different_kinds_before_more_of_the_same() -> None:
    found = weightiest(findings("M102", "O101", "A101"), 4)
    assert [item.code for item in found] == ["M102", "O101", "M102", "M102"]


def test_no_more_are_chosen_than_there_are() -> None:
    assert len(weightiest(findings("O101"), 10)) == 1
