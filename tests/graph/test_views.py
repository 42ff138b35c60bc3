"""Who refers to whom, in three views, and the part of one around a name."""

import pytest

from kpilang.graph.forest import forest
from kpilang.graph.views import draw, without_hubs
from tests.graph.support import SHOP, edges, marks, model, view

KPIS = {
    "revenue parent order_value",
    "order_value formula revenue",
    "order_value guard refunds",
    "order_value parent north",
}
GOALS = {
    "growth parent loyalty",
    "growth goal revenue",
    "growth goal broken",
    "loyalty goal refunds",
    "revenue parent order_value",
    "order_value parent north",
}
OWNERS = {
    "lead owner growth",
    "ops owner loyalty",
    "ops owner idle",
    "lead owner revenue",
    "ops owner order_value",
    "ops owner refunds",
}
SOURCES = {
    "crm.csv data customers",
    "orders.csv data orders",
    "old.csv data archive",
    "orders data orders.customer",
    "customers data orders.customer",
    "orders data orders.paid",
    "orders.paid data revenue",
    "revenue data order_value",
    "orders data order_value",
    "orders data refunds",
    "orders.customer data north",
    "customers data lost",
}


@pytest.mark.parametrize(("name", "drawn"), [("kpis", KPIS), ("goals", GOALS), ("sources", SOURCES)])
def test_each_view_has_the_edges_drawn_by_hand(name, drawn):
    assert edges(view(name)) == drawn


def test_what_stands_alone_and_what_is_wrong_is_there_and_marked():
    assert marks(view("kpis")) == {"refunds": ["draft"], "lost": ["loose"], "broken": ["unsound"]}
    assert marks(view("goals")) == {**marks(view("kpis")), "idle": ["unmeasured"]}
    assert marks(view("sources")) == {"archive": ["unread"], "refunds": ["draft"], "broken": ["unsound"]}


def test_the_source_whose_rows_are_groups_is_read_too():
    each = 'kpi each "Each" { formula avg(count(orders) per customers) }'
    found = edges(view("sources", SHOP + each))
    assert found - SOURCES == {"orders data each", "customers data each"}


def test_a_kpi_without_formula_reads_no_source():
    assert marks(view("sources", 'kpi feeling "Feeling" { nature qualitative }')) == {"feeling": ["sourceless"]}


def test_owners_are_drawn_only_where_somebody_asks_for_one():
    whole = draw(model(), "goals", {})
    assert edges(whole) == GOALS | OWNERS
    keys = frozenset(whole.named("lead"))
    assert edges(without_hubs(whole, keys).around(keys, 1)) == {
        "lead owner growth",
        "lead owner revenue",
        "growth goal revenue",
    }


def test_a_template_is_drawn_where_somebody_asks_for_it():
    text = """
source s from "s.csv" { key id  time t  column a : number  column b : number }
template ratio(top, below) "Ratio" { formula top / below }
kpi x "X" is ratio(top: sum(s.a), below: sum(s.b)) { }
"""
    assert edges(view("kpis", text)) == set()
    assert edges(draw(model(text), "kpis", {})) == {"ratio template x"}


def test_around_a_name_are_so_many_steps_up_and_down_but_not_to_the_side():
    graph = view("kpis")
    assert edges(graph.around(graph.named("refunds"), 1)) == {"order_value guard refunds"}
    lines = view("sources")
    near = lines.around(lines.named("orders"), 1)
    assert {node.name for node in near.nodes.values()} == {
        "orders", "orders.csv", "orders.customer", "orders.paid", "order_value", "refunds",
    }  # fmt: skip
    assert "revenue" in {node.name for node in lines.around(lines.named("orders"), 2).nodes.values()}


def test_a_part_has_all_that_it_rests_on():
    lines = view("sources")
    part = lines.resting(lines.named("order_value"))
    assert {node.name for node in part.nodes.values()} == {
        "orders.csv",
        "orders",
        "orders.paid",
        "revenue",
        "order_value",
    }
    kpis = view("kpis")
    part = kpis.resting(kpis.named("north"))
    assert {node.name for node in part.nodes.values()} == {"north", "order_value", "revenue", "refunds"}


def test_settings_say_where_a_source_is_read_from():
    graph = draw(model(), "sources", {"orders": "tests/orders.csv"})
    assert "tests/orders.csv data orders" in edges(graph)
    assert graph.named("orders.csv") == ()


def test_what_a_wrong_formula_names_is_drawn():
    text = """
source s from "s.csv" { key id  time t  column a : number }
kpi one "One" { formula sum(s.a) + two + nowhere }
kpi two "Two" { formula sum(s.a) }
"""
    assert edges(view("kpis", text)) == {"one formula two"}
    assert edges(view("sources", text)) >= {"s data one", "two data one"}


def test_a_derived_column_behind_a_link_is_read_through_both():
    text = """
source p from "p.csv" { key id  column cost : number  derive dear = cost > 5 }
source s from "s.csv" { key id  time t  link p_id -> p as item }
kpi dear "Dear" { formula count(s where item.dear) }
"""
    assert {each for each in edges(view("sources", text)) if each.endswith(" dear")} == {
        "s.item data dear", "p.dear data dear",
    }  # fmt: skip


def test_each_node_has_one_place_in_the_trees():
    trees = forest(view("kpis"))
    assert trees.roots == ("kpi:revenue", "kpi:refunds", "kpi:lost", "kpi:broken")
    assert {key: edge.start for key, edge in trees.hangs.items()} == {
        "kpi:order_value": "kpi:revenue",
        "kpi:north": "kpi:order_value",
    }


def test_kpis_that_name_each_other_in_a_circle_keep_a_place():
    text = """
kpi a "A" { formula b + 1  parent c }
kpi b "B" { formula a + 1  parent a }
kpi c "C" { formula 1  parent b }
"""
    trees = forest(view("kpis", text))
    assert trees.roots == ("kpi:a",)
    assert edges(view("kpis", text)) == {"a formula b", "b formula a", "c parent a", "a parent b", "b parent c"}


def test_a_kpi_used_in_a_formula_hangs_beneath_it_where_it_has_no_parent():
    text = 'kpi whole "W" { formula part / 2 }\nkpi part "P" { formula 2 }'
    assert forest(view("kpis", text)).roots == ("kpi:whole",)
