"""What `kpi fmt` does to files that are linked, written meanwhile, or asked to hold findings."""

import shutil
import subprocess
from pathlib import Path

import pytest

from kpilang.cli import main
from kpilang.project.formatting import form, gather
from kpilang.project.rewriting import Rewritten

LOOSE, FORMED = "goal  g\n", "goal g\n"


@pytest.fixture
def kpi(tmp_path, monkeypatch, capsys):
    """Runs a command line beside one file that is not in its form; gives its exit code, output and errors."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NO_COLOR", "1")
    Path("kpi.yaml").write_text("as_of: 2026-06-30\n", encoding="utf-8")
    Path("a.kpi").write_text(LOOSE, encoding="utf-8")

    def run(*arguments):
        code = main(["fmt", *arguments])
        return (code, *capsys.readouterr())

    return run


def test_a_file_with_two_names_is_written_once(kpi):
    Path("b.kpi").symlink_to("a.kpi")
    code, _, said = kpi()
    assert (code, said.splitlines()[0]) == (0, "formatted `a.kpi`")
    assert Path("a.kpi").read_text(encoding="utf-8") == FORMED
    assert Path("b.kpi").is_symlink()


def test_a_file_that_another_run_set_in_its_form_is_no_mistake(tmp_path):
    (tmp_path / "a.kpi").write_text(FORMED, encoding="utf-8")
    assert Rewritten({"a.kpi": LOOSE}, {"a.kpi": FORMED}).save(tmp_path) == ((), ())


def test_a_file_that_is_read_only_is_told_and_left_alone(kpi):
    Path("a.kpi").chmod(0o444)
    code, _, said = kpi()
    assert (code, "`a.kpi` cannot be written: it is read-only" in said) == (2, True)
    assert Path("a.kpi").read_text(encoding="utf-8") == LOOSE


def test_a_file_that_is_left_as_it_is_is_not_told_as_formatted(kpi, monkeypatch):
    def changed_by_somebody(here, places, config):
        found = gather(here, places, config)
        Path("a.kpi").write_text("# mine\n", encoding="utf-8")
        return found

    monkeypatch.setattr("kpilang.project.formatting.gather", changed_by_somebody)
    code, _, said = kpi()
    assert code == 2
    assert "E667" in said
    assert "formatted `a.kpi`" not in said
    assert Path("a.kpi").read_text(encoding="utf-8") == "# mine\n"


@pytest.mark.parametrize("output", ["a.kpi", "./a.kpi", "link.txt", "kpi.yaml"])
@pytest.mark.parametrize("check", [["--check"], []])
def test_findings_never_replace_what_is_formatted(kpi, output, check):
    Path("link.txt").symlink_to("a.kpi")
    before = Path(output).read_bytes()
    code, _, said = kpi(*check, "--output", f"json={output}")
    assert (code, Path(output).read_bytes()) == (2, before)
    assert f"error[E626] output-is-input: `{output}`" in said


@pytest.mark.parametrize("option", [["--format", "json"], ["--output", "findings.json"]])
def test_findings_on_standard_input_have_no_place_beside_its_form(kpi, option):
    code, out, said = kpi("-", *option)
    assert (code, out, Path("findings.json").exists()) == (2, "", False)
    assert "the form goes to standard output" in said


def test_projects_inside_the_project_are_formatted_where_they_are_named(kpi):
    inner = Path("inner/b.kpi")
    inner.parent.mkdir()
    (inner.parent / "kpi.yaml").write_text("as_of: 2026-06-30\n", encoding="utf-8")
    inner.write_text(LOOSE, encoding="utf-8")
    kpi()
    assert [Path(each).read_text(encoding="utf-8") for each in ("a.kpi", inner)] == [FORMED, LOOSE]
    kpi(".")
    assert inner.read_text(encoding="utf-8") == FORMED


def test_projects_in_folders_that_the_project_excludes_are_left_alone_unless_named(kpi):
    inner = Path("vendor/theirs/b.kpi")
    inner.parent.mkdir(parents=True)
    Path("kpi.yaml").write_text("exclude: [vendor/]\n", encoding="utf-8")
    (inner.parent / "kpi.yaml").write_text("as_of: 2026-06-30\n", encoding="utf-8")
    inner.write_text(LOOSE, encoding="utf-8")
    kpi(".")
    assert inner.read_text(encoding="utf-8") == LOOSE
    kpi("vendor/theirs")
    assert inner.read_text(encoding="utf-8") == FORMED


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('goal g { what "a\u2028b"   }\n', "a.kpi:1:1"),
        ("goal g\n\n\n", "a.kpi:2:1"),
        ("goal g", "a.kpi:1:1"),
        ("  goal g\r\n", "a.kpi:1:3"),
    ],
)
def test_the_first_line_that_would_change_is_told(kpi, text, place):
    Path("a.kpi").write_text(text, encoding="utf-8", newline="")
    code, out, _ = kpi("--check", "--format", "concise")
    assert (code, out.split(": ")[0]) == (1, place)


def test_a_name_that_no_file_can_have_is_no_place(kpi):
    code, _, said = kpi("a" * 5000 + ".kpi")
    assert code == 2
    assert "E611" in said


@pytest.mark.skipif(shutil.which("patch") is None, reason="needs the program patch")
@pytest.mark.parametrize("sign", ["\u2028", "\x0b", "\x0c", "\x85", "\x1c"])
def test_a_sign_that_some_take_for_the_end_of_a_line_does_not_spoil_the_patch(tmp_path, monkeypatch, sign):
    monkeypatch.chdir(tmp_path)
    text = f'goal  g {{ what "a{sign}b" }} # c{sign}d\n'
    (tmp_path / "a.kpi").write_text(text, encoding="utf-8", newline="")
    formed = form(gather(tmp_path, ["a.kpi"], None)[0])
    (tmp_path / "it.patch").write_text("".join(formed.rewritten.difference()), encoding="utf-8", newline="")
    subprocess.run(["patch", "-p1", "-s", "-i", "it.patch"], check=True)
    assert (tmp_path / "a.kpi").read_bytes().decode() == formed.rewritten.after["a.kpi"]
