"""The `lint:` section of the settings, as the linter takes it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from kpilang.diagnostics import Diagnostic, Problem, Severity
from kpilang.lint.agreements import CHOSEN, FIELDS, SPOKEN, Agreement, Agreements, people
from kpilang.lint.patterns import Pattern, UnfitError
from kpilang.lint.settings import LintSettings, RuleSettings
from kpilang.model.nearest import hint
from kpilang.project import files
from kpilang.project.written import repository
from kpilang.settings.schema import WRONG_VALUE
from kpilang.text import Span, Text

if TYPE_CHECKING:
    from kpilang.settings import LintSection
    from kpilang.settings.document import Node, Scalar

UNKNOWN_FIELD = Problem(
    "E657",
    "unknown-agreed-field",
    Text(en="KPIs have no `{name}` that could be asked for here", zh="KPI 没有可在这里约定的 `{name}`"),
    help=Text(en="{hint}", zh="{hint}"),
)
BAD_PATTERN = Problem(
    "E658",
    "bad-pattern",
    Text(en="`{pattern}` is no regular expression: {why}", zh="`{pattern}` 不是正则表达式：{why}"),
    help=Text(en="write a pattern such as `[a-z][a-z0-9_]*`", zh="写 `[a-z][a-z0-9_]*` 这样的式子"),
)
UNFIT_PATTERN = Problem(
    "E682",
    "unfit-pattern",
    Text(
        en="`{pattern}` cannot be matched in one pass over a text: {why}",
        zh="`{pattern}` 无法一次读完文本就得出结果：{why}",
    ),
    why=Text(en="an expression that looks again and again can hang the linter", zh="反复查找的式子可能让检查卡住"),
    help=Text(
        en="do without `(?=…)`, `(?!…)`, `\\1`, `\\b` and `*+`: several entries under `patterns:` must all hold",
        zh="不用 `(?=…)`、`(?!…)`、`\\1`、`\\b` 和 `*+`：`patterns:` 下的多个条目须同时满足",
    ),
)
_WANTED_SEVERITY = Text(en="`error`, `warning` or `info`", zh=" `error`、`warning` 或 `info`")
_WANTED_OPTIONS = Text(en="a list of `option: value`", zh="若干 `选项: 值`")


def settings(
    section: LintSection, own_fields: Mapping[str, str], root: Path
) -> tuple[LintSettings, tuple[Diagnostic, ...]]:
    """Settings for the linter with the places of all that was named, and what has the wrong shape."""
    wrong: list[Diagnostic] = []
    found = _settings(section, wrong)
    found = replace(found, agreements=_agreements(section, own_fields, root, wrong))
    if section.plugins:
        from kpilang.project.plugins import load

        offered, unusable = load(section.plugins)
        by = {rule.code: name for rule, name in offered}
        found, wrong = replace(found, plugins=tuple(rule for rule, _ in offered), offered=by), [*wrong, *unusable]
    return found, tuple(wrong)


def _agreements(section: LintSection, own_fields: Mapping[str, str], root: Path, wrong: list[Diagnostic]) -> Agreements:
    """What the project has agreed on; an entry about a field that there is not is left out, with a diagnostic."""
    fields = {"require": (*FIELDS, *own_fields), "values": (*CHOSEN, *own_fields), "patterns": SPOKEN}
    found: dict[str, list[Agreement]] = {kind: [] for kind in fields}
    for entry in section.agreed:
        known = {entry.field: fields[entry.kind], **{name: fields["values"] for name, _ in entry.when}}
        unknown = [(name, names) for name, names in known.items() if name.text not in names]
        wrong += [UNKNOWN_FIELD.at(name.span, name=name.text, hint=hint(name.text, names)) for name, names in unknown]
        like = _pattern(entry.like, wrong)
        people = _people(entry.codeowners, root, wrong)
        if not unknown and (entry.like is None or like is not None):
            found[entry.kind].append(
                Agreement(
                    entry.field.text,
                    {name.text: tuple(word.text for word in words) for name, words in entry.when},
                    None if entry.words is None else tuple(word.text for word in entry.words),
                    people,
                    like,
                    entry.why,
                )
            )
    return Agreements(*(tuple(found[kind]) for kind in ("require", "values", "patterns")))


def _pattern(written: Scalar | None, wrong: list[Diagnostic]) -> Pattern | None:
    if written is None:
        return None
    try:
        return Pattern(written.text)
    except (re.error, OverflowError) as error:
        wrong.append(BAD_PATTERN.at(written.span, pattern=written.text, why=getattr(error, "msg", error)))
    except UnfitError as error:
        wrong.append(UNFIT_PATTERN.at(written.span, pattern=written.text, why=error.why))
    return None


def _people(written: Scalar | None, root: Path, wrong: list[Diagnostic]) -> frozenset[str] | None:
    """The owners in a CODEOWNERS file of the project's repository."""
    if written is None:
        return None
    source, unread = files.read_own(root / written.text, repository(root), written.text)
    wrong += unread
    return people(source.text) if source else None


def _settings(section: LintSection, wrong: list[Diagnostic]) -> LintSettings:
    spans: dict[str, Span] = {}

    def names(key: str, items: Iterable[Scalar]) -> tuple[str, ...]:
        found = tuple(items)
        spans.update({f"{key} {item.text}": item.span for item in found})
        return tuple(item.text for item in found)

    spans.update({f"per-path {glob.text}": glob.span for glob, _ in section.per_path})
    return LintSettings(
        select=None if section.select is None else names("select", section.select),
        extend_select=names("extend-select", section.extend_select),
        ignore=names("ignore", section.ignore),
        rules={name.text: _rule(name, node, spans, wrong) for name, node in section.rules},
        per_path={glob.text: _settings(inner, wrong) for glob, inner in section.per_path},
        not_suppressible=names("not-suppressible", section.not_suppressible),
        bases=tuple(_settings(base, wrong) for base in section.bases),
        around=section.around,
        spans=spans,
    )


def _rule(name: Scalar, node: Node, spans: dict[str, Span], wrong: list[Diagnostic]) -> RuleSettings:
    from kpilang.settings.document import Scalar, Table

    spans[name.text] = name.span
    severity: Severity | None = None
    options: dict[str, object] = {}
    if not isinstance(node, Table):
        wrong.append(WRONG_VALUE.at(node.span, key=name.text, wanted=_WANTED_OPTIONS))
        return RuleSettings()
    for option, value in node.entries:
        spans[f"{name.text}.{option.text}"] = option.span
        if option.text != "severity":
            options[option.text] = _plain(value)
        elif isinstance(value, Scalar) and value.text in list(Severity):
            severity = Severity(value.text)
        else:
            wrong.append(WRONG_VALUE.at(value.span, key="severity", wanted=_WANTED_SEVERITY))
    return RuleSettings(severity, options)


def _plain(node: Node) -> object:
    """A value as YAML gives it: a list, a whole number, true or false, None, else a text."""
    from kpilang.settings.document import Items, Table

    if isinstance(node, Items):
        return [_plain(item) for item in node.items]
    if isinstance(node, Table):
        return {key.text: _plain(value) for key, value in node.entries}
    if node.kind == "int" and node.text.lstrip("+-").isdigit():
        return int(node.text)
    if node.kind == "bool":
        return node.text.lower() in ("true", "yes", "on")
    return None if node.kind == "null" else node.text
