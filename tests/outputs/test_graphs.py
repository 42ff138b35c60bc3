"""Graphs in every format, read back by readers of their own."""

import html
import re
from itertools import combinations
from xml.etree import ElementTree as ET

import pytest

from kpilang.graph import VIEWS
from kpilang.outputs.graphs import ENDINGS, FORMATS, render
from kpilang.outputs.graphs.svg import wrapped
from kpilang.outputs.sketch import Sketch
from kpilang.width import width
from tests.graph.support import SHOP, edges, view

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = r"""
owner ops "Ops </script><img src=x onerror=alert(1)>" <ops@example.com>
goal end "end" { owner ops }
goal subgraph "%%{init: {'theme':'dark'}}%% _em_ **b** `code` 1. list" { owner ops }
goal 目标一 "客户“满意”；</title><script>alert(1)</script>" { owner ops  parent end }
source orders "click A href \"javascript:alert(1)\"" from "data/or\"ders\\n &amp; &lt; 1.csv" {
  key id
  time t
  link manager_id -> orders as manager
  column amount : money(CNY)
  column status : text
  derive paid = status = "\"]; click x call alert(1)"
  derive boss = manager.amount * 2
}
kpi style "1. First" { formula sum(orders.amount where paid)  unit CNY  goal end  owner ops }
kpi click "- item\n## Heading [link](http://evil.example) #quot; &quot; ```" { formula style / 2  goal 目标一  guard style }
kpi 复购率 "复购率，WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW" { formula sum(orders.boss)  parent click }
kpi class "{{ }} (( )) ]] --> |x| ; \" \\ \\n A & B < C > D ~ ^ $x$ $$\\alpha$$ ﬂ°°60¶ß" { formula nowhere  goal subgraph }
kpi a_1 "Both" { formula count(orders) }
kpi a "Long, very long, so long that its box would be wider than what is beside it: nobody reads this to its end" { formula a_1 }
"""
TEXTS = [
    pytest.param(text, name, id=f"{kind}-{name}")
    for kind, text in (("shop", SHOP), ("hostile", HOSTILE))
    for name in VIEWS
]


def sketch(name, text=SHOP, **given):
    return Sketch(view(name, text), name, **given)


def in_words(drawn):
    """Each edge of a sketch with the first and last line of what its ends say, as any reader would meet them."""
    graph = drawn.graph
    said = {key: "\n".join(drawn.lines(node)) for key, node in graph.nodes.items()}
    return {(said[edge.start], said[edge.end]) for edge in graph.edges}, set(said.values())


# ---- text


def test_the_tree_of_kpis_tells_formulas_and_guards_apart():
    assert render("text", sketch("kpis")) == (
        "revenue  Revenue\n"
        "└─ order_value  Order value\n"
        "   ├─ north  Northern customers\n"
        "   ├─ formula: revenue …\n"
        "   └─ guard: refunds …\n"
        "refunds  Refunds  (draft)\n"
        "lost  Lost  (no goal, no parent)\n"
        "broken  Broken  (has errors)\n"
        "\n"
        "… in full elsewhere in the tree\n"
    )


def test_the_tree_of_goals_names_owners_and_speaks_chinese():
    assert render("text", sketch("goals", language="zh")) == (
        "growth  增长  [负责人：销售主管]\n"
        "├─ loyalty  顾客回头  [负责人：运营部]\n"
        "│  └─ refunds  退款  [负责人：运营部]  (草稿)\n"
        "├─ revenue  收入  [负责人：销售主管]\n"
        "│  └─ order_value  客单价  [负责人：运营部]\n"
        "│     └─ north  北方顾客\n"
        "└─ broken  有误  (有错误)\n"
        "idle  无人衡量  [负责人：运营部]  (没有 KPI 衡量)\n"
        "lost  流失  (无目标，无上级)\n"
    )


def test_lineage_is_drawn_in_ascii_where_nothing_else_can_be_shown():
    assert render("text", sketch("sources", ascii_only=True)) == (
        "crm.csv\n"
        "`- customers  Customers\n"
        "   |- orders.customer ...\n"
        "   `- lost  Lost\n"
        "orders.csv\n"
        "`- orders  Orders\n"
        "   |- orders.customer  customer_id -> customers\n"
        "   |  `- north  Northern customers\n"
        '   |- orders.paid  status = "paid"\n'
        "   |  `- revenue  Revenue\n"
        "   |     `- order_value ...\n"
        "   |- order_value  Order value\n"
        "   `- refunds  Refunds  (draft)\n"
        "old.csv\n"
        "`- archive  (no KPI reads it)\n"
        "broken  Broken  (has errors)\n"
        "\n"
        "... in full elsewhere in the tree\n"
    )


