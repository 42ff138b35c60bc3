"""Where data go: from files to sources, on through links and derived columns to KPIs, and from KPIs to KPIs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from kpilang.graph import entries, reads
from kpilang.graph.nouns import Edge, Graph, Mark, Node, Sort, Tie, key
from kpilang.model.expr import Expr
from kpilang.model.nouns import DataSource, Model
from kpilang.model.references import References


def lineage(references: References, bindings: Mapping[str, str]) -> Graph:
    """All sources, with what they are read from and what reads them. What reads a link or derived column of a source
    reads the source too, which is not drawn again."""
    model = references.model
    files = {name: bindings.get(name) or source.location for name, source in model.sources.items()}
    nodes = [Node(Sort.FILE, file) for file in dict.fromkeys(files.values()) if file]
    for source in model.sources.values():
        marks = () if source.name in references.read else (Mark.UNREAD,)
        nodes += [entries.source(source, *marks)]
        nodes += [entries.link(source, link) for link in source.links.values()]
        nodes += [
            entries.derived(source, column) for column in source.columns.values() if reads.derives(source, column)
        ]
    read = {name: reads.of_kpi(model, kpi) for name, kpi in model.kpis.items()}
    for name, kpi in model.kpis.items():
        blind = kpi.sound and not read[name] and not references.formulas.get(name)
        nodes.append(entries.kpi(model, kpi, *((Mark.SOURCELESS,) if blind else ())))
    edges = [*_of_sources(model, files), *_of_kpis(references, read)]
    return Graph({node.key: node for node in nodes}, tuple(dict.fromkeys(edges)))


def _of_sources(model: Model, files: Mapping[str, str | None]) -> Iterator[Edge]:
    for source in model.sources.values():
        own, file = key(Sort.SOURCE, source.name), files[source.name]
        if file:
            yield Edge(key(Sort.FILE, file), own, Tie.DATA)
        if source.grouping is not None and source.grouping.base in model.sources:
            yield Edge(key(Sort.SOURCE, source.grouping.base), own, Tie.DATA)
        for link in source.links.values():
            here = key(Sort.LINK, f"{source.name}.{link.name}")
            yield Edge(own, here, Tie.DATA)
            if link.target in model.sources:
                yield Edge(key(Sort.SOURCE, link.target), here, Tie.DATA)
        yield from _of_columns(model, source)


def _of_columns(model: Model, source: DataSource) -> Iterator[Edge]:
    for column in source.columns.values():
        if reads.derives(source, column):
            own = key(Sort.DERIVED, f"{source.name}.{column.name}")
            base = column.made.base if column.made is not None else source.name
            values: tuple[Expr, ...] = (column.derived,) if column.derived is not None else ()
            values = (column.made.value, *column.made.keys) if column.made is not None else values
            found = dict.fromkeys(reads.of_rows(model.sources, base, values))
            found = found or {key(Sort.SOURCE, base): None}
            yield from (Edge(each, own, Tie.DATA) for each in _shortest(found))


def _of_kpis(references: References, read: Mapping[str, Mapping[str, None]]) -> Iterator[Edge]:
    for name, found in read.items():
        own = key(Sort.KPI, name)
        yield from (Edge(each, own, Tie.DATA) for each in _shortest(found))
        used = references.formulas.get(name, ())
        yield from (Edge(key(Sort.KPI, other), own, Tie.DATA) for other in used)


def _shortest(found: Iterable[str]) -> Iterator[str]:
    """What is read, without the sources whose links or derived columns say so."""
    listed = list(found)
    said = {each.partition(":")[2].partition(".")[0] for each in listed if not each.startswith(f"{Sort.SOURCE}:")}
    return (each for each in listed if not (each.startswith(f"{Sort.SOURCE}:") and each.partition(":")[2] in said))
