"""The sentences that stand in place of a number, and which of two comes first."""

from __future__ import annotations

import datetime as dt

from kpilang.result import Reason, Why
from kpilang.text import Text

ORDER = (Why.BAD_DATA, Why.UNDEFINED, Why.NO_DATA, Why.NO_VALUE)
# What `coalesce` does not rescue.
FINAL = (Why.BAD_DATA, Why.UNDEFINED)


def first(reasons: list[Reason]) -> Reason:
    """The reason that is given when several parts have none: the gravest kind, the first part among equals."""
    return min(reasons, key=lambda reason: ORDER.index(reason.why))


def last_day(end: dt.date) -> dt.date:
    """The last day of a stretch whose end is exclusive."""
    return end - dt.timedelta(days=1)


def no_rows(source: str, as_of: dt.date) -> Reason:
    """A source has no row that is there."""
    return Reason(
        Why.NO_DATA,
        Text("`{source}` has no rows up to {day}", "截至 {day}，`{source}` 没有任何行").fill(source=source, day=as_of),
    )


def not_covered(source: str, covers: tuple[dt.date, dt.date]) -> Reason:
    """A source covers nothing of the period, or not all that is compared."""
    text = Text("`{source}` covers {start} to {end} only", "`{source}` 只覆盖 {start} 至 {end}")
    return Reason(Why.NO_DATA, text.fill(source=source, start=covers[0], end=last_day(covers[1])))


def no_overlap(sources: list[str]) -> Reason:
    """Each source covers a part of the period, but no day is covered by all."""
    text = Text("no day of the period is covered by all of {sources}", "该期间没有一天被 {sources} 同时覆盖")
    return Reason(Why.NO_DATA, text.fill(sources=", ".join(f"`{name}`" for name in sources)))


def too_fine(source: str, each: str) -> Reason:
    """A source whose rows stand for whole periods was asked for a part of one."""
    text = Text("`{source}` is by {each}", "`{source}` 按{each}记录")
    return Reason(Why.NO_DATA, text.fill(source=source, each=grain_word(each)))


def grain_word(grain: str) -> Text:
    """A grain as people say it."""
    words = {"day": "日", "week": "周", "month": "月", "quarter": "季度", "half": "半年", "year": "年"}
    return Text(grain, words.get(grain.removeprefix("fiscal "), grain))


def nothing_before() -> Reason:
    """The period has no partner in the past: `all`, W53, 29 February, or a period cut at its start."""
    return Reason(Why.NO_DATA, Text("there is no earlier period to compare with", "没有可比较的更早期间"))


def no_length() -> Reason:
    """All time is asked for, which no source bounds."""
    return Reason(Why.NO_DATA, Text("all time has no length", "全部时间没有长度"))


def cut_at_start(day: dt.date) -> Reason:
    """A longer window is asked for in a period of which the first days are not known."""
    text = Text("the period is known from {day} only", "该期间从 {day} 起才有数据")
    return Reason(Why.NO_DATA, text.fill(day=day))


def window_shorter(count: int, grain: str) -> Reason:
    """A trailing window does not hold the whole period."""
    text = Text("the period is longer than {count} {grain}{s}", "该期间比 {count} 个{grain}长")
    return Reason(Why.NO_DATA, text.fill(count=count, grain=grain_word(grain), s="s" if count > 1 else ""))


def not_inside_one(grain: str) -> Reason:
    """What is counted to date from the beginning of a longer period lies in no single one of these."""
    text = Text("the period lies in no single {grain}", "该期间不完整地落在一个{grain}之内")
    return Reason(Why.NO_DATA, text.fill(grain=grain_word(grain)))


def no_rate(aggregate: str, day: str, currency: str) -> Reason:
    """A row is to be converted, and there is no rate for it, or there are several."""
    text = Text(
        "`{text}`: no one rate is known for {currency} on {day}", "`{text}`：{day} 的 {currency} 没有唯一的汇率"
    )
    if not currency:
        text = Text("`{text}`: a row of {day} names no currency", "`{text}`：{day} 有一行没有写明币种")
    return Reason(Why.NO_DATA, text.fill(text=aggregate, currency=currency, day=day))


def not_made_of(grain: str) -> Reason:
    """A window is cut into periods that it does not hold whole."""
    text = Text("the days looked at make no whole number of periods by {grain}", "所看的天数不能按{grain}整分")
    return Reason(Why.NO_DATA, text.fill(grain=grain_word(grain)))


def not_whole() -> Reason:
    """A slope over whole periods is asked for in one that is not over, or cut by coverage."""
    return Reason(Why.NO_DATA, Text("the period is not known whole", "该期间的数据不完整"))


def rate_too_low() -> Reason:
    return Reason(Why.UNDEFINED, Text("the rate is -100 % or less", "折现率不大于 -100 %"))


def one_sign(text: str) -> Reason:
    said = Text("the flows of `{text}` do not change their sign", "`{text}` 的现金流没有正负变化")
    return Reason(Why.UNDEFINED, said.fill(text=text))


