"""`kpi explain`: a KPI in words, the types and units of its formula step by step, how it is computed."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from kpilang.commands import Command, data_options, ending, question_options
from kpilang.run import Run
from kpilang.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kpilang.diagnostics import Diagnostic
    from kpilang.model.nouns import Kpi
    from kpilang.project import Project
    from kpilang.project.ask import Ask
    from kpilang.project.tables import Data

_STEPS = Text(en="Types and units", zh="类型和单位")
_PLAN = Text(en="Plan", zh="计算方案")
_SQL = Text(en="SQL", zh="SQL")


@click.command("explain", cls=Command)
@click.argument("name")
@question_options
@data_options
@click.pass_obj
def command(
    run: Run,
    *,
    name: str,
    ask: Ask,
    sources: tuple[str, ...],
    allow: tuple[str, ...],
    on_bad_rows: str,
    threads: int | None,
    memory: str | None,
) -> None:
    """Explain a KPI: its definition, types and units, plan and SQL.

    The plan depends on the data and on what is asked, so it takes the options of `kpi eval`.

    A template is shown as it is declared.

    \b
    Example:
      kpi explain repeat_rate
      kpi explain std.sales.win_rate
      kpi explain repeat_rate --period 2026-01 --by customer.segment
    """
    from kpilang.model import library
    from kpilang.outputs import definition
    from kpilang.outputs.colour import palette
    from kpilang.project import evaluate, places

    project = run.load(())
    data, wrong = evaluate.data(project, sources, allow, skip_bad=on_bad_rows == "skip", threads=threads, memory=memory)
    template = None if name in project.model.kpis else library.find(name) or project.model.templates.get(name)
    if template is not None and not (project.misset or wrong):
        sys.stdout.writelines(
            f"{line}\n" for line in definition.template(template, project.model, run.tongue, palette(sys.stdout))
        )
        return
    unknown = () if name in project.model.kpis else places.unknown((name,), project.model.kpis)
    if project.misset or wrong or unknown:
        run.refuse((*project.misset, *(project.unread if unknown else ()), *wrong, *unknown))
    kpi = project.model.kpis[name]
    _definition(run, project, kpi)
    findings = _computation(run, project, kpi, ask, data) if kpi.sound and kpi.formula else ()
    if not kpi.sound:
        findings = (*places.about(project, (name,), project.diagnostics), *findings)
    run.show(findings, sys.stderr)
    raise click.exceptions.Exit(ending(findings))


def _definition(run: Run, project: Project, kpi: Kpi) -> None:
    from kpilang.model.explain import steps
    from kpilang.outputs import definition
    from kpilang.outputs.colour import palette

    language, colours = run.tongue, palette(sys.stdout)
    _section(definition.title(kpi, language), definition.fields(kpi, project.model, language, colours))
    found = [(step.text, step.words.say(language)) for step in steps(project.model, kpi)]
    if found:
        _section("\n" + _STEPS.say(language), definition.steps(found, colours))


def _computation(run: Run, project: Project, kpi: Kpi, ask: Ask, data: Data) -> tuple[Diagnostic, ...]:
    """Writes plan and SQL; gives the findings about data."""
    from kpilang.outputs import plans
    from kpilang.outputs.progress import Progress
    from kpilang.project import ask as asking
    from kpilang.project import evaluate

    question, wrong = asking.question(project, (kpi.name,), ask)
    if wrong:
        run.refuse(wrong)
    with Progress(run.tongue, wanted=not run.quiet) as progress:
        explained, findings = evaluate.statements(project, question, data, progress)
    if explained:
        _section("\n" + _PLAN.say(run.tongue), plans.plan(explained, run.tongue))
        _section("\n" + _SQL.say(run.tongue), plans.sql(explained))
    return findings


def _section(head: str, lines: Iterable[str]) -> None:
    sys.stdout.write(f"{head}\n" + "".join(f"{line}\n" for line in lines))
