"""P102: a word that the project's list for a field does not have."""

from __future__ import annotations

from collections.abc import Iterator

from kpilang.diagnostics import Edit, Fix, Severity
from kpilang.lint.agreements import Agreement, Agreements, placed
from kpilang.lint.look import Look
from kpilang.lint.rule import Criterion, Finding, Reach, Rule
from kpilang.lint.settings import LintSettings
from kpilang.model.nearest import hint, nearest
from kpilang.model.nouns import Kpi
from kpilang.text import Span, Text

WRITE = Text("write `{name}`", "写成 `{name}`")
NOBODY = Text(
    "ask for `{word}` to be added to CODEOWNERS, or name an owner whose address or handle stands there",
    "请在 CODEOWNERS 中加入 `{word}`，或写一个地址或账号已在其中的负责人",
)


def find(look: Look) -> Iterator[Finding]:
    """Words in fields of KPIs that an entry under `values:` does not allow."""
    for kpi in look.living:
        for entry in look.agreements.values:
            if entry.holds(kpi):
                for word, place in placed(kpi, entry.field):
                    yield from _judge(look, entry, kpi, word, place)


def _judge(look: Look, entry: Agreement, kpi: Kpi, word: str, place: Span) -> Iterator[Finding]:
    values = {"field": entry.field, "word": word, "why": entry.reason}
    if entry.allowed is not None and word not in entry.allowed:
        meant = nearest(word, entry.allowed)
        fixes = (
            (Fix(WRITE.fill(name=meant), (Edit(place, meant),), safe=False),) if meant and word == place.text else ()
        )
        yield Finding(place, kpi.name, {**values, "hint": hint(word, entry.allowed)}, fixes=fixes)
    elif entry.people is not None and not _known(look, entry.people, word):
        yield Finding(place, kpi.name, values, help=NOBODY)


def _known(look: Look, people: frozenset[str], word: str) -> bool:
    """Whether an owner has an address, or a name that is a handle or the name of a team, among the code owners."""
    owner = look.model.owners.get(word)
    handles = {person.rpartition("/")[2].lstrip("@") for person in people if person.startswith("@")}
    return word.lower() in handles or bool(owner and owner.address and owner.address.lower() in people)


RULE = Rule(
    code="P102",
    name="value-not-agreed",
    criterion=Criterion.AGREED,
    severity=Severity.ERROR,
    summary=Text(
        "A word in a field that `lint: values:` in kpi.yaml does not list for it.",
        "字段中的词不在 kpi.yaml 的 `lint: values:` 所列范围内。",
    ),
    message=Text("`{word}` is not among the values agreed on for `{field}`", "`{word}` 不在 `{field}` 约定的取值之内"),
    label=Text("not agreed on", "不在约定之内"),
    why=Text("{why}", "{why}"),
    help=Text("{hint}", "{hint}"),
    find=find,
    reach=Reach.DECLARATION,
    settings=LintSettings(agreements=Agreements(values=(Agreement("tags", allowed=("sales", "quality")),))),
    bad=(
        """
kpi revenue "Revenue" {
  formula    sum(orders.amount)
  unit       CNY
  direction  higher
  period     month
  target     >= 500000 CNY for 2026
  owner      sales
  goal       loyalty
  tags       sales, importnat
}
""",
    ),
    good=(
        """
kpi revenue "Revenue" {
  formula    sum(orders.amount)
  unit       CNY
  direction  higher
  period     month
  target     >= 500000 CNY for 2026
  owner      sales
  goal       loyalty
  tags       sales
}
""",
    ),
)
