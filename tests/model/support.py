"""A small project to write formulas against."""

from kpilang.model.check import check
from kpilang.syntax.parser import parse
from kpilang.text import Source

SOURCES = """
source regions { key region_id column region : text }
source customers {
  key customer_id
  lives joined_on until left_on
  link region_id -> regions as home
  column segment : text
}
source orders {
  key order_id
  time order_date
  link customer_id -> customers as customer
  column amount : money(CNY)
  column usd : money(USD)
  column talk : duration(minutes)
  column wait : duration(hours)
  column discount : percent(0..100)
  column shipped_on : date
  column status : text
  derive whole = talk + wait
  derive eur : money(EUR) = amount * 0.13
  derive lead : duration(hours) = shipped_on - 2026-01-01
}
source plan { time plan_month each month column goal : money(CNY) }
source shelf { key sku snapshot read_on complete column pieces : number }
"""


def project(text, **own_fields):
    return check([parse(Source("p.kpi", SOURCES + text))], own_fields)


def kpi(fields, name="k", before=""):
    """The KPI `k` with these fields, which must be without mistakes."""
    model = project(f'{before}\nkpi {name} "K" {{ {fields} }}')
    assert [each.message.en for each in model.diagnostics] == []
    return model.kpis[name]


def formula(text):
    return kpi(f"formula {text}").formula
