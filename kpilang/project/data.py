"""Whether the data fit what the sources declare: every declared column is loaded, every key and link verified."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kpilang.diagnostics import Problem
from kpilang.project.evaluate import SPOILED
from kpilang.text import Text

if TYPE_CHECKING:
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


def check_data(project: Project, allow: Iterable[str] = ()) -> Checked:
    """What is in the data of all sources, and what does not fit: cells, files, keys, links, times."""
    from kpilang.data.files import bind
    from kpilang.engines.duckdb import Engine, Unreadable
    from kpilang.evaluate.verification import Verification
    from kpilang.project.known import known

    model = project.model
    needs = declared(model)
    allowed = [Path(text).absolute() for text in allow]
    bound, wrong = bind(model, project.root, project.settings.sources, needs, allowed)
    remembered = known(project, bound, skip_bad=False)
    try:
        with Engine(file for item in bound.values() for file in item.files) as engine:
            tables = engine.load(bound, {name: needs[name] for name in bound}, model, skip_bad=False)
            verification = Verification(model, engine, tables, project.as_of, remembered)
            reports = {report.name: report for report in verification.reports()}
    except Unreadable as error:
        return Checked((), (*wrong, SPOILED.at(None, said=str(error))))
    remembered.save()
    found = (*(item for table in tables.values() for item in table.diagnostics), *_flaws(model, verification.flawed))
    return Checked(tuple(reports.get(name) or _absent(name) for name in needs), (*wrong, *found))


def _absent(name: str) -> SourceReport:
    """The report on a source whose data are not there, or whose declaration is wrong."""
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
        name: frozenset(column.name for column in source.columns.values() if column.derived is None and column.sound)
        for name, source in model.sources.items()
    }
