"""Declarations as they are laid out: heads, and fields one below the other with their values in one column."""

from __future__ import annotations

from collections.abc import Sequence

from kpilang.syntax.formatting.layout import write
from kpilang.syntax.formatting.parts import BLOCKS, File, Part, Word, apart, close
from kpilang.syntax.formatting.writer import Writer
from kpilang.width import width

STEP, HANG, BESIDE = 2, 4, 2
"""Columns by which fields stand in, by which a head goes on, and between a keyword and its value."""
PADDED = ("column_field", "derive_field")
"""Fields that begin with the name of a column: what follows it stands in one column."""


def write_file(out: Writer, file: File) -> None:
    """All declarations, an empty line between them; those in one line may follow each other."""
    before: Part | None = None
    for each in file.declarations:
        together = before is not None and before.rule == each.rule and in_line(out, before) and in_line(out, each)
        if before is not None and (parted(each.first, file.text) or not together):
            out.blank()
        comments(out, each.first, file.text)
        declaration(out, each, file.text)
        before = each
    if file.tail and (file.tail[0].apart or before is not None):
        out.blank()
    out.remarks(file.tail, apart=True)


def parted(first: Word, text: str) -> bool:
    """Whether an empty line stands above a word and its comments."""
    return first.before[0].apart if first.before else apart(text, first.start)


def comments(out: Writer, first: Word, text: str) -> None:
    """The comments above a word, and the empty line between, if there is one."""
    out.remarks(first.before, apart=True)
    if first.before and apart(text, first.start):
        out.blank()


def in_line(out: Writer, part: Part) -> bool:
    """Whether a declaration stands in one line."""
    if part.flat is None:
        return False
    return not (out.remarked and (part.first.after or out.interrupted(part.first.start + 1, part.last)))


def declaration(out: Writer, part: Part, text: str) -> None:
    """A declaration, in one line where its kind may and it fits; its comments before it are written."""
    if in_line(out, part):
        out.put(part.flat or "")
        out.endnote(part.last)
    elif part.last.text != "}":
        head(out, part.items)
    else:
        *items, closing = part.items
        fields = items.pop() if items[-1].rule in BLOCKS else None
        head(out, items)
        with out.indented(STEP):
            if fields is not None:
                block(out, fields.items, text)
            out.remarks(closing.first.before, apart=True)
        if fields is not None or closing.first.before:
            out.end()
        out.plain(closing.first)
    out.end()


def head(out: Writer, items: Sequence[Part]) -> None:
    """What stands before the fields: in one line, or each part of it on one. A template is filled in from the head's line
    on where its brackets can open there."""
    first, *rest = items
    out.plain(first.first)
    broken = False
    for item in rest:
        out.space(0 if item.rule == "parameters" else 1)
        opens = item.rule == "filled" and not broken and fills(out, item)
        movable = bool(item.items) or item.last.text[0] == "<"
        if movable and item.rule != "parameters" and not opens and (broken or not out.room(item, len(" {"))):
            broken = True
        with out.indented(0 if opens else HANG):
            if broken and movable:
                out.end()
            write(out, item, len(" {") if movable else 0)


def fills(out: Writer, filled: Part) -> bool:
    """Whether the name of a template and the bracket behind it fit into the rest of the line."""
    name = filled.items[1]
    return (
        name.flat is not None and out.fits(f"is {name.flat}(", 0) and not out.interrupted(filled.first.start, name.last)
    )


def block(out: Writer, fields: Sequence[Part], text: str) -> None:
    """Fields one below the other."""
    column = STEP + max(width(each.first.text) for each in fields) + BESIDE
    names = {rule: max((width(name(each)) for each in fields if each.rule == rule), default=0) for rule in PADDED}
    for number, each in enumerate(fields):
        out.end()
        if number and parted(each.first, text):
            out.blank()
        comments(out, each.first, text)
        out.plain(each.first)
        with out.indented(column):
            value(out, each, column, names.get(each.rule, 0))


def value(out: Writer, part: Part, column: int, padding: int) -> None:
    """What stands behind the keyword of a field."""
    if not part.items:
        return
    out.space(max(column - out.column, 1))
    _, first, *rest = part.items
    write(out, first)
    if rest:
        out.space(1 + max(0, padding - width(name(part))) if padding else 1)
        with out.indented(column + STEP):
            further(out, part.rule, rest)


def further(out: Writer, rule: str, rest: Sequence[Part]) -> None:
    """What stands behind the first part of a value: in this line as far as it fits."""
    for number, item in enumerate(rest):
        if number and not close(rule, rest[number - 1], item):
            out.space()
            comma = rest[number + 1 : number + 2]
            if not out.room(item, 1 if comma and close(rule, item, comma[0]) else 0):
                out.end()
        write(out, item)


def name(field: Part) -> str:
    """The name of a column, behind the keyword."""
    return field.items[1].first.text
