"""Fixes are made until none is left, and never where they would do harm."""

from __future__ import annotations

import itertools
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from kpilang.diagnostics import Diagnostic, Edit, Fix, Problem
from kpilang.lint import LintSettings, linter, run
from kpilang.lint.fixing import Seen, Texts, mend
from kpilang.lint.stage import AS_OF, STAGE
from kpilang.model.check import check
from kpilang.project import load
from kpilang.project.linting import LintAsk
from kpilang.project.mending import repair
from kpilang.syntax.parser import parse
from kpilang.text import Source, Span, Text
from tests.lint.corpus import read
from tests.lint.support import lint

PLACE = Problem("S999", "test", Text("test", "测试"))
TEXT = 'source s from "s.csv" { key id }\n# about one\nkpi one "One" { formula count(s) } # end\n'
Finder = Callable[[Source], list[Diagnostic]]


def offering(source: Source, old: str, new: str, *, safe: bool = True) -> list[Diagnostic]:
    """A finding with a fix that puts `new` in place of the first `old`."""
    at = source.text.find(old)
    if at < 0:
        return []
    span = Span(source, at, at + len(old))
    return [PLACE.at(span, fixes=(Fix(Text(new, new), (Edit(span, new),), safe),))]


def seer(*finders: Finder) -> Callable[[Texts], Seen]:
    def see(texts: Texts) -> Seen:
        trees = [parse(Source(path, text)) for path, text in texts.items()]
        found = [item for tree in trees for finder in finders for item in finder(tree.source)]
        return Seen(tuple(found), tuple(trees), check(trees).diagnostics)

    return see


def mended(*finders: Finder, text: str = TEXT, unsafe: bool = False) -> tuple[str, int, int]:
    done = mend({"a.kpi": text}, seer(*finders), unsafe=unsafe)
    return done.texts["a.kpi"], len(done.applied), len(done.refused)


def test_fixes_are_made_until_none_is_left() -> None:
    text, applied, refused = mended(
        lambda source: offering(source, '"One"', '"Two"'), lambda source: offering(source, '"Two"', '"Three"')
    )
    assert (text, applied, refused) == (TEXT.replace("One", "Three"), 2, 0)


def test_only_safe_fixes_are_made_unless_others_are_asked_for() -> None:
    def finder(source: Source) -> list[Diagnostic]:
        return offering(source, '"One"', '"Two"', safe=False)

    assert mended(finder)[1] == 0
    assert mended(finder, unsafe=True)[0] == TEXT.replace("One", "Two")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("{ formula count(s) }", "{ formula count(s }"),  # syntax
        ("count(s)", "count(nowhere)"),  # a name
        ("# about one\n", "\nowner x\n"),  # a comment goes
        (TEXT, ""),  # all goes
    ],
)
def test_a_fix_that_does_harm_is_refused_and_the_others_are_made(old: str, new: str) -> None:
    text, applied, refused = mended(
        lambda source: offering(source, old, new), lambda source: offering(source, '"One"', '"Two"')
    )
    assert (text, applied, refused) == (TEXT.replace("One", "Two"), 1, 1)


def test_a_fix_may_take_out_the_comment_that_it_is_about() -> None:
    text, applied, _ = mended(lambda source: offering(source, "# about one\n", ""))
    assert (text, applied) == (TEXT.replace("# about one\n", ""), 1)


def test_fixes_that_undo_each_other_come_to_an_end() -> None:
    _, applied, refused = mended(
        lambda source: offering(source, '"One"', '"Two"'), lambda source: offering(source, '"Two"', '"One"')
    )
    assert (applied, refused) == (1, 1)


def test_two_fixes_of_one_place_are_made_one_after_the_other() -> None:
    def insert(word: str) -> Finder:
        def find(source: Source) -> list[Diagnostic]:
            if word in source.text:
                return []
            at = source.text.index(" }", source.text.index("count("))
            return [PLACE.at(None, fixes=())] if at < 0 else _insertion(source, at, f" {word}")

        return find

    text, applied, _ = mended(insert("period month"), insert("unit count"))
    assert applied == 2
    assert check([parse(Source("a.kpi", text))]).diagnostics == ()
    assert {"period month", "unit count"} <= {part for part in ("period month", "unit count") if part in text}


def _insertion(source: Source, at: int, text: str) -> list[Diagnostic]:
    span = Span(source, at, at)
    return [PLACE.at(span, fixes=(Fix(Text(text, text), (Edit(span, text),), safe=True),))]


# ---------------------------------------------------------------- the rules' own fixes


def settled(texts: dict[str, str], select: list[str], *, unsafe: bool) -> tuple[Texts, tuple[Diagnostic, ...]]:
    def see(now: Texts) -> Seen:
        model = check([parse(Source(path, text)) for path, text in now.items()])
        findings = run(model, AS_OF, LintSettings(), select=select).findings
        return Seen(findings, model.trees, model.diagnostics)

    done = mend(texts, see, unsafe=unsafe)
    assert not done.refused
    return done.texts, see(done.texts).findings


