"""What a rule may know of a KPI that its finding is not about: where that stays the same, so do findings on others."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from hashlib import sha256
from itertools import pairwise

from kpilang.lint.usage import WORD
from kpilang.model.nouns import Kpi, Model
from kpilang.syntax import tree

OWN = frozenset({"what", "why", "target", "accept", "stretch", "baseline", "benchmark", "action", "review", "accepted"})
"""Fields that concern nobody but the KPI itself; of its target the others may know whether it is measured, and of its
text which names of columns stand in it."""


def columns(model: Model) -> frozenset[str]:
    """The names of the columns of all sources."""
    return frozenset(column for source in model.sources.values() for column in source.columns)


def facts(kpis: Iterable[tuple[Kpi, str]], columns: Collection[str]) -> Mapping[str, bytes]:
    """A digest of all that is said in each of these KPIs, but for its own affairs; each stands with its text as far as the
    next declaration, `columns` are those of all sources."""
    return {kpi.name: _digest(kpi, [word for word in WORD.findall(text) if word in columns]) for kpi, text in kpis}


def texts(model: Model) -> Iterator[tuple[Kpi, str]]:
    """The KPIs of a whole project, each with its text as far as the next declaration."""
    for each in model.trees:
        ends = [*(declared.begin for declared in each.declarations), len(each.source.text)]
        for declared, (start, end) in zip(each.declarations, pairwise(ends), strict=True):
            kpi = model.kpis.get(declared.name.text) if declared.kind == "kpi" and declared.name else None
            if kpi is not None and kpi.declaration is declared:
                yield kpi, each.source.text[start:end]


def _digest(kpi: Kpi, named: list[str]) -> bytes:
    targets = kpi.all("target")
    measured = any(isinstance(line.value, tree.Target) and line.value.words is None for line in targets)
    said = [(line.word, line.origin.text[line.begin : line.close]) for line in kpi.fields.lines if line.word not in OWN]
    whole = repr((kpi.name, _label(kpi.label), measured, kpi.state, kpi.sound, said, sorted(named)))
    return sha256(whole.encode("utf-8", "surrogatepass")).digest()[:16]


def _label(label: tree.Label | None) -> list[str]:
    """A label in plain values: the text, then each translation behind its language."""
    if label is None:
        return []
    return [label.text.value, *(said for each in label.translations for said in (each.language, each.text.value))]
