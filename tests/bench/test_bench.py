"""The benchmarks on few rows: that they run, that all contestants give the same values, what is said of limits."""

import csv
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

BENCH = Path(__file__).parents[2] / "bench"


def script(name, *arguments):
    """Run a benchmark as a user does."""
    command = [sys.executable, str(BENCH / name), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Where data are made once."""
    return tmp_path_factory.mktemp("bench")


@pytest.fixture(scope="module")
def bench():
    """The modules of the folder, importable as its scripts import one another."""
    sys.path.insert(0, str(BENCH))
    try:
        import contest
        import evaluate
        import mix
        import whole

        yield {"contest": contest, "evaluate": evaluate, "mix": mix, "whole": whole}
    finally:
        sys.path.remove(str(BENCH))
        for name in ("by_hand", "contest", "evaluate", "metricflow", "mix", "projects", "rows", "whole"):
            sys.modules.pop(name, None)


def test_the_mix_has_fifty_kpis_of_which_forty_one_are_additive(bench):
    mix = bench["mix"]
    fifty = mix.fifty("customer")
    functions = [kpi.parts[0].function for kpi in fifty]
    assert len({kpi.name for kpi in fifty}) == 50
    assert len(mix.additive()) == 41
    assert (functions.count("distinct"), functions.count("median")) == (6, 3)


def test_values_that_differ_are_found_and_a_missing_row_is_no_value_or_zero(bench):
    differences = bench["contest"].differences
    assert differences({("a", "0"): 1.0}, {("a", "0"): 1.0 + 1e-12}) == []
    assert differences({("a", "0"): 1.0}, {("a", "0"): 1.001}) == [("a", "0")]
    assert differences({("a", "0"): 0.0, ("b", "0"): None}, {}) == []
    assert differences({("a", "0"): 2.0}, {}) == [("a", "0")]


def test_a_limit_is_held_up_to_its_ratio_in_time_or_memory(bench):
    took, limit = bench["contest"].Took, bench["evaluate"].Limit
    runs = {"us": took(2.0, 1.0, 300.0, {}), "them": took(10.0, 10.0, 400.0, {})}
    assert limit("us", "them", 0.2).held(runs, "wall") == (0.2, True)
    assert limit("us", "them", 0.2).held(runs, "cpu") == (0.1, True)
    assert limit("us", "them", 0.5, "memory").held(runs, "wall") == (0.75, False)


def test_a_limit_is_not_held_by_a_contestant_that_failed(bench):
    took, limit = bench["contest"].Took, bench["evaluate"].Limit
    good, failed = took(1.0, 1.0, 1.0, {}), took(1.0, 1.0, 1.0, {}, "out of memory")
    assert not limit("us", "them", 1.0).held({"us": failed, "them": good}, "wall")[1]
    assert limit("us", "them", 1.0).held({"us": good, "them": failed}, "wall")[1]


def test_what_verifying_keys_costs_is_told_apart_for_the_first_and_the_second_run(bench):
    took, line = bench["contest"].Took, bench["evaluate"].verification
    runs = [
        took(2.0, 1.0, 300.0, {}, checks=((seconds, count),)) for seconds, count in ((0.5, 1), (0.001, 0), (0.2, 0))
    ]
    best = runs[0].better(runs[1]).better(runs[2])
    assert line("us", best.checks).endswith("first time 0.500 s, 1 statements; second time 0.001 s, 0 statements")


@pytest.mark.slow
def test_keys_are_verified_in_the_first_run_alone(folder):
    done = script("evaluate.py", "--rows", 20_000, "--rounds", 2, "--only", "link", "--folder", folder)
    (line,) = [line for line in done.stdout.splitlines() if "verification of keys" in line]
    assert line.endswith(" s, 0 statements")
    assert re.search(r", [1-9][0-9]* statements; second time", line)


@pytest.mark.slow
@pytest.mark.parametrize("variant", ["dense", "text-region", "wide", "skewed-region", "link", "spilling"])
def test_kpilang_and_all_sql_by_hand_give_the_same_values(folder, variant):
    done = script("evaluate.py", "--rows", 20_000, "--rounds", 1, "--only", variant, "--folder", folder)
    assert done.stderr == ""
    assert "50 KPIs" in done.stdout
    assert "differ" not in done.stdout
    assert "Error" not in done.stdout


@pytest.mark.slow
def test_the_other_variants_run(folder):
    variants = ("grains", "many", "csv")
    done = script("evaluate.py", "--rows", 20_000, "--rounds", 1, "--only", ",".join(variants), "--folder", folder)
    assert done.stderr == ""
    assert done.stdout.count("at most") == 3
    assert "Error" not in done.stdout


@pytest.mark.slow
def test_the_data_are_the_same_on_every_run(tmp_path):
    texts = []
    for name in ("one", "other"):
        assert script("rows.py", tmp_path / name, 500, "csv").returncode == 0
        texts.append((tmp_path / name / "orders.csv").read_text(encoding="utf-8"))
    rows = list(csv.DictReader(texts[0].splitlines()))
    assert texts[0] == texts[1]
    assert len(rows) == 500
    assert {row["status"] for row in rows} == {"paid", "refunded", "cancelled", "open"}


def test_an_unknown_variant_is_named():
    done = script("evaluate.py", "--only", "densest")
    assert done.returncode == 2
    assert "there is no variant densest" in done.stderr


@pytest.mark.slow
def test_the_whole_command_gives_what_the_script_by_hand_gives(folder):
    done = script("whole.py", "--rows", 20_000, "--rounds", 1, "--without-mf", "--folder", folder)
    assert done.stderr == ""
    assert "kpi eval / DuckDB script" in done.stdout
    assert "differ" not in done.stdout


def test_the_project_of_the_rival_has_a_metric_for_each_kpi_and_part(bench):
    found = bench["whole"].semantics()
    names = [metric["name"] for metric in found["metrics"]]
    assert {kpi.name for kpi in bench["whole"].nine()} <= set(names)
    assert len(names) == len(set(names)) == 9 + 2 * 2
    filters = json.dumps([metric["filter"] for metric in found["metrics"] if "filter" in metric])
    assert "{{ Dimension('order__status') }} = 'paid'" in filters