FIXABLE = [
    rule.code
    for rule in linter.rules()
    if any(item.fixes for bad in rule.bad for item in lint(bad, rule.settings) if item.code == rule.code)
]
PAIRS = list(itertools.combinations(FIXABLE, 2))


@pytest.mark.parametrize(("one", "two"), PAIRS, ids=["-".join(pair) for pair in PAIRS])
def test_every_two_rules_with_fixes_come_to_rest_on_their_examples(one: str, two: str) -> None:
    for rule in linter.rules():
        if rule.code in (one, two):
            for bad in rule.bad:
                texts, left = settled({"stage.kpi": STAGE, "a.kpi": bad}, [one, two], unsafe=True)
                assert not any(item.fixes and item.span and item.span.source.path in texts for item in left)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["good", "bad"])
@pytest.mark.parametrize("held_out", [False, True])
def test_every_two_rules_with_fixes_come_to_rest_on_the_corpus(kind: str, *, held_out: bool) -> None:
    for project in read.projects(kind, held_out=held_out):
        model = check([parse(Source("a.kpi", project.text))])
        found = run(model, AS_OF, select=FIXABLE).findings
        codes = sorted({item.code for item in found if item.fixes})
        for pair in itertools.combinations(codes, 2):
            _, left = settled({"a.kpi": project.text}, list(pair), unsafe=True)
            assert not any(item.fixes for item in left), (project.file, pair)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["good", "bad"])
def test_all_fixes_come_to_rest_on_the_corpus_and_keep_every_comment(kind: str) -> None:
    for project in read.projects(kind):  # type: ignore[arg-type]
        texts, left = settled({"a.kpi": project.text}, ["ALL"], unsafe=True)
        assert not any(item.fixes for item in left), project.file
        before, after = (
            [comment.text for comment in parse(Source("a.kpi", text)).comments]
            for text in (project.text, texts["a.kpi"])
        )
        assert after == before


# ---------------------------------------------------------------- files


def test_files_keep_their_mark_and_line_ends(tmp_path: Path) -> None:
    text = (
        'source s from "s.csv" { key id }\r\nkpi one "One" {\r\n  formula count(s)\r\n  target >= 5 for 2026\r\n}\r\n'
    )
    file = tmp_path / "a.kpi"
    file.write_bytes(b"\xef\xbb\xbf" + text.encode())
    project = load(tmp_path, keep=False)
    repaired = repair(project, LintAsk(select=("M103",)), (), unsafe=False)
    assert repaired.rewritten.save(project.root) == (("a.kpi",), ())
    assert file.read_bytes() == b"\xef\xbb\xbf" + text.replace("2026\r\n", "2026\r\n  direction higher\r\n").encode()


def test_a_file_in_its_form_stays_in_it(tmp_path: Path) -> None:
    text = (
        'source s from "s.csv" {\n  key  id\n}\n\nkpi one "One" {\n  formula  count(s)\n  target   >= 5 for 2026\n}\n'
    )
    (tmp_path / "a.kpi").write_text(text, encoding="utf-8")
    repaired = repair(load(tmp_path, keep=False), LintAsk(select=("M103",)), (), unsafe=False)
    assert repaired.rewritten.after["a.kpi"].endswith(
        'kpi one "One" {\n  formula    count(s)\n  target     >= 5 for 2026\n  direction  higher\n}\n'
    )


def test_a_file_that_changed_meanwhile_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "a.kpi"
    file.write_text(
        'source s from "s.csv" { key id }\nkpi one "One" { formula count(s)  target >= 5 }\n', encoding="utf-8"
    )
    project = load(tmp_path, keep=False)
    repaired = repair(project, LintAsk(select=("M103",)), (), unsafe=False)
    assert repaired.rewritten.changed == ("a.kpi",)
    file.write_text("# mine\n", encoding="utf-8")
    assert [each.code for each in repaired.rewritten.save(project.root)[1]] == ["E667"]
    assert file.read_text(encoding="utf-8") == "# mine\n"


@pytest.mark.skipif(shutil.which("patch") is None, reason="needs the program patch")
def test_the_difference_is_a_patch_that_makes_the_same_files(tmp_path: Path) -> None:
    file = tmp_path / "a.kpi"
    file.write_text(
        'source s from "s.csv" { key id }\nkpi 一 "One" { formula count(s)  target >= 5 }', encoding="utf-8"
    )
    repaired = repair(load(tmp_path, keep=False), LintAsk(select=("M103",)), (), unsafe=False)
    (tmp_path / "it.patch").write_text("".join(repaired.rewritten.difference()), encoding="utf-8")
    subprocess.run(["patch", "-p1", "-s", "-i", "it.patch"], cwd=tmp_path, check=True)
    assert file.read_text(encoding="utf-8") == repaired.mended.texts["a.kpi"]
