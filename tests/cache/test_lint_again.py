"""Lint after an edit: whatever was edited, the same is said as by a linter that knows nothing of the runs before."""

import random
import re
import shutil
from itertools import pairwise

import pytest

from kpilang.lint import baseline, linter
from kpilang.lint.rule import Criterion
from kpilang.project import load
from kpilang.project.linting import LintAsk, examine
from kpilang.syntax.parser import parse
from kpilang.text import Source
from tests.cache.test_lint_kept import said
from tests.lint.corpus.read import FOLDER

PLAIN = LintAsk()
CORPUS = sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.kpi"))
WORDS = (
    "Improve",
    "quality",
    "rate",
    "TBD",
    "提升",
    "服务质量",
    "# kpi: ignore[S101, A105]: agreed",
    "NPS",
    "and retention",
)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    for name in ("HOME", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    place = tmp_path / "project"
    place.mkdir()
    (place / "kpi.yaml").write_text("as_of: 2026-11-20\n", encoding="utf-8")
    return place


def edited(text: str, chance: random.Random) -> str:
    """A text with one field of one KPI left out, doubled in another KPI's place, reworded, or moved."""
    source = Source("x.kpi", text)
    kpis = [each for each in parse(source).declarations if each.kind == "kpi" and each.fields]
    kpi, other = chance.choice(kpis), chance.choice(kpis)
    field = chance.choice(kpi.fields)
    start, end = field.span.start, field.span.end
    kind = chance.randrange(5)
    if kind == 0:
        return text[:start] + text[end:]
    if kind == 1:
        same = [each for each in other.fields if each.word == field.word]
        return text[:start] + (same[0].span.text if same else field.span.text) + text[end:]
    if kind == 2 and '"' in field.span.text:
        return text[:start] + re.sub(r'"', f'"{chance.choice(WORDS[:6])} ', field.span.text, count=1) + text[end:]
    if kind == 3:
        return text[:start] + re.sub(r"\d", lambda found: str((int(found[0]) + 1) % 10), field.span.text) + text[end:]
    comment = chance.choice((*WORDS, "# kpi: ignore[M101] until 2027-01-01: later"))
    return f"{text[:start]}# {comment.removeprefix('# ')}\n  {text[start:]}"


@pytest.mark.parametrize("file", CORPUS)
def test_after_any_edit_the_same_is_said_as_by_a_fresh_look(folder, file):
    chance = random.Random(file)  # noqa: S311 the same edits on every run
    place = folder / "a.kpi"
    shutil.copy(FOLDER / file, place)
    examine(load(folder), PLAIN, ())
    for _ in range(12):
        before = place.read_text(encoding="utf-8")
        place.write_text(edited(before, chance), encoding="utf-8")
        if chance.random() < 0.5:
            load(folder)
            place.write_text(edited(place.read_text(encoding="utf-8"), chance), encoding="utf-8")
        kept, fresh = (said(examine(load(folder, keep=keep), PLAIN, ())) for keep in (True, False))
        assert kept == fresh
        if chance.random() < 0.5:
            place.write_text(before, encoding="utf-8")
            examine(load(folder), PLAIN, ())


@pytest.mark.parametrize("file", CORPUS)
def test_after_an_edit_in_one_of_several_files_the_same_is_said_as_by_a_fresh_look(folder, file):
    chance = random.Random(f"several {file}")  # noqa: S311 the same edits on every run
    text = (FOLDER / file).read_text(encoding="utf-8")
    starts = [found.start() for found in re.finditer(r"^(?=(?:kpi|owner|goal|source|template)\b)", text, re.MULTILINE)]
    ends = [0, *sorted(chance.sample(starts, min(3, len(starts)))), len(text)]
    places = [folder / f"{number}.kpi" for number in range(len(ends) - 1)]
    for place, (start, end) in zip(places, pairwise(ends), strict=True):
        place.write_text(text[start:end], encoding="utf-8")
    if chance.random() < 0.5:
        found = examine(load(folder), LintAsk(write_baseline=True), ())
        found.path.write_text(baseline.render(found.written), encoding="utf-8")
    examine(load(folder), PLAIN, ())
    for _ in range(8):
        with_kpis = [
            place for place in places if re.search(r"^kpi \w+.*\{\s*\w", place.read_text("utf-8"), re.MULTILINE)
        ]
        place = chance.choice(with_kpis)
        before = place.read_text(encoding="utf-8")
        place.write_text(edited(before, chance), encoding="utf-8")
        kept, fresh = (said(examine(load(folder, keep=keep), PLAIN, ())) for keep in (True, False))
        assert kept == fresh
        if chance.random() < 0.5:
            place.write_text(before, encoding="utf-8")
            examine(load(folder), PLAIN, ())


def test_an_edit_that_concerns_one_kpi_alone_is_told_from_that_kpi(folder):
    place = folder / "a.kpi"
    shutil.copy(FOLDER / "good" / "sales_en.kpi", place)
    examine(load(folder), PLAIN, ())
    text = place.read_text(encoding="utf-8")
    place.write_text(re.sub(r'  why +"[^"]*"\n', "", text, count=1), encoding="utf-8")
    project = load(folder)
    found = examine(project, PLAIN, ())
    assert "model" not in vars(project.definitions)
    assert "S104" in {each.code for each in found.findings}


def test_a_check_between_an_edit_and_the_linter_leaves_it_one_kpi_to_look_at(folder, monkeypatch):
    place = folder / "a.kpi"
    shutil.copy(FOLDER / "good" / "sales_en.kpi", place)
    examine(load(folder), PLAIN, ())
    asked = []
    run = linter.run
    monkeypatch.setattr(linter, "run", lambda *given, **named: asked.append(named.get("since")) or run(*given, **named))
    for number, why in enumerate(("It tells by mid-year", "Larger deals cost"), 1):
        text = place.read_text(encoding="utf-8")
        place.write_text(re.sub(rf'  why +"{why}[^"]*"\n', "", text), encoding="utf-8")
        load(folder)
        found = examine(load(folder), PLAIN, ())
        assert [each.code for each in found.findings].count("S104") == number
    assert [each and len(each.names) for each in asked] == [1, 1]


def test_each_rule_that_looks_without_data_says_what_its_findings_depend_on():
    silent = [rule.code for rule in linter.rules() if rule.reach is None and not rule.needs_data]
    assert {code[0] for code in silent} <= {Criterion.EXCEPTIONS.value}