def several_rates(text: str) -> Reason:
    said = Text("`{text}` has several rates at which the flows are worth 0", "`{text}` 有多个使净现值为 0 的利率")
    return Reason(Why.UNDEFINED, said.fill(text=text))


def never_worth_nothing(text: str) -> Reason:
    said = Text("`{text}` has no rate at which the flows are worth 0", "`{text}` 没有使净现值为 0 的利率")
    return Reason(Why.UNDEFINED, said.fill(text=text))


def no_reading(source: str, day: dt.date) -> Reason:
    """A snapshot has no reading before the moment that is asked for."""
    text = Text("`{source}` has no reading before {day}", "`{source}` 在 {day} 之前没有读数")
    return Reason(Why.NO_DATA, text.fill(source=source, day=day))


def before_coverage(source: str, day: dt.date, covers: tuple[dt.date, dt.date]) -> Reason:
    """The state is asked for at a moment before coverage begins."""
    text = Text(
        "the state of `{source}` as {day} began is not known: it covers from {start}",
        "`{source}` 在 {day} 开始时的状态未知：其覆盖从 {start} 开始",
    )
    return Reason(Why.NO_DATA, text.fill(source=source, day=day, start=covers[0]))


def nothing_to(aggregate: str) -> Reason:
    """An average, median, first … of no values, or a sum of rows whose values are all empty."""
    return Reason(Why.NO_VALUE, Text("`{text}` met no values", "`{text}` 没有可用的值").fill(text=aggregate))


def zero_denominator(part: str) -> Reason:
    return Reason(Why.UNDEFINED, Text("the divisor `{part}` is 0", "除数 `{part}` 为 0").fill(part=part))


def base_not_positive(part: str) -> Reason:
    text = Text("the base of growth, `{part}`, is not positive", "增长的基数 `{part}` 不是正数")
    return Reason(Why.UNDEFINED, text.fill(part=part))


def too_large() -> Reason:
    return Reason(Why.UNDEFINED, Text("the number is too large to be computed", "数值过大，无法计算"))


def outside_calendar() -> Reason:
    return Reason(Why.UNDEFINED, Text("the date lies outside the years 1 to 9999", "日期超出公元 1 至 9999 年"))


def outside_domain(function: str) -> Reason:
    text = Text("`{name}` has no value there", "`{name}` 在该处无定义")
    return Reason(Why.UNDEFINED, text.fill(name=function))


def bad_cells(source: str, column: str) -> Reason:
    text = Text(
        "column `{column}` of `{source}` has cells that do not fit",
        "`{source}` 的列 `{column}` 含有不合要求的单元格",
    )
    return Reason(Why.BAD_DATA, text.fill(source=source, column=column))


def missing_column(source: str, column: str) -> Reason:
    text = Text("column `{column}` of `{source}` cannot be used", "`{source}` 的列 `{column}` 不能用")
    return Reason(Why.BAD_DATA, text.fill(source=source, column=column))


def broken_source(source: str, why: Text | None = None) -> Reason:
    if why is not None:
        text = Text("`{source}` cannot be used: {why}", "`{source}` 不能用：{why}")
        return Reason(Why.BAD_DATA, text.fill(source=source, why=why))
    text = Text("`{source}` has lines that could not be read", "`{source}` 含有无法读取的行")
    return Reason(Why.BAD_DATA, text.fill(source=source))


def duplicate_keys(source: str, *, joined: bool = True) -> Reason:
    text = Text("the key of `{source}` is not unique", "`{source}` 的键不唯一")
    linked = Text("the key of `{source}` is not unique, and it is joined", "被关联的 `{source}` 的键不唯一")
    return Reason(Why.BAD_DATA, (linked if joined else text).fill(source=source))


def overlapping_lives(source: str, *, joined: bool = True) -> Reason:
    text = Text("rows of one key overlap in `{source}`", "`{source}` 中同一键的行时间重叠")
    linked = Text("rows of one key overlap in `{source}`, and it is joined", "被关联的 `{source}` 中同一键的行时间重叠")
    return Reason(Why.BAD_DATA, (linked if joined else text).fill(source=source))


def repeated_in_reading(source: str) -> Reason:
    text = Text("a key stands more than once in one reading of `{source}`", "`{source}` 的同一次读数中有重复的键")
    return Reason(Why.BAD_DATA, text.fill(source=source))


def tied_changes(source: str) -> Reason:
    text = Text(
        "`{source}` has two readings of one key at one time, so the last is not known",
        "`{source}` 中同一键在同一时间有两个读数，无法确定哪个是最后的",
    )
    return Reason(Why.BAD_DATA, text.fill(source=source))


def tied_order(aggregate: str) -> Reason:
    text = Text(
        "two rows share the time that `{text}` looks for, and no key tells them apart",
        "`{text}` 所取的时间有两行相同，且没有键可以区分",
    )
    return Reason(Why.BAD_DATA, text.fill(text=aggregate))
