"""A case put to the real thing: written out as a project, asked through the command line or through the driver."""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import json
from fractions import Fraction
from pathlib import Path

from kpilang.model.nouns import Model
from kpilang.plan.question import Question
from tests.reference.case import Case
from tests.reference.evaluator import Row


def by_command(case: Case, model: Model, folder: Path) -> list[Row]:
    """The rows of `kpi eval --format json`."""
    from kpilang.cli import main

    write_project(case, model, folder)
    said, wrong = io.StringIO(), io.StringIO()
    with contextlib.chdir(folder), contextlib.redirect_stdout(said), contextlib.redirect_stderr(wrong):
        main(arguments(case, model))
    assert said.getvalue(), wrong.getvalue()
    return [from_json(found) for found in json.loads(said.getvalue(), parse_float=str, parse_int=str)["rows"]]


def by_driver(case: Case, model: Model, question: Question, folder: Path, threads: int = 1) -> list[Row]:
    """The rows that the driver hands to the outputs."""
    from kpilang.outputs.progress import Progress
    from kpilang.project import load
    from kpilang.project.evaluate import answer, data

    write_project(case, model, folder)
    project = load(folder)
    sources, wrong = data(project, (), (), threads=threads)
    assert not wrong
    found = answer(project, question, sources, Progress("en", wanted=False))
    assert found.result is not None, [diagnostic.message.en for diagnostic in found.diagnostics]
    return [from_result(row) for row in found.result.rows]


def write_project(case: Case, model: Model, folder: Path) -> None:
    (folder / "case.kpi").write_text(case.definitions, encoding="utf-8")
    sources = {}
    for name, source in model.sources.items():
        if source.grouping is not None:
            continue
        head = ",".join(column.cell for column in source.columns.values() if column.in_file)
        (folder / f"{name}.csv").write_text(case.cells.get(name, head + "\n"), encoding="utf-8")
        sources[name] = f"{name}.csv"
    (folder / "kpi.yaml").write_text(json.dumps({"sources": sources}, ensure_ascii=False), encoding="utf-8")


def arguments(case: Case, model: Model) -> list[str]:
    ask = {"as-of": "2026-12-31"} | case.ask
    names = ask.pop("kpis", list(model.kpis)[-1]).split(", ")
    flags = [f"--{word}" for word in ("full", "total") if ask.pop(word, None)]
    return [
        "eval",
        *names,
        "--format",
        "json",
        *flags,
        *(part for word, value in ask.items() for part in (f"--{word}", value.replace(", ", ","))),
    ]


def from_json(found: dict[str, object]) -> Row:
    partial, reason = found["partial"], found["reason"]
    return Row(
        found["kpi"],
        found["period"],
        tuple(found["by"].values()),
        exact(found["value"]),
        reason and reason["code"],
        partial and (dt.date.fromisoformat(partial["start"]), dt.date.fromisoformat(partial["end"])),
        exact(found["previous"]),
        exact(found["change"]),
    )


def from_result(row: object) -> Row:
    return Row(
        row.kpi,
        row.period,
        tuple(member for _, member in row.by),
        exact(row.value),
        row.reason and row.reason.why,
        row.partial and (row.partial.start, row.partial.end),
        exact(row.previous),
        exact(row.change),
    )


def exact(value: object) -> Fraction | None:
    return None if value is None else Fraction(value)
