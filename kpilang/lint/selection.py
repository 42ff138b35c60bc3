"""Which rules run on which files: selectors, settings per path, and what is wrong with them."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from functools import cache

from kpilang.diagnostics import Diagnostic, Problem, Severity
from kpilang.lint.rule import Rule
from kpilang.lint.settings import LintSettings
from kpilang.model.nearest import hint
from kpilang.record import record
from kpilang.text import Span, Text

UNKNOWN_RULE = Problem(
    "E651",
    "unknown-rule",
    Text("no rule is called `{name}`", "没有名为 `{name}` 的规则"),
    help=Text(
        "a rule is named by its code (S101), the beginning of codes (S, S1), its name (vague-wording) or ALL; {hint}",
        "规则可写代码（S101）、代码的开头（S、S1）、规则名（vague-wording）或 ALL；{hint}",
    ),
)
UNKNOWN_OPTION = Problem(
    "E652",
    "unknown-rule-option",
    Text("{rule} has no option `{name}`", "{rule} 没有选项 `{name}`"),
    help=Text("{hint}", "{hint}"),
)
WRONG_OPTION = Problem(
    "E653",
    "wrong-rule-option",
    Text("option `{name}` of {rule} must be {wants}", "{rule} 的选项 `{name}` 应为{wants}"),
)


@record
class Profile:
    """What holds for a file: the codes of the rules that run, and severity and options by code."""

    codes: frozenset[str]
    severities: Mapping[str, Severity] = field(default_factory=dict)
    options: Mapping[str, Mapping[str, object]] = field(default_factory=dict)


def _weight(selector: str, rule: Rule) -> int:
    """How closely a selector names a rule; -1 when it does not."""
    if selector.upper() == "ALL":
        return 0
    if selector.lower() == rule.name or selector.upper() == rule.code:
        return len(rule.code)
    return len(selector) if selector and rule.code.startswith(selector.upper()) else -1


def _closest(selectors: Iterable[str], rule: Rule) -> int:
    return max((_weight(selector, rule) for selector in selectors), default=-1)


@record
class Decided:
    """Where something was decided: the layer's number, its key (`select`, `ignore` …, or `rules`), and the word there."""

    layer: int
    key: str
    word: str


@record
class Standing:
    """What holds for one rule, and who decided: None is nobody, so that what a rule says of itself holds."""

    runs: bool = True
    runs_by: Decided | None = None
    severity: Severity | None = None
    severity_by: Decided | None = None
    options: Mapping[str, tuple[object, Decided]] = field(default_factory=dict)


def standing(rule: Rule, layers: Sequence[LintSettings]) -> Standing:
    """What holds for a rule after all layers, each of which goes over those before it.

    A `select` starts anew; within a layer the closer selector wins, and `ignore` wins a draw.
    """
    found = Standing()
    for number, layer in enumerate(layers):
        found = _selected(rule, number, layer, found)
        for key in (rule.name, rule.code):
            given, by = layer.rules.get(key), Decided(number, "rules", key)
            if given and given.severity:
                found = replace(found, severity=given.severity, severity_by=by)
            if given and given.options:
                options = {name: (value, by) for name, value in given.options.items()}
                found = replace(found, options={**found.options, **options})
    return found


def _selected(rule: Rule, number: int, layer: LintSettings, found: Standing) -> Standing:
    """Whether a rule runs once one more layer has spoken."""
    selectors = [("select", word) for word in layer.select or ()]
    selectors += [("extend-select", word) for word in layer.extend_select]
    key, word = max(selectors, key=lambda item: _weight(item[1], rule), default=("", ""))
    wanted = _weight(word, rule) if key else -1
    refusing = max(layer.ignore, key=lambda item: _weight(item, rule), default="")
    refused = _weight(refusing, rule)
    if refused >= wanted and refused >= 0:
        return replace(found, runs=False, runs_by=Decided(number, "ignore", refusing))
    if wanted >= 0:
        return replace(found, runs=True, runs_by=Decided(number, key, word))
    if layer.select is not None:
        return replace(found, runs=False, runs_by=Decided(number, "select", next(iter(layer.select), "")))
    return found


