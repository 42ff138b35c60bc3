"""What a project or a command line asks of the linter: which rules, how severe, with which options, for which files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import TYPE_CHECKING

from kpilang.diagnostics import Severity
from kpilang.lint.agreements import NONE, Agreements
from kpilang.lint.baseline import EMPTY, Baseline
from kpilang.record import record
from kpilang.text import Span

if TYPE_CHECKING:
    from kpilang.lint.rule import Rule
    from kpilang.settings.document import Scalar


@record
class RuleSettings:
    """Settings of one rule. `severity` None is the rule's own; `options` hold plain values, as YAML gives them
    (a list or a tuple of texts, a whole number, true or false)."""

    severity: Severity | None = None
    options: Mapping[str, object] = field(default_factory=dict)


@record
class LintSettings:
    """The `lint:` section of `kpi.yaml`, or of one entry of its `per-path:`, which has the same shape.

    `select` None takes what is said above it (at the top: every rule); a selector is a code (`S101`), the beginning
    of codes (`S`, `S1`), a rule's name or `ALL`. `rules` goes from a rule's name or code to its settings. `per_path`
    goes from a glob over paths relative to the project (`hr/**`) to what holds there besides; later entries win.
    `bases` are settings over which these go, the first of them undermost; globs in them are relative to a folder from
    which `around` leads to the project's. What is said per path goes over all that is not.
    `not_suppressible` names the rules whose findings no comment may take away.
    `baseline` holds the findings that are not shown.
    `plugins` are rules of the project's own, in Python, `offered` tells by their codes which plugin offers them.
    `agreements` are what the project asks of its KPIs beyond the rules.
    `glossary` goes from an acronym to what it means in this project.
    `spans` tells where a selector (`ignore S101`), a rule (`missing-owner`) or an option (`missing-owner.allow`) was
    written, as far as that is known.
    """

    select: tuple[str, ...] | None = None
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    rules: Mapping[str, RuleSettings] = field(default_factory=dict)
    per_path: Mapping[str, LintSettings] = field(default_factory=dict)
    bases: tuple[LintSettings, ...] = ()
    around: str = ""
    not_suppressible: tuple[str, ...] = ()
    baseline: Baseline = EMPTY
    glossary: Mapping[str, str] = field(default_factory=dict)
    agreements: Agreements = NONE
    plugins: tuple[Rule, ...] = ()
    offered: Mapping[str, Scalar] = field(default_factory=dict, compare=False, repr=False)
    spans: Mapping[str, Span] = field(default_factory=dict, compare=False, repr=False)


DEFAULT = LintSettings()
