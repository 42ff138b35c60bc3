"""docs/language.md and README.md are executed: blocks are checked, values of tables computed, transcripts run.

On the page of the language the first block and the CSV blocks are a shop that everything else is checked against.
`# error: [name]` on a line of a block expects that report there. A table whose first heading is `formula` gives the
value of each formula for January and February 2026, to as many decimals as it writes, or the reason for none.
"""

import csv
import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path

import pytest

from kpilang.model.check import check
from kpilang.syntax.parser import parse
from kpilang.text import Source
from tests.cases.runner import expected, found

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "language.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```kpi\n(.*?)^```$", PAGE, flags=re.MULTILINE | re.DOTALL)
FILES = re.findall(r"`([\w-]+\.csv)`:\n\n```csv\n(.*?)```", PAGE, flags=re.DOTALL)
SETTINGS = re.findall(r"^```yaml\n(.*?)^```$", PAGE, flags=re.MULTILINE | re.DOTALL)
MONTHS = ("2026-01", "2026-02")


def formulas() -> list[tuple[str, str, str]]:
    """Each formula of the page's tables, with what it gives in January and in February."""
    tables = re.findall(r"^\| formula \| January .*\n\| ---.*\n((?:\|.*\n)+)", PAGE, flags=re.MULTILINE)
    rows = [row.strip("| ").split(" | ") for table in tables for row in table.splitlines()]
    return [(row[0].strip("`"), row[1], row[2]) for row in rows]


def reports(number: int) -> tuple[list[tuple[int, str]], list[tuple[int, str]]]:
    """What a block of the page should report, and what it does report beside the shop."""
    block = Source(f"block {number}", BLOCKS[number])
    others = [Source("shop", BLOCKS[0])] if number else []
    model = check([parse(source) for source in (*others, block)])
    return expected(block), found(block, model.diagnostics)


@pytest.mark.parametrize("number", range(len(BLOCKS)))
def test_each_block_of_the_language_page_reports_what_it_says(number: int) -> None:
    wanted, given = reports(number)
    assert given == wanted


def write_shop(folder: Path, more: Iterable[str] = ()) -> None:
    """The project of the page: its sound blocks, its data, its settings, and more definitions."""
    sound = [block for block in BLOCKS if "# error:" not in block]
    for number, block in enumerate((*sound, *more)):
        (folder / f"block{number}.kpi").write_text(block, encoding="utf-8")
    for name, text in FILES:
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "kpi.yaml").write_text(SETTINGS[0], encoding="utf-8")


def kpi(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "kpilang", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


@pytest.fixture(scope="module")
def values(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], str]:
    """By formula and month: the value or the reason that the command gives."""
    folder = tmp_path_factory.mktemp("shop")
    names = {f"example_{number}": formula for number, (formula, _, _) in enumerate(formulas())}
    write_shop(folder, [f"kpi {name} {{ formula {formula}  period month }}\n" for name, formula in names.items()])
    run = kpi(folder, "eval", *names, "--period=2026-01..2026-02", "--format=json")
    assert run.returncode == 0, run.stderr + run.stdout
    rows = json.loads(run.stdout, parse_float=str, parse_int=str)["rows"]
    return {(names[row["kpi"]], row["period"]): row["value"] or row["reason"]["code"] for row in rows}


@pytest.mark.parametrize("formula", [formula for formula, _, _ in formulas()])
def test_each_formula_of_the_tables_has_the_value_written_beside_it(
    formula: str, values: dict[tuple[str, str], str]
) -> None:
    [wanted] = [row[1:] for row in formulas() if row[0] == formula]
    for month, text in zip(MONTHS, wanted, strict=True):
        given = values[formula, month]
        if re.fullmatch(r"-?[\d.]+", text):
            assert round(Decimal(given), -Decimal(text).as_tuple().exponent) == Decimal(text)
        else:
            assert given == text


def test_the_settings_of_the_page_are_accepted(tmp_path: Path) -> None:
    write_shop(tmp_path)
    run = kpi(tmp_path, "check")
    assert run.returncode == 0, run.stdout + run.stderr


def test_the_data_of_the_page_have_as_many_cells_in_each_row() -> None:
    assert len(FILES) == 6
    for _, text in FILES:
        heading, *rows = csv.reader(text.splitlines())
        assert {len(row) for row in rows} == {len(heading)}


def transcripts(page: str) -> list[tuple[str, str]]:
    """Each command of a page's console blocks with the output shown beneath it."""
    blocks = re.findall(r"^```console\n(.*?)^```$", page, flags=re.MULTILINE | re.DOTALL)
    return [match for block in blocks for match in re.findall(r"^\$ kpi (.*)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE)]


def printed(text: str) -> list[str]:
    """The lines of an output, without white space at their ends."""
    return [line.rstrip() for line in text.strip().splitlines()]


@pytest.mark.parametrize(("command", "shown"), transcripts(README))
def test_each_command_of_the_readme_prints_what_is_shown(command: str, shown: str) -> None:
    assert printed(kpi(ROOT, *shlex.split(command)).stdout) == printed(shown)


@pytest.mark.parametrize(("command", "shown"), transcripts(PAGE))
def test_each_command_of_the_language_page_prints_what_is_shown(command: str, shown: str, tmp_path: Path) -> None:
    write_shop(tmp_path)
    assert printed(kpi(tmp_path, *shlex.split(command)).stdout) == printed(shown)


def test_the_definition_in_the_readme_is_that_of_the_example() -> None:
    [block] = re.findall(r"^```kpi\n(.*?)^```$", README, flags=re.MULTILINE | re.DOTALL)
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "examples").rglob("*.kpi")]
    assert any(block in text for text in texts)


PAGES = sorted(path for path in ROOT.rglob("*.md") if not {".venv", ".git", ".pytest_cache"} & set(path.parts))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_each_link_of_a_page_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
        if "://" in target:
            continue
        path, _, anchor = target.partition("#")
        file = page.parent / path if path else page
        assert file.exists(), target
        if anchor:
            headings = re.findall(r"^#+ (.*)$", file.read_text(encoding="utf-8"), flags=re.MULTILINE)
            assert anchor in {re.sub(r"[^\w\- ]", "", heading).lower().replace(" ", "-") for heading in headings}, (
                target
            )
