"""States of a project read from folders, and comparisons told one line for each change."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from kpilang.diff import Change, Comparison, Downstream, compare
from kpilang.model.check import check
from kpilang.model.nouns import Model
from kpilang.syntax.parser import parse
from kpilang.text import Source

OWN = {"region": "text", "rank": "number"}


def state(folder: Path) -> Model:
    """The checked model of a folder."""
    paths = sorted(folder.rglob("*.kpi"))
    return check([parse(Source(path.relative_to(folder).as_posix(), path.read_text("utf-8"))) for path in paths], OWN)


def model(*texts: str) -> Model:
    """The checked model of some texts, each a file."""
    return check([parse(Source(f"{number}.kpi", text)) for number, text in enumerate(texts)], OWN)


def lines(found: Comparison, language: str) -> Iterator[str]:
    """Code, name, grade, subject and message of each change, with its note; below the last of a subject who is downstream."""
    for number, change in enumerate(found.changes):
        message = change.message.say(language)
        yield f"{change.kind.code} {change.kind.name} {change.grade} {change.sort} {change.subject}: {message}"
        yield from _note(change, language)
        following = found.changes[number + 1 : number + 2]
        if not following or following[0].subject != change.subject:
            yield from (f"  -> {_affected(each)}" for each in found.downstream.get(change.subject, ()))


def _note(change: Change, language: str) -> Iterator[str]:
    if change.accepted is not None:
        yield f"  accepted {change.accepted.day}: {change.accepted.reason.say(language)}"


def _affected(each: Downstream) -> str:
    through = f" through {', '.join(each.through)}" if each.through else ""
    return f"{each.sort} {each.name} by {each.how}{through}"


def told(case: Path) -> str:
    """What is told of a case: in Chinese where its name says so."""
    language = "zh" if case.name.startswith("zh-") else "en"
    return "".join(f"{line}\n" for line in lines(compare(state(case / "before"), state(case / "after")), language))
