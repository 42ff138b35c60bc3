"""JSON documents: the list of objects in them as a grid; numbers keep the digits they are written with."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from kpilang.data import findings, formats
from kpilang.data.grid import Grid, UnusableError

DEEPEST = 4
FEW = 8


def read_json(text: str, table: str | None, wanted: Sequence[str] | None) -> Grid:
    """The objects of a document; `table` is the way to their list through objects, such as `data.invoices`."""
    try:
        document = _decoded(text)
    except json.JSONDecodeError as error:
        raise UnusableError(formats.NOT_JSON, line=error.lineno, said=error.msg) from None
    return _grid(enumerate(_listed(document, table), 1), wanted, "item")


def read_lines(lines: Iterable[str], wanted: Sequence[str] | None) -> Grid:
    """One object on each line that is not blank."""
    return _grid(_objects(lines), wanted, "row")


def _objects(lines: Iterable[str]) -> Iterator[tuple[int, object]]:
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                yield number, _decoded(line)
            except json.JSONDecodeError as error:
                raise UnusableError(formats.NOT_JSON, line=number, said=error.msg) from None


def _decoded(text: str) -> object:
    try:
        return json.loads(text, parse_float=str, parse_int=str, parse_constant=str, object_pairs_hook=_object)
    except RecursionError:
        raise json.JSONDecodeError("nested too deeply", text, 0) from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The object of these pairs; UnusableError where a name comes twice."""
    made = dict(pairs)
    if len(made) < len(pairs):
        names = [name for name, _ in pairs]
        doubled = next(name for name in names if names.count(name) > 1)
        begin = "{" + f"{json.dumps(pairs[0][0], ensure_ascii=False)}: {json.dumps(pairs[0][1], ensure_ascii=False)}"
        raise UnusableError(formats.TWICE, name=doubled, begin=f"`{findings.shown(begin)}`")
    return made


def _listed(document: object, table: str | None) -> list[object]:
    """The list of objects that a way leads to; without a way, the document itself."""
    found = _reached(document, table.split(".")) if table is not None else document
    if isinstance(found, list):
        return found
    tables = findings.listed([way for way, _ in _lists(document, ())][:FEW])
    if table is not None:
        raise UnusableError(formats.NO_TABLE, kind=formats.TABLE, name=table, found=tables)
    raise UnusableError(formats.WHICH_TABLE, kind=formats.TABLE, word="table", found=tables)


def _reached(document: object, way: Sequence[str]) -> object:
    for step in way:
        document = document.get(step) if isinstance(document, dict) else None
    return document


def _lists(document: object, way: tuple[str, ...]) -> Iterator[tuple[str, object]]:
    """Every list of objects in a document that is not nested too deeply, with the way to it."""
    if isinstance(document, list) and document and isinstance(document[0], dict):
        yield ".".join(way), document
    elif isinstance(document, dict) and len(way) < DEEPEST:
        for key, value in document.items():
            yield from _lists(value, (*way, key))


def _grid(items: Iterable[tuple[int, object]], wanted: Sequence[str] | None, kind: str) -> Grid:
    if wanted is None:
        items = list(items)
        wanted = [key for _, item in items if isinstance(item, dict) for key in item]
    headings = tuple(dict.fromkeys(wanted))
    grid = Grid(headings, (), kind, lacking=set(headings))
    grid.rows = _rows(items, grid)
    return grid


def _rows(items: Iterable[tuple[int, object]], grid: Grid) -> Iterator[tuple[str, list[str]]]:
    others: dict[str, None] = {}
    for number, item in items:
        if not isinstance(item, dict):
            raise UnusableError(formats.NO_OBJECT, number=number, found=findings.shown(_text(item)))
        others.update(dict.fromkeys(item))
        cells = []
        for heading in grid.headings:
            found = item[heading] if heading in item else _below(item, heading)
            if found is not _NOTHING:
                grid.lacking.discard(heading)
            cells.append(_text(found))
        yield str(number), cells
    grid.others = [key for key in others if key not in grid.headings]


_NOTHING = object()


def _below(item: dict[str, Any], heading: str) -> object:
    """What stands under a heading such as `customer.name` in the objects inside an object."""
    first, dot, rest = heading.partition(".")
    inner = item.get(first) if dot else None
    if not isinstance(inner, dict):
        return _NOTHING
    return inner[rest] if rest in inner else _below(inner, rest)


def _text(value: object) -> str:
    if value is None or value is _NOTHING:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        # A lone surrogate, which JSON can write, is no text.
        return value.encode("utf-8", "replace").decode("utf-8").replace("\0", "\ufffd")
    return json.dumps(value, ensure_ascii=True)
