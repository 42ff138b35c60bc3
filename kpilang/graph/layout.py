"""Where the boxes and lines of a drawing lie: layers from left to right, each group of nodes below the one before."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import accumulate, pairwise

from kpilang.graph.layers import Pair, components, forward, layers
from kpilang.graph.ordering import Row, ordered
from kpilang.record import record

Point = tuple[float, float]
ACROSS, BETWEEN, GROUPS, LANE = 72.0, 14.0, 26.0, 6.0
"""The gaps between layers, between boxes of one layer, between groups; the height that a passing line takes."""
SETTLINGS = 8
ROW_OF_SINGLES = 4


@record
class Box:
    """A box by its left upper corner."""

    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        return self.y + self.height / 2


@record
class Drawing:
    """Boxes by key, for each edge the points that its line passes, and how large all that is."""

    width: float
    height: float
    boxes: Mapping[str, Box]
    lines: tuple[tuple[Point, ...], ...]


def layout(sizes: Mapping[str, tuple[float, float]], edges: Sequence[Pair]) -> Drawing:
    """Boxes of these widths and heights, none over another, and lines that pass between them. Where edges form a circle,
    the last of them leads back."""
    kept = forward(sizes, edges)
    turned = [pair if ahead else (pair[1], pair[0]) for pair, ahead in zip(edges, kept, strict=True)]
    level = layers(sizes, [(start, end) for start, end in turned if start != end])
    lanes = [_chain(number, pair, level) for number, pair in enumerate(turned)]
    columns = _columns(sizes, level, lanes)
    boxes = _stacked(sizes, level, lanes, columns)
    ends = {key: sum(columns[number]) for key, number in level.items() if number in columns}
    ways = _lines(lanes, boxes, ends)
    lines = tuple(way if ahead else way[::-1] for way, ahead in zip(ways, kept, strict=True))
    shown = {key: boxes[key] for key in sizes}
    wide = max((box.x + box.width for box in shown.values()), default=0.0)
    return Drawing(wide, max((box.y + box.height for box in boxes.values()), default=0.0), shown, lines)


def _stacked(
    sizes: Mapping[str, tuple[float, float]],
    level: Mapping[str, int],
    lanes: Sequence[Row],
    columns: Mapping[int, tuple[float, float]],
) -> dict[str, Box]:
    """The boxes and lanes of all groups, each group below the one before; what is joined to nothing below them all."""
    inner = [chain for chain in lanes if chain[0] != chain[-1]]
    groups = components(sizes, [(chain[0], chain[-1]) for chain in inner])
    home = {key: number for number, group in enumerate(groups) for key in group}
    chains: dict[int, list[Row]] = {}
    for chain in inner:
        chains.setdefault(home[chain[0]], []).append(chain)
    singles = [group[0] for group in groups if len(group) == 1]
    boxes: dict[str, Box] = {}
    top = 0.0
    for number, group in enumerate(groups):
        if len(group) > 1:
            placed = _group(group, chains[number], level, sizes, columns)
            low = min(box.y for box in placed.values())
            boxes.update((key, Box(box.x, box.y - low + top, box.width, box.height)) for key, box in placed.items())
            top += max(box.y + box.height for box in placed.values()) - low + GROUPS
    boxes.update(_grid(singles, sizes, top))
    return boxes


def _columns(
    sizes: Mapping[str, tuple[float, float]], level: Mapping[str, int], lanes: Sequence[Row]
) -> Mapping[int, tuple[float, float]]:
    """Where each layer begins and how wide it is; what is joined to nothing lies in none."""
    joined = {key for chain in lanes if chain[0] != chain[-1] for key in (chain[0], chain[-1])}
    widest: dict[int, float] = {}
    for key, number in level.items():
        if key in joined:
            widest[number] = max(widest.get(number, 0.0), sizes[key][0])
    widths = [widest[number] for number in sorted(widest)]
    starts = accumulate((width + ACROSS for width in widths[:-1]), initial=0.0)
    return dict(zip(sorted(widest), zip(starts, widths, strict=False), strict=False))


def _chain(number: int, pair: Pair, level: Mapping[str, int]) -> Row:
    """An edge from layer to layer: its ends, and between them a lane in each layer that it passes."""
    start, end = pair
    between = [f"\0{number}:{at}" for at in range(level[start] + 1, level[end])]
    return [start, *between, end]


def _group(
    group: Row,
    chains: Sequence[Row],
    level: Mapping[str, int],
    sizes: Mapping[str, tuple[float, float]],
    columns: Mapping[int, tuple[float, float]],
) -> Mapping[str, Box]:
    """The boxes and lanes of nodes that hang together."""
    first, last = min(level[key] for key in group), max(level[key] for key in group)
    rows: list[Row] = [[] for _ in range(first, last + 1)]
    where = {key: level[key] for key in group}
    for chain in chains:
        where.update((lane, level[chain[0]] + at) for at, lane in enumerate(chain[1:-1], 1))
    for key, number in where.items():
        rows[number - first].append(key)
    joined = [pair for chain in chains for pair in pairwise(chain)]
    rows = ordered(rows, joined)
    height = {key: sizes[key][1] if key in sizes else LANE for key in where}
    middles = _middles(rows, joined, height)
    found: dict[str, Box] = {}
    for key, number in where.items():
        x, width = columns[number]
        wide = sizes[key][0] if key in sizes else width
        found[key] = Box(x, middles[key] - height[key] / 2, wide, height[key])
    return found


def _middles(rows: Sequence[Row], joined: Sequence[Pair], height: Mapping[str, float]) -> dict[str, float]:
    """The height at which the middle of each lies: as near to its neighbours as order and gaps allow."""
    near: dict[str, list[str]] = {key: [] for row in rows for key in row}
    ahead: dict[str, list[str]] = {key: [] for row in rows for key in row}
    for start, end in joined:
        near[end].append(start)
        ahead[start].append(end)
    found: dict[str, float] = {}
    for row in rows:
        steps = accumulate((height[key] + BETWEEN for key in row), initial=0.0)
        total = sum(height[key] + BETWEEN for key in row)
        found.update((key, step - total / 2 + height[key] / 2) for key, step in zip(row, steps, strict=False))
    for turn in range(SETTLINGS):
        whole = turn >= SETTLINGS - 2
        for row in rows if turn % 2 == 0 else reversed(rows):
            wanted = []
            for key in row:
                others = near[key] + ahead[key] if whole else (near if turn % 2 == 0 else ahead)[key]
                wanted.append(sum(found[each] for each in others) / len(others) if others else found[key])
            found.update(zip(row, settled(wanted, [height[key] for key in row]), strict=True))
    return found


def settled(wanted: Sequence[float], heights: Sequence[float]) -> list[float]:
    """The middles nearest to those wanted, by least squares, in this order and with gaps between them."""
    steps = [0.0]
    for one, other in pairwise(heights):
        steps.append(steps[-1] + (one + other) / 2 + BETWEEN)
    pools: list[tuple[float, int]] = []
    for middle, step in zip(wanted, steps, strict=True):
        total, count = middle - step, 1
        while pools and pools[-1][0] / pools[-1][1] >= total / count:
            before, number = pools.pop()
            total, count = total + before, count + number
        pools.append((total, count))
    levels = [total / count for total, count in pools for _ in range(count)]
    return [level + step for level, step in zip(levels, steps, strict=True)]


def _grid(singles: Sequence[str], sizes: Mapping[str, tuple[float, float]], top: float) -> dict[str, Box]:
    """What is joined to nothing, in a few columns below the rest."""
    found: dict[str, Box] = {}
    wide = max((sizes[key][0] for key in singles), default=0.0) + BETWEEN
    for at in range(0, len(singles), ROW_OF_SINGLES):
        row = singles[at : at + ROW_OF_SINGLES]
        found.update((key, Box(number * wide, top, *sizes[key])) for number, key in enumerate(row))
        top += max(sizes[key][1] for key in row) + BETWEEN
    return found


def _lines(lanes: Sequence[Row], boxes: Mapping[str, Box], ends: Mapping[str, float]) -> list[tuple[Point, ...]]:
    """For each edge the points from the right side of its start, level to where its layer `ends`, so that it passes over no
    wider box, to the left side of its end; an edge from a node to itself keeps to its right side."""
    right, left = dict[str, list[int]](), dict[str, list[int]]()
    for number, chain in enumerate(lanes):
        right.setdefault(chain[0], []).append(number)
        left.setdefault(chain[-1], []).append(number)
    starts = {key: _ports(boxes[key], ends, lambda n: boxes[lanes[n][1]].middle) for key, ends in right.items()}
    stops = {key: _ports(boxes[key], ends, lambda n: boxes[lanes[n][-2]].middle) for key, ends in left.items()}
    found: list[tuple[Point, ...]] = []
    for number, (start, *between, end) in enumerate(lanes):
        box, there = boxes[start], boxes[end]
        out = (box.x + box.width, starts[start][number])
        if start == end:
            found.append((out, (out[0], box.y + box.height - 2)))
            continue
        passed = [boxes[key] for key in between]
        lane = [point for each in passed for point in ((each.x, each.middle), (each.x + each.width, each.middle))]
        level = ((ends[start], out[1]),) if ends[start] > out[0] + 1 else ()
        found.append((out, *level, *lane, (there.x, stops[end][number])))
    return found


def _ports(box: Box, numbers: Sequence[int], other: Callable[[int], float]) -> Mapping[int, float]:
    """Where on a side of a box each line begins or ends, in the order of where they lead."""
    order = sorted(numbers, key=other)
    return {number: box.y + box.height * (at + 1) / (len(order) + 1) for at, number in enumerate(order)}
