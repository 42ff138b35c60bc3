"""Comments that suppress findings: what they are attached to, what they take away, and how they cannot rot."""

from __future__ import annotations

import datetime as dt

import pytest

from kpilang.lint import LintSettings, run
from kpilang.lint.linter import rules
from kpilang.lint.rule import Criterion, WithData
from kpilang.lint.stage import AS_OF, STAGE
from tests.lint.support import codes, lint, marked, mended, model

SELECT = ["M103", "A101", "O101", "X"]
BARE = """
{before}kpi opened "Support cases opened" {{{beside}
  formula  count(cases)
  unit     count
  {inside}period   month
  owner    support
  goal     loyalty
}}{after}
"""


def text(before: str = "", beside: str = "", inside: str = "", after: str = "") -> str:
    return BARE.format(before=before, beside=beside, inside=inside, after=after)


BOTH = ["A101", "M103"]
WHY = ": the pilot decides"


@pytest.mark.parametrize(
    "written",
    [
        text(before=f"# kpi: ignore[missing-target]{WHY}\n"),
        text(before=f"# kpi: ignore[A101]{WHY}\n"),
        text(before=f"# kpi:ignore [A101]{WHY}\n# a word about something else\n\n"),
        text(before=f"# kpi: ignore[A101] until 2026-06-30{WHY}\n"),
        text(before="# kpi: ignore[A101]：试点结束后再定\n"),
        text(beside=f"  # kpi: ignore[A101]{WHY}"),
    ],
)
def test_a_comment_takes_the_findings_of_its_rule_away_from_what_follows(written: str) -> None:
    assert codes(written, select=SELECT) == ["M103"]


def test_one_comment_names_several_rules() -> None:
    assert codes(text(before=f"# kpi: ignore[A101, missing-direction]{WHY}\n"), select=SELECT) == []


def test_a_comment_before_a_field_holds_for_that_field_alone() -> None:
    found = lint(text(inside=f"# kpi: ignore[A101]{WHY}\n  "), select=SELECT)
    assert sorted(each.code for each in found) == ["A101", "M103", "X104"]


def test_a_comment_at_the_end_of_a_line_holds_for_the_field_of_that_line() -> None:
    wish = 'kpi x "Orders" {{\n  what "improve quality"{}\n  formula count(orders)\n}}\n'
    assert codes(wish.format(""), select=["S101", "X"]) == ["S101"]
    assert codes(wish.format(f"  # kpi: ignore[S101]{WHY}"), select=["S101", "X"]) == []


def test_findings_of_other_kpis_stay() -> None:
    second = text().replace("kpi opened", "kpi other")
    found = lint(text(before=f"# kpi: ignore[A101]{WHY}\n") + second, select=["A101", "X"])
    assert [(each.code, each.kpi) for each in found] == [("A101", "other")]


@pytest.mark.parametrize(
    ("comment", "code", "place"),
    [
        ("# kpi: ignore A101: pilot", "X101", "# kpi: ignore A101: pilot"),
        ("# kpi: ignroe[A101]: pilot", "X101", "# kpi: ignroe[A101]: pilot"),
        ("# kpi: ignore[]: pilot", "X101", "# kpi: ignore[]: pilot"),
        ("# kpi: ignore[A101] until 2026-02-30: pilot", "X101", "# kpi: ignore[A101] until 2026-02-30: pilot"),
        ("# kpi: ignore[A1O1]: pilot", "X102", "A1O1"),
        ("# kpi: ignore[A1]: pilot", "X102", "A1"),
        ("# kpi: ignore[A101]", "X103", "# kpi: ignore[A101]"),
        ("# kpi: ignore[A101]:  ", "X103", "# kpi: ignore[A101]:"),
        ("# kpi: ignore[O101]: pilot", "X104", "O101"),
        ("# kpi: ignore[A101] until 2026-06-29: pilot", "X105", "# kpi: ignore[A101] until 2026-06-29: pilot"),
    ],
)
def test_a_comment_that_does_not_hold_is_a_finding_and_takes_nothing_away(comment: str, code: str, place: str) -> None:
    found = lint(text(before=f"{comment}\n"), select=SELECT)
    assert [(each.code, marked(each).rstrip()) for each in found if each.code.startswith("X")] == [(code, place)]
    assert sorted(each.code for each in found if not each.code.startswith("X")) == BOTH


