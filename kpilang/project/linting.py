"""One run of the linter over a project: settings, baseline and changes brought together."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from kpilang.diagnostics import Diagnostic, Problem
from kpilang.lint import baseline
from kpilang.lint.baseline import Baseline
from kpilang.lint.subjects import Subjects
from kpilang.project import files, places
from kpilang.project.recall import Before, Kpis, Recall, Said
from kpilang.project.written import repository
from kpilang.record import record
from kpilang.settings import lies_in
from kpilang.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kpilang.lint.history import History
    from kpilang.lint.linted import Linted
    from kpilang.project.loading import Project
    from kpilang.project.tables import Data

NO_BASELINE = Problem(
    "E663",
    "no-baseline",
    Text(en="there is no baseline `{path}`", zh="没有基线文件 `{path}`"),
    help=Text(en="write one with `kpi lint --write-baseline`", zh="用 `kpi lint --write-baseline` 写一个"),
)
BASELINE_EXISTS = Problem(
    "E664",
    "baseline-exists",
    Text(
        en="there is a baseline `{path}` already, and it may only become smaller",
        zh="已有基线文件 `{path}`，它只能变小",
    ),
    help=Text(
        en="mend what is new, or suppress it with a reason; `--prune-baseline` takes out what is mended",
        zh="改好新出现的问题，或写明原因加以忽略；`--prune-baseline` 会去掉已改好的条目",
    ),
)
BASELINE_OUTSIDE = Problem(
    "E674",
    "baseline-outside",
    Text(en="`{path}` is a link that leads outside the repository", zh="`{path}` 是通向仓库之外的链接"),
    help=Text(
        en="copy the file to where the link is, or name it yourself: `--baseline FILE`",
        zh="把文件复制到链接所在之处，或用 `--baseline 文件` 自行指定",
    ),
)


@record
class LintAsk:
    """The options of `kpi lint` as typed; None and empty where they are not given. `data` says where data come from when
    they are to be looked at."""

    select: tuple[str, ...] | None = None
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    changed: bool = False
    since: str | None = None
    as_of: str | None = None
    baseline: str | None = None
    no_baseline: bool = False
    write_baseline: bool = False
    prune_baseline: bool = False
    data: Data | None = None


@record
class Examined:
    """What the linter gave: all of it, for all `kpis`, and of that the `findings` to show, after those about settings and text.

    `wrong` makes the run impossible; `written` is what the baseline at `path` is to hold, None to leave it.
    """

    linted: Linted
    kpis: Kpis
    findings: tuple[Diagnostic, ...]
    as_of: dt.date
    path: Path
    written: Baseline | None = None
    wrong: tuple[Diagnostic, ...] = ()

    @property
    def baselined(self) -> bool:
        """Whether a baseline is in force or was just written."""
        return self.written is not None or bool(self.linted.frozen.held or self.linted.frozen.stale)

    @property
    def held(self) -> int:
        """How many findings the baseline holds back."""
        return len(self.linted.frozen.held)


def examine(project: Project, asked: LintAsk, named: Sequence[str]) -> Examined:
    """Lints the whole project, and chooses what concerns the places and KPIs named and what changed."""
    as_of, wrong = _last_day(project, asked)
    path = Path(asked.baseline) if asked.baseline else project.root / baseline.FILE
    held, unusable = _baseline(project, path, asked)
    history, met = _history(project, asked.data, as_of) if not wrong else (None, ())
    recall = Recall(project, as_of, held, (repr(asked), *_people(project))) if asked.data is None else None
    said, misshapen = recall.get() if recall else None, tuple[Diagnostic, ...]()
    if said is None:
        before = recall.before() if recall else None
        said, misshapen = _said(project, asked, as_of, held, history, before)
        if recall and not (misshapen or wrong or unusable):
            recall.put(said)
    found = said.linted
    shown = places.about(project, named, (*misshapen, *project.diagnostics, *met, *found.findings))
    if asked.changed or asked.since is not None:
        from kpilang.project import changes

        changed, unknown = changes.since(project, asked.since)
        subjects = Subjects(project.model.trees)
        shown = tuple(item for item in shown if changed.concerns(item, subjects.of))
        unusable += unknown
    written = _written(project, asked, found, held)
    if written is not None and asked.write_baseline:
        kept = {id(item) for item in _freezable(found.findings)}
        shown = tuple(item for item in shown if id(item) not in kept)
    elif written is not None:
        from kpilang.lint.rules.exceptions.stale_baseline import RULE as STALE

        shown = tuple(item for item in shown if item.code != STALE.code)
    return Examined(found, said.kpis, shown, as_of, path, written, (*wrong, *unusable))


def _last_day(project: Project, asked: LintAsk) -> tuple[dt.date, tuple[Diagnostic, ...]]:
    if asked.as_of is None:
        return project.as_of, ()
    from kpilang.project.ask import last_day

    return last_day(asked.as_of, project)


def _people(project: Project) -> Iterator[str]:
    """The texts of the CODEOWNERS files that the project's agreements name."""
    for entry in project.settings.lint.agreed:
        if entry.codeowners is not None:
            text = entry.codeowners.text
            source, _ = files.read_own(project.root / text, repository(project.root), text)
            yield source.text if source else ""


