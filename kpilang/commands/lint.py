"""`kpi lint`: what would mislead the readers of a definition, or leave it without effect."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from kpilang.commands import (
    READING,
    Command,
    data_asked,
    data_options,
    ending,
    findings_options,
    refuse_idle,
    report,
    stdin_option,
)
from kpilang.diagnostics import Problem, Severity
from kpilang.project.usage import AT_ODDS, IDLE
from kpilang.run import FINDINGS, SOUND, Run
from kpilang.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kpilang.lint.baseline import Baseline
    from kpilang.outputs.findings import Report
    from kpilang.project import Project
    from kpilang.project.linting import Examined, LintAsk
    from kpilang.project.mending import Repaired
    from kpilang.project.written import Destination

_LINTED = Text(
    en="files: {files}, KPIs: {kpis}, errors: {errors}, warnings: {warnings}, info: {infos}",
    zh="文件 {files} 个，KPI {kpis} 个，错误 {errors} 个，警告 {warnings} 个，提示 {infos} 条",
)
_ONE_OF = (
    ("write_baseline", "prune_baseline", "no_baseline"),
    ("changed", "since"),
    ("statistics", "by_owner"),
    ("diff", "format"),
    ("diff", "output"),
)
"""Options that do not go together: a baseline has one fate, a difference is no list of findings."""
_MANY, _FEW = 30, 10
_FIXED = Text(en="fixes: {count}, files changed: {files}", zh="修正 {count} 处，改动文件 {files} 个")
_WOULD_FIX = Text(en="fixes to make: {count}, files to change: {files}", zh="可修正 {count} 处，涉及文件 {files} 个")
_REFUSED = Text(
    en="fixes left out since they would break a definition or lose a comment: {count}",
    zh="有 {count} 处修正会破坏定义或丢失注释，未作修正",
)
_FIXABLE = Text(en="can be mended by `kpi lint --fix`: {safe}", zh="`kpi lint --fix` 可修正 {safe} 处")
_FIXABLE_ALL = Text(
    en="can be mended by `kpi lint --fix`: {safe}, and {unsafe} more with `--unsafe-fixes`",
    zh="`kpi lint --fix` 可修正 {safe} 处，加上 `--unsafe-fixes` 还可修正 {unsafe} 处",
)
_BEGIN = Text(en="{count} findings; these {few} matter most:", zh="共 {count} 条问题，最要紧的是这 {few} 条：")
_FREEZE = Text(
    en="hold back all there are today and stop new ones: kpi lint --write-baseline",
    zh="先保留现有问题、只拦住新问题：kpi lint --write-baseline",
)
_UNSEEN = Text(
    en="not shown: {held} held back by the baseline, {taken} suppressed by comments",
    zh="未显示：基线保留 {held} 条，注释忽略 {taken} 条",
)
_HELD = Text(en="{path} holds back {count} findings", zh="{path} 保留了 {count} 条问题")
_NEVER_HELD = Text(
    en="what is wrong with files, syntax, names and types is never held back: {count}",
    zh="文件、语法、名称和类型方面的错误不能保留，仍有 {count} 条",
)
_NO_FILE = Text(en="there is no file to write: `--diff` shows the fixes", zh="没有可写的文件：`--diff` 显示修正内容")
UNFIT_FORMAT = Problem(
    "E680",
    "unfit-format",
    Text(en="`{option}` does nothing in the format {form}", zh="`{option}` 在 {form} 格式中不起作用"),
    help=Text(en="choose one of these formats: {forms}", zh="改用这些格式之一：{forms}"),
)
NO_RULES = Problem(
    "E677",
    "no-rules-selected",
    Text(en="`--select` names no rule, so nothing would be looked for", zh="`--select` 没有写任何规则，什么都不会检查"),
    help=Text(en="name rules: `--select S,O101`, or leave it out", zh="写出规则：`--select S,O101`，或去掉它"),
)


@click.command("lint", cls=Command)
@click.argument("places", nargs=-1, metavar="[PATHS|NAMES]...")
@click.option("--select", metavar="RULES", help="Run these rules alone: codes, beginnings of codes, names, ALL.")
@click.option("--extend-select", metavar="RULES", default="", help="Run these rules too.")
@click.option("--ignore", metavar="RULES", default="", help="Leave these rules out.")
@click.option("--isolated", is_flag=True, help="Leave the settings under `lint:` in kpi.yaml out.")
@click.option("--changed", is_flag=True, help="Show only what concerns declarations changed since the last commit.")
@click.option("--since", metavar="REF", help="Show only what concerns declarations changed since this revision of git.")
@click.option("--as-of", metavar="DATE", help="The last day known [default: kpi.yaml's, else yesterday].")
@click.option("--baseline", metavar="FILE", help="Hold back the findings in this file [default: kpi-baseline.json].")
@click.option("--no-baseline", is_flag=True, help="Show what the baseline holds back too.")
@click.option("--write-baseline", is_flag=True, help="Hold back all findings there are from now on.")
@click.option("--prune-baseline", is_flag=True, help="Take what is mended out of the baseline.")
@click.option("--fix", is_flag=True, help="Make the fixes that change no meaning.")
@click.option("--unsafe-fixes", is_flag=True, help="With --fix or --diff: make those too that may change a meaning.")
@click.option("--diff", is_flag=True, help="Show what --fix would change, and change nothing.")
@click.option("--by-owner", is_flag=True, help="One list of findings for each owner.")
@click.option("--statistics", is_flag=True, help="Count the findings of each rule instead of showing them.")
@click.option(
    "--data", is_flag=True, help="Look at the data too: stale, flat, outliers, gaps, whether leading KPIs lead."
)
@data_options
@stdin_option
@findings_options
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
    /,
    *,
    places: tuple[str, ...],
    typed: str | None,
    form: str | None,
    outputs: tuple[str, ...],
    fail_on: str,
    fix: bool,
    unsafe_fixes: bool,
    diff: bool,
    by_owner: bool,
    statistics: bool,
    data: bool,
    isolated: bool,
    **asked: Any,  # noqa: ANN401 click's parameters, passed on
) -> None:
    """Find what is vague, unmeasurable, unowned or without a target.

    Reads no data unless --data is given. What is wrong with syntax, names and types is reported as well.

    \b
    Example:
      kpi lint
      kpi lint sales/ --select S,O101 --fail-on warning
      kpi lint --data --select V
      kpi lint --since main
    """
    reading = {name: asked.pop(name) for name in READING}
    refuse_idle(reading, data=data)
    _refuse_at_odds(
        run,
        {**asked, "statistics": statistics, "by_owner": by_owner, "diff": diff, "format": form, "output": outputs},
        idle=unsafe_fixes and not (fix or diff),
    )
    placed = run.destinations(form, outputs)
    _refuse_unfit(run, placed, {"by_owner": by_owner, "statistics": statistics})
    _writable(run, typed, fix=fix)
    project = run.open(places, isolated=isolated, typed=typed)
    places = (*places, typed) if typed else places
    ask = _ask(run, project, asked, reading if data else None)
    examined, repaired = _examined(run, project, ask, places, mend=fix or diff, unsafe=unsafe_fixes)
    if repaired is not None:
        _fix(run, project, repaired, written=not diff)
        if diff:
            raise click.exceptions.Exit(FINDINGS if repaired.rewritten.changed else SOUND)
    if examined.written is not None:
        _write_baseline(run, examined, examined.written)
    _say(run, project, examined, places, placed, by_owner=by_owner, statistics=statistics)
    run.ends_at_once = not (data or project.settings.lint.plugins)
    raise click.exceptions.Exit(ending(examined.findings, fail_on))


def _ask(run: Run, project: Project, asked: dict[str, Any], reading: Mapping[str, Any] | None) -> LintAsk:
    """The question to the linter as it was typed, `reading` how data are read where they are looked at; ends the run
    where it cannot be put."""
    from kpilang.project.linting import LintAsk

    lists = {name: _split(asked[name]) for name in ("extend_select", "ignore")}
    select = _selected(run, asked["select"])
    data = None if reading is None else data_asked(run, project, reading)
    return LintAsk(**{**asked, **lists, "select": select, "data": data})


def _examined(
    run: Run, project: Project, ask: LintAsk, places: tuple[str, ...], *, mend: bool, unsafe: bool
) -> tuple[Examined, Repaired | None]:
    """What the linter says, and what was mended before, where that is asked for."""
    if not mend:
        return run.examine(project, ask, places), None
    from kpilang.project.mending import repair

    repaired = repair(project, ask, places, unsafe=unsafe)
    if repaired.examined.wrong:
        run.refuse(repaired.examined.wrong)
    return repaired.examined, repaired


def _say(
    run: Run,
    project: Project,
    examined: Examined,
    places: tuple[str, ...],
    placed: tuple[Destination, ...],
    *,
    by_owner: bool,
    statistics: bool,
) -> None:
    """Writes the findings where they are wanted, then where to begin and how many there are."""
    from kpilang.outputs.findings import Report
    from kpilang.project import places as named
    from kpilang.project.written import TERMINAL

    kpis, files = named.chosen(project, places, examined.kpis)
    known = examined.linted.rules if any(each.form == "sarif" for each in placed) else ()
    found = Report(examined.findings, examined.linted.taken, kpis=kpis, rules=known)
    report(run, project, _digested(found, project, by_owner=by_owner, statistics=statistics), placed)
    if placed == TERMINAL and not (statistics or by_owner or examined.baselined):
        _begin(run, examined)
    _summary(run, examined, len(kpis), files)


def _digested(found: Report, project: Project, *, by_owner: bool, statistics: bool) -> Report:
    """The findings with a list for each owner or the count of each rule, where these are asked for."""
    if not (by_owner or statistics):
        return found
    from dataclasses import replace

    from kpilang.lint import digest

    if by_owner:
        return replace(found, groups=digest.by_owner(found.findings, project.model))
    return replace(found, tallies=digest.tallies(found.findings))


def _refuse_at_odds(run: Run, asked: dict[str, Any], *, idle: bool) -> None:
    """Of options of which each says all that can be said, one at a time; fixes are `idle` where none is made."""
    if idle:
        run.refuse((IDLE.at(None, option="--unsafe-fixes", wanted="`--fix` / `--diff`"),))
    for names in _ONE_OF:
        given = [f"--{name.replace('_', '-')}" for name in names if asked[name]]
        if len(given) > 1:
            run.refuse((AT_ODDS.at(None, one=given[0], other=given[1]),))


def _refuse_unfit(run: Run, placed: Sequence[Destination], asked: dict[str, bool]) -> None:
    """Findings can be grouped or counted only in formats that have a place for it."""
    from kpilang.outputs.findings import COUNTED, GROUPED

    for name, forms in (("by_owner", GROUPED), ("statistics", COUNTED)):
        unfit = next((each.form for each in placed if each.form not in forms), None)
        if asked[name] and unfit is not None:
            option = f"--{name.replace('_', '-')}"
            run.refuse((UNFIT_FORMAT.at(None, option=option, form=unfit, forms=", ".join(forms)),))


def _writable(run: Run, typed: str | None, *, fix: bool) -> None:
    if typed and fix:
        run.refuse((AT_ODDS.at(None, help=_NO_FILE, one="--stdin-filename", other="--fix"),))


def _selected(run: Run, rules: str | None) -> tuple[str, ...] | None:
    """The rules that `--select` names; an empty list, as from a variable that is not set, would pass whatever is wrong."""
    if rules is None:
        return None
    return _split(rules) or run.refuse((NO_RULES.at(None),))


def _split(rules: str) -> tuple[str, ...]:
    return tuple(rule.strip() for rule in rules.split(",") if rule.strip())


def _fix(run: Run, project: Project, repaired: Repaired, *, written: bool) -> None:
    """Writes what was mended, or shows it; and tells how much that was."""
    _, wrong = repaired.rewritten.save(project.root) if written else ((), ())
    if not written:
        sys.stdout.writelines(repaired.rewritten.difference())
    done, left = len(repaired.mended.applied), len(repaired.mended.refused)
    run.tell((_FIXED if written else _WOULD_FIX).fill(count=done, files=len(repaired.rewritten.changed)))
    if left:
        run.tell(_REFUSED.fill(count=left))
    if wrong:
        run.refuse(wrong)


def _begin(run: Run, examined: Examined) -> None:
    """Where to begin when there is much to mend: the few that matter most, and how to hold back the rest."""
    if len(examined.findings) <= _MANY or run.quiet:
        return
    from kpilang.lint.digest import weightiest
    from kpilang.outputs.colour import palette
    from kpilang.outputs.findings import Style
    from kpilang.outputs.findings.concise import line

    run.tell(_BEGIN.fill(count=len(examined.findings), few=_FEW))
    style = Style(run.tongue, palette(sys.stderr))
    for item in weightiest(examined.findings, _FEW):
        sys.stderr.write(f"  {line(item, style)}\n")
    run.tell(_FREEZE)


def _write_baseline(run: Run, examined: Examined, held: Baseline) -> None:
    from kpilang.lint.baseline import render

    with run.writing(str(examined.path)) as draft:
        draft.write_text(render(held), encoding="utf-8", newline="\n")
    run.tell(_HELD.fill(path=examined.path.name, count=sum(entry.count for entry in held.entries)))
    never = sum(item.code.startswith("E") for item in examined.findings)
    if never:
        run.tell(_NEVER_HELD.fill(count=never))


def _summary(run: Run, examined: Examined, kpis: int, files: int) -> None:
    count = {severity: sum(item.severity is severity for item in examined.findings) for severity in Severity}
    errors, warnings, infos = (count[severity] for severity in Severity)
    run.tell(_LINTED.fill(kpis=kpis, files=files, errors=errors, warnings=warnings, infos=infos))
    safe = sum(any(fix.safe for fix in item.fixes) for item in examined.findings)
    unsafe = sum(bool(item.fixes) for item in examined.findings) - safe
    if safe or unsafe:
        run.tell((_FIXABLE_ALL if unsafe else _FIXABLE).fill(safe=safe, unsafe=unsafe))
    if examined.held or examined.linted.taken:
        run.tell(_UNSEEN.fill(held=examined.held, taken=len(examined.linted.taken)))
