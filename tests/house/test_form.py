"""Every file of definitions in the repository stands in its one form, but those that are wrong on purpose; so do the
definitions in README and docs, but those that show `kpi fmt` at work."""

import re
from pathlib import Path

import pytest

from kpilang.syntax.formatting import format_source
from kpilang.text import Source

ROOT = Path(__file__).parents[2]
CASES = ROOT / "tests" / "cases"
OTHERWISE = ROOT / "tests" / "diff" / "cases" / "silent-reformatted" / "after"
"""What stands in another form on purpose."""


def files():
    """Every file but the cases whose comments say what is wrong with them."""
    for path in sorted(ROOT.rglob("*.kpi")):
        hidden = any(part.startswith(".") for part in path.relative_to(ROOT).parts)
        if (
            not hidden
            and path.parent != OTHERWISE
            and not (path.is_relative_to(CASES) and "# error:" in path.read_text(encoding="utf-8"))
        ):
            yield path


@pytest.mark.parametrize("path", list(files()), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_file_of_definitions_stands_in_its_form(path):
    text = path.read_text(encoding="utf-8")
    assert format_source(Source(path.name, text)).text == text


def blocks():
    """The definitions in README and docs that are a file by themselves, by page and number."""
    for page in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))):
        found = re.findall(r"^```kpi\n(.*?)^```$", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
        for number, text in enumerate(found if page.name != "reviewing.md" else ()):
            yield pytest.param(text, id=f"{page.name}-{number}")


@pytest.mark.parametrize("text", list(blocks()))
def test_definitions_in_docs_stand_in_their_form(text):
    assert format_source(Source("x", text)).text in (text, None)


def test_docs_hold_definitions():
    assert len(list(blocks())) > 10
