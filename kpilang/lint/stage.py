"""What every rule's examples stand among, so that an example shows only what matters to it: a day, and declarations."""

from __future__ import annotations

import datetime as dt

AS_OF = dt.date(2026, 6, 30)
STAGE = """\
owner support "Head of support" <support@example.com>
owner sales "Head of sales" <sales@example.com>

goal loyalty "Customers who come back" { owner support  for 2026 }

source cases from "cases.csv" {
  key       case_id
  time      opened_on
  column    rating : integer in 1..5
  column    solved : bool
  collected "Case system" every day
}

source orders from "orders.csv" {
  key       order_id
  time      ordered_on
  column    customer_id : text
  column    amount : money(CNY)
  collected "Shop" every day
}
"""
