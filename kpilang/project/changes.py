"""What changed since a revision: which declarations of the project say something else than they did in git."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING

from kpilang.diagnostics import Diagnostic, Problem
from kpilang.record import record
from kpilang.text import Source, Text

if TYPE_CHECKING:
    from kpilang.project.loading import Project
    from kpilang.syntax.tree import Declaration, Tree

NO_GIT = Problem(
    "E660",
    "no-git",
    Text(en="what changed is asked of git, and git cannot be run", zh="要向 git 查询改动，但无法运行 git"),
    help=Text(en="install git, or leave `{option}` out", zh="安装 git，或去掉 `{option}`"),
)
NO_REPOSITORY = Problem(
    "E661",
    "no-repository",
    Text(en="`{root}` is not in a git repository", zh="`{root}` 不在 git 仓库中"),
    help=Text(en="leave `{option}` out, and all findings are shown", zh="去掉 `{option}`，将显示全部问题"),
)
REFUSED = Problem(
    "E676",
    "git-refuses",
    Text(en="git refuses to look into `{root}`: {reason}", zh="git 拒绝查看 `{root}`：{reason}"),
    help=Text(
        en="where the folder belongs to another user, as in a container: `git config --global --add safe.directory {root}`",
        zh="若文件夹属于其他用户（如在容器中）：`git config --global --add safe.directory {root}`",
    ),
)
NO_REVISION = Problem(
    "E662",
    "no-revision",
    Text(en="git knows no revision `{ref}`", zh="git 中没有版本 `{ref}`"),
    help=Text(
        en="name a branch, a tag or a commit; in CI the history must be fetched first (`fetch-depth: 0`)",
        zh="写分支、标签或提交；在 CI 中须先取得历史（`fetch-depth: 0`）",
    ),
)

Key = tuple[str, str]
"""A declaration's keyword and name: `("kpi", "churn")`."""


class _GitError(Exception):
    """Git said no; the message is its own."""


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
    option = "--changed" if ref is None else f"--since {ref}"
    try:
        if _git(project.root, "rev-parse", "--is-inside-work-tree").strip() != "true":
            return Changes(), (NO_REPOSITORY.at(None, root=project.root, option=option),)
    except FileNotFoundError:
        return Changes(), (NO_GIT.at(None, option=option),)
    except _GitError as error:
        if "not a git repository" in str(error):
            return Changes(), (NO_REPOSITORY.at(None, root=project.root, option=option),)
        reason = str(error).strip().partition("\n")[0].removeprefix("fatal: ")
        return Changes(), (REFUSED.at(None, root=project.root, reason=reason),)
    try:
        base = _base(project.root, "HEAD" if ref is None else ref)
    except _GitError:
        return (_everything(project), ()) if ref is None else (Changes(), (NO_REVISION.at(None, ref=ref),))
    return _changes(project, base), ()


def _base(root: Path, ref: str) -> str:
    """The commit to compare with: where this branch left the revision, else the revision itself."""
    commit = _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}").strip()
    try:
        return _git(root, "merge-base", commit, "HEAD").strip() or commit
    except _GitError:
        return commit


def _everything(project: Project) -> Changes:
    """In a repository without a commit all is new."""
    return Changes(frozenset(source.path for source in project.definitions.sources))


def _changes(project: Project, base: str) -> Changes:
    from kpilang.syntax.parser import parse

    root = project.root
    tracked = _git(
        root, "diff", "--name-only", "--no-ext-diff", "-z", "--no-renames", "--relative", base, "--", "."
    ).split("\0")
    new = _git(root, "ls-files", "--others", "--exclude-standard", "-z", "--", ".").split("\0")
    files = frozenset(path for path in (*tracked, *new) if path.endswith(".kpi"))
    texts = {path: text for path in files if (text := _before(root, base, path)) is not None}
    said = {item for path, text in texts.items() for item in _said(parse(Source(path, text)))}
    now = {item for tree in project.model.trees if tree.source.path in files for item in _said(tree)}
    defaults = frozenset(name for (kind, name), _ in said ^ now if kind == "defaults")
    return Changes(files, frozenset(said), texts, defaults)


def _before(root: Path, base: str, path: str) -> str | None:
    """The text of a file as it was; None when there was none."""
    try:
        return _git(root, "show", f"{base}:./{path}")
    except _GitError:
        return None


def _said(tree: Tree) -> Iterator[tuple[Key, str]]:
    for declaration in tree.declarations:
        yield _key(declaration), _words(declaration)


def _key(declaration: Declaration) -> Key:
    """Keyword and name; what has no name goes by its file."""
    return declaration.kind, declaration.name.text if declaration.name else declaration.span.source.path


def _words(declaration: Declaration) -> str:
    return " ".join(declaration.span.text.split())


def _git(root: Path, *arguments: str) -> str:
    """What a command of git prints; a `_GitError` with its message where it fails."""
    done = subprocess.run(  # noqa: S603 a fixed program, arguments as a list
        ["git", "-C", str(root), "-c", "core.quotepath=off", "-c", "core.fsmonitor=false", *arguments],  # noqa: S607 found on the PATH like any tool
        capture_output=True,
        check=False,
        stdin=subprocess.DEVNULL,
        env={**os.environ, "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"},
    )
    if done.returncode:
        raise _GitError(done.stderr.decode("utf-8", "replace"))
    return done.stdout.decode("utf-8", "replace").removeprefix("\ufeff")
