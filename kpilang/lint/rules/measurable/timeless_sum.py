"""M111: a sum or count over a source without time, in a KPI with a period."""

from __future__ import annotations

from collections.abc import Iterator

from kpilang.diagnostics import Mark, Severity
from kpilang.lint.formula import place
from kpilang.lint.look import Look
from kpilang.lint.rule import Criterion, Finding, Quality, Reach, Rule
from kpilang.model.expr import Aggregate, Expr, Use
from kpilang.model.nouns import DataSource, Kpi
from kpilang.text import Text

NO_TIME = Text("declared without `time`, `snapshot` or `lives`", "声明里没有 `time`、`snapshot` 或 `lives`")


def find(look: Look) -> Iterator[Finding]:
    """Sums and counts that are the same in every period, the first of each KPI in use that has a period."""
    for kpi in look.living:
        if kpi.formula is None or kpi.period in (None, "all"):
            continue
        found = next(_timeless(kpi.formula, look), None)
        if found is not None:
            yield _finding(kpi, *found, look)


def _timeless(formula: Expr, look: Look) -> Iterator[tuple[Expr, Aggregate]]:
    """Each such aggregate with the part of the formula it is in; one in a used KPI counts where that has no period."""
    waiting: list[tuple[Expr, Expr]] = [(formula, formula)]
    while waiting:
        part, stands = waiting.pop()
        if isinstance(part, Aggregate):
            source = look.model.sources[part.source]
            if part.function in ("sum", "count") and source.timeless and source.sound and part.on is None:
                yield (stands if isinstance(stands, Use) else part), part
        elif not isinstance(part, Use):
            waiting += [(each, stands) for each in reversed(part.children)]
        elif look.model.kpis[part.kpi].period in (None, "all"):
            waiting.append((part.value, stands if isinstance(stands, Use) else part))


def _finding(kpi: Kpi, part: Expr, aggregate: Aggregate, look: Look) -> Finding:
    source = look.model.sources[aggregate.source]
    values = {"kpi": kpi.name, "text": aggregate.text, "source": source.name, "period": kpi.period}
    return Finding(place(kpi, part), kpi.name, values, marks=(_declared(source),))


def _declared(source: DataSource) -> Mark:
    name = source.declaration.name
    return Mark(name.span if name else source.declaration.head, NO_TIME)


RULE = Rule(
    code="M111",
    name="timeless-sum",
    criterion=Criterion.MEASURABLE,
    severity=Severity.WARNING,
    summary=Text(
        "A sum or count over a source without time, in a KPI with any period but `all`.",
        "KPI 有统计周期，却对没有时间的数据源求和或计数。",
    ),
    message=Text(
        "`{text}` in `{kpi}` is the same in every {period}: the rows of `{source}` have no time",
        "`{kpi}` 中的 `{text}` 在每个统计周期都一样：`{source}` 的行没有时间",
    ),
    label=Text("all rows, whatever the period", "无论哪个期间都是全部的行"),
    why=Text(
        "each period shows what is in the table today, so that history changes whenever a row is added, and no progress is seen",
        "每个期间显示的都是表里今天的内容：增加一行，历史全变，也看不出任何进展",
    ),
    help=Text(
        "say in source `{source}` how its rows lie in time: `time …`, `lives … until …` or `snapshot …`; or write `period all`",
        "在数据源 `{source}` 中写明行的时间：`time …`、`lives … until …` 或 `snapshot …`；或者写 `period all`",
    ),
    decides=(Quality.RESPONSIVE, Quality.PROGRESS),
    find=find,
    reach=Reach.DECLARATION,
    bad=(
        """
source stores from "stores.csv" {
  key       store_id
  column    city : text
  collected "Property list" every month
}

kpi store_count "Stores" {
  formula    count(stores)
  unit       count
  direction  higher
  period     month
  target     >= 40 for 2026
  owner      sales
  goal       loyalty
}
""",
        """
source 员工 from "staff.csv" {
  key       工号
  column    月薪 : money(CNY)
  collected "人事系统" every month
}

kpi 工资总额 "工资总额" {
  formula    sum(员工.月薪)
  unit       CNY
  direction  lower
  period     month
  target     <= 900000 CNY for 2026
  owner      sales
  goal       loyalty
}
""",
    ),
    good=(
        """
source stores from "stores.csv" {
  key       store_id
  lives     opened_on until closed_on
  collected "Property list" every month
}

kpi store_count "Stores" {
  formula    count(stores at closing)
  unit       count
  direction  higher
  period     month
  target     >= 40 for 2026
  owner      sales
  goal       loyalty
}
""",
        """
source stores from "stores.csv" {
  key       store_id
  column    city : text
  collected "Property list" every month
}

kpi store_count "Stores" {
  formula    count(stores)
  unit       count
  direction  higher
  period     all
  target     >= 40
  owner      sales
  goal       loyalty
}
""",
    ),
)
