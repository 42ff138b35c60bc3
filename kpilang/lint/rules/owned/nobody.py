"""O102: an owner that is everyone or nobody, a text, or a list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kpilang.diagnostics import Edit, Fix, Severity
from kpilang.lint.look import Look
from kpilang.lint.nobody import Nobody, plain
from kpilang.lint.places import head, own
from kpilang.lint.rule import Criterion, Document, Finding, Option, Quality, Reach, Rule
from kpilang.lint.said import titles
from kpilang.model.nouns import Owner
from kpilang.syntax import tree
from kpilang.text import Span, Text

NAMES = Option[tuple[str, ...]]("names", (), Text("further names that stand for nobody", "另外一些等于没有人的名称"))
ALLOW = Option[tuple[str, ...]](
    "allow", (), Text("names that stand for one person or role after all", "在本项目中确实指一个人或岗位的名称")
)

NOBODY = Text("this is everyone, and so nobody", "人人负责，等于没有人负责")
WORDS = Text("a text, not a declared owner", "这是一段文本，不是已声明的负责人")
LIST = Text("{count} owners, where one must answer", "列了 {count} 个负责人，而只能由一个人负责")
REPLACE = Text("write `owner {name}`", "写成 `owner {name}`")
CHOOSE = Text(
    "keep the one who answers for it, such as `owner {name}`; the others can be told in its `action`",
    "只留下真正负责的一个，例如 `owner {name}`；其他人可写在 `action` 里",
)
PERSON = Text(
    'say who it is: `owner {owner} "Title" <address>`, or have another declared owner answer',
    '写明是谁：`owner {owner} "职务" <邮箱>`，或者改由另一位已声明的负责人负责',
)
FILE = Text("every KPI of this file", "本文件的所有 KPI")
ITSELF = Text("each KPI of `{owner}`", "`{owner}` 的每个 KPI")


def find(look: Look) -> Iterator[Finding]:
    """Owners who are declared and yet nobody, and owner fields of KPIs and goals that do not name one declared owner."""
    nobody = Nobody(look.option(NAMES), look.option(ALLOW))
    for owner in look.owners:
        if nobody.is_owner(owner):
            values = {"subject": ITSELF.fill(owner=owner.name), "owner": owner.name}
            yield Finding(head(owner.declaration), None, values, label=NOBODY, help=PERSON)
    for subject, kpi, field in _owner_fields(look):
        if isinstance(field.value, tree.References):
            yield from _judge(field.value, subject, kpi, nobody, look)


def _owner_fields(look: Look) -> Iterator[tuple[str | Text, str | None, tree.Field]]:
    """Each owner field once, with whom it belongs to; one of a file's defaults belongs to all its KPIs."""
    defaults: set[tuple[str, int]] = set()
    for kpi in look.living:
        field = kpi.first("owner")
        if field is not None and own(kpi, field):
            yield f"`{kpi.name}`", kpi.name, field
        elif field is not None and (place := (field.span.source.path, field.span.start)) not in defaults:
            defaults.add(place)
            yield FILE, None, field
        yield from ((f"`{kpi.name}`", kpi.name, each) for each in kpi.all(tree.OWNER_WHERE) if own(kpi, each))
    for goal in look.goals:
        for field in goal.declaration.all("owner"):
            yield f"`{goal.name}`", None, field


def _judge(
    value: tree.References, subject: str | Text, kpi: str | None, nobody: Nobody, look: Look
) -> Iterator[Finding]:
    owners, item = look.model.owners, value.items[0]
    if len(value.items) > 1:
        name = next((each.text for each in value.items if isinstance(each, tree.Name) and each.text in owners), "NAME")
        values = {"subject": subject, "owner": value.span.text, "name": name, "count": len(value.items)}
        yield Finding(value.span, kpi, values, label=LIST, help=CHOOSE)
        return
    said = item.text if isinstance(item, tree.Name) else item.value
    values = {"subject": subject, "owner": said}
    if isinstance(item, tree.Name) and item.text in owners:
        return
    if nobody.is_name(said):
        yield Finding(item.span, kpi, values, label=NOBODY)
    elif isinstance(item, tree.String):
        meant = _meant(said, owners.values())
        fixes = (_replace(item.span, meant),) if meant else ()
        yield Finding(item.span, kpi, {**values, "name": meant}, WORDS, REPLACE if meant else None, fixes=fixes)


