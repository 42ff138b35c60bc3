"""Cases worked out by hand, as they stand in `cases/*.md`: definitions, cells, a question, and the rows expected.

A case is a `##` heading with fenced blocks. Blocks before the first heading belong to every case of the file, unless
the case has one of the same name. Blocks: `kpi` (definitions), `formula` (stands for a monthly KPI named x), `unit` (of
that KPI), `csv NAME` (cells of a source), `ask` (a line each: `as-of`, `kpis`, `grain`, `period`, `last`, `by`, `where`,
`full yes`), `rows`. An expected row is `PERIOD [MEMBER, MEMBER] VALUE (known DAY .. DAY) (previous VALUE)`; brackets where there is a
breakdown, `known` where the period is cut (days included), `previous` where the case is about it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

BLOCK = re.compile(r"^```(\S+)[ ]*(.*)\n((?:.*\n)*?)```$", re.MULTILINE)
ROW = re.compile(
    r"(?P<period>\S+)(?: \[(?P<by>.*?)\])? (?P<value>.*?)(?: \(known (?P<known>.*?)\))?(?: \(previous (?P<previous>.*?)\))?"
)


@dataclass(frozen=True)
class Expected:
    """A row as the case states it: the whole line, and in it the period, the members, the value, the previous value."""

    text: str
    period: str
    by: tuple[str | None, ...]
    value: str
    previous: str | None


@dataclass(frozen=True)
class Case:
    """One case: the text of its project, of each source, its question by word, and what must come out."""

    name: str
    definitions: str
    cells: dict[str, str]
    ask: dict[str, str]
    rows: tuple[Expected, ...] = field(repr=False)

    def __str__(self) -> str:
        return self.name


def cases(folder: Path) -> Iterator[Case]:
    for path in sorted(folder.glob("*.md")):
        shared, *pieces = re.split(r"^## ", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
        for piece in pieces:
            title = piece.partition("\n")[0].strip()
            yield case(f"{path.stem}: {title}", blocks(shared) | blocks(piece))


def blocks(text: str) -> dict[tuple[str, str], str]:
    return {(word, name.strip()): body for word, name, body in BLOCK.findall(text)}


def case(name: str, found: dict[tuple[str, str], str]) -> Case:
    definitions = "".join(body for (word, _), body in found.items() if word in ("kpi", "source"))
    if ("formula", "") in found:
        unit = found.get(("unit", ""), "")
        definitions += (
            f'\nkpi x "X" {{\n  formula {found["formula", ""]}  period month\n{unit and "  unit " + unit}}}\n'
        )
    cells = {name: body for (word, name), body in found.items() if word == "csv"}
    ask = dict(line.split(" ", 1) for line in found.get(("ask", ""), "").splitlines() if line.strip())
    rows = tuple(expected(line) for line in found["rows", ""].splitlines() if line.strip())
    return Case(name, definitions, cells, ask, rows)


def expected(line: str) -> Expected:
    match = ROW.fullmatch(line.strip())
    if match is None:
        raise ValueError(line)
    by = tuple(None if part == "none" else part for part in match["by"].split(", ")) if match["by"] else ()
    return Expected(line.strip(), match["period"], by, match["value"], match["previous"])


def number(text: str) -> Fraction | None:
    """A number as written (`3`, `1/3`, `50%`, `~1.4142`); None for the text of a reason, or `none`."""
    plain = text.removeprefix("~")
    try:
        return Fraction(plain.removesuffix("%")) / 100 if plain.endswith("%") else Fraction(plain)
    except ValueError:
        return None
