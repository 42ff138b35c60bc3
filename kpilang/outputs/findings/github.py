"""Findings as workflow commands of GitHub Actions, which shows them beside the lines of a pull request."""

from __future__ import annotations

from kpilang.diagnostics import Diagnostic
from kpilang.outputs.findings import Report, Style
from kpilang.width import flat

_COMMANDS = {"error": "error", "warning": "warning", "info": "notice"}


def render(report: Report, style: Style) -> str:
    """`::error file=…,line=…,col=…,endLine=…,endColumn=…,title=…::message`, a line a finding; paths are relative to the
    repository."""
    return "".join(_command(item, report.prefix, style.language) + "\n" for item in report.findings)


def _command(item: Diagnostic, prefix: str, language: str) -> str:
    given: dict[str, object] = {}
    if item.span is not None:
        start, end = (item.span.source.position(at) for at in (item.span.start, item.span.end))
        given = {"file": prefix + item.span.source.path, "line": start[0], "endLine": end[0]}
        if start[0] == end[0]:
            given |= {"col": start[1], "endColumn": end[1]}
    given["title"] = f"{item.code} {item.name}"
    properties = ",".join(f"{name}={_property(str(value))}" for name, value in given.items())
    said = [item.message.say(language), *(text.say(language) for text in (item.why, item.help) if text)]
    return f"::{_COMMANDS[item.severity]} {properties}::{_data(chr(10).join(said))}"


def _data(text: str) -> str:
    """A text as the command takes it; control characters, which the log of a job would obey, made visible."""
    return "%0A".join(flat(line) for line in text.replace("%", "%25").split("\n"))


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
