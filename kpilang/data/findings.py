"""What can be wrong with a source's data, in words: shapes, lines, cells, and what was expected instead."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from decimal import Decimal

from kpilang.diagnostics import Diagnostic, Problem, Severity
from kpilang.model.nearest import nearest
from kpilang.model.nouns import DataColumn, DataSource
from kpilang.text import Text

FEW_NAMES = 12
CELL_LENGTH = 60

WRONG_SHAPE = Problem(
    "E510",
    "wrong-shape",
    Text(
        "{file}, the data of `{source}`, has none of the declared columns; expected: {expected}; found: {found}",
        "`{source}` 的数据 {file} 里没有任何已声明的列；应有：{expected}；实有：{found}",
    ),
    why=Text(
        "a file of another shape would give numbers that mean something else", "结构不同的文件会算出含义不同的数字"
    ),
    help=Text(
        "check that it is the right file, that its first line holds the headings (where another does, say which: "
        "`header 3`), and that commas inside cells are quoted; the headings of a text must be separated by comma, "
        "semicolon, tab or |",
        "确认文件正确、第一行是列名（如在别的行，请写明，如 `header 3`）、单元格内的逗号加了引号；文本文件的列名之间用逗号、分号、制表符或 | 分隔",
    ),
)
MISSING_COLUMN = Problem(
    "E511",
    "missing-column",
    Text(
        "{file}, the data of `{source}`, has no column `{cell}`; found: {found}",
        "`{source}` 的数据 {file} 里没有列 `{cell}`；实有：{found}",
    ),
    label=Text("expected in the file", "文件里应有此列"),
    help=Text(
        'correct the heading, or say which column is meant: `from "HEADING"`{hint}',
        '更正列名，或写明对应的列：`from "列名"`{hint}',
    ),
)
DOUBLE_HEADING = Problem(
    "E512",
    "double-heading",
    Text(
        "{file}, the data of `{source}`, has the heading `{cell}` {count} times",
        "`{source}` 的数据 {file} 里列名 `{cell}` 出现了 {count} 次",
    ),
    why=Text("which of the columns is meant cannot be known", "无法知道指的是哪一列"),
    help=Text("rename the others in the file", "在文件里改掉多余的列名"),
)
EMPTY_FILE = Problem(
    "E513",
    "empty-file",
    Text(
        "{file}, the data of `{source}`, is empty, without even headings; expected: {expected}",
        "`{source}` 的数据 {file} 是空的，连列名也没有；应有：{expected}",
    ),
    help=Text("export the file again", "重新导出该文件"),
)
NOT_UTF8 = Problem(
    "E514",
    "data-not-utf8",
    Text(
        "{file}, the data of `{source}`, is not UTF-8 text from byte {byte} on, nor UTF-16 or GB18030",
        "`{source}` 的数据 {file} 从第 {byte} 字节起不是 UTF-8 文本，也不是 UTF-16 或 GB18030",
    ),
    why=Text("names read in the wrong encoding match nothing", "编码不对，名称就对不上"),
    help=Text('save the file as UTF-8 (in Excel: "CSV UTF-8")', "把文件另存为 UTF-8（Excel 里选“CSV UTF-8”）"),
)
BAD_LINES = Problem(
    "E515",
    "bad-line",
    Text(
        "{lines} of {file}, the data of `{source}`, cannot be read: {where}",
        "`{source}` 的数据 {file} 有 {lines}无法读取：{where}",
    ),
    why=Text("every KPI of `{source}` would miss these rows", "`{source}` 的每个 KPI 都会缺少这些行"),
    help=Text(
        "correct the lines, or count them and leave them out with `--on-bad-rows skip`",
        "更正这些行，或用 `--on-bad-rows skip` 计数后略去",
    ),
)
OPEN_QUOTE = Problem(
    "E515",
    "bad-line",
    Text(
        "{file}, the data of `{source}`: the quote opened in row {row} is never closed",
        "`{source}` 的数据 {file}：第 {row} 行的引号没有闭合",
    ),
    why=Text("all that follows in the file belongs to that one cell", "其后的全部内容都成了这一个单元格"),
    help=Text('close the quote; a quote inside a cell is written `""`', '补上引号；单元格内的引号写作 `""`'),
)
UNREADABLE = Problem(
    "E518",
    "unreadable-data",
    Text(
        "{file}, the data of `{source}`, cannot be read: {said}",
        "`{source}` 的数据 {file} 无法读取：{said}",
    ),
    help=Text("export the file again", "重新导出该文件"),
)
WRONG_TYPE = Problem(
    "E517",
    "wrong-column-type",
    Text(
        "{file}, the data of `{source}`: column `{cell}` holds {found}, which is no {sort}",
        "`{source}` 的数据 {file}：列 `{cell}` 存的是 {found}，不是 {sort}",
    ),
    help=Text("expected: {expected}", "应为：{expected}"),
)
BAD_CELLS = Problem(
    "E516",
    "bad-cell",
    Text(
        "{cells} of `{source}.{column}` in {file} cannot be used: {where}",
        "{file} 里 `{source}.{column}` 有 {cells}不能用：{where}",
    ),
    label=Text("expected: {expected}", "应为：{expected}"),
    why=Text("a KPI that uses this column would be computed without these rows", "用到此列的 KPI 会漏算这些行"),
    help=Text(
        "correct the cells{form}, or count them and leave their rows out with `--on-bad-rows skip`",
        "更正这些单元格{form}，或用 `--on-bad-rows skip` 计数后略去",
    ),
)
AMBIGUOUS = Problem(
    "E529",
    "two-readings",
    Text(
        "{cells} of `{source}.{column}` in {file} cannot be read while some have two readings: {where}",
        "{file} 里 `{source}.{column}` 有 {cells}无法读取，因为其中有的有两种读法：{where}",
    ),
    why=Text("no other cell of the column says which is meant", "该列其他单元格也没有说明是哪一种"),
    help=Text("declare it: {formats}", "声明：{formats}"),
)
SHORT_YEAR = Problem(
    "E532",
    "short-year",
    Text(
        "years have two digits in {cells} of `{source}.{column}` in {file}: {where}",
        "{file} 里 `{source}.{column}` 有 {cells}的年份只有两位：{where}",
    ),
    why=Text(
        "which part is the year, and of which century, is not written there",
        "哪一部分是年份、属于哪个世纪，单元格里没有写明",
    ),
    help=Text(
        "declare it, so that 69 to 99 are 1969 to 1999 and 00 to 68 are 2000 to 2068: {formats}; or export years of four digits",
        "声明：{formats}，则 69 至 99 为 1969 至 1999 年，00 至 68 为 2000 至 2068 年；或导出四位年份",
    ),
)
GUESSED = Problem(
    "E530",
    "format-guessed",
    Text(
        '`{source}.{column}` in {file} is read as `format "{format}"`, which fits its cells',
        '{file} 里 `{source}.{column}` 按 `format "{format}"` 读取，与其单元格相符',
    ),
    help=Text('declare it, if it is right: `format "{format}"`', '如果正确，请声明：`format "{format}"`'),
    severity=Severity.INFO,
)
SKIPPED_CELLS = Text(
    "{cells} of `{column}` in {file} cannot be used, rows left out: {where}; expected: {expected}",
    "{file} 里 `{column}` 有 {cells}不能用，所在行已略去：{where}；应为：{expected}",
)
SKIPPED_LINES = Text("{lines} of {file} cannot be read: {where}", "{file} 有 {lines}无法读取：{where}")

REASONS = {
    "MISSING COLUMNS": Text("too few cells", "单元格太少"),
    "TOO MANY COLUMNS": Text("too many cells", "单元格太多"),
    "UNQUOTED VALUE": Text("a quote out of place", "引号位置不对"),
    "LINE SIZE OVER MAXIMUM": Text("too long a line", "行太长"),
    "INVALID ENCODING": Text("not UTF-8", "不是 UTF-8"),
}
_OTHER_REASON = Text("malformed", "格式错误")

_EXPECTED = {
    "text": Text("a text", "文本"),
    "number": Text(
        "a number such as 1203.5 or 1.2e3, without thousands separators", "数字，如 1203.5 或 1.2e3，不带千位分隔符"
    ),
    "integer": Text("a whole number such as 1203, without thousands separators", "整数，如 1203，不带千位分隔符"),
    "bool": Text(
        "yes or no (yes/no, true/false, y/n, 1/0, 是/否, 真/假)", "是或否（yes/no、true/false、y/n、1/0、是/否、真/假）"
    ),
    "date": Text("a date such as 2026-01-31, without a time", "日期，如 2026-01-31，不带时间"),
    "datetime": Text("a date and time such as 2026-01-31 09:30:00", "日期时间，如 2026-01-31 09:30:00"),
    "duration": Text("a number such as 12.5 in the declared unit", "数字，如 12.5，按声明的单位"),
    "money": Text(
        "an amount such as 1203.50: digits, sign and point only, no currency sign, no thousands separators",
        "金额，如 1203.50：只有数字、正负号和小数点，不带货币符号和千位分隔符",
    ),
    "percent": Text("a percentage such as 45% or 0.45", "百分比，如 45% 或 0.45"),
}
_FORMATTED = Text("{plain} written as `{format}`", "按 `{format}` 书写的{plain}")
_PLAIN = {
    "date": Text("a date", "日期"),
    "datetime": Text("a date and time", "日期时间"),
    "duration": Text("a duration", "时长"),
}

_DAYS = ("%Y/%m/%d", "%Y.%m.%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%Y%m%d", "%Y年%m月%d日", "%Y-%m-%d")
_CLOCKS = ("%H:%M", "%H:%M:%S")
_MOMENTS = (*_DAYS, *(f"{day} {clock}" for day in _DAYS for clock in _CLOCKS))
FORMS = {"date": _DAYS, "datetime": _MOMENTS, "duration": ("%H:%M:%S", "%H:%M")}

NULL_WORDS = frozenset(
    ("na", "n/a", "null", "none", "nil", "nan", "-", "--", "—", "#n/a", "#div/0!", "?", "无", "空", "暂无", "/")
)


def expected(column: DataColumn) -> Text:
    """What a cell of a column should hold."""
    if column.format is not None and column.sort in _PLAIN:
        whole = _FORMATTED.fill(plain=_PLAIN[column.sort], format=column.format)
    elif column.sort == "percent" and column.percent_of != 1:
        whole = Text("a percentage such as 45 or 45%", "百分比，如 45 或 45%")
    else:
        whole = _EXPECTED.get(column.sort, _EXPECTED["number"])
    parts = [whole, *_domain(column)]
    return Text(", ".join(part.en for part in parts), "，".join(part.zh for part in parts))


def _domain(column: DataColumn) -> list[Text]:
    parts = []
    if column.items:
        items = listed([str(item) for item in column.items])
        parts.append(Text(f"one of {items.en}", f"须为 {items.zh} 之一"))
    if column.low is not None or column.high is not None:
        span = f"{_bound(column.low)} .. {_bound(column.high)}"
        parts.append(Text(f"in {span}", f"在 {span} 之内"))
    if column.required:
        parts.append(Text("not empty", "不能为空"))
    return parts


def _bound(value: Decimal | None) -> str:
    return "" if value is None else f"{value:f}"


def reason(error: str) -> Text:
    """The engine's kind of rejected line, in words."""
    return REASONS.get(error, _OTHER_REASON)


