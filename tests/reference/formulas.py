"""Formulas made at random over the sources in `generate.py`: aggregates, and what stands around them."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.reference import entities_at_random as entities
from tests.reference import formulas_over_time as over_time
from tests.reference.formulas_of_life import LIVES, converted, of_life
from tests.reference.rows_at_random import COMPARATORS, FIGURES, SHAPES, Shape, key, number, pick, predicate

FURTHER = frozenset({"entities", "folded", "length", "longer", "sets", "total"})
"""What formulas are made of beside aggregates, arithmetic and the period before."""


def aggregate(draw: st.DrawFn, source: str, may: frozenset[str] = FURTHER) -> str:
    """An aggregate over a source; `may` tells which further forms it takes."""
    shape = SHAPES[source]
    owed = bool(shape.owed) and pick(draw, "goal", "goal", "owed") == "owed"
    kinds = ("rows", "value", "value", "distinct", "share")
    kinds += ("entities",) if "entities" in may and not shape.timeless else ()
    kinds += ("followed",) if "followed" in may and source in entities.EVENTS else ()
    kind = "value" if owed else pick(draw, *kinds)
    where = f" where {condition(draw, source, may)}" if draw(st.booleans()) else ""
    plain = f" where {predicate(draw, source)}" if where else ""
    if source == "orders" and "length" in may and draw(st.integers(0, 7)) == 0:
        return converted(draw, plain)
    if source in LIVES and draw(st.integers(0, 2)) == 0:
        return of_life(draw, source, where, length="length" in may)
    when = placed(draw, shape, owed=owed)
    if kind == "entities":
        return entities.counted(draw, key(draw, source), f"{plain}{when if 'average' not in when else ' at closing'}")
    if kind == "followed":
        return entities.followed(draw, source, plain, predicate)
    if kind == "rows":
        return f"count({source}{where}{when})"
    if kind == "share":
        among = f" among {condition(draw, source, may)}" if draw(st.booleans()) else ""
        return f"share({source} where {predicate(draw, source)}{among}{when})"
    if kind == "distinct":
        return f"count(distinct {key(draw, source)}{where}{having(draw, source)}{when})"
    value = f"{source}.{shape.owed[0]}" if owed else number(draw, source)
    return valued(draw, source, value, f"{where}{when}")


def condition(draw: st.DrawFn, source: str, may: frozenset[str]) -> str:
    """What rows must satisfy: a predicate, or that something else is known of them."""
    plain = predicate(draw, source)
    if "sets" not in may or draw(st.integers(0, 3)) < 3:
        return plain
    held = entities.in_set(draw, pick(draw, *SHAPES[source].texts), pick(draw, *entities.SETS), may, predicate)
    return pick(draw, held, f"{held} and {plain}", f"not ({held}) or {plain}")


FUNCTIONS = ("sum", "sum", "avg", "min", "max", "median", "percentile", "stddev", "product", "count", "weight")


def valued(draw: st.DrawFn, source: str, value: str, clauses: str) -> str:
    """A function of a value; `first` and `last` where rows lie in time."""
    function = pick(draw, *FUNCTIONS, *(("first", "first", "last", "last") if not SHAPES[source].timeless else ()))
    if function == "percentile":
        return f"percentile({value}, {pick(draw, '25%', '95%')}{clauses})"
    if function == "weight":
        return f"avg({value} weight {pick(draw, *SHAPES[source].numbers)}{clauses})"
    return f"{function}({value}{clauses})"


def having(draw: st.DrawFn, source: str) -> str:
    if draw(st.booleans()):
        return ""
    column = f"{source}.{SHAPES[source].numbers[0]}"
    return " having " + pick(
        draw,
        f"count({source}) >= 2",
        f"sum({column}) > 2",
        f"not avg({column}) > 2",
        f"max({column}) - min({column}) <= 2",
    )


def placed(draw: st.DrawFn, shape: Shape, *, owed: bool) -> str:
    if owed:
        return f" at {pick(draw, 'closing', 'opening', 'average')}"
    if shape.stock:
        return pick(draw, " at closing", " at opening", " at average", *(f" on {name}" for name in shape.on))
    states = (" at closing", " at opening", " at average") if shape.both else ()
    return pick(draw, "", "", *states, *(f" on {name}" for name in shape.on))


@st.composite
def formulas(draw: st.DrawFn, about: tuple[str, ...], name: str) -> str:
    """A formula over some sources: an aggregate for KPIs one to three, for others more, which may use KPI one."""
    if name in ("one", "two"):
        return aggregate(draw, pick(draw, *about), FURTHER - {"longer"})
    if name == "three":
        return special(draw, about)
    return result(draw, about, 2, uses=("one", '(one where segment = "red")'))


def special(draw: st.DrawFn, about: tuple[str, ...]) -> str:
    """One aggregate in one further form."""
    form = pick(draw, "plain", "plain", *sorted(FURTHER & AROUND))
    return around(draw, form, about, 1, (), FURTHER) if form != "plain" else aggregate(draw, pick(draw, *about))


AROUND = frozenset({"longer", "listed", "folded", "total"})


def around(
    draw: st.DrawFn, form: str, about: tuple[str, ...], depth: int, uses: tuple[str, ...], may: frozenset[str]
) -> str:
    """A formula computed over a longer window, for groups, or without the breakdown."""
    if form == "longer":
        value = result(draw, about, depth - 1, uses, may - {"longer"})
        return pick(draw, over_time.longer(draw, value), over_time.longer_and_before(draw, value))
    if form == "listed":
        return over_time.listed(draw, result(draw, about, depth - 1, uses, may - {"listed", "folded"}))
    if form == "total":
        return over_time.total(draw, result(draw, about, depth - 1, uses, may - {"total"}), ("segment",))
    one = pick(draw, *about)
    sources, keys = draw(st.sampled_from(over_time.keys(one, SHAPES[one].texts)))
    return over_time.folded(draw, result(draw, sources, depth - 1, (), may & {"longer"}), keys)


def result(
    draw: st.DrawFn,
    about: tuple[str, ...],
    depth: int,
    uses: tuple[str, ...] = (),
    may: frozenset[str] = FURTHER,
) -> str:
    """A formula over results; `may` tells which further forms it takes."""
    kinds = ("aggregate", "aggregate", "aggregate", "sum", "quotient", "if", "call", "previous")
    kind = pick(draw, *kinds, *sorted(may & AROUND)) if depth else "aggregate"
    if kind == "aggregate":
        return pick(draw, *uses) if uses and draw(st.booleans()) else aggregate(draw, pick(draw, *about), may)
    if kind in AROUND:
        return around(draw, kind, about, depth, uses, may)
    one, other = (result(draw, about, depth - 1, uses, may) for _ in range(2))
    if kind == "sum":
        return f"({one} {pick(draw, '+', '-', '*')} {other})"
    if kind == "quotient":
        return f"({one} / {other})"
    if kind == "if":
        return f"(if {one} {pick(draw, *COMPARATORS)} {pick(draw, *FIGURES)} then {other} else {pick(draw, one, '0')})"
    if kind == "previous":
        length = pick(draw, "", ", 1 year")
        return pick(draw, f"previous({one}{length})", f"growth({one}{length})", f"({one} - previous({one}))")
    return pick(
        draw, f"coalesce({one}, {other})", f"abs({one})", f"greatest({one}, {other})", f"-{one}", f"(1 - {one})"
    )
