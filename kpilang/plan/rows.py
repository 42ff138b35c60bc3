"""The rows a question selects of a source: its filter and its breakdown, in terms of that source."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kpilang.diagnostics import Diagnostic
from kpilang.model.expr import Aggregate, Expr
from kpilang.model.nouns import Model
from kpilang.model.scope import breakdown, row_predicate
from kpilang.model.types import Kind
from kpilang.plan.question import Question

Kept = tuple[int, ...] | None


@dataclass(frozen=True)
class Scope:
    """`--where` and `--by` resolved on one source; `diagnostics` says why not, and then nothing may be computed. `kept` are
    the numbers of the columns that members have, where these are not all of the breakdown."""

    where: Expr | None
    members: tuple[Expr, ...]
    diagnostics: tuple[Diagnostic, ...]
    kept: Kept = None


EVERYONE = Scope(None, (), ())


class Scopes:
    """The scopes of a question, each worked out once."""

    def __init__(self, model: Model, question: Question) -> None:
        self.model, self.question = model, question
        self.found: dict[tuple[str, Kept], Scope] = {}

    def of(self, aggregate: Aggregate) -> Scope:
        """How the rows of an aggregate are selected and broken down."""
        return self.on(aggregate.source, aggregate.kept)

    def on(self, source: str, kept: Kept = None) -> Scope:
        """The filter and breakdown of the question on a source, or some columns of that."""
        if (source, kept) not in self.found:
            self.found[source, kept] = scope_of(self.model, self.question, source, kept)
        return self.found[source, kept]

    def selected(self, aggregate: Aggregate) -> Scope:
        """The rows that the question selects of what an aggregate reads: all of them where it only makes a set."""
        return self.of(aggregate) if any(source == aggregate.source for source, _ in self.found) else EVERYONE

    def widest(self) -> dict[str, Scope]:
        """For each source asked about the filter and every column that any of its scopes breaks down by."""
        sound = {key: scope for key, scope in self.found.items() if not scope.diagnostics}
        return {
            source: Scope(scope.where, tuple(members_of(sound, source)), ()) for (source, _), scope in sound.items()
        }


def members_of(scopes: Mapping[tuple[str, Kept], Scope], source: str) -> Iterable[Expr]:
    """Every column that some scopes break a source down by, each once."""
    return dict.fromkeys(member for (name, _), scope in scopes.items() if name == source for member in scope.members)


def scope_of(model: Model, question: Question, source: str, kept: Kept = None) -> Scope:
    """The filter and breakdown of a question on a source."""
    found: list[Diagnostic] = []
    where: Expr | None = None
    if question.where is not None:
        where, problems = row_predicate(model, source, question.where)
        found.extend(problems)
    members: list[Expr] = []
    for path in question.by if kept is None else (question.by[number] for number in kept):
        member, problems = breakdown(model, source, path)
        found.extend(problems)
        if member is not None:
            members.append(member)
    return Scope(where, tuple(members), tuple(found), kept)


def numeric(scope: Scope) -> tuple[bool, ...]:
    """Which columns of a breakdown are numbers."""
    return tuple(member.type.kind is Kind.NUMBER for member in scope.members)
