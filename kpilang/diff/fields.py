"""The other fields of a KPI: whose it is, what it serves, how it is looked at, who may see it; and its texts."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from kpilang.diff.nouns import Change, Grade, Kind
from kpilang.diff.said import REWORDED, from_to, listed, of_field, of_label
from kpilang.diff.states import Pair
from kpilang.diff.written import value
from kpilang.model import units, words
from kpilang.model.calendar import Calendar, Period
from kpilang.model.nouns import Kpi
from kpilang.model.references import names, text
from kpilang.syntax import tree
from kpilang.text import Text

BASELINE = Kind("D211", "baseline-changed", Grade.NOTABLE, Text("Baseline changed", "基准值改变"))
OWNER_REMOVED = Kind("D212", "owner-removed", Grade.NOTABLE, Text("Left to nobody", "没有负责人了"))
OWNER = Kind("D213", "owner-changed", Grade.NOTABLE, Text("Owner changed", "负责人改变"))
GOAL = Kind("D214", "goal-changed", Grade.NOTABLE, Text("Goal changed", "目标改变"))
LEVEL = Kind("D215", "level-changed", Grade.NOTABLE, Text("Level changed", "层级改变"))
PARENT = Kind("D216", "parent-changed", Grade.NOTABLE, Text("Parent changed", "上级改变"))
INDICATOR = Kind("D217", "indicator-changed", Grade.NOTABLE, Text("Leading or lagging changed", "领先或滞后改变"))
NATURE = Kind("D218", "nature-changed", Grade.NOTABLE, Text("Nature changed", "性质改变"))
PERSPECTIVE = Kind("D219", "perspective-changed", Grade.NOTABLE, Text("Perspective changed", "视角改变"))
GUARD = Kind("D220", "guard-changed", Grade.NOTABLE, Text("Guard changed", "护栏指标改变"))
REVIEW = Kind("D221", "review-changed", Grade.NOTABLE, Text("Review changed", "复盘改变"))
STATE = Kind("D222", "state-changed", Grade.NOTABLE, Text("State changed", "状态改变"))
SINCE = Kind("D223", "since-changed", Grade.NOTABLE, Text("First period changed", "起始期间改变"))
UNTIL = Kind("D224", "until-changed", Grade.NOTABLE, Text("Last period changed", "截止期间改变"))
WIDENED = Kind("D225", "access-widened", Grade.NOTABLE, Text("More may see it", "可见范围扩大"))
NARROWED = Kind("D226", "access-narrowed", Grade.NOTABLE, Text("Fewer may see it", "可见范围缩小"))
ACCESS = Kind("D227", "access-changed", Grade.NOTABLE, Text("Others may see it", "可见范围改变"))
OWN_FIELD = Kind("D228", "own-field-changed", Grade.NOTABLE, Text("Field of the project changed", "自定义字段改变"))
LABEL = Kind("D301", "label-changed", Grade.WORDS, Text("Label worded otherwise", "标题文字改变"))
WHAT = Kind("D302", "what-changed", Grade.WORDS, Text("Description worded otherwise", "说明文字改变"))
WHY = Kind("D303", "why-changed", Grade.WORDS, Text("Reason worded otherwise", "原因文字改变"))
ACTION = Kind("D304", "action-changed", Grade.WORDS, Text("Action worded otherwise", "措施文字改变"))
BENCHMARK = Kind("D305", "benchmark-changed", Grade.WORDS, Text("Benchmark changed", "参照值改变"))
TAGS = Kind("D306", "tags-changed", Grade.WORDS, Text("Tags changed", "标签改变"))

SETS = {
    "goal": GOAL, "level": LEVEL, "parent": PARENT, "indicator": INDICATOR, "nature": NATURE,
    "perspective": PERSPECTIVE, "guard": GUARD, "tags": TAGS,
}  # fmt: skip
"""Fields of words and names whose order says nothing."""
TEXTS = {"what": WHAT, "why": WHY, "action": ACTION}
EVERYBODY = Text("everybody in the project", "项目中的所有人")
_READERS = {
    "widened": (WIDENED, Text("more may see it: {now}, before {was}", "可见范围扩大：现为{now}，原为{was}")),
    "narrowed": (NARROWED, Text("fewer may see it: {now}, before {was}", "可见范围缩小：现为{now}，原为{was}")),
    "changed": (ACCESS, Text("others may see it: {now}, before {was}", "可见范围改变：现为{now}，原为{was}")),
}
_NOBODY = Text("it is left to nobody: `owner` was {was}", "没有负责人了：原 `owner` 为 {was}")
_LEFT = Text("it is left to nobody: `owner` is {now}, and was {was}", "没有负责人了：`owner` 由 {was} 改为 {now}")


def changes(pair: Pair, old: Kpi, new: Kpi) -> Iterator[Change]:
    """What changed in all fields but those that say how it is computed and what should be reached."""
    for word, kind in SETS.items():
        yield from _set(kind, old, new, word, pair)
    yield from owners(("kpi", new.name), old.owners, new.owners, (old.first("owner"), new.first("owner")))
    yield from _valued(OWNER, old, new, tree.OWNER_WHERE)
    yield from _state(pair, old, new)
    yield from _access(old, new)
    yield from _review(old, new)
    calendars = pair.before.model.calendar, pair.after.model.calendar
    for word, kind, end in (("since", SINCE, _start), ("until", UNTIL, _end)):
        yield from _moment(kind, old, new, word, calendars, end)
    for word, kind in (("baseline", BASELINE), ("benchmark", BENCHMARK)):
        yield from _valued(kind, old, new, word)
    yield from _own_fields(old, new)
    yield from texts(("kpi", new.name), old, new)


def owners(
    subject: tuple[str, str],
    old: tuple[tree.Name | tree.String, ...],
    new: tuple[tree.Name | tree.String, ...],
    fields: tuple[tree.Field | None, tree.Field | None],
) -> Iterator[Change]:
    """Another owner, or none any more: nobody's names are none."""
    was, now = ({text(each) for each in items} for items in (old, new))
    if was == now:
        return
    answered, answers = (any(not words.is_nobody(each) for each in names) for names in (was, now))
    if answered and not answers:
        message = (_LEFT if now else _NOBODY).fill(was=listed(was), now=listed(now))
        yield of_field(OWNER_REMOVED, subject, fields, message)
    else:
        yield of_field(OWNER, subject, fields, from_to("owner", listed(was), listed(now)))


