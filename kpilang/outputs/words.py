"""The words around numbers, in both languages: statuses, reasons, targets, changes, what is partial."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpilang.outputs.numbers import show, show_change, show_written
from kpilang.result import Partial, Row, Status, TargetInForce, Why
from kpilang.text import Text
from kpilang.width import flat

if TYPE_CHECKING:
    from kpilang.model.types import Unit

STATUS = {
    Status.MET: Text(en="met", zh="达标"),
    Status.AT_RISK: Text(en="at risk", zh="有风险"),
    Status.MISSED: Text(en="missed", zh="未达标"),
    Status.NO_VALUE: Text(en="no value", zh="无数值"),
    Status.NO_TARGET: Text(en="no target", zh="无目标值"),
}
STYLE = {
    Status.MET: "green",
    Status.AT_RISK: "yellow",
    Status.MISSED: "red",
    Status.NO_VALUE: "dim",
    Status.NO_TARGET: "dim",
}
REASON = {
    Why.UNDEFINED: Text(en="undefined", zh="无定义"),
    Why.BAD_DATA: Text(en="bad data", zh="数据有误"),
    Why.NO_DATA: Text(en="no data", zh="无数据"),
    Why.NO_VALUE: Text(en="no value", zh="无数值"),
}
NONE = Text(en="none", zh="无")
BETWEEN = Text(en="; ", zh="；")
"""What stands between things that are said one after the other."""
ALL = Text(en="all", zh="合计")
NO_SUM = Text(en="not a sum", zh="并非各项之和")
PARTIAL = Text(en="partial: {first} to {last}", zh="不完整：{first} 至 {last}")
ONGOING = Text(en="partial", zh="不完整")
HEADS = {
    "kpi": Text(en="KPI", zh="KPI"),
    "period": Text(en="period", zh="期间"),
    "value": Text(en="value", zh="数值"),
    "change": Text(en="change", zh="变化"),
    "target": Text(en="target", zh="目标值"),
    "status": Text(en="status", zh="状态"),
    "remark": Text(en="remark", zh="备注"),
}


def status(row: Row, language: str) -> str:
    """The status word; a partial period has none and says so."""
    if row.status is None:
        return ONGOING.say(language) if row.partial else ""
    return STATUS[row.status].say(language)


def value(row: Row, language: str, places: int | None = None) -> str:
    """The value in its unit, with the decimals of its column, or the kind of reason why there is none."""
    if row.value is not None:
        return show(row.value, row.unit, language, places)
    return REASON[row.reason.why].say(language) if row.reason else ""


def change(row: Row, language: str, places: int | None = None) -> str:
    """The change on the period before, with its sign; that of a percent is in points."""
    return "" if row.change is None else show_change(row.change, row.unit, language, places)


def target(wanted: TargetInForce | None, unit: Unit | None, language: str) -> str:
    """The target as one reads it: `>= 60 %`, `2 % .. 4 %`, or its words."""
    if wanted is None:
        return ""
    if wanted.words is not None:
        return flat(wanted.words)
    if wanted.low is not None and wanted.high is not None:
        return f"{show_written(wanted.low, unit, language)} .. {show_written(wanted.high, unit, language)}"
    if wanted.value is None:
        return ""
    return f"{wanted.comparator or '='} {show_written(wanted.value, unit, language)}"


def partial(cut: Partial, language: str) -> str:
    """Which days of the period are known, both included."""
    last = cut.end.fromordinal(cut.end.toordinal() - 1)
    return PARTIAL.fill(first=cut.start.isoformat(), last=last.isoformat()).say(language)


def remark(row: Row, language: str) -> str:
    """Why there is no value, how the period is cut, and that a total is no sum of the rows above it."""
    said = [flat(row.reason.text.say(language))] if row.reason else []
    if row.partial:
        said.append(partial(row.partial, language))
    said += [NO_SUM.say(language) for note in row.notes if note.code == "not_a_sum"]
    return BETWEEN.say(language).join(said)


def member(text: str | None, language: str) -> str:
    """A member of a breakdown; rows without partner are "none"."""
    return NONE.say(language) if text is None else flat(text)
