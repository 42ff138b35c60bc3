"""What is kept between runs: the same findings with it and without, whatever became of the files."""

import errno
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kpilang import cache
from kpilang.project import Project, load
from tests.syntax.sample import plain

ROOT = Path(__file__).parents[2]
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="asks who owns a file")
SOUND = """\
source orders from "orders.csv" {
  key order_id
  time sold_on
  column order_id : text
  column amount : money(CNY)
  column city : text
}

# What comes in.
kpi revenue "Revenue" { formula sum(orders.amount)  unit CNY  period month  target >= 5 CNY for 2026 }

kpi in_town "In town" { formula sum(orders.amount where city = "x") / revenue  unit percent }
"""
BROKEN = SOUND.replace("unit percent", "unit CNY").replace('city = "x"', "town = 1 +")


@pytest.fixture
def home(tmp_path, monkeypatch):
    for name in ("HOME", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    return tmp_path / "home"


def project(folder: Path, text: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "a.kpi").write_text(text, encoding="utf-8")
    return folder


def said(found: Project) -> object:
    """The findings, with the places in them."""
    return plain(found.diagnostics)


def kept_file(home: Path, kind: str = "project") -> Path:
    (found,) = home.rglob(f"kpilang/{kind}-*.bin")
    return found


@pytest.mark.parametrize("text", [SOUND, BROKEN], ids=["sound", "broken"])
def test_what_is_kept_gives_the_same_findings_without_a_model(home, tmp_path, text):
    root = project(tmp_path / "p", text)
    fresh = said(load(root, keep=False))
    assert said(load(root)) == fresh
    again = load(root)
    assert said(again) == fresh
    assert "model" not in vars(again.definitions)
    assert list(again.model.kpis) == ["revenue", "in_town"]
    assert again.verdict.kpis == 2
    assert bool(fresh) == (text == BROKEN)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    st.lists(
        st.tuples(st.integers(0, len(SOUND)), st.sampled_from(["", "x", "\n", "}", "kpi ", '"', "1", "orders."])),
        max_size=2,
    )
)
def test_after_any_edit_the_findings_are_those_of_a_fresh_check(home, tmp_path, edits):
    root = project(tmp_path / "p", SOUND)
    load(root)
    text = SOUND
    for place, put in edits:
        text = text[:place] + put + text[place + 1 :]
    project(root, text)
    fresh = said(load(root, keep=False))
    assert said(load(root)) == fresh
    assert said(load(root)) == fresh


@pytest.mark.parametrize("kind", ["project", "of-project"])
def test_damage_anywhere_in_a_file_is_harmless(home, tmp_path, kind):
    root = project(tmp_path / "p", BROKEN)
    fresh, trees = said(load(root)), plain(load(root, keep=False).model.trees)
    file = kept_file(home, kind)
    whole = file.read_bytes()
    for at in sorted({*range(cache.HEAD + 40), *range(0, len(whole), 61), len(whole) - 1}):
        file.write_bytes(whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1 :])
        assert cache.read(file) is None or cache.read_second(file) is None
        if at % 8 == 0:
            assert said(load(root)) == fresh
            assert plain(load(root).model.trees) == trees


@pytest.mark.parametrize("cut", [0, 1, 8, 50, 88, 200, -1])
def test_files_that_are_cut_are_made_anew(home, tmp_path, cut):
    root = project(tmp_path / "p", BROKEN)
    fresh = said(load(root))
    files = [kept_file(home), kept_file(home, "of-project")]
    whole = [file.read_bytes() for file in files]
    for file in files:
        file.write_bytes(file.read_bytes()[:cut])
    assert said(load(root)) == fresh
    assert [file.read_bytes() for file in files] == whole


@pytest.mark.parametrize("first", [None, 5, (), (b"",), {}, [1, 2], "mark"])
@pytest.mark.parametrize("second", [None, 5, [b""], {"a": 1}, {b"": b""}])
def test_whole_files_of_another_shape_are_harmless(home, tmp_path, first, second):
    root = project(tmp_path / "p", BROKEN)
    fresh = said(load(root))
    cache.write(kept_file(home), first, second)
    cache.write(kept_file(home, "of-project"), second)
    assert said(load(root)) == fresh