def test_a_chain_longer_than_recursion_goes_is_drawn():
    text = 'kpi k0 "K" { formula 1 }\n' + "".join(f'kpi k{n} "K" {{ parent k{n - 1} }}\n' for n in range(1, 1500))
    drawn = sketch("kpis", text)
    assert len(render("text", drawn).splitlines()) == 1500
    assert svg(drawn) is not None


@pytest.mark.parametrize("form", FORMATS)
def test_a_project_without_kpis_is_drawn_too(form):
    assert render(form, sketch("kpis", 'owner o "O" <o@example.com>')).endswith("\n")


def test_every_format_has_an_ending():
    assert set(ENDINGS.values()) == set(FORMATS)


# ---- Mermaid

_NODE = re.compile(r"  (\w+)(?:\[\(|\[/|\{\{|\(\[|\[\[|\[|\()\"([^\"]*)\"(?:\)\]|/\]|\}\}|\]\)|\]\]|\]|\))")
_EDGE = re.compile(r"  (\w+) (-->|-\.->\|[^|\"]+\||--o\|[^|\"]+\|) (\w+)")
_REST = re.compile(r"flowchart LR|  classDef \w+ [a-z:#0-9., -]+|  class [\w,]+ \w+")


def mermaid(written):
    """Edges and nodes by what they say; a line that is none of those known fails."""
    nodes, found = {}, []
    for line in written.splitlines():
        if match := _NODE.fullmatch(line):
            label = match[2].replace("<br/>", "\n")
            assert not re.search(r"[<>`%{}\[\]|~\"]|&(?!#)", label), label
            nodes[match[1]] = re.sub(r"#(\d+);", lambda m: chr(int(m[1])), label).replace("\u200b", "")
        elif match := _EDGE.fullmatch(line):
            found.append((match[1], match[3]))
        else:
            assert _REST.fullmatch(line), line
    return {(nodes[one], nodes[other]) for one, other in found}, set(nodes.values())


@pytest.mark.parametrize(("text", "name"), TEXTS)
def test_mermaid_says_all_nodes_and_edges_and_nothing_that_is_more_than_text(text, name):
    drawn = sketch(name, text)
    assert mermaid(render("mermaid", drawn)) == in_words(drawn)


def test_identifiers_of_mermaid_are_names_with_their_sort_and_no_keywords():
    written = render("mermaid", sketch("goals", HOSTILE))
    assert "  goal_end([" in written
    assert "  kpi__590d__8d2d__7387_[" in written
    assert '  kpi_a_1["Both<br/>a#95;1' not in written  # a `_` inside a word is no Markdown
    assert '  kpi_a_1["Both<br/>a_1' in written


def test_markdown_is_the_picture_in_its_fence():
    drawn = sketch("goals", HOSTILE)
    first, *body, last = render("markdown", drawn).splitlines()
    assert (first, last) == ("```mermaid", "```")
    assert "\n".join(body) + "\n" == render("mermaid", drawn)
    assert "`" not in "".join(body)


# ---- DOT

_STRING = r'"((?:[^"\\]|\\.)*)"'
_POINT = re.compile(rf"  (\w+) \[label={_STRING}((?:, \w+={_STRING})*)\]")
_ARROW = re.compile(rf"  (\w+) -> (\w+)(?: \[\w+={_STRING}(?:, \w+={_STRING})*\])?")


def dot(written):
    first, *lines, last = written.splitlines()
    assert re.fullmatch(r"digraph \w+ \{", first)
    assert last == "}"
    nodes, found = {}, []
    for line in lines:
        if match := _POINT.fullmatch(line):
            label = re.sub(r"\\(.)", lambda m: "\n" if m[1] == "n" else m[1], match[2])
            nodes[match[1]] = html.unescape(label)
        elif match := _ARROW.fullmatch(line):
            found.append((match[1], match[2]))
        else:
            assert re.fullmatch(r"  (graph|node|edge) \[.*\]", line), line
    return {(nodes[one], nodes[other]) for one, other in found}, set(nodes.values())


@pytest.mark.parametrize(("text", "name"), TEXTS)
def test_dot_says_all_nodes_and_edges(text, name):
    drawn = sketch(name, text)
    assert dot(render("dot", drawn)) == in_words(drawn)


# ---- SVG


def svg(drawn):
    return ET.fromstring(render("svg", drawn))  # noqa: S314 written by this test


def boxes_of_text(element, right=0.0, down=0.0):
    """Left, top, right, bottom of each text in the drawing, by the size of its letters."""
    moved = re.fullmatch(r"translate\((\S+) (\S+)\)", element.get("transform", "translate(0 0)"))
    right, down = right + float(moved[1]), down + float(moved[2])
    for each in element:
        if each.tag == f"{SVG}text":
            yield _text_box(each, right, down)
        yield from boxes_of_text(each, right, down)


