"""The table of words: whole, and each kind apart from all others."""

import re

from pygments.token import STANDARD_TYPES, string_to_tokentype

from kpilang import resources
from kpilang.colour.kinds import Kind
from kpilang.colour.words import accepted, dated, followers, leading, table


def test_no_two_kinds_are_called_the_same_by_editors() -> None:
    assert len(list(Kind)) == len(Kind.__members__) == len({kind.value.scope for kind in Kind})


def test_every_kind_is_a_token_that_the_styles_of_pygments_know() -> None:
    assert [kind for kind in Kind if string_to_tokentype(kind.value.pygments) not in STANDARD_TYPES] == []


def test_every_word_and_sign_that_the_grammar_writes_out_has_a_kind() -> None:
    rules = re.sub(r"//.*", "", resources.grammar())
    written = set(re.findall(r'"([^"\s]+)"', "\n".join(line for line in rules.splitlines() if ": /" not in line)))
    told = {word for listed in table().values() for word in listed}
    assert written - told == set()
    assert len(written) > 100


def test_declarations_fields_and_clauses_are_told_apart() -> None:
    found = table()
    assert found[Kind.DECLARATION] == ("calendar", "defaults", "goal", "kpi", "owner", "source", "template")
    assert {"formula", "target", "column", "zone", "synonyms"} <= set(found[Kind.FIELD])
    assert {"where", "having", "per", "every", "into"} <= set(found[Kind.CLAUSE])
    assert set(found[Kind.LOGIC]) == {"and", "or", "not", "in", "is", "contains", "starts with"}
    assert {"sum", "share", "growth", "months_between"} <= set(found[Kind.FUNCTION])
    assert {"hours", "kWh", "percent", "%"} <= set(found[Kind.UNIT])
    assert {"higher", "monday", "april", "closing", "true", "null"} <= set(found[Kind.VALUE])
    assert {"money", "text", "condition"} <= set(found[Kind.TYPE])


def test_the_grammar_tells_what_may_stand_behind_a_word() -> None:
    assert followers()["FORMULA"] == {"if", "not", "true", "false"}
    assert accepted("COLUMN") == {"NAME"}
    assert dated("SINCE")
    assert not dated("TARGET")
    assert {"direction", "period", "every"} <= set(leading(Kind.VALUE))
    assert leading(Kind.UNIT) == ("unit", "per")
