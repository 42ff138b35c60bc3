"""V106: data that contradict what their source declares: keys, links, domains, required cells, times."""

from __future__ import annotations

from collections.abc import Iterator

from kpilang.diagnostics import Severity
from kpilang.lint.history import History
from kpilang.lint.look import Look
from kpilang.lint.rule import Criterion, Document, Finding, Option, Quality, Rule, WithData
from kpilang.model.nouns import DataSource
from kpilang.text import Span, Text

PARTNERS = Option[bool](
    "partners",
    True,
    Text(
        "whether rows without partner along a link that is not `optional` count",
        "未标 `optional` 的关联找不到对应行时是否报告",
    ),
)

REPEATED = Text("this key does not tell its rows apart", "此键未能区分各行")
CELLS = Text("not every cell holds what is declared here", "有单元格不符合这里的声明")
LONELY = Text("not every row finds its partner", "并非每一行都能找到对应行")
TIMELESS = Text("not every row has its time", "并非每一行都有时间")
UNIQUE = Text(
    "remove the rows that come twice, or declare the columns that make the key unique",
    "删去重复的行，或声明能使键唯一的列",
)
FITTING = Text(
    "correct the cells where they come from, or declare what may stand there",
    "在来源系统更正这些单元格，或声明这里允许的内容",
)
PARTNER = Text(
    "bring the missing rows into `{target}`; where a row may well have no partner, declare the link `optional`",
    "在 `{target}` 中补上缺少的行；如果确实可以没有对应行，把关联声明为 `optional`",
)
DATED = Text("fill in the times where the rows come from", "在来源系统补上时间")
_TIMES = ("no-time", "ends-before-start")


def find(look: Look) -> Iterator[Finding]:
    """What the verification of each source found."""
    for source in look.sources if look.history is not None else ():
        if look.history is not None:
            yield from _keys(source, look.history)
            yield from _cells(source, look.history)
            yield from _rows(source, look.history, partners=look.option(PARTNERS))


def _keys(source: DataSource, history: History) -> Iterator[Finding]:
    key = source.declaration.first("key")
    span = key.span if key else source.declaration.head
    for text in history.flaws.get(source.name, ()):
        yield Finding(span, None, {"fault": text}, label=REPEATED, help=UNIQUE)


def _cells(source: DataSource, history: History) -> Iterator[Finding]:
    """Cells that do not fit their type or domain, or are empty where they must not be; skipped ones too."""
    for item in history.cells.get(source.name, ()):
        yield Finding(item.span, None, {"fault": item.message, "expected": item.label}, label=CELLS, help=FITTING)
    for left in history.reports[source.name].left_out if source.name in history.reports else ():
        if left.code == "bad-cell":
            yield Finding(source.declaration.head, None, {"fault": left.text}, label=CELLS, help=FITTING)


def _rows(source: DataSource, history: History, *, partners: bool) -> Iterator[Finding]:
    """Rows without partner or time."""
    for left in history.reports[source.name].left_out if source.name in history.reports else ():
        link = source.links.get(left.link.partition(".")[0])
        if left.code in _TIMES:
            yield Finding(_time(source), None, {"fault": left.text}, label=TIMELESS, help=DATED)
        elif left.code == "no-partner" and link is not None and partners and not link.optional:
            yield Finding(link.span, None, {"fault": left.text, "target": link.target}, label=LONELY, help=PARTNER)


def _time(source: DataSource) -> Span:
    fields = (source.declaration.first(word) for word in ("time", "lives", "snapshot"))
    found = next((field for field in fields if field is not None), None)
    return found.span if found is not None else source.declaration.head


_SHOP = """
source baskets "Baskets" from "baskets.csv" {
  key       basket_id
  time      bought_on
  link      shop_id -> shops as shop
  column    channel : text in ("web", "store") required
  column    amount : money(CNY) required
  collected "Till" every day
}

source shops "Shops" from "shops.csv" {
  key       shop_id
  column    town : text
  collected "Register" every month
}
"""
_SHOPS = "shop_id,town\nN,Nanjing\nS,Suzhou\n"
_BASKETS = """\
basket_id,bought_on,shop_id,channel,amount
1,2026-06-01,N,web,40
2,2026-06-02,S,store,60
3,2026-06-30,N,store,50
"""


def _with(old: str, new: str) -> WithData:
    return WithData(_SHOP, {"baskets.csv": _BASKETS.replace(old, new), "shops.csv": _SHOPS})


RULE = Rule(
    code="V106",
    name="broken-key",
    criterion=Criterion.VERIFIABLE,
    severity=Severity.WARNING,
    summary=Text(
        "Data that contradict their source: a key that comes twice, a row without partner along a link or without a time, a cell outside its domain or empty where one is required.",
        "数据与数据源的声明不符：键重复，行沿关联找不到对应行或没有时间，单元格超出取值范围，必填列为空。",
    ),
    message=Text("{fault}", "{fault}"),
    why=Text(
        "a figure can be verified only where each thing is counted once and each row belongs somewhere",
        "每件事只计一次、每一行都有归属，数值才能核实",
    ),
    help=FITTING,
    documents=(Document.GUIDE,),
    decides=(Quality.VERIFIABLE,),
    needs_data=True,
    find=find,
    options=(PARTNERS,),
    bad=(
        _with("2,2026-06-02,S", "1,2026-06-02,S"),
        _with("2026-06-02,S", "2026-06-02,W"),
        _with("store,60", "fax,60"),
        _with("store,60", ",60"),
    ),
    good=(
        WithData(_SHOP, {"baskets.csv": _BASKETS, "shops.csv": _SHOPS}),
        WithData(
            _SHOP.replace("as shop", "as shop optional"),
            {"baskets.csv": _BASKETS.replace("2026-06-02,S", "2026-06-02,"), "shops.csv": _SHOPS},
        ),
    ),
)
