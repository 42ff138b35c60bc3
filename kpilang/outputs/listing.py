"""Lists of things, a row each: as a table for people, as JSON and CSV for programs."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from kpilang.outputs.exact_json import indented
from kpilang.text import Text
from kpilang.width import flat, left, width

VERSION = 1


@dataclass(frozen=True)
class Listing:
    """Rows of texts and counts; `heads` name the columns for programs and for people, `what` names the rows."""

    what: str
    heads: Mapping[str, Text]
    rows: Sequence[Mapping[str, str | int]]


def table(listing: Listing, language: str) -> str:
    """Columns side by side under their heads."""
    heads = [text.say(language) for text in listing.heads.values()]
    cells = [heads, *([flat(str(row[key])) for key in listing.heads] for row in listing.rows)]
    widths = [max(map(width, column)) for column in zip(*cells, strict=True)]
    return "".join("  ".join(map(left, line, widths)).rstrip() + "\n" for line in cells)


def json(listing: Listing, *, ascii_only: bool) -> str:
    """`{version, WHAT: [{…}]}`; an empty cell is null."""
    rows = [{key: None if row[key] == "" else row[key] for key in listing.heads} for row in listing.rows]
    return indented({"version": VERSION, listing.what: rows}, ascii_only=ascii_only) + "\n"


def csv_text(listing: Listing, *, on_terminal: bool) -> str:
    """A line of names, then a line a row."""
    stream = io.StringIO()
    writer = csv.DictWriter(stream, list(listing.heads), lineterminator="\n")
    writer.writeheader()
    seen: Callable[[str], str] = flat if on_terminal else str
    writer.writerows({key: seen(str(row[key])) for key in listing.heads} for row in listing.rows)
    return stream.getvalue()


def render(listing: Listing, form: str, language: str, *, ascii_only: bool, on_terminal: bool) -> str:
    """A listing as `table`, `json` or `csv`."""
    if form == "json":
        return json(listing, ascii_only=ascii_only)
    return csv_text(listing, on_terminal=on_terminal) if form == "csv" else table(listing, language)
