"""Each format of findings, read back by a reader that is not ours."""

from __future__ import annotations

import csv
import json
import os
import re
import unicodedata
import urllib.parse
from collections.abc import Iterator
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pytest
from pydantic import BaseModel
from sarif_pydantic import Sarif

from kpilang.diagnostics import Diagnostic
from kpilang.lint import linter, run
from kpilang.lint.stage import AS_OF
from kpilang.model.check import check
from kpilang.outputs.findings import FORMATS, Report, Style, render
from kpilang.syntax.parser import parse
from kpilang.text import Source

TEXT = """\
source orders from "o.csv" { key id  collected "Shop" every day }

kpi placed "Improve <b>quality</b> | 100%" zh "提升服务质量😀" {
  formula count(orders)
  unit count
  owner "sales, or: support"
  target >= 5
}

# kpi: ignore[missing-target]: agreed, "for now"
kpi shipped "Orders shipped" { formula count(orders)  unit count  what "x" }
"""
PATHS = "kpis/新 店.kpi"


def report(text: str = TEXT, prefix: str = "") -> Report:
    model = check([parse(Source(PATHS, text))])
    linted = run(model, AS_OF, select=["S101", "M103", "A101", "O", "X"])
    kpis = tuple((name, PATHS) for name in model.kpis)
    return Report((*model.diagnostics, *linted.findings), linted.taken, kpis=kpis, prefix=prefix, rules=linted.rules)


def said(form: str, language: str = "en", **given: str) -> str:
    return render(form, report(**given), Style(language))


def facts(found: Report) -> list[tuple[str, str | None, int, int]]:
    """Code, KPI, line and column of each finding, taken from the findings themselves."""
    return [(item.code, item.kpi, *place(item)) for item in found.findings]


def place(item: Diagnostic) -> tuple[int, int]:
    assert item.span is not None
    before = TEXT[: item.span.start]
    return before.count("\n") + 1, item.span.start - (before.rfind("\n") + 1) + 1


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_format_ends_its_last_line_and_says_all_findings(form: str, language: str) -> None:
    text = said(form, language)
    assert text.endswith("\n")
    for item in report().findings:
        assert item.code in text


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_can_say_that_there_is_nothing(form: str) -> None:
    assert isinstance(render(form, Report(()), Style()), str)


def test_concise_is_a_line_a_finding_that_begins_with_its_place() -> None:
    found = [re.match(r"(.*?):(\d+):(\d+): \w+\[(\w+)\] [a-z-]+: ", line) for line in said("concise").splitlines()]
    assert [(match[4], int(match[2]), int(match[3])) for match in found if match] == [
        (code, line, column) for code, _, line, column in facts(report())
    ]
    assert len(found) == len(report().findings)


def test_jsonl_is_the_findings_of_json_line_by_line() -> None:
    lines = [json.loads(line) for line in said("jsonl").splitlines()]
    assert lines == json.loads(said("json"))["findings"]
    assert [(item["code"], item["kpi"]) for item in lines] == [(code, kpi) for code, kpi, *_ in facts(report())]


# ---------------------------------------------------------------- SARIF


def unknown(value: object, path: str = "") -> Iterator[str]:
    """Every property that the format does not have."""
    if isinstance(value, BaseModel):
        for name in value.model_extra or {}:
            yield f"{path}.{name}"
        for name in type(value).model_fields:
            yield from unknown(getattr(value, name), f"{path}.{name}")
    elif isinstance(value, list):
        for item in value:
            yield from unknown(item, path)


def test_sarif_has_no_property_that_the_format_does_not_know() -> None:
    log = Sarif.model_validate_json(said("sarif"))
    assert set(unknown(log)) == {".runs.columnKind", ".runs.results.suppressions"}, "two that the reader leaves out"
    assert (log.version, len(log.runs)) == ("2.1.0", 1)


