"""O103: an owner whom nobody can reach."""

from __future__ import annotations

from collections.abc import Iterator

from kpilang.diagnostics import Severity
from kpilang.lint.look import Look
from kpilang.lint.nobody import Nobody
from kpilang.lint.places import head
from kpilang.lint.rule import Criterion, Finding, Reach, Rule
from kpilang.text import Text


def find(look: Look) -> Iterator[Finding]:
    """Owners without address; one who is nobody needs none."""
    nobody = Nobody()
    for owner in look.owners:
        unread = any(owner.name in each.damaged for each in look.model.trees)
        if not owner.address and not unread and not nobody.is_owner(owner):
            yield Finding(head(owner.declaration), None, {"owner": owner.name})


RULE = Rule(
    code="O103",
    name="no-address",
    criterion=Criterion.OWNED,
    severity=Severity.WARNING,
    summary=Text("An owner without address.", "负责人没有写联系地址。"),
    message=Text("`{owner}` has no address", "`{owner}` 没有联系地址"),
    label=Text("where is this owner reached?", "怎么联系到这位负责人？"),
    why=Text(
        "a red KPI is of use only when it reaches the one who answers for it",
        "亮红灯的消息送不到负责人手里，KPI 就起不了作用",
    ),
    help=Text(
        'add it after the title: `owner {owner} "…" <name@example.com>`',
        '写在职务之后：`owner {owner} "…" <name@example.com>`',
    ),
    find=find,
    reach=Reach.DECLARATION,
    bad=(
        """
owner desk "Lead of the service desk"
""",
        """
owner 客服经理 "客服经理" { department "客服部"  level department }
""",
    ),
    good=(
        """
owner desk "Lead of the service desk" <desk@example.com>
""",
    ),
)
