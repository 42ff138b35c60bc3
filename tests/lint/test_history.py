"""What the linter is told of data: which periods, once a run; and what does without data."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from kpilang.lint import LintSettings, run
from kpilang.lint.baseline import Baseline, Entry
from kpilang.lint.card import State, cards
from kpilang.lint.rule import Quality, WithData
from kpilang.lint.stage import AS_OF
from kpilang.lint.stage_data import TAKINGS, takings
from kpilang.model.expr import aggregates
from kpilang.project import load
from kpilang.project.linting import LintAsk, examine
from kpilang.project.mending import repair
from kpilang.project.tables import Data
from tests.lint.support import beside, codes

FLAT = [110.0, 130, *[120.0] * 8]


def project(folder: Path, text: str = TAKINGS, amounts: list[float] | None = None) -> Path:
    (folder / "kpi.yaml").write_text("as_of: 2026-06-30\n", encoding="utf-8")
    owners = 'owner sales "Sales" <s@example.com>\ngoal loyalty "Loyal" { owner sales }\n'
    (folder / "k.kpi").write_text(owners + text, encoding="utf-8")
    for name, rows in takings("2026-06", amounts or FLAT).items():
        (folder / name).write_text(rows, encoding="utf-8")
    return folder


def test_a_course_has_each_period_of_the_kpi_with_value_parts_and_status() -> None:
    with beside(WithData(TAKINGS, takings("2026-06", [90, 130, 120]))) as (model, history):
        assert history is not None
        course = history.courses["turnover"]
    assert [(row.period, row.value, row.status) for row in course.whole] == [
        ("2026-04", 90, "missed"),
        ("2026-05", 130, "met"),
        ("2026-06", 120, "met"),
    ]
    (amount,) = aggregates(model.kpis["turnover"].formula)  # type: ignore[arg-type]
    assert [course.part(row, amount) for row in course.whole] == [90, 130, 120]
    assert history.known == {"turnover"}


@pytest.mark.parametrize(("as_of", "last"), [("2026-06-29", "2026-05"), ("2026-06-30", "2026-06")])
def test_a_period_that_is_not_over_is_not_whole(as_of: str, last: str) -> None:
    with beside(WithData(TAKINGS, takings("2026-06", [90, 130, 120])), dt.date.fromisoformat(as_of)) as (_, history):
        assert history is not None
        assert history.courses["turnover"].whole[-1].period == last


def test_values_are_said_in_their_unit_and_language() -> None:
    with beside(WithData(TAKINGS, takings("2026-06", [90]))) as (_, history):
        assert history is not None
        told = history.courses["turnover"].said(Decimal(1234))
    assert (told.en, told.zh) == ("¥1,234.00", "¥1,234.00")


def test_without_data_no_rule_that_needs_them_runs() -> None:
    assert codes(TAKINGS, select=["V"]) == []
    with beside(TAKINGS) as (model, history):
        found = run(model, AS_OF, select=["V", "M109"], history=history)
    assert found.ran["example.kpi"] == {"M109"}
    assert {"V101", "V109"} <= found.blind


def test_a_suppression_is_idle_only_where_its_rule_looked_at_data() -> None:
    text = TAKINGS.replace("kpi turnover", "# kpi: ignore[V103, M109]: agreed\nkpi turnover")
    assert codes(text, select=["V103", "M109", "X"]) == []
    moving = takings("2026-06", [110, 130, 120, 140])
    assert codes(WithData(text, moving), select=["V103", "M109", "X"]) == ["X104", "X104"]
    assert codes(WithData(text, takings("2026-06", FLAT)), select=["V103", "X"]) == []


def test_a_baseline_is_stale_only_where_its_rule_looked_at_data() -> None:
    held = LintSettings(baseline=Baseline((Entry("V103", "flat", "kpi turnover", 1),)))
    with beside(WithData(TAKINGS, takings("2026-06", [110, 130, 120, 140]))) as (model, history):
        blind = run(model, AS_OF, held, select=["V103", "X"])
        seen = run(model, AS_OF, held, select=["V103", "X"], history=history)
    assert blind.frozen.stale == ()
    assert [left for _, left in seen.frozen.stale] == [0]


def test_a_card_knows_what_only_data_tell() -> None:
    with beside(WithData(TAKINGS, takings("2026-06", FLAT))) as (model, history):
        blind, seen = (cards(model, run(model, AS_OF, history=each))[0] for each in (None, history))
    assert blind.marks[Quality.RESPONSIVE].state is State.UNKNOWN
    assert blind.marks[Quality.VERIFIABLE].state is State.UNKNOWN
    assert seen.marks[Quality.RESPONSIVE].state is State.FAILED
    assert seen.marks[Quality.VERIFIABLE].state is State.MET
    assert seen.score == blind.score - 8


def test_a_kpi_that_could_not_be_computed_stays_unknown() -> None:
    other = '\nkpi other "Other" { unit CNY  direction higher  period month  owner sales  goal loyalty  state draft }\n'
    with beside(WithData(TAKINGS + other, takings("2026-06", FLAT))) as (model, history):
        _, found = cards(model, run(model, AS_OF, history=history))
    assert found.marks[Quality.RESPONSIVE].state is State.UNKNOWN


def test_what_is_wrong_with_a_source_is_on_the_card_of_each_kpi_that_reads_it() -> None:
    text = TAKINGS.replace("  time ", "  key month\n  column month : date\n  time ")
    twice = takings("2026-06", FLAT)["takings.csv"] + "2026-06-01,5\n"
    with beside(WithData(text, {"takings.csv": twice})) as (model, history):
        (found,) = cards(model, run(model, AS_OF, history=history))
    assert found.marks[Quality.VERIFIABLE].codes == ("V106",)


def test_examining_with_data_tells_what_stands_in_the_way(tmp_path: Path) -> None:
    folder = project(tmp_path)
    (folder / "takings.csv").unlink()
    found = examine(load(folder, keep=False), LintAsk(select=("V",), data=Data({})), ())
    assert [each.code for each in found.findings][:1] == ["E502"]
    assert not any(each.code in ("V101", "V102") for each in found.findings)


def test_fixes_are_made_beside_data_too(tmp_path: Path) -> None:
    folder = project(tmp_path, TAKINGS.replace("  direction  higher\n", ""))
    repaired = repair(load(folder, keep=False), LintAsk(select=("M103", "V103"), data=Data({})), (), unsafe=False)
    assert repaired.rewritten.changed == ("k.kpi",)
    assert [each.code for each in repaired.examined.findings] == ["V103"]


def test_bad_rows_that_are_skipped_are_still_told(tmp_path: Path) -> None:
    folder = project(tmp_path, amounts=[*FLAT, "much"])  # type: ignore[list-item]
    for skip in (False, True):
        found = examine(load(folder, keep=False), LintAsk(select=("V106",), data=Data({}, skip_bad=skip)), ())
        (told,) = found.findings
        assert told.code == "V106"
        assert ("left out" in told.message.en) is skip


def test_without_data_the_engine_is_not_loaded(tmp_path: Path) -> None:
    script = "import sys; from kpilang.cli import main; main(sys.argv[1:]); print('duckdb' in sys.modules)"
    command = [sys.executable, "-c", script, "lint", "--quiet", "-C", str(project(tmp_path))]
    done = subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=True)
    assert done.stdout.endswith("False\n")