@pytest.mark.parametrize(
    "verdict", [None, 1, (), (1, 2, 3, 4), (1, 1, ("a",), False, [()]), (1, 1, (), 0, [(1,) * 11])]
)
def test_a_verdict_of_another_shape_is_made_anew(home, tmp_path, verdict):
    root = project(tmp_path / "p", BROKEN)
    fresh = said(load(root))
    kept = cache.of_project(root)
    cache.write(kept_file(home), (*kept.first()[:2], verdict), kept.second())
    assert said(load(root)) == fresh


@POSIX
def test_what_others_may_write_is_not_read(home, tmp_path):
    root = project(tmp_path / "p", SOUND)
    load(root)
    assert cache.of_project(root).first() is not None
    kept_file(home).chmod(0o666)
    assert cache.of_project(root).first() is None
    kept_file(home).chmod(0o600)
    kept_file(home).parent.chmod(0o777)
    assert cache.of_project(root).first() is None


def test_a_home_that_is_a_file_is_no_concern(home, tmp_path):
    home.write_text("", encoding="utf-8")
    root = project(tmp_path / "p", BROKEN)
    assert said(load(root)) == said(load(root, keep=False))
    assert home.read_text(encoding="utf-8") == ""


@POSIX
@pytest.mark.skipif(hasattr(os, "getuid") and os.getuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_no_concern(home, tmp_path):
    (home / "kpilang").mkdir(parents=True)
    (home / "kpilang").chmod(0o500)
    root = project(tmp_path / "p", BROKEN)
    assert said(load(root)) == said(load(root, keep=False))
    (home / "kpilang").chmod(0o700)
    assert list((home / "kpilang").iterdir()) == []


@pytest.mark.parametrize("step", ["tempfile.mkstemp", "pathlib.Path.replace", "os.fdopen"])
def test_a_full_disk_leaves_what_was_kept_before(home, tmp_path, monkeypatch, step):
    root = project(tmp_path / "p", SOUND)
    load(root)
    whole = kept_file(home).read_bytes()
    project(root, BROKEN)

    def full(*_given, **_named):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(step, full)
    assert said(load(root)) == said(load(root, keep=False))
    assert kept_file(home).read_bytes() == whole


@POSIX
@pytest.mark.parametrize("place", ["", "relative/folder", "~nobody-at-all/x"])
def test_without_a_home_nothing_is_kept(tmp_path, monkeypatch, place):
    monkeypatch.setenv("XDG_CACHE_HOME", place)
    monkeypatch.setenv("HOME", place)
    monkeypatch.chdir(tmp_path)
    assert cache.folder() is None or not place
    root = project(tmp_path / "p", BROKEN)
    if place:
        assert said(load(root)) == said(load(root, keep=False))
        assert sorted(path.name for path in tmp_path.iterdir()) == ["p"]


def test_only_what_is_in_use_stays(home, tmp_path):
    root = project(tmp_path / "p", SOUND)
    load(root)
    before = len(cache.of_project(root).entries)
    project(root, SOUND[: SOUND.index("kpi in_town")])
    load(root)
    assert len(cache.of_project(root).entries) == before - 1


def test_files_that_nobody_asked_for_in_a_long_time_are_removed(home, tmp_path):
    root = project(tmp_path / "p", SOUND)
    load(root)
    old, recent = kept_file(home).with_name("project-old.bin"), kept_file(home).with_name("project-recent.bin")
    for file, age in ((old, cache.STALE + cache.DAY), (recent, cache.STALE - cache.DAY)):
        file.write_bytes(b"")
        os.utime(file, (time.time() - age,) * 2)
    load(project(root, SOUND + "# more\n"))
    assert (old.exists(), recent.exists()) == (False, True)


def test_a_file_in_use_is_marked_as_used(home, tmp_path):
    root = project(tmp_path / "p", SOUND)
    load(root)
    os.utime(kept_file(home), (time.time() - 9 * cache.DAY,) * 2)
    load(root)
    assert time.time() - kept_file(home).stat().st_mtime < cache.DAY


def test_another_code_of_the_checker_checks_again(home, tmp_path, monkeypatch):
    root = project(tmp_path / "p", SOUND)
    load(root)
    assert "model" not in vars(load(root).definitions)
    monkeypatch.setattr("kpilang.project.definitions.code_mark", lambda: "another")
    assert "model" in vars(load(root).definitions)


def test_no_cache_keeps_nothing_and_says_the_same(home, tmp_path):
    root = project(tmp_path / "p", BROKEN)
    runs = [run(root, "--no-cache"), run(root), run(root), run(root, "--no-cache")]
    assert len({(each.returncode, each.stdout, each.stderr) for each in runs}) == 1
    assert runs[0].returncode == 1
    kept_file(home).unlink()
    run(root, "--no-cache")
    assert not list(home.rglob("project-*.bin"))


def test_an_unchanged_project_loads_neither_parser_nor_checker(home, tmp_path):
    root = project(tmp_path / "p", BROKEN)
    load(root)
    script = "import sys; from kpilang.cli import main; main(['check', '-q']); print('loaded', *sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=root, env=surroundings(), capture_output=True, text=True, check=True
    )
    loaded = done.stdout.split("loaded")[1].split()
    assert "kpilang.project" in loaded
    assert not {"lark", "kpilang.syntax.tree", "kpilang.model.check", "kpilang.model.nouns"} & set(loaded)


