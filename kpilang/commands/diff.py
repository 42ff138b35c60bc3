"""`kpi diff`: what changed in meaning between two states of a project."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kpilang.commands import (
    READING,
    Command,
    changes_options,
    data_asked,
    data_options,
    ending,
    is_shown,
    refuse_idle,
    summarise,
    write,
)
from kpilang.diagnostics import Severity
from kpilang.run import FINDINGS, SOUND, UNUSABLE, Run
from kpilang.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kpilang.outputs.changes import Report
    from kpilang.project.comparing import Compared
    from kpilang.project.revaluing import Revalued

_ERRORS = Text(en="errors in {title}:", zh="{title} 中的错误：")
_FAILED = Text(en="failed by `--fail-on {grade}`: {names}", zh="因 `--fail-on {grade}` 而失败：{names}")
_FEW = 8
GRADES = ("breaking", "notable", "words", "never")


@click.command("diff", cls=Command)
@click.argument("states", nargs=-1, metavar="[STATE] [STATE]")
@click.option("--only", multiple=True, metavar="NAME|PATH", help="Only what concerns this KPI or place. Repeatable.")
@click.option(
    "--data", is_flag=True, help="Compute KPIs whose meaning changed by both definitions, over the same data."
)
@click.option("--period", metavar="A..B", help="These periods: 2026-01..2026-06, 2026, FY2026-Q1, 2026-W05.")
@click.option("--last", type=click.IntRange(min=1), metavar="N", help="The last N whole periods [default: 6].")
@click.option("--as-of", metavar="DATE", help="The last day known [default: kpi.yaml's, else yesterday].")
@data_options
@changes_options
@click.option(
    "--fail-on",
    type=click.Choice(GRADES),
    default="never",
    show_default=True,
    help="Exit with 1 when a change that no `accepted` note covers weighs this much or more.",
)
@click.pass_obj
def command(
    run: Run,
    /,
    *,
    states: tuple[str, ...],
    only: tuple[str, ...],
    data: bool,
    period: str | None,
    last: int | None,
    as_of: str | None,
    form: str | None,
    outputs: tuple[str, ...],
    fail_on: str,
    **reading: Any,  # noqa: ANN401 click's own parameters, passed on
) -> None:
    """Show what changed in meaning between two states of a project.

    A STATE is a revision of git or a folder. One is compared with the working folder; without any, the last commit is.

    A..B means two revisions, A...B the second and the point where it left the first.

    \b
    Example:
      kpi diff
      kpi diff main --only repeat_rate
      kpi diff v1.0..v1.1 --data --last 12
      kpi diff origin/main... --fail-on breaking --output changes.md
    """
    from kpilang.project.ask import Ask

    asked = {"period": period, "last": last, "as_of": as_of}
    refuse_idle({**{name: reading[name] for name in READING}, **asked}, data=data)
    placed = run.destinations(form, outputs, "changes")
    found = _compared(run, states, only)
    values = _values(run, found, Ask(period=period, last=last, as_of=as_of), reading) if data else None
    report = _report(found, values)
    for destination in placed:
        run.guard(found.after.project, destination.path)
    from kpilang.outputs.changes import render

    write(run, placed, lambda form, style: render(form, report, style))
    if is_shown(placed):
        summarise(run, lambda: render("markdown", report, _plain(run)))
    code = max(_tell_errors(run, found), _tell_data(run, values))
    run.tell(report.summary)
    run.ends_at_once = not data
    raise click.exceptions.Exit(max(code, _failed(run, report, fail_on), _nothing(found)))


def _plain(run: Run) -> Any:  # noqa: ANN401 imported when it is needed
    from kpilang.outputs.findings import Style

    return Style(run.tongue)


def _compared(run: Run, states: tuple[str, ...], only: tuple[str, ...]) -> Compared:
    """The two states compared; ends the run where a word means no state, or nothing is asked about."""
    from kpilang.project import comparing, places
    from kpilang.project.states import Reader

    root, _ = places.root(Path.cwd(), ())
    config = Path(run.config) if run.config else None
    reader = Reader(Path.cwd(), root, run.environment, config, keep=not run.fresh)
    found, wrong = reader.places(states)
    if found is None:
        run.refuse(wrong)
    before, after = (reader.read(place) for place in found)
    run.language = run.language or after.project.settings.language
    if not any(state.project.definitions.sources for state in (before, after)):
        run.refuse((*after.project.misset, *after.project.unread, places.no_definitions(after.project.root)))
    compared, unknown = comparing.limited(comparing.compared(before, after), only)
    if unknown:
        run.refuse(unknown)
    return compared


def _values(run: Run, found: Compared, ask: Any, reading: Mapping[str, Any]) -> Revalued:  # noqa: ANN401 as above
    """Old and new values; ends the run where the question cannot be asked."""
    from kpilang.outputs.progress import Progress
    from kpilang.project.revaluing import revalued

    data = data_asked(run, found.after.project, reading)
    if found.after.project.misset:
        run.refuse(found.after.project.misset)
    with Progress(run.tongue, wanted=not run.quiet) as progress:
        values, wrong = revalued(found, ask, data, progress)
    if wrong:
        run.refuse(wrong)
    return values


def _report(found: Compared, values: Revalued | None) -> Report:
    from kpilang.outputs.changes import Report, Side
    from kpilang.project.written import prefix

    before, after = (
        Side(each.title, each.project.model, prefix(each.project.root)) for each in (found.before, found.after)
    )
    return Report(
        before,
        after,
        found.changes,
        found.downstream,
        found.after.project.as_of,
        found.left_out,
        None if values is None else values.pairs,
        () if values is None else values.remarks,
    )


def _tell_errors(run: Run, found: Compared) -> int:
    """Says what is wrong with the definitions of each state; the exit code that asks for. Mistakes that the newer state
    mends cost nothing, files that cannot be read put the comparison in doubt."""
    for state in (found.before, found.after):
        errors = [item for item in state.project.diagnostics if item.severity is Severity.ERROR]
        if errors:
            run.tell(_ERRORS.fill(title=state.title))
            run.show(errors, sys.stderr)
    return ending((*found.before.project.unread, *found.after.project.diagnostics))


def _tell_data(run: Run, values: Revalued | None) -> int:
    """Says what was wrong with data; the exit code that asks for."""
    if values is None:
        return SOUND
    run.show(values.diagnostics, sys.stderr)
    return UNUSABLE if values.unusable else ending(values.diagnostics)


def _failed(run: Run, report: Report, fail_on: str) -> int:
    """Says which changes fail the run; 1 where some do."""
    if fail_on == "never":
        return SOUND
    from kpilang.diff.nouns import Grade

    heavy = list(Grade)[: GRADES.index(fail_on) + 1]
    names = list(dict.fromkeys(each.subject for each in report.changes if each.grade in heavy and not each.accepted))
    if not names:
        return SOUND
    quoted = [f"`{name}`" for name in names[:_FEW]] + (["…"] if len(names) > _FEW else [])
    run.tell(_FAILED.fill(grade=fail_on, names=Text(", ".join(quoted), "、".join(quoted))))
    return FINDINGS


def _nothing(found: Compared) -> int:
    """2 where there are KPIs, and none could be compared."""
    known = {*found.before.project.model.kpis, *found.after.project.model.kpis}
    return UNUSABLE if known and known <= set(found.left_out) else SOUND
