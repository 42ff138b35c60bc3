"""Formulas made at random that look over longer windows, at groups, at shorter periods, and at totals."""

from __future__ import annotations

from hypothesis import strategies as st

LENGTHS = ("3 months", "2 months", "1 month", "1 year", "2 quarters", "31 days", "35 days", "6 weeks")
TO_DATE = ("year", "quarter", "month", "half", "fiscal year", "fiscal quarter")


def pick(draw: st.DrawFn, *options: str) -> str:
    return draw(st.sampled_from(options))


def longer(draw: st.DrawFn, value: str) -> str:
    """A formula over a longer window."""
    return pick(
        draw,
        f"trailing({value}, {pick(draw, *LENGTHS)})",
        f"cumulative({value})",
        f"todate({value}, {pick(draw, *TO_DATE)})",
    )


def longer_and_before(draw: st.DrawFn, value: str) -> str:
    """A longer window in an earlier period, or the period before in a longer window."""
    length = pick(draw, "", ", 1 year")
    return pick(
        draw,
        f"previous({longer(draw, value)}{length})",
        f"growth({longer(draw, value)}{length})",
        longer(draw, f"previous({value}{length})"),
        longer(draw, f"({value} - previous({value}))"),
        f"({value} / {longer(draw, value)})",
    )


def listed(draw: st.DrawFn, value: str) -> str:
    """The values of shorter periods put together."""
    grain = pick(draw, "day", "day", "week", "month")
    return pick(
        draw,
        *(
            f"{function}({value} per {grain})"
            for function in ("avg", "sum", "min", "max", "median", "stddev", "product")
        ),
        f"percentile({value} per {grain}, 90%)",
        f"count({value} > {pick(draw, '0', '1', '2.5')} per {grain})",
        f"npv({pick(draw, '10%', '0', '-50%')}, coalesce({value}, 0) per {grain})",
        f"irr({value} per {grain})",
        f"slope({value}, {pick(draw, '2 months', '3 months', '1 year')})",
    )


def keys(source: str, columns: tuple[str, ...]) -> tuple[tuple[tuple[str, ...], str], ...]:
    """Keys of groups, each with the sources that meet in it: columns of a source, or a source that it links to."""
    own = tuple(((source,), column) for column in columns)
    return (*own, ((source,), f"{columns[0]}, {columns[-1]}"), *LINKED.get(source, ()))


LINKED = {
    "orders": ((("orders",), "customers"), (("orders", "customers"), "customers"), (("orders", "items"), "orders")),
    "customers": ((("orders", "customers"), "customers"),),
    "items": ((("items",), "orders"), (("orders", "items"), "orders")),
}


def folded(draw: st.DrawFn, value: str, keys: str) -> str:
    """The values of groups put together."""
    return pick(
        draw,
        *(
            f"{function}({value} per {keys})"
            for function in ("avg", "sum", "sum", "min", "max", "median", "stddev", "product")
        ),
        f"percentile({value} per {keys}, 90%)",
        f"count({value} {pick(draw, '>', '<=', '=')} {pick(draw, '0', '1', '2.5')} per {keys})",
    )


def total(draw: st.DrawFn, value: str, columns: tuple[str, ...]) -> str:
    """A formula beside itself without the breakdown, or without some of its columns."""
    without = pick(draw, "", *(f", {column}" for column in columns))
    return pick(draw, f"({value} / total({value}{without}))", f"total({value}{without})")
