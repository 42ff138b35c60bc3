"""`kpi check`: are the definitions sound, and with `--data` do the data fit them."""

from __future__ import annotations

from typing import Any

import click

from kpilang.commands import Command, Run, ending, findings_options, reading_options, refuse_idle, report, stdin_option
from kpilang.diagnostics import Severity
from kpilang.text import Text

_CHECKED = Text(
    en="files: {files}, KPIs: {kpis}, sources: {sources}, errors: {errors}, other findings: {others}",
    zh="文件 {files} 个，KPI {kpis} 个，数据源 {sources} 个，错误 {errors} 个，其他问题 {others} 个",
)


@click.command("check", cls=Command)
@click.argument("places", nargs=-1, metavar="[PATHS|NAMES]...")
@click.option("--data", is_flag=True, help="Load the data too: a table of sources, and what does not fit.")
@reading_options
@stdin_option
@findings_options
@click.pass_obj
def command(
    run: Run,
    /,
    *,
    places: tuple[str, ...],
    data: bool,
    typed: str | None,
    form: str | None,
    outputs: tuple[str, ...],
    **reading: Any,  # noqa: ANN401 click's own parameters, passed on
) -> None:
    """Check syntax, names, types and units.

    Reads no data unless --data is given.

    \b
    Example:
      kpi check
      kpi check sales/ --data
    """
    from kpilang.outputs.findings import Report
    from kpilang.project import places as asked

    placed = run.destinations(form, outputs)
    refuse_idle(reading, data=data)
    project = run.load(places, typed=typed)
    places = (*places, typed) if typed else places
    wrong = asked.missing(project, places)
    if wrong:
        run.refuse((*project.misset, *project.unread, *wrong))
    findings = asked.about(project, places, project.diagnostics)
    sources = None
    if data:
        from kpilang.project import evaluate
        from kpilang.project.data import check_data

        asked_for, wrong = evaluate.data(project, **reading)
        if wrong:
            run.refuse((*project.misset, *wrong))
        checked = check_data(project, asked_for)
        findings, sources = (*findings, *checked.diagnostics), checked.reports
    report(run, project, Report(tuple(findings), sources=sources), placed)
    errors = sum(item.severity is Severity.ERROR for item in findings)
    verdict = project.verdict
    sizes = {"kpis": verdict.kpis, "sources": len(verdict.sources), "files": verdict.files}
    run.tell(_CHECKED.fill(errors=errors, others=len(findings) - errors, **sizes))
    run.ends_at_once = not data
    raise click.exceptions.Exit(ending(findings))
