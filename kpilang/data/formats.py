"""What can be wrong with a file of another format than CSV and Parquet, in words: its tables, its cells, its encoding."""

from __future__ import annotations

from kpilang.diagnostics import Problem, Severity
from kpilang.text import Text

TABLE, SHEET = Text("table", "表"), Text("sheet", "工作表")
NO_TABLE = Problem(
    "E521",
    "no-such-table",
    Text(
        "{file}, the data of `{source}`, has no {kind} `{name}`; found: {found}",
        "`{source}` 的数据 {file} 里没有{kind} `{name}`；实有：{found}",
    ),
    help=Text("correct the name after `from`", "更正 `from` 之后的名称"),
)
WHICH_TABLE = Problem(
    "E522",
    "table-not-named",
    Text(
        "{file}, the data of `{source}`, is no single {kind}; found: {found}",
        "`{source}` 的数据 {file} 不是单独一个{kind}；实有：{found}",
    ),
    help=Text('say which is meant: `from "…" {word} "…"`', '写明是哪一个：`from "…" {word} "…"`'),
)
DISGUISED = Problem(
    "E535",
    "another-format",
    Text(
        "{file}, the data of `{source}`, is not what its ending says: it is {kind}",
        "`{source}` 的数据 {file} 与其扩展名不符：实为{kind}",
    ),
    help=Text(
        "open it in the program that it belongs to and save it as what its ending says, or give it its right ending",
        "用相应的程序打开并另存为扩展名所示的格式，或改正其扩展名",
    ),
)
TWICE = Problem(
    "E536",
    "doubled-name",
    Text(
        "{file}, the data of `{source}`: the object that begins with {begin} has the name `{name}` more than once",
        "`{source}` 的数据 {file}：以 {begin} 开头的对象里名称 `{name}` 出现多次",
    ),
    why=Text("which of the values is meant cannot be known", "无法知道指的是哪个值"),
    help=Text("export the file again, with each name once", "重新导出该文件，每个名称只出现一次"),
)
NOT_JSON = Problem(
    "E523",
    "not-json",
    Text(
        "{file}, the data of `{source}`, is no JSON in line {line}: {said}",
        "`{source}` 的数据 {file} 第 {line} 行不是 JSON：{said}",
    ),
    help=Text("export the file again", "重新导出该文件"),
)
NO_OBJECT = Problem(
    "E523",
    "not-json",
    Text(
        "{file}, the data of `{source}`: number {number} of the list is `{found}`, no object with names",
        "`{source}` 的数据 {file}：列表第 {number} 项是 `{found}`，不是带名称的对象",
    ),
    help=Text('a row is written `{{"name": value, …}}`', '一行写作 `{{"名称": 值, …}}`'),
)
RAGGED = Problem(
    "E515",
    "bad-line",
    Text(
        "{file}, the data of `{source}`: row {row} has another number of cells than the headings",
        "`{source}` 的数据 {file}：第 {row} 行的单元格数与列名数不同",
    ),
    help=Text("correct the row", "更正该行"),
)
NO_VALUE = Problem(
    "E524",
    "cell-without-value",
    Text(
        "no value is stored in {cells} of `{source}.{column}` in {file}: {where}",
        "{file} 里 `{source}.{column}` 有 {cells}没有存储值：{where}",
    ),
    why=Text(
        "a formula's value is in the file only if Excel saved it there; an error is none",
        "只有 Excel 保存过，公式的值才在文件里；错误不是值",
    ),
    help=Text(
        "open the file in Excel, mend the cell if need be, and save it",
        "用 Excel 打开文件，必要时更正该单元格，再保存",
    ),
)
MERGED = Problem(
    "E533",
    "merged-cells",
    Text(
        "cells of `{source}.{column}` in {file} are merged: {where}",
        "{file} 里 `{source}.{column}` 有合并单元格：{where}",
    ),
    why=Text(
        "only the first of merged cells holds the value; the rows of the others would have none",
        "合并的单元格只有第一个存有值，其余各行会没有值",
    ),
    help=Text(
        "unmerge them in Excel, write the value into each cell, and save the file",
        "在 Excel 中取消合并，在每个单元格填入该值，再保存文件",
    ),
)
HEADINGS_ELSEWHERE = Problem(
    "E534",
    "headings-in-another-row",
    Text(
        "{file}, the data of `{source}`: row {row} has {few} of the declared columns, row {other} has {more}",
        "`{source}` 的数据 {file}：第 {row} 行有 {few} 个已声明的列，第 {other} 行有 {more} 个",
    ),
    help=Text(
        "say in which row the headings stand: `header {other}` after the file",
        "写明列名在第几行：在文件名之后加 `header {other}`",
    ),
)
ENCODING = Problem(
    "E525",
    "encoding-guessed",
    Text(
        "{file}, the data of `{source}`, is read as {encoding}: it is not UTF-8",
        "`{source}` 的数据 {file} 不是 UTF-8，按 {encoding} 读取",
    ),
    help=Text("check that names look right, or save the file as UTF-8", "确认名称无误，或把文件另存为 UTF-8"),
    severity=Severity.INFO,
)
REVERSED_HEADINGS = Problem(
    "E526",
    "headings-reversed",
    Text(
        "{file}, the data of `{source}`: the column `{first}` stands after `{last}`",
        "`{source}` 的数据 {file}：列 `{first}` 在 `{last}` 之后",
    ),
    help=Text("name them in the order of the file", "按文件中的顺序书写"),
)
MADE_TWICE = Problem(
    "E512",
    "double-heading",
    Text(
        "{file}, the data of `{source}`, has a column `{cell}` besides the one that `unpivot` makes",
        "`{source}` 的数据 {file} 除 `unpivot` 生成的列外，另有一列 `{cell}`",
    ),
    why=Text("which of the columns is meant cannot be known", "无法知道指的是哪一列"),
    help=Text("write another name after `into`", "在 `into` 之后换一个名称"),
)
OTHER_PERIODS = Problem(
    "E527",
    "headings-are-other-periods",
    Text(
        "{file}, the data of `{source}`: the {count} headings {found} are not the periods from {first} to {last}",
        "`{source}` 的数据 {file}：{count} 个列名 {found} 不是 {first} 到 {last} 的各个期间",
    ),
    help=Text(
        "correct the headings after `unpivot`, or the time after `for`",
        "更正 `unpivot` 之后的列名或 `for` 之后的时间",
    ),
)
CHANGED = Problem(
    "E528",
    "file-changed",
    Text(
        "{file}, the data of `{source}`, was changed while it was read",
        "`{source}` 的数据 {file} 在读取时被改动",
    ),
    why=Text("half of an old and half of a new file is neither", "新旧各半的文件两者都不是"),
    help=Text("run again when nobody writes the file", "在无人写入该文件时重新运行"),
)
