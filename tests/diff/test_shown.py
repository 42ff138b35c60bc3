"""Every case is written in every format."""

from pathlib import Path

import pytest

from kpilang.cli import main

CASES = sorted((Path(__file__).parent / "cases").iterdir(), key=lambda path: path.name)


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.name)
@pytest.mark.parametrize("form", ["text", "json", "markdown"])
def test_each_change_of_a_case_stands_in_each_format(case: Path, form: str, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["diff", str(case / "before"), str(case / "after"), "--format", form])
    shown = capsys.readouterr().out
    told = [line.split()[0] for line in (case / "expected.txt").read_text("utf-8").splitlines() if line[0] == "D"]
    assert code in (0, 1), "a state with mistakes is compared as far as it goes"
    assert all(each in shown for each in told)
