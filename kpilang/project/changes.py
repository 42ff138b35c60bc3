"""What changed since a revision: which declarations of the project say something else than they did in git."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING

from kpilang.project import git
from kpilang.record import record
from kpilang.text import Source

if TYPE_CHECKING:
    from kpilang.diagnostics import Diagnostic
    from kpilang.project.loading import Project
    from kpilang.syntax.tree import Declaration, Tree

Key = tuple[str, str]
"""A declaration's keyword and name: `("kpi", "churn")`."""


@record
class Changes:
    """The files that changed since a revision, and what was said in them then: the words of each declaration, and the
    whole text of each file. `defaults` are the files whose defaults changed, and with them all their KPIs."""

    files: frozenset[str] = frozenset()
    said: frozenset[tuple[Key, str]] = frozenset()
    texts: Mapping[str, str] = field(default_factory=dict)
    defaults: frozenset[str] = frozenset()

    def has(self, declaration: Declaration) -> bool:
        """Whether a declaration is new or says something else; white space and its place mean nothing."""
        path = declaration.span.source.path
        if path not in self.files:
            return False
        by_default = declaration.kind == "kpi" and path in self.defaults
        return by_default or (_key(declaration), _words(declaration)) not in self.said

    def concerns(self, finding: Diagnostic, around: Callable[[Diagnostic], Declaration | None]) -> bool:
        """Whether a finding is about something that changed; one about no text, or about settings, always is."""
        if finding.span is None or finding.code.startswith("E6"):
            return True
        path = finding.span.source.path
        if path not in self.files:
            return False
        declaration = around(finding)
        if declaration is None:
            return finding.span.text not in self.texts.get(path, "")
        return self.has(declaration)


def since(project: Project, ref: str | None) -> tuple[Changes, tuple[Diagnostic, ...]]:
    """What changed since a revision, or since the point where this branch left it; None means the last commit."""
    wrong = git.trouble(project.root, "--changed" if ref is None else f"--since {ref}")
    if wrong:
        return Changes(), wrong
    try:
        base = git.commit(project.root, "HEAD" if ref is None else ref)
    except git.GitError:
        return (_everything(project), ()) if ref is None else (Changes(), (git.NO_REVISION.at(None, ref=ref),))
    return _changes(project, git.fork(project.root, base) or base), ()


def _everything(project: Project) -> Changes:
    """In a repository without a commit all is new."""
    return Changes(frozenset(source.path for source in project.definitions.sources))


def _changes(project: Project, base: str) -> Changes:
    from kpilang.syntax.parser import parse

    root = project.root
    tracked = git.say(
        root, "diff", "--name-only", "--no-ext-diff", "-z", "--no-renames", "--relative", base, "--", "."
    ).split("\0")
    new = git.say(root, "ls-files", "--others", "--exclude-standard", "-z", "--", ".").split("\0")
    files = frozenset(path for path in (*tracked, *new) if path.endswith(".kpi"))
    texts = _before(root, base, files)
    said = {item for path, text in texts.items() for item in _said(parse(Source(path, text)))}
    now = {item for tree in project.model.trees if tree.source.path in files for item in _said(tree)}
    defaults = frozenset(name for (kind, name), _ in said ^ now if kind == "defaults")
    return Changes(files, frozenset(said), texts, defaults)


def _before(root: Path, base: str, paths: Collection[str]) -> dict[str, str]:
    """The texts of files as they were; of those that there were."""
    kept = git.tree(root, base) if paths else {}
    names = {path: kept[path].content for path in paths if path in kept}
    known = git.contents(root, names.values()) if names else {}
    return {path: git.text(known[name]) for path, name in names.items() if name in known}


def _said(tree: Tree) -> Iterator[tuple[Key, str]]:
    for declaration in tree.declarations:
        yield _key(declaration), _words(declaration)


def _key(declaration: Declaration) -> Key:
    """Keyword and name; what has no name goes by its file."""
    return declaration.kind, declaration.name.text if declaration.name else declaration.span.source.path


def _words(declaration: Declaration) -> str:
    return " ".join(declaration.span.text.split())
