"""The kinds of things a text is made of, with what Pygments, TextMate and terminals call them; and which names are which."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import NamedTuple

from kpilang.model import calls
from kpilang.model.words import WORDS


class Shade(NamedTuple):
    """What a kind is called elsewhere: the token of Pygments, the scope of TextMate, the style of `outputs.colour`."""

    pygments: str
    scope: str
    style: str = ""


class Kind(Enum):
    """What a word, number, text or sign is where it stands."""

    DECLARATION = Shade("Keyword.Declaration", "keyword.declaration.kpi", "bold")
    FIELD = Shade("Keyword", "keyword.other.field.kpi", "bold")
    CLAUSE = Shade("Keyword.Pseudo", "keyword.control.clause.kpi", "cyan")
    LOGIC = Shade("Operator.Word", "keyword.operator.word.kpi", "cyan")
    VALUE = Shade("Name.Constant", "constant.language.kpi", "cyan")
    TYPE = Shade("Keyword.Type", "storage.type.kpi", "cyan")
    FUNCTION = Shade("Name.Builtin", "support.function.kpi", "blue")
    DECLARED = Shade("Name.Class", "entity.name.type.kpi", "bold")
    MEMBER = Shade("Name.Variable", "variable.parameter.kpi")
    NAME = Shade("Name", "variable.other.kpi")
    NUMBER = Shade("Literal.Number", "constant.numeric.kpi", "yellow")
    UNIT = Shade("Keyword.Type", "keyword.other.unit.kpi", "yellow")
    PERIOD = Shade("Literal.Date", "constant.numeric.period.kpi", "yellow")
    TEXT = Shade("Literal.String.Double", "string.quoted.double.kpi", "green")
    ESCAPE = Shade("Literal.String.Escape", "constant.character.escape.kpi", "green")
    LANGUAGE = Shade("Literal.String.Affix", "storage.modifier.language.kpi", "dim")
    ADDRESS = Shade("Literal.String.Other", "string.unquoted.address.kpi", "green")
    OPERATOR = Shade("Operator", "keyword.operator.kpi")
    PUNCTUATION = Shade("Punctuation", "punctuation.separator.kpi")
    COMMENT = Shade("Comment.Single", "comment.line.number-sign.kpi", "dim")
    SUPPRESSION = Shade("Comment.Preproc", "keyword.other.suppression.kpi", "bold")
    ERROR = Shade("Error", "invalid.illegal.kpi", "red")


ROLES: Mapping[str, tuple[Kind, ...]] = {
    **dict.fromkeys(("kpi", "source", "owner", "goal", "template"), (Kind.DECLARED,)),
    **dict.fromkeys(("column_field", "derive_field", "alias", "parameter", "filling", "own_field"), (Kind.MEMBER,)),
    **dict.fromkeys((f"{word}_field" for word in WORDS), (Kind.VALUE,)),
    **dict.fromkeys(("grain", "year_field", "week_field", "at_clause"), (Kind.VALUE,)),
    **dict.fromkeys(("unit_word", "unit_scale", "per"), (Kind.UNIT,)),
    **dict.fromkeys(("call", "distinct_call"), (Kind.FUNCTION,)),
    "weekdays": (Kind.VALUE,) * calls.MANY,
    **dict.fromkeys(("year_ends_last", "year_ends_nearest"), (Kind.VALUE, Kind.VALUE)),
    "unpivot_field": (Kind.MEMBER, Kind.MEMBER),
    "column_type": (Kind.TYPE, Kind.UNIT),
    "sort": (Kind.TYPE,),
}
"""What the names of a rule are, in their order; all others are names of something that is declared elsewhere."""
EXPRESSION = frozenset({"binary", "unary", "membership", "is_null", "in_items", "in_band"})
"""Rules whose words compare and combine values."""
FUNCTIONS = frozenset(
    {*calls.FUNCTIONS, *calls.CLAUSES, *calls.PERIOD_FUNCTIONS, calls.AGE, calls.VALUES, calls.CONVERT}
)
"""What can be called; any other name that is called is a mistake, and coloured as a name."""
