"""What the commands refuse: files they may not read or write over, and questions without a meaning."""

import gc
import os
from pathlib import Path

import pytest

from kpilang.cli import main

DEFINITIONS = """\
source orders from "orders.csv" {
  key     id
  time    ordered_on
  column  amount : number
  column  name : text
}

kpi total "Total" {
  formula  sum(orders.amount)
  period   month
}
"""
ORDERS = "id,ordered_on,amount,name\n1,2026-01-03,10.5,a\n2,2026-02-03,20,b\n"


@pytest.fixture
def project(tmp_path, monkeypatch):
    root = tmp_path / "project"
    root.mkdir()
    (root / "kpi.yaml").write_text("as_of: 2026-06-30\n", encoding="utf-8")
    (root / "shop.kpi").write_text(DEFINITIONS, encoding="utf-8")
    (root / "orders.csv").write_text(ORDERS, encoding="utf-8")
    monkeypatch.chdir(root)
    monkeypatch.setenv("NO_COLOR", "1")
    return root


@pytest.fixture
def kpi(project, capsys):
    """Runs a command line in the project; gives its exit code and all that it says."""

    def run(*arguments):
        code = main([*arguments, "--no-cache"])
        gc.unfreeze()  # a command is the last thing its process does; here it is not
        said = capsys.readouterr()
        return code, said.out + said.err

    return run


@pytest.mark.parametrize("command", ["check", "lint", "list", "eval"])
def test_a_link_to_itself_is_passed_over(project, kpi, command):
    before = kpi(command)
    (project / "loop").symlink_to("loop")
    (project / "loop.csv").symlink_to("loop.csv")
    assert kpi(command) == before


def test_a_definition_that_leads_out_of_the_project_is_not_read(project, kpi, tmp_path):
    (tmp_path / "secret").write_text("root:x:0:0\n", encoding="utf-8")
    (project / "evil.kpi").symlink_to(tmp_path / "secret")
    code, said = kpi("check")
    assert code == 2
    assert "error[E616] definitions-outside-project: `evil.kpi` is a link that leads outside the project" in said
    assert "root:x" not in said


def test_a_definition_that_leads_to_another_place_of_the_project_is_read(project, kpi):
    (project / "shop.kpi").rename(project / "shop.txt")
    (project / "shop.kpi").symlink_to("shop.txt")
    assert kpi("check")[0] == 0


def test_settings_that_lead_out_of_the_project_are_not_read(project, kpi, tmp_path):
    (tmp_path / "secret").write_text("root: x\n", encoding="utf-8")
    (project / "kpi.yaml").unlink()
    (project / "kpi.yaml").symlink_to(tmp_path / "secret")
    code, said = kpi("check")
    assert code == 2
    assert "error[E618] settings-outside-project: `kpi.yaml`" in said
    assert "root" not in said


def test_settings_named_on_the_command_line_may_lie_anywhere(kpi, tmp_path):
    (tmp_path / "other.yaml").write_text("as_of: 2026-03-31\n", encoding="utf-8")
    assert kpi("check", "--config", str(tmp_path / "other.yaml"))[0] == 0


def test_settings_that_are_a_device_are_not_read(kpi):
    code, said = kpi("check", "--config", "/dev/zero")
    assert code == 2
    assert "`/dev/zero` cannot be read: it is not an ordinary file" in said


def test_a_folder_that_leads_out_of_the_project_is_not_entered_and_that_is_told(project, kpi, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "more.kpi").write_text("nonsense", encoding="utf-8")
    (project / "more").symlink_to(outside)
    code, said = kpi("check")
    assert code == 0
    assert "info[E617] folder-outside-project: `more` leads outside the project" in said
    (project / "kpi.yaml").write_text("as_of: 2026-06-30\nexclude: [more/]\n", encoding="utf-8")
    assert "E617" not in kpi("check")[1]


def test_a_folder_that_leads_to_another_folder_of_the_project_is_entered_once(project, kpi):
    (project / "kpis").mkdir()
    (project / "shop.kpi").rename(project / "kpis" / "shop.kpi")
    (project / "again").symlink_to("kpis")
    assert kpi("check")[0] == 0


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_that_may_not_be_read_is_told(project, kpi):
    (project / "closed").mkdir(mode=0)
    code, said = kpi("check")
    assert code == 2
    assert "`closed` cannot be read" in said


