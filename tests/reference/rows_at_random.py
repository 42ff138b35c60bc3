"""Expressions over rows made at random that fit the types of the sources in `generate.py`."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st

from tests.reference.formulas_of_life import about_periods


@dataclass(frozen=True)
class Shape:
    """What a source offers: columns by kind, time columns for `on`, whether its aggregates need `at`."""

    numbers: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()
    truths: tuple[str, ...] = ()
    on: tuple[str, ...] = ()
    stock: bool = False
    both: bool = False
    timeless: bool = False
    owed: tuple[str, ...] = ()


SHAPES = {
    "orders": Shape(
        ("amount", "qty", "worth", "customer.size", "spent", "paid_orders"),
        ("status", "customer_id", "customer.segment", "member.tier", "member.tier", "first_status"),
        ("at", "paid", "first_paid"),
        ("gift",),
        ("paid",),
    ),
    "customers": Shape(("size",), ("id", "segment"), ("joined",), on=("joined",), timeless=True),
    "plan": Shape(("goal",), ("segment",), ("month",), owed=("owed",)),
    "stock": Shape(("qty",), ("item", "segment"), ("read",), stock=True),
    "items": Shape(
        ("euros", "part", "order.qty"), ("order.status", "order.customer.segment"), ("order.at",), ("order.gift",)
    ),
    "buyers": Shape(("total", "made"), ("customer_id", "last_status"), ("since", "upto"), on=("upto",)),
    "tickets": Shape(
        ("hours",),
        ("id", "segment", "member.tier"),
        ("made", "opened", "closed"),
        on=("opened", "closed"),
        both=True,
    ),
    "staff": Shape(
        ("pay",), ("id", "team", "segment", "member.tier"), ("hired", "gone"), on=("hired", "gone"), stock=True
    ),
}
WORDS = {
    "status": ("open", "paid", "Paid late"),
    "customer_id": ("a", "b", "c"),
    "first_status": ("open", "paid"),
    "last_status": ("paid", "Paid late"),
    "id": ("a", "b", "c"),
    "segment": ("red", "blue"),
    "order.status": ("open", "paid"),
    "order.customer.segment": ("red", "blue"),
    "customer.segment": ("red", "blue"),
    "member.tier": ("gold", "iron"),
    "item": ("p", "q"),
    "team": ("x", "y"),
}
FIGURES = ("0", "1", "2", "2.5", "0.25", "10")
PERIODS = ("2024", "2024-02", "2024-Q1", "2024-02-29", "2024-W09")
MOMENTS = ("2024-02-01", "2024-02-29", "2024-03-10", "2024-03-31")
COMPARATORS = ("=", "!=", "<", "<=", ">", ">=")


def pick(draw: st.DrawFn, *options: str) -> str:
    return draw(st.sampled_from(options))


def number(draw: st.DrawFn, source: str, depth: int = 2) -> str:
    """A number over a row of a source, its columns led by the source's name."""
    columns = [f"{source}.{name}" for name in SHAPES[source].numbers]
    columns += ["((orders.paid - orders.at) / 1 hour)"] * (2 if source == "orders" else 0)
    kind = pick(draw, "column", "column", "column", "sum", "if", "call") if depth else "column"
    if kind == "column":
        return pick(draw, *columns)
    one, other = number(draw, source, depth - 1), pick(draw, *FIGURES, *columns)
    if kind == "sum":
        return f"({one} {pick(draw, '+', '-', '*', '/')} {other})"
    if kind == "if":
        return f"(if {predicate(draw, source, 0)} then {one} else {other})"
    return pick(
        draw,
        f"coalesce({one}, {other})",
        f"abs({one})",
        f"-{one}",
        f"greatest({one}, {other})",
        f"least({one}, {other})",
    )


def predicate(draw: st.DrawFn, source: str, depth: int = 1) -> str:
    """A predicate over a row of a source, with bare names as they stand inside an aggregate."""
    if depth and draw(st.booleans()):
        one, other = predicate(draw, source, depth - 1), predicate(draw, source, depth - 1)
        return pick(draw, f"not ({one})", f"({one}) and ({other})", f"({one}) or ({other})")
    shape = SHAPES[source]
    kinds = ["number"] * bool(shape.numbers) + ["text"] + ["date"] * bool(shape.dates) + ["truth"] * bool(shape.truths)
    kind = pick(draw, *kinds)
    if kind == "number":
        return about_number(draw, pick(draw, *shape.numbers))
    if kind == "text":
        return about_text(draw, pick(draw, *shape.texts))
    if kind == "truth":
        return pick(draw, *shape.truths)
    return about_date(draw, source, pick(draw, *shape.dates))


def about_number(draw: st.DrawFn, column: str) -> str:
    low, high = pick(draw, *FIGURES), pick(draw, *FIGURES)
    return pick(
        draw,
        f"{column} {pick(draw, *COMPARATORS)} {low}",
        f"{column} in ({low}, {high})",
        f"{column} not in {low} .. {high}",
        f"{column} is null",
        f"round({column}) {pick(draw, *COMPARATORS)} {low}",
        f"{column} / 2 + 1 > {low}",
    )


def about_text(draw: st.DrawFn, column: str) -> str:
    word, other = pick(draw, *WORDS[column]), pick(draw, *WORDS[column])
    return pick(
        draw,
        f'{column} {pick(draw, "=", "!=")} "{word}"',
        f'{column} in ("{word}", "{other}")',
        f'{column} not in ("{word}", "{other}")',
        f'{column} contains "a"',
        f'lower({column}) starts with "p"',
        f'concat({column}, "d") = "{word}d"',
        f"{column} is not null",
        f"concat({column}, {column}) is null",
    )


def about_date(draw: st.DrawFn, source: str, column: str) -> str:
    options = [
        f"{column} in {pick(draw, *PERIODS)}",
        f"{column} not in {pick(draw, *PERIODS)}",
        f"{column} {pick(draw, '<', '<=', '>', '>=')} {pick(draw, *MOMENTS)}",
        f"month({column}) = {pick(draw, '2', '3')}",
        f"weekday({column}) > {pick(draw, '3', '5')}",
        f"months_between({pick(draw, '2024-01-31', '2024-03-31')}, {column}) {pick(draw, *COMPARATORS)} {pick(draw, '1', '0', '-1')}",
        f"months_between({column}, 2024-02-29) {pick(draw, *COMPARATORS)} {pick(draw, '1', '0', '-1')}",
    ]
    if source == "orders":
        options += ["paid - at > 24 hours", "at < paid", "wait <= 1 hour", "at + 1 day > paid"]
    if draw(st.integers(0, 5)) == 0:
        return about_periods(draw, column, pick(draw, *SHAPES[source].dates))
    return pick(draw, *options)


def key(draw: st.DrawFn, source: str) -> str:
    """What a distinct count counts: one or two columns."""
    texts = SHAPES[source].texts
    return ", ".join(
        f"{source}.{name}" for name in draw(st.lists(st.sampled_from(texts), min_size=1, max_size=2, unique=True))
    )
