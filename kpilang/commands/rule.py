"""`kpi rule`: what the linter's rules flag and why, with examples."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from kpilang.commands import Command, Run
from kpilang.diagnostics import Problem
from kpilang.outputs.listing import Listing
from kpilang.text import Text

if TYPE_CHECKING:
    from kpilang.lint.rule import Rule

UNKNOWN = Problem("E666", "no-such-rule", Text(en="no rule is called `{name}`", zh="没有名为 `{name}` 的规则"))

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

    \b
    Example:
      kpi rule
      kpi rule S101
      kpi rule missing-owner --lang zh
    """
    from kpilang.lint import explain, linter
    from kpilang.model.nearest import hint

    by_word = {word: rule for rule in linter.rules() for word in (rule.code, rule.name)}
    found = [by_word.get(name.upper()) or by_word.get(name.lower()) for name in names]
    unknown = [name for name, rule in zip(names, found, strict=True) if rule is None]
    if unknown:
        run.refuse(UNKNOWN.at(None, help=hint(name, by_word), name=name) for name in unknown)
    if names:
        sys.stdout.write("\n".join(explain(rule, run.tongue) for rule in found if rule))
        return
    language = run.tongue if form == "table" else "en"
    run.list(Listing("rules", _HEADS, [_row(rule, language) for rule in linter.rules()]), form)


def _row(rule: Rule, language: str) -> dict[str, str | int]:
    from kpilang.lint.page import SEVERITIES

    return {
        "code": rule.code,
        "name": rule.name,
        "criterion": rule.criterion.title.say(language),
        "severity": SEVERITIES[rule.severity].say(language),
        "flags": rule.summary.say(language),
    }
