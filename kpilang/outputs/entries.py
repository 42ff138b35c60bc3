"""Settings written as YAML, each line with the place that it comes from."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import yaml

from kpilang.text import Text
from kpilang.width import flat

_BREAKS = {"\x85": "\\u0085", "\u2028": "\\u2028", "\u2029": "\\u2029"}


@dataclass(frozen=True)
class Entry:
    """A line: its key, None for an item of a list; its value, plain or a tuple of further lines; and where it comes
    from."""

    key: str | None
    value: object
    origin: Text | None = None


def render(entries: Sequence[Entry], language: str) -> str:
    """The lines as one YAML document."""
    return "".join(f"{line}\n" for line in _lines(entries, "", language))


def _lines(entries: Sequence[Entry], indent: str, language: str) -> Iterator[str]:
    for entry in entries:
        head = f"{indent}- " if entry.key is None else f"{indent}{_plain(entry.key)}: "
        if isinstance(entry.value, tuple) and entry.value:
            yield f"{head.rstrip()}{_remark(entry.origin, language)}"
            yield from _lines(entry.value, f"{indent}  ", language)
        else:
            value = {} if entry.value == () else entry.value
            yield f"{head}{_plain(value)}{_remark(entry.origin, language)}"


def _plain(value: object) -> str:
    """A value in one line, as YAML reads it back; a text with line breaks as JSON writes it, which YAML reads too."""
    text = yaml.safe_dump(value, default_flow_style=True, allow_unicode=True, sort_keys=False, width=float("inf"))
    text = text.removesuffix("\n...\n").rstrip("\n")
    if len(text.splitlines()) == 1:
        return text
    return "".join(_BREAKS.get(each, each) for each in json.dumps(value, ensure_ascii=False))


def _remark(origin: Text | None, language: str) -> str:
    return f"  # {flat(origin.say(language))}" if origin else ""
