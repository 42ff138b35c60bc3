"""Runs case files: `.kpi` programs whose expected diagnostics stand as comments on the lines that cause them.

`# error: [name]` or `# error: [name, other]` on a line expects exactly these diagnostics to start on that line; a line
without such a comment expects none. `# error: [name] at …` may say in words what is marked; that is for the reader.

    from tests.cases.runner import cases, check_case

    @pytest.mark.parametrize("path", cases("check"), ids=str)
    def test_each_case_gives_the_errors_written_in_it(path):
        check_case(path, lambda source: check([parse(source)]).diagnostics)
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path

from kpilang.diagnostics import Diagnostic
from kpilang.text import Source

HERE = Path(__file__).parent
EXPECTED = re.compile(r"#\s*error:\s*\[([^\]\r\n]*)\]")


def cases(folder: str) -> list[Path]:
    """The case files of `tests/cases/FOLDER`, in order, relative to `tests/cases`."""
    found = sorted(path.relative_to(HERE) for path in (HERE / folder).rglob("*.kpi"))
    assert found, f"no case files in {folder}"
    return found


def expected(source: Source) -> list[tuple[int, str]]:
    """Line (from 1) and name of each diagnostic that the comments of a case expect."""
    lines = enumerate((source.line(number + 1) for number in range(len(source.line_starts))), start=1)
    return sorted(
        (number, name.strip())
        for number, line in lines
        for match in EXPECTED.finditer(line)
        for name in match.group(1).split(",")
    )


def found(source: Source, diagnostics: Iterable[Diagnostic]) -> list[tuple[int, str]]:
    """Line and name of each diagnostic that was given; one without a place in the case itself stands on line 0."""
    return sorted(
        (source.position(each.span.start)[0] if each.span and each.span.source.path == source.path else 0, each.name)
        for each in diagnostics
    )


def check_case(path: Path, diagnose: Callable[[Source], Iterable[Diagnostic]]) -> None:
    """Assert that a case file gives exactly the diagnostics that its comments expect.

    Every report is also said in both languages, so that no place in a sentence stays unfilled.
    """
    with (HERE / path).open(encoding="utf-8", newline="") as file:
        source = Source(path.as_posix(), file.read())
    diagnostics = list(diagnose(source))
    told = "\n".join(f"{each.span}: [{each.name}] {each.message.en}" for each in diagnostics)
    assert found(source, diagnostics) == expected(source), f"{path} gave:\n{told or 'nothing'}"
    for each in diagnostics:
        for text in (each.message, each.label, each.why, each.help):
            assert text is None or (text.en and text.zh), f"{each.name} lacks a language: {text}"