def test_a_sound_project_is_checked_without_lark(home, tmp_path):
    run(project(tmp_path / "warm", SOUND))
    root = project(tmp_path / "p", SOUND)
    script = "import sys; from kpilang.cli import main; assert not main(['check', '-q']); print('loaded', *sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=root, env=surroundings(), capture_output=True, text=True, check=True
    )
    loaded = done.stdout.split("loaded")[1].split()
    assert "kpilang.model.check" in loaded
    assert "lark" not in loaded


def test_processes_at_once_say_what_each_would_alone(home, tmp_path):
    roots = [project(tmp_path / "p", SOUND)]
    run(roots[0])
    texts = [SOUND, BROKEN]
    for turn in range(3):
        project(roots[0], texts[turn % 2])
        alone = run(roots[0], "--no-cache")
        command = [sys.executable, "-m", "kpilang", "check"]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "encoding": "utf-8"}
        running = [subprocess.Popen(command, cwd=roots[0], env=surroundings(), **pipes) for _ in range(4)]
        for process in running:
            out, err = process.communicate()
            assert (process.returncode, out, err) == (alone.returncode, alone.stdout, alone.stderr)
    assert cache.of_project(roots[0]).first() is not None
    assert (
        len(list(kept_file(home).parent.iterdir())) <= 4
    )  # no draft is left behind: the project, its steps, the tables, Lark's own


def surroundings() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT)}


def run(root: Path, *more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "kpilang", "check", *more]
    return subprocess.run(command, cwd=root, env=surroundings(), capture_output=True, encoding="utf-8", check=False)


MANY = SOUND.partition("kpi in_town")[0] + "".join(
    f'kpi part_{n} "Part {n}" {{ formula {formula}  unit {unit} }}\n'
    for n, (formula, unit) in enumerate(
        [
            ("sum(orders.amount) / revenue", "percent"),
            ("part_0 * 2", "percent"),
            ("sum(orders.amont) + sum(orders.amont)", "CNY"),
            ("previous(part_4)", "CNY"),
            ("part_5", "CNY"),
            ("revenue", "count"),
            *[("count(orders)", "count")] * 20,
        ]
    )
)
"""Some KPIs that use others, some with mistakes, and enough others that checking again is worth while."""