@pytest.mark.parametrize("output", ["shop.kpi", "kpi.yaml", "orders.csv", "../project/orders.csv", "link.csv"])
def test_an_output_never_replaces_what_the_kpis_are_computed_from(project, kpi, output):
    (project / "link.csv").symlink_to("orders.csv")
    before = (project / output).read_bytes()
    code, said = kpi("eval", "--format", "csv", "--output", output)
    assert code == 2
    assert f"error[E626] output-is-input: `{output}` is what the KPIs are computed from" in said
    assert (project / output).read_bytes() == before


@pytest.mark.parametrize("command", ["check", "lint"])
def test_findings_never_replace_definitions_or_data(project, kpi, command):
    for output in ("shop.kpi", "orders.csv"):
        before = (project / output).read_bytes()
        assert kpi(command, "--format", "text", "--output", output)[0] == 2
        assert (project / output).read_bytes() == before


def test_a_file_given_by_source_or_config_is_not_replaced(project, kpi, tmp_path):
    (tmp_path / "other.csv").write_text(ORDERS, encoding="utf-8")
    (tmp_path / "other.json").write_text("{}", encoding="utf-8")
    bound = kpi("eval", "--source", f"orders={tmp_path}/other.csv", "--output", f"{tmp_path}/other.csv")
    assert bound[0] == 2
    assert "E626" in bound[1]
    configured = kpi("eval", "--config", f"{tmp_path}/other.json", "--output", f"{tmp_path}/other.json")
    assert "E626" in configured[1]


def test_an_output_may_replace_an_earlier_output(project, kpi):
    assert kpi("eval", "--output", "result.csv")[0] == 0
    assert kpi("eval", "--output", "result.csv")[0] == 0
    assert (project / "result.csv").read_text(encoding="utf-8").startswith("kpi,label,period")


@pytest.mark.parametrize("command", ["eval", "check", "lint"])
def test_an_unknown_ending_of_an_output_is_refused(project, kpi, command):
    code, said = kpi(command, "--output", "o.xlsx")
    assert code == 2
    assert "error[E627] unknown-ending: `.xlsx` files cannot be written" in said
    assert not (project / "o.xlsx").exists()


def test_a_format_may_go_into_a_file_of_any_ending(project, kpi):
    assert kpi("eval", "--format", "csv", "--output", "o.data")[0] == 0
    assert (project / "o.data").read_text(encoding="utf-8").startswith("kpi,label,period")


