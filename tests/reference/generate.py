"""Projects, rows and questions made at random: every kind of source, empties, ties, month ends, leap days, summer time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from hypothesis import strategies as st

from tests.reference.formulas import formulas

ZONES = ("UTC", "America/New_York", "Europe/Berlin", "Asia/Shanghai")
DAYS = tuple(
    dt.date(2024, month, day)
    for month, day in (
        (1, 30),
        (1, 31),
        (2, 1),
        (2, 10),
        (2, 28),
        (2, 29),
        (3, 1),
        (3, 10),
        (3, 11),
        (3, 30),
        (3, 31),
        (4, 1),
    )
)
KNOWN = tuple(
    dt.date(2024, month, day)
    for month, day in ((5, 1), (4, 30), (4, 10), (4, 1), (3, 31), (3, 30), (3, 15), (3, 10), (2, 29), (2, 10))
)
EARLY = (dt.date(2024, 1, 15), dt.date(2024, 1, 1), dt.date(2023, 12, 31), dt.date(2023, 2, 10), dt.date(2023, 3, 31))
TWICE = ("2024-11-03 01:30", "2024-10-27 02:30")
CLOCKS = ("00:00", "02:30", "08:15", "23:59")
COUNTS = (0, 1, 2, 4, 6, 8, 8, 10, 10, 12, 12)
NUMBERS = ("", "0", "1", "2", "2.5", "-1.25", "4", "10", "0.25")
SEGMENTS = ("", "red", "blue", "red")
WIDE = (
    "covers 2024-01 .. 2024-03",
    "",
    "covers 2024-01 .. 2024-04",
    "covers 2023-01 .. 2024-04",
    "covers 2024-01-31 .. 2024-03-10",
    "covers 2024-02-10 .. 2024-03-29",
    'collected "s" every month',
)
Cell = Callable[[st.DrawFn], str]


@dataclass(frozen=True)
class Trial:
    """A project as text, the cells of each source as CSV text, and a question by word."""

    definitions: str
    cells: dict[str, str]
    ask: dict[str, str]


KPIS = ("one", "two", "three", "four", "five")


def choice(*options: str) -> Cell:
    return lambda draw: draw(st.sampled_from(options))


def day(draw: st.DrawFn) -> str:
    pool = draw(st.sampled_from((DAYS, DAYS, DAYS, DAYS, DAYS, EARLY)))
    return draw(st.sampled_from(pool)).isoformat()


def perhaps_day(draw: st.DrawFn) -> str:
    return "" if draw(st.integers(0, 4)) == 0 else day(draw)


def clock(draw: st.DrawFn) -> str:
    """A datetime with or without offset, sometimes none; some come twice on the clock, some never."""
    text = f"{day(draw)} {draw(st.sampled_from(CLOCKS))}"
    zoned = text.replace(" ", "T")
    return draw(st.sampled_from((text, text, text, zoned + "+00:00", zoned + "-05:00", "", *TWICE)))


NUMBER, INTEGER, TRUTH = choice(*NUMBERS), choice("", "0", "1", "2", "3"), choice("", "true", "false")
SEGMENT, TEAM = choice(*SEGMENTS), choice("x", "y", "")


def table(draw: st.DrawFn, columns: dict[str, Cell], *, most: int = 12, keyed: bool = False) -> str:
    """CSV text of a few rows; `keyed` numbers the first column, so that it is a key."""
    lines = [",".join(columns)]
    for number in range(min(most, draw(st.sampled_from(COUNTS)))):
        row = [cell(draw) for cell in columns.values()]
        lines.append(",".join([str(number + 8), *row[1:]] if keyed else row))
    return "\n".join(lines) + "\n"


def orders(draw: st.DrawFn) -> tuple[str, str]:
    dated = draw(st.booleans())
    text = f"""source orders {{
  key id
  time at
  link customer_id -> customers as customer{draw(st.sampled_from((" optional", "")))}
  link customer_id -> members as member
  {draw(st.sampled_from(WIDE))}
  {draw(st.sampled_from(("", "", "", "planned")))}
  column id : text
  column at : {"date" if dated else "datetime"}
  column paid : {"datetime" if dated else "date"}
  column customer_id : text
  column amount : number
  column qty : integer
  column status : text
  column gift : bool
  column wait : duration(minutes)
  column price : money(by coin)
  column coin : text
  derive worth = amount * qty
  derive spent = sum(amount) per customer_id
  derive first_paid = first(paid where qty is not null) per customer_id, status
  derive first_status = first(status) per customer_id
  derive paid_orders = count(orders where status = "paid") / count(distinct status) per customer_id
}}
source buyers from orders per customer_id {{
  derive since = min(at)
  derive upto = max(paid)
  derive total = sum(qty)
  derive made = count(orders where gift) + {draw(st.sampled_from(("0", "median(amount)")))}
  derive last_status = last(status)
  time {draw(st.sampled_from(("since", "since", "upto")))}
  link customer_id -> customers as customer optional
  {draw(st.sampled_from(WIDE))}
}}
"""
    columns = {
        "id": choice(""),
        "at": perhaps_day if dated else clock,
        "paid": clock if dated else perhaps_day,
        "customer_id": choice("a", "b", "c", ""),
        "amount": NUMBER,
        "qty": INTEGER,
        "status": choice("open", "paid", "Paid late", ""),
        "gift": TRUTH,
        "wait": choice("", "30", "90", "1500"),
        "price": NUMBER,
        "coin": choice("CNY", "USD", "USD", "EUR", draw(st.sampled_from(("CNY", "CNY", "GBP", "")))),
    }
    return text, table(draw, columns, keyed=True)


def rates(draw: st.DrawFn) -> tuple[str, str]:
    """Rates from long before, and some that change; sometimes two of one day that contradict."""
    text = f"""source rates {{
  time day
  column day : {draw(st.sampled_from(("date", "date", "datetime")))}
  column coin : text
  column rate : number
  rates coin to CNY by rate {draw(st.sampled_from(("", "", "", "carried at most 29 days")))}
}}
"""
    changes = once(table(draw, {"day": day, "coin": choice("USD", "EUR"), "rate": choice("4", "6.5", "8", "")}))
    return text, changes + "2023-01-01,USD,5\n2023-01-01,EUR,10\n"


def customers(draw: st.DrawFn) -> tuple[str, str]:
    text = """source customers {
  key id
  column id : text
  column segment : text
  column size : integer
  column joined : date
}
"""
    ids = draw(st.sampled_from((("a", "b"), ("a",), ("a", "b", "d"))))
    rows = [f"{key},{SEGMENT(draw)},{INTEGER(draw)},{perhaps_day(draw)}" for key in ids]
    return text, "\n".join(["id,segment,size,joined", *rows]) + "\n"


def members(draw: st.DrawFn) -> tuple[str, str]:
    """Lives that never overlap for one key."""
    text = """source members {
  key id
  lives since until upto
  column id : text
  column since : date
  column upto : date
  column tier : text
}
"""
    rows = ["id,since,upto,tier"]
    for key in ("a", "b"):
        cuts = sorted(draw(st.lists(st.sampled_from(DAYS[2:11:2]), min_size=2, max_size=4, unique=True)))
        ends = [cut.isoformat() for cut in cuts[1:]] + [""]
        rows += [
            f"{key},{cut},{end},{draw(st.sampled_from(('gold', 'iron', '')))}"
            for cut, end in zip(cuts, ends, strict=True)
        ]
    return text, "\n".join(rows) + "\n"


def plan(draw: st.DrawFn) -> tuple[str, str]:
    text = f"""source plan {{
  time month each {draw(st.sampled_from(("month", "month", "month", "quarter", "week")))}
  {draw(st.sampled_from(("planned", "planned  covers 2024-01 .. 2024-04", "", "covers 2024-01 .. 2024-04")))}
  column month : date
  column segment : text
  column goal : number
  column owed : number stock
}}
"""
    return text, table(draw, {"month": day, "segment": SEGMENT, "goal": NUMBER, "owed": NUMBER}, most=5)


def stock(draw: st.DrawFn) -> tuple[str, str]:
    kind = draw(
        st.sampled_from(("complete", "changes", "changes carried at most 2 days", "changes carried at most 29 days"))
    )
    text = f"""source stock {{
  key item
  snapshot read {kind}
  {draw(st.sampled_from(WIDE))}
  column item : text
  column read : {draw(st.sampled_from(("date", "datetime")))}
  column segment : text
  column qty : number
}}
"""
    rows = table(draw, {"item": choice("p", "q", "r"), "read": day, "segment": SEGMENT, "qty": NUMBER}, most=7)
    return text, rows if draw(st.integers(0, 9)) == 9 else once(rows)


def once(text: str) -> str:
    """The rows of a table without those that agree with an earlier one in the first two columns."""
    head, *rows = text.splitlines()
    first = {tuple(row.split(",")[:2]): row for row in reversed(rows)}
    return "\n".join([head, *first.values()]) + "\n"


def staff(draw: st.DrawFn) -> tuple[str, str]:
    how = draw(st.sampled_from(("until", "through")))
    text = f"""source staff {{
  key id
  lives hired {how} gone
  link id -> members as member optional
  {draw(st.sampled_from(WIDE))}
  {draw(st.sampled_from(("", "", "", "planned")))}
  column id : text
  column hired : {"date" if how == "through" else draw(st.sampled_from(("date", "datetime")))}
  column gone : date
  column segment : text
  column team : text
  column pay : number
}}
"""
    columns = {
        "id": choice("a", "b", "c"),
        "hired": day,
        "gone": perhaps_day,
        "segment": SEGMENT,
        "team": TEAM,
        "pay": NUMBER,
    }
    return text, table(draw, columns)


def items(draw: st.DrawFn) -> tuple[str, str]:
    """Rows whose time stands in the row they belong to."""
    text = f"""source items {{
  time order.at
  link order_id -> orders as order
  {draw(st.sampled_from(WIDE))}
  column order_id : {draw(st.sampled_from(("text", "integer")))}
  column price : money(EUR)
  column part : percent(0..100)
  derive euros = price / 1 EUR
}}
"""
    order = choice("8", "9", "10", "11", "12", "13", "", "99")
    price = choice("", "0.10", "0.20", "19.99", "-5", "100")
    return text, table(draw, {"order_id": order, "price": price, "part": choice("", "10", "25%", "100")})


def tickets(draw: st.DrawFn) -> tuple[str, str]:
    """Rows with a time of their own and a life."""
    text = f"""source tickets {{
  key id
  time made
  lives opened until closed
  link id -> members as member optional
  {draw(st.sampled_from(WIDE))}
  column id : text
  column made : date
  column opened : datetime
  column closed : datetime
  column segment : text
  column effort : duration(hours)
  derive hours = effort / 1 hour
}}
"""
    columns = {
        "id": choice("a", "b", "c"),
        "made": perhaps_day,
        "opened": clock,
        "closed": clock,
        "segment": SEGMENT,
        "effort": choice("", "0.5", "1", "8"),
    }
    return text, table(draw, columns)


SOURCES = {
    "orders": orders,
    "customers": customers,
    "rates": rates,
    "members": members,
    "plan": plan,
    "stock": stock,
    "staff": staff,
    "items": items,
    "tickets": tickets,
}


LENGTHS = ("month",) * 8 + ("fiscal month",)
OF_WEEKS = (
    "year ends last sunday of february  months 4-4-5",
    "year ends saturday nearest january 31  months 5-4-4",
)
WORKED = (
    ("", "weekend friday, saturday", "weekend none"),
    ("", "holidays 2024-02-10 .. 2024-02-17, 2024-03-29", "holidays 2024-02-29"),
    ("", "workdays 2024-03-10, 2024-03-31"),
    ("", "hours 09:00 .. 17:30", "hours 01:30 .. 03:15, 22:00 .. 24:00", "hours 02:30 .. 02:45"),
)
BREAKDOWNS = {
    "orders": ("member.tier", "customer.segment, gift", "first_status"),
    "buyers": ("last_status", "customer.size"),
    "ordersbuyers": ("customer_id",),
    "staff": ("member.tier", "team, segment"),
    "items": ("order.customer.size", "order.gift"),
}
ABOUT = (
    ("orders",),
    ("buyers",),
    ("orders", "buyers"),
    ("staff",),
    ("stock",),
    ("plan",),
    ("orders", "plan"),
    ("orders", "staff"),
    ("items",),
    ("tickets",),
    ("items", "tickets", "customers"),
    ("orders", "staff", "stock", "customers"),
)


@st.composite
def trials(draw: st.DrawFn) -> Trial:
    """A project with some KPIs over it, its rows, and a question."""
    about = draw(st.sampled_from(ABOUT))
    ground, cells = project(draw)
    kpis = "".join(kpi(name, draw(formulas(about, name)), draw(st.sampled_from(LENGTHS))) for name in KPIS)
    return Trial(ground + kpis, cells, draw(questions(about)))


def project(draw: st.DrawFn) -> tuple[str, dict[str, str]]:
    """A calendar and the sources, and the cells of each."""
    week, year = draw(st.sampled_from(("monday", "sunday"))), draw(st.sampled_from(("january", "april")))
    zone, worked = draw(st.sampled_from(ZONES)), "  ".join(draw(st.sampled_from(options)) for options in WORKED)
    years = draw(st.sampled_from((*[f"year starts {year}  week starts {week}"] * 3, *OF_WEEKS)))
    texts = [f'calendar {{ {years}  zone "{zone}"  {worked} }}\n']
    cells = {}
    for name, make in SOURCES.items():
        text, cells[name] = make(draw)
        texts.append(text)
    return "".join(texts), cells


def kpi(name: str, formula: str, period: str = "month") -> str:
    return f'kpi {name} "{name}" {{\n  formula {formula}\n  period {period}\n}}\n'


@st.composite
def questions(draw: st.DrawFn, about: tuple[str, ...]) -> dict[str, str]:
    ask = {"kpis": ", ".join(KPIS), "as-of": draw(st.sampled_from(KNOWN)).isoformat()}
    grain = draw(
        st.sampled_from(
            ("", "", "", "", "month, quarter", "day", "week", "quarter", "year", "fiscal month", "fiscal year", "all")
        )
    )
    span = draw(st.sampled_from(("", "2024-02", "2024-02..2024-03", "2024-02..2024-03", "2024-02-28..2024-03-01")))
    if grain == "day" and not span:
        ask["last"] = "4"
    elif not span and draw(st.booleans()):
        ask["last"] = "2"
    ask |= {"grain": grain} if grain else {}
    ask |= {"period": span} if span else {}
    breakdown = draw(st.sampled_from(("", "", "segment", *BREAKDOWNS.get("".join(about), ()))))
    ask |= {"by": breakdown} if breakdown else {}
    where = draw(st.sampled_from(("", "", "", 'segment = "red"', 'segment != "red"', "segment is null")))
    full = {"full": "yes"} if draw(st.integers(0, 5)) == 5 else {}
    return ask | full | ({"where": where} if where else {})
