"""What a rule may know of a KPI that its finding is not about: where that stays the same, so do findings on others."""

from __future__ import annotations

from hashlib import sha256

from kpilang.model.nouns import Kpi
from kpilang.syntax import tree

OWN = frozenset({"what", "why", "target", "accept", "stretch", "baseline", "benchmark", "action", "review"})
"""Fields that concern nobody but the KPI itself; of its target the others may know whether it is measured."""


def facts(kpi: Kpi) -> bytes:
    """A digest of all that is said in a KPI, but for its own affairs."""
    measured = any(
        isinstance(line.value, tree.Target) and line.value.words is None for line in kpi.fields.get("target", ())
    )
    said = [(word, [line.span.text for line in lines]) for word, lines in kpi.fields.items() if word not in OWN]
    return sha256(repr((kpi.name, kpi.label, measured, kpi.state, said)).encode("utf-8", "surrogatepass")).digest()[:16]