def listed(names: Sequence[str]) -> Text:
    """Headings in a row, cut short when they are many; nothing is said so."""
    if not names:
        return Text("nothing", "无")
    few = [f"`{shown(name)}`" for name in names[:FEW_NAMES]]
    more = len(names) - len(few)
    return Text(
        ", ".join(few) + (f" and {more} more" if more else ""),
        "、".join(few) + (f" 等 {len(names)} 个" if more else ""),
    )


def alternatives(texts: Sequence[str], prefix: str = "format ") -> Text:
    """What may be meant, one or another: formats as they are declared, or other texts."""
    each = [f'`{prefix}"{text}"`' if prefix else f"`{text}`" for text in texts]
    last = len(each) - 1
    english = f"{', '.join(each[:last])} or {each[last]}" if last else each[0]
    return Text(english, f"{'、'.join(each[:last])} 或 {each[last]}" if last else each[0])


def shown(cell: str) -> str:
    """A cell as it is quoted in a sentence: on one line, cut when long."""
    flat = "".join(character if character.isprintable() else repr(character)[1:-1] for character in cell)
    return flat if len(flat) <= CELL_LENGTH else flat[: CELL_LENGTH - 1] + "…"


def row_named(number: int, heading: str = "", *, item: bool = False) -> Text:
    """A row, or item of a list, by its number; with the heading of one of its cells where that is needed."""
    words = Text(f"item {number}", f"第 {number} 项") if item else Text(f"row {number}", f"第 {number} 行")
    mark = f" `{shown(heading)}`" if heading else ""
    return Text(words.en + mark, words.zh + mark)


