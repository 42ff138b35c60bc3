"""M106: a formula that adds counts of different things."""

from __future__ import annotations

from collections.abc import Iterator

from kpilang.diagnostics import Severity
from kpilang.lint.formula import place
from kpilang.lint.look import Look
from kpilang.lint.part_of_whole import terms
from kpilang.lint.rule import Criterion, Document, Finding, Option, Quality, Reach, Rule
from kpilang.lint.wording.things import Thing, thing
from kpilang.model.conversion import unit_of
from kpilang.model.expr import Aggregate, Column, Expr, Operation
from kpilang.model.nouns import Kpi
from kpilang.text import Text

SAME = Option[tuple[str, ...]](
    "same",
    (),
    Text(
        "names of sources, keys and columns that count the same sort of thing here",
        "在本项目中算同一类事物的数据源、键和列的名称",
    ),
)


def find(look: Look) -> Iterator[Finding]:
    """Sums in formulas of KPIs in use that add counts of two kinds; an index is such a sum on purpose."""
    same = frozenset(look.option(SAME))
    for kpi in look.living:
        if kpi.formula is None or (kpi.unit is not None and kpi.unit.form in ("index", "score")):
            continue
        for part in _sums(kpi.formula):
            found = _mixed(part, look, same)
            if found:
                yield _finding(kpi, part, found)
                break


def _sums(formula: Expr) -> Iterator[Operation]:
    """The sums in a formula, each whole; what something is divided by is left out, and so is what a sum adds up."""
    waiting: list[Expr] = [formula]
    while waiting:
        part = waiting.pop()
        if isinstance(part, Operation) and part.name == "add":
            yield part
        elif isinstance(part, Aggregate):
            waiting += [inner for inner in part.arguments if part.function == "sum"]
        elif isinstance(part, Operation):
            waiting += part.arguments[:1] if part.name == "divide" else part.arguments


def _mixed(part: Operation, look: Look, same: frozenset[str]) -> list[Thing]:
    """What a sum counts, where that is of two kinds."""
    counted = [found for each in terms(part) if (found := _counted(each, look)) is not None]
    kinds: list[Thing] = []
    for found in counted:
        if not any(found.like(other) or {found.name, other.name} <= same for other in kinds):
            kinds.append(found)
    known = [found for found in kinds if found.kind is not None]
    return kinds if len(kinds) > 1 and known else []


def _counted(value: Expr, look: Look) -> Thing | None:
    """What a term counts: the rows of a source, the values of a key, or a column of counts that it adds up, which its
    name must tell; None for all else."""
    if isinstance(value, Aggregate) and value.function == "count":
        if value.distinct:
            return thing(unit_of(value).counted or value.source)
        label = look.model.sources[value.source].label
        return thing(value.source, " ".join([label.text.value, label.say("zh")]) if label else "")
    if isinstance(value, Aggregate) and value.function == "sum":
        value = value.arguments[0]
    if isinstance(value, Column) and value.type.unit is not None:
        unit, found = value.type.unit, thing(value.name)
        named = found.kind is not None or value.name.endswith("s")
        return found if unit.dimensionless and unit.form == "number" and named else None
    return None


def _finding(kpi: Kpi, part: Expr, found: list[Thing]) -> Finding:
    names = [f"`{each.name}`" for each in found]
    values = {"kpi": kpi.name, "things": Text(", ".join(names), "、".join(names))}
    return Finding(place(kpi, part), kpi.name, values)


RULE = Rule(
    code="M106",
    name="mixed-sum",
    criterion=Criterion.MEASURABLE,
    severity=Severity.WARNING,
    summary=Text(
        "A formula that adds counts of different things: views + shares + interactions.",
        "公式把不同事物的个数相加：浏览量 + 分享次数 + 互动次数。",
    ),
    message=Text("`{kpi}` adds counts of different things: {things}", "`{kpi}` 把不同事物的个数加在了一起：{things}"),
    label=Text("a sum of what?", "加起来是什么？"),
    why=Text(
        "the most frequent of them drowns the others: a thousand views hide that shares fell to nothing",
        "数量最多的一项会淹没其他各项：一千次浏览就能掩盖分享次数跌到零",
    ),
    help=Text(
        "make a KPI of each, or weigh them as parts of an index and say `unit index`; counts of one sort go into the option `same`",
        "各自单独设为 KPI，或加权合成指数并写 `unit index`；确属同一类事物时，写进选项 `same`",
    ),
    documents=(Document.SERVICES,),
    decides=(Quality.UNDERSTANDABLE,),
    find=find,
    reach=Reach.DECLARATION,
    options=(SAME,),
    bad=(
        """
source posts from "posts.csv" {
  key       post_id
  time      posted_on
  column    views : integer
  column    shares : integer
  column    interactions : integer
  collected "Social media export" every week
}

kpi spread "Content spread" {
  formula    sum(posts.views) + sum(posts.shares) + sum(posts.interactions)
  unit       count
  direction  higher
  period     month
  target     >= 90000 for 2026
  owner      sales
  goal       loyalty
}
""",
        """
source 内容 from "content.csv" {
  key       内容编号
  time      发布日期
  column    浏览量 : integer
  column    分享次数 : integer
  collected "营销平台" every day
}

kpi 传播量 "营销内容传播量" {
  formula    sum(内容.浏览量 + 内容.分享次数)
  unit       count
  direction  higher
  period     month
  target     >= 90000 for 2026
  owner      sales
  goal       loyalty
}
""",
        """
kpi activity "Activity" {
  formula    count(cases) + count(orders)
  unit       count
  direction  higher
  period     month
  target     >= 900 for 2026
  owner      sales
  goal       loyalty
}
""",
    ),
    good=(
        """
source calls from "calls.csv" {
  key       call_id
  time      called_on
  collected "Telephone system" every day
}

source chats from "chats.csv" {
  key       chat_id
  time      started_on
  collected "Chat system" every day
}

kpi contacts "Contacts answered" {
  formula    count(calls) + count(chats)
  unit       count
  direction  higher
  period     month
  target     >= 900 for 2026
  owner      support
  goal       loyalty
}
""",
        """
source posts from "posts.csv" {
  key       post_id
  time      posted_on
  column    views : integer
  column    shares : integer
  collected "Social media export" every week
}

kpi spread "Content spread index" {
  formula    sum(posts.views) / 100 + sum(posts.shares)
  unit       index
  direction  higher
  period     month
  target     >= 900 for 2026
  owner      sales
  goal       loyalty
}
""",
        """
kpi small_and_large "Orders below 50 and above 500 CNY" {
  formula    count(orders where amount < 50 CNY) + count(orders where amount > 500 CNY)
  unit       count
  direction  lower
  period     month
  target     <= 90 for 2026
  owner      sales
  goal       loyalty
}
""",
    ),
)
