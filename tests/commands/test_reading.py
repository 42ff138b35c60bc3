"""What the engine may use and where data come from can be said to every command that reads data."""

from __future__ import annotations

import pytest

from kpilang.cli import main

OPTIONS = [("--threads", "1"), ("--memory", "512MB"), ("--source", "orders=other.csv"), ("--allow", ".")]


@pytest.fixture(autouse=True)
def project(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "kpi.yaml").write_text("as_of: 2026-06-30\n", encoding="utf-8")
    text = 'source orders from "orders.csv" { time day  column n : number }\nkpi sold { formula sum(orders.n) }\n'
    (tmp_path / "a.kpi").write_text(text, encoding="utf-8")
    (tmp_path / "orders.csv").write_text("day,n\n2026-01-01,1\n", encoding="utf-8")
    (tmp_path / "other.csv").write_text("day,n\n2026-01-01,1\n2026-01-02,2\n", encoding="utf-8")


@pytest.mark.parametrize("option", OPTIONS)
def test_checking_data_takes_the_options_of_evaluation(option, capsys):
    assert main(["check", "--data", *option]) == 0
    rows = "2" if option[0] == "--source" else "1"
    assert f"orders     {rows}" in capsys.readouterr().out


@pytest.mark.parametrize("option", OPTIONS)
def test_options_about_data_are_refused_where_no_data_are_read(option, capsys):
    assert main(["check", *option]) == 2
    said = capsys.readouterr().err
    assert f"`{option[0]}` does nothing by itself" in said
    assert "add `--data`" in said


@pytest.mark.parametrize(("option", "words"), [(("--memory", "1 KB"), "--memory 4GB"), (("--memory", "much"), "4GB")])
def test_too_little_memory_for_a_check_is_told(option, words, capsys):
    assert main(["check", "--data", *option]) > 0
    said = capsys.readouterr()
    assert words in said.out + said.err
    assert "bug" not in said.out + said.err


def test_a_source_that_is_not_declared_is_refused(capsys):
    assert main(["check", "--data", "--source", "order=other.csv"]) == 2
    assert "`order`" in capsys.readouterr().err