def places(found: Sequence[tuple[Text, Text]], count: int) -> Text:
    """Places and what stands there, the first few of `count`."""
    english = [f"{place.en} {what.en}" for place, what in found]
    chinese = [f"{place.zh}{'' if what.zh.startswith('（') else ' '}{what.zh}" for place, what in found]
    if count > len(found):
        english.append("…")
        chinese.append("……")
    return Text(", ".join(english), "，".join(chinese))


def many(count: int, one: str, several: str, chinese: str) -> Text:
    """A count with its noun."""
    return Text(f"{count:,} {one if count == 1 else several}", f"{count:,} {chinese}")


def form_hint(column: DataColumn, texts: Sequence[str], reads_all: Callable[[str], bool]) -> Text:
    """The formats that all these bad cells are written in and that read all other cells too, or that they are words for
    nothing: to declare it may be the better mend."""
    words = list(dict.fromkeys(text.strip() for text in texts))
    if words and all(word.lower() in NULL_WORDS for word in words):
        listed = ", ".join(f'"{word}"' for word in words)
        return Text(f", declare `null {listed}`", f"，或声明 `null {listed}`")
    if column.sort not in FORMS or column.format is not None:
        return Text("", "")
    written = [form for form in FORMS[column.sort] if texts and all(_written_as(text, form) for text in texts)]
    fitting = [form for form in written if reads_all(form)]
    if not fitting:
        return Text("", "")
    forms = [f'`format "{form}"`' for form in fitting]
    return Text(f", declare {' or '.join(forms)}", f"，或声明 {' 或 '.join(forms)}")


