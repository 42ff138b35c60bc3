"""What of a project's declarations anything uses, columns by their names anywhere."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from kpilang.model.nouns import Model
from kpilang.model.references import text
from kpilang.syntax import tree

WORD = re.compile(r"[^\W\d]\w*")


def words(model: Model) -> Counter[str]:
    """How often each word stands in the project, in names, texts and comments alike."""
    found = Counter[str]()
    for each in model.trees:
        found.update(WORD.findall(each.source.text))
    return found


def owners(model: Model) -> frozenset[str]:
    """The owners that anything names."""
    fields = (field for each in model.trees for declared in each.declarations for field in declared.fields)
    return frozenset(
        name for field in fields if field.word in ("owner", tree.OWNER_WHERE, "access") for name in _named(field.value)
    )


def goals(model: Model) -> frozenset[str]:
    """The goals that KPIs serve or that stand above another."""
    above = {goal.parent for goal in model.goals.values() if goal.parent}
    return frozenset(above.union(*(kpi.goals for kpi in model.kpis.values())))


def templates(model: Model) -> frozenset[str]:
    """The templates that KPIs fill in, or mean to."""
    filled = (kpi.declaration.filled for kpi in model.kpis.values())
    return frozenset(each.template.text for each in filled if each is not None)


def _named(value: object) -> Iterator[str]:
    if isinstance(value, tree.References):
        yield from map(text, value.items)
