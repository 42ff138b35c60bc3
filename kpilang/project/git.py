"""Git, asked: what it keeps is read without checking anything out, and without running anything of the repository."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from kpilang.diagnostics import Diagnostic, Problem
from kpilang.record import record
from kpilang.text import Text

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
_LINK, _SUBMODULE = "120000", "160000"


class GitError(Exception):
    """Git said no; the message is its own."""


@record
class Entry:
    """One file that git keeps: the name of its content, and whether it is a link or another repository instead."""

    content: str
    link: bool = False
    submodule: bool = False


def run(root: Path, *arguments: str, given: bytes = b"") -> bytes:
    """What a command of git prints; a `GitError` with its message where it fails."""
    done = subprocess.run(  # noqa: S603 a fixed program, arguments as a list
        ["git", "-C", str(root), "-c", "core.quotepath=off", "-c", "core.fsmonitor=false", *arguments],  # noqa: S607 found on the PATH like any tool
        capture_output=True,
        check=False,
        input=given,
        env={**os.environ, "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"},
    )
    if done.returncode:
        raise GitError(done.stderr.decode("utf-8", "replace"))
    return done.stdout


def say(root: Path, *arguments: str) -> str:
    """The same as text."""
    return text(run(root, *arguments))


def text(content: bytes) -> str:
    """Content as text, without a byte order mark."""
    return content.decode("utf-8", "replace").removeprefix("\ufeff")


def trouble(root: Path, option: str, outside: Text | None = None) -> tuple[Diagnostic, ...]:
    """Why git cannot be asked about a folder; empty where it can. `outside` is the mend where there is no repository."""
    try:
        if say(root, "rev-parse", "--is-inside-work-tree").strip() == "true":
            return ()
    except FileNotFoundError:
        return (NO_GIT.at(None, option=option),)
    except GitError as error:
        if "not a git repository" not in str(error):
            reason = str(error).strip().partition("\n")[0].removeprefix("fatal: ")
            return (REFUSED.at(None, root=root, reason=reason),)
    return (NO_REPOSITORY.at(None, help=outside, root=root, option=option),)


def commit(root: Path, ref: str) -> str:
    """The commit that a revision means; a `GitError` where there is none."""
    return say(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}").strip()


def fork(root: Path, one: str, other: str = "HEAD") -> str | None:
    """The commit at which two parted; None where they have none in common."""
    try:
        return say(root, "merge-base", one, other).strip() or None
    except GitError:
        return None


def names(root: Path) -> list[str]:
    """What branches and tags are called."""
    found = say(root, "for-each-ref", "--format=%(refname:short)", "refs/heads", "refs/tags", "refs/remotes")
    return found.split()


def is_shallow(root: Path) -> bool:
    """Whether the history was fetched in part."""
    return say(root, "rev-parse", "--is-shallow-repository").strip() == "true"


def tree(root: Path, commit: str) -> Mapping[str, Entry]:
    """The files below a folder in a commit, by path from that folder."""
    found = {}
    for line in run(root, "ls-tree", "-r", "-z", commit, "--", ".").split(b"\0")[:-1]:
        head, _, path = line.partition(b"\t")
        mode, _, content = head.decode("ascii").split(" ")
        found[os.fsdecode(path)] = Entry(content, link=mode == _LINK, submodule=mode == _SUBMODULE)
    return found


def contents(root: Path, wanted: Iterable[str]) -> dict[str, bytes]:
    """Contents by their names; what git lacks, as a partial clone may, is not among them."""
    asked = list(dict.fromkeys(wanted))
    told = run(root, "cat-file", "--batch", given="".join(f"{name}\n" for name in asked).encode("ascii"))
    return dict(_batch(told, asked))


def _batch(told: bytes, asked: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    start = 0
    for name in asked:
        end = told.index(b"\n", start)
        words = told[start:end].split()
        start = end + 1
        if len(words) == 3:  # name, kind, size; what is missing has two words
            size = int(words[2])
            yield name, told[start : start + size]
            start += size + 1