def test_the_ending_of_an_output_chooses_how_findings_are_written(project, kpi):
    assert kpi("check", "--output", "o.json")[0] == 0
    assert (project / "o.json").read_text(encoding="utf-8").startswith("{")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--as-of", "9999-12-31"], "error[E643] date-too-late: `9999-12-31` is too late"),
        (["--period", "9999-12-31"], "error[E631] bad-period: there is no period `9999-12-31`"),
        (["--period", "9999"], "error[E631] bad-period: there is no period `9999`"),
        (["--period", "all"], "error[E640] all-is-no-period: `all` is a grain, not a period"),
        (["--period", "2026-01.."], "error[E641] open-period: `2026-01..` lacks an end"),
        (["--period", "..2026-01"], "error[E641] open-period: `..2026-01` lacks an end"),
        (["--period", ".."], "error[E641] open-period: `..` lacks an end"),
        (["--period", "0001..9998"], "`0001..9998` holds 119,976 periods by month; at most 100,000 are computed"),
        (["--grain", "year,day", "--period", "1000..9998"], "periods by day; at most 100,000 are computed at once"),
        (["--period", "2026-1"], "do you mean `2026-01`?"),
        (["--period", "2026Q1..2026/3/31"], "do you mean `2026-Q1`?"),
        (["--period", "2026 h2"], "do you mean `2026-H2`?"),
        (["--period", "2026-13"], "periods look like 2026"),
        (["--last", "0"], "`--last`: `0` is no whole number from 1 on"),
        (["--last", "two"], "`--last`: `two` is no whole number from 1 on"),
        (["--threads", "0"], "`--threads`: `0` is no whole number from 1 to 256"),
        (["--format", "jsn"], "`--format`: `jsn` is none of `csv`, `json`"),
        (["--output", "nowhere/o.csv"], "`nowhere/o.csv` cannot be written: its folder does not exist"),
        (["--where", ""], "error[E644] empty-predicate: `--where` says nothing"),
        (["--where", " # c"], "error[E644] empty-predicate: `--where` says nothing"),
        (["--where", 'name = "\udcff"'], "error[E645] option-not-utf8: `--where` holds bytes"),
        (["--by", "\udcff"], "error[E645] option-not-utf8: `--by` holds bytes"),
        (["--threads", "99999999"], "error[E624] bad-option: `--threads`"),
        (["orders.csv"], "error[E619] no-definitions-there: the project reads no definitions from `orders.csv`"),
        (["-q", "kpi.yaml"], "error[E619] no-definitions-there: the project reads no definitions from `kpi.yaml`"),
        (["-q", "--by", "name", "--where", 'name = "none such"'], "error[E628] nothing-computed: no KPI"),
    ],
)
def test_a_question_without_a_meaning_is_refused_with_its_reason(kpi, arguments, told):
    code, said = kpi("eval", *arguments)
    assert code == 2
    assert told in said
    assert "bug" not in said


def test_an_as_of_date_at_the_end_of_the_calendar_is_refused_in_the_settings_too(project, kpi):
    (project / "kpi.yaml").write_text("as_of: 9999-12-31\n", encoding="utf-8")
    code, said = kpi("eval")
    assert code == 2
    assert "E643" in said


@pytest.mark.parametrize("arguments", [["--as-of", "9999-12-30"], ["--grain", "year", "--period", "2025..9998"]])
def test_the_last_days_of_the_calendar_can_be_asked_for(kpi, arguments):
    code, said = kpi("eval", *arguments)
    assert code == 0
    assert "Total" in said


def test_a_parquet_file_may_have_a_name_that_is_not_utf8(project, kpi):
    name = os.fsdecode(b"o\xff.parquet")
    assert kpi("eval", "--output", name)[0] == 0
    assert Path(name).read_bytes()[:4] == b"PAR1"


def test_explain_makes_control_characters_visible(project, kpi):
    text = DEFINITIONS.replace("sum(orders.amount)", 'sum(orders.amount where name = "a\x1b[31m")')
    (project / "shop.kpi").write_text(text.replace("period   month", 'unit "w\x1b[2J"'), encoding="utf-8")
    for arguments in (["explain", "total"], ["eval"], ["list"], ["list", "--format", "json"]):
        said = kpi(*arguments)[1]
        assert said.replace("\n", "").isprintable()


@pytest.mark.parametrize(
    "options",
    [
        ("--statistics", "--by-owner"),
        ("--changed", "--since", "main"),
        ("--diff", "--format", "json"),
        ("--diff", "--output", "findings.json"),
    ],
)
def test_an_option_that_another_would_leave_without_effect_is_refused(project, kpi, options):
    code, said = kpi("lint", *options)
    assert code == 2
    assert "[E673]" in said
    assert not (project / "findings.json").exists()


@pytest.mark.parametrize(
    ("outputs", "place"),
    [
        (["json=-", "sarif=-"], "standard output"),
        (["-", "concise=-"], "standard output"),
        (["json=found", "sarif=./found"], "`./found`"),
    ],
)
@pytest.mark.parametrize("command", ["check", "lint"])
def test_two_outputs_to_one_place_are_refused(project, kpi, command, outputs, place):
    code, said = kpi(command, *(part for output in outputs for part in ("--output", output)))
    assert code == 2
    assert f"error[E679] written-twice: two outputs go to {place}\n" in said
    assert not (project / "found").exists()


