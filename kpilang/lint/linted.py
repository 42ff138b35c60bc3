"""What the linter said of a project."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from kpilang.diagnostics import Diagnostic
from kpilang.lint.baseline import Frozen
from kpilang.lint.suppressions import Suppression
from kpilang.record import record

if TYPE_CHECKING:
    from kpilang.lint.rule import Rule


@record
class Linted:
    """What the rules say of a model: `findings` in reading order, after what is wrong with the settings (codes E65x);
    `taken` are those that comments suppress, each with its comment; `suppressions` are all such comments; `ran` goes
    from a file to the codes of the rules that looked at it. `frozen` is what the baseline holds back and what is stale
    in it; `plugins` are the project's own rules. `blind` are the codes of those that were asked for and had no
    data to look at, `known` the KPIs that have values in the data. `repeats` are findings that stand back behind others
    on the same KPI."""

    findings: tuple[Diagnostic, ...]
    taken: tuple[tuple[Diagnostic, Suppression], ...]
    suppressions: tuple[Suppression, ...]
    ran: Mapping[str, frozenset[str]]
    frozen: Frozen
    plugins: tuple[Rule, ...] = ()
    blind: frozenset[str] = frozenset()
    known: frozenset[str] = frozenset()
    repeats: tuple[Diagnostic, ...] = ()

    @property
    def rules(self) -> tuple[Rule, ...]:
        """All that could have looked."""
        from kpilang.lint.linter import rules

        return (*rules(), *self.plugins)