def profile(rules: Sequence[Rule], layers: Sequence[LintSettings]) -> Profile:
    """What holds for all rules after all layers."""
    found = {rule.code: standing(rule, layers) for rule in rules}
    return Profile(
        frozenset(code for code, each in found.items() if each.runs),
        {code: each.severity for code, each in found.items() if each.severity},
        {
            code: {name: value for name, (value, _) in each.options.items()}
            for code, each in found.items()
            if each.options
        },
    )


def chosen(rules: Sequence[Rule], selectors: Sequence[str]) -> frozenset[str]:
    """The codes that selectors name."""
    return frozenset(rule.code for rule in rules if _closest(selectors, rule) >= 0)


Place = tuple[int, str]
"""Settings that hold for some files: which of the bases has them, or the project's own after these, and under which glob."""


def places(settings: LintSettings, path: str) -> tuple[Place, ...]:
    """What is said for a file besides what holds for all."""
    return tuple(
        (number, glob)
        for number, top in enumerate((*settings.bases, settings))
        for glob in top.per_path
        if matches(glob, posixpath.normpath(posixpath.join(top.around, path)) if top.around else path)
    )


def layers(settings: LintSettings, here: Iterable[Place], asked: LintSettings) -> tuple[LintSettings, ...]:
    """All that holds where these places do, the weakest first: for all files, per path, on the command line."""
    tops = (*settings.bases, settings)
    return (*tops, *(tops[number].per_path[glob] for number, glob in here), asked)


def matches(glob: str, path: str) -> bool:
    """Whether a path lies under a glob: `*` stays within a folder, `**` does not; a folder's name means all in it."""
    return _pattern(glob).fullmatch(path) is not None


@cache
def _pattern(glob: str) -> re.Pattern[str]:
    pieces = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    parts = re.split(r"(\*\*/|\*\*|\*|\?)", glob.removeprefix("./").rstrip("/"))
    return re.compile("".join(pieces.get(part) or re.escape(part) for part in parts) + "(?:/.*)?")


def mistakes(rules: Sequence[Rule], settings: LintSettings) -> Iterator[Diagnostic]:
    """What settings name that does not exist, or give in a wrong type."""
    for key, selectors in _selectors(settings):
        for selector in selectors:
            if _closest_rule(selector, rules) is None:
                yield _unknown(selector, rules, settings.spans.get(f"{key} {selector}"))
    for key, given in settings.rules.items():
        rule = next((rule for rule in rules if key in (rule.code, rule.name)), None)
        if rule is None:
            yield _unknown(key, rules, settings.spans.get(key))
            continue
        for name, value in given.options.items():
            span = settings.spans.get(f"{key}.{name}", settings.spans.get(key))
            yield from _check_option(rule, name, value, span)
    for inner in (*settings.per_path.values(), *settings.bases):
        yield from mistakes(rules, inner)


def _selectors(settings: LintSettings) -> Iterator[tuple[str, Sequence[str]]]:
    """The selectors in settings, each list with its key."""
    yield "select", settings.select or ()
    yield "extend-select", settings.extend_select
    yield "ignore", settings.ignore
    yield "not-suppressible", settings.not_suppressible


def _closest_rule(selector: str, rules: Sequence[Rule]) -> Rule | None:
    return next((rule for rule in rules if _weight(selector, rule) >= 0), None)


def _check_option(rule: Rule, name: str, value: object, span: Span | None) -> Iterator[Diagnostic]:
    option = next((option for option in rule.options if option.name == name), None)
    title = f"{rule.code} {rule.name}"
    if option is None:
        yield UNKNOWN_OPTION.at(span, rule=title, name=name, hint=hint(name, (each.name for each in rule.options)))
    elif option.read(value) is None:
        yield WRONG_OPTION.at(span, rule=title, name=name, wants=option.wants)


def _unknown(name: str, rules: Sequence[Rule], span: Span | None) -> Diagnostic:
    words = [word for rule in rules for word in (rule.name, rule.code)]
    return UNKNOWN_RULE.at(span, name=name, hint=hint(name, words))
