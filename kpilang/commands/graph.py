"""`kpi graph`: KPIs, goals and sources drawn, with what joins them."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from kpilang.commands import Command, ending
from kpilang.diagnostics import Problem
from kpilang.graph import VIEWS
from kpilang.outputs.graphs import ENDINGS, FORMATS
from kpilang.run import Run
from kpilang.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kpilang.graph.nouns import Graph
    from kpilang.project import Project

_PICTURE = 500
"""More edges than these Mermaid does not draw unless it is told to."""
NOT_DECLARED = Problem(
    "E697",
    "nothing-called-so",
    Text(en="nothing in the project is called `{name}`", zh="项目中没有名为 `{name}` 的声明"),
)
NOT_IN_VIEW = Problem(
    "E698",
    "not-in-view",
    Text(en="`{name}` is not in the view `{view}`", zh="视图 `{view}` 中没有 `{name}`"),
    help=Text(en="take {views}, or names that one view has", zh="改用 {views}，或只写同一视图中的名称"),
)
_MANY = Text(
    en="{count} edges: Mermaid draws no more than {most} unless told to; take `--around NAME`, a place, or `--format svg`",
    zh="共 {count} 条边，Mermaid 默认最多画 {most} 条；可用 `--around 名称`、指定路径，或 `--format svg`",
)


@click.command("graph", cls=Command)
@click.argument("names", nargs=-1, metavar="[NAMES|PATHS]...")
@click.option(
    "--view",
    type=click.Choice(VIEWS),
    help="KPIs and their parts, goals and their KPIs, or where data go [default: kpis].",
)
@click.option(
    "--around",
    multiple=True,
    metavar="DECLARATION",
    help="Only what is near this KPI, goal, owner, source, column or template. Repeatable.",
)
@click.option(
    "--depth", type=click.IntRange(min=1), metavar="N", help="With --around: so many steps up and down [default: 1]."
)
@click.option("--format", "form", type=click.Choice(FORMATS), help="How the graph is drawn [default: text].")
@click.option("--output", metavar="FILE", help="Draw into this file; its ending chooses the format.")
@click.pass_obj
def command(
    run: Run,
    /,
    *,
    names: tuple[str, ...],
    view: str | None,
    around: tuple[str, ...],
    depth: int | None,
    form: str | None,
    output: str | None,
) -> None:
    """Draw the KPIs and what joins them: as a tree of lines, Mermaid, DOT or SVG.

    With NAMES or PATHS, those KPIs or declarations and all that they refer to.

    \b
    Example:
      kpi graph
      kpi graph --around revenue --depth 2
      kpi graph --view goals --output goals.svg
      kpi graph sales/ --view sources --format mermaid
    """
    from kpilang.outputs.colour import PLAIN, palette
    from kpilang.outputs.graphs import render
    from kpilang.outputs.sketch import Sketch
    from kpilang.project.usage import AT_ODDS, IDLE

    if depth is not None and not around:
        run.refuse((IDLE.at(None, option="--depth", wanted="`--around NAME`"),))
    if names and around:
        run.refuse((AT_ODDS.at(None, one="--around", other=names[0]),))
    form = run.form(form, output, ENDINGS)
    project = run.open(names)
    run.guard(project, output)
    view, graph = _near(run, project, view, around, depth or 1) if around else _part(project, view or VIEWS[0], names)
    painted = palette(sys.stdout) if output is None and form == "text" else PLAIN
    sketch = Sketch(graph, view, run.tongue, painted, ascii_only=output is None and run.ascii_only)
    if form in ("mermaid", "markdown") and len(graph.edges) > _PICTURE:
        run.tell(_MANY.fill(count=len(graph.edges), most=_PICTURE))
    drawn = render(form, sketch)
    if output is None:
        sys.stdout.write(drawn)
    else:
        with run.writing(output) as draft:
            draft.write_text(drawn, encoding="utf-8", newline="\n")
    run.show(project.diagnostics, sys.stderr)
    raise click.exceptions.Exit(ending(project.diagnostics))


def _part(project: Project, view: str, names: Sequence[str]) -> tuple[str, Graph]:
    """The view, of what was asked for and all that it refers to; of all, when nothing is named."""
    from kpilang.graph.nouns import Sort
    from kpilang.graph.views import draw, without_hubs
    from kpilang.project import places

    graph = without_hubs(draw(project.model, view, project.settings.sources))
    if not names:
        return view, graph
    placed, kpis = places.within(project, names), places.named(project, names)
    asked = (
        key
        for key, node in graph.nodes.items()
        if (node.sort is Sort.KPI and node.name in kpis) or (node.path is not None and placed(node.path))
    )
    return view, graph.resting(asked)


def _near(run: Run, project: Project, view: str | None, around: Sequence[str], depth: int) -> tuple[str, Graph]:
    """What is near some names, in the view asked for, else in the first that has them all."""
    from kpilang.graph.views import draw, without_hubs
    from kpilang.model.nearest import hint

    views = {each: draw(project.model, each, project.settings.sources) for each in VIEWS}
    known = {node.name for graph in views.values() for node in graph.nodes.values()}
    wrong = [NOT_DECLARED.at(None, help=hint(name, known), name=name) for name in around if name not in known]
    if wrong:
        run.refuse((*project.misset, *project.unread, *wrong))
    fitting = [each for each, graph in views.items() if all(graph.named(name) for name in around)]
    chosen = view or next(iter(fitting), VIEWS[0])
    for name in around:
        if not views[chosen].named(name):
            there = ", ".join(f"`--view {each}`" for each, graph in views.items() if graph.named(name))
            run.refuse((NOT_IN_VIEW.at(None, name=name, view=chosen, views=there),))
    keys = frozenset(key for name in around for key in views[chosen].named(name))
    return chosen, without_hubs(views[chosen], keys).around(keys, depth)
