"""C106: a declaration that nothing uses."""

from __future__ import annotations

from collections.abc import Iterator

from kpilang.diagnostics import Severity
from kpilang.lint import usage
from kpilang.lint.look import Look
from kpilang.lint.places import head
from kpilang.lint.rule import Criterion, Document, Finding, Option, Reach, Rule
from kpilang.lint.settings import LintSettings, RuleSettings
from kpilang.syntax import tree
from kpilang.text import Text

COLUMNS = Option[bool](
    "columns",
    False,
    Text(
        "whether columns are looked at too, though `--by` and `--where` may ask for them",
        "是否也检查列（列也可能只用于 `--by` 和 `--where`）",
    ),
)
_SORTS = {
    "source": Text("source", "数据源"),
    "column": Text("column", "列"),
    "owner": Text("owner", "负责人"),
    "goal": Text("goal", "目标"),
    "template": Text("template", "模板"),
}


def find(look: Look) -> Iterator[Finding]:
    """Sources, columns, owners, goals and templates that nothing names; silent on those of a kind in a project in which a
    KPI could not be read, since that may be what uses them."""
    model = look.model
    if any(look.unread(kpi) or (kpi.formula is None and not kpi.sound) for kpi in model.kpis.values()):
        return
    yield from _unused("owner", [each.declaration for each in look.owners], usage.owners(model))
    yield from _unused("goal", [each.declaration for each in look.goals], usage.goals(model))
    here = [each.declaration for each in model.templates.values() if each.declaration.span.source.path in look.paths]
    yield from _unused("template", here, usage.templates(model))
    read = look.project.read
    yield from _unused("source", [each.declaration for each in look.sources], read)
    if look.option(COLUMNS):
        yield from _columns(look, read)


def _unused(sort: str, declared: list[tree.Declaration], used: frozenset[str]) -> Iterator[Finding]:
    for each in declared:
        if each.name is not None and each.name.text not in used:
            yield Finding(head(each), None, {"sort": _SORTS[sort], "name": each.name.text})


def _columns(look: Look, read: frozenset[str]) -> Iterator[Finding]:
    """Columns of sources in use whose name stands nowhere but where they are declared."""
    counted = usage.words(look.model) if look.sources else {}
    for source in look.sources:
        for field in source.declaration.fields if source.name in read else ():
            if isinstance(field.value, tree.Column | tree.Derive) and counted.get(field.value.name.text) == 1:
                name = field.value.name
                yield Finding(name.span, None, {"sort": _SORTS["column"], "name": name.text})


RULE = Rule(
    code="C106",
    name="unused",
    criterion=Criterion.CONSISTENT,
    severity=Severity.INFO,
    summary=Text(
        "A source, owner, goal or template that nothing uses; by an option a column too, whose name stands nowhere else.",
        "没有任何地方用到的数据源、负责人、目标或模板；打开选项后也包括列名没有在别处出现的列。",
    ),
    message=Text("nothing uses the {sort} `{name}`", "没有任何地方用到{sort} `{name}`"),
    label=Text("unused", "未使用"),
    why=Text(
        "it is kept up and read by everybody for nothing, or a KPI that should use it is missing",
        "要么白白维护、白白占用读者，要么缺了一个本该用到它的 KPI",
    ),
    help=Text("remove `{name}`, or define the KPI that it is meant for", "删去 `{name}`，或定义本该用到它的 KPI"),
    documents=(Document.SELECTION,),
    options=(COLUMNS,),
    settings=LintSettings(rules={"C106": RuleSettings(options={"columns": True})}),
    find=find,
    reach=Reach.PROJECT,
    bad=(
        """
owner former "Former head of sales" <former@example.com>
""",
        """
goal growth "多卖一些" { owner sales  for 2026 }
""",
        """
template per_order(what) "每单值" {
  formula  what / count(orders)
}
""",
        """
source visits from "visits.csv" {
  key       visit_id
  time      visited_on
  column    page : text
  column    browser_language : text
  collected "Web statistics" every day
}
kpi visits_of_shop "Visits of the shop" {
  formula    count(visits where page = "shop")
  unit       count
  direction  higher
  period     month
  target     >= 9000 for 2026
  owner      sales
  goal       loyalty
}
""",
    ),
    good=(
        """
owner shop "Head of the shop" <shop@example.com>

template per_order(what) "Per order" {
  formula  what / count(orders)
}
kpi order_value "Revenue per order" is per_order(what: sum(orders.amount)) {
  unit       CNY
  direction  higher
  period     month
  target     >= 120 CNY for 2026
  owner      shop
  goal       loyalty
}
""",
    ),
)
