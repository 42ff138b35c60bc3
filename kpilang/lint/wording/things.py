"""What a source or a column counts, read from its name and label: enough to tell views from shares."""

from __future__ import annotations

import re
from functools import cache

from kpilang.lint import words
from kpilang.lint.wording.script import is_chinese
from kpilang.record import record

_PART = r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[㐀-鿿]+"


@record
class Thing:
    """What is counted, under the name that people see; `kind` is None where the name tells no known kind."""

    name: str
    words: frozenset[str]
    kind: str | None

    def like(self, other: Thing) -> bool:
        """Whether two counts may be of the same sort of thing: of one kind, or with a word in common."""
        if self.kind is not None and other.kind is not None:
            return self.kind == other.kind
        return self.name == other.name or bool(self.words & other.words)


@cache
def thing(name: str, label: str = "") -> Thing:
    """What a name, and a label beside it, say is counted."""
    said = _words(name) | _words(label)
    return Thing(name, said, _kind(_words(name)) or _kind(_words(label)))


def _words(text: str) -> frozenset[str]:
    idle = words.group("things", "names", "idle")
    return frozenset(_singular(each.lower()) for each in re.findall(_PART, text) if each.lower() not in idle)


def _singular(word: str) -> str:
    return word[:-1] if word.endswith("s") and len(word) > 3 else word


def _kind(said: frozenset[str]) -> str | None:
    for kind, names in words.table("things", "kinds").items():
        for name in names:
            if any(name in word for word in said) if is_chinese(name) else _singular(name) in said:
                return kind
    return None
