"""Names and titles that stand for everyone, and so for nobody."""

from __future__ import annotations

from collections.abc import Iterable

from kpilang.lint import words
from kpilang.lint.said import titles
from kpilang.model.nouns import Owner
from kpilang.model.words import NOBODY as BARE


class Nobody:
    """The names that mean nobody in particular, with those a project adds (`more`) and without those it allows."""

    def __init__(self, more: Iterable[str] = (), allowed: Iterable[str] = ()) -> None:
        known = {plain(name) for name in (*BARE, *words.group("nobody", "names"), *more)}
        self.names = known - {plain(name) for name in allowed}

    def is_name(self, name: str) -> bool:
        return plain(name) in self.names

    def is_owner(self, owner: Owner) -> bool:
        """Whether a declared owner is everyone: its title says so, or its name, and it has no address."""
        titled = owner.label is not None and any(self.is_name(said.text) for said in titles(owner.declaration))
        return titled or (self.is_name(owner.name) and not owner.address)


def plain(name: str) -> str:
    """A name without case, spaces and punctuation; a name of punctuation alone stays."""
    return "".join(each for each in name.casefold() if each.isalnum()) or name.strip()
