"""The data that are needed, loaded: a source whose data cannot be had ends what needs it, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from kpilang.diagnostics import Diagnostic, Problem
from kpilang.text import Span, Text

if TYPE_CHECKING:
    from kpilang.data.files import Bound
    from kpilang.data.table import Table
    from kpilang.engines.duckdb import Engine
    from kpilang.evaluate import Known
    from kpilang.model.nouns import Model
    from kpilang.project.loading import Project

_HELP = Text(
    en="export a damaged file again; where there was no room, free some, or give more memory: `--memory 4GB`",
    zh="文件损坏的，请重新导出；空间不足的，请腾出空间或增加内存：`--memory 4GB`",
)
_WHY = Text(en="values of a part of the data would be wrong", zh="只用一部分数据算出的值是错的")
SPOILED = Problem(
    "E551",
    "data-not-readable-to-the-end",
    Text(en="the data could not be read to the end: {said}", zh="数据未能读完：{said}"),
    why=_WHY,
    help=_HELP,
)
DAMAGED = Problem(
    "E551",
    "data-not-readable-to-the-end",
    Text(
        en="{file}, the data of `{source}`, could not be read to the end: {said}",
        zh="`{source}` 的数据 {file} 未能读完：{said}",
    ),
    why=_WHY,
    help=_HELP,
)
WRITTEN = Problem(
    "E552",
    "data-changed-meanwhile",
    Text(
        en="{file}, the data of `{source}`, was changed while the KPIs were computed",
        zh="计算 KPI 时 `{source}` 的数据 {file} 被改动",
    ),
    why=Text(en="half of an old and half of a new file is neither", zh="新旧各半的文件两者都不是"),
    help=Text(en="run again when nobody writes the file", zh="请在无人写入该文件时重新运行"),
)
Found = TypeVar("Found")


@dataclass(frozen=True)
class Data:
    """Where data come from in one run: bindings over those of the `.kpi` files, folders that may be read besides the
    project, whether bad rows are skipped, how many threads and how much memory the engine may use."""

    bindings: Mapping[str, str]
    allowed: tuple[Path, ...] = ()
    skip_bad: bool = False
    threads: int | None = None
    memory: str | None = None


class Tables:
    """What was loaded: a table for each source that is needed, the findings met on the way, and what is known of the
    files from runs before. Tables of sources that turn out to be unusable are replaced by empty ones with the reason."""

    def __init__(
        self, model: Model, engine: Engine, bound: Mapping[str, Bound], known: Known, found: Sequence[Diagnostic]
    ) -> None:
        self.model, self.engine, self.bound, self.known = model, engine, bound, known
        self.by_name: dict[str, Table] = {}
        self.findings = tuple(found)

    def use(self, compute: Callable[[Mapping[str, Table]], Found]) -> Found:
        """What a computation makes of the tables, of which those that turn out to be unusable are left out.

        Raises Unreadable where that is the fault of no source, as when the disk is full.
        """
        from kpilang.engines.duckdb import Unreadable

        while True:
            try:
                found = compute(self.by_name)
            except Unreadable as error:
                wrong = self.damaged()
                if not wrong:
                    raise error from None
            else:
                wrong = self.changed()
                if not wrong:
                    return found
            self.replace(wrong)

    @property
    def unusable(self) -> frozenset[str]:
        """The sources whose files cannot be used."""
        return frozenset(name for name, table in self.by_name.items() if table.why is not None)

    def damaged(self) -> dict[str, tuple[str, Diagnostic]]:
        """The sources that cannot be read to the end, with the file at fault."""
        from kpilang.sql.profile import read_through

        found = {}
        for name, table in self.by_name.items():
            for file, select in table.parts:
                said = self.engine.attempt(read_through(f"({select})"))
                if said is not None:
                    said = said.partition("\n")[0]
                    found[name] = file, DAMAGED.at(self.head(name), file=file, source=name, said=said)
                    break
        return found

    def changed(self) -> dict[str, tuple[str, Diagnostic]]:
        """The sources that were written since the engine was made, with the first such file."""
        changed, found = self.engine.changed(), {}
        for name, bound in self.bound.items():
            files = (file for path, file in zip(bound.files, bound.names, strict=True) if path in changed)
            file = next(files, None) if changed and self.by_name[name].why is None else None
            if file is not None:
                found[name] = file, WRITTEN.at(self.head(name), file=file, source=name)
        return found

    def head(self, name: str) -> Span:
        """Where a source is declared."""
        return self.model.sources[name].declaration.head

    def replace(self, wrong: Mapping[str, tuple[str, Diagnostic]]) -> None:
        """Puts empty tables in place of those of sources that are unusable."""
        from kpilang.data.absent import absent
        from kpilang.data.findings import why

        for name, (file, finding) in wrong.items():
            table = self.by_name[name]
            told = (*table.diagnostics, finding)
            self.by_name[name] = absent(self.engine, name, table.columns, why(finding, file), told)


@contextmanager
def loaded(
    project: Project, needed: Mapping[str, frozenset[str]], data: Data, step: Callable[[str], None]
) -> Iterator[Tables]:
    """Binds and loads the columns of sources; `step` hears the names of those that are there.

    Raises Unreadable where no engine can be made.
    """
    from kpilang.data.files import bind
    from kpilang.data.findings import why
    from kpilang.engines.duckdb import Engine
    from kpilang.project.known import known

    model = project.model
    bound, findings = bind(model, project.root, data.bindings, needed, data.allowed)
    lacking = [name for name in needed if name in model.sources and name not in bound]
    unbound = {
        name: why(finding, data.bindings.get(name) or model.sources[name].location or "")
        for name, finding in zip(lacking, findings, strict=True)
    }
    remembered = known(project, bound, skip_bad=data.skip_bad)
    files = [file for item in bound.values() for file in item.files]
    with Engine(files, data.threads, data.memory) as engine:
        step(", ".join(bound))
        tables = Tables(model, engine, bound, remembered, findings)
        tables.by_name = engine.load(bound, needed, model, data.skip_bad, unbound)
        yield tables
    remembered.save()
