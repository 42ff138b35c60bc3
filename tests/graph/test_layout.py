"""Boxes and lines: nothing lies over anything else, whatever the graph."""

from itertools import combinations, pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from kpilang.graph.layers import forward, layers
from kpilang.graph.layout import layout, settled
from kpilang.graph.ordering import crossings, ordered

NAMES = [f"n{number}" for number in range(12)]
SIZES = st.fixed_dictionaries(
    {name: st.tuples(st.floats(20, 200), st.floats(20, 80)) for name in NAMES[:4]},
    optional={name: st.tuples(st.floats(20, 200), st.floats(20, 80)) for name in NAMES[4:]},
)


@st.composite
def graphs(draw):
    sizes = draw(SIZES)
    ends = st.sampled_from(sorted(sizes))
    return sizes, draw(st.lists(st.tuples(ends, ends), max_size=20))


def inside(box, x, y):
    return box.x + 0.5 < x < box.x + box.width - 0.5 and box.y + 0.5 < y < box.y + box.height - 0.5


@settings(max_examples=60, deadline=None)
@given(graphs())
def test_no_box_lies_over_another_and_all_lie_in_the_drawing(graph):
    sizes, edges = graph
    drawing = layout(sizes, edges)
    assert set(drawing.boxes) == set(sizes)
    for one, other in combinations(drawing.boxes.values(), 2):
        apart_x = one.x + one.width <= other.x or other.x + other.width <= one.x
        assert apart_x or one.y + one.height <= other.y + 1e-6 or other.y + other.height <= one.y + 1e-6
    for key, box in drawing.boxes.items():
        assert (box.width, box.height) == sizes[key]
        assert -1e-6 <= box.x <= box.x + box.width <= drawing.width + 1e-6
        assert -1e-6 <= box.y <= box.y + box.height <= drawing.height + 1e-6


@settings(max_examples=60, deadline=None)
@given(graphs())
def test_each_line_begins_and_ends_at_its_boxes_and_bends_outside_of_all(graph):
    sizes, edges = graph
    drawing = layout(sizes, edges)
    for (start, end), points in zip(edges, drawing.lines, strict=True):
        for key, (x, y) in ((start, points[0]), (end, points[-1])):
            box = drawing.boxes[key]
            assert min(abs(x - box.x), abs(x - box.x - box.width)) < 1e-6
            assert box.y < y < box.y + box.height
        assert not any(inside(box, x, y) for box in drawing.boxes.values() for x, y in points)
        level = [(one, other) for one, other in pairwise(points) if one[1] == other[1]]
        for (x, y), (there, _) in level:
            middle = (x + there) / 2
            assert not any(inside(box, middle, y) for box in drawing.boxes.values())


def test_layers_follow_the_longest_way_and_what_begins_stands_right_before_what_it_leads_to():
    found = layers("abcde", [("a", "b"), ("b", "c"), ("a", "c"), ("d", "c")])
    assert dict(found) == {"a": 0, "b": 1, "c": 2, "d": 1, "e": 0}


def test_the_edge_that_closes_a_circle_is_followed_the_other_way():
    assert forward("abc", [("a", "b"), ("b", "c"), ("c", "a"), ("a", "c"), ("b", "b")]) == (
        True,
        True,
        False,
        True,
        True,
    )


def test_rows_are_ordered_until_no_edge_crosses():
    rows = [["a", "b"], ["x", "y"]]
    crossed = {"a": ["y"], "b": ["x"], "x": [], "y": []}
    assert crossings(rows, crossed) == 1
    found = ordered(rows, [("a", "y"), ("b", "x")])
    assert crossings(found, crossed) == 0


def test_boxes_settle_where_they_want_to_be_as_far_as_others_allow():
    assert settled([0.0, 100.0], [20.0, 20.0]) == [0.0, 100.0]
    assert settled([50.0, 50.0], [20.0, 20.0]) == [33.0, 67.0]  # 34 apart: 10 + 10 of the boxes, 14 between


def test_a_line_of_a_thousand_boxes_is_laid_out():
    names = [f"n{number}" for number in range(1000)]
    drawing = layout(dict.fromkeys(names, (10.0, 10.0)), list(pairwise(names)))
    assert len({box.y for box in drawing.boxes.values()}) == 1
