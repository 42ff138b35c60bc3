"""Lints texts in tests, the way a project does: parse, check, run."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from kpilang.diagnostics import Diagnostic
from kpilang.lint import LintSettings, linter, run
from kpilang.lint.history import History
from kpilang.lint.rule import WithData
from kpilang.lint.settings import DEFAULT
from kpilang.lint.stage import AS_OF, STAGE
from kpilang.model.check import check
from kpilang.model.nouns import Model
from kpilang.project import load
from kpilang.project.history import gather
from kpilang.project.tables import Data
from kpilang.syntax.parser import parse
from kpilang.text import Source

ROWS = {
    "cases.csv": "case_id,opened_on,rating,solved\n1,2026-06-29,4,yes\n",
    "orders.csv": "order_id,ordered_on,customer_id,amount\n1,2026-06-29,A1,50\n",
}
"""Rows for the sources of the stage."""


def model(**texts: str) -> Model:
    """The model of files given as name to text."""
    return check([parse(Source(f"{name.replace('__', '/')}.kpi", text)) for name, text in texts.items()])


def lint(
    text: str, settings: LintSettings = DEFAULT, as_of: dt.date = AS_OF, **asked: list[str]
) -> tuple[Diagnostic, ...]:
    """The findings in a text that stands beside the stage, and beside data where it brings some."""
    with beside(text, as_of) as (checked, history):
        found = run(checked, as_of, settings, **asked, history=history).findings
    return tuple(each for each in found if each.span is None or each.span.source.path == "example.kpi")


@contextmanager
def beside(text: str, as_of: dt.date = AS_OF) -> Iterator[tuple[Model, History | None]]:
    """The model of a text beside the stage, and what the data that it brings say, evaluated as a project is."""
    if not isinstance(text, WithData):
        yield model(stage=STAGE, example=text), None
        return
    with TemporaryDirectory() as folder:
        for name, content in {**ROWS, **text.files, "stage.kpi": STAGE, "example.kpi": text}.items():
            (Path(folder) / name).write_text(content, encoding="utf-8")
        project = load(Path(folder), keep=False)
        history, _ = gather(project, Data({}), as_of)
        yield project.model, history


def codes(text: str, settings: LintSettings = DEFAULT, **asked: list[str]) -> list[str]:
    return [each.code for each in lint(text, settings, **asked)]


def marked(diagnostic: Diagnostic) -> str:
    """The text that a finding points at."""
    assert diagnostic.span is not None
    return diagnostic.span.text


def mended(text: str, diagnostic: Diagnostic) -> str:
    """The text after the first fix of a finding."""
    for edit in sorted(diagnostic.fixes[0].edits, key=lambda edit: edit.span.start, reverse=True):
        text = text[: edit.span.start] + edit.replacement + text[edit.span.end :]
    return text


FIRST = ("A101", "M101", "M102", "M103", "O101", "O102", "R101", "S101", "S102", "T101")


@pytest.fixture
def the_first_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    """A linter of ten rules, so that what is said of all of them stays readable."""
    few = tuple(rule for rule in linter.rules() if rule.code in FIRST)
    monkeypatch.setattr(linter, "rules", lambda: few)
