"""`kpi card`: how good the definition of each KPI is, and what would better it most."""

from __future__ import annotations

import sys
from typing import Any

import click

from kpilang.commands import Command, data_asked, data_options, refuse_idle
from kpilang.diagnostics import Problem
from kpilang.run import FINDINGS, SOUND, Run
from kpilang.text import Text

DATA = "E5"
"""How the codes of what is wrong with data begin."""
NOTHING = Problem(
    "E678",
    "nothing-judged",
    Text(en="there is no KPI to judge", zh="没有可以评价的 KPI"),
    help=Text(
        en='declare one: `kpi NAME "…" {{ … }}`; deprecated KPIs have no card',
        zh='声明一个：`kpi 名称 "…" {{ … }}`；停用的 KPI 没有卡片',
    ),
)
_BELOW = Text(
    en="the score is {score} of 100, and at least {least} are asked for",
    zh="得分 {score}，低于要求的 {least} 分",
)


@click.command("card", cls=Command)
@click.argument("names", nargs=-1, metavar="[NAMES|PATHS]...")
@click.option("--as-of", metavar="DATE", help="The last day known [default: kpi.yaml's, else yesterday].")
@click.option("--data", is_flag=True, help="Look at the data too: they decide what is responsive and verifiable.")
@data_options
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How the cards are written.",
)
@click.option("--badge", metavar="FILE", help="Draw the score of the KPIs asked for into this SVG file.")
@click.option(
    "--fail-under", type=click.IntRange(0, 100), metavar="SCORE", help="Exit with 1 when the score is lower than this."
)
@click.pass_obj
def command(
    run: Run,
    /,
    *,
    names: tuple[str, ...],
    as_of: str | None,
    data: bool,
    form: str,
    badge: str | None,
    fail_under: int | None,
    **reading: Any,  # noqa: ANN401 click's own parameters, passed on
) -> None:
    """Show the quality card of each KPI: the seven marks of a good one, the letters of SMART, a score.

    An error of any rule keeps the score of a KPI below 50. Findings that are suppressed or held back count.

    \b
    Example:
      kpi card
      kpi card churn --data
      kpi card --fail-under 80 --badge quality.svg
    """
    from kpilang.lint.card import cards, overall
    from kpilang.outputs import cards as written
    from kpilang.outputs.colour import palette
    from kpilang.project import places
    from kpilang.project.linting import LintAsk

    refuse_idle(reading, data=data)
    project = run.open(names)
    run.guard(project, badge)
    asked, _ = places.kpis(project, names)
    ask = LintAsk(as_of=as_of, data=data_asked(run, project, reading) if data else None)
    examined = run.examine(project, ask, ())
    run.show((item for item in examined.findings if item.code.startswith(DATA)), sys.stderr)
    found = [card for card in cards(project.model, examined.linted) if card.kpi in asked]
    if not found:
        run.refuse((NOTHING.at(None),))
    if form == "json":
        sys.stdout.write(written.json(found, ascii_only=run.ascii_only))
    else:
        sys.stdout.write(written.text(found, run.tongue, palette(sys.stdout), whole=not names))
    score = overall(found)
    if badge is not None:
        with run.writing(badge) as draft:
            draft.write_text(written.badge(score, run.tongue), encoding="utf-8", newline="\n")
    if fail_under is not None and score < fail_under:
        run.tell(_BELOW.fill(score=score, least=fail_under))
        raise click.exceptions.Exit(FINDINGS)
    raise click.exceptions.Exit(SOUND)
