"""Findings as a JUnit report: a test case for each KPI, which fails where there is an error or a warning about it."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from kpilang.diagnostics import Diagnostic, Severity
from kpilang.outputs.colour import PLAIN
from kpilang.outputs.findings import Report, Style
from kpilang.outputs.findings.text import one
from kpilang.outputs.xml import plain


def render(report: Report, style: Style) -> str:
    """One suite a file; what is about no KPI is a case named after the file, or `project`."""
    by_case: dict[tuple[str, str], list[Diagnostic]] = {(path, name): [] for name, path in report.kpis}
    home = dict(report.kpis)
    for item in report.findings:
        path = item.span.source.path if item.span else "project"
        key = (home[item.kpi], item.kpi) if item.kpi in home else (path, path)
        by_case.setdefault(key, []).append(item)
    suites: dict[str, dict[str, list[Diagnostic]]] = {}
    for (path, name), items in by_case.items():
        suites.setdefault(path, {})[name] = items
    root = Element("testsuites", name="kpi lint")
    for path, cases in suites.items():
        _suite(root, path, cases, style.language)
    for element in (root, *root):
        _count(element)
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _suite(root: Element, path: str, cases: dict[str, list[Diagnostic]], language: str) -> None:
    suite = SubElement(root, "testsuite", name=plain(path))
    for name, items in cases.items():
        case = SubElement(suite, "testcase", classname=plain(path), name=plain(name))
        failing = [item for item in items if item.severity is not Severity.INFO]
        if failing:
            first = failing[0]
            message = f"{first.code} {first.name}: {first.message.say(language)}"
            failure = SubElement(case, "failure", type=first.code, message=plain(message))
            failure.text = plain(_whole(failing, language))
        notes = [item for item in items if item.severity is Severity.INFO]
        if notes:
            SubElement(case, "system-out").text = plain(_whole(notes, language))


def _whole(items: Sequence[Diagnostic], language: str) -> str:
    return "\n\n".join(one(item, language, PLAIN) for item in items)


def _count(element: Element) -> None:
    element.set("tests", str(len(element.findall(".//testcase"))))
    element.set("failures", str(len(element.findall(".//failure"))))
