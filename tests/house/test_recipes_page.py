"""docs/recipes.md is executed: see `pages`."""

from __future__ import annotations

import json
import re
from decimal import Decimal

import pytest

from tests.house.pages import Repository, live_through, page

MOVEMENTS = ("mrr_new", "mrr_won_back", "mrr_more", "mrr_less", "mrr_lost")


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """The repository at the end of the page."""
    return live_through(page("recipes.md"), tmp_path_factory.mktemp("page"))


def test_the_page_holds_from_top_to_bottom(repository: Repository) -> None:
    assert repository.run("kpi check && kpi fmt --check .").returncode == 0


@pytest.mark.parametrize(
    "question", ["--grain month,quarter,year", "--by region", "--as-of 2026-03-20", "--grain week"]
)
def test_movements_add_up_to_the_change_in_every_period_and_member(repository: Repository, question: str) -> None:
    run = repository.run(f"kpi eval {' '.join(MOVEMENTS)} mrr_change {question} --format json")
    rows = json.loads(run.stdout, parse_float=Decimal, parse_int=Decimal)["rows"]
    found = {(row["kpi"], row["period"], *row["by"].values()): row["value"] for row in rows}
    places = {place[1:] for place, value in found.items() if place[0] == "mrr_change" and value is not None}
    assert len(places) > 4
    for place in places:
        moved = [found[name, *place] for name in MOVEMENTS]
        assert None not in moved
        assert sum(moved) == found["mrr_change", *place]


def by_hand() -> list[tuple[str, str, str]]:
    """Each KPI of the page's tables with a period and what it is there."""
    tables = re.findall(r"^\| KPI (\|.*\|) by hand \|\n\| ---.*\n((?:\|.*\n)+)", page("recipes.md"), flags=re.MULTILINE)
    found = []
    for head, rows in tables:
        periods = head.strip("| ").split(" | ")
        for row in rows.splitlines():
            name, *values = row.strip("| ").split(" | ")
            found += [(name.strip("`"), period, value) for period, value in zip(periods, values, strict=False)]
    return found


@pytest.fixture(scope="module")
def computed(repository: Repository) -> dict[tuple[str, str], Decimal | str]:
    """The values of all KPIs in the tables, or the reasons for none."""
    names = dict.fromkeys(name for name, _, _ in by_hand())
    run = repository.run(f"kpi eval {' '.join(names)} --period 2026-01..2026-03 --format json")
    rows = json.loads(run.stdout, parse_float=Decimal, parse_int=Decimal)["rows"]
    return {(row["kpi"], row["period"]): row["reason"]["text"] if row["reason"] else row["value"] for row in rows}


@pytest.mark.parametrize(("name", "period", "value"), by_hand())
def test_what_is_worked_out_by_hand_is_computed(
    computed: dict[tuple[str, str], Decimal | str], name: str, period: str, value: str
) -> None:
    found = computed[name, period]
    if isinstance(found, Decimal):
        assert round(found, max(0, -Decimal(value).as_tuple().exponent)) == Decimal(value)
    else:
        assert value == "no value"
        assert "met no values" in found
