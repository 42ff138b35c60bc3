"""States of a project: what words of the command line mean, and how a revision of git is read."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from kpilang.project.states import Place, Reader, State

KPI = "kpi {name} {{ formula count(orders)  unit count }}\n"
SOURCE = 'source orders from "o.csv" { key id }\n'


class Repository:
    """A git repository with a project in its folder `inner`."""

    def __init__(self, top: Path, inner: str = "") -> None:
        top.mkdir(parents=True, exist_ok=True)
        self.top, self.root = top, top / inner
        self.git("init", "-q", "-b", "main")
        for name, value in (("user.email", "a@example.com"), ("user.name", "A"), ("commit.gpgsign", "false")):
            self.git("config", name, value)

    def git(self, *arguments: str, given: str = "") -> str:
        done = subprocess.run(
            ["git", "-C", str(self.top), *arguments], check=True, capture_output=True, input=given, encoding="utf-8"
        )
        return done.stdout.strip()

    def write(self, path: str, text: str) -> None:
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(text, encoding="utf-8")

    def commit(self, *names: str) -> None:
        """A commit in which the project has these KPIs and no others, one file each."""
        for path in (*self.root.glob("*.kpi"),):
            path.unlink()
        self.write("orders.kpi", SOURCE)
        for name in names:
            self.write(f"{name}.kpi", KPI.format(name=name))
        self.save()

    def save(self) -> None:
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "as it is", "--allow-empty")

    @property
    def reader(self) -> Reader:
        return Reader(self.root, self.root, keep=False)

    def states(self, *words: str) -> tuple[State, State]:
        places, wrong = self.reader.places(words)
        assert places is not None, wrong
        old, new = places
        return self.reader.read(old), self.reader.read(new)

    def kpis(self, *words: str) -> list[list[str]]:
        return [list(state.project.model.kpis) for state in self.states(*words)]

    def refused(self, *words: str) -> list[tuple[str, str]]:
        places, wrong = self.reader.places(words)
        assert places is None
        return [(each.name, each.help.en if each.help else "") for each in wrong]


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    found = Repository(tmp_path / "work")
    found.commit("one")
    found.git("tag", "v1")
    found.commit("one", "two")
    found.git("tag", "-a", "v2", "-m", "two")
    found.write("three.kpi", KPI.format(name="three"))
    return found


def test_without_words_the_last_commit_is_compared_with_the_working_folder(repository: Repository) -> None:
    assert repository.kpis() == [["one", "two"], ["one", "three", "two"]]


def test_revisions_are_tags_branches_and_whatever_git_reads_as_a_commit(repository: Repository) -> None:
    assert repository.kpis("v1", "v2") == [["one"], ["one", "two"]]
    assert repository.kpis("main~1", "main") == [["one"], ["one", "two"]]
    assert repository.kpis("v1") == [["one"], ["one", "three", "two"]]
    assert repository.kpis(repository.git("rev-parse", "v1")[:9], "HEAD") == [["one"], ["one", "two"]]


def test_a_range_names_two_revisions_and_three_dots_the_point_where_they_parted(repository: Repository) -> None:
    repository.git("checkout", "-q", "-b", "feature", "v1")
    repository.commit("one", "four")
    assert repository.kpis("main..feature") == [["one", "two"], ["four", "one"]]
    assert repository.kpis("main..") == [["one", "two"], ["four", "one"]]
    assert repository.kpis("..main") == [["four", "one"], ["one", "two"]]
    assert repository.kpis("main...feature") == [["one"], ["four", "one"]]


def test_a_folder_is_a_state_beside_revisions(repository: Repository, tmp_path: Path) -> None:
    other = tmp_path / "copy"
    other.mkdir()
    (other / "all.kpi").write_text(SOURCE + KPI.format(name="copied"), encoding="utf-8")
    assert repository.kpis("../copy") == [["copied"], ["one", "three", "two"]]
    assert repository.kpis("v1", str(other)) == [["one"], ["copied"]]


def test_folders_are_compared_where_there_is_no_repository(tmp_path: Path) -> None:
    for name in ("before", "after"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "all.kpi").write_text(SOURCE + KPI.format(name=name), encoding="utf-8")
    reader = Reader(tmp_path, tmp_path, keep=False)
    places, _ = reader.places(["before", "after"])
    assert places is not None
    assert [list(reader.read(place).project.model.kpis) for place in places] == [["before"], ["after"]]
    for words in ([], ["v1"], ["v1..v2"]):
        found, [wrong] = reader.places(words)
        assert found is None
        assert wrong.name == "no-repository"
        assert wrong.help is not None
        assert wrong.help.en == "name two folders: `kpi diff OLD NEW`"


def test_in_a_repository_without_a_commit_nothing_is_compared_with_the_working_folder(tmp_path: Path) -> None:
    repository = Repository(tmp_path / "work")
    repository.write("one.kpi", SOURCE + KPI.format(name="one"))
    assert repository.kpis() == [[], ["one"]]


def test_a_project_in_a_folder_of_the_repository_is_read_alone(tmp_path: Path) -> None:
    repository = Repository(tmp_path / "work", "kpis/sales")
    repository.commit("one")
    (repository.top / "elsewhere.kpi").write_text(KPI.format(name="elsewhere"), encoding="utf-8")
    repository.save()
    [old, new] = repository.states("HEAD")
    assert list(old.project.model.kpis) == list(new.project.model.kpis) == ["one"]
    assert [each.path for each in old.project.definitions.sources] == ["one.kpi", "orders.kpi"]


def test_a_project_that_was_not_there_yet_has_nothing(tmp_path: Path) -> None:
    repository = Repository(tmp_path / "work")
    repository.write("readme.md", "nothing yet\n")
    repository.save()
    inner = Repository.__new__(Repository)
    inner.top, inner.root = repository.top, repository.top / "kpis"
    inner.write("one.kpi", SOURCE + KPI.format(name="one"))
    assert inner.kpis() == [[], ["one"]]


def test_each_state_has_its_own_settings(repository: Repository) -> None:
    repository.write("kpi.yaml", "exclude: [two.kpi]\nfields: { steward: name }\n")
    repository.save()
    repository.write("kpi.yaml", "exclude: [one.kpi]\n")
    old, new = repository.states()
    assert list(old.project.model.kpis) == ["one", "three"]
    assert list(new.project.model.kpis) == ["three", "two"]
    assert (dict(old.project.settings.fields), dict(new.project.settings.fields)) == ({"steward": "name"}, {})


def test_a_revision_leaves_out_what_a_folder_leaves_out(repository: Repository) -> None:
    repository.write("kpi.yaml", "exclude: [drafts/]\n")
    for path in (".hidden/a.kpi", "inner/b.kpi", "drafts/c.kpi", "deep/drafts/d.kpi", "deep/e.kpi"):
        repository.write(path, KPI.format(name=Path(path).stem))
    repository.write("inner/kpi.yaml", "")
    repository.save()
    old, new = repository.states("HEAD")
    assert list(old.project.model.kpis) == list(new.project.model.kpis) == ["e", "one", "three", "two"]


def test_an_environment_that_a_state_lacks_is_no_mistake_of_it(repository: Repository) -> None:
    repository.write("kpi.yaml", "environments: { ci: { as_of: 2026-01-31 } }\n")
    repository.save()
    reader = Reader(repository.root, repository.root, environment="ci", keep=False)
    projects = [
        reader.read(Place(each.title, commit=each.commit)).project for each in (reader.places(["v1", "main"])[0] or ())
    ]
    assert [project.misset for project in projects] == [(), ()]
    assert [str(project.settings.as_of) for project in projects] == ["None", "2026-01-31"]


def test_the_working_folder_the_index_and_the_branch_stay_as_they_are(repository: Repository) -> None:
    repository.write("one.kpi", KPI.format(name="edited"))
    before = repository.git("status", "--porcelain", "--branch"), (repository.top / ".git/index").read_bytes()
    repository.states("v1", "v2")
    repository.states()
    assert (repository.git("status", "--porcelain", "--branch"), (repository.top / ".git/index").read_bytes()) == before


def test_nothing_of_the_repository_is_run(repository: Repository) -> None:
    trap = repository.top / "trap.sh"
    trap.write_text(f"#!/bin/sh\ntouch {repository.top / 'sprung'}\ncat\n", encoding="utf-8")
    trap.chmod(0o755)
    repository.write(".gitattributes", "*.kpi filter=trap diff=trap\n")
    repository.save()
    for name in (
        "filter.trap.smudge",
        "filter.trap.clean",
        "diff.trap.textconv",
        "diff.trap.command",
        "core.fsmonitor",
    ):
        repository.git("config", name, str(trap))
    for hook in ("post-checkout", "post-index-change", "reference-transaction"):
        (repository.top / ".git/hooks" / hook).write_text(trap.read_text(encoding="utf-8"), encoding="utf-8")
        (repository.top / ".git/hooks" / hook).chmod(0o755)
    repository.states("v1", "v2")
    repository.states()
    assert not (repository.top / "sprung").exists()


def test_a_link_is_followed_inside_the_project_and_refused_outside(repository: Repository, tmp_path: Path) -> None:
    (tmp_path / "secret.kpi").write_text(KPI.format(name="secret"), encoding="utf-8")
    (repository.root / "shared").mkdir()
    (repository.root / "shared" / "text").write_text(KPI.format(name="shared"), encoding="utf-8")
    (repository.root / "linked.kpi").symlink_to("shared/text")
    (repository.root / "leak.kpi").symlink_to("../secret.kpi")
    (repository.root / "loop.kpi").symlink_to("loop.kpi")
    repository.save()
    [old, _] = repository.states("HEAD")
    assert list(old.project.model.kpis) == ["shared", "one", "three", "two"]
    told = [(each.name, each.message.en.split("`")[1]) for each in old.project.unread]
    assert told == [("definitions-outside-project", "leak.kpi"), ("definitions-outside-project", "loop.kpi")]


def test_definitions_of_a_submodule_are_refused(repository: Repository, tmp_path: Path) -> None:
    other = Repository(tmp_path / "other")
    other.commit("theirs")
    repository.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(other.top), "lib")
    repository.save()
    [old, new] = repository.states("HEAD")
    assert "theirs" in new.project.model.kpis
    assert [(each.name, each.message.en.split("`")[1]) for each in old.project.unread] == [
        ("definitions-in-submodule", "lib")
    ]
    repository.write("kpi.yaml", "exclude: [lib/]\n")
    repository.save()
    [old, new] = repository.states("HEAD")
    assert old.project.unread == new.project.unread == ()


def test_a_shallow_history_says_so(repository: Repository, tmp_path: Path) -> None:
    clone = Repository.__new__(Repository)
    clone.top = clone.root = tmp_path / "clone"
    repository.git("clone", "-q", "--depth", "1", f"file://{repository.top}", str(clone.top))
    [(name, help)] = clone.refused("main~1")
    assert name == "no-state"
    assert "only a part of the history was fetched" in help


def test_text_that_is_no_utf8_in_a_revision_is_told_with_its_path(repository: Repository) -> None:
    (repository.root / "one.kpi").write_bytes("kpi 收入 { }".encode("gb18030"))
    repository.save()
    [old, _] = repository.states("HEAD")
    assert [each.name for each in old.project.unread] == ["definitions-not-utf8"]
    assert list(old.project.model.kpis) == ["three", "two"]


def test_a_content_that_the_repository_lacks_is_told(repository: Repository) -> None:
    blob = repository.git("rev-parse", "v1:one.kpi")
    (repository.top / ".git/objects" / blob[:2] / blob[2:]).unlink()
    [old, _] = repository.states("v1")
    assert [each.message.en for each in old.project.unread] == [
        "this repository lacks the content of `one.kpi` in `v1`"
    ]


def test_a_word_that_is_a_revision_and_a_folder_is_refused_with_both_readings(repository: Repository) -> None:
    repository.git("branch", "release")
    repository.write("release/notes.md", "notes\n")
    assert repository.refused("release") == [
        (
            "state-read-two-ways",
            "write `refs/heads/release` for the revision, `./release` for the folder",
        )
    ]
    assert repository.kpis("refs/heads/release", "main") == [["one", "two"], ["one", "two"]]
    assert repository.kpis("main", "./release") == [["one", "two"], []]


def test_what_means_no_state_is_told_with_what_was_likely_meant(repository: Repository) -> None:
    repository.git("branch", "feature/returns")
    assert repository.refused("feature/retruns") == [
        ("no-state", "did you mean `feature/returns`? available: `feature/returns`, `main`, `v1`, `v2`")
    ]
    assert repository.refused("mian~2..v2") == [
        ("no-state", "did you mean `main`? available: `feature/returns`, `main`, `v1`, `v2`")
    ]
    assert repository.refused("three.kpi") == [
        ("no-state", "to see what changed there alone: `kpi diff --only three.kpi`")
    ]
    assert repository.refused("three") == [("no-state", "to see what changed there alone: `kpi diff --only three`")]
    assert [name for name, _ in repository.refused("v1", "v2", "main")] == ["too-many-states"]
    assert [name for name, _ in repository.refused("v1..v2", "main")] == ["too-many-states"]
    assert [name for name, _ in repository.refused("main~7")] == ["no-state"]
    assert [name for name, _ in repository.refused("--output=x")] == ["no-state"]


def test_a_folder_of_the_project_is_no_state_of_it(repository: Repository) -> None:
    repository.write("kpi.yaml", "")
    repository.write("sales/four.kpi", KPI.format(name="four"))
    assert repository.refused("sales") == [
        ("part-is-no-state", "to see what changed there alone: `kpi diff --only sales`")
    ]


def test_histories_without_a_common_commit_have_no_point_where_they_parted(repository: Repository) -> None:
    repository.git("checkout", "-q", "--orphan", "apart")
    repository.commit("alone")
    assert [name for name, _ in repository.refused("main...apart")] == ["no-common-commit"]
    assert repository.kpis("main..apart") == [["one", "two"], ["alone"]]
