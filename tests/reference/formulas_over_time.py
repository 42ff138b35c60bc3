"""Formulas made at random that look over longer windows."""

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
