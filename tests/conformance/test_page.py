"""docs/conformance.md tells the truth: each case that it names is there and is run, and no mistake is left out."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.cases.runner import EXPECTED
from tests.reference.case import cases

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "conformance.md").read_text(encoding="utf-8")
PEERS = ROOT.parent / "shared" / "design" / "peers.md"
MISTAKES = 16
GUARANTEES = 5
LEFT_OUT = ("skip", "skipif", "xfail")


def tables(text: str, heading: str) -> list[list[str]]:
    """The cells of each row of the table under a heading."""
    under = text.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    lines = [line for line in under.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines[2:]]


ROWS = [*tables(PAGE, "Met elsewhere"), *tables(PAGE, "Five guarantees")]
CASES = sorted({case for row in ROWS for case in re.findall(r"`([^`]+)`", row[-1])})
FOLDERS = ("tests/reference/cases", "tests/evaluate/cases")
BY_HAND = {(folder, case.name) for folder in FOLDERS for case in cases(ROOT / folder)}


def marks(function: ast.FunctionDef) -> set[str]:
    """The last word of each decorator: `parametrize`, `skipif`."""
    decorators = [node.func if isinstance(node, ast.Call) else node for node in function.decorator_list]
    return {node.attr for node in decorators if isinstance(node, ast.Attribute)}


def is_run(case: str) -> bool:
    """Whether a case is a test that nothing leaves out, a case worked out by hand, or an error that must be reported."""
    path, test = case.split("::", 1) if "::" in case else case.split(": ", 1)
    file = ROOT / path
    if not file.is_file():
        return False
    if file.suffix == ".md":
        return (path.rpartition("/")[0], f"{file.stem}: {test}") in BY_HAND
    if file.suffix == ".kpi":
        return test in EXPECTED.findall(file.read_text(encoding="utf-8"))
    tree = ast.parse(file.read_text(encoding="utf-8"))
    found = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == test]
    return (
        test.startswith("test_")
        and file.name.startswith("test_")
        and len(found) == 1
        and not marks(found[0]) & set(LEFT_OUT)
    )


def test_every_mistake_and_every_guarantee_has_a_case() -> None:
    assert len(ROWS) == MISTAKES + GUARANTEES
    assert all(re.search(r"`tests/[^`]+`", row[-1]) for row in ROWS)


@pytest.mark.parametrize("case", CASES)
def test_a_case_that_is_named_is_there_and_is_run(case: str) -> None:
    assert is_run(case)


@pytest.mark.parametrize(
    "case",
    [
        "tests/conformance/test_page.py::test_that_nobody_wrote",
        "tests/conformance/test_page.py::is_run",
        "tests/reference/cases/conformance.md: A heading that nobody wrote",
        "tests/cases/check/stocks.kpi: an-error-that-nobody-expects",
        "tests/no_such_file.py::test_it",
        "tests/conformance/test_page.py::test_the_mistakes_are_those_that_were_found_elsewhere",
    ],
)
def test_a_case_that_is_not_there_or_may_be_skipped_is_none(case: str) -> None:
    assert not is_run(case)


@pytest.mark.skipif(not PEERS.is_file(), reason="the notes on other systems are not beside this checkout")
def test_the_mistakes_are_those_that_were_found_elsewhere() -> None:
    """Each system and issue that the notes name for a mistake stands in the row of the same place."""
    noted = tables(PEERS.read_text(encoding="utf-8"), "Mistakes to be better than")
    given = tables(PAGE, "Met elsewhere")
    assert len(noted) == MISTAKES
    for (_, where, _), (_, here, *_) in zip(noted, given, strict=True):
        named = re.findall(r"#\d+|[A-Z][\w-]+|[a-z]+(?:-[a-z]+)+", where)
        assert [name for name in named if name not in here] == []
