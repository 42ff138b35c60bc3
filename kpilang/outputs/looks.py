"""The looks of a drawing: colours for a light and a dark ground, by sort of node and of edge."""

from __future__ import annotations

from kpilang.graph.nouns import Mark, Sort

_GROUND = {"ground": ("#ffffff", "#0d1117"), "text": ("#1f2328", "#e6edf3"), "soft": ("#59636e", "#9aa4af")}
_LINES = {"plain": ("#818b98", "#6e7681"), "formula": ("#1a7f37", "#3fb950"), "guard": ("#9a6700", "#d29922")}
_BOXES = {
    Sort.FILE: (("#f6f8fa", "#818b98"), ("#161b22", "#6e7681")),
    Sort.SOURCE: (("#dff6f4", "#0f766e"), ("#0c2f2d", "#2dd4bf")),
    Sort.LINK: (("#ffffff", "#0f766e"), ("#0d1117", "#2dd4bf")),
    Sort.DERIVED: (("#eef9f8", "#5b9c96"), ("#10211f", "#3f8f86")),
    Sort.KPI: (("#e8f1fd", "#2f6fd0"), ("#12233c", "#58a6ff")),
    Sort.GOAL: (("#f3e8fd", "#8250df"), ("#26173d", "#bc8cff")),
    Sort.OWNER: (("#fff1e5", "#bc4c00"), ("#33200f", "#f0883e")),
    Sort.TEMPLATE: (("#f6f8fa", "#57606a"), ("#161b22", "#8b949e")),
}
"""For each sort the inside and the rim of a box, light and dark."""
_NOTED = ("#bf6a02", "#d29922")
_WRONG = ("#cf222e", "#f85149")
_OUT_OF_USE = (Mark.DRAFT, Mark.DEPRECATED, Mark.REPLACED)
_SHAPES = """
.kpi-graph text { font-family: system-ui, -apple-system, "Segoe UI", "Noto Sans", "PingFang SC", "Microsoft YaHei", \
"Noto Sans CJK SC", sans-serif; font-size: 11px }
.kpi-graph .head { font-size: 15px; font-weight: 600 }
.kpi-graph .label { font-size: 12px }
.kpi-graph .edges path { fill: none; stroke-width: 1.3 }
.kpi-graph .formula { stroke-dasharray: 6 4 }
.kpi-graph .guard { stroke-dasharray: 2 3 }
.kpi-graph .node rect { stroke-width: 1.2 }
.kpi-graph .cross { fill: none; stroke-width: 1.6 }
"""


def _colours(at: int) -> list[str]:
    """The rules for one ground: 0 is light, 1 is dark."""
    rules = [
        f".kpi-graph .ground {{ fill: {_GROUND['ground'][at]} }}",
        f".kpi-graph text {{ fill: {_GROUND['text'][at]} }}",
        f".kpi-graph .small {{ fill: {_GROUND['soft'][at]} }}",
    ]
    for kind, colours in _LINES.items():
        rules.append(f".kpi-graph .edges .{kind} {{ stroke: {colours[at]} }}")
        rules.append(f".kpi-graph .tip-{kind} {{ fill: {colours[at]} }}")
    for sort, looks in _BOXES.items():
        inside, rim = looks[at]
        rules.append(f".kpi-graph .{sort} rect {{ fill: {inside}; stroke: {rim} }}")
    noted = ", ".join(f".kpi-graph .{mark} rect" for mark in Mark if mark not in (Mark.UNSOUND, *_OUT_OF_USE))
    faded = ", ".join(f".kpi-graph .{mark} rect" for mark in _OUT_OF_USE)
    rules += [
        f"{noted} {{ stroke: {_NOTED[at]}; stroke-dasharray: 5 3 }}",
        f"{faded} {{ fill: {_GROUND['ground'][at]}; stroke: {_GROUND['soft'][at]}; stroke-dasharray: 2 2 }}",
        f".kpi-graph .remark {{ fill: {_NOTED[at]} }}",
        f".kpi-graph .unsound rect {{ stroke: {_WRONG[at]}; stroke-width: 2 }}",
        f".kpi-graph .cross {{ stroke: {_WRONG[at]} }}",
        f".kpi-graph .unsound .remark {{ fill: {_WRONG[at]} }}",
    ]
    return rules


def css() -> str:
    """The whole sheet: what is dark is used where the reader's system says so."""
    dark = "\n".join(_colours(1))
    light = "\n".join(_colours(0))
    return f"{_SHAPES}{light}\n@media (prefers-color-scheme: dark) {{\n{dark}\n}}\n"
