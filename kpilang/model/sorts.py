"""The sorts of things that a template's parameter may ask for, and whether what is given is of that sort."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kpilang.diagnostics import Diagnostic, Mark, Problem
from kpilang.model import units
from kpilang.model.currencies import CURRENCIES
from kpilang.model.expr import Expr
from kpilang.model.nouns import FilledIn
from kpilang.model.types import Kind, Type
from kpilang.syntax import tree
from kpilang.text import Text

WRONG_SORT = Problem(
    "E256",
    "wrong-sort-of-value",
    Text(
        "`{name}` of `{template}` takes {wanted}, and this is {found}",
        "`{template}` 的 `{name}` 需要{wanted}，而这里是{found}",
    ),
    help=Text("give {wanted} for `{name}`", "为 `{name}` 给出{wanted}"),
)

SOURCE = "source"


def _base(type_: Type) -> str | None:
    """The one base of a unit, to the first power; empty without dimension, None for all else."""
    if type_.unit is None:
        return None
    if not type_.unit.dimensions:
        return ""
    [*_, (base, exponent)] = type_.unit.dimensions
    return base if len(type_.unit.dimensions) == exponent == 1 else None


_FITS: Mapping[str, Callable[[Type], bool]] = {
    "number": lambda type_: type_.kind is Kind.NUMBER,
    "count": lambda type_: _base(type_) == "",
    "money": lambda type_: _base(type_) in CURRENCIES,
    "duration": lambda type_: _base(type_) == "time",
    "text": lambda type_: type_.kind is Kind.TEXT,
    "date": lambda type_: type_.kind in (Kind.DATE, Kind.DATETIME),
    "condition": lambda type_: type_.kind is Kind.BOOL,
}
WORDS: Mapping[str, Text] = {
    "number": Text("a number", "数字"),
    "count": Text("a number without unit", "没有单位的数字"),
    "money": Text("an amount of money", "金额"),
    "duration": Text("a duration", "时长"),
    "text": Text("a text", "文本"),
    "date": Text("a date", "日期"),
    "condition": Text("a condition", "条件"),
    SOURCE: Text("a source", "数据源"),
}
"""Each sort with its words."""


class Sorts:
    """Listens while a filled-in formula is typed, and reports what is not of its parameter's sort."""

    def __init__(self, filled: FilledIn, kpi: str) -> None:
        self.filled, self.kpi = filled, kpi
        self.wanted = {(each.start, each.end): each for each in filled.given if each.parameter.sort is not None}
        self.reports: dict[tuple[int, int], Diagnostic] = {}

    def listen(self, node: tree.Expr, value: Expr, _: str | None) -> None:
        """Looks at an expression where it is one that was given."""
        place = (node.span.start, node.span.end)
        given = self.wanted.get(place)
        sort = given.parameter.sort if given and node.span.source is self.filled.source else None
        if given is None or sort is None or sort.text not in _FITS or _FITS[sort.text](value.type):
            return
        mark = Mark(given.parameter.span, Text("the parameter", "参数"))
        self.reports[place] = WRONG_SORT.at(
            given.span,
            kpi=self.kpi,
            marks=(mark,),
            name=given.parameter.name.text,
            template=self.filled.template.name,
            wanted=WORDS[sort.text],
            found=units.say_type(value.type),
        )
