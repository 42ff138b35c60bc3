"""What holds of every comparison, whatever the two states are."""

from __future__ import annotations

import random
from collections import Counter
from itertools import pairwise
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kpilang.diff import Comparison, compare
from kpilang.model.nouns import Model
from tests.diff.support import model

SLOW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
FIXED = """
owner ops "Operations"
owner finance "Finance"
goal loyalty "Customers come back"
goal growth "We grow"
"""
SOURCE = {
    "from": ("orders.csv", "sales.csv"),
    "time": ("time ordered_on", "time sent_on"),
    "amount": ("money(CNY)", 'money(CNY) null "-"', "money(CNY) required"),
    "derive": ('status = "paid"', 'status != "open"', '"paid" = status'),
    "covers": ("", "covers 2025", "covers 2025 .. 2026"),
}
FORMULAS = (
    "sum(orders.amount) / 1 CNY",
    "sum(orders.amount where paid) / 1 CNY",
    "count(orders)",
    "count(orders where paid)",
    "count(distinct orders.customer)",
)
USING = ("{kpi} * 2", "2 * {kpi}", "{kpi} + count(orders)", "previous({kpi})")
LINES = (
    ">= 3 for 2026", ">= 4 for 2026", "> 4 for 2026", "<= 9 for 2026", "3 .. 9 for 2026", "4 .. 8 for 2026", ">= 4 for 2027",
    ">= 3 for 2026-H1", ">= 5 for 2026-H2", ">= 2", ">= 4", ">= 5 by 2026-12", ">= 5 by 2027-06",
    ">= 5 by 2026-12 from 1 at 2025-12", ">= 6 by 2026-12 from 1 at 2025-12", ">= 5 by 2027-06 from 2 at 2025-12", '"more"',
)  # fmt: skip
FIELDS = {
    "owner": ("", "ops", "finance", "tbd"),
    "goal": ("", "loyalty", "growth", "loyalty, growth", "growth, loyalty"),
    "access": ("", "ops", "ops, finance", "finance"),
    "level": ("", "team", "company"),
    "review": ("", "every month", "every quarter"),
    "period": ("", "month", "all"),
    "what": ("", '"a"', '"b" zh "乙"'),
    "unit": ("", "count"),
    "baseline": ("", "2 for 2025", "3 for 2025"),
}
MIRRORED = {"D201": "D202", "D202": "D201", "D203": "D204", "D204": "D203", "D225": "D226", "D226": "D225"}


@st.composite
def sources(draw: st.DrawFn) -> str:
    """A source with some of the ways in which it may be told."""
    said = {word: draw(st.sampled_from(ways)) for word, ways in SOURCE.items()}
    return f"""source orders from "{said["from"]}" {{
  key order_id
  {said["time"]}
  column ordered_on : date
  column sent_on : date
  column amount : {said["amount"]}
  column status : text
  column customer : text
  derive paid = {said["derive"]}
  {said["covers"]}
}}"""


@st.composite
def kpis(draw: st.DrawFn, name: str, uses: str | None) -> str:
    """A KPI, as a declaration with a field on each line."""
    formula = draw(st.sampled_from(FORMULAS if uses is None else USING)).format(kpi=uses)
    lines = [f"formula {formula}"]
    for word in ("target", "accept"):
        lines += [f"{word} {line}" for line in draw(st.lists(st.sampled_from(LINES), max_size=2, unique=True))]
    for word, values in FIELDS.items():
        value = draw(st.sampled_from(values))
        lines += [f"{word} {value}"] if value else []
    return "\n".join([f"kpi {name} {{", *(f"  {line}" for line in lines), "}"])


@st.composite
def projects(draw: st.DrawFn) -> list[str]:
    """The declarations of a project; one of its KPIs need not be there."""
    found = [draw(sources()), draw(kpis("a", None)), draw(kpis("b", "a")), draw(kpis("c", "b"))]
    return [*found, *([draw(kpis("d", "a"))] if draw(st.booleans()) else [])]


def read(declarations: list[str], *more: str) -> Model:
    return model(FIXED, "\n\n".join(declarations), *more)


def told(found: Comparison) -> Counter[tuple[str, str]]:
    """How often a kind of change of a target or of access is told of a subject."""
    return Counter(
        (each.subject, each.kind.code)
        for each in found.changes
        if "D201" <= each.kind.code <= "D206" or each.kind.code in MIRRORED
    )


@SLOW
@given(projects())
def test_a_state_compared_with_itself_has_no_change(declarations: list[str]) -> None:
    found = compare(read(declarations), read(declarations))
    assert found.changes == ()
    assert found.downstream == {}


@SLOW
@given(projects(), projects())
def test_seen_from_the_other_side_the_same_subjects_change_and_what_was_loosened_is_tightened(
    one: list[str], other: list[str]
) -> None:
    there, back = compare(read(one), read(other)), compare(read(other), read(one))
    assert {each.subject for each in there.changes} == {each.subject for each in back.changes}
    assert told(back) == Counter(
        {(name, MIRRORED.get(code, code)): count for (name, code), count in told(there).items()}
    )


@SLOW
@given(projects(), st.randoms(use_true_random=False))
def test_the_order_of_declarations_and_fields_the_file_and_the_spacing_change_nothing(
    declarations: list[str], chance: random.Random
) -> None:
    moved = [_shuffled(each, chance) for each in chance.sample(declarations, len(declarations))]
    cut = chance.randrange(len(moved) + 1)
    assert compare(read(declarations), read(moved[:cut], "\n".join(moved[cut:]))).changes == ()


def _shuffled(declaration: str, chance: random.Random) -> str:
    head, *fields, end = [line for line in declaration.split("\n") if line.strip()]
    spaced = [" " * chance.randrange(1, 4) + line.strip() + chance.choice(("", "  # as agreed")) for line in fields]
    return "\n".join([head, *chance.sample(spaced, len(spaced)), end])


@SLOW
@given(projects(), projects())
def test_every_change_points_at_what_is_written_there_and_says_so_in_both_languages(
    one: list[str], other: list[str]
) -> None:
    found = compare(read(one), read(other))
    for change in found.changes:
        for place, text in ((change.before, change.was), (change.after, change.now)):
            assert (place is None) == (text is None)
            assert place is None or place.text.split()[0] in (text or "")
        assert change.message.en
        assert change.message.zh
        assert not change.message.en.endswith(".")
        assert "。" not in change.message.zh
    assert set(found.downstream) <= {change.subject for change in found.changes}


def test_states_with_mistakes_are_compared_as_far_as_they_say_something() -> None:
    cases = sorted((Path(__file__).parents[1] / "cases").rglob("*.kpi"))
    models = [model(path.read_text("utf-8")) for path in cases]
    for one, other in pairwise([*models, *models[::2]]):
        assert compare(one, one).changes == ()
        found, back = compare(one, other), compare(other, one)
        assert {each.subject for each in found.changes} == {each.subject for each in back.changes}