def texts(subject: tuple[str, str], old: Kpi, new: Kpi) -> Iterator[Change]:
    """Other words in label, what, why and action, in any language."""
    if spoken(old.label) != spoken(new.label):
        yield of_label(LABEL, subject, (old.label, new.label))
    for word, kind in TEXTS.items():
        yield from reworded(kind, subject, (old.first(word), new.first(word)))


def reworded(
    kind: Kind, subject: tuple[str, str], fields: tuple[tree.Field | None, tree.Field | None]
) -> Iterator[Change]:
    """Other words in a field of texts."""
    was, now = (spoken(each.value) if each and isinstance(each.value, tree.Label) else None for each in fields)
    if was != now:
        word = next(each.word for each in fields if each)
        message = REWORDED.fill(word=word) if all(fields) else _came(word, fields[1])
        yield of_field(kind, subject, fields, message)


def _came(word: str, new: tree.Field | None) -> Text:
    form = Text("`{word}` is new", "新增 `{word}`") if new else Text("`{word}` is gone", "去掉了 `{word}`")
    return form.fill(word=word)


def spoken(label: tree.Label | None) -> object:
    """A label in plain values: the text, and each translation by its language."""
    if label is None:
        return None
    return label.text.value, frozenset((each.language.lower(), each.text.value) for each in label.translations)


def _set(kind: Kind, old: Kpi, new: Kpi, word: str, pair: Pair) -> Iterator[Change]:
    was, now = set(names(old, word)), set(names(new, word))
    if was != {pair.renamed.get(each, each) for each in now} if word in ("parent", "guard") else was != now:
        yield of_field(
            kind, ("kpi", new.name), (old.first(word), new.first(word)), from_to(word, listed(was), listed(now))
        )


