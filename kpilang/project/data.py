"""Whether the data fit what the sources declare: every declared column is loaded, nothing is computed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kpilang.diagnostics import Diagnostic
    from kpilang.model.nouns import Model
    from kpilang.project.loading import Project


def check_data(
    project: Project, allow: Iterable[str] = (), names: Sequence[str] | None = None
) -> tuple[Diagnostic, ...]:
    """What does not fit in the data of the sources named, of all without names."""
    from kpilang.data.files import bind  # noqa: PLC0415 definitions alone are checked without an engine
    from kpilang.engines.duckdb import Engine  # noqa: PLC0415

    model = project.model
    needs = declared(model, model.sources if names is None else names)
    allowed = [Path(text).absolute() for text in allow]
    bound, wrong = bind(model, project.root, project.settings.sources, needs, allowed)
    with Engine(file for item in bound.values() for file in item.files) as engine:
        tables = engine.load(bound, {name: needs[name] for name in bound}, model, skip_bad=False)
    return (*wrong, *(item for table in tables.values() for item in table.diagnostics))


def declared(model: Model, names: Iterable[str]) -> Mapping[str, frozenset[str]]:
    """All columns of each source that stand in its file."""
    return {
        name: frozenset(column.name for column in model.sources[name].columns.values() if column.derived is None)
        for name in names
    }
