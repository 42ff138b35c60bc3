"""Entities at random: who is new, stays, is lost, is in a set, is followed by another."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import strategies as st

from tests.reference import formulas_over_time as over_time

SETS = ("orders.customer_id", "stock.item", "staff.id", "tickets.id", "customers.id", "plan.segment", "orders.status")
CLAUSES = {
    "stock": (" at closing", " at opening"),
    "staff": (" at closing", " at opening", " on hired", " on gone"),
    "tickets": ("", " at closing", " on opened"),
}
EVENTS = ("orders", "tickets", "items")
WHO = {"orders": "orders.customer_id", "tickets": "tickets.id", "items": "items.order.customer_id"}
SOON = ("1 day", "9 days", "30 hours", "4 weeks")
Predicate = Callable[[st.DrawFn, str], str]


def pick(draw: st.DrawFn, *options: str) -> str:
    return draw(st.sampled_from(options))


def counted(draw: st.DrawFn, keys: str, clauses: str) -> str:
    """A count of those who come, stay or go; `keys` are columns of a source."""
    lag = pick(draw, "", "", ", 1 year", ", 1 quarter")
    return pick(draw, f"new({keys}{clauses})", f"retained({keys}{lag}{clauses})", f"lost({keys}{lag}{clauses})")


def in_set(draw: st.DrawFn, column: str, of: str, may: frozenset[str], predicate: Predicate) -> str:
    """Whether a column is among the values that another has in the moment, in one before, or over a longer window."""
    source = of.partition(".")[0]
    where = f" where {predicate(draw, source)}" if draw(st.booleans()) else ""
    clauses = where + pick(draw, *CLAUSES.get(source, ("",)))
    held = f"values({of}{clauses})" if clauses else of
    kind = pick(draw, "plain", "previous", *(("longer",) if "longer" in may else ()))
    if kind == "previous":
        held = f"previous({held}{pick(draw, '', ', 1 year')})"
    if kind == "longer":
        held = over_time.longer(draw, held)
    return f"{column} {pick(draw, 'in', 'in', 'not in')} {held}"


def followed(draw: st.DrawFn, source: str, where: str, predicate: Predicate) -> str:
    """Those whose first row another event follows soon."""
    after = pick(draw, *EVENTS)
    then = f" where {predicate(draw, after)}" if draw(st.booleans()) else ""
    return f"count(distinct {WHO[source]}{where} followed by {WHO[after]}{then} within {pick(draw, *SOON)})"
