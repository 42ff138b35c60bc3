"""How a question is answered, for people: each statement with its way, why, what it computes, and its SQL."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from kpilang.model.groups import Group
from kpilang.outputs import statement
from kpilang.text import Text
from kpilang.width import flat

_MADE = Text(
    en="{number}. makes `{name}`: a row for each `{keys}` of the rows of `{base}` that are there",
    zh="{number}. 制作 `{name}`：`{base}` 现有的行按 `{keys}` 每个取值一行",
)

if TYPE_CHECKING:
    from kpilang.evaluate import Explained

_HEAD = Text(en="{number}. reads `{source}`, way `{way}`: {why}", zh="{number}. 读取 `{source}`，方式 `{way}`：{why}")


def plan(explained: Sequence[Explained], language: str) -> Iterator[str]:
    """A line for each statement with its reason, then the aggregates that it answers."""
    for number, item in enumerate(explained, start=1):
        asked = item.statement
        if isinstance(asked, Group):
            yield f"  {flat(_MADE.fill(number=number, name=asked.told, base=asked.base, keys=', '.join(asked.names)).say(language))}"
            continue
        read = "`, `".join(asked.sources)
        head = _HEAD.fill(number=number, source=read, way=asked.way, why=asked.why)
        yield f"  {flat(head.say(language))}"
        yield from (f"     {flat(' '.join(aggregate.text.split()))}" for aggregate in asked.answers)


def sql(explained: Sequence[Explained]) -> Iterator[str]:
    """The statements, numbered as in the plan, laid out for reading."""
    for number, item in enumerate(explained, start=1):
        yield f"  -- {number}"
        yield from (f"  {flat(line)}".rstrip() for line in statement.lines(item.sql))
