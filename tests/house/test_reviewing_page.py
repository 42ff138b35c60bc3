"""docs/reviewing.md is executed: see `pages`."""

from __future__ import annotations

import shlex

import pytest
import yaml

from tests.house.pages import ROOT, Repository, live_through, page

PAGE = page("reviewing.md")


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """The repository at the end of the page."""
    return live_through(PAGE, tmp_path_factory.mktemp("page"))


def test_the_page_holds_from_top_to_bottom(repository: Repository) -> None:
    assert repository.run("kpi fmt -C kpis --check").returncode == 0


def test_the_settings_for_pre_commit_name_hooks_that_there_are(repository: Repository) -> None:
    offered = {hook["id"] for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))}
    [repo] = yaml.safe_load((repository.folder / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"]
    assert {hook["id"] for hook in repo["hooks"]} <= offered


def test_the_picture_on_the_page_is_what_the_command_draws(repository: Repository) -> None:
    drawn = repository.run(f"kpi graph -C {shlex.quote(str(ROOT / 'examples' / 'retail'))} --format markdown").stdout
    assert drawn.startswith("```mermaid\n")
    assert PAGE.count("```mermaid") == PAGE.count(drawn) == 1
