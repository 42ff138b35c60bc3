"""How changes are put: what was there and what is there now, in one clause."""

from __future__ import annotations

from collections.abc import Iterable

from kpilang.diff import written
from kpilang.diff.nouns import Change, Grade, Kind
from kpilang.model.names import as_written
from kpilang.syntax import tree
from kpilang.text import Span, Text

CHANGED = Text("`{word}` changed from {was} to {now}", "`{word}` 由 {was} 改为 {now}")
ADDED = Text("`{word}` is new: {now}", "新增 `{word}`：{now}")
GONE = Text("`{word}` is gone: {was}", "去掉了 `{word}`：{was}")
REWORDED = Text("`{word}` is worded otherwise", "`{word}` 的文字有改动")
_MOST = 80
"""The longest value that a message repeats; longer ones stand in `was` and `now`."""


def short(value: str) -> str:
    """A value in a message."""
    return value if len(value) <= _MOST else value[: _MOST - 1].rstrip() + "…"


def from_to(word: str, was: str | None, now: str | None) -> Text:
    """That a value of a field changed, came or went."""
    form = CHANGED if was and now else ADDED if now else GONE
    return form.fill(word=word, was=short(was or ""), now=short(now or ""))


def listed(values: Iterable[str]) -> str:
    """Several values, in the order of their letters."""
    return ", ".join(sorted(values))


def of_field(
    kind: Kind,
    subject: tuple[str, str],
    fields: tuple[tree.Field | None, tree.Field | None],
    message: Text,
    grade: Grade | None = None,
) -> Change:
    """A change of a field; `subject` is the sort and the name of its declaration."""
    sort, name = subject
    old, new = fields
    was, now = written.field(old, sort), written.field(new, sort)
    return Change(kind, name, sort, message, _place(old), _place(new), was, now, grade or kind.grade)


def of_declaration(
    kind: Kind,
    subject: tuple[str, str],
    declarations: tuple[tree.Declaration | None, tree.Declaration | None],
    message: Text,
    grade: Grade | None = None,
) -> Change:
    """A change of a declaration as a whole: it came, went, or is called otherwise."""
    sort, name = subject
    old, new = declarations
    was, now = (written.head(each) if each is not None else None for each in declarations)
    before, after = (each.head if each is not None else None for each in (old, new))
    return Change(kind, name, sort, message, before, after, was, now, grade or kind.grade)


def of_label(kind: Kind, subject: tuple[str, str], labels: tuple[tree.Label | None, tree.Label | None]) -> Change:
    """A change of a label."""
    sort, name = subject
    before, after = (each.span if each is not None else None for each in labels)
    was, now = (as_written(each) if each is not None else None for each in (before, after))
    return Change(kind, name, sort, REWORDED.fill(word="label"), before, after, was, now, kind.grade)


def _place(item: tree.Field | None) -> Span | None:
    return item.span if item is not None else None
