"""docs/linting.md is executed: see `pages`."""

from __future__ import annotations

import json
import re
import shlex
import sys
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import yaml

from tests.house.pages import ROOT, Repository, live_through, page, steps

PAGE = page("linting.md")


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """The repository at the end of the page."""
    return live_through(PAGE, tmp_path_factory.mktemp("page"))


def test_the_page_holds_from_top_to_bottom(repository: Repository) -> None:
    ran = [what for kind, what, _ in steps(PAGE) if kind == "run"]
    assert len(ran) > 15
    assert (repository.folder / "kpis" / "kpi-baseline.json").exists()


def test_reports_of_the_page_are_read_by_readers_of_their_own(repository: Repository) -> None:
    kpis = repository.folder / "kpis"
    sarif = json.loads((kpis / "findings.sarif").read_text(encoding="utf-8"))
    quality = json.loads((kpis / "quality.json").read_text(encoding="utf-8"))
    cases = ET.parse(kpis / "findings.xml").getroot().iter("testcase")  # noqa: S314 written by this test
    assert {case.get("name") for case in cases} >= {"revenue", "orders_placed", "visits_of_shop"}
    shown = [each for each in sarif["runs"][0]["results"] if "suppressions" not in each]
    assert len(quality) == len(shown) > 0
    assert {each["location"]["path"].split("/")[0] for each in quality} == {"kpis"}
    badge = ET.parse(kpis / "quality.svg").getroot()  # noqa: S314 the same
    assert badge.get("aria-label", "").startswith("KPI quality: ")
    cards = json.loads((repository.folder / "cards.json").read_text(encoding="utf-8"))
    assert len(cards["cards"]) == 3


def test_the_settings_for_pre_commit_are_accepted_and_name_hooks_that_there_are(repository: Repository) -> None:
    path = repository.folder / ".pre-commit-config.yaml"
    done = repository.run(f"{shlex.quote(sys.executable)} -m pre_commit validate-config {path.name}")
    assert done.returncode == 0, done.stdout
    offered = {hook["id"] for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))}
    [repo] = yaml.safe_load(path.read_text(encoding="utf-8"))["repos"]
    for hook in repo["hooks"]:
        assert hook["id"] in offered
        assert repository.run(shlex.join(["kpi", "lint", *hook["args"]])).returncode in (0, 1)


def test_the_workflow_for_github_gives_the_action_what_it_takes(repository: Repository) -> None:
    text = (repository.folder / ".github" / "workflows" / "kpis.yml").read_text(encoding="utf-8")
    action: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    [step] = [each for each in yaml.safe_load(text)["jobs"]["lint"]["steps"] if each.get("id") == "kpi"]
    assert set(step["with"]) <= set(action["inputs"])
    assert set(re.findall(r"steps\.kpi\.outputs\.([\w-]+)", text)) <= set(action["outputs"])
    arguments = step["with"]["arguments"].replace("origin/${{ github.base_ref }}", "main")
    assert repository.run(f"kpi lint -C {step['with']['folder']} {arguments}").returncode in (0, 1)
    named = re.search(r"^Inputs: (.*?)\.$", PAGE, flags=re.MULTILINE | re.DOTALL)
    assert named is not None
    assert set(re.findall(r"`([\w-]+)`", named[1])) == set(action["inputs"])


def test_the_job_for_gitlab_writes_the_reports_that_it_names(repository: Repository) -> None:
    [job] = yaml.safe_load((repository.folder / ".gitlab-ci.yml").read_text(encoding="utf-8")).values()
    done = repository.run("set -e\n" + "\n".join(job["script"]), CI_PROJECT_DIR=str(repository.folder), KPILANG="x")
    assert done.returncode in (0, 1), done.stderr
    for name in job["artifacts"]["reports"].values():
        assert (repository.folder / name).stat().st_size > 0
    for each in json.loads((repository.folder / "quality.json").read_text(encoding="utf-8")):
        assert (repository.folder / each["location"]["path"]).is_file()
