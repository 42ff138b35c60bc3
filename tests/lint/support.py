"""Lints texts in tests, the way a project does: parse, check, run."""

from __future__ import annotations

import datetime as dt

import pytest

from kpilang.diagnostics import Diagnostic
from kpilang.lint import LintSettings, linter, run
from kpilang.lint.settings import DEFAULT
from kpilang.lint.stage import AS_OF, STAGE
from kpilang.model.check import check
from kpilang.model.nouns import Model
from kpilang.syntax.parser import parse
from kpilang.text import Source


def model(**texts: str) -> Model:
    """The model of files given as name to text."""
    return check([parse(Source(f"{name.replace('__', '/')}.kpi", text)) for name, text in texts.items()])


def lint(
    text: str, settings: LintSettings = DEFAULT, as_of: dt.date = AS_OF, **asked: list[str]
) -> tuple[Diagnostic, ...]:
    """The findings in a text that stands beside the stage."""
    found = run(model(stage=STAGE, example=text), as_of, settings, **asked).findings
    return tuple(each for each in found if each.span is None or each.span.source.path == "example.kpi")


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
