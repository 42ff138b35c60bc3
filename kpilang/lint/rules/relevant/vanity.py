"""R110: a stock that can only rise."""

from __future__ import annotations

from collections.abc import Iterator

from kpilang.diagnostics import Severity
from kpilang.lint.kinds import cumulative
from kpilang.lint.look import Look
from kpilang.lint.places import at
from kpilang.lint.rule import Criterion, Document, Finding, Quality, Reach, Rule
from kpilang.text import Text


def find(look: Look) -> Iterator[Finding]:
    """KPIs in use that want more of what can only become more."""
    for kpi in look.kpis:
        line = kpi.first("formula")
        if kpi.state == "active" and kpi.direction == "higher" and line is not None and cumulative(kpi):
            yield at(kpi, line)


RULE = Rule(
    code="R110",
    name="vanity",
    criterion=Criterion.RELEVANT,
    severity=Severity.INFO,
    summary=Text(
        "A stock or total that can only rise (cumulative sign-ups, total followers) as an active KPI of which more is "
        "better.",
        "只增不减的存量或累计数（累计注册、粉丝总数）用作在用的 KPI，而且越高越好。",
    ),
    message=Text("`{kpi}` can only rise", "`{kpi}` 只增不减"),
    label=Text("everything since the beginning", "从一开始累计至今"),
    why=Text(
        "it looks good whatever is done: a bad month hardly shows, so it answers to no change and informs no decision",
        "做得好坏它都上升：差的一个月几乎看不出来，既不反映变化，也支持不了决策",
    ),
    help=Text(
        "measure what came in the period, `count(… )` by month, or how many of them are still active",
        "改为衡量本期新增，例如按月 `count(…)`，或者其中仍然活跃的有多少",
    ),
    documents=(Document.GUIDE,),
    decides=(Quality.RESPONSIVE,),
    find=find,
    reach=Reach.DECLARATION,
    bad=(
        """
source channels "Channels" from "channels.csv" {
  key       channel
  snapshot  read_on complete
  column    followers : integer
  collected "Marketing platform" every week
}

kpi followers "Total followers" {
  formula    sum(channels.followers at closing)
  unit       count
  direction  higher
  period     month
  target     >= 52000 for 2026
  owner      sales
  goal       loyalty
}
""",
        """
kpi orders_so_far "累计订单数" {
  formula    count(orders)
  unit       count
  direction  higher
  period     all
  target     >= 100000 for 2026
  owner      sales
  goal       loyalty
}
""",
    ),
    good=(
        """
source staff "Staff" from "staff.csv" {
  key       person
  lives     hired_on until left_on
  collected "Personnel system" every day
}

kpi headcount "Total headcount" {
  formula    count(staff at closing)
  unit       count
  direction  higher
  period     month
  target     >= 120 for 2026
  owner      sales
  goal       loyalty
}
""",
        """
kpi orders_placed "Total orders" {
  formula    count(orders)
  unit       count
  direction  higher
  period     month
  target     >= 5000 for 2026
  owner      sales
  goal       loyalty
}
""",
    ),
)
