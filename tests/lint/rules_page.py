"""Writes docs/rules.md: every rule by criterion, and how well the rules do on definitions that nobody tuned them on.

python -m tests.lint.rules_page        # writes the page as it reads today
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from kpilang.lint import linter
from kpilang.lint.rule import Rule
from tests.lint.corpus import measure, read
from tests.lint.corpus.measure import Tally

PAGE = Path(__file__).parents[2] / "docs" / "rules.md"
HEAD = """\
# Rules

What `kpi lint` looks for, by the criterion that a KPI fails. `kpi rule CODE` prints the page of a rule: why it matters,
its options, what decides it, bad and good examples. [linting.md](linting.md) tells how rules are chosen, weighed,
suppressed and held back.
"""
PROOF = """\
## How well they do

Figures on definitions of six departments in English and Chinese that were written without a look at the rules and that
no rule was tuned on: {good} well-made KPIs, of which nothing may be said, and {bad} declarations that are bad in one or
two ways. *Found* are findings that were expected and given, *missed* those expected and not given, *false* errors and
warnings given where none was expected. Precision is found / (found + false), recall found / (found + missed). Rules that
need data are not judged here.

| rule | found | missed | false | precision | recall |
| --- | --- | --- | --- | --- | --- |
"""


def page() -> str:
    """The whole page."""
    return "\n".join([HEAD, *_rules(), _proof()])


def _rules() -> Iterator[str]:
    listed = sorted(linter.rules(), key=lambda rule: "SMARTOCVPX".index(rule.code[0]) * 1000 + int(rule.code[1:]))
    for criterion, group in groupby(listed, key=lambda rule: rule.criterion):
        yield f"## {criterion.title.en}\n\n| code | name | severity | flags |\n| --- | --- | --- | --- |"
        yield "\n".join(map(_row, group)) + "\n"


def _row(rule: Rule) -> str:
    flags = rule.summary.en.replace("|", "\\|")
    return f"| {rule.code} | {rule.name} | {rule.severity} | {flags} |"


def _proof() -> str:
    good, bad = (list(read.projects(side, held_out=True)) for side in ("good", "bad"))
    found = measure.tallies([*good, *bad])
    kpis = sum(declared.kind == "kpi" for project in good for declared in project.declared)
    wrong = sum(bool(declared.expected) for project in bad for declared in project.declared)
    judged = [code for code in sorted(found) if not read.NOT_JUDGED.fullmatch(code)]
    rows = [_figures(code, found[code]) for code in judged]
    return PROOF.format(good=kpis, bad=wrong) + "\n".join([*rows, _figures("all", measure.total(found))]) + "\n"


def _figures(name: str, tally: Tally) -> str:
    return (
        f"| {name} | {tally.hits} | {tally.misses} | {tally.alarms} "
        f"| {_share(tally.precision)} | {_share(tally.recall)} |"
    )


def _share(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8", newline="\n")
