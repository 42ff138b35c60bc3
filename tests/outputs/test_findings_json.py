"""How findings are written for programs."""

import json

from kpilang.diagnostics import Edit, Fix, Problem
from kpilang.outputs.findings import Report, Style
from kpilang.outputs.findings.json import render
from kpilang.text import Source, Span, Text

PROBLEM = Problem(
    "O101", "missing-owner", Text("`{name}` has no owner", "`{name}` 没有负责人"), why=Text("why", "因为")
)


def finding(text="kpi churn {", marked="churn", path="a.kpi", **given):
    source = Source(path, text)
    start = text.index(marked)
    return PROBLEM.at(Span(source, start, start + len(marked)), kpi="churn", name="churn", **given)


def read(*findings, language="en"):
    return json.loads(render(Report(findings), Style(language)))["findings"]


def test_a_finding_has_all_the_keys_of_the_shape():
    assert read(finding("\nkpi churn {")) == [
        {
            "code": "O101",
            "name": "missing-owner",
            "severity": "error",
            "message": "`churn` has no owner",
            "why": "why",
            "help": None,
            "kpi": "churn",
            "file": "a.kpi",
            "start": {"line": 2, "column": 5},
            "end": {"line": 2, "column": 10},
            "fix": None,
            "fingerprint": read(finding())[0]["fingerprint"],
        }
    ]


def test_the_message_is_in_the_language_asked_for():
    assert read(finding(), language="zh")[0]["message"] == "`churn` 没有负责人"


def test_the_fingerprint_survives_moves_and_new_spacing():
    here = read(finding("kpi churn  {", "churn  {"))[0]["fingerprint"]
    moved = read(finding("\n\n  kpi churn\n{", "churn\n{", path="b/c.kpi"))[0]["fingerprint"]
    assert here == moved


def test_the_fingerprint_tells_texts_and_equal_findings_apart():
    fingerprints = [item["fingerprint"] for item in read(finding(), finding(), finding(marked="kpi"))]
    assert len(set(fingerprints)) == 3


def test_a_fix_lists_its_edits():
    source = Source("a.kpi", "kpi churn {}")
    fix = Fix(Text("add an owner", "加上负责人"), (Edit(Span(source, 11, 11), "owner x"),), safe=False)
    assert read(finding(fixes=(fix,)))[0]["fix"] == {
        "title": "add an owner",
        "safe": False,
        "edits": [
            {"file": "a.kpi", "start": {"line": 1, "column": 12}, "end": {"line": 1, "column": 12}, "text": "owner x"}
        ],
    }


def test_a_finding_about_data_has_no_place():
    found = read(PROBLEM.at(None, name="x"))[0]
    assert (found["file"], found["start"], found["end"]) == (None, None, None)


def test_no_findings_are_an_empty_list():
    assert json.loads(render(Report(()), Style())) == {"version": 1, "findings": []}


def test_ascii_alone_is_written_for_streams_that_hold_no_more():
    text = render(Report((finding(),)), Style("zh", ascii_only=True))
    assert text.isascii()
    assert json.loads(text)["findings"][0]["message"] == "`churn` 没有负责人"
