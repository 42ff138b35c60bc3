"""Runs the rules over a checked model."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from kpilang import parts
from kpilang.diagnostics import Diagnostic
from kpilang.lint.baseline import divide
from kpilang.lint.linted import Linted
from kpilang.lint.look import Look
from kpilang.lint.relations import Relations
from kpilang.lint.rule import Criterion, Reach, Rule
from kpilang.lint.selection import Place, Profile, chosen, layers, mistakes, places, profile
from kpilang.lint.settings import DEFAULT, LintSettings
from kpilang.lint.subjects import Subjects
from kpilang.lint.suppressions import Suppression, apply, read
from kpilang.model.nouns import Model

if TYPE_CHECKING:
    from kpilang.lint.history import History


@cache
def rules() -> tuple[Rule, ...]:
    """Every rule, by code; found in the folder `rules`."""
    found: list[Rule] = [module.RULE for module in parts.modules("kpilang.lint.rules")]
    return tuple(sorted(found, key=lambda rule: rule.code))


@dataclass(frozen=True)
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
    ran = {path: holds.codes for paths, holds in groups for path in paths}
    sure = {path: codes - _unsure(every, history) for path, codes in ran.items()}
    if since is None:
        found, comments = _all(every, groups, look, about_exceptions=False), tuple(read(model.trees))
    else:
        local = tuple(rule for rule in every if rule.reach is Reach.DECLARATION)
        fresh = _all(local, groups, replace(look, names=since.names), about_exceptions=False)
        found, comments = [*since.holds, *fresh], since.comments
    found.sort(key=lambda diagnostic: diagnostic.order)
    applied = apply(found, comments, as_of, sure, chosen(every, settings.not_suppressible))
    looked = frozenset().union(*sure.values())
    frozen = divide(applied.kept, settings.baseline, Subjects(model.trees), looked)
    words = {word: rule.code for rule in every for word in (rule.code, rule.name)}
    found = _all(every, groups, replace(look, applied=applied, stale=frozen.stale, words=words), about_exceptions=True)
    said = sorted((*frozen.shown, *found), key=lambda diagnostic: diagnostic.order)
    blind = frozenset().union(*(holds.codes for _, holds in wanted)) & _blind(every, history)
    known = history.known if history is not None else frozenset()
    return Linted((*wrong, *said), applied.taken, comments, ran, frozen, settings.plugins, blind, known)


def _blind(every: Sequence[Rule], history: History | None) -> frozenset[str]:
    """The rules that cannot look without data."""
    return frozenset(rule.code for rule in every if rule.needs_data and history is None)


def _unsure(every: Sequence[Rule], history: History | None) -> frozenset[str]:
    """The rules that might have found more with data, so that what they did not find may be there."""
    return frozenset(rule.code for rule in every if rule.asks_data and history is None)


def _all(
    every: tuple[Rule, ...], groups: list[tuple[frozenset[str], Profile]], look: Look, *, about_exceptions: bool
) -> list[Diagnostic]:
    """What all rules say that are about exceptions, or all others."""
    return [
        diagnostic
        for paths, holds in groups
        for rule in every
        if rule.code in holds.codes and (rule.criterion is Criterion.EXCEPTIONS) is about_exceptions
        for diagnostic in _apply(rule, replace(look, paths=paths, options=holds.options.get(rule.code, {})), holds)
    ]


def _profiles(
    model: Model, every: tuple[Rule, ...], settings: LintSettings, asked: LintSettings
) -> Iterator[tuple[frozenset[str], Profile]]:
    """Files with equal settings together, so that each rule runs once for them."""
    groups: dict[tuple[Place, ...], set[str]] = {}
    for each in model.trees:
        groups.setdefault(places(settings, each.source.path), set()).add(each.source.path)
    for here, paths in groups.items():
        yield frozenset(paths), profile(every, layers(settings, here, asked))


def _apply(rule: Rule, look: Look, holds: Profile) -> Iterator[Diagnostic]:
    for finding in rule.find(look):
        yield look.project.settled.told(rule.diagnostic(finding, holds.severities.get(rule.code)))
