"""Question to result: binds the data that are needed, loads them, computes what can be computed, judges it."""

from __future__ import annotations

import glob
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from kpilang.diagnostics import Diagnostic, Problem, Severity
from kpilang.model.nearest import hint
from kpilang.project import places
from kpilang.settings import located
from kpilang.text import Source, Span, Text

if TYPE_CHECKING:
    from kpilang.data.table import Table
    from kpilang.engines.duckdb import Engine
    from kpilang.evaluate import Explained, Known
    from kpilang.model.nouns import Model
    from kpilang.outputs.progress import Progress
    from kpilang.plan.question import Question
    from kpilang.project.loading import Project
    from kpilang.result import Result

UNKNOWN_SOURCE = Problem(
    "E636", "unknown-source-name", Text(en="there is no source `{name}`", zh="没有名为 `{name}` 的数据源")
)
BAD_BINDING = Problem(
    "E637",
    "bad-source-option",
    Text(en="`--source {text}` does not say which file", zh="`--source {text}` 没有写明文件"),
    help=Text(en="write `--source name=path`", zh="写成 `--source 名称=路径`"),
)
NO_FORMULA = Problem(
    "E638",
    "nothing-to-compute",
    Text(en="`{name}` has no formula, so there is nothing to compute", zh="`{name}` 没有公式，无从计算"),
    label=Text(en="add `formula …` here", zh="在这里写上 `formula …`"),
)
LEFT_OUT = Problem(
    "E639",
    "left-out",
    Text(
        en="not computed, for an error in the definition or in what it uses: {names}",
        zh="定义或所引用的内容有错误，未计算：{names}",
    ),
)
SPOILED = Problem(
    "E551",
    "data-not-readable-to-the-end",
    Text(en="the data could not be read to the end: {said}", zh="数据未能读完：{said}"),
    why=Text(en="values of a part of the data would be wrong", zh="只用一部分数据算出的值是错的"),
    help=Text(
        en="export a damaged file again; where there was no room, free some, or give more memory: `--memory 4GB`",
        zh="文件损坏的，请重新导出；空间不足的，请腾出空间或增加内存：`--memory 4GB`",
    ),
)
WRITTEN = Problem(
    "E552",
    "data-changed-meanwhile",
    Text(en="`{file}` was changed while the KPIs were computed", zh="计算 KPI 时 `{file}` 被改动"),
    why=Text(en="half of an old and half of a new file is neither", zh="新旧各半的文件两者都不是"),
    help=Text(en="run again when nobody writes the file", zh="请在无人写入该文件时重新运行"),
)
_READING = Text(en="reading {names}", zh="正在读取 {names}")
_COMPUTING = Text(en="computing, KPIs: {count}", zh="正在计算 {count} 个 KPI")


@dataclass(frozen=True)
class Data:
    """Where data come from in one run: bindings over those of the settings, folders that may be read besides the
    project, whether bad rows are skipped, how many threads and how much memory the
    engine may use."""

    bindings: Mapping[str, str]
    allowed: tuple[Path, ...] = ()
    skip_bad: bool = False
    threads: int | None = None
    memory: str | None = None


@dataclass(frozen=True)
class Answer:
    """A judged result, None when nothing could be computed, and the findings about data met on the way."""

    result: Result | None
    diagnostics: tuple[Diagnostic, ...]


def data(
    project: Project,
    sources: Sequence[str],
    allow: Sequence[str],
    *,
    skip_bad: bool = False,
    threads: int | None = None,
    memory: str | None = None,
) -> tuple[Data, tuple[Diagnostic, ...]]:
    """The options about data, read: `name=path` each, whose paths are relative to the working folder and allowed."""
    wrong: list[Diagnostic] = []
    bindings = dict(project.settings.sources)
    allowed = [Path(place).absolute() for place in allow]
    for text in sources:
        name, equals, path = (part.strip() for part in text.partition("="))
        span = Span(Source("<--source>", text), 0, len(name))
        if not (name and equals and path):
            wrong.append(BAD_BINDING.at(None, text=text))
        elif name not in project.model.sources:
            wrong.append(UNKNOWN_SOURCE.at(span, help=hint(name, project.model.sources), name=name))
        else:
            bindings[name] = located(path, Path.cwd(), project.root)
            allowed.append(Path.cwd() / _before_wildcards(path))
    return Data(bindings, tuple(allowed), skip_bad, threads, memory), tuple(wrong)


def _before_wildcards(path: str) -> Path:
    """The path up to its first part with a wildcard; whole when it has none or is the name of a file."""
    if Path(path).exists():
        return Path(path)
    parts = Path(path).parts
    first = next((number for number, part in enumerate(parts) if glob.has_magic(part)), len(parts))
    return Path(*parts[:first])


