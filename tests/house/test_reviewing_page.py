"""docs/reviewing.md is executed: see `pages`."""

from __future__ import annotations

import json
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


def test_values_of_the_page_are_those_that_its_rows_add_up_to(repository: Repository) -> None:
    found = json.loads((repository.folder / "kpis" / "changes.json").read_text(encoding="utf-8"))
    [june] = found["values"]
    assert (june["was"]["value"], june["now"]["value"]) == (900 - 120.5 + 3300, 900 + 3300)
    assert june["difference"] == 120.5


def test_the_workflow_and_the_job_pass_once_the_change_is_accepted(repository: Repository) -> None:
    assert repository.run("git update-ref refs/remotes/origin/main main && git checkout -qb proposed").returncode == 0
    assert repository.run("git add -A && git commit -qm 'What is proposed'").returncode == 0
    text = (repository.folder / ".github" / "workflows" / "changes.yml").read_text(encoding="utf-8")
    steps = yaml.safe_load(text)["jobs"]["diff"]["steps"]
    script = [step["run"].replace("${{ github.base_ref }}", "main") for step in steps if "run" in step]
    github = {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(repository.folder / "summary.md"), "KPILANG": "x"}
    done = repository.run("set -e\n" + "\n".join(script), **github)
    assert (done.returncode, done.stderr.splitlines()[-1].partition(":")[0]) == (
        0,
        "where `HEAD` left `origin/main` → `HEAD`",
    )
    assert "☑️" in (repository.folder / "summary.md").read_text(encoding="utf-8")
    [job] = yaml.safe_load((repository.folder / ".gitlab-ci.yml").read_text(encoding="utf-8")).values()
    given = {"CI_PROJECT_DIR": str(repository.folder), "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main", "KPILANG": "x"}
    assert repository.run("set -e\n" + "\n".join(job["script"]), **given).returncode == 0
    for name in job["artifacts"]["paths"]:
        assert (repository.folder / name).stat().st_size > 0
    assert repository.run("kpi diff -C kpis main --only revenue -q --format json").returncode == 0
    assert repository.run("git revert --no-edit HEAD").returncode == 0
    assert repository.run("kpi diff -C kpis HEAD~1 HEAD --fail-on breaking").returncode == 1
