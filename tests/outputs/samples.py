"""Results and models built by hand, for tests of what is shown."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from fractions import Fraction

from kpilang.model.calendar import Calendar
from kpilang.model.nouns import Kpi, Model
from kpilang.model.types import Unit
from kpilang.result import (
    Freshness,
    LeftOut,
    Note,
    Part,
    Partial,
    Reason,
    Result,
    Soundness,
    SourceReport,
    Status,
    TargetInForce,
    Why,
)
from kpilang.syntax import tree
from kpilang.text import Source, Span, Text
from tests.lines import Line, sheets

PERCENT = Unit(form="percent", name="percent", scale=Fraction(1))
YUAN = Unit(dimensions=(("CNY", 1),), name="CNY")
SOURCE = Source(
    "kpis/shop.kpi", 'kpi repeat_rate "Repeat rate" zh "复购率" {\n}\nkpi revenue "Revenue" zh "营收" {\n}\n'
)


def span(start, end):
    return Span(SOURCE, start, end)


def label(english, chinese):
    here = span(0, 0).at
    return tree.Label(*here, tree.String(*here, english), (tree.Translation(*here, "zh", tree.String(*here, chinese)),))


def kpi(name, english, chinese, unit):
    place = SOURCE.text.index(name)
    head = span(place - 4, place + len(name)).at
    names = label(english, chinese)
    declaration = tree.Declaration(*head, "kpi", tree.Name(*head, name), names, ())
    return Kpi(name, names, declaration, unit=unit, period="month", direction="higher")


MODEL = Model(
    calendar=Calendar(),
    owners={},
    goals={},
    sources={},
    kpis={
        "repeat_rate": kpi("repeat_rate", "Repeat rate", "复购率", PERCENT),
        "revenue": kpi("revenue", "Revenue", "营收", YUAN),
    },
    trees=(),
    diagnostics=(),
)
_READING = Note("reading-age", Decimal(3), Text("the reading is 3 days old", "读数是 3 天前的"))


def month(number):
    return dt.date(2026, number, 1), dt.date(2026, number + 1, 1)


ROWS = (
    Line(
        "repeat_rate", "2026-01", "month", *month(1), (("segment", "小微"),), Decimal("0.6125"), None, PERCENT,
        previous=Decimal("0.6"),
        parts=(Part("count(orders)", Decimal(49), None, None),),
        notes=(_READING,),
        target=TargetInForce(">=", Decimal("0.6")), attainment=Decimal("1.02083333333"), status=Status.MET,
    ),
    Line(
        "repeat_rate", "2026-02", "month", *month(2), (("segment", None),), None,
        Reason(Why.NO_DATA, Text("orders begins on 2026-03-01", "orders 从 2026-03-01 开始")), PERCENT,
        notes=(_READING,), status=Status.NO_VALUE,
    ),
    Line(
        "revenue", "2026-03", "month", *month(3), (("segment", "a|b"),), Decimal("12345678901234567.89"), None, YUAN,
        partial=Partial(dt.date(2026, 3, 1), dt.date(2026, 3, 16)),
    ),
)  # fmt: skip
RESULT = Result(
    as_of=dt.date(2026, 3, 15),
    sources=(
        SourceReport(
            "orders", 120, (LeftOut("no-time", 2, Text("2 rows have no time", "2 行没有时间")),),
            dt.date(2026, 1, 2), dt.date(2026, 3, 15), (dt.date(2026, 1, 2), dt.date(2026, 3, 16)),
            Freshness(0, "day", late=False), Soundness.LEFT_OUT,
        ),
    ),
    sheets=sheets(ROWS),
)  # fmt: skip
