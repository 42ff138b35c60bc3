"""Lints texts in tests, the way a project does: parse, check, run."""

from __future__ import annotations

from kpilang.diagnostics import Diagnostic
from kpilang.lint import LintSettings, run
from kpilang.lint.settings import DEFAULT
from kpilang.lint.stage import STAGE
from kpilang.model.check import check
from kpilang.model.nouns import Model
from kpilang.syntax.parser import parse
from kpilang.text import Source


def model(**texts: str) -> Model:
    """The model of files given as name to text."""
    return check([parse(Source(f"{name.replace('__', '/')}.kpi", text)) for name, text in texts.items()])


def lint(text: str, settings: LintSettings = DEFAULT, **asked: list[str]) -> tuple[Diagnostic, ...]:
    """The findings in a text that stands beside the stage."""
    found = run(model(stage=STAGE, example=text), settings, **asked)
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
