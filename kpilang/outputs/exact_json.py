"""JSON with every digit kept: a Decimal is written as a JSON number, digit for digit."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping
from decimal import Decimal

_LONGEST = 40
_UNSEEN = re.compile("[\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
"""Characters that JSON lets stand and that would steer a terminal or hide what a line says."""


def dumps(value: object, *, ascii_only: bool = False) -> str:
    """The text, in one line, of a value of mappings, lists, texts, numbers, dates, None.

    `ascii_only` writes every other character as an escape, for streams that cannot hold it.
    """
    kind = type(value)
    if kind is str:
        return _text(value, ascii_only)  # type: ignore[arg-type]
    if value is None:
        return "null"
    if kind is Decimal:
        return _number(value)  # type: ignore[arg-type]
    if isinstance(value, Mapping):
        pairs = (f"{_text(key, ascii_only)}: {dumps(item, ascii_only=ascii_only)}" for key, item in value.items())
        return "{" + ", ".join(pairs) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(dumps(item, ascii_only=ascii_only) for item in value) + "]"
    if isinstance(value, dt.date):
        return f'"{value.isoformat()}"'
    return json.dumps(value, ensure_ascii=True, allow_nan=False)


def indented(value: object, *, ascii_only: bool = False, depth: int = 0) -> str:
    """The same over several lines, for people who look in."""
    margin = "\n" + "  " * (depth + 1)
    if isinstance(value, Mapping) and value:
        items = [
            f"{_text(key, ascii_only)}: {indented(item, ascii_only=ascii_only, depth=depth + 1)}"
            for key, item in value.items()
        ]
        return "{" + margin + f",{margin}".join(items) + margin[:-2] + "}"
    if isinstance(value, list | tuple) and value:
        lines = [indented(item, ascii_only=ascii_only, depth=depth + 1) for item in value]
        return "[" + margin + f",{margin}".join(lines) + margin[:-2] + "]"
    return dumps(value, ascii_only=ascii_only)


def _text(value: str, ascii_only: bool) -> str:
    """A lone surrogate (an undecodable byte of the command line) is an escape everywhere."""
    if not ascii_only and not value.isascii():
        ascii_only = any("\ud800" <= character <= "\udfff" for character in value)
    text = json.dumps(value, ensure_ascii=ascii_only)
    return text if text.isprintable() else _UNSEEN.sub(_escape, text)


def _escape(match: re.Match[str]) -> str:
    return f"\\u{ord(match[0]):04x}"


def _number(value: Decimal) -> str:
    """The digits as they are; in a notation with exponent only where the plain one would run long."""
    plain = format(value, "f")
    return plain if len(plain) <= _LONGEST else str(value)