def _written_as(text: str, form: str) -> bool:
    try:
        return bool(dt.datetime.strptime(text.strip(), form))  # noqa: DTZ007 - only its form is asked
    except ValueError:
        return False


def not_text(source: DataSource, file: str, byte: int | None) -> Diagnostic:
    """A file that is no text in a known encoding, and where UTF-8 ended."""
    return NOT_UTF8.at(source.declaration.head, file=file, source=source.name, byte=(byte or 0) + 1)


_CAUSES = {
    "no-data-place": Text("nothing says where its data are", "没有说明数据在哪里"),
    "data-missing": Text("there is no `{file}`", "找不到 `{file}`"),
    "data-outside-project": Text("{file} lies outside the project", "{file} 在项目文件夹之外"),
    "data-not-a-file": Text("{file} is not a file of this machine", "{file} 不是本机的文件"),
    "data-format": Text("{file} is in no format that can be read", "{file} 不是可读取的格式"),
    "empty-file": Text("{file} is empty", "{file} 是空的"),
    "data-not-utf8": Text("{file} is no text in a known encoding", "{file} 不是已知编码的文本"),
    "wrong-shape": Text("{file} has none of the declared columns", "{file} 里没有任何已声明的列"),
    "bad-line": Text("{file} has a malformed quote or line", "{file} 中有引号或行格式错误"),
    "file-changed": Text("{file} was changed while it was read", "{file} 在读取时被改动"),
    "data-changed-meanwhile": Text("{file} was changed while the KPIs were computed", "计算 KPI 时 {file} 被改动"),
    "no-room": Text("there was no room to read {file}", "没有空间读取 {file}"),
    **dict.fromkeys(
        (
            "no-such-table",
            "table-not-named",
            "missing-column",
            "double-heading",
            "headings-reversed",
            "headings-are-other-periods",
            "headings-in-another-row",
        ),
        Text("{file} has no such table as declared", "{file} 里没有所声明的表"),
    ),
}
_NO_CAUSE = Text("{file} cannot be read", "{file} 无法读取")
_ROOM = ("no space left", "file too large", "disk quota", "out of memory", "max_temp_directory_size")
NO_ROOM = Problem(
    "E531",
    "no-room",
    Text(
        "there is no room left to read {file}, the data of `{source}`: {said}",
        "没有空间读取 `{source}` 的数据 {file}：{said}",
    ),
    why=Text(
        "what does not fit in memory is kept in the folder for temporary files", "内存放不下的内容存放在临时文件夹"
    ),
    help=Text(
        "free some space, name another folder by TMPDIR, or give more memory: `--memory 4GB`",
        "腾出空间，用 TMPDIR 指定其他文件夹，或增加内存：`--memory 4GB`",
    ),
)


def why(finding: Diagnostic, file: str) -> Text:
    """Why a source cannot be used, in a few words that name the file."""
    return _CAUSES.get(finding.name, _NO_CAUSE).fill(file=shown(file))


def unreadable(source: DataSource, file: str, said: str) -> Diagnostic:
    """A file that cannot be read at all, with the first line of what the system or engine said."""
    if any(word in said.lower() for word in _ROOM):
        return NO_ROOM.at(source.declaration.head, file=file, source=source.name, said=said.partition("\n")[0])
    return UNREADABLE.at(source.declaration.head, file=file, source=source.name, said=said.partition("\n")[0])


def nearest_heading(cell: str, headings: Sequence[str]) -> Text:
    """The heading most like one that is missing, or nothing."""
    best = nearest(cell, (heading for heading in headings if heading))
    return Text(f"; nearest: `{best}`", f"；最接近的是 `{best}`") if best else Text("", "")
