"""What the files of a project declare, by name, found by looking at their text alone: a file may be half written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path

from kpilang.project import files
from kpilang.record import record
from kpilang.settings import FILE, Settings, read

_NAME = r"[^\W\d][^\s\"(){}<>,.:]*"
_TEXT = r'"((?:[^"\\\n]|\\.)*)"'
_HEAD = re.compile(
    rf"^(kpi|template|source|goal|owner)[ \t]+({_NAME})[ \t]*(?:\([^)\n]*\)[ \t]*)?(?:{_TEXT}[ \t]*(?:zh[ \t]+{_TEXT})?)?",
    re.MULTILINE,
)
_NO_FIELDS = re.compile(r'"(?:[^"\\\n]|\\.)*"|#.*')
_COLUMN = re.compile(rf"\b(?:column|derive)\s+({_NAME})")
_KEY = re.compile(rf"\bkey\s+({_NAME}(?:\s*,\s*{_NAME})*)")
_LINK = re.compile(rf"\blink\s+({_NAME}(?:\s*,\s*{_NAME})*)\s*->\s*({_NAME})(?:\s+as\s+({_NAME}))?")


@record
class Declared:
    """A declaration: its kind, its name, its labels in English and Chinese, and the text down to the next one."""

    kind: str
    name: str
    label: str
    chinese: str
    text: str

    def says(self, language: str) -> str:
        """The label in a language, else in the other."""
        return (self.chinese if language == "zh" else "") or self.label or self.chinese

    def columns(self) -> Iterator[str]:
        """The columns of a source by which values can be split."""
        fields = _NO_FIELDS.sub("", self.text)
        keys = (name.strip() for found in _KEY.findall(fields) for name in found.split(","))
        yield from (name for name in (*_COLUMN.findall(fields), *keys) if name.isidentifier())

    def links(self) -> Iterator[tuple[str, str]]:
        """The links of a source: the name of each, and of the source that it leads to."""
        for columns, target, alias in _LINK.findall(_NO_FIELDS.sub("", self.text)):
            yield alias or columns.partition(",")[0].strip(), target


def declarations(text: str) -> Iterator[Declared]:
    """The KPIs, templates, sources, goals and owners that begin at the left edge of a text."""
    heads = list(_HEAD.finditer(text))
    ends = [*(each.start() for each in heads), len(text)]
    for head, end in zip(heads, ends[1:], strict=True):
        kind, name, label, chinese = head.groups("")
        if name.isidentifier():
            yield Declared(kind, name, label, chinese, text[head.end() : end])


class Here:
    """The project around the working folder, of which no more is read than is asked for."""

    def __init__(self, environment: str | None, config: str | None, language: str | None) -> None:
        self.environment, self.config, self.asked = environment, Path(config) if config else None, language
        self.root = files.find_root(Path.cwd()) or Path.cwd()

    @cached_property
    def settings(self) -> Settings:
        """The settings, whatever is wrong with them."""
        return read(self.root, self.environment, self.config)[0]

    def says(self, word: str) -> bool:
        """Whether a word stands in the settings: where it does not, they need not be read."""
        source, _ = files.read(self.config or self.root / FILE, FILE)
        return source is not None and word in source.text

    @cached_property
    def language(self) -> str:
        """The language asked for, else that of the project."""
        return self.asked or (self.settings.language if self.says("language") else "en")

    @cached_property
    def declared(self) -> Sequence[Declared]:
        """What all files declare."""
        exclude = self.settings.exclude if self.says("exclude") else ()
        paths, _ = files.collect(self.root, exclude)
        found = (files.read(path, path.relative_to(self.root).as_posix())[0] for path in paths)
        return [each for source in found if source for each in declarations(source.text)]

    def of(self, kind: str) -> list[Declared]:
        """The declarations of a kind, each name once."""
        return list({each.name: each for each in self.declared if each.kind == kind}.values())
