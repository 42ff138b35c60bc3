"""The command line as a process: what it imports, how it ends, what it survives."""

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import click
import duckdb
import pytest

from kpilang import cli, parts

ROOT = Path(__file__).parents[2]
SHOP = """\
source orders from "orders.csv" {
  time    ordered_on
  column  amount : money(CNY)
}

kpi revenue "Revenue" zh "营收" {
  formula  sum(orders.amount)
  unit     CNY
  period   month
}
"""
HEAVY = ("duckdb", "sqlglot", "rich", "pygls")
COMMANDS = [name.rpartition(".")[2] for name in parts.names("kpilang.commands")]


@pytest.fixture
def project(tmp_path):
    (tmp_path / "kpi.yaml").write_text("as_of: 2026-01-31\n", encoding="utf-8")
    (tmp_path / "shop.kpi").write_text(SHOP, encoding="utf-8")
    (tmp_path / "orders.csv").write_text("ordered_on,amount\n2026-01-01,1.50\n2026-01-31,2\n", encoding="utf-8")
    return tmp_path


def kpi(folder, *arguments, **environment):
    return subprocess.run(
        [sys.executable, "-m", "kpilang", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", **environment},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def imported(folder, *arguments):
    """The modules that are imported once a command line has run."""
    script = (
        "import sys, contextlib, io\n"
        "from kpilang.cli import main\n"
        "with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):\n"
        f"    main({list(arguments)!r})\n"
        "print('\\n'.join(sys.modules))\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", script], cwd=folder, env=environment, capture_output=True, check=True)
    return set(done.stdout.decode().split())


@pytest.mark.parametrize("arguments", [("check",), ("lint",), ("list",), ("--help",), ("check", "--nonsense")])
def test_what_needs_no_data_imports_no_engine_and_no_display(project, arguments):
    modules = imported(project, *arguments)
    assert "kpilang.cli" in modules
    assert not modules & set(HEAVY)


def test_evaluating_imports_the_engine_and_shows_that_the_test_above_can_fail(project):
    assert "duckdb" in imported(project, "eval")


def test_saying_the_version_imports_neither_parser_nor_settings(project):
    modules = imported(project, "--version")
    assert not {name for name in modules if name.startswith("kpilang.")} - {
        "kpilang.cli",
        "kpilang.commands",
        "kpilang.run",
    }
    assert not modules & {"lark", "yaml", *HEAVY}


def test_a_project_without_settings_imports_no_yaml(project):
    (project / "kpi.yaml").unlink()
    assert "yaml" not in imported(project, "check")


def test_evaluating_off_a_terminal_imports_no_display(project):
    assert "rich" not in imported(project, "eval")


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_has_help_with_an_example(name):
    command = import_module(f"kpilang.commands.{name}").command
    text = command.get_help(click.Context(command, info_name=f"kpi {name}"))
    assert "Example:" in text
    assert f"kpi {name}" in text.partition("Example:")[2]
    assert text.isascii()


@pytest.mark.parametrize("name", COMMANDS)
def test_each_option_says_what_it_does(name):
    command = import_module(f"kpilang.commands.{name}").command
    options = [parameter for parameter in command.params if isinstance(parameter, click.Option)]
    assert [option.name for option in options if not option.help] == []


def test_the_commands_are_those_of_the_folder():
    assert {"check", "eval", "explain", "lint", "list"} <= set(COMMANDS)
    assert cli.group.list_commands(click.Context(cli.group)) == COMMANDS


def test_a_closed_pipe_leaves_no_traceback(project):
    (project / "orders.csv").write_text("ordered_on,amount\n2000-01-01,1\n2026-01-31,2\n", encoding="utf-8")
    command = [sys.executable, "-m", "kpilang", "eval", "--grain", "day", "--format", "jsonl"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        command, cwd=project, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        process.stdout.readline()
        process.stdout.close()
        said = process.stderr.read().decode()
    assert "Traceback" not in said
    assert "BrokenPipe" not in said
    assert process.returncode == 141


@pytest.mark.skipif(sys.platform == "win32", reason="pipes of Windows close in another way")
@pytest.mark.parametrize("both", [False, True], ids=["stdout", "both"])
@pytest.mark.parametrize(
    "arguments",
    [
        ["check", "--format", "json"],
        ["lint"],
        ["card"],
        ["list"],
        ["suppressions"],
        ["rule"],
        ["config", "show"],
        ["explain", "revenue"],
        ["eval"],
        ["--version"],
        ["no-such-command"],
    ],
    ids=" ".join,
)
def test_every_command_ends_alike_and_in_silence_when_nobody_reads_it(project, arguments, both):
    reader, writer = os.pipe()
    os.close(reader)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-m", "kpilang", *arguments],
        cwd=project,
        env=environment,
        stdout=writer,
        stderr=writer if both else subprocess.PIPE,
        check=False,
    )
    os.close(writer)
    told_elsewhere = arguments == ["no-such-command"] and not both
    assert done.returncode == (2 if told_elsewhere else 141)
    assert both or b"Traceback" not in done.stderr
    assert both or b"Broken" not in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full device")
def test_a_full_disk_is_told_and_is_no_bug(project):
    with Path("/dev/full").open("wb") as full:
        command = [sys.executable, "-m", "kpilang", "list"]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        done = subprocess.run(command, cwd=project, env=environment, stdout=full, stderr=subprocess.PIPE, check=False)
    assert done.returncode == 2
    assert done.stderr.decode().startswith(
        "error[E620] unwritable-file: `standard output` cannot be written: there is no"
    )


def test_an_interrupt_leaves_no_traceback(project):
    os.mkfifo(project / "fifo.yaml")
    command = [sys.executable, "-m", "kpilang", "check", "--config", "fifo.yaml"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    child = subprocess.Popen(command, cwd=project, env=environment, stderr=subprocess.PIPE)
    with child as process, (project / "fifo.yaml").open("wb"):
        process.send_signal(signal.SIGINT)
        said = process.stderr.read().decode()
    assert said == ""
    assert process.returncode == 130


def test_an_interrupt_that_the_engine_turns_into_another_exception_is_still_one(project, monkeypatch, capsys):
    def query(*_given, **_named):
        with contextlib.suppress(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        raise RuntimeError("Query interrupted")

    monkeypatch.chdir(project)
    monkeypatch.setattr("kpilang.project.load", query)
    before = signal.getsignal(signal.SIGINT)
    assert cli.main(["check"]) == 130
    assert capsys.readouterr().err == ""
    assert signal.getsignal(signal.SIGINT) is before


def with_a_bug(folder, *arguments):
    """The command line as a process in which loading a project fails as nobody foresaw."""
    script = (
        "import sys, kpilang.project\n"
        "from kpilang.cli import entry\n"
        "kpilang.project.load = None\n"
        f"sys.argv[1:] = {list(arguments)!r}\n"
        "sys.exit(entry())\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, "-c", script]
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, encoding="utf-8", check=False, timeout=60
    )


def test_a_bug_is_one_line_and_the_way_to_report_it(project):
    done = with_a_bug(project, "check")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    assert "has a bug (TypeError" in done.stderr
    assert "run again with -v" in done.stderr


def test_a_bug_is_told_in_the_language_asked_for(project):
    assert "出现内部错误（TypeError" in with_a_bug(project, "check", "--lang", "zh").stderr


def test_a_bug_shows_its_traceback_to_those_who_ask(project):
    done = with_a_bug(project, "check", "-v")
    assert done.returncode == 2
    assert "Traceback" in done.stderr


def test_a_bug_is_not_swallowed_where_the_command_line_is_called_as_a_function(project, monkeypatch):
    monkeypatch.chdir(project)
    monkeypatch.setattr("kpilang.project.load", None)
    with pytest.raises(TypeError):
        cli.main(["check"])


@pytest.mark.parametrize(("ending", "start"), [("csv", "kpi,"), ("json", "{"), ("jsonl", "{"), ("md", "| KPI")])
def test_the_ending_of_the_output_file_chooses_the_format(project, ending, start):
    done = kpi(project, "eval", "--output", f"result.{ending}")
    assert (done.returncode, done.stdout) == (0, "")
    assert (project / f"result.{ending}").read_text(encoding="utf-8").startswith(start)


def test_a_parquet_file_is_written(project):
    assert kpi(project, "eval", "--output", "result.parquet").returncode == 0
    found = duckdb.sql(f"SELECT kpi, value_exact FROM '{project / 'result.parquet'}'").fetchall()
    assert [(name, float(value)) for name, value in found] == [("revenue", 3.5)]


def test_the_threads_do_not_change_the_result(project):
    results = {kpi(project, "eval", "--format", "json", "--threads", number).stdout for number in ("1", "2")}
    assert len(results) == 1
    assert json.loads(results.pop())["rows"][0]["value"] == 3.5


def test_a_link_that_leads_back_up_is_followed_once(project):
    (project / "deep").mkdir()
    (project / "deep" / "up").symlink_to(project)
    done = kpi(project, "list", "--format", "csv")
    assert [line.partition(",")[0] for line in done.stdout.splitlines()] == ["name", "revenue"]


def test_a_file_in_another_encoding_is_named_with_its_place(project):
    (project / "gbk.kpi").write_bytes('kpi ok "ok" { what "x" }\nkpi x "复购率" {}'.encode("gbk"))
    done = kpi(project, "check")
    assert done.returncode == 2
    assert "error[E609] definitions-not-utf8: `gbk.kpi` is not UTF-8 text" in done.stdout
    assert "--> gbk.kpi:2:8" in done.stdout


@pytest.mark.parametrize(
    ("encoding", "mark", "said"),
    [
        ("gb18030", b"", "GB18030"),
        ("utf-16-le", b"\xff\xfe", "UTF-16-LE"),
        ("utf-16-be", b"\xfe\xff", "UTF-16-BE"),
        ("utf-16-le", b"", "UTF-16-LE"),
    ],
)
def test_the_likely_encoding_of_definitions_is_named_with_the_command_that_converts_them(project, encoding, mark, said):
    text = 'kpi rebuyers "复购客户数" zh "本月再次下单的客户" { formula count(orders)  unit count }\n'
    (project / "other one.kpi").write_bytes(mark + text.encode(encoding))
    done = kpi(project, "check")
    assert done.returncode == 2
    assert f"`other one.kpi` is not UTF-8 text: it looks like {said}\n" in done.stdout
    command = f"iconv -f {said.replace('16-', '16')} -t UTF-8 'other one.kpi' > utf8.kpi && mv utf8.kpi 'other one.kpi'"
    assert f"convert it: `{command}`" in done.stdout
    if shutil.which("iconv"):
        subprocess.run(command, shell=True, cwd=project, check=True)  # noqa: S602 as it would be typed
        assert (project / "other one.kpi").read_text("utf-8-sig") == text


def test_of_bytes_in_no_known_encoding_the_first_that_does_not_fit_is_told(project):
    (project / "latin.kpi").write_bytes('kpi cafe "Café" { }'.encode("latin-1"))
    done = kpi(project, "check")
    assert "`latin.kpi` is not UTF-8 text: byte 14 does not fit\n" in done.stdout


def test_a_broken_link_is_an_unreadable_file(project):
    (project / "gone.kpi").symlink_to(project / "nowhere.kpi")
    done = kpi(project, "check")
    assert done.returncode == 2
    assert "error[E608] unreadable-definitions: `gone.kpi` cannot be read" in done.stdout


def test_a_pipe_named_like_a_definition_does_not_hang(project):
    os.mkfifo(project / "pipe.kpi")
    done = kpi(project, "check")
    assert done.returncode == 2
    assert "not an ordinary file" in done.stdout


def test_a_byte_order_mark_and_line_ends_of_windows_do_no_harm(project):
    content = SHOP.replace("\n", "\r\n").encode("utf-8-sig")
    (project / "shop.kpi").write_bytes(content)
    assert kpi(project, "check", "-q").stdout == ""


def test_the_console_entry_and_the_module_are_the_same(project, monkeypatch, capsys):
    monkeypatch.chdir(project)
    assert cli.main(["list", "--format", "csv"]) == 0
    assert capsys.readouterr().out == kpi(project, "list", "--format", "csv").stdout


def test_the_as_of_date_is_yesterday_when_nobody_says_one(project):
    (project / "kpi.yaml").unlink()
    done = kpi(project, "eval", "revenue", "--format", "json")
    assert re.fullmatch(r"\d{4}-\d{2}-\d{2}", json.loads(done.stdout)["as_of"])


def test_without_a_command_the_help_is_shown(project):
    done = kpi(project)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Commands:" in done.stderr


def test_a_folder_without_definitions_names_the_projects_below_it(project, tmp_path_factory):
    above = tmp_path_factory.mktemp("above")
    project.rename(above / "shop")
    done = kpi(above, "check")
    assert done.returncode == 2
    assert "there are projects below it: `-C shop`" in done.stderr


def test_a_word_that_names_a_kpi_means_the_kpi_beside_a_folder_of_that_name(project):
    (project / "revenue").mkdir()
    assert "revenue" in kpi(project, "list", "revenue", "--format", "csv").stdout


def test_a_name_too_long_for_a_file_is_an_unknown_name(project):
    done = kpi(project, "eval", "x" * 300)
    assert done.returncode == 2
    assert "unknown-kpi-name" in done.stderr


def test_findings_can_be_written_to_a_file(project):
    (project / "shop.kpi").write_text("kpi x {", encoding="utf-8")
    done = kpi(project, "check", "--format", "json", "--output", "findings.json")
    assert (done.returncode, done.stdout) == (1, "")
    assert json.loads((project / "findings.json").read_text(encoding="utf-8"))["findings"]


def test_quiet_says_nothing_about_the_run(project):
    assert kpi(project, "check", "-q").stderr == ""
    assert kpi(project, "eval", "-q").stderr == ""


def test_more_is_said_about_the_run_when_asked(project):
    assert f"project {project}" in kpi(project, "check", "-v").stderr


def test_a_column_declared_wrongly_is_told_once_and_not_looked_for_in_the_data(project):
    wrong = SHOP.replace(
        "column  amount : money(CNY)", 'column  amount : money(CNY)\n  column  paid : date format "%Q"'
    )
    (project / "shop.kpi").write_text(wrong, encoding="utf-8")
    done = kpi(project, "check", "--data")
    assert done.returncode == 1
    assert re.findall(r"\[(E\d+)\]", done.stdout) == ["E346"]


def piped(folder: Path, text: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "kpilang", *arguments],
        cwd=folder,
        input=text,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"},
    )


SAVED = 'source orders from "o.csv" { key id  collected "Shop" every day }\nkpi one "One" { formula count(orders) }\n'


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    (tmp_path / "kpi.yaml").write_text("", encoding="utf-8")
    (tmp_path / "shop.kpi").write_text(SAVED, encoding="utf-8")
    return tmp_path


def test_the_text_of_a_file_comes_from_standard_input_before_it_is_saved(saved: Path) -> None:
    changed = SAVED.replace("count(orders)", "count(ordres)")
    done = piped(saved, changed, "check", "--stdin-filename", "shop.kpi", "--format", "concise")
    assert done.returncode == 1
    assert done.stdout.startswith("shop.kpi:2:")
    assert (saved / "shop.kpi").read_text(encoding="utf-8") == SAVED


def test_a_file_that_is_not_there_yet_is_one_more(saved: Path) -> None:
    text = 'kpi two "Two" { formula count(orders) }\n'
    done = piped(saved, text, "lint", "--stdin-filename", "new.kpi", "--select", "O101", "--format", "concise")
    assert [line.split(":")[0] for line in done.stdout.splitlines()] == ["new.kpi"]


def test_standard_input_stands_for_a_file_of_definitions_alone(saved: Path) -> None:
    done = piped(saved, SAVED, "check", "--stdin-filename", "shop.txt")
    assert (done.returncode, "typed-outside-project" in done.stderr) == (2, True)


def test_standard_input_is_never_written_to_a_file(saved: Path) -> None:
    done = piped(saved, SAVED, "lint", "--stdin-filename", "shop.kpi", "--fix")
    assert done.returncode == 2
    assert "--diff" in done.stderr