def test_sarif_has_what_code_scanning_asks_for() -> None:
    (read,) = json.loads(said("sarif", prefix="team/"))["runs"]
    driver = read["tool"]["driver"]
    assert driver["name"] == "kpilang"
    for rule in driver["rules"]:
        assert rule["id"]
        assert all(rule[key]["text"] for key in ("shortDescription", "fullDescription", "help"))
    assert len({rule["id"] for rule in driver["rules"]}) == len(driver["rules"])
    for result in read["results"]:
        assert driver["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["message"]["text"]
        assert result["partialFingerprints"]
        (location,) = result["locations"]
        physical = location["physicalLocation"]
        assert urllib.parse.unquote(physical["artifactLocation"]["uri"]) == f"team/{PATHS}"
        assert {"startLine", "startColumn", "endLine", "endColumn"} == set(physical["region"])


def test_sarif_places_are_those_of_the_findings_and_ends_are_exclusive() -> None:
    results = json.loads(said("sarif"))["runs"][0]["results"]
    regions = [item["locations"][0]["physicalLocation"]["region"] for item in results]
    shown = len(report().findings)
    assert [(region["startLine"], region["startColumn"]) for region in regions[:shown]] == [
        (line, column) for *_, line, column in facts(report())
    ]
    for region, item in zip(regions, report().findings, strict=False):
        assert item.span is not None
        line = TEXT.split("\n")[region["startLine"] - 1]
        if region["startLine"] == region["endLine"]:
            assert line[region["startColumn"] - 1 : region["endColumn"] - 1] == item.span.text


def test_sarif_tells_every_rule_and_what_comments_suppress() -> None:
    (read,) = json.loads(said("sarif"))["runs"]
    assert {rule.code for rule in linter.rules()} <= {rule["id"] for rule in read["tool"]["driver"]["rules"]}
    (suppressed,) = [item for item in read["results"] if "suppressions" in item]
    assert suppressed["ruleId"] == "A101"
    assert suppressed["suppressions"] == [{"kind": "inSource", "justification": 'agreed, "for now"'}]


def test_a_fix_in_sarif_makes_the_text_that_the_fix_makes() -> None:
    results = json.loads(said("sarif"))["runs"][0]["results"]
    (fixed,) = [item for item in results if item["ruleId"] == "M103" and "fixes" in item]
    (change,) = fixed["fixes"][0]["artifactChanges"]
    (edit,) = change["replacements"]
    region, lines = edit["deletedRegion"], TEXT.split("\n")
    line = lines[region["startLine"] - 1]
    at = region["startColumn"] - 1
    lines[region["startLine"] - 1] = line[:at] + edit["insertedContent"]["text"] + line[region["endColumn"] - 1 :]
    model = check([parse(Source(PATHS, "\n".join(lines)))])
    assert model.kpis["placed"].direction == "higher"


# ---------------------------------------------------------------- GitHub, GitLab, JUnit, Markdown


def decoded(text: str, *, inner: bool) -> str:
    """What GitHub makes of an escaped value."""
    pairs = {"%0D": "\r", "%0A": "\n", **({"%3A": ":", "%2C": ","} if inner else {}), "%25": "%"}
    for escape, character in pairs.items():
        text = text.replace(escape, character)
    return text


def test_an_annotation_keeps_its_place_and_every_character() -> None:
    lines = said("github", prefix="a,b:c/").splitlines()
    assert len(lines) == len(report().findings)
    for line, item, (code, _, row, column) in zip(lines, report().findings, facts(report()), strict=True):
        match = re.fullmatch(r"::(error|warning|notice) ([^:]*(?:%3A[^:]*)*)::(.*)", line)
        assert match, line
        given = dict(pair.split("=", 1) for pair in match[2].split(","))
        assert decoded(given["file"], inner=True) == f"a,b:c/{PATHS}"
        assert (int(given["line"]), int(given.get("col", column))) == (row, column)
        assert given["title"] == f"{code} {item.name}"
        assert decoded(match[3], inner=False).split("\n")[0] == item.message.en


def test_gitlab_has_the_fields_of_a_code_quality_report_and_no_fingerprint_twice() -> None:
    items = json.loads(said("gitlab"))
    assert [(item["check_name"], item["location"]["path"], item["location"]["lines"]["begin"]) for item in items] == [
        (code, PATHS, line) for code, _, line, _ in facts(report())
    ]
    assert {item["severity"] for item in items} <= {"info", "minor", "major", "critical", "blocker"}
    assert len({item["fingerprint"] for item in items}) == len(items)
    assert all(item["description"] for item in items)


def test_junit_has_a_case_for_each_kpi_and_counts_what_fails() -> None:
    root = ET.fromstring(said("junit"))  # noqa: S314 our own text
    cases = {case.get("name"): case for case in root.iter("testcase")}
    assert set(cases) == {"placed", "shipped"}
    assert (root.get("tests"), root.get("failures")) == ("2", str(sum(1 for _ in root.iter("failure"))))
    failure = cases["placed"].find("failure")
    assert failure is not None
    assert all(item.message.en in (failure.text or "") for item in report().findings if item.kpi == "placed")


def test_junit_holds_text_that_xml_cannot() -> None:
    dirty = TEXT.replace("Orders shipped", "Orders \x0b \ufffe improve")
    assert ET.fromstring(said("junit", text=dirty)).tag == "testsuites"  # noqa: S314 our own text


@pytest.mark.parametrize("form", FORMATS)
def test_no_format_lets_control_characters_of_names_and_texts_through(form: str) -> None:
    dirty = TEXT.replace("Improve", "Improve \x1b[31m \x07 \x9b")
    path = "a\x1b[2Jb\x08\u202e\n.kpi"
    model = check([parse(Source(path, dirty))])
    linted = run(model, AS_OF, select=["S101", "M103", "A101", "O", "X"])
    found = Report((*model.diagnostics, *linted.findings), linted.taken, kpis=(("placed", path),), rules=linted.rules)
    text = render(form, found, Style())
    assert "M103" in text or form == "junit"
    assert {letter for letter in text if unicodedata.category(letter) == "Cc"} <= {"\n"}
    if form in ("text", "concise", "github", "markdown"):
        assert "\u202e" not in text


class Tags(HTMLParser):
    """Every tag of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        del attrs
        self.tags.append(tag)


def test_markdown_is_a_row_a_finding_and_lets_no_markup_through() -> None:
    text = said("markdown")
    rows = [line for line in text.splitlines() if line.startswith("| ") and "[" not in line.split("|")[2]]
    assert len(rows) == len(report().findings) + 2
    read = [next(csv.reader([re.sub(r"\\\|", "", row)], delimiter="|", quoting=csv.QUOTE_NONE)) for row in rows]
    assert {len(cells) for cells in read} == {6}
    tags = Tags()
    tags.feed(text)
    assert set(tags.tags) <= {"details", "summary", "br", "i"}
    assert "Suppressed by comments, with a reason: " in text


def test_sarif_names_a_file_whose_name_is_not_utf8_by_its_bytes() -> None:
    model = check([parse(Source(os.fsdecode(b"\xff\xfe.kpi"), 'kpi a "A" { owner nobody_known }'))])
    (read,) = json.loads(render("sarif", Report(model.diagnostics), Style("en")))["runs"]
    (place,) = read["results"][0]["locations"]
    assert place["physicalLocation"]["artifactLocation"]["uri"] == "%FF%FE.kpi"
