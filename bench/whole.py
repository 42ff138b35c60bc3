"""The whole command on nine KPIs: `kpi eval` against a DuckDB script written by hand and `mf query`, as processes.

    python bench/whole.py                    # a million rows of Parquet made on the spot
    python bench/whole.py --rows 100000 --without-mf

All run in turns from start to end, the fastest of `--rounds` counts, and all must give the same values. MetricFlow is
installed into an environment of its own (kept in `--folder`); where that fails it is left out with a word. Exits 1
where a limit is not held or values differ.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import os
import re
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import by_hand
import metricflow
import mix
from contest import ROOT, Values, alike
from evaluate import Place, working

KPI, SCRIPT, MF = "kpi eval", "DuckDB script", "mf query"
LIMITS = ((KPI, SCRIPT, 1.3), (KPI, MF, 0.2))


def nine() -> list[mix.Kpi]:
    """Sums, counts, ratios and one distinct count, such as every tool can define."""
    paid, web = "status = 'paid'", "channel = 'web'"
    found = {
        "revenue": [mix.Part("sum", "amount", paid)],
        "web_revenue": [mix.Part("sum", "amount", f"{paid} and {web}")],
        "costs": [mix.Part("sum", "cost", paid)],
        "refunds": [mix.Part("sum", "amount", "status = 'refunded'")],
        "large_orders": [mix.Part("count", "", "qty >= 6")],
        "orders_paid": [mix.Part("count", "", paid)],
        "margin": [mix.Part("sum", "amount - cost", paid), mix.Part("sum", "amount", paid)],
        "paid_share": [mix.Part("count", "", paid), mix.Part("count")],
        "buyers": [mix.Part("distinct", "customer", paid)],
    }
    return [mix.Kpi(name, "value" if len(parts) == 1 else "ratio", tuple(parts)) for name, parts in found.items()]


@dataclass(frozen=True)
class Runner:
    """A command line, and how its output becomes values by KPI and month."""

    command: list[str]
    folder: Path
    read: Callable[[str], Values]


@dataclass
class Fastest:
    """Of some runs: least seconds by the clock and of processors, and the values."""

    wall: float
    cpu: float
    values: Values


def run(runner: Runner) -> Fastest:
    """One run from start to end."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"}
    before, wall = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(
        runner.command, check=False, capture_output=True, text=True, cwd=runner.folder, env=environment
    )
    wall, after = time.perf_counter() - wall, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode != 0:
        raise SystemExit(f"{runner.command[0]} failed:\n{done.stdout}\n{done.stderr}")
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Fastest(wall, cpu, runner.read(done.stdout))


# ---- the three


def kpilang(place: Place) -> Runner:
    """The command over a project of the nine KPIs."""
    task = place.kpilang("nine", nine(), "customer")
    command = [sys.executable, "-m", "kpilang", "eval", "-q", "--format", "json", "-C", task["root"]]
    return Runner([*command, *(part for path in task["allowed"] for part in ("--allow", path))], ROOT, from_json)


def from_json(text: str) -> Values:
    """What `kpi eval --format json` writes."""
    rows = json.loads(text)["rows"]
    return {(row["kpi"], row["period"]): None if row["value"] is None else float(row["value"]) for row in rows}


def script(place: Place) -> Runner:
    """What somebody would write for it: a statement in a file of Python, its rows printed as CSV."""
    rows = by_hand.Rows(place.relation(), {}, 0)
    (statement,) = by_hand.naive(nine(), rows)
    statement = statement.replace(by_hand.MONTH, "strftime(ordered_at, '%Y-%m')", 1)
    path = place.folder / "script.py"
    path.write_text(
        f"import csv, sys\nimport duckdb\nrows = duckdb.connect().execute('''{statement}''').fetchall()\n"
        f"csv.writer(sys.stdout).writerows([{['month', *(kpi.name for kpi in nine())]}, *rows])\n",
        encoding="utf-8",
    )
    return Runner([sys.executable, str(path)], place.folder, from_csv)


def from_csv(text: str) -> Values:
    """Rows of a month and the KPIs, under a heading that names them in any order."""
    heading, *rows = csv.reader(io.StringIO(text))
    return {
        (name, row[0][:7]): float(cell) if cell else None
        for row in rows
        for name, cell in zip(heading[1:], row[1:], strict=True)
    }


def rival(place: Place) -> Runner | str:
    """The same in MetricFlow; where it cannot be had, why."""
    mf, why = metricflow.command(place.folder / "metricflow")
    if why:
        return f"it does not install: {why}"
    project = place.folder / "mf-project"
    for name, text in dbt_project(place).items():
        path = project / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    built = subprocess.run(
        [str(mf.with_name("dbt")), "build", "-q"], check=False, capture_output=True, text=True, cwd=project
    )
    if built.returncode != 0:
        return f"its project does not build: {built.stdout[-300:]}"
    table = project / "values.csv"
    names = ",".join(kpi.name for kpi in nine())
    grouped = ["--group-by", "metric_time__month", "--order", "metric_time__month"]
    command = [str(mf), "query", "--metrics", names, *grouped, "--csv", str(table)]
    return Runner(command, project, lambda _: from_csv(table.read_text(encoding="utf-8")))