def _state(pair: Pair, old: Kpi, new: Kpi) -> Iterator[Change]:
    was, now = _stated(old), _stated(new)
    by = pair.renamed.get(now[1], now[1])
    if was != (now[0], by):
        message = from_to("state", " by ".join(filter(None, was)), " by ".join(filter(None, now)))
        yield of_field(STATE, ("kpi", new.name), (old.first("state"), new.first("state")), message)


def _stated(kpi: Kpi) -> tuple[str, str]:
    """The state, and the KPI that takes its place."""
    item = kpi.first("state")
    other = item.value.replaced_by if item and isinstance(item.value, tree.State) else None
    return kpi.state, other.text if other is not None else ""


def _access(old: Kpi, new: Kpi) -> Iterator[Change]:
    """Without `access` everybody in the project may see a KPI."""
    fields = old.first("access"), new.first("access")
    was, now = (frozenset(names(each, "access")) if each.first("access") else None for each in (old, new))
    if was == now:
        return
    if now is None or (was is not None and was < now):
        how = "widened"
    else:
        how = "narrowed" if was is None or now < was else "changed"
    kind, message = _READERS[how]
    shown = [EVERYBODY if each is None else Text(listed(each), "、".join(sorted(each))) for each in (was, now)]
    yield of_field(kind, ("kpi", new.name), fields, message.fill(was=shown[0], now=shown[1]))


def _review(old: Kpi, new: Kpi) -> Iterator[Change]:
    fields = old.first("review"), new.first("review")
    values = [each.value if each else None for each in fields]
    if values[0] != values[1]:
        yield _field_change(REVIEW, new, fields)


def _field_change(kind: Kind, new: Kpi, fields: tuple[tree.Field | None, tree.Field | None]) -> Change:
    word = next(each.keyword for each in fields if each)
    return of_field(kind, ("kpi", new.name), fields, from_to(word, value(fields[0]), value(fields[1])))


def _start(period: Period) -> object:
    return period.start


def _end(period: Period) -> object:
    return period.end


def _moment(
    kind: Kind, old: Kpi, new: Kpi, word: str, calendars: tuple[Calendar, Calendar], end: Callable[[Period], object]
) -> Iterator[Change]:
    """A first or last period that begins or ends on another day by what is written."""
    fields = old.first(word), new.first(word)
    nodes = [each.value if each and isinstance(each.value, tree.Period) else None for each in fields]
    found = [calendar.parse(node.text) if node else None for calendar, node in zip(calendars, nodes, strict=True)]
    days = [end(each) if each else None for each in found]
    if nodes[0] != nodes[1] and days[0] != days[1]:
        yield _field_change(kind, new, fields)


def _valued(kind: Kind, old: Kpi, new: Kpi, word: str) -> Iterator[Change]:
    """Lines with a value and where it is from: those that went against those that came, in order."""
    was, now = ({_known(each): each for each in kpi.all(word)} for kpi in (old, new))
    gone = [each for key, each in was.items() if key not in now]
    come = [each for key, each in now.items() if key not in was]
    for number in range(max(len(gone), len(come))):
        fields = (gone[number] if number < len(gone) else None, come[number] if number < len(come) else None)
        yield _field_change(kind, new, fields)


def _known(item: tree.Field) -> object:
    """A baseline or benchmark in plain values."""
    value = item.value
    if not isinstance(value, tree.Baseline | tree.Benchmark):
        return value
    amount = units.amount(value.quantity)
    number = (amount[0], amount[1].dimensions, amount[1].scale) if isinstance(amount, tuple) else value.quantity
    return number, value.period if isinstance(value, tree.Baseline) else value.source


def _own_fields(old: Kpi, new: Kpi) -> Iterator[Change]:
    was, now = (
        {each.value.name.text: each for each in kpi.all("field") if isinstance(each.value, tree.OwnField)}
        for kpi in (old, new)
    )
    for name in dict.fromkeys([*now, *was]):
        fields = was.get(name), now.get(name)
        values = [each.value if each else None for each in fields]
        if values[0] != values[1]:
            yield _field_change(OWN_FIELD, new, fields)
