"""Whether a KPI computes another thing than before: its formula, its unit, its period, its direction."""

from __future__ import annotations

from collections.abc import Iterator

from kpilang.diff import written
from kpilang.diff.nouns import Change, Grade, Kind
from kpilang.diff.said import from_to, of_field
from kpilang.diff.states import Pair
from kpilang.model import units
from kpilang.model.nouns import Kpi, Template
from kpilang.model.types import Unit
from kpilang.syntax import tree
from kpilang.text import Span, Text

FORMULA = Kind("D101", "formula-changed", Grade.BREAKING, Text("Formula changed", "公式改变"))
UNIT = Kind("D102", "unit-changed", Grade.BREAKING, Text("Unit changed", "单位改变"))
PERIOD = Kind("D103", "period-changed", Grade.BREAKING, Text("Period changed", "统计周期改变"))
DIRECTION = Kind("D104", "direction-changed", Grade.BREAKING, Text("Direction changed", "方向改变"))
TEMPLATE = Kind("D105", "template-changed", Grade.BREAKING, Text("Formula of a template changed", "模板的公式改变"))

_OTHER = Text("it is computed otherwise", "计算口径变了")
_NEW = Text("it has a formula now, and had none", "原来没有公式，现在有了")
_GONE = Text("it has no formula any more", "不再有公式")
_TEMPLATE = Text("what fills it in is computed otherwise", "套用它的 KPI 计算口径变了")


class Formulas:
    """Compares formulas. A change that comes from a template alone is told at the template, and from whatever else a
    formula names, there: `templates` are those that changed, with the KPIs that they touch."""

    def __init__(self, pair: Pair) -> None:
        self.pair = pair
        self.templates: dict[str, list[str]] = {}

    def changes(self, old: Kpi, new: Kpi) -> Iterator[Change]:
        """What changed in the way that a KPI is computed."""
        one, other = _formula(old), _formula(new)
        changed = not self.same(old, new, one, other)
        template = self._template(old, new) if changed else None
        if template is not None:
            self.templates.setdefault(template.name, []).append(new.name)
        elif changed:
            message = _NEW if one is None else _GONE if other is None else _OTHER
            places = written.formula_place(old), written.formula_place(new)
            texts = written.formula(old), written.formula(new)
            yield Change(FORMULA, new.name, "kpi", message, *places, *texts, FORMULA.grade)
        yield from self._unit(old, new, own=changed)
        yield from _period(old, new)
        if old.direction != new.direction:
            fields = old.first("direction"), new.first("direction")
            message = from_to("direction", old.direction, new.direction)
            yield of_field(DIRECTION, ("kpi", new.name), fields, message)

    def same(self, old: Kpi, new: Kpi, one: tree.Expr | None, other: tree.Expr | None) -> bool:
        """Whether two formulas say the same: as they are written; as they compute; or one of them in the world of the
        other, where all that differs lies beneath."""
        if one == other or one is None or other is None:
            return one == other
        before, after = self.pair.before, self.pair.after
        first, second = before.computed(old), after.computed(new)
        if first is None or second is None:
            return False
        if first == second or first == before.computed_here(other, new.name, after):
            return True
        return second == after.computed_here(one, old.name, before)

    def _template(self, old: Kpi, new: Kpi) -> Template | None:
        """The template whose own formula made the difference between two KPIs that are filled in alike."""
        if old.filled is None or new.filled is None or old.declaration.filled != new.declaration.filled:
            return None
        return new.filled.template if old.filled.template.formula != new.filled.template.formula else None

    def template_changes(self) -> Iterator[Change]:
        """The templates whose formulas compute otherwise what fills them in."""
        for name in self.templates:
            old, new = self.pair.before.model.templates.get(name), self.pair.after.model.templates.get(name)
            if old is not None and new is not None:
                fields = old.declaration.first("formula"), new.declaration.first("formula")
                yield of_field(TEMPLATE, ("template", name), fields, _TEMPLATE)

    def _unit(self, old: Kpi, new: Kpi, *, own: bool) -> Iterator[Change]:
        """A unit that is another by what the KPI says, not by what lies beneath its formula."""
        fields = old.first("unit"), new.first("unit")
        if old.unit is None or new.unit is None or (fields[0] == fields[1] and not own):
            return
        declared = all(fields)
        if _of(old.unit, declared=declared) == _of(new.unit, declared=declared):
            return
        was, now = units.say(old.unit), units.say(new.unit)
        message = Text("`unit` changed from {was} to {now}", "`unit` 由{was}改为{now}").fill(was=was, now=now)
        before, was_there = _unit_place(old)
        after, is_there = _unit_place(new)
        yield Change(UNIT, new.name, "kpi", message, before, after, was_there, is_there, UNIT.grade)


def _unit_place(kpi: Kpi) -> tuple[Span | None, str | None]:
    """Where a unit comes from, and what is written there: its field, else the formula."""
    item = kpi.first("unit")
    return (item.span, written.field(item)) if item else (written.formula_place(kpi), written.formula(kpi))


def _formula(kpi: Kpi) -> tree.Expr | None:
    item = kpi.first("formula")
    return item.value if item is not None and isinstance(item.value, tree.Expr) else None


def _of(unit: Unit, *, declared: bool) -> tuple[object, ...]:
    """What makes a unit; its name only where both states declare one, or where there is nothing else."""
    named = declared or unit.form == "own"
    return unit.dimensions, unit.scale, unit.form, unit.name if named else "", unit.low, unit.high


def _period(old: Kpi, new: Kpi) -> Iterator[Change]:
    """Without a period all time is one."""
    was, now = old.period or "all", new.period or "all"
    if was != now:
        fields = old.first("period"), new.first("period")
        yield of_field(PERIOD, ("kpi", new.name), fields, from_to("period", was, now))
