"""Reads the standard library for the linter: what its KPIs are called by, and of which shape their formulas are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

from kpilang.lint import words
from kpilang.lint.naming import plain
from kpilang.lint.said import texts
from kpilang.lint.shapes import Shape, of_template
from kpilang.lint.wording.script import is_chinese
from kpilang.model import library
from kpilang.model.nouns import Template
from kpilang.syntax import tree

_BEHIND = ("of", "for", "in", "by", "on", "from", "per", "at")


@cache
def names() -> Mapping[str, Template]:
    """The KPIs of the library by what they are called, as `plain` writes it: labels, translations, synonyms, acronyms."""
    found: dict[str, Template] = {}
    for template in library.every():
        for name in called(template):
            found.setdefault(plain(name), template)
    return found


def called(template: Template) -> Iterator[str]:
    """Everything that a template is called by."""
    if template.label is not None:
        yield from (said.text for said in texts(template.label))
    for word in ("synonyms", "acronym"):
        yield from of_word(template, word)


def of_word(template: Template, word: str) -> Iterator[str]:
    """The texts of a template's synonyms or acronyms."""
    for field in template.declaration.all(word):
        if isinstance(field.value, tree.References):
            yield from (item.value for item in field.value.items if isinstance(item, tree.String))


@cache
def shape(name: str) -> Shape | None:
    """The shape of a KPI of the library, by its name."""
    template = library.find(name)
    return of_template(template) if template is not None else None


def meant(label: str) -> tuple[str, Template] | None:
    """The KPI of the library that a label names, with the name as `plain` writes it: the label is that name, ends in it, or
    begins with it before `of`, `by` and the like; what it says besides must not make another thing of it."""
    bare, known = plain(label), names()
    for name in (_in_chinese if is_chinese(bare) else _in_english)(bare):
        if name in known:
            return (name, known[name]) if not _is_about(bare, name) else None
    return None


def _in_english(bare: str) -> Iterator[str]:
    """The stretches of a label that may be the name, the longest first."""
    spoken = bare.split()
    for at in range(len(spoken)):
        yield " ".join(spoken[at:])
    for end in range(len(spoken) - 1, 0, -1):
        if spoken[end] in _BEHIND:
            yield " ".join(spoken[:end])


def _in_chinese(bare: str) -> Iterator[str]:
    for at in range(len(bare)):
        yield bare[at:].strip()


def _is_about(bare: str, name: str) -> bool:
    """Whether the rest of a label tells that it is about such a KPI, and is none itself."""
    rest = bare.replace(name, " ", 1)
    about = words.group("standard", "about")
    return any((is_chinese(word) and word in rest) or word in rest.split() for word in about)
