"""KPIs that came, went, or are called otherwise."""

from __future__ import annotations

from collections.abc import Iterator

from kpilang.diff.nouns import Change, Grade, Kind
from kpilang.diff.said import of_declaration
from kpilang.diff.states import Pair, State
from kpilang.model.nouns import Kpi
from kpilang.text import Text

REMOVED = Kind("D106", "kpi-removed", Grade.BREAKING, Text("KPI removed", "KPI 被删除"))
RENAMED = Kind("D107", "kpi-renamed", Grade.BREAKING, Text("KPI renamed", "KPI 改名"))
ADDED = Kind("D231", "kpi-added", Grade.NOTABLE, Text("KPI added", "新增 KPI"))

_GONE = Text("it is removed", "已删除")
_USED = Text("it is removed while {names} {use} it", "已删除，但 {names} 仍在引用它")
_DONE = Text("it is removed; nothing is lost, since it was {state}", "已删除；它原为 {state}，没有损失")
_DRAFT = Text("it is removed; it was a draft that nothing used", "已删除；它原是无人引用的草稿")
_NAME = Text(
    "it was called `{was}`; what asks for it by name finds it no more", "原名 `{was}`；按原名引用的地方将找不到它"
)
_NEW = Text("it is new", "新增的 KPI")


def renamed(pair: Pair) -> dict[str, str]:
    """The KPIs of the new state that are in the old under another name: what they compute is the same, or, without a formula,
    what they are called to people; by new name the old one."""
    old, new = pair.before, pair.after
    gone = {name: kpi for name, kpi in old.model.kpis.items() if name not in new.model.kpis}
    waiting: dict[object, list[str]] = {}
    for name, kpi in gone.items():
        waiting.setdefault(_same(old, kpi), []).append(name)
    found: dict[str, str] = {}
    for name, kpi in new.model.kpis.items():
        key = _same(new, kpi) if gone and name not in old.model.kpis else None
        if key is not None and waiting.get(key):
            found[name] = waiting[key].pop(0)
    return found


def _same(state: State, kpi: Kpi) -> object:
    """What a KPI keeps when its name changes; None where there is nothing to know it by."""
    number = state.computed(kpi)
    if number is not None and kpi.unit is not None:
        return number, kpi.unit, kpi.period or "all", kpi.direction
    if kpi.first("formula") is None and kpi.label is not None:
        return kpi.label, kpi.period or "all", kpi.direction
    return None


def changes(pair: Pair) -> Iterator[Change]:
    """KPIs called otherwise and new ones in the order of the new state, then those that are gone."""
    old, new = pair.before.model, pair.after.model
    for name, kpi in new.kpis.items():
        if name in pair.renamed:
            was = old.kpis[pair.renamed[name]]
            message = _NAME.fill(was=was.name)
            yield of_declaration(RENAMED, ("kpi", name), (was.declaration, kpi.declaration), message)
        elif name not in old.kpis:
            yield of_declaration(ADDED, ("kpi", name), (None, kpi.declaration), _NEW)
    called = set(pair.renamed.values())
    for name, kpi in old.kpis.items():
        if name not in new.kpis and name not in called:
            yield _removed(pair, kpi)


def _removed(pair: Pair, kpi: Kpi) -> Change:
    """A KPI that is gone: it breaks nothing where it was replaced or deprecated, or a draft that nothing used."""
    before = [name for name, other in pair.before.model.kpis.items() if kpi.name in other.uses]
    still = [name for name in before if name in pair.after.model.kpis and not pair.after.model.kpis[name].sound]
    grade, message = REMOVED.grade, _GONE
    if kpi.state in ("deprecated", "replaced"):
        grade, message = Grade.NOTABLE, _DONE.fill(state=kpi.state)
    elif kpi.state == "draft" and not before:
        grade, message = Grade.NOTABLE, _DRAFT
    elif still:
        shown = Text(", ".join(f"`{each}`" for each in still), "、".join(f"`{each}`" for each in still))
        message = _USED.fill(names=shown, use="uses" if len(still) == 1 else "use")
    return of_declaration(REMOVED, ("kpi", kpi.name), (kpi.declaration, None), message, grade)
