"""`kpi list`: which KPIs there are, whose they are, and what they aim at."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from kpilang.commands import Command, ending
from kpilang.outputs.listing import Listing
from kpilang.run import Run
from kpilang.text import Text

if TYPE_CHECKING:
    from kpilang.model.nouns import Kpi

_HEADS = {
    "name": Text(en="name", zh="名称"),
    "label": Text(en="label", zh="标题"),
    "owner": Text(en="owner", zh="负责人"),
    "goal": Text(en="goal", zh="目标"),
    "period": Text(en="period", zh="统计周期"),
    "target": Text(en="target", zh="目标值"),
    "unit": Text(en="unit", zh="单位"),
    "file": Text(en="file", zh="文件"),
}


@click.command("list", cls=Command)
@click.argument("names", nargs=-1, metavar="[NAMES|PATHS]...")
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json", "csv"]),
    default="table",
    show_default=True,
    help="How the list is written.",
)
@click.pass_obj
def command(run: Run, *, names: tuple[str, ...], form: str) -> None:
    """List the KPIs: name, label, owner, goal, period, target, unit, file.

    \b
    Example:
      kpi list
      kpi list sales/ --format csv
    """
    from kpilang.project import places

    project = run.open(names)
    found, _ = places.kpis(project, names)
    rows = [_row(project.model.kpis[name], run.tongue) for name in found]
    run.list(Listing("kpis", _HEADS, rows), form)
    run.show(project.diagnostics, sys.stderr)
    raise click.exceptions.Exit(ending(project.diagnostics))


def _row(kpi: Kpi, language: str) -> dict[str, str]:
    owners = (item.text if hasattr(item, "text") else item.value for item in kpi.owners)
    targets = (_written(line.node.value.span.text) for line in kpi.targets if line.node.value is not None)
    return {
        "name": kpi.name,
        "label": kpi.title(language),
        "owner": ", ".join(owners),
        "goal": ", ".join(kpi.goals),
        "period": kpi.period or "",
        "target": "; ".join(targets),
        "unit": kpi.unit.name if kpi.unit else "",
        "file": kpi.declaration.head.source.path,
    }


def _written(text: str) -> str:
    """A piece of a definition in one line."""
    return " ".join(text.split())
