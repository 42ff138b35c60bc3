"""Runs the rules over a checked model."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from functools import cache

from kpilang import parts
from kpilang.diagnostics import Diagnostic
from kpilang.lint.look import Look
from kpilang.lint.relations import Relations
from kpilang.lint.rule import Rule
from kpilang.lint.selection import Profile, matches, mistakes, profile
from kpilang.lint.settings import DEFAULT, LintSettings
from kpilang.model.nouns import Model


@cache
def rules() -> tuple[Rule, ...]:
    """Every rule, by code; found in the folder `rules`."""
    found: list[Rule] = [module.RULE for module in parts.modules("kpilang.lint.rules")]
    return tuple(sorted(found, key=lambda rule: rule.code))


def run(
    model: Model,
    as_of: dt.date,
    settings: LintSettings = DEFAULT,
    *,
    select: Sequence[str] | None = None,
    extend_select: Sequence[str] = (),
    ignore: Sequence[str] = (),
) -> tuple[Diagnostic, ...]:
    """What the rules say of a model, in reading order, after what is wrong with the settings (codes E65x).

    `as_of` is the last day known: targets that end before it lie in the past.
    `select`, `extend_select` and `ignore` are those of the command line; they go over all settings.
    """
    asked = LintSettings(None if select is None else tuple(select), tuple(extend_select), tuple(ignore))
    wrong = (*mistakes(rules(), settings), *mistakes(rules(), asked))
    project = Relations(model)
    found = (
        diagnostic
        for paths, holds in _profiles(model, settings, asked)
        for rule in rules()
        if rule.code in holds.codes
        for diagnostic in _apply(rule, Look(model, project, as_of, paths, holds.options.get(rule.code, {})), holds)
    )
    return (*wrong, *sorted(found, key=lambda diagnostic: diagnostic.order))


def _profiles(model: Model, settings: LintSettings, asked: LintSettings) -> Iterator[tuple[frozenset[str], Profile]]:
    """Files with equal settings together, so that each rule runs once for them."""
    groups: dict[tuple[str, ...], set[str]] = {}
    for each in model.trees:
        path = each.source.path
        groups.setdefault(tuple(glob for glob in settings.per_path if matches(glob, path)), set()).add(path)
    for globs, paths in groups.items():
        inner = (settings.per_path[glob] for glob in globs)
        yield frozenset(paths), profile(rules(), (settings, *inner, asked))


def _apply(rule: Rule, look: Look, holds: Profile) -> Iterator[Diagnostic]:
    for finding in rule.find(look):
        yield rule.diagnostic(finding, holds.severities.get(rule.code))
