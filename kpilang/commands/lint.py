"""`kpi lint`: what would mislead the readers of a definition, or leave it without effect."""

from __future__ import annotations

import click

from kpilang.commands import FINDINGS_ENDINGS, Command, Run, ending, report
from kpilang.diagnostics import Diagnostic, Severity
from kpilang.text import Text

_LINTED = Text(
    en="files: {files}, KPIs: {kpis}, errors: {errors}, warnings: {warnings}, info: {infos}",
    zh="文件 {files} 个，KPI {kpis} 个，错误 {errors} 个，警告 {warnings} 个，提示 {infos} 条",
)


@click.command("lint", cls=Command)
@click.argument("places", nargs=-1, metavar="[PATHS|NAMES]...")
@click.option("--select", metavar="RULES", help="Run these rules alone: codes, beginnings of codes, names, ALL.")
@click.option("--extend-select", metavar="RULES", default="", help="Run these rules too.")
@click.option("--ignore", metavar="RULES", default="", help="Leave these rules out.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), help="How findings are written [default: text].")
@click.option("--output", metavar="FILE", help="Write the findings to this file; its ending chooses the format.")
@click.option(
    "--fail-on",
    type=click.Choice([*(str(item) for item in Severity), "never"]),
    default="error",
    show_default=True,
    help="Exit with 1 when a finding weighs this much or more.",
)
@click.pass_obj
def command(
    run: Run,
    *,
    places: tuple[str, ...],
    select: str | None,
    extend_select: str,
    ignore: str,
    form: str | None,
    output: str | None,
    fail_on: str,
) -> None:
    """Find what is vague, unmeasurable, unowned or without a target.

    Reads no data. What is wrong with syntax, names and types is reported as well.

    \b
    Example:
      kpi lint
      kpi lint sales/ --select S,O101 --fail-on warning
    """
    from kpilang import lint
    from kpilang.project import lint as section
    from kpilang.project import places as asked

    form = run.form(form, output, FINDINGS_ENDINGS)
    project = run.load(places)
    run.guard(project, output)
    _, wrong = asked.kpis(project, places)
    if wrong:
        run.refuse((*project.misset, *project.unread, *wrong))
    settings, misshapen = section.settings(project.settings.lint)
    chosen = None if select is None else _split(select)
    found = lint.run(
        project.model,
        project.as_of,
        settings,
        select=chosen,
        extend_select=_split(extend_select),
        ignore=_split(ignore),
    )
    findings = asked.about(project, places, (*misshapen, *project.diagnostics, *found.findings))
    report(run, findings, form, output)
    _summary(run, findings, len(project.model.kpis), len(project.model.trees))
    raise click.exceptions.Exit(ending(findings, fail_on))


def _split(rules: str) -> tuple[str, ...]:
    return tuple(rule.strip() for rule in rules.split(",") if rule.strip())


def _summary(run: Run, findings: tuple[Diagnostic, ...], kpis: int, files: int) -> None:
    count = {severity: sum(item.severity is severity for item in findings) for severity in Severity}
    errors, warnings, infos = (count[severity] for severity in Severity)
    run.tell(_LINTED.fill(kpis=kpis, files=files, errors=errors, warnings=warnings, infos=infos))
