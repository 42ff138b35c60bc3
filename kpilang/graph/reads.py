"""What an expression reads: sources, the links that lead on from them, derived columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kpilang.graph.nouns import Sort, key
from kpilang.model.expr import Aggregate, Column, Expr, Fold, Followed, Literal, Operation, Use
from kpilang.model.nouns import DataColumn, DataSource, Kpi, Model, steps
from kpilang.model.origins import paths
from kpilang.syntax import tree


def of_kpi(model: Model, kpi: Kpi) -> dict[str, None]:
    """The keys of what formula and targets read themselves, not through other KPIs. Of a formula that is wrong, the sources
    that it names."""
    if kpi.formula is not None:
        return dict.fromkeys(found for part in (kpi.formula, *kpi.aims) for found in _of_results(model.sources, part))
    line = kpi.first("formula")
    if line is None or not isinstance(line.value, tree.Expr):
        return {}
    named = (path.names[0].text for path in paths(line.value))
    return dict.fromkeys(key(Sort.SOURCE, name) for name in named if name in model.sources)


def _of_results(sources: Mapping[str, DataSource], formula: Expr) -> Iterator[str]:
    waiting = [formula]
    while waiting:
        part = waiting.pop()
        if isinstance(part, Aggregate):
            yield key(Sort.SOURCE, part.source)
            yield from of_rows(sources, part.source, part.children)
        elif not isinstance(part, Use):
            waiting += reversed(part.children)
            waiting += [part.rows] if isinstance(part, Fold) and part.rows is not None else []


def of_rows(sources: Mapping[str, DataSource], source: str, parts: tuple[Expr, ...]) -> Iterator[str]:
    """The keys of what expressions over the rows of a source read; what a derived column reads is said of that alone."""
    waiting = list(reversed(parts))
    while waiting:
        part = waiting.pop()
        links, column = _written(sources, source, part)
        if isinstance(part, Operation) and part.name == "exchange" and isinstance(part.arguments[2], Literal):
            yield key(Sort.SOURCE, str(part.arguments[2].value))
        for here, link, _ in steps(sources, source, links):
            yield key(Sort.LINK, f"{here.name}.{link.name}")
        if column is not None:
            yield key(Sort.DERIVED, column)
        elif isinstance(part, Column):
            yield key(Sort.SOURCE, source)
        elif isinstance(part, Followed):
            yield from _of_results(sources, part.rows)
        elif isinstance(part, Aggregate):
            yield from _of_results(sources, part)
        else:
            waiting += reversed(part.children)


def _written(sources: Mapping[str, DataSource], source: str, part: Expr) -> tuple[tuple[str, ...], str | None]:
    """The links that a name goes along, and the derived column that it ends at, if it does."""
    if isinstance(part.written, tree.Path):
        words = [name.text for name in part.written.names]
        own = len(words) > 1 and words[0] == source and words[0] not in sources[source].links
        links = tuple(words[1:-1] if own else words[:-1])
        there = _end(sources, source, links)
        column = there.columns.get(words[-1]) if there else None
        if there and column and derives(there, column):
            return links, f"{there.name}.{column.name}"
    return (part.links if isinstance(part, Column) else ()), None


def _end(sources: Mapping[str, DataSource], source: str, links: tuple[str, ...]) -> DataSource | None:
    """The source at the end of these links; None where they lead nowhere."""
    here = sources.get(source)
    for name in links:
        link = here.links.get(name) if here else None
        here = sources.get(link.target) if link else None
    return here


def derives(source: DataSource, column: DataColumn) -> bool:
    """Whether a column is written as derived; the key of a source made by grouping is not."""
    keys = source.grouping.names if source.grouping is not None else ()
    return not column.in_file and column.name not in keys
