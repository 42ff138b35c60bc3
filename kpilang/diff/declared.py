"""What else a project declares: its calendar, goals, owners, and the texts of templates."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from kpilang.diff.fields import LABEL, LEVEL, PARENT, PERSPECTIVE, TEXTS, owners, reworded, spoken
from kpilang.diff.nouns import Change, Grade, Kind
from kpilang.diff.said import REWORDED, from_to, listed, of_declaration, of_field, of_label
from kpilang.diff.states import Pair
from kpilang.diff.written import value
from kpilang.model.calendar import Calendar
from kpilang.model.nouns import Goal, Model, Owner, Template
from kpilang.model.words import DAYS, MONTHS
from kpilang.syntax import tree
from kpilang.text import Text

FISCAL = Kind("D121", "fiscal-year-changed", Grade.BREAKING, Text("Fiscal year changed", "财年改变"))
WEEK = Kind("D122", "week-changed", Grade.BREAKING, Text("Start of weeks changed", "周的起始日改变"))
ZONE = Kind("D123", "zone-changed", Grade.BREAKING, Text("Time zone changed", "时区改变"))
WORK = Kind("D124", "working-time-changed", Grade.BREAKING, Text("Working time changed", "工作时间改变"))
HOLIDAYS = Kind("D244", "holidays-changed", Grade.NOTABLE, Text("Holidays changed", "节假日改变"))
GOAL_REMOVED = Kind("D108", "goal-removed", Grade.BREAKING, Text("Goal removed", "目标被删除"))
GOAL_ADDED = Kind("D232", "goal-added", Grade.NOTABLE, Text("Goal added", "新增目标"))
GOAL_SPAN = Kind("D243", "goal-span-changed", Grade.NOTABLE, Text("Time of a goal changed", "目标的时间范围改变"))
OWNER_ADDED = Kind("D233", "owner-added", Grade.NOTABLE, Text("Owner declared", "新增负责人"))
OWNER_GONE = Kind("D235", "owner-undeclared", Grade.NOTABLE, Text("Owner declared no more", "负责人声明被删除"))
ADDRESS = Kind("D241", "address-changed", Grade.NOTABLE, Text("Address changed", "联系地址改变"))
DEPARTMENT = Kind("D242", "department-changed", Grade.NOTABLE, Text("Department changed", "所属部门改变"))
SYNONYMS = Kind("D307", "template-words-changed", Grade.WORDS, Text("Words of a template changed", "模板的文字改变"))

_NEW = Text("it is new", "新增")
_GONE = Text("it is removed", "已删除")
_NAMED = Text("it is removed while {names} {use} it", "已删除，但 {names} 仍在使用它")
_FREE = Text("it is removed; nothing names it any more", "已删除；不再有任何引用")
_BARE = ("synonyms", "acronym", "answers", "trap")


def calendar(pair: Pair) -> Iterator[Change]:
    """When years and weeks start, the zone, and what is worked, whether said or by default."""
    old, new = pair.before.model, pair.after.model
    for kind, word, place in _OF_CALENDAR:
        was, now = place(old.calendar), place(new.calendar)
        if was != now:
            fields = _calendar_field(old, word), _calendar_field(new, word)
            yield of_field(kind, ("calendar", "calendar"), fields, from_to(word, was, now))


def _year(calendar: Calendar) -> str:
    retail = calendar.retail
    if retail is None:
        return MONTHS[calendar.year_starts - 1]
    weekday, month = DAYS[retail.weekday], MONTHS[retail.month - 1]
    end = f"last {weekday} of {month}" if retail.day is None else f"{weekday} nearest {month} {retail.day}"
    return f"{end}, {'-'.join(map(str, retail.months))}"


def _week(calendar: Calendar) -> str:
    return DAYS[calendar.week_starts]


def _zone(calendar: Calendar) -> str:
    return calendar.zone


def _weekend(calendar: Calendar) -> str:
    return ", ".join(DAYS[day] for day in calendar.working.weekend) or "none"


def _hours(calendar: Calendar) -> str:
    return ", ".join(f"{_clock(start)} .. {_clock(end)}" for start, end in calendar.working.hours)


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _holidays(calendar: Calendar) -> str:
    return ", ".join(map(str, calendar.working.free))


def _workdays(calendar: Calendar) -> str:
    return ", ".join(map(str, calendar.working.worked))


_OF_CALENDAR: tuple[tuple[Kind, str, Callable[[Calendar], str]], ...] = (
    (FISCAL, "year", _year),
    (WEEK, "week", _week),
    (ZONE, "zone", _zone),
    (WORK, "weekend", _weekend),
    (WORK, "hours", _hours),
    (HOLIDAYS, "holidays", _holidays),
    (HOLIDAYS, "workdays", _workdays),
)


def _calendar_field(model: Model, word: str) -> tree.Field | None:
    declaration = calendar_of(model)
    return declaration.first(word) if declaration is not None else None


def calendar_of(model: Model) -> tree.Declaration | None:
    """The declaration of the calendar."""
    found = (each for parsed in model.trees for each in parsed.declarations if each.kind == "calendar")
    return next(found, None)


def goals(pair: Pair) -> Iterator[Change]:
    """Goals in the order of the new state, then those that are gone."""
    old, new = pair.before.model.goals, pair.after.model.goals
    for name, goal in new.items():
        if name not in old:
            yield of_declaration(GOAL_ADDED, ("goal", name), (None, goal.declaration), _NEW)
        elif old[name].declaration.span.text != goal.declaration.span.text:
            yield from _goal(old[name], goal)
    for name, goal in old.items():
        if name not in new:
            yield _removed(pair, goal)


def _removed(pair: Pair, goal: Goal) -> Change:
    """A goal that is gone; nothing breaks where what served it serves it no more."""
    new = pair.after.model
    still = [kpi.name for kpi in new.kpis.values() if goal.name in _named(kpi.first("goal"))]
    still += [each.name for each in new.goals.values() if goal.name in _named(each.declaration.first("parent"))]
    shown = Text(", ".join(f"`{each}`" for each in still), "、".join(f"`{each}`" for each in still))
    message = _NAMED.fill(names=shown, use="names" if len(still) == 1 else "name") if still else _FREE
    grade = GOAL_REMOVED.grade if still else Grade.NOTABLE
    return of_declaration(GOAL_REMOVED, ("goal", goal.name), (goal.declaration, None), message, grade)


def _named(item: tree.Field | None) -> list[str]:
    if item is None:
        return []
    items = item.value.items if isinstance(item.value, tree.References) else (item.value,)
    return [each.text for each in items if isinstance(each, tree.Name)]


def _goal(old: Goal, new: Goal) -> Iterator[Change]:
    subject = ("goal", new.name)
    fields = {word: (old.declaration.first(word), new.declaration.first(word)) for word in _GOAL_WORDS}
    yield from owners(subject, old.owners, new.owners, fields["owner"])
    for word, kind in (("parent", PARENT), ("perspective", PERSPECTIVE)):
        was, now = (listed(_named(each)) for each in fields[word])
        if was != now:
            yield of_field(kind, subject, fields[word], from_to(word, was, now))
    written = [each.value if each else None for each in fields["for"]]
    if old.span_of_time != new.span_of_time and written[0] != written[1]:
        said = from_to("for", value(fields["for"][0], "goal"), value(fields["for"][1], "goal"))
        yield of_field(GOAL_SPAN, subject, fields["for"], said)
    yield from _labelled(subject, old, new)
    for word in ("what", "why"):
        yield from reworded(TEXTS[word], subject, fields[word])


_GOAL_WORDS = ("owner", "parent", "perspective", "for", "what", "why")


def _labelled(subject: tuple[str, str], old: Goal | Owner | Template, new: Goal | Owner | Template) -> Iterator[Change]:
    if spoken(old.label) != spoken(new.label):
        yield of_label(LABEL, subject, (old.label, new.label))


def people(pair: Pair) -> Iterator[Change]:
    """Owners in the order of the new state, then those that are declared no more."""
    old, new = pair.before.model.owners, pair.after.model.owners
    for name, owner in new.items():
        if name not in old:
            yield of_declaration(OWNER_ADDED, ("owner", name), (None, owner.declaration), _NEW)
        else:
            yield from _owner(old[name], owner)
    for name, owner in old.items():
        if name not in new:
            yield of_declaration(OWNER_GONE, ("owner", name), (owner.declaration, None), _GONE)


def _owner(old: Owner, new: Owner) -> Iterator[Change]:
    subject = ("owner", new.name)
    if old.address != new.address:
        message = from_to("address", old.address, new.address)
        places = [each.declaration.address for each in (old, new)]
        was, now = (each.span if each else None for each in places)
        texts = [each.text if each else None for each in (was, now)]
        yield Change(ADDRESS, new.name, "owner", message, was, now, texts[0], texts[1], ADDRESS.grade)
    for word, kind, before, after in (
        ("department", DEPARTMENT, old.department, new.department),
        ("level", LEVEL, old.level, new.level),
    ):
        if before != after:
            fields = old.declaration.first(word), new.declaration.first(word)
            yield of_field(kind, subject, fields, from_to(word, before, after))
    yield from _labelled(subject, old, new)


def templates(pair: Pair) -> Iterator[Change]:
    """Other words in the project's own templates; what fills them in tells its own texts."""
    old, new = pair.before.model.templates, pair.after.model.templates
    for name, template in new.items():
        if name in old and old[name].declaration.span.text != template.declaration.span.text:
            yield from _template(old[name], template)


def _template(old: Template, new: Template) -> Iterator[Change]:
    subject = ("template", new.name)
    yield from _labelled(subject, old, new)
    for word in _BARE:
        fields = old.declaration.first(word), new.declaration.first(word)
        if [_plain(each) for each in old.declaration.all(word)] != [_plain(each) for each in new.declaration.all(word)]:
            yield of_field(SYNONYMS, subject, fields, REWORDED.fill(word=word))


def _plain(item: tree.Field) -> object:
    """Texts of a template in plain values, their order aside."""
    if isinstance(item.value, tree.References):
        return frozenset(each.value if isinstance(each, tree.String) else each.text for each in item.value.items)
    return spoken(item.value) if isinstance(item.value, tree.Label) else item.value
