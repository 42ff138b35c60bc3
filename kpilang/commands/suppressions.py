"""`kpi suppressions`: every finding that a comment holds back, until when and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from kpilang.commands import Command, ending
from kpilang.outputs.listing import Listing
from kpilang.run import Run
from kpilang.text import Text

if TYPE_CHECKING:
    import datetime as dt

    from kpilang.lint.suppressions import Suppression
    from kpilang.project.linting import Examined
    from kpilang.text import Span

_HEADS = {
    "place": Text(en="place", zh="位置"),
    "rules": Text(en="rules", zh="规则"),
    "subject": Text(en="in", zh="所在声明"),
    "until": Text(en="until", zh="到期日"),
    "state": Text(en="state", zh="状态"),
    "findings": Text(en="findings", zh="问题数"),
    "reason": Text(en="reason", zh="原因"),
}
VOID = ("X102", "X107")
"""The rules that find words in brackets which can suppress nothing."""
_HOLDS, _IDLE = Text(en="holds", zh="有效"), Text(en="unused", zh="未用到")
_EXPIRED, _BROKEN = Text(en="expired", zh="已过期"), Text(en="broken", zh="无效")


@click.command("suppressions", cls=Command)
@click.argument("places", nargs=-1, metavar="[PATHS|NAMES]...")
@click.option("--as-of", metavar="DATE", help="The last day known [default: kpi.yaml's, else yesterday].")
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json", "csv"]),
    default="table",
    show_default=True,
    help="How the list is written.",
)
@click.pass_obj
def command(run: Run, *, places: tuple[str, ...], as_of: str | None, form: str) -> None:
    """List the comments that suppress findings: where, which rules, until when, why.

    \b
    Example:
      kpi suppressions
      kpi suppressions sales/ --format csv
    """
    from kpilang.project import places as named
    from kpilang.project.linting import LintAsk

    project = run.open(places)
    examined = run.examine(project, LintAsk(as_of=as_of, extend_select=VOID), places)
    inside = named.within(project, places)
    taken: dict[Suppression, int] = {}
    for _, item in examined.linted.taken:
        taken[item] = taken.get(item, 0) + 1
    void = _void(examined)
    language = run.tongue if form == "table" else "en"
    rows = [
        _row(item, taken.get(item, 0), _state(item, item in taken, void, examined.as_of).say(language))
        for item in examined.linted.suppressions
        if inside(item.span.source.path) or item.subject in places
    ]
    run.list(Listing("suppressions", _HEADS, rows), form)
    raise click.exceptions.Exit(ending(project.misset))


def _row(item: Suppression, findings: int, state: str) -> dict[str, str | int]:
    line, _ = item.span.source.position(item.span.start)
    return {
        "place": f"{item.span.source.path}:{line}",
        "rules": ", ".join(rule.text for rule in item.rules or ()),
        "subject": item.subject or "",
        "until": item.until or "",
        "state": state,
        "findings": findings,
        "reason": item.reason or "",
    }


def _void(examined: Examined) -> frozenset[Span]:
    """The words in brackets that can suppress nothing: those of no rule, and of rules that may not be suppressed."""
    return frozenset(item.span for item in examined.linted.findings if item.code in VOID and item.span)


def _state(item: Suppression, holding: bool, void: frozenset[Span], as_of: dt.date) -> Text:
    if item.expired(as_of):
        return _EXPIRED
    if not item.holds(as_of) or (not holding and any(rule.span in void for rule in item.rules or ())):
        return _BROKEN
    return _HOLDS if holding else _IDLE
