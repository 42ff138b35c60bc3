"""The `lint:` section of the settings, as the linter takes it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from kpilang.diagnostics import Diagnostic, Severity
from kpilang.lint.settings import LintSettings, RuleSettings
from kpilang.settings.schema import WRONG_VALUE
from kpilang.text import Span, Text

if TYPE_CHECKING:
    from kpilang.settings import LintSection
    from kpilang.settings.document import Node, Scalar

_WANTED_SEVERITY = Text(en="`error`, `warning` or `info`", zh=" `error`、`warning` 或 `info`")
_WANTED_OPTIONS = Text(en="a list of `option: value`", zh="若干 `选项: 值`")


def settings(section: LintSection) -> tuple[LintSettings, tuple[Diagnostic, ...]]:
    """Settings for the linter with the places of all that was named, and what has the wrong shape."""
    wrong: list[Diagnostic] = []
    return _settings(section, wrong), tuple(wrong)


def _settings(section: LintSection, wrong: list[Diagnostic]) -> LintSettings:
    spans: dict[str, Span] = {}

    def names(items: Iterable[Scalar]) -> tuple[str, ...]:
        found = tuple(items)
        spans.update({item.text: item.span for item in found})
        return tuple(item.text for item in found)

    return LintSettings(
        select=None if section.select is None else names(section.select),
        extend_select=names(section.extend_select),
        ignore=names(section.ignore),
        rules={name.text: _rule(name, node, spans, wrong) for name, node in section.rules},
        per_path={glob.text: _settings(inner, wrong) for glob, inner in section.per_path},
        not_suppressible=names(section.not_suppressible),
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