def _meant(said: str, owners: Iterable[Owner]) -> str | None:
    """The one declared owner that a text names by name, title or address."""
    found = {
        owner.name
        for owner in owners
        for each in (owner.name, owner.address or "", *(title.text for title in titles(owner.declaration)))
        if each and plain(said) == plain(each)
    }
    return found.pop() if len(found) == 1 else None


def _replace(span: Span, name: str) -> Fix:
    return Fix(REPLACE.fill(name=name), (Edit(span, name),), safe=True)


RULE = Rule(
    code="O102",
    name="nobody",
    criterion=Criterion.OWNED,
    severity=Severity.ERROR,
    summary=Text(
        "An owner that is everyone or nobody, a text, or a list of several.",
        "负责人是“所有人”或“待定”，是一段文本，或者列了好几个。",
    ),
    message=Text(
        "{subject} is owned by {owner}, not by one who answers for it",
        "{subject} 由 {owner} 负责，不是由一个具体的人负责",
    ),
    why=Text(
        "where everyone is responsible nobody is: a KPI must be bound to one person or role",
        "人人有责就是无人负责：KPI 要与一个人或一个岗位强绑定",
    ),
    help=Text(
        'declare who that is, `owner NAME "Title" <address>`, and write `owner NAME` here',
        '先声明由谁负责：`owner 名称 "职务" <邮箱>`，再在这里写 `owner 名称`',
    ),
    documents=(Document.SELECTION,),
    decides=(Quality.CONTROLLABLE,),
    find=find,
    reach=Reach.DECLARATION,
    options=(NAMES, ALLOW),
    bad=(
        """
kpi orders_placed "Orders placed" {
  formula    count(orders)
  unit       count
  direction  higher
  period     month
  target     >= 5000 for 2026
  owner      everyone
  goal       loyalty
}
""",
        """
kpi orders_placed "Orders placed" zh "订单数" {
  formula    count(orders)
  unit       count
  direction  higher
  period     month
  target     >= 5000 for 2026
  owner      "全员"
  goal       loyalty
}
""",
        """
kpi orders_placed "Orders placed" {
  formula    count(orders)
  unit       count
  direction  higher
  period     month
  target     >= 5000 for 2026
  owner      sales, support
  goal       loyalty
}
""",
        """
kpi orders_placed "Orders placed" {
  formula    count(orders)
  unit       count
  direction  higher
  period     month
  target     >= 5000 for 2026
  owner      "Head of sales"
  goal       loyalty
}
""",
        """
owner crew "全体员工" <all@example.com>

kpi orders_placed "Orders placed" {
  formula    count(orders)
  unit       count
  direction  higher
  period     month
  target     >= 5000 for 2026
  owner      crew
  goal       loyalty
}
""",
        """
defaults { owner tbd }

kpi orders_placed "Orders placed" {
  formula    count(orders)
  unit       count
  direction  higher
  period     month
  target     >= 5000 for 2026
  goal       loyalty
}

kpi revenue "Revenue" {
  formula    sum(orders.amount)
  unit       CNY
  direction  higher
  period     month
  target     >= 1200000 CNY for 2026
  goal       loyalty
}
""",
    ),
    good=(
        """
kpi orders_placed "Orders placed" {
  formula    count(orders)
  unit       count
  direction  higher
  period     month
  target     >= 5000 for 2026
  owner      sales
  goal       loyalty
}
""",
        """
owner sales_team "Lead of the sales team" <sales-team@example.com>

kpi orders_placed "Orders placed" {
  formula    count(orders)
  unit       count
  direction  higher
  period     month
  target     >= 5000 for 2026
  owner      sales_team
  goal       loyalty
}
""",
    ),
)
