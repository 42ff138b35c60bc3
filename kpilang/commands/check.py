"""`kpi check`: are the definitions sound, and with `--data` do the data fit them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from kpilang.commands import Command, ending, findings_options, reading_options, refuse_idle, report, stdin_option
from kpilang.diagnostics import Severity
from kpilang.run import Run
from kpilang.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kpilang.diagnostics import Diagnostic
    from kpilang.project import Project

_CHECKED = Text(
    en="files: {files}, KPIs: {kpis}, sources: {sources}, errors: {errors}, other findings: {others}",
    zh="文件 {files} 个，KPI {kpis} 个，数据源 {sources} 个，错误 {errors} 个，其他问题 {others} 个",
)
_ASKED = Text(
    en="asked about: files: {files}, KPIs: {kpis}, errors: {errors}, other findings: {others}; checked: files: {all_files}, KPIs: {all_kpis}, sources: {sources}, errors elsewhere: {elsewhere}",
    zh="所问范围：文件 {files} 个，KPI {kpis} 个，错误 {errors} 个，其他问题 {others} 个；共检查文件 {all_files} 个，KPI {all_kpis} 个，数据源 {sources} 个，范围之外的错误 {elsewhere} 个",
)
"""Where places or KPIs are named: a definition is checked with all that it names, so the whole project is."""


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
    project = run.open(places, typed=typed)
    places = (*places, typed) if typed else places
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
    run.tell(_summary(project, places, findings))
    run.ends_at_once = not data
    raise click.exceptions.Exit(ending(findings))


def _summary(project: Project, places: tuple[str, ...], findings: Sequence[Diagnostic]) -> Text:
    """How much was checked, and how much of it was asked about."""
    from kpilang.project.places import asked_about

    errors = _errors(findings)
    found = {"errors": errors, "others": len(findings) - errors, "sources": len(project.verdict.sources)}
    kpis, files = project.verdict.kpis, project.verdict.files
    if not places:
        return _CHECKED.fill(kpis=kpis, files=files, **found)
    asked, inside = asked_about(project, places)
    shown = set(map(id, findings))
    elsewhere = _errors(item for item in project.diagnostics if id(item) not in shown)
    return _ASKED.fill(kpis=len(asked), files=inside, all_kpis=kpis, all_files=files, elsewhere=elsewhere, **found)


def _errors(findings: Iterable[Diagnostic]) -> int:
    return sum(item.severity is Severity.ERROR for item in findings)
