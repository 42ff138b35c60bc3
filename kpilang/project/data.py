"""Whether the data fit what the sources declare: every declared column is loaded, every key and link verified."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kpilang.diagnostics import Problem
from kpilang.project.tables import SPOILED, Data, loaded
from kpilang.text import Text

if TYPE_CHECKING:
    from kpilang.data.table import Table
    from kpilang.diagnostics import Diagnostic
    from kpilang.evaluate.keys import Flaw
    from kpilang.model.nouns import Model
    from kpilang.project.loading import Project
    from kpilang.result import SourceReport

CONTRADICTION = Problem(
    "E550",
    "contradicting-rows",
    Text(en="{reason}", zh="{reason}"),
    label=Text(en="this key does not tell its rows apart", zh="此键未能区分各行"),
    why=Text(
        en="which of the rows holds cannot be known, so the KPIs that need it have `bad data`",
        zh="无法确定以哪一行为准，因此用到它的 KPI 得到 `数据有误`",
    ),
    help=Text(
        en="remove the rows that say it twice, or declare the columns that make the key unique",
        zh="删去重复的行，或声明能使键唯一的列",
    ),
)


REPEATED = Problem(
    "E553",
    "repeated-key",
    Text(en="{reason}", zh="{reason}"),
    label=Text(en="this key does not tell its rows apart", zh="此键未能区分各行"),
    why=Text(
        en="each of the rows counts, so KPIs count the same thing twice", zh="每一行都会计入，同一事物会被重复统计"
    ),
    help=CONTRADICTION.help,
)
UNVERIFIED = Text("`{source}` could not be verified", "`{source}` 无法核验")


@dataclass(frozen=True)
class Checked:
    """A report on each source, and everything in its data that does not fit."""

    reports: tuple[SourceReport, ...]
    diagnostics: tuple[Diagnostic, ...]


def check_data(project: Project, data: Data | None = None) -> Checked:
    """What is in the data of all sources, and what does not fit: cells, files, keys, links, times."""
    from kpilang.engines.duckdb import Unreadable
    from kpilang.evaluate.verification import Verification

    model = project.model
    needed = declared(model)

    def verified(found: Mapping[str, Table]) -> tuple[dict[str, SourceReport], Mapping[str, Sequence[Flaw]]]:
        verification = Verification(model, ready.engine, found, project.as_of, ready.known)
        return {report.name: report for report in verification.reports()}, verification.flawed

    try:
        with loaded(project, needed, data or Data(project.settings.sources), lambda _: None) as ready:
            reports, flawed = ready.use(verified)
    except Unreadable as error:
        return Checked((), (SPOILED.at(None, said=str(error)),))
    told = (item for table in ready.by_name.values() for item in table.diagnostics)
    return Checked(
        tuple(reports.get(name) or _misdeclared(name) for name in model.sources),
        tuple(dict.fromkeys((*ready.findings, *told, *_flaws(model, flawed)))),
    )


def _misdeclared(name: str) -> SourceReport:
    """The report on a source whose declaration is wrong."""
    from kpilang.result import Soundness, SourceReport

    return SourceReport(name, 0, verdict=Soundness.BAD_DATA, faults=(UNVERIFIED.fill(source=name),))


def _flaws(model: Model, flawed: Mapping[str, Sequence[Flaw]]) -> Iterator[Diagnostic]:
    """Keys that do not tell rows apart."""
    for name, flaws in sorted(flawed.items()):
        declaration = model.sources[name].declaration
        key = declaration.first("key")
        for flaw in flaws:
            problem = CONTRADICTION if flaw.spoils else REPEATED
            yield problem.at(key.span if key else declaration.head, reason=flaw.text)


def declared(model: Model) -> Mapping[str, frozenset[str]]:
    """All columns of each source that stand in its file and are declared without an error."""
    return {
        name: frozenset(column.name for column in source.columns.values() if column.in_file and column.sound)
        for name, source in model.sources.items()
        if source.grouping is None
    }
