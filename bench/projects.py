"""Writes the projects that are measured: as many KPIs as asked for, always the same bytes."""

from __future__ import annotations

from pathlib import Path

PER_SOURCE = 50
"""KPIs that share a source, and a file."""

SHAPES = (
    (
        'sum({s}.amount where status = "paid") / count({s} where region = "{r}" and hours <= {h} hours)',
        "CNY",
        "{t} CNY",
    ),
    ('share({s} where hours <= {h} hours and status != "cancelled" among region = "{r}")', "percent", "{t}%"),
    ('sum({s}.amount where region in ("north", "{r}") and hours <= {h} hours) / sum({s}.amount)', "percent", "{t}%"),
    ("count(distinct {s}.customer where rush and hours > {h} hours) / count(distinct {s}.customer)", "percent", "{t}%"),
    (
        '(count({s} where status = "paid") + count({s} where status = "refunded" and hours > {h} hours)) / count({s})',
        "percent",
        "{t}%",
    ),
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
    """One KPI in 17 lines, which the linter has nothing against."""
    line, region = number // PER_SOURCE, REGIONS[number // len(SHAPES) % len(REGIONS)]
    formula, unit, target = SHAPES[number % len(SHAPES)]
    goal = 20 + number % 70
    values = {"s": f"orders_{line}", "r": region, "h": 12 + number % 60, "t": goal}
    return f"""kpi kpi_{number} "KPI {number} of line {line}" zh "第 {line} 线指标 {number}" {{
  what       "What number {number} says about the orders of line {line}, seen from the {region}."
             zh "第 {line} 线订单的第 {number} 项指标。"
  why        "Number {number} tells early when customers of line {line} are lost."
  formula    {formula.format(**values)}
  unit       {unit}
  direction  higher
  period     month
  target     >= {target.format(**values)} for 2026
  baseline   {target.format(t=goal * 9 / 10)} for 2025
  review     every quarter last 2026-03-31
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
