"""Programs made from the grammar's own rules, with comments and blanks strewn in."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import strategies as st

from kpilang.syntax.engine import engine

WORDS = {
    "NAME": ["amount", "orders", "where", "unit", "订单", "x1", "money", "target", "customer_segment_of_the_order"],
    "STRING": [
        '"a"',
        '""',
        '"# no comment"',
        '"say \\"x\\""',
        '"一段很长的中文文字，用来占去许多列"',
        '"' + "long " * 12 + '"',
    ],
    "NUMBER": ["1", "0.5", "12.25", "100000"],
    "YEAR": ["2026", "1999"],
    "PERIOD": ["2026-Q1", "FY2026", "2026-01-31", "2026-W05", "FY2026-H1"],
    "PATTERN": ["4-4-5", "5-4-4"],
    "CLOCK": ["09:00", "24:00"],
    "UNIT": ["hours", "points", "kWh"],
    "CURRENCY": ["CNY", "USD"],
    "PERCENT": ["%"],
    "ADDRESS": ["<a@b.example>"],
    "LANGUAGE": ["zh", "zh-TW"],
    "STARTS_WITH": ["starts with", "starts  \n with"],
    "FOLLOWED_BY": ["followed by", "followed  \n by"],
    "FISCAL_GRAIN": ["fiscal quarter", "fiscal  \n year"],
}
GAPS = [" ", " ", " ", "  ", "\n", "\n\n", "\n\n\n", "\t", "\r\n", "　"]
REMARKS = [" # why\n", "\n# a line of its own\n", "\n\n  # 中文\n\n", " #\n", " # kpi: ignore[O101]: because\n"]


def _rules() -> dict[str, list[list[str]]]:
    found: dict[str, list[list[str]]] = {}
    for rule in engine().lark.rules:
        found.setdefault(str(rule.origin.name), []).append([str(each.name) for each in rule.expansion])
    return found


def _depths(rules: dict[str, list[list[str]]]) -> dict[str, int]:
    """The fewest levels below each rule."""
    depths: dict[str, int] = {}
    while len(depths) < len(rules):
        for origin, ways in rules.items():
            known = [
                max((0 if each not in rules else depths[each] + 1 for each in way), default=0)
                for way in ways
                if all(each not in rules or each in depths for each in way)
            ]
            if known and origin not in depths:
                depths[origin] = min(known)
    return depths


def texts() -> st.SearchStrategy[str]:
    """Texts of files. Most are sound; a word that is a keyword where it stands makes some of them none."""
    rules = _rules()
    depths = _depths(rules)
    fixed = {each.name: each.pattern.value for each in engine().lark.terminals if each.pattern.type == "str"}

    def words(draw: Callable[..., object], symbol: str, left: int) -> list[str]:
        if symbol not in rules:
            return [str(draw(st.sampled_from(WORDS[symbol])))] if symbol in WORDS else [fixed[symbol]]
        ways = [way for way in rules[symbol] if all(depths.get(each, 0) < left for each in way)]
        ways = ways or [min(rules[symbol], key=lambda way: max((depths.get(each, 0) for each in way), default=0))]
        return [word for each in draw(st.sampled_from(ways)) for word in words(draw, each, left - 1)]

    @st.composite
    def program(draw: Callable[..., object]) -> str:
        found: list[str] = []
        for _ in range(draw(st.integers(1, 4))):
            kind = draw(st.sampled_from(["calendar", "defaults", "owner", "goal", "source", "template", "kpi", "kpi"]))
            found += words(draw, str(kind), 40)
            if kind == "kpi":
                found[-1:] = ["formula", *words(draw, "expr", draw(st.integers(5, 60))), "}"]
        gaps = draw(st.lists(st.sampled_from([*GAPS, *GAPS, *REMARKS]), min_size=len(found), max_size=len(found)))
        return "".join(word + str(gap) for word, gap in zip(found, gaps, strict=True))

    return program()
