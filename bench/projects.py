"""Writes the projects that are measured: as many KPIs, or metrics of MetricFlow, as asked for; always the same bytes."""

from __future__ import annotations

import json
from pathlib import Path

PER_SOURCE = 50
"""KPIs that share a source, and a file."""

SHAPES = (
    ('sum({s}.amount where status = "paid") / count({s} where region = "{r}")', "CNY", "{t} CNY"),
    ('share({s} where hours <= {h} hours and status != "cancelled" among region = "{r}")', "percent", "{t}%"),
    ('sum({s}.amount where region in ("north", "{r}") and not rush) / sum({s}.amount)', "percent", "{t}%"),
    ("count(distinct {s}.customer where rush) / count(distinct {s}.customer)", "percent", "{t}%"),
    ('(count({s} where status = "paid") + count({s} where status = "refunded")) / count({s})', "percent", "{t}%"),
    ('avg({s}.hours where region = "{r}" and amount > {h} CNY) - avg({s}.hours)', "hours", "{t} hours"),
    (
        "sum({s}.amount) / (count(distinct {s}.customer) + count({s} where rush and hours > {h} hours))",
        "CNY",
        "{t} CNY",
    ),
)
REGIONS = ("north", "south", "east", "west")


def source(number: int) -> str:
    """A source of orders with its owner and goal."""
    return f"""owner team_{number} "Team {number}" zh "第 {number} 组" <team-{number}@example.com> {{ level department }}

goal goal_{number} "Orders of line {number} arrive" {{ owner team_{number}  for 2026 }}

source orders_{number} "Orders of line {number}" from "data/orders_{number}.csv" {{
  key       order_id
  time      ordered_on
  column    order_id : text
  column    customer : text
  column    amount : money(CNY)
  column    hours : duration(hours)
  column    rush : bool
  column    status : text in ("paid", "refunded", "cancelled")
  column    region : text in ("north", "south", "east", "west")
  collected "Order system, exported nightly" every day
}}
"""


def kpi(number: int) -> str:
    """One KPI in 15 lines."""
    line, region = number // PER_SOURCE, REGIONS[number // len(SHAPES) % len(REGIONS)]
    formula, unit, target = SHAPES[number % len(SHAPES)]
    values = {"s": f"orders_{line}", "r": region, "h": 12 + number % 60, "t": 20 + number % 70}
    return f"""kpi kpi_{number} "KPI {number} of line {line}" zh "第 {line} 线指标 {number}" {{
  what       "What number {number} says about the orders of line {line}, seen from the {region}."
             zh "第 {line} 线订单的第 {number} 项指标。"
  why        "Number {number} tells early when customers of line {line} are lost."
  formula    {formula.format(**values)}
  unit       {unit}
  direction  higher
  period     month
  target     >= {target.format(**values)} for 2026
  owner      team_{line}
  goal       goal_{line}
  level      department
  indicator  {("leading", "lagging")[number % 2]}
  action     "Missed twice: team {line} looks at the ten largest orders within a week."
}}
"""


def write_kpis(folder: Path, count: int) -> Path:
    """A project of `count` KPIs in `folder`, one file for each source with its KPIs."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "kpi.yaml").write_text("as_of: 2026-06-30\n", encoding="utf-8")
    for start in range(0, count, PER_SOURCE):
        number = start // PER_SOURCE
        parts = [source(number), *(kpi(each) for each in range(start, min(start + PER_SOURCE, count)))]
        (folder / f"line_{number}.kpi").write_text("\n".join(parts), encoding="utf-8")
    return folder


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
    for start in range(0, count, PER_SOURCE):
        line = start // PER_SOURCE
        columns = "1 as order_id, date '2026-01-01' as ordered_on, 1 as amount, 1 as hours, 'paid' as status"
        (models / f"orders_{line}.sql").write_text(f"select {columns}, 'north' as region", encoding="utf-8")
        metrics = [_metric(each) for each in range(start, min(start + PER_SOURCE, count))]
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
    line, region = number // PER_SOURCE, REGIONS[number // len(SHAPES) % len(REGIONS)]
    metric: dict[str, object] = {"name": f"kpi_{number}", "label": f"KPI {number} of line {line}"}
    metric["description"] = f"What number {number} says about the orders of line {line}, seen from the {region}."
    metric["filter"] = f"{{{{ Dimension('order_{line}__region') }}}} = '{region}'"
    how = ("sum", "average", "max")[number // 2 % 3]
    if number % 2 == 0:
        return {**metric, "type": "simple", "type_params": {"measure": f"amount_{how}_{line}"}}
    parts = {"numerator": f"kpi_{number - 1}", "denominator": f"kpi_{number // PER_SOURCE * PER_SOURCE}"}
    return {**metric, "type": "ratio", "type_params": parts}


def _write(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, indent=1), encoding="utf-8")
