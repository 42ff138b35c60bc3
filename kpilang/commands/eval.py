"""`kpi eval`: the values of KPIs with their targets and status."""

from __future__ import annotations

import sys
from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING, TextIO

import click

from kpilang import parts
from kpilang.commands import Command, data_options, question_options
from kpilang.diagnostics import Diagnostic, Problem, Severity
from kpilang.run import FINDINGS, SOUND, UNUSABLE, Run
from kpilang.text import Text

if TYPE_CHECKING:
    from kpilang.outputs.shown import Shown
    from kpilang.project import Project
    from kpilang.project.ask import Ask
    from kpilang.project.evaluate import Answer
    from kpilang.project.tables import Data
    from kpilang.result import Result

_ENDINGS = {
    ".txt": "table",
    ".csv": "csv",
    ".json": "json",
    ".jsonl": "jsonl",
    ".md": "markdown",
    ".parquet": "parquet",
}
FORMATS = tuple(name.rpartition(".")[2] for name in parts.names("kpilang.outputs.results"))
_DONE = Text(
    en="KPIs: {kpis}, rows: {rows}, as of {as_of}",
    zh="KPI：{kpis} 个，共 {rows} 行，截至 {as_of}",
)
_NOTHING = Text(en="no KPI could be computed", zh="没有可以计算的 KPI")
NOTHING = Problem(
    "E628",
    "nothing-computed",
    _NOTHING,
    help=Text(en="no KPI is asked for that has a formula", zh="所问的 KPI 都没有公式"),
)
_NO_ROWS = Text(
    en="nothing that was asked for is in the data: try without `--last`, `--where` or `--by`, or another `--period`",
    zh="数据里没有所问的内容：去掉 `--last`、`--where` 或 `--by`，或换一个 `--period`",
)


@click.command("eval", cls=Command)
@click.argument("names", nargs=-1, metavar="[NAMES|PATHS]...")
@question_options
@data_options
@click.option("--format", "form", type=click.Choice(FORMATS), help="How the result is written [default: table].")
@click.option("--output", metavar="FILE", help="Write the result to this file; its ending chooses the format.")
@click.option("--fail-on", type=click.Choice(["missed"]), help="Exit with 1 when a whole period misses its target.")
@click.pass_obj
def command(
    run: Run,
    *,
    names: tuple[str, ...],
    ask: Ask,
    sources: tuple[str, ...],
    allow: tuple[str, ...],
    on_bad_rows: str,
    threads: int | None,
    memory: str | None,
    form: str | None,
    output: str | None,
    fail_on: str | None,
) -> None:
    """Compute KPIs over their data, with target and status.

    \b
    Example:
      kpi eval
      kpi eval repeat_rate --period 2026-01..2026-06 --by customer.segment
      kpi eval --last 3 --grain week --format json --output weeks.json
    """
    from kpilang.project import evaluate
    from kpilang.project.usage import NAMELESS

    form = run.form(form, output, _ENDINGS)
    if form == "parquet" and output is None:
        run.refuse((NAMELESS.at(None),))
    project = run.load(names)
    data, wrong = evaluate.data(project, sources, allow, skip_bad=on_bad_rows == "skip", threads=threads, memory=memory)
    if project.misset or wrong:
        run.refuse((*project.misset, *wrong))
    run.guard(project, output, bindings=data.bindings, allowed=data.allowed)
    answer = _answer(run, project, names, ask, data)
    if answer.result is not None:
        _write(run, project, answer.result, form, output)
    _tell(run, answer, sys.stdout if form == "table" and output is None else sys.stderr)
    _summary(run, answer)
    raise click.exceptions.Exit(_ending(answer, fail_on))


def _answer(run: Run, project: Project, names: tuple[str, ...], ask: Ask, data: Data) -> Answer:
    from kpilang.outputs.progress import Progress
    from kpilang.project import ask as asking
    from kpilang.project import evaluate, places

    kpis, unknown = places.kpis(project, names)
    sound, empty = evaluate.computable(project.model, kpis, named=bool(names))
    question, misasked = asking.question(project, sound, ask)
    if unknown or misasked:
        run.refuse((*project.unread, *evaluate.lost(project, ()), *unknown, *misasked) if unknown else misasked)
    known = (*project.unread, *evaluate.flaws(project, names, kpis), *empty)
    if not sound:
        return evaluate.Answer(None, _with_error(known, None))
    with Progress(run.tongue, wanted=not run.quiet) as progress:
        answer = evaluate.answer(project, question, data, progress)
    if answer.result and answer.result.rows:
        return replace(answer, diagnostics=(*known, *answer.diagnostics))
    return evaluate.Answer(None, _with_error((*known, *answer.diagnostics), _NO_ROWS))


def _with_error(found: tuple[Diagnostic, ...], help: Text | None) -> tuple[Diagnostic, ...]:
    """The findings of a run without result, one of them an error: no run fails without a word."""
    told = any(item.severity is Severity.ERROR for item in found)
    return found if told else (*found, NOTHING.at(None, help=help))


def _write(run: Run, project: Project, result: Result, form: str, output: str | None) -> None:
    from kpilang.outputs.colour import palette
    from kpilang.outputs.shown import Shown

    if output is None:
        _write_to(Shown(result, project.model, run.tongue, run.ascii_only, palette(sys.stdout)), form, sys.stdout)
        return
    shown = Shown(result, project.model, run.tongue)
    with run.writing(output) as draft:
        if form == "parquet":
            from kpilang.outputs.results.parquet import write_file

            write_file(shown, draft)
        else:
            with draft.open("w", encoding="utf-8", newline="") as stream:
                _write_to(shown, form, stream)


def _write_to(shown: Shown, form: str, stream: TextIO) -> None:
    import_module(f"kpilang.outputs.results.{form}").write(shown, stream)


def _tell(run: Run, answer: Answer, stream: TextIO) -> None:
    """The findings, set apart from a table above them."""
    if answer.result is not None and answer.diagnostics and stream is sys.stdout:
        stream.write("\n")
    run.show(answer.diagnostics, stream)


def _summary(run: Run, answer: Answer) -> None:
    result = answer.result
    if result is not None and not answer.unusable:
        kpis = len({row.kpi for row in result.rows})
        run.tell(_DONE.fill(kpis=kpis, rows=len(result.rows), as_of=result.as_of))
    elif not any(item.code == NOTHING.code for item in answer.diagnostics):
        run.tell(_NOTHING)


def _ending(answer: Answer, fail_on: str | None) -> int:
    """2 when nothing was computed, 1 when something was wrong or missed, else 0."""
    from kpilang.result import Status, Why

    if answer.result is None or answer.unusable:
        return UNUSABLE
    rows = answer.result.rows
    wrong = any(item.severity is Severity.ERROR for item in answer.diagnostics)
    spoilt = any(row.reason is not None and row.reason.why is Why.BAD_DATA for row in rows)
    missed = fail_on and any(row.status is Status.MISSED and row.partial is None for row in rows)
    return FINDINGS if wrong or spoilt or missed else SOUND
