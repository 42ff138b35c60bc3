"""Runs the rules over a checked model."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from kpilang import parts
from kpilang.diagnostics import Diagnostic, Severity
from kpilang.lint.baseline import divide
from kpilang.lint.linted import Linted
from kpilang.lint.look import Look
from kpilang.lint.relations import Relations
from kpilang.lint.repeats import divided
from kpilang.lint.rule import Criterion, Finding, Reach, Rule
from kpilang.lint.selection import Place, Profile, chosen, layers, mistakes, places, profile
from kpilang.lint.settings import DEFAULT, LintSettings
from kpilang.lint.subjects import Subjects
from kpilang.lint.suppressions import Suppression, apply, read
from kpilang.model.nouns import Model
from kpilang.record import record

if TYPE_CHECKING:
    from kpilang.lint.history import History
    from kpilang.settings.document import Scalar


@cache
def rules() -> tuple[Rule, ...]:
    """Every rule, by code; found in the folder `rules`."""
    found: list[Rule] = [module.RULE for module in parts.modules("kpilang.lint.rules")]
    return tuple(sorted(found, key=lambda rule: rule.code))


@record
class Since:
    """What was found before an edit: findings that still hold, all comments that suppress findings as they are now, and
    the names of the KPIs that must be looked at."""

    names: frozenset[str]
    holds: tuple[Diagnostic, ...]
    comments: tuple[Suppression, ...]


def run(
    model: Model,
    as_of: dt.date,
    settings: LintSettings = DEFAULT,
    *,
    select: Sequence[str] | None = None,
    extend_select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    history: History | None = None,
    since: Since | None = None,
) -> Linted:
    """Looks at a model with every rule that is asked for; those that need data only where there is a `history`. After an
    edit, `since` is what still holds, and the model need only have in full what those names rest on.

    `as_of` is the last day known: targets that end before it lie in the past.
    `select`, `extend_select` and `ignore` are those of the command line; they go over all settings.
    """
    asked = LintSettings(None if select is None else tuple(select), tuple(extend_select), tuple(ignore))
    every = (*rules(), *settings.plugins)
    wrong = (*mistakes(every, settings), *mistakes(every, asked))
    wanted = list(_profiles(model, every, settings, asked))
    groups = [(paths, replace(holds, codes=holds.codes - _blind(every, history))) for paths, holds in wanted]
    look = Look(
        model,
        Relations(model),
        as_of,
        frozenset(),
        glossary=settings.glossary,
        agreements=settings.agreements,
        history=history,
    )
    rounds = _Rounds(settings.offered, groups)
    if since is None:
        found, comments = rounds.all(every, look), tuple(read(model.trees))
    else:
        local = tuple(rule for rule in every if rule.reach is Reach.DECLARATION)
        found, comments = [*since.holds, *rounds.all(local, replace(look, names=since.names))], since.comments
    ran = {path: holds.codes.difference(rounds.failed) for paths, holds in groups for path in paths}
    sure = {path: codes - _unsure(every, history) for path, codes in ran.items()}
    found.sort(key=lambda diagnostic: diagnostic.order)
    applied = apply(found, comments, as_of, sure, chosen(every, settings.not_suppressible))
    looked = frozenset().union(*sure.values())
    frozen = divide(applied.kept, settings.baseline, Subjects(model.trees), looked)
    words = {word: rule.code for rule in every for word in (rule.code, rule.name)}
    look = replace(look, applied=applied, stale=frozen.stale, words=words)
    found = rounds.all(every, look, about_exceptions=True)
    shown, repeats = divided(frozen.shown, [finding for finding, _ in applied.taken], every)
    said = sorted((*shown, *found), key=lambda diagnostic: diagnostic.order)
    blind = frozenset().union(*(holds.codes for _, holds in wanted)) & _blind(every, history)
    known = history.known if history is not None else frozenset()
    wrong += tuple(rounds.failed.values())
    return Linted((*wrong, *said), applied.taken, comments, ran, frozen, settings.plugins, blind, known, repeats)


def _blind(every: Sequence[Rule], history: History | None) -> frozenset[str]:
    """The rules that cannot look without data."""
    return frozenset(rule.code for rule in every if rule.needs_data and history is None)


def _unsure(every: Sequence[Rule], history: History | None) -> frozenset[str]:
    """The rules that might have found more with data, so that what they did not find may be there."""
    return frozenset(rule.code for rule in every if rule.asks_data and history is None)


class _Rounds:
    """Rules looking at files with the same settings together; `failed` are those of plugins that could not, by code, each
    with what is told of that. `offered` tells which plugin a rule is from."""

    def __init__(self, offered: Mapping[str, Scalar], groups: Sequence[tuple[frozenset[str], Profile]]) -> None:
        self.offered, self.groups = offered, groups
        self.failed = dict[str, Diagnostic]()

    def all(self, every: Sequence[Rule], look: Look, *, about_exceptions: bool = False) -> list[Diagnostic]:
        """What all rules say that are about exceptions, or all others."""
        return [
            diagnostic
            for paths, holds in self.groups
            for rule in every
            if rule.code in holds.codes and (rule.criterion is Criterion.EXCEPTIONS) is about_exceptions
            for diagnostic in self.of(
                rule, replace(look, paths=paths, options=holds.options.get(rule.code, {})), holds.severities
            )
        ]

    def of(self, rule: Rule, look: Look, severities: Mapping[str, Severity]) -> Iterable[Diagnostic]:
        """What one rule says."""

        def tell(rule: Rule, finding: Finding) -> Diagnostic:
            return look.project.settled.told(rule.diagnostic(finding, severities.get(rule.code)))

        if rule.code not in self.offered:
            return (tell(rule, finding) for finding in rule.find(look))
        from kpilang.lint.foreign import look_with

        found, failed = look_with(rule, self.offered[rule.code], look, tell)
        self.failed |= {rule.code: failed} if failed else {}
        return found


def _profiles(
    model: Model, every: tuple[Rule, ...], settings: LintSettings, asked: LintSettings
) -> Iterator[tuple[frozenset[str], Profile]]:
    """Files with equal settings together, so that each rule runs once for them."""
    groups: dict[tuple[Place, ...], set[str]] = {}
    for each in model.trees:
        groups.setdefault(places(settings, each.source.path), set()).add(each.source.path)
    for here, paths in groups.items():
        yield frozenset(paths), profile(every, layers(settings, here, asked))
