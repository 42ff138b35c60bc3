"""C102: one name for two formulas."""

from __future__ import annotations

from collections.abc import Iterator

from kpilang.diagnostics import Mark, Severity
from kpilang.lint.look import Look
from kpilang.lint.naming import acronyms, full, is_own, titles
from kpilang.lint.rule import Criterion, Document, Finding, Quality, Reach, Rule
from kpilang.lint.said import Said
from kpilang.model.nouns import Kpi
from kpilang.text import Text


def find(look: Look) -> Iterator[Finding]:
    """Each KPI in use that is called as one declared before it and computes something else."""
    first: dict[str, tuple[Kpi, Said]] = {}
    here = {kpi.name for kpi in look.living}
    for kpi in look.project.living:
        if kpi.name not in look.project.computed:
            continue
        found = None
        for name, said in _names(kpi):
            other, there = first.setdefault(name, (kpi, said))
            if found is None and look.project.computed[other.name] != look.project.computed[kpi.name]:
                found = Finding(
                    said.node.span,
                    kpi.name,
                    {"kpi": kpi.name, "other": other.name, "name": said.text if name == full(said.text) else name},
                    marks=(Mark(there.node.span, Text(f"`{other.name}`", f"`{other.name}`")),),
                )
        if found is not None and kpi.name in here:
            yield found


def _names(kpi: Kpi) -> Iterator[tuple[str, Said]]:
    """What a KPI is called, each with the text that says it."""
    for said in titles(kpi):
        yield full(said.text), said
        yield from ((short, said) for short in acronyms(said.text) if is_own(short, said.text))


RULE = Rule(
    code="C102",
    name="same-name",
    criterion=Criterion.CONSISTENT,
    severity=Severity.WARNING,
    summary=Text(
        "One label, translation or acronym for two KPIs with different formulas.",
        "两个公式不同的 KPI 用了同一个标题、译名或缩写。",
    ),
    message=Text(
        "`{kpi}` and `{other}` are both called {name}, and compute two things",
        "`{kpi}` 和 `{other}` 都叫“{name}”，算法却不同",
    ),
    label=Text("the name is taken", "这个名称已被占用"),
    why=Text(
        "two people will report two numbers under one name, and each will be right",
        "两个人会用同一个名称报出两个数，而且都说自己对",
    ),
    help=Text(
        "say in the label what sets `{kpi}` apart, or let both use one formula",
        "在标题中写明 `{kpi}` 的不同之处，或者让两者用同一个公式",
    ),
    documents=(Document.SELECTION,),
    decides=(Quality.UNDERSTANDABLE,),
    find=find,
    reach=Reach.PROJECT,
    bad=(
        """
kpi solved "Resolution rate" zh "解决率" {
  formula    share(cases where solved)
  unit       percent
  direction  higher
  period     month
  target     >= 80% for 2026
  owner      support
  goal       loyalty
}
kpi solved_well "Good resolution rate" zh "解决率" {
  formula    share(cases where solved and rating >= 4)
  unit       percent
  direction  higher
  period     month
  target     >= 60% for 2026
  owner      support
  goal       loyalty
}
""",
        """
kpi score "Net promoter score (NPS)" {
  formula    share(cases where rating = 5) - share(cases where rating <= 3)
  unit       points
  direction  higher
  period     month
  target     >= 30 points for 2026
  owner      support
  goal       loyalty
}
kpi score_of_solved "NPS" {
  formula    share(cases where rating = 5 among solved) - share(cases where rating <= 3 among solved)
  unit       points
  direction  higher
  period     month
  target     >= 30 points for 2026
  owner      support
  goal       loyalty
}
""",
    ),
    good=(
        """
kpi revenue "Revenue (B2B)" {
  formula    sum(orders.amount)
  unit       CNY
  direction  higher
  period     month
  target     >= 90000 CNY for 2026
  owner      sales
  goal       loyalty
}
kpi orders_taken "Orders (B2B)" {
  formula    count(orders)
  unit       count
  direction  higher
  period     month
  target     >= 300 for 2026
  owner      sales
  goal       loyalty
}
""",
    ),
)
