"""Completion as each shell does it, and what the shells are told."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.completion.shells import ROOT, START, completed

SHOP = """\
source orders "Orders" zh "订单" from "orders.csv" {
  key     order_id
  time    day
  link    customer_id -> customers as customer
  column  region : text
}
source customers "Customers" { key customer_id  column segment : text }
kpi revenue "Revenue" zh "营收" { formula count(orders)  unit count  period month }
kpi 退货率 "Returns" { formula count(orders)  unit count  period month }
kpi broken { formula ((
"""
SETTINGS = "exclude: [drafts/]\nsources:\n  orders: orders.csv\nenvironments:\n  staging:\n    sources: {}\n"


@pytest.fixture(name="shop")
def _shop(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    (folder / "my data").mkdir(parents=True)
    (folder / "drafts").mkdir()
    (folder / "kpi.yaml").write_text(SETTINGS, encoding="utf-8")
    (folder / "shop.kpi").write_text(SHOP, encoding="utf-8")
    (folder / "drafts" / "old.kpi").write_text("kpi reverted { }\n", encoding="utf-8")
    (folder / "my data" / "orders 2026.csv").write_text("day\n", encoding="utf-8")
    return folder


@pytest.fixture(name="home")
def _home(tmp_path: Path) -> Path:
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


def asked(shell: str, line: str, folder: Path, **environment: str) -> list[str]:
    """The lines that a shell is told; nothing may be said on standard error."""
    done = subprocess.run(
        [sys.executable, "-m", "kpilang"],
        cwd=folder,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "PYTHONUTF8": "1",
            "_KPI_COMPLETE": f"{shell}_complete",
            "COMP_LINE": line,
            **environment,
        },
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.stderr == ""
    return done.stdout.splitlines()


def offered(line: str, folder: Path) -> list[str]:
    """The words that fish is offered, without what they mean."""
    return [told.partition("\t")[0] for told in asked("fish", line, folder)]


@pytest.mark.parametrize("shell", START)
@pytest.mark.parametrize(
    ("typed", "given"),
    [
        ("kpi eva\trevenue", ["eval", "revenue"]),
        ("kpi eval rev\t", ["eval", "revenue"]),
        ("kpi eval 退\t", ["eval", "退货率"]),
        ("kpi eval --peri\t2026", ["eval", "--period", "2026"]),
        ("kpi lint --select S1,missing-f\t", ["lint", "--select", "S1,missing-formula"]),
        ("kpi eval --source ord\tx.csv", ["eval", "--source", "orders=x.csv"]),
        ("kpi eval --source orders=my\tord\t", ["eval", "--source", "orders=my data/orders 2026.csv"]),
        ("kpi eval --by region,customer.s\t", ["eval", "--by", "region,customer.segment"]),
        ("kpi eval --env sta\t", ["eval", "--env", "staging"]),
        ("kpi check my\\ d\torders.csv", ["check", "my data/orders.csv"]),
    ],
)
def test_the_tab_key_completes_in_the_shell_itself(
    shell: str, typed: str, given: list[str], shop: Path, home: Path
) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed here")
    assert completed(shell, typed, shop, home) == given


@pytest.mark.parametrize("shell", START)
@pytest.mark.parametrize(
    ("typed", "given"),
    [
        ("kpi check evil\t", "evil$(touch pwned);touch pwned&`touch pwned`.kpi"),
        ("kpi lint --since br\t", "br$(touch${IFS}pwned);touch${IFS}pwned"),
    ],
)
def test_a_name_from_a_stranger_is_put_in_as_a_word_and_never_run(
    shell: str, typed: str, given: str, shop: Path, home: Path
) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed here")
    (shop / "evil$(touch pwned);touch pwned&`touch pwned`.kpi").write_text("", encoding="utf-8")
    text = 'kpi $(touch pwned) "`touch pwned`" { }\nkpi reveal "$(touch pwned); `touch pwned`" { }\n'
    (shop / "strange.kpi").write_text(text, encoding="utf-8")
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.com"]
    for words in (["init", "-q"], [*identity, "commit", "-q", "--allow-empty", "-m", "x"]):
        subprocess.run(["git", *words], cwd=shop, check=True)
    subprocess.run(["git", "branch", "br$(touch${IFS}pwned);touch${IFS}pwned"], cwd=shop, check=True)
    assert completed(shell, typed, shop, home)[-1] == given
    assert completed(shell, "kpi eval revea\t", shop, home) == ["eval", "reveal"]
    assert list(shop.rglob("pwned")) == []


def test_names_come_with_their_labels_where_the_shell_shows_them(shop: Path) -> None:
    assert asked("fish", "kpi eval rev", shop) == ["revenue\tRevenue"]
    assert asked("fish", "kpi --lang zh eval rev", shop) == ["revenue\t营收"]
    assert asked("zsh", "kpi eval rev", shop) == ["whole-described", "revenue", "revenue  Revenue"]
    assert asked("bash", "kpi eval rev", shop) == ["plain", "revenue"]


def test_what_is_excluded_is_not_offered(shop: Path) -> None:
    assert offered("kpi eval re", shop) == ["revenue"]


def test_the_folder_and_the_settings_named_on_the_line_are_those_that_count(shop: Path) -> None:
    (shop / "other.yaml").write_text("environments:\n  live:\n    sources: {}\n", encoding="utf-8")
    assert offered("kpi -C project eval rev", shop.parent) == ["revenue"]
    assert offered("kpi eval -C project rev", shop.parent) == ["revenue"]
    home = asked("bash", "kpi -C ~/project eval rev", shop, HOME=str(shop.parent))
    assert home == ["plain", "revenue"]
    assert offered("kpi --config other.yaml eval --env ", shop) == ["live"]


def test_a_list_offers_what_does_not_stand_in_it_yet(shop: Path) -> None:
    assert offered("kpi eval --grain day,d", shop) == []
    assert offered("kpi eval --grain month,d", shop) == ["month,day"]


def test_a_value_behind_the_sign_of_equality_is_completed_too(shop: Path) -> None:
    assert offered("kpi eval --source=orders=my", shop) == ["--source=orders=my data/"]
    assert offered("kpi eval --format=cs", shop) == ["--format=csv"]


def test_the_library_is_offered_part_by_part(shop: Path) -> None:
    assert offered("kpi explain st", shop) == ["std."]
    assert "std.sales." in offered("kpi explain std.", shop)
    assert "std.sales.win_rate" in offered("kpi explain std.sales.w", shop)


@pytest.mark.parametrize(
    "line", ["", "kpi", "kpi nonsense x", "kpi eval --nonsense ", "kpi -C nowhere eval ", "kpi eval 'open ", "kpi \\"]
)
def test_no_line_however_odd_makes_it_speak_of_mistakes(line: str, shop: Path) -> None:
    asked("zsh", line, shop)


@pytest.mark.parametrize("text", ["kpi.yaml: [", "exclude: 3\n", "\0", "environments: [a]\n"])
def test_settings_with_mistakes_are_no_hindrance(text: str, shop: Path) -> None:
    (shop / "kpi.yaml").write_text(text, encoding="utf-8")
    assert "revenue" in offered("kpi eval rev", shop)
    asked("fish", "kpi eval --env ", shop)


def test_a_word_that_no_terminal_shows_is_not_offered(shop: Path) -> None:
    (shop / "rev\x1b]0;x\x07.kpi").write_text("", encoding="utf-8")
    (shop / "rev\nplain evil.kpi").write_text("", encoding="utf-8")
    assert offered("kpi check rev", shop) == ["revenue"]


def test_bash_is_told_only_what_stands_after_its_own_break(shop: Path) -> None:
    breaks = " \t\n\"'@><=;|&(:"
    told = asked("bash", "kpi eval --source orders=my\\ data/", shop, COMP_WORDBREAKS=breaks)
    assert told == ["filenames", "my data/orders 2026.csv"]
    assert asked("bash", "kpi check my", shop, COMP_WORDBREAKS=breaks) == ["filenames nospace", "my data"]


def test_the_scripts_touch_no_file_and_say_where_they_go(shop: Path) -> None:
    for shell in START:
        done = subprocess.run(
            [sys.executable, "-m", "kpilang", "completion", shell],
            cwd=shop,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            encoding="utf-8",
            check=True,
        )
        assert f"kpi completion {shell}" in done.stdout