def _said(
    project: Project,
    asked: LintAsk,
    as_of: dt.date,
    held: Baseline,
    history: History | None,
    before: Before | None,
) -> tuple[Said, tuple[Diagnostic, ...]]:
    """What the linter says, and what has the wrong shape in its settings."""
    from kpilang.lint.facts import columns, facts, texts
    from kpilang.lint.linter import run
    from kpilang.project import lint_settings
    from kpilang.project.relint import since

    settings, misshapen = lint_settings.settings(project.settings.lint, project.settings.fields, project.root)
    ready = partial(
        run,
        as_of=as_of,
        settings=replace(settings, baseline=held, glossary=project.settings.glossary),
        select=asked.select,
        extend_select=asked.extend_select,
        ignore=asked.ignore,
        history=history,
    )
    holds = since(before.said, before.again) if before else None
    if before and holds:
        model = before.again.model
        if held.entries:
            model = replace(model, trees=tuple(before.again.placed()))
        return replace(before.said, linted=ready(model, since=holds)), misshapen
    kpis = tuple((kpi.name, kpi.declaration.head.source.path) for kpi in project.model.kpis.values())
    if not project.definitions.kept:
        return Said(ready(project.model), kpis, {}), misshapen
    every = columns(project.model)
    return Said(ready(project.model), kpis, facts(texts(project.model), every), every), misshapen


def _history(project: Project, data: Data | None, as_of: dt.date) -> tuple[History | None, tuple[Diagnostic, ...]]:
    """What the data say, where they are asked for."""
    if data is None:
        return None, ()
    from kpilang.project.history import gather

    return gather(project, data, as_of)


def _baseline(project: Project, path: Path, asked: LintAsk) -> tuple[Baseline, tuple[Diagnostic, ...]]:
    """The baseline in force: the file named, else the one in the project's folder where there is one."""
    if asked.baseline is None and not lies_in(path, repository(project.root)):
        return baseline.EMPTY, (BASELINE_OUTSIDE.at(None, path=path.name),)
    there = path.is_file()
    if asked.write_baseline:
        return baseline.EMPTY, (BASELINE_EXISTS.at(None, path=path.name),) if there else ()
    if not there:
        missed = asked.baseline is not None or asked.prune_baseline
        return baseline.EMPTY, (NO_BASELINE.at(None, path=path.name),) if missed else ()
    if asked.no_baseline:
        return baseline.EMPTY, ()
    source, unread = files.read(path, path.name)
    if source is None:
        return baseline.EMPTY, tuple(unread)
    return baseline.parse(source)


def _written(project: Project, asked: LintAsk, found: Linted, held: Baseline) -> Baseline | None:
    """What the baseline is to hold after this run; None to leave it alone."""
    if asked.write_baseline:
        return baseline.freeze(_freezable((*found.findings, *found.repeats)), Subjects(project.model.trees))
    if asked.prune_baseline and found.frozen.stale:
        return baseline.prune(held, found.frozen.stale)
    return None


def _freezable(findings: Sequence[Diagnostic]) -> list[Diagnostic]:
    """What a baseline can hold back: opinions of rules, not mistakes, and not what is wrong with exceptions."""
    return [item for item in findings if not item.code.startswith(("E", "X"))]
