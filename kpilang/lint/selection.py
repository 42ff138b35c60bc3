"""Which rules run on which files: selectors, settings per path, and what is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from kpilang.diagnostics import Diagnostic, Problem, Severity
from kpilang.lint.rule import Rule
from kpilang.lint.settings import LintSettings
from kpilang.model.nearest import hint
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


@dataclass(frozen=True)
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


def profile(rules: Sequence[Rule], layers: Sequence[LintSettings]) -> Profile:
    """What holds after all layers, each of which goes over those before it.

    A `select` starts anew; within a layer the closer selector wins, and `ignore` wins a draw.
    """
    codes = {rule.code for rule in rules}
    severities: dict[str, Severity] = {}
    options: dict[str, dict[str, object]] = {}
    for layer in layers:
        if layer.select is not None:
            codes.clear()
        for rule in rules:
            wanted = _closest((*(layer.select or ()), *layer.extend_select), rule)
            refused = _closest(layer.ignore, rule)
            if refused >= wanted and refused >= 0:
                codes.discard(rule.code)
            elif wanted >= 0:
                codes.add(rule.code)
            for key in (rule.name, rule.code):
                given = layer.rules.get(key)
                if given and given.severity:
                    severities[rule.code] = given.severity
                if given:
                    options.setdefault(rule.code, {}).update(given.options)
    return Profile(frozenset(codes), severities, options)


def chosen(rules: Sequence[Rule], selectors: Sequence[str]) -> frozenset[str]:
    """The codes that selectors name."""
    return frozenset(rule.code for rule in rules if _closest(selectors, rule) >= 0)


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
    for selector in (
        *(settings.select or ()),
        *settings.extend_select,
        *settings.ignore,
        *settings.not_suppressible,
    ):
        if _closest_rule(selector, rules) is None:
            yield _unknown(selector, rules, settings.spans.get(selector))
    for key, given in settings.rules.items():
        rule = next((rule for rule in rules if key in (rule.code, rule.name)), None)
        if rule is None:
            yield _unknown(key, rules, settings.spans.get(key))
            continue
        for name, value in given.options.items():
            span = settings.spans.get(f"{key}.{name}", settings.spans.get(key))
            yield from _check_option(rule, name, value, span)
    for inner in settings.per_path.values():
        yield from mistakes(rules, inner)


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