def computable(model: Model, names: Sequence[str], *, named: bool) -> tuple[tuple[str, ...], tuple[Diagnostic, ...]]:
    """The KPIs that are sound and have a formula; a KPI asked for by name and without formula is a diagnostic."""
    kpis = [model.kpis[name] for name in names]
    found = tuple(kpi.name for kpi in kpis if kpi.sound and kpi.formula is not None)
    empty = [kpi for kpi in kpis if kpi.sound and kpi.formula is None and named]
    return found, tuple(NO_FORMULA.at(kpi.declaration.head, kpi=kpi.name, name=kpi.name) for kpi in empty)


def flaws(project: Project, arguments: Sequence[str], kpis: Sequence[str]) -> tuple[Diagnostic, ...]:
    """What is wrong with the definitions of the KPIs asked for, and which of them are left out for it."""
    model = project.model
    unsound = [name for name in kpis if not model.kpis[name].sound]
    if not unsound:
        return lost(project, arguments)
    errors = tuple(item for item in model.diagnostics if item.severity is Severity.ERROR)
    concerned = tuple(name for name in arguments if name not in model.kpis) + tuple(unsound)
    found = places.about(project, concerned, errors) if arguments else errors
    quoted = [f"`{name}`" for name in unsound]
    return (*found, LEFT_OUT.at(None, names=Text(", ".join(quoted), "、".join(quoted))))


def lost(project: Project, arguments: Sequence[str]) -> tuple[Diagnostic, ...]:
    """The mistakes of syntax for which a KPI may be missing from the places asked for; a KPI named is there."""
    placed = places.within(project, arguments)
    return tuple(item for tree in project.model.trees if placed(tree.source.path) for item in tree.diagnostics)


@dataclass(frozen=True)
class Loaded:
    """An engine with the tables that a question needs, the question as far as its data are there, findings, and what is
    known of the keys in them."""

    engine: Engine
    tables: Mapping[str, Table]
    question: Question
    findings: tuple[Diagnostic, ...]
    known: Known


@contextmanager
def loaded(project: Project, question: Question, data: Data, progress: Progress) -> Iterator[Loaded]:
    """Binds and loads what a question needs; KPIs whose data cannot be had are taken out of it."""
    from kpilang.data.files import bind
    from kpilang.engines.duckdb import Engine
    from kpilang.plan.columns import needs
    from kpilang.project.known import known

    model = project.model
    needed = needs(model, question)
    bound, findings = bind(model, project.root, data.bindings, needed, data.allowed)
    files = [file for item in bound.values() for file in item.files]
    remembered = known(project, bound, skip_bad=data.skip_bad)
    with Engine(files, data.threads, data.memory) as engine:
        progress.step(_READING.fill(names=", ".join(bound)))
        tables = engine.load(bound, {name: needed[name] for name in bound}, model, data.skip_bad)
        findings = (*findings, *(item for table in tables.values() for item in table.diagnostics))
        kept = question.kpis
        if not needed.keys() <= tables.keys():
            kept = tuple(name for name in kept if needs(model, replace(question, kpis=(name,))).keys() <= tables.keys())
        progress.step(_COMPUTING.fill(count=len(kept)))
        yield Loaded(engine, tables, replace(question, kpis=kept), findings, remembered)
    remembered.save()


def answer(project: Project, question: Question, data: Data, progress: Progress) -> Answer:
    """Computes the KPIs of a question that can be computed, and judges them."""
    from kpilang.engines.duckdb import Unreadable

    try:
        return _answered(project, question, data, progress)
    except Unreadable as error:
        return Answer(None, (SPOILED.at(None, said=str(error)),))


def _answered(project: Project, question: Question, data: Data, progress: Progress) -> Answer:
    from kpilang.evaluate import evaluate
    from kpilang.judge import judge

    model = project.model
    with loaded(project, question, data, progress) as ready:
        if not ready.question.kpis:
            return Answer(None, ready.findings)
        result = evaluate(model, ready.question, ready.engine, ready.tables, skip_bad=data.skip_bad, known=ready.known)
        changed = ready.engine.changed()
    if changed:
        return Answer(None, (*ready.findings, *(WRITTEN.at(None, file=file.name) for file in changed)))
    return Answer(judge(model, result), tuple(dict.fromkeys((*ready.findings, *result.diagnostics))))


def statements(
    project: Project, question: Question, data: Data, progress: Progress
) -> tuple[tuple[Explained, ...], tuple[Diagnostic, ...]]:
    """How a question would be answered, statement by statement, and the findings about data met on the way."""
    from kpilang.engines.duckdb import Unreadable
    from kpilang.evaluate import explain

    try:
        with loaded(project, question, data, progress) as ready:
            if not ready.question.kpis:
                return (), ready.findings
            found = explain(
                project.model, ready.question, ready.engine, ready.tables, skip_bad=data.skip_bad, known=ready.known
            )
    except Unreadable as error:
        return (), (SPOILED.at(None, said=str(error)),)
    return found, ready.findings
