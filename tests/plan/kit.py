"""A small project on disk, asked through the driver: its result by place, its plan, and what it complains about."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from kpilang.evaluate import Explained
from kpilang.outputs.progress import Progress
from kpilang.plan.question import Question
from kpilang.project import load
from kpilang.project.ask import Ask, question
from kpilang.project.evaluate import Answer, answer, computable, data, statements
from kpilang.project.loading import Project
from kpilang.result import Result, Row

Place = tuple[str | None, ...]
SILENT = Progress("en", wanted=False)
ROOM = tempfile.TemporaryDirectory(prefix="kpi-test-")


@dataclass(frozen=True)
class Asked:
    """A project and how to put questions to it."""

    folder: Path
    project: Project
    threads: int = 1
    skip_bad: bool = False

    def question(self, *names: str, **options: str | int) -> Question:
        kpis, empty = computable(self.project.model, names or tuple(self.project.model.kpis), named=True)
        assert not empty
        asked, wrong = question(self.project, kpis, Ask(**options))
        assert not wrong, [item.message.en for item in wrong]
        return asked

    def answer(self, *names: str, **options: str | int) -> Answer:
        sources, wrong = data(self.project, (), (), skip_bad=self.skip_bad, threads=self.threads)
        assert not wrong
        return answer(self.project, self.question(*names, **options), sources, SILENT)

    def result(self, *names: str, **options: str | int) -> Result:
        found = self.answer(*names, **options)
        assert found.result is not None, [item.message.en for item in found.diagnostics]
        return found.result

    def rows(self, *names: str, **options: str | int) -> dict[Place, Row]:
        """Rows by KPI, period and members."""
        rows = self.result(*names, **options).rows
        return {(row.kpi, row.period, *(member for _, member in row.by)): row for row in rows}

    def values(self, *names: str, **options: str | int) -> dict[Place, Decimal | str]:
        """What `rows` shows: a value, or the reason for none."""
        return {place: shown(row) for place, row in self.rows(*names, **options).items()}

    def plan(self, *names: str, **options: str | int) -> tuple[Explained, ...]:
        sources, _ = data(self.project, (), (), threads=self.threads)
        found, _ = statements(self.project, self.question(*names, **options), sources, SILENT)
        return found


def shown(row: Row) -> Decimal | str:
    if row.value is not None:
        return row.value
    assert row.reason is not None
    return str(row.reason.why)


def project(definitions: str, cells: Mapping[str, str], **options: object) -> Asked:
    """A project in a folder that goes when the process does."""
    return written(Path(tempfile.mkdtemp(dir=ROOM.name)), definitions, cells, **options)


def written(folder: Path, definitions: str, cells: Mapping[str, str], **options: object) -> Asked:
    """The project written into a folder, sound, with a CSV file for each source."""
    (folder / "case.kpi").write_text(definitions, encoding="utf-8")
    for name, text in cells.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    (folder / "kpi.yaml").write_text(json.dumps({"sources": {name: f"{name}.csv" for name in cells}}), encoding="utf-8")
    found = load(folder)
    assert not found.model.diagnostics, [f"{item.message.en}" for item in found.model.diagnostics]
    return Asked(folder, found, **options)


def kpis(**formulas: str) -> str:
    """Monthly KPIs by name and formula."""
    return "".join(f'kpi {name} "{name}" {{\n  formula {text}\n  period month\n}}\n' for name, text in formulas.items())
