"""Question to result: binds the data that are needed, loads them, computes what can be computed, judges it."""

from __future__ import annotations

import glob
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from kpilang.diagnostics import Diagnostic, Problem, Severity
from kpilang.model.nearest import hint
from kpilang.project import places, tables
from kpilang.project.loading import BOUND_MADE
from kpilang.project.tables import Data
from kpilang.settings import located
from kpilang.text import Source, Span, Text

if TYPE_CHECKING:
    from kpilang.evaluate import Explained
    from kpilang.model.nouns import Model
    from kpilang.outputs.progress import Progress
    from kpilang.plan.question import Question
    from kpilang.project.loading import Project
    from kpilang.project.tables import Tables
    from kpilang.result import Result

UNKNOWN_SOURCE = Problem(
    "E636", "unknown-source-name", Text(en="there is no source `{name}`", zh="没有名为 `{name}` 的数据源")
)
BAD_BINDING = Problem(
    "E637",
    "bad-source-option",
    Text(
        en="`--source`: `{text}` does not say which source and which file",
        zh="`--source`：`{text}` 没有写明数据源和文件",
    ),
    help=Text(en="write `--source {name}=PATH`", zh="写成 `--source {name}=路径`"),
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
_READING = Text(en="reading {names}", zh="正在读取 {names}")
_COMPUTING = Text(en="computing, KPIs: {count}", zh="正在计算 {count} 个 KPI")


@dataclass(frozen=True)
class Answer:
    """A judged result, None when nothing could be computed, and the findings about data met on the way; `unusable` when
    the files that each of its KPIs needs cannot be used."""

    result: Result | None
    diagnostics: tuple[Diagnostic, ...]
    unusable: bool = False


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
            wrong.append(BAD_BINDING.at(None, text=text, name=name or "NAME"))
        elif name not in project.model.sources:
            wrong.append(UNKNOWN_SOURCE.at(span, help=hint(name, project.model.sources), name=name))
        elif project.model.sources[name].grouping is not None:
            wrong.append(BOUND_MADE.at(span, name=name))
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


@contextmanager
def loaded(project: Project, question: Question, data: Data, progress: Progress) -> Iterator[Tables]:
    """Binds and loads what a question needs."""
    from kpilang.plan.wanted import needs

    needed = needs(project.model, question)
    with tables.loaded(project, needed, data, lambda names: progress.step(_READING.fill(names=names))) as ready:
        progress.step(_COMPUTING.fill(count=len(question.kpis)))
        yield ready


def answer(project: Project, question: Question, data: Data, progress: Progress) -> Answer:
    """Computes the KPIs of a question, and judges them; those whose data cannot be used have bad data."""
    from kpilang.engines.duckdb import Unreadable
    from kpilang.evaluate import evaluate
    from kpilang.judge import judge

    model = project.model
    try:
        with loaded(project, question, data, progress) as ready:
            result = ready.use(
                lambda found: evaluate(model, question, ready.engine, found, skip_bad=data.skip_bad, known=ready.known)
            )
    except Unreadable as error:
        return Answer(None, (tables.SPOILED.at(None, said=str(error)),))
    found = tuple(dict.fromkeys((*ready.findings, *result.diagnostics)))
    return Answer(judge(model, result), found, unusable=_unusable(model, question, ready.unusable))


def _unusable(model: Model, question: Question, sources: frozenset[str]) -> bool:
    """Whether each KPI of a question needs one of these sources."""
    from kpilang.plan.wanted import needs

    if not sources:
        return False
    return all(sources & needs(model, replace(question, kpis=(name,)), aims=False).keys() for name in question.kpis)


def statements(
    project: Project, question: Question, data: Data, progress: Progress
) -> tuple[tuple[Explained, ...], tuple[Diagnostic, ...]]:
    """How a question would be answered, statement by statement, and the findings about data met on the way."""
    from kpilang.engines.duckdb import Unreadable
    from kpilang.evaluate import explain

    try:
        with loaded(project, question, data, progress) as ready:
            found = ready.use(
                lambda found: explain(
                    project.model, question, ready.engine, found, skip_bad=data.skip_bad, known=ready.known
                )
            )
    except Unreadable as error:
        return (), (tables.SPOILED.at(None, said=str(error)),)
    told = (item for table in ready.by_name.values() for item in table.diagnostics)
    return found, tuple(dict.fromkeys((*ready.findings, *told)))
