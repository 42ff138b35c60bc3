"""MetricFlow beside us: an environment of its own, and a project with as many metrics as we have KPIs."""

from __future__ import annotations

import json
import subprocess
import sys
import venv
from pathlib import Path

import projects

PACKAGES = ("dbt-core<1.12", "dbt-duckdb", "dbt-metricflow")
BIN = "Scripts" if sys.platform == "win32" else "bin"


def command(folder: Path) -> tuple[Path, str]:
    """The `mf` of the environment in a folder, which is made where there is none; and, where that fails, why."""
    found = folder / BIN / "mf"
    if found.exists():
        return found, ""
    try:
        venv.create(folder, with_pip=True)
        install = (str(folder / BIN / "python"), "-m", "pip", "install", "--quiet", *PACKAGES)
        subprocess.run(install, check=True, capture_output=True, encoding="utf-8")
    except (OSError, subprocess.CalledProcessError) as error:
        said = getattr(error, "stderr", None) or str(error)
        return found, said.strip().splitlines()[-1]
    return found, "" if found.exists() else f"{PACKAGES} bring no mf"


def prepare(mf: Path, folder: Path, count: int, environment: dict[str, str]) -> None:
    """Writes the project and has dbt parse it, which `mf validate-configs` builds on; that is not measured."""
    write_metrics(folder, count)
    dbt = str(mf.with_name("dbt"))
    subprocess.run((dbt, "parse", "--quiet"), check=True, capture_output=True, cwd=folder, env=environment)


def write_metrics(folder: Path, count: int) -> Path:
    """A dbt project with `count` metrics of MetricFlow, half of them ratios, over a DuckDB file in `folder`.

    The files are YAML that is JSON too, which takes the reader no longer and the writer no library.
    """
    models = folder / "models"
    models.mkdir(parents=True, exist_ok=True)
    _write(
        folder / "dbt_project.yml", {"name": "bench", "version": "1.0", "profile": "bench", "model-paths": ["models"]}
    )
    output = {"type": "duckdb", "path": str(folder / "bench.duckdb")}
    _write(folder / "profiles.yml", {"bench": {"target": "dev", "outputs": {"dev": output}}})
    (models / "days.sql").write_text("select date '2026-01-01' as day", encoding="utf-8")
    spine: dict[str, object] = {"name": "days", "time_spine": {"standard_granularity_column": "day"}}
    spine["columns"] = [{"name": "day", "granularity": "day"}]
    _write(models / "days.yml", {"models": [spine]})
    for start in range(0, count, projects.PER_SOURCE):
        line = start // projects.PER_SOURCE
        columns = "1 as order_id, date '2026-01-01' as ordered_on, 1 as amount, 1 as hours, 'paid' as status"
        (models / f"orders_{line}.sql").write_text(f"select {columns}, 'north' as region", encoding="utf-8")
        metrics = [_metric(each) for each in range(start, min(start + projects.PER_SOURCE, count))]
        _write(models / f"orders_{line}.yml", {"semantic_models": [_semantic_model(line)], "metrics": metrics})
    return folder


def _semantic_model(line: int) -> dict[str, object]:
    measures = [
        {"name": f"{column}_{how}_{line}", "agg": how, "expr": column}
        for column in ("amount", "hours")
        for how in ("sum", "average", "max")
    ]
    return {
        "name": f"orders_{line}",
        "model": f"ref('orders_{line}')",
        "defaults": {"agg_time_dimension": "ordered_on"},
        "entities": [{"name": f"order_{line}", "type": "primary", "expr": "order_id"}],
        "dimensions": [
            {"name": "ordered_on", "type": "time", "type_params": {"time_granularity": "day"}},
            {"name": "status", "type": "categorical"},
            {"name": "region", "type": "categorical"},
        ],
        "measures": measures,
    }


def _metric(number: int) -> dict[str, object]:
    line, region = number // projects.PER_SOURCE, projects.REGIONS[number // 7 % len(projects.REGIONS)]
    metric: dict[str, object] = {"name": f"kpi_{number}", "label": f"KPI {number} of line {line}"}
    metric["description"] = f"What number {number} says about the orders of line {line}, seen from the {region}."
    metric["filter"] = f"{{{{ Dimension('order_{line}__region') }}}} = '{region}'"
    how = ("sum", "average", "max")[number // 2 % 3]
    if number % 2 == 0:
        return {**metric, "type": "simple", "type_params": {"measure": f"amount_{how}_{line}"}}
    parts = {
        "numerator": f"kpi_{number - 1}",
        "denominator": f"kpi_{number // projects.PER_SOURCE * projects.PER_SOURCE}",
    }
    return {**metric, "type": "ratio", "type_params": parts}


def _write(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, indent=1), encoding="utf-8")