BITS = [
    "part_",
    "1",
    "3",
    " part_3",
    "sum(orders.amount)",
    "orders",
    "/ revenue",
    "\n",
    "# x\n",
    '"',
    "}",
    " unit",
    "zh",
]


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(st.lists(st.tuples(st.integers(0, len(MANY)), st.integers(0, 9), st.sampled_from(BITS)), max_size=2))
def test_after_edits_of_a_few_kpis_the_findings_are_those_of_a_fresh_check(home, tmp_path, edits):
    root = project(tmp_path / "p", MANY)
    load(root)
    text = MANY
    for place, cut, put in edits:
        text = text[:place] + put + text[place + cut :]
        project(root, text)
        fresh = load(root, keep=False)
        again = load(root)
        assert said(again) == said(fresh)
        assert again.verdict.kpis == fresh.verdict.kpis


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("part_0 * 2", "part_0 * 3"),
        ("sum(orders.amount) / revenue", "sum(orders.amount)"),
        ("previous(part_4)", "part_1"),
        ('"Part 20"', '"Another label" zh "标题"'),
        ("previous(part_4)", "previous(part_4) + part_30"),
    ],
)
def test_an_edit_of_one_kpi_has_only_it_and_what_rests_on_it_checked(home, tmp_path, old, new):
    root = project(tmp_path / "p", MANY)
    load(root)
    project(root, MANY.replace(old, new))
    fresh = said(load(root, keep=False))
    again = load(root)
    assert said(again) == fresh
    assert "model" not in vars(again.definitions)
    assert said(load(root)) == fresh


def test_a_circle_that_an_edit_closes_or_opens_is_told_as_in_a_fresh_check(home, tmp_path):
    root = project(tmp_path / "p", MANY)
    load(root)
    for text in (MANY.replace("formula revenue ", "formula part_3 "), MANY):
        project(root, text)
        again = load(root)
        assert said(again) == said(load(root, keep=False))
        assert "model" not in vars(again.definitions)
    assert any(
        each.name == "kpi-cycle"
        for each in load(project(root, MANY.replace("formula revenue ", "formula part_3 "))).diagnostics
    )


def test_parts_of_another_shape_are_harmless(home, tmp_path):
    root = project(tmp_path / "p", MANY)
    load(root)
    kept = cache.of_project(root)
    part = (b"", 0, 0, "kpi", "revenue", 0)
    shapes = ([[]], [(b"", [part])], [(b"", [part[:4]])], [(1, 2)], [(b"", ["abcdef"])], [["abcd"]])
    for second in (None, 1, [], "text", *shapes):
        project(root, MANY)
        cache.write(kept_file(home), kept.first(), second)
        project(root, MANY.replace("part_0 * 2", "part_0 * 3"))
        assert said(load(root)) == said(load(root, keep=False))


FILLED = (
    MANY
    + """\
template per_order(what: money) "Per order" { formula what / count(orders)  unit CNY }
template of_revenue(what) "Of revenue" { formula what / revenue  unit percent }
kpi mean_order "Mean order" is per_order(what: revenue) { period month }
kpi share_0 "Share" is of_revenue(what: part_0 * 1 CNY) { period month }
kpi worth "Worth" is std.sales.average_order_value(revenue: revenue, orders: count(orders)) { unit CNY }
"""
)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("what / count(orders)  unit CNY", "what / count(orders)  unit hours"),
        ("what / revenue", "what / revenue / 1 day"),
        ("(what: money)", "(what: duration)"),
        ("(what: money)", "(worth: money)"),
        ("is per_order", "is per_ordr"),
        ("orders: count(orders)) { unit CNY }", "orders: count(orders)) { unit EUR }"),
        ("formula sum(orders.amount)  unit CNY ", "formula count(orders)  unit count "),
    ],
)
def test_a_template_that_changes_has_the_kpis_that_fill_it_in_checked(home, tmp_path, old, new):
    root = project(tmp_path / "p", FILLED)
    assert FILLED.count(old) == 1
    load(root)
    project(root, FILLED.replace(old, new))
    fresh = said(load(root, keep=False))
    again = load(root)
    assert said(again) == fresh != said(load(project(root, FILLED)))
    assert said(load(root)) == said(load(root, keep=False))


def test_only_the_kpis_that_fill_a_changed_template_in_are_checked(home, tmp_path):
    root = project(tmp_path / "p", FILLED)
    load(root)
    project(root, FILLED.replace("what / count(orders)  unit CNY", "what / count(orders)  unit hours"))
    again = load(root)
    assert [each.kpi for each in again.diagnostics if each.name == "unit-mismatch"] == ["part_5", "mean_order"]
    assert "model" not in vars(again.definitions)