@pytest.mark.parametrize(
    ("option", "forms", "fit"),
    [
        ("--by-owner", ["json", "jsonl", "sarif", "github", "gitlab", "junit"], "text, concise, markdown"),
        ("--statistics", ["jsonl", "sarif", "github", "gitlab", "junit"], "text, concise, markdown, json"),
    ],
)
def test_what_a_format_has_no_place_for_is_refused(kpi, option, forms, fit):
    for form in forms:
        for asked in (["--format", form], ["--output", "-", "--output", f"{form}=found"]):
            code, said = kpi("lint", option, *asked)
            assert code == 2
            assert f"[E680] unfit-format: `{option}` does nothing in the format {form}\n" in said
            assert f"choose one of these formats: {fit}\n" in said
    for form in fit.split(", "):
        assert kpi("lint", option, "--format", form)[0] != 2


@pytest.mark.parametrize("rules", ["", " , "])
def test_an_empty_selection_of_rules_is_no_reason_to_pass(kpi, rules):
    code, said = kpi("lint", "--select", rules)
    assert code == 2
    assert "[E677]" in said


def test_a_project_without_a_kpi_has_no_score(project, kpi):
    (project / "shop.kpi").write_text("", encoding="utf-8")
    code, said = kpi("card", "--fail-under", "50", "--badge", "quality.svg")
    assert code == 2
    assert "[E678]" in said
    assert "100" not in said
    assert not (project / "quality.svg").exists()


@pytest.mark.parametrize("command", ["check", "lint", "card", "eval", "list"])
def test_definitions_that_cannot_be_read_are_not_told_to_be_missing(project, kpi, command):
    (project / "shop.kpi").write_text('kpi a "销售额" { }', encoding="gb18030")
    code, said = kpi(command)
    assert code == 2
    assert "[E609]" in said
    assert "there is no `.kpi` file in" not in said
    assert "mend the files that are told above" in said


def test_what_a_baseline_cannot_hold_back_is_told_when_it_is_written(project, kpi):
    _, said = kpi("lint", "--write-baseline")
    assert "never held back" not in said
    (project / "kpi-baseline.json").unlink()
    with (project / "shop.kpi").open("a", encoding="utf-8") as file:
        file.write('\nkpi wrong "Wrong" { owner nobody_declared }\n')
    _, said = kpi("lint", "--write-baseline")
    assert "what is wrong with files, syntax, names and types is never held back: 1" in said


def test_fixes_are_counted_by_the_option_that_makes_them(project, kpi):
    (project / "shop.kpi").write_text('kpi a "A" { formula 1 + 12,000 }\n', encoding="utf-8")
    _, said = kpi("lint", "--select", "X")
    assert "can be mended by `kpi lint --fix`: 1\n" in said
    (project / "shop.kpi").write_text('kpi a "A" { formula 1 + 12,000  unit pct target >= 5 sec }\n', encoding="utf-8")
    _, said = kpi("lint", "--select", "X")
    assert "can be mended by `kpi lint --fix`: 1, and 1 more with `--unsafe-fixes`\n" in said


def test_explain_tells_the_file_that_may_hold_the_kpi_and_cannot_be_read(project, kpi):
    (project / "other.kpi").write_text('kpi 销售额 "销售额" { }', encoding="gb18030")
    code, said = kpi("explain", "销售额")
    assert code == 2
    assert "[E609]" in said
    assert "[E613]" in said


@pytest.mark.parametrize("name", ["S", "s1", "S101", "vague-wording"])
def test_rules_are_shown_by_name_and_by_the_beginning_of_their_codes(kpi, name):
    code, said = kpi("rule", name)
    assert code == 0
    assert "vague-wording" in said
    assert ("missing-owner" in said, "## Why" in said) == (False, len(name) > 2)
    assert ("two-in-one" in said) is (len(name) <= 2)


@pytest.mark.parametrize("name", ["E101", "e516", "E5", "E"])
def test_the_code_of_a_mistake_is_said_to_be_no_rule(kpi, name):
    code, said = kpi("rule", name)
    assert code == 2
    assert f"`{name.upper()}` is the code of a mistake, not of a rule" in said
    assert "X101" not in said
    assert "did you mean" in kpi("rule", "X1O1")[1]