def dbt_project(place: Place) -> dict[str, str]:
    """The files of a dbt project: a view over the Parquet file, days, a semantic model, the metrics."""
    days = "SELECT CAST(day AS DATE) AS date_day FROM range(DATE '2023-01-01', DATE '2027-01-01', INTERVAL 1 DAY) AS r(day)"
    profile = {"type": "duckdb", "path": str(place.folder / "mf-project" / "bench.duckdb")}
    spine = {
        "name": "days",
        "time_spine": {"standard_granularity_column": "date_day"},
        "columns": [{"name": "date_day", "granularity": "day"}],
    }
    declared = {"version": 2, "models": [spine], **semantics()}
    # JSON is YAML too.
    return {
        "dbt_project.yml": json.dumps(
            {"name": "bench", "version": "1.0", "profile": "bench", "model-paths": ["models"]}
        ),
        "profiles.yml": json.dumps({"bench": {"target": "dev", "outputs": {"dev": profile}}}),
        "models/orders.sql": f"SELECT * FROM {place.relation()}",
        "models/days.sql": f"{{{{ config(materialized='table') }}}}\n{days}",
        "models/semantics.yml": json.dumps(declared),
    }


def semantics() -> dict[str, object]:
    """The semantic model and the metrics, those of ratios from simple ones of their parts."""
    measures, metrics = {}, []
    for kpi in nine():
        names = [kpi.name] if kpi.form == "value" else [f"{kpi.name}_{n}" for n in range(len(kpi.parts))]
        for name, part in zip(names, kpi.parts, strict=True):
            measure = re.sub(r"\W+", "_", f"{part.function}_{part.value}").strip("_") + "_measure"
            aggregation = {"count": "sum", "distinct": "count_distinct"}.get(part.function, part.function)
            measures[measure] = {"name": measure, "agg": aggregation, "expr": part.value or "1"}
            filtered = (
                {"filter": re.sub(by_hand.NAMES, r"{{ Dimension('order__\1') }}", part.where)} if part.where else {}
            )
            metrics.append(metric(name, "simple", {"measure": {"name": measure}}, filtered))
        if kpi.form == "ratio":
            metrics.append(
                metric(kpi.name, "ratio", {"numerator": {"name": names[0]}, "denominator": {"name": names[1]}}, {})
            )
    time_of = {"name": "ordered_at", "type": "time", "type_params": {"time_granularity": "day"}}
    model = {
        "name": "orders",
        "model": "ref('orders')",
        "defaults": {"agg_time_dimension": "ordered_at"},
        "entities": [{"name": "order", "type": "primary", "expr": "id"}],
        "dimensions": [time_of, *({"name": name, "type": "categorical"} for name in ("status", "channel", "qty"))],
        "measures": list(measures.values()),
    }
    return {"semantic_models": [model], "metrics": metrics}


def metric(name: str, kind: str, params: dict[str, object], more: dict[str, str]) -> dict[str, object]:
    """One metric as MetricFlow has it."""
    return {"name": name, "label": name, "type": kind, "type_params": params, **more}


# ---- measured


def shown(best: dict[str, Fastest], clock: str) -> Iterator[tuple[str, bool]]:
    """Lines to print, each with whether all is well in it."""
    seconds = {name: one.wall if clock == "wall" else one.cpu for name, one in best.items()}
    yield f"{'':<16} {'clock s':>8} {'cpu s':>8}", True
    for name, one in best.items():
        yield f"{name:<16} {one.wall:8.3f} {one.cpu:8.3f}", True
    for one_name, other, most in LIMITS:
        if other in best:
            ratio = seconds[one_name] / seconds[other]
            yield (
                f"{one_name} / {other:<22} {ratio:6.3f}  at most {most:<5} {'yes' if ratio <= most else 'NO'}",
                ratio <= most,
            )
    for name, found in best.items():
        ours = best[KPI].values
        wrong = [key for key in ours.keys() | found.values.keys() if not alike(ours.get(key), found.values.get(key))]
        if wrong:
            yield f"values of {name} differ in {len(wrong)} places, first {min(wrong)}", False


def main() -> int:
    """Measures and prints; 1 when a limit is not held or values differ, else 0."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000, help="rows of Parquet (default a million)")
    parser.add_argument("--rounds", type=int, default=5, help="how often each command runs (default 5)")
    parser.add_argument("--clock", choices=["wall", "cpu"], default="wall", help="which time is judged (default wall)")
    parser.add_argument("--without-mf", action="store_true", help="leave MetricFlow out")
    parser.add_argument("--folder", type=Path, help="keep data and MetricFlow here for the next run")
    options = parser.parse_args()
    with working(options.folder) as folder:
        place = Place(folder.absolute(), options.rows)
        runners = {KPI: kpilang(place), SCRIPT: script(place)}
        if not options.without_mf:
            found = rival(place)
            if isinstance(found, str):
                print(f"{MF} is left out: {found}")
            else:
                runners[MF] = found
        best: dict[str, Fastest] = {}
        for _ in range(options.rounds):
            for name, runner in runners.items():
                took = run(runner)
                kept = best.setdefault(name, took)
                kept.wall, kept.cpu = min(kept.wall, took.wall), min(kept.cpu, took.cpu)
        lines = list(shown(best, options.clock))
    print(*(text for text, _ in lines), sep="\n")
    return 0 if all(sound for _, sound in lines) else 1


if __name__ == "__main__":
    sys.exit(main())
