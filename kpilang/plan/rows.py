"""The rows a question selects of a source: its filter and its breakdown, in terms of that source."""

from __future__ import annotations

from dataclasses import dataclass

from kpilang.diagnostics import Diagnostic
from kpilang.model.expr import Expr
from kpilang.model.nouns import Model
from kpilang.model.scope import breakdown, row_predicate
from kpilang.plan.question import Question


@dataclass(frozen=True)
class Scope:
    """`--where` and `--by` resolved on one source; `diagnostics` says why not, and then nothing may be computed."""

    where: Expr | None
    members: tuple[Expr, ...]
    diagnostics: tuple[Diagnostic, ...]


EVERYONE = Scope(None, (), ())


def scope_of(model: Model, question: Question, source: str) -> Scope:
    """The filter and breakdown of a question on a source."""
    found: list[Diagnostic] = []
    where: Expr | None = None
    if question.where is not None:
        where, problems = row_predicate(model, source, question.where)
        found.extend(problems)
    members: list[Expr] = []
    for path in question.by:
        member, problems = breakdown(model, source, path)
        found.extend(problems)
        if member is not None:
            members.append(member)
    return Scope(where, tuple(members), tuple(found))
