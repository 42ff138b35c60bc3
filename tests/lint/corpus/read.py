"""Reads the corpus of good and bad definitions: what must be found at each declaration, and what may be."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

FOLDER = Path(__file__).parent
AS_OF = "2026-11-20"
NOT_JUDGED = re.compile(r"[EV]\d{3}|C104|C107")
DECLARATION = re.compile(r'(kpi|goal|owner|source) (\w+)(?: "([^"]*)")?')
REMARK = re.compile(r"# (expect project|expect|may): (.*)")
CODE = re.compile(r"[A-Z]\d{3}")


@dataclass(frozen=True)
class Declared:
    """A declaration of a project, or the project itself (kind `project`), and the codes that belong to it."""

    file: str
    line: int
    kind: str
    name: str
    label: str
    expected: frozenset[str]
    allowed: frozenset[str]

    def missed(self, given: Iterable[str]) -> frozenset[str]:
        """The codes that a linter should have given here and did not."""
        return self.expected - set(given)

    def surplus(self, severities: Mapping[str, str]) -> frozenset[str]:
        """The codes of severity error or warning (any severity in a good project) given here by mistake."""
        asked = self.expected | self.allowed
        loud = (code for code, severity in severities.items() if severity != "info" or self.good)
        return frozenset(code for code in loud if code not in asked and not NOT_JUDGED.fullmatch(code))

    @property
    def good(self) -> bool:
        """Whether the declaration stands in a project that must stay silent."""
        return PurePosixPath(self.file).parent.name == "good"


@dataclass(frozen=True)
class Project:
    """A file of the corpus: a whole project by itself, in one language."""

    file: str
    language: str
    text: str
    declared: tuple[Declared, ...]


def projects(side: str, *, held_out: bool = False) -> Iterator[Project]:
    """The projects of `good` or `bad`: those that the rules are tuned on, or those that are held out."""
    folder = FOLDER / "held_out" if held_out else FOLDER
    for path in sorted((folder / side).glob("*.kpi")):
        text = path.read_text("utf-8")
        file = path.relative_to(FOLDER).as_posix()
        yield Project(file, path.stem.rpartition("_")[2], text, tuple(_declared(file, text)))


def _declared(file: str, text: str) -> Iterator[Declared]:
    whole, remarks = frozenset[str](), dict[str, frozenset[str]]()
    for number, line in enumerate(text.splitlines(), start=1):
        if found := REMARK.fullmatch(line):
            word, codes = found[1], frozenset(re.split(r", ", found[2]))
            if wrong := [code for code in codes if not CODE.fullmatch(code)]:
                raise ValueError(f"{file}:{number}: {wrong} are no codes")
            if word == "expect project":
                whole = whole | codes
            else:
                remarks[word] = codes
        elif found := DECLARATION.match(line):
            expected, allowed = (remarks.pop(word, frozenset()) for word in ("expect", "may"))
            yield Declared(file, number, found[1], found[2], found[3] or "", expected, allowed)
        elif remarks:
            raise ValueError(f"{file}:{number}: a remark stands above no declaration")
    yield Declared(file, 1, "project", file, "", whole, frozenset())
