"""Settings of the linter that go over those of other files in the same repository."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from kpilang.diagnostics import Diagnostic, Problem
from kpilang.project import files
from kpilang.project.written import repository
from kpilang.settings import FILE
from kpilang.settings.parse import lint_section
from kpilang.text import Text

if TYPE_CHECKING:
    from kpilang.settings import LintSection, Settings
    from kpilang.settings.document import Scalar

CYCLE = Problem(
    "E672",
    "extends-itself",
    Text(en="`{path}` extends itself: {way}", zh="`{path}` 引用了自身：{way}"),
    help=Text(en="take one of these `extend:` out", zh="去掉其中一处 `extend:`"),
)


def extended(settings: Settings, root: Path, config: Path | None) -> tuple[Settings, tuple[Diagnostic, ...]]:
    """Settings with those that they extend read, and what is wrong with these."""
    walk = _Walk(root)
    walk.read(settings.lint, settings.folder, (os.path.realpath(config or root / FILE),))
    sections = (*walk.found.values(), settings.lint)
    plugins = {name.text: name for section in sections for name in section.plugins}
    lint = replace(
        settings.lint,
        bases=tuple(replace(each, agreed=(), plugins=(), not_suppressible=()) for each in walk.found.values()),
        agreed=tuple(entry for section in sections for entry in section.agreed),
        plugins=tuple(plugins.values()),
        not_suppressible=tuple(name for section in sections for name in section.not_suppressible),
    )
    return replace(settings, lint=lint), tuple(walk.wrong)


class _Walk:
    """One pass over files that extend each other; each is read once, after those that it extends."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.found: dict[str, LintSection] = {}
        self.wrong: list[Diagnostic] = []

    def read(self, section: LintSection, folder: Path, chain: tuple[str, ...]) -> None:
        """Reads what a section in a folder extends; `chain` are the files on the way to it."""
        for name in section.extend:
            path = Path(os.path.normpath(folder / name.text))
            real = os.path.realpath(path)
            if real in chain:
                self.wrong.append(self._cycle(name, (*chain[chain.index(real) :], real)))
            elif real not in self.found:
                self._file(name, path, (*chain, real))

    def _file(self, name: Scalar, path: Path, chain: tuple[str, ...]) -> None:
        source, unread = files.read_own(path, repository(self.root), self._shown(path))
        self.wrong += (each if each.span else replace(each, span=name.span) for each in unread)
        if source is None:
            return
        section, wrong = lint_section(source)
        self.wrong += wrong
        self.read(section, path.parent, chain)
        self.found[chain[-1]] = self._placed(section, path.parent)

    def _placed(self, section: LintSection, folder: Path) -> LintSection:
        """A section whose paths are known from the project's folder."""
        agreed = tuple(
            entry
            if entry.codeowners is None
            else replace(entry, codeowners=replace(entry.codeowners, text=self._shown(folder / entry.codeowners.text)))
            for entry in section.agreed
        )
        around = Path(os.path.relpath(self.root, folder)).as_posix()
        return replace(section, agreed=agreed, around="" if around == "." else around)

    def _shown(self, path: Path) -> str:
        return Path(os.path.relpath(path, self.root)).as_posix()

    def _cycle(self, name: Scalar, way: tuple[str, ...]) -> Diagnostic:
        root = Path(os.path.realpath(self.root))
        shown = [Path(os.path.relpath(path, root)).as_posix() for path in way]
        return CYCLE.at(name.span, path=shown[0], way=" → ".join(f"`{path}`" for path in shown))
