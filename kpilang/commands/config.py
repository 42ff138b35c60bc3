"""`kpi config`: the settings in force, and who decided on each."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from kpilang.commands import Command, ending
from kpilang.run import Run

if TYPE_CHECKING:
    from kpilang.lint.rule import Rule
    from kpilang.project import Project


@click.command("config", cls=Command)
@click.argument("action", type=click.Choice(["show"]), metavar="show")
@click.option(
    "--explain",
    nargs=2,
    metavar="RULE FILE",
    help="Say of one rule, by code or name, whether it runs on this file, with which severity and options, and why.",
)
@click.option("--select", metavar="RULES", help="Run these rules alone: codes, beginnings of codes, names, ALL.")
@click.option("--extend-select", metavar="RULES", default="", help="Run these rules too.")
@click.option("--ignore", metavar="RULES", default="", help="Leave these rules out.")
@click.option("--isolated", is_flag=True, help="Leave the settings under `lint:` in kpi.yaml out.")
@click.option("--as-of", metavar="DATE", help="The last day known [default: kpi.yaml's, else yesterday].")
@click.pass_obj
def command(
    run: Run,
    *,
    action: str,  # noqa: ARG001 there is one so far, which click has checked
    explain: tuple[str, str] | None,
    select: str | None,
    extend_select: str,
    ignore: str,
    isolated: bool,
    as_of: str | None,
) -> None:
    """Show the settings in force, each with the place that it comes from.

    \b
    Example:
      kpi config show
      kpi config show --env ci
      kpi config show --explain vague-wording sales/orders.kpi
    """
    from kpilang.lint.linter import rules
    from kpilang.lint.selection import mistakes
    from kpilang.lint.settings import LintSettings
    from kpilang.outputs.entries import render
    from kpilang.project import ask, in_force, lint_settings

    project = run.load(explain[1:] if explain else (), isolated=isolated)
    settings, misshapen = lint_settings.settings(project.settings.lint, project.settings.fields, project.root)
    chosen = None if select is None else _split(select)
    asked = in_force.Asked(as_of, LintSettings(chosen, _split(extend_select), _split(ignore)))
    every = (*rules(), *settings.plugins)
    _, undated = ask.last_day(as_of, project)
    wrong = (*undated, *mistakes(every, asked.lint))
    if wrong:
        run.refuse(wrong)
    if explain:
        entries = in_force.explained(_rule(run, explain[0], every), _file(run, project, explain[1]), settings, asked)
    else:
        entries = in_force.whole(project, settings, every, asked)
    sys.stdout.write(render(entries, run.tongue))
    amiss = (*project.misset, *misshapen, *mistakes(every, settings))
    run.show(amiss, sys.stderr)
    raise click.exceptions.Exit(ending(amiss))


def _split(rules: str) -> tuple[str, ...]:
    return tuple(rule.strip() for rule in rules.split(",") if rule.strip())


def _rule(run: Run, name: str, every: tuple[Rule, ...]) -> Rule:
    from kpilang.commands.rule import UNKNOWN
    from kpilang.model.nearest import hint

    words = {word: rule for rule in every for word in (rule.code, rule.name)}
    found = words.get(name.upper()) or words.get(name.lower())
    if found is None:
        run.refuse((UNKNOWN.at(None, help=hint(name, words), name=name),))
    return found


def _file(run: Run, project: Project, name: str) -> str:
    """A file of definitions as the project names it."""
    from pathlib import Path

    from kpilang.project.places import NONE_THERE

    path = Path(os.path.relpath(Path.cwd() / name, project.root)).as_posix()
    if path not in {source.path for source in project.definitions.sources}:
        run.refuse((NONE_THERE.at(None, place=name),))
    return path
