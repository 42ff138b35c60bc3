"""What a project asks of its KPIs beyond the rules: fields that must be there, values that may, how names are written."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping

from kpilang.lint.patterns import Pattern
from kpilang.lint.said import texts
from kpilang.model.nouns import Kpi
from kpilang.model.references import names
from kpilang.record import record
from kpilang.syntax import tree
from kpilang.text import Span, Text

FIELDS = (
    "what", "why", "formula", "unit", "direction", "period", "target", "accept", "stretch", "baseline", "benchmark",
    "owner", "goal", "level", "parent", "indicator", "nature", "perspective", "action", "guard", "review", "state",
    "access", "tags", "since", "until", "accepted",
)  # fmt: skip
"""The fields of a KPI."""
SPOKEN = ("name", "label", "what", "why", "action")
"""What can be asked to be written in some way: the name, and texts."""
CHOSEN = ("owner", "goal", "level", "parent", "indicator", "nature", "perspective", "direction", "period", "state", "guard",
          "access", "tags")  # fmt: skip
"""Fields whose words can be asked to come from a list."""


_AGREED = Text("the project has agreed on it in kpi.yaml", "项目在 kpi.yaml 中有此约定")


@record
class Agreement:
    """One entry under `require:`, `values:` or `patterns:`.

    `field` is a field of KPIs, of the project's own or built in, or `name` or `label`. It holds where each field in
    `when` has one of the words given for it. `allowed` are the words that may stand there, `like` how a text must look
    from its first letter to its last; `people` are the addresses and handles of a CODEOWNERS file, one of which an
    owner must have. `why` is said with each finding.
    """

    field: str
    when: Mapping[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)
    allowed: tuple[str, ...] | None = None
    people: frozenset[str] | None = None
    like: Pattern | None = None
    why: str | None = None

    @property
    def reason(self) -> Text:
        """Why the project asks for it, in its own words where it gives some."""
        return Text(self.why, self.why) if self.why else _AGREED

    def holds(self, kpi: Kpi) -> bool:
        """Whether it is about this KPI."""
        return all(set(words(kpi, name)) & set(wanted) for name, wanted in self.when.items())


@record
class Agreements:
    """All that a project has agreed on."""

    required: tuple[Agreement, ...] = ()
    values: tuple[Agreement, ...] = ()
    patterns: tuple[Agreement, ...] = ()


NONE = Agreements()


def own(kpi: Kpi, name: str) -> tree.Field | None:
    """A field that the project declares, where a KPI has it."""
    found = (item for item in kpi.all("field") if isinstance(item.value, tree.OwnField))
    return next(
        (item for item in found if isinstance(item.value, tree.OwnField) and item.value.name.text == name), None
    )


def has(kpi: Kpi, name: str) -> bool:
    """Whether a KPI has a field, built in or the project's own."""
    return kpi.first(name) is not None or own(kpi, name) is not None


def words(kpi: Kpi, name: str) -> tuple[str, ...]:
    """The words that stand in a field: names, texts, the word of a state or a period."""
    return tuple(word for word, _ in placed(kpi, name))


def placed(kpi: Kpi, name: str) -> Iterator[tuple[str, Span]]:
    """The words that stand in a field, each with its place."""
    line = kpi.first(name)
    if line is None:
        line = own(kpi, name)
        if line is not None and isinstance(line.value, tree.OwnField):
            value = line.value.value
            yield (
                (
                    value.text
                    if isinstance(value, tree.Name)
                    else value.value
                    if isinstance(value, tree.String)
                    else value.span.text
                ),
                value.span,
            )
        return
    if isinstance(line.value, tree.References):
        yield from zip(names(kpi, name), (item.span for item in line.value.items), strict=True)
    elif isinstance(line.value, tree.State):
        yield line.value.word.text, line.value.word.span
    elif isinstance(line.value, tree.Name | tree.String):
        yield (line.value.text if isinstance(line.value, tree.Name) else line.value.value), line.value.span
    elif isinstance(line.value, tree.Grain):
        yield line.value.span.text, line.value.span


def spoken(kpi: Kpi, name: str) -> Iterator[tuple[str, Span]]:
    """The name, or the texts of a label, `what`, `why` or `action` in every language, each with its place."""
    if name == "name":
        head = kpi.declaration.name
        if head is not None:
            yield head.text, head.span
        return
    line = kpi.first(name)
    label = kpi.label if name == "label" else line.value if line is not None else None
    if isinstance(label, tree.Label):
        for said in texts(label):
            yield said.text, said.node.span


def people(text: str) -> frozenset[str]:
    """The addresses and handles in a CODEOWNERS file; comments and patterns of paths left out."""
    found: set[str] = set()
    for line in text.splitlines():
        _, *owners = line.partition("#")[0].split() or [""]
        found.update(owner.lower() for owner in owners if "@" in owner)
    return frozenset(found)