def _text_box(text, right, down):
    size = {"label": 12, "head": 15}.get(text.get("class"), 11)
    x, y = float(text.get("x")) + right, float(text.get("y")) + down
    return (x, y - 0.8 * size, x + width(text.text) * 0.62 * size, y + 0.25 * size, text.text)


@pytest.mark.parametrize(("text", "name"), TEXTS)
def test_no_text_of_the_picture_lies_over_another_or_outside(text, name):
    root = svg(sketch(name, text))
    found = list(boxes_of_text(root))
    assert len(found) >= len(view(name, text).nodes)
    for one, other in combinations(found, 2):
        assert one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1], (one, other)
    for box in found:
        assert 0 <= box[0] <= box[2] <= float(root.get("width")), box
        assert 0 <= box[1] <= box[3] <= float(root.get("height")), box


@pytest.mark.parametrize(("text", "name"), TEXTS)
def test_the_picture_says_all_nodes_and_edges(text, name):
    drawn = sketch(name, text)
    root = svg(drawn)
    titles = {
        group.findtext(f"{SVG}title").partition("\n")[2]
        for group in root.iter(f"{SVG}g")
        if group.find(f"{SVG}title") is not None
    }
    assert titles == in_words(drawn)[1]
    lines = [path for path in root.iter(f"{SVG}path") if path.get("marker-end")]
    legend = [path for path in lines if re.fullmatch(r"M\S+ \S+h22", path.get("d"))]
    assert len(lines) - len(legend) == len(drawn.graph.edges)
    assert root.findtext(f"{SVG}desc").count(";") >= len(drawn.graph.edges)


@pytest.mark.parametrize(("text", "name"), TEXTS)
def test_the_picture_holds_nothing_that_runs_or_is_loaded(text, name):
    root = svg(sketch(name, text))
    assert {each.tag for each in root.iter()} <= {
        f"{SVG}{tag}" for tag in ("svg", "title", "desc", "style", "defs", "marker", "path", "rect", "g", "text")
    }
    for each in root.iter():
        assert not any(key.startswith("on") or "href" in key for key in each.attrib)
        assert all(value.startswith("url(#") for value in each.attrib.values() if "url(" in value)
    assert not re.search(r"@import|url\(|http", root.findtext(f"{SVG}style"))


def test_the_picture_is_told_to_screen_readers():
    root = svg(sketch("kpis"))
    assert root.get("role") == "img"
    ids = {each.get("id"): each.text for each in root.iter() if each.get("id")}
    title, told = (ids[name] for name in root.get("aria-labelledby").split())
    assert title == "KPIs"
    assert told == (
        "KPI: 6; revenue - breaks down into: order_value; order_value - formula: revenue;"
        " order_value - guard: refunds; order_value - breaks down into: north"
    )


def test_the_picture_has_colours_for_light_and_dark():
    light, dark = svg(sketch("kpis")).findtext(f"{SVG}style").split("@media (prefers-color-scheme: dark)")
    coloured = {rule.split(" {")[0] for rule in light.splitlines() if "#" in rule}
    assert coloured == {rule.split(" {")[0] for rule in dark.splitlines() if "#" in rule}
    assert len(coloured) > 20


def test_what_xml_cannot_hold_is_shown_as_such():
    root = svg(sketch("kpis", 'kpi k "a\ufffeb\x01c" { formula 1 }'))
    assert [text.text for text in root.iter(f"{SVG}text")][2] == "a\ufffdb\u2401c"


def test_long_texts_are_broken_at_blanks_and_cut_at_last():
    assert wrapped("one two") == ["one two"]
    assert wrapped("the quick brown fox jumps over the lazy dog") == ["the quick brown fox jumps over", "the lazy dog"]
    assert wrapped("顾客" * 12) == ["顾客" * 8 + "顾", "客" + "顾客" * 3]
    assert wrapped("word " * 100)[-1].endswith(" …")
    assert len(wrapped("word " * 100)) == 4


def test_a_thousand_kpis_are_drawn_in_every_format():
    text = 'source s from "s.csv" { key id  time t  column a : number }\n' + "".join(
        f'kpi k{n} "KPI {n}" {{ formula sum(s.a) + k{n // 7} {f"parent k{n // 5}" if n else ""} }}\n' if n
        else 'kpi k0 "KPI 0" { formula sum(s.a) }\n' for n in range(1000)
    )  # fmt: skip
    drawn = sketch("kpis", text)
    assert len(edges(drawn.graph)) == 2 * 999
    assert mermaid(render("mermaid", drawn)) == dot(render("dot", drawn)) == in_words(drawn)
    assert len(svg(drawn).findall(f".//{SVG}text")) > 2000
