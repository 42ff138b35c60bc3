"""States of a project: the working folder, another folder, a revision of git; each is read as a project of its own."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path

from kpilang.diagnostics import Diagnostic, Problem
from kpilang.model.nearest import hint, nearest
from kpilang.project import files, git, revision
from kpilang.project.loading import Project, assembled, load
from kpilang.record import record
from kpilang.settings import Settings
from kpilang.text import Text

_ONLY = Text(
    en="to see what changed there alone: `kpi diff --only {word}`", zh="只看那里的改动：`kpi diff --only {word}`"
)
TWO_READINGS = Problem(
    "E690",
    "state-read-two-ways",
    Text(en="`{word}` is a revision of git and a folder", zh="`{word}` 既是 git 版本，又是文件夹"),
    help=Text(
        en="write `{revision}` for the revision, `{folder}` for the folder",
        zh="指版本写 `{revision}`，指文件夹写 `{folder}`",
    ),
)
NO_STATE = Problem(
    "E691",
    "no-state",
    Text(
        en="`{word}` is no state of a project: it is neither a revision of git nor a folder",
        zh="`{word}` 不是项目的一个状态：既不是 git 版本，也不是文件夹",
    ),
    help=git.NO_REVISION.help,
)
NO_FOLDER = Problem(
    "E689",
    "no-state-folder",
    Text(
        en="there is no folder `{word}`, and no git repository that could know a revision by that name",
        zh="没有文件夹 `{word}`，也没有 git 仓库可以查找这个版本",
    ),
)
PART_OF_PROJECT = Problem(
    "E692",
    "part-is-no-state",
    Text(
        en="`{word}` is a part of this project, not another state of it",
        zh="`{word}` 是本项目的一部分，不是它的另一个状态",
    ),
    help=_ONLY,
)
TOO_MANY_STATES = Problem(
    "E693",
    "too-many-states",
    Text(en="two states are compared, and `{word}` is one too many", zh="比较的是两个状态，`{word}` 多了"),
    help=Text(
        en="write `kpi diff OLD NEW`, `kpi diff OLD..NEW` or `kpi diff OLD`",
        zh="写 `kpi diff 旧 新`、`kpi diff 旧..新` 或 `kpi diff 旧`",
    ),
)
NOTHING_IN_COMMON = Problem(
    "E694",
    "no-common-commit",
    Text(en="`{one}` and `{other}` have no commit in common", zh="`{one}` 和 `{other}` 没有共同的提交"),
    help=Text(
        en="write `{one}..{other}` to compare them as they are; in CI the history must be fetched first (`fetch-depth: 0`)",
        zh="写 `{one}..{other}` 可直接比较两者；在 CI 中须先取得历史（`fetch-depth: 0`）",
    ),
)
_TWO_FOLDERS = Text(en="name two folders: `kpi diff OLD NEW`", zh="写出两个文件夹：`kpi diff 旧 新`")
_SHALLOW = Text(
    en="only a part of the history was fetched: `git fetch --unshallow`, in GitHub Actions `fetch-depth: 0`",
    zh="只取得了部分历史：`git fetch --unshallow`，在 GitHub Actions 中写 `fetch-depth: 0`",
)
_FORK = Text(en="where `{other}` left `{one}`", zh="`{other}` 从 `{one}` 分出之处")
WORKING_FOLDER = Text(en="the working folder", zh="工作文件夹")
NOTHING_YET = Text(en="nothing, for there is no commit yet", zh="空（还没有提交）")
_RANGE = re.compile(r"(?P<one>.*?)(?<![/.])(?P<dots>\.{2,3})(?![/.])(?P<other>.*)")


@record
class Place:
    """Where a state is to be read: a folder, else a commit of git; neither stands for a repository without a commit."""

    title: Text
    folder: Path | None = None
    commit: str | None = None


@record
class State:
    """One of the two states that are compared, and what people call it."""

    title: Text
    project: Project


class _RefusedError(Exception):
    """Words that mean no state; carries what to tell the user and never leaves this module."""

    def __init__(self, *found: Diagnostic) -> None:
        super().__init__()
        self.found = found


@record
class Reader:
    """Finds and reads the states of the project in the folder `root`, which is the one around the working folder `here`;
    `config` takes the place of each state's own settings."""

    here: Path
    root: Path
    environment: str | None = None
    config: Path | None = None
    keep: bool = True

    def places(self, words: Sequence[str]) -> tuple[tuple[Place, Place] | None, tuple[Diagnostic, ...]]:
        """The two states that words of the command line mean, the older first; None and why where they mean none."""
        try:
            return self._places(words), ()
        except _RefusedError as refused:
            return None, refused.found

    def read(self, place: Place) -> State:
        """The state at a place; its settings of the linter play no part."""
        if place.folder is not None:
            project = load(place.folder, self.environment, self.config, keep=self.keep, isolated=True)
        elif place.commit is not None:
            project = revision.read(self.root, place.commit, place.title, self.environment, self.config, keep=self.keep)
        else:
            project = assembled(self.root, Settings(self.root), (), self.environment, (), (), None)
        return State(place.title, project)

    def _places(self, words: Sequence[str]) -> tuple[Place, Place]:
        ends = self._range(words[0]) if words else None
        most = 2 if ends is None else 1
        if len(words) > most:
            raise _RefusedError(TOO_MANY_STATES.at(None, word=words[most]))
        if ends is not None:
            return self._ranged(*ends)
        if len(words) == 2:
            first, second = (self._meant(word) for word in words)
            return first, second
        only = self._meant(words[0]) if words else self._head()
        if only.folder is not None and self._is_part(only.folder):
            raise _RefusedError(PART_OF_PROJECT.at(None, word=words[0]))
        return only, Place(WORKING_FOLDER, self.root)

    def _is_part(self, folder: Path) -> bool:
        """Whether a folder holds definitions of the project in the working folder, and no project of its own."""
        return folder != self.root and files.find_root(folder) == self.root

    def _range(self, word: str) -> tuple[str, str, str] | None:
        """Both ends of `A..B` and the dots; None for another word, such as `../old`."""
        match = _RANGE.fullmatch(word)
        if match is None or (self.here / word).is_dir():
            return None
        return match["one"] or "HEAD", match["dots"], match["other"] or "HEAD"

    def _ranged(self, one: str, dots: str, other: str) -> tuple[Place, Place]:
        self._ask_git(f"{one}{dots}{other}")
        first, second = self._commit(one), self._commit(other)
        if first is None or second is None:
            raise _RefusedError(*(self._unknown(ref) for ref in (one, other) if self._commit(ref) is None))
        last = Place(_named(other), commit=second)
        if dots == "..":
            return Place(_named(one), commit=first), last
        base = git.fork(self.root, first, second)
        if base is None:
            raise _RefusedError(NOTHING_IN_COMMON.at(None, one=one, other=other))
        return Place(_FORK.fill(one=one, other=other), commit=base), last

    def _head(self) -> Place:
        """The last commit; nothing where there is none yet."""
        self._ask_git("kpi diff")
        found = self._commit("HEAD")
        return Place(NOTHING_YET) if found is None else Place(_named("HEAD"), commit=found)

    def _meant(self, word: str) -> Place:
        """What one word means."""
        folder = Path(os.path.normpath(self.here / word))
        wrong = git.trouble(self.root, word, _TWO_FOLDERS)
        commit = None if wrong else self._commit(word)
        if commit is None and folder.is_dir():
            return Place(_named(word), folder)
        if wrong and nearest(word, self._folders()):
            raise _RefusedError(NO_FOLDER.at(None, help=hint(word, self._folders()), word=word))
        if commit is None:
            raise _RefusedError(*(wrong or (self._unknown(word),)))
        if folder.is_dir():
            full = self._full(word) or commit
            raise _RefusedError(TWO_READINGS.at(None, word=word, revision=full, folder=f"./{word}"))
        return Place(_named(word), commit=commit)

    def _ask_git(self, said: str) -> None:
        """Makes sure that git can be asked about the project, for the sake of what was `said`."""
        wrong = git.trouble(self.root, said, _TWO_FOLDERS)
        if wrong:
            raise _RefusedError(*wrong)

    def _commit(self, ref: str) -> str | None:
        try:
            return git.commit(self.root, ref)
        except git.GitError:
            return None

    def _full(self, ref: str) -> str | None:
        """The name of a branch or tag that no folder has by chance; None for another revision."""
        try:
            said = git.say(self.root, "rev-parse", "--symbolic-full-name", "--verify", "--end-of-options", ref)
        except git.GitError:
            return None
        return said.strip() or None

    def _unknown(self, word: str) -> Diagnostic:
        """What is said of a word that means no state: what it is instead, the nearest branch, tag or folder."""
        said, known = re.split(r"[~^@:]", word, maxsplit=1)[0], git.names(self.root)
        help = None
        if (self.here / word).exists() or word in self.read(Place(WORKING_FOLDER, self.root)).project.model.kpis:
            help = _ONLY.fill(word=word)
        elif said not in known and nearest(said, known):
            help = hint(said, known)
        elif said not in known and nearest(said, self._folders()):
            help = hint(said, self._folders())
        elif git.is_shallow(self.root):
            help = _SHALLOW
        return NO_STATE.at(None, help=help, word=word)

    def _folders(self) -> list[str]:
        """The folders that a word could mean."""
        return [each.name for each in self.here.iterdir() if each.is_dir() and not each.name.startswith(".")]


def _named(word: str) -> Text:
    return Text(f"`{word}`", f"`{word}`")
