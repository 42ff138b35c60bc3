"""A102: a target in words."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kpilang.diagnostics import Severity
from kpilang.lint.aims import spoken
from kpilang.lint.look import Look
from kpilang.lint.places import at
from kpilang.lint.rule import Criterion, Document, Finding, Quality, Reach, Rule
from kpilang.model.nouns import Kpi, Target
from kpilang.text import Text

NUMBER = Text("write `{line}`, without quotes, so that it can be judged", "去掉引号写成 `{line}`，才能判定是否达标")
_SIGNS = {"≥": ">=", ">=": ">=", "≤": "<=", "<=": "<=", ">": ">", "<": "<", "": ""}
_PLAIN = re.compile(r"\s*(>=|<=|[≥≤<>]|)\s*(\d+(?:\.\d+)?)\s*([%％]?)\s*")


def find(look: Look) -> Iterator[Finding]:
    """Each line of target, accept or stretch that is in words."""
    for kpi in look.living:
        for line in spoken(kpi):
            number = _number(kpi, line)
            yield at(
                kpi,
                line.node,
                help=NUMBER if number else None,
                words=line.words,
                word=line.node.word,
                line=number,
                sign="<=" if kpi.direction == "lower" else ">=",
            )


def _number(kpi: Kpi, line: Target) -> str | None:
    """The line with the number that the words are, where they are nothing else and fit the unit."""
    match = _PLAIN.fullmatch(line.words or "")
    if match is None:
        return None
    sign, number, percent = _SIGNS[match[1]], match[2], match[3]
    is_percent = kpi.unit is not None and kpi.unit.form == "percent"
    if is_percent is not bool(percent) or (not sign and kpi.direction not in ("higher", "lower")):
        return None
    return " ".join(filter(None, (line.node.word, sign, number + ("%" if percent else ""))))


RULE = Rule(
    code="A102",
    name="unmeasurable-target",
    criterion=Criterion.ACHIEVABLE,
    severity=Severity.ERROR,
    summary=Text(
        "A target, `accept` or `stretch` in words, such as “set by industry standard” or “as high as possible”.",
        "目标值、`accept` 或 `stretch` 是一句话，例如“根据行业标准设定”“根据企业战略设定”“越高越好”。",
    ),
    message=Text("the {word} of `{kpi}` is words, “{words}”", "`{kpi}` 的 {word} 是一句话：“{words}”"),
    label=Text("how much is that?", "到底是多少？"),
    why=Text(
        "words cannot be met or missed: whoever reads them sees another number, and no status can be shown",
        "一句话无法判定达标与否：每个人心里的数都不一样，也算不出状态",
    ),
    help=Text(
        "look the number up and write it, `{word} {sign} … for …`; what it rests on is said by `baseline` or `benchmark`",
        "把那个数查出来写上：`{word} {sign} … for …`；依据写在 `baseline` 或 `benchmark` 里",
    ),
    documents=(Document.SERVICES, Document.SELECTION),
    decides=(Quality.QUANTIFIABLE, Quality.PROGRESS, Quality.M, Quality.A),
    find=find,
    reach=Reach.DECLARATION,
    bad=(
        """
kpi orders_placed "Orders placed" {
  formula    count(orders)
  unit       count
  direction  higher
  period     month
  target     "set by industry standard"
  owner      sales
  goal       loyalty
}
""",
        """
kpi orders_placed "订单数" {
  formula    count(orders)
  unit       count
  direction  higher
  period     month
  target     "根据企业战略设定"
  owner      sales
  goal       loyalty
}
""",
        """
kpi solved_rate "Share of cases solved" {
  formula    share(cases where solved)
  unit       percent
  direction  higher
  period     month
  target     "≥98%"
  owner      support
  goal       loyalty
}
""",
    ),
    good=(
        """
kpi solved_rate "Share of cases solved" {
  formula    share(cases where solved)
  unit       percent
  direction  higher
  period     month
  target     >= 98% for 2026
  benchmark  "industry median" 95%
  owner      support
  goal       loyalty
}
""",
    ),
)
