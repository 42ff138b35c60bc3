"""A project as it is in a commit of git: its settings and definitions, read from what git keeps."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path

from kpilang import cache
from kpilang.diagnostics import Diagnostic, Problem
from kpilang.project import files, git
from kpilang.project.loading import Project, assembled
from kpilang.settings import FILE, Settings
from kpilang.settings import read as read_settings
from kpilang.text import Source, Text

SUBMODULE = Problem(
    "E695",
    "definitions-in-submodule",
    Text(
        en="`{path}` is a repository of its own (a submodule), whose definitions this one does not keep",
        zh="`{path}` 是另一个仓库（子模块），本仓库没有保存其中的定义",
    ),
    why=Text(en="all its KPIs would seem to be added or removed", zh="其中的 KPI 会全部显得是新增或删除的"),
    help=Text(
        en="leave it out in kpi.yaml: `exclude: [{path}/]`; or compare two folders: `kpi diff OLD NEW`",
        zh="在 kpi.yaml 里排除：`exclude: [{path}/]`；或比较两个文件夹：`kpi diff 旧 新`",
    ),
)
LACKING = Problem(
    "E696",
    "content-not-in-repository",
    Text(en="this repository lacks the content of `{path}` in {ref}", zh="本仓库缺少 {ref} 中 `{path}` 的内容"),
    help=Text(
        en="it was cloned in part: fetch the rest with `git fetch --refetch --no-filter`",
        zh="这是部分克隆：用 `git fetch --refetch --no-filter` 取得其余内容",
    ),
)
_HOPS = 8


def read(
    root: Path, commit: str, ref: Text, environment: str | None = None, config: Path | None = None, *, keep: bool = True
) -> Project:
    """The project whose folder is `root`, as it is in a commit, which people know as `ref`; without a file of it where it
    was not there yet. `config` takes the place of its own settings; those of the linter play no part."""
    return _Commit(root, commit, ref).project(environment, config, keep=keep)


class _Commit:
    """The files below a folder in a commit."""

    def __init__(self, root: Path, commit: str, ref: Text) -> None:
        self.root, self.ref = root, ref
        self.kept = git.tree(root, commit)

    def project(self, environment: str | None, config: Path | None, *, keep: bool) -> Project:
        if config is None:
            settings, misset = self.settings(environment)
        else:
            settings, misset = read_settings(self.root, environment, config, isolated=True)
        sources, unread = self.definitions(settings)
        wrong = (*unread, *self.submodules(settings))
        known = cache.of_project(self.root, "states") if keep else None
        return assembled(self.root, settings, sources, environment, misset, wrong, known)

    def settings(self, environment: str | None) -> tuple[Settings, tuple[Diagnostic, ...]]:
        """The settings in the commit; those of an environment where the commit has it."""
        from kpilang.settings.parse import parse

        texts, wrong = self.texts([FILE] if FILE in self.kept else [])
        if not texts:
            return Settings(self.root), wrong
        settings, misset = parse(texts[0], self.root, self.root, None, isolated=True)
        if environment in settings.environments:
            return parse(texts[0], self.root, self.root, environment, isolated=True)
        return settings, misset

    def definitions(self, settings: Settings) -> tuple[list[Source], tuple[Diagnostic, ...]]:
        """The `.kpi` files, but for those that a folder would leave out too."""
        return self.texts(files.selected(self.kept, settings.exclude))

    def texts(self, paths: list[str]) -> tuple[list[Source], tuple[Diagnostic, ...]]:
        """The texts at some paths, and what is wrong with those that are none."""
        content = {path: self.content(path) for path in paths}
        known = git.contents(self.root, filter(None, content.values()))
        sources: list[Source] = []
        wrong: list[Diagnostic] = []
        for path, name in content.items():
            if name not in known:
                wrong.append((files.OUTSIDE if name is None else LACKING).at(None, path=path, ref=self.ref))
                continue
            source, unread = files.decoded(known[name], path)
            wrong += unread
            sources += [source] if source is not None else []
        return sources, tuple(wrong)

    def content(self, path: str) -> str | None:
        """The name of a file's content; a link is followed inside the folder, and None where it leads out of it."""
        for _ in range(_HOPS):
            entry = self.kept.get(path)
            if entry is None:
                return None
            if not entry.link:
                return entry.content
            path = posixpath.normpath(posixpath.join(posixpath.dirname(path), self.links[entry.content]))
        return None

    @cached_property
    def links(self) -> Mapping[str, str]:
        """Where links lead, by the names of their contents."""
        found = git.contents(self.root, [entry.content for entry in self.kept.values() if entry.link])
        return {name: target.decode("utf-8", "surrogateescape") for name, target in found.items()}

    def submodules(self, settings: Settings) -> Iterator[Diagnostic]:
        """Repositories of their own that hold definitions of the project."""
        for path, entry in self.kept.items():
            if entry.submodule and files.selected([f"{path}/any{files.SUFFIX}"], settings.exclude):
                inner = self.root / path
                if not (inner / FILE).is_file() and files.collect(inner)[0]:
                    yield SUBMODULE.at(None, path=path)
