"""`kpi rule`: what the linter's rules flag and why, with examples."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

import click

from kpilang.commands import Command
from kpilang.diagnostics import Problem
from kpilang.outputs.listing import Listing
from kpilang.run import Run
from kpilang.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kpilang.diagnostics import Diagnostic
    from kpilang.lint.rule import Rule

UNKNOWN = Problem("E666", "no-such-rule", Text(en="no rule is called `{name}`", zh="没有名为 `{name}` 的规则"))
MISTAKE = Problem(
    "E681",
    "no-rule-but-mistake",
    Text(
        en="`{name}` is the code of a mistake, not of a rule",
        zh="`{name}` 是错误代码，不是规则",
    ),
    help=Text(
        en="a mistake cannot be computed around, so it has no page: each time that it is told, its lines `why` and `help` explain it; `kpi check` tells all",
        zh="有错误就无法计算，因此没有单独的说明页：每次报告时的“原因”和“建议”两行就是说明；`kpi check` 会列出全部错误",
    ),
)
_MISTAKE = re.compile(r"[Ee][1-6]?(?:\d\d)?")

_HEADS = {
    "code": Text(en="code", zh="代码"),
    "name": Text(en="name", zh="名称"),
    "criterion": Text(en="criterion", zh="标准"),
    "severity": Text(en="severity", zh="级别"),
    "flags": Text(en="flags", zh="检查什么"),
}


@click.command("rule", cls=Command)
@click.argument("names", nargs=-1, metavar="[CODES|NAMES]...")
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json", "csv"]),
    default="table",
    show_default=True,
    help="How the list is written; one rule's page is always Markdown.",
)
@click.pass_obj
def command(run: Run, *, names: tuple[str, ...], form: str) -> None:
    """List the rules, or print the pages of those named: what each flags, why, its options, examples.

    The beginning of codes, as in --select, lists the rules that have it.

    \b
    Example:
      kpi rule
      kpi rule S
      kpi rule S101
      kpi rule missing-owner --lang zh
    """
    from kpilang.lint import explain, linter
    from kpilang.lint.selection import chosen

    words = [word for rule in linter.rules() for word in (rule.code, rule.name)]
    found = {name: chosen(linter.rules(), (name,)) for name in names}
    unknown = [name for name, codes in found.items() if not codes]
    if unknown:
        run.refuse(_unknown(name, words) for name in unknown)
    asked = frozenset[str]().union(*found.values())
    rules = [rule for rule in linter.rules() if rule.code in asked or not names]
    if names and all(len(codes) == 1 for codes in found.values()):
        sys.stdout.write("\n".join(explain(rule, run.tongue) for rule in rules))
        return
    language = run.tongue if form == "table" else "en"
    run.list(Listing("rules", _HEADS, [_row(rule, language) for rule in rules]), form)


def _unknown(name: str, words: Iterable[str]) -> Diagnostic:
    """That a name is no rule; the code of a mistake is like those of rules, and means something else."""
    from kpilang.model.nearest import hint

    if _MISTAKE.fullmatch(name):
        return MISTAKE.at(None, name=name.upper())
    return UNKNOWN.at(None, help=hint(name, words), name=name)


def _row(rule: Rule, language: str) -> dict[str, str | int]:
    from kpilang.lint.page import SEVERITIES

    return {
        "code": rule.code,
        "name": rule.name,
        "criterion": rule.criterion.title.say(language),
        "severity": SEVERITIES[rule.severity].say(language),
        "flags": rule.summary.say(language),
    }