def test_a_comment_behind_everything_is_attached_to_nothing() -> None:
    found = lint(text(after=f"\n# kpi: ignore[A101]{WHY}"), select=SELECT)
    assert sorted(each.code for each in found) == [*BOTH, "X106"]


def test_a_rule_that_did_not_look_leaves_its_suppressions_alone() -> None:
    assert codes(text(before=f"# kpi: ignore[O101]{WHY}\n"), select=["X"]) == []
    settings = LintSettings(select=("A101", "X"))
    assert codes(text(before=f"# kpi: ignore[O101]{WHY}\n"), settings) == ["A101"]


def test_a_rule_that_may_not_be_suppressed_speaks_all_the_same() -> None:
    settings = LintSettings(not_suppressible=("A",))
    found = lint(text(before=f"# kpi: ignore[A101, M103]{WHY}\n"), settings, select=SELECT)
    assert sorted(each.code for each in found) == ["A101", "X107"]


def test_a_second_comment_for_the_same_finding_is_idle() -> None:
    first = f"# kpi: ignore[A101]{WHY}\n"
    written = text(before=f"{first}# kpi: ignore[missing-target]: once more\n")
    (found,) = (each for each in lint(written, select=SELECT) if each.code == "X104")
    assert marked(found) == "missing-target"
    assert mended(written, found) == text(before=first)


def test_of_several_rules_only_the_idle_one_is_taken_out() -> None:
    written = text(before=f"# kpi: ignore[O101, A101]{WHY}\n")
    (found,) = (each for each in lint(written, select=SELECT) if each.code == "X104")
    assert mended(written, found).startswith(f"\n# kpi: ignore[A101]{WHY}\nkpi opened")


def test_a_mended_idle_comment_leaves_no_empty_line() -> None:
    written = text(before=f"# kpi: ignore[O101]{WHY}\n")
    (found,) = (each for each in lint(written, select=SELECT) if each.code == "X104")
    assert mended(written, found) == text()


def test_what_was_taken_away_is_kept_with_its_comment() -> None:
    written = text(before=f"# kpi: ignore[A101] until 2027-01-31{WHY}\n")
    linted = run(model(stage=STAGE, example=written), AS_OF, select=SELECT)
    ((taken, comment),) = linted.taken
    assert (taken.code, taken.kpi) == ("A101", "opened")
    assert (comment.reason, comment.last_day, comment.subject) == ("the pilot decides", dt.date(2027, 1, 31), "opened")


@pytest.mark.parametrize("rule", [rule.code for rule in rules() if rule.criterion is not Criterion.EXCEPTIONS])
def test_suppressing_a_finding_removes_exactly_it(rule: str) -> None:
    example = next(each for each in rules() if each.code == rule)
    for bad in example.bad:
        before = [(each.code, each.kpi, marked(each)) for each in lint(bad, example.settings)]
        (found,) = (each for each in lint(bad, example.settings) if each.code == rule)
        assert found.span is not None
        start = found.span.source.line_starts[found.span.source.position(found.span.start)[0] - 1]
        suppressed = f"{bad[:start]}# kpi: ignore[{rule}]: agreed\n{bad[start:]}"
        if isinstance(bad, WithData):
            suppressed = WithData(suppressed, bad.files)
        after = [(each.code, each.kpi, marked(each)) for each in lint(suppressed, example.settings)]
        before.remove((rule, found.kpi, marked(found)))
        assert sorted(after, key=str) == sorted(before, key=str)
