"""`--help` in both languages."""

from inspect import cleandoc
from pathlib import Path

import click
import pytest

from kpilang import cli
from kpilang.cli import group, main
from kpilang.outputs.manual import CHINESE


def texts() -> set[str]:
    """All that `--help` of any command says in words of its own, examples left out."""
    context = click.Context(group)
    commands = [group, *(group.get_command(context, name) for name in group.list_commands(context))]
    found = {group.epilog or ""}
    for command in commands:
        assert command is not None
        found |= {part for part in cleandoc(command.help or "").split("\n\n") if not part.startswith("\b")}
        found |= {each.help or "" for each in command.get_params(context) if isinstance(each, click.Option)}
    return found


def test_every_word_of_help_has_its_chinese() -> None:
    assert texts() - set(CHINESE) == set()


def test_no_chinese_stands_for_what_is_said_no_more() -> None:
    assert set(CHINESE) - texts() == {"Usage: ", "Options", "Options of every command", "Commands"}


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(arguments) == 0
    return capsys.readouterr().out


def test_help_speaks_the_language_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    told = said(capsys, "--lang", "zh", "eval", "--help")
    assert told.startswith("用法：kpi eval [OPTIONS] [NAMES|PATHS]...\n\n  用数据计算 KPI")
    assert "\n  示例：\n    kpi eval\n" in told
    assert "[默认：fail]" in told
    assert said(capsys, "eval", "--help").startswith("Usage: kpi eval")


def test_help_speaks_the_language_of_the_project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "kpi.yaml").write_text("language: zh\n")
    monkeypatch.chdir(tmp_path)
    assert "\n命令:\n  c" in said(capsys, "--help")
    assert said(capsys, "--lang", "en", "--help").startswith("Usage: kpi ")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["explain"], "缺少参数：NAME"),
        (["explain", "a", "b"], "多出了参数：`b`"),
        (["eval", "--last"], "`--last` 的写法有误：后面缺少值"),
        (["check", "--data=3"], "`--data` 的写法有误：后面不能带值"),
        (["eval", "--memory", "much"], "`--memory` 的写法有误：`much` 不是内存大小"),
    ],
)
def test_mistakes_of_the_command_line_are_told_in_chinese(
    arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--lang", "zh", *arguments]) == 2
    assert told in capsys.readouterr().err


def test_no_command_tells_a_mistake_in_one_language_alone() -> None:
    for path in (Path(cli.__file__).parent / "commands").glob("*.py"):
        assert "UsageError(" not in path.read_text(encoding="utf-8"), path.name


def test_help_of_a_command_is_what_its_option_says(capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, "help", "eval") == said(capsys, "eval", "--help")
    assert said(capsys, "--lang", "zh", "help", "lint") == said(capsys, "--lang", "zh", "lint", "--help")
    assert said(capsys, "help") == said(capsys, "--help")


def test_what_every_command_takes_stands_apart_from_what_one_takes(capsys: pytest.CaptureFixture[str]) -> None:
    own, _, shared = said(capsys, "list", "--help").partition("\nOptions of every command:\n")
    assert "--format" in own
    assert "--format" not in shared
    assert [
        option for option in ("-C", "--env", "--config", "--lang", "-q", "-v", "--help") if option not in shared
    ] == []
