"""A small shop, of which every view was drawn by hand."""

from kpilang.graph.nouns import Graph
from kpilang.graph.views import draw, without_hubs
from kpilang.model.check import check
from kpilang.model.nouns import Model
from kpilang.syntax.parser import parse
from kpilang.text import Source

SHOP = """
owner ops "Operations" zh "运营部" <ops@example.com>
owner lead "Head of sales" zh "销售主管" <lead@example.com>
goal growth "Grow" zh "增长" { owner lead }
goal loyalty "Customers return" zh "顾客回头" { owner ops  parent growth }
goal idle "Nobody measures this" zh "无人衡量" { owner ops }
source customers "Customers" zh "顾客" from "crm.csv" {
  key id
  lives joined_on until left_on
  column region : text
}
source orders "Orders" zh "订单" from "orders.csv" {
  key id
  time day
  link customer_id -> customers as customer
  column amount : money(CNY)
  column status : text
  derive paid = status = "paid"
}
source archive from "old.csv" { key id  time day  column amount : money(CNY) }
kpi revenue "Revenue" zh "收入" { formula sum(orders.amount where paid)  unit CNY  goal growth  owner lead }
kpi order_value "Order value" zh "客单价" {
  formula revenue / count(orders)
  unit CNY
  parent revenue
  guard refunds
  owner ops
}
kpi refunds "Refunds" zh "退款" {
  formula count(orders where status = "refunded")
  unit count
  goal loyalty
  owner ops
  state draft
}
kpi north "Northern customers" zh "北方顾客" {
  formula count(distinct orders.customer_id where customer.region = "North")
  unit count
  parent order_value
}
kpi lost "Lost" zh "流失" { formula count(customers at closing)  unit count }
kpi broken "Broken" zh "有误" { formula nowhere  goal growth }
"""


def model(text: str = SHOP) -> Model:
    return check([parse(Source("shop.kpi", text))])


def view(name: str, text: str = SHOP) -> Graph:
    """A view without owners and templates."""
    return without_hubs(draw(model(text), name, {}))


def edges(graph: Graph) -> set[str]:
    """Each edge as `start tie end`, names alone."""
    return {f"{graph.nodes[each.start].name} {each.tie} {graph.nodes[each.end].name}" for each in graph.edges}


def marks(graph: Graph) -> dict[str, list[str]]:
    """The marks of the nodes that have some."""
    return {node.name: [str(mark) for mark in node.marks] for node in graph.nodes.values() if node.marks}
