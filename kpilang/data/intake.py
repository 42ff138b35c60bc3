"""One source while its files are read: what was asked for, and what has been found so far."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from kpilang.data import findings, formats
from kpilang.data.decoding import UTF8
from kpilang.data.numerals import PLAIN, Form
from kpilang.diagnostics import Diagnostic
from kpilang.model.calendar import Calendar
from kpilang.model.nouns import DataColumn, DataSource
from kpilang.text import Text


@dataclass
class Intake:
    """`columns` are read; `rejected` holds, by file, the lines that are no rows and why; `forms` tells of
    columns that are written otherwise than most, `unsettled` of those that may be written in several ways; `missing` and
    `why` are as in Table, `file` is the one being read."""

    source: DataSource
    columns: list[DataColumn]
    calendar: Calendar
    skip_bad: bool
    diagnostics: list[Diagnostic] = field(default_factory=list)
    missing: set[str] = field(default_factory=set)
    file: str = ""
    why: Text | None = None
    rejected: dict[str, dict[int, Text]] = field(default_factory=dict)
    unsettled: dict[str, tuple[str, ...]] = field(default_factory=dict)
    forms: dict[str, Form] = field(default_factory=dict)

    @cached_property
    def keys(self) -> frozenset[str]:
        """The columns by which rows are found: the key, and those of links."""
        links = (column for link in self.source.links.values() for column in link.columns)
        return frozenset((*self.source.key, *links))

    def is_key(self, column: DataColumn) -> bool:
        """Whether a column is text only to tell rows apart, so that whole numbers may be stored as such."""
        return column.sort == "text" and column.name in self.keys and not column.items

    @property
    def zone(self) -> str:
        return self.calendar.zone

    @property
    def sheet(self) -> str | None:
        """The sheet of a workbook."""
        place = self.source.place
        return place.sheet.value if place and place.sheet else None

    @property
    def table(self) -> str | None:
        """The table of a database, or the way to it in a document."""
        place = self.source.place
        return place.table.value if place and place.table else None

    @property
    def header(self) -> int | None:
        """The row of headings, from 1."""
        place = self.source.place
        return int(place.header.value) if place and place.header else None

    @property
    def pivoted(self) -> list[str]:
        """Headings that stand for columns that are rows."""
        unpivot = self.source.unpivot
        return [unpivot.first, unpivot.last] if unpivot else []

    def decoded(self, file: str, encoding: str) -> None:
        """Keep it in mind where an encoding was guessed."""
        if encoding != UTF8:
            head = self.source.declaration.head
            self.diagnostics.append(formats.ENCODING.at(head, file=file, source=self.source.name, encoding=encoding))

    @property
    def wanted(self) -> list[str]:
        """The headings of every declared column, by which a file is known to be the right one."""
        declared = [column.cell for column in self.source.columns.values() if column.in_file]
        return list(dict.fromkeys([*declared, *(column.cell for column in self.columns)]))

    def form(self, column: DataColumn) -> Form:
        """How the cells of a column are written, as far as is known."""
        return self.forms.get(column.name, PLAIN)

    def refuse(self, finding: Diagnostic) -> Text:
        """Keep a finding that makes the whole source unusable; why it is, by the first of such."""
        self.diagnostics.append(finding)
        self.why = self.why or findings.why(finding, self.file)
        return self.why

    def lack(self, column: DataColumn, finding: Diagnostic) -> None:
        """Keep a finding that makes one column unusable; a second look at the same file finds nothing new."""
        self.missing.add(column.name)
        self.tell(finding)

    def tell(self, finding: Diagnostic) -> None:
        """Keep a finding, once."""
        if finding not in self.diagnostics:
            self.diagnostics.append(finding)
