"""A place becomes files of the project, or a finding that says how to mend it."""

from __future__ import annotations

import os

import pytest

from kpilang.data.files import bind
from tests.data.kit import model, source

HEADER = "id\n1\n"


def bound(root, location, bindings=None, allowed=(), path="kpis.kpi"):
    project = model(source("orders", location=location, path=path))
    found, findings = bind(project, root, bindings or {}, ["orders"], list(allowed))
    return found.get("orders"), findings


def refused(root, location, name, **options):
    found, findings = bound(root, location, **options)
    assert found is None
    assert [finding.name for finding in findings] == [name]
    assert findings[0].message.zh != findings[0].message.en
    return findings[0]


@pytest.fixture
def root(tmp_path):
    folder = tmp_path / "project"
    (folder / "data").mkdir(parents=True)
    for name in ("b.csv", "a.csv"):
        (folder / "data" / name).write_text(HEADER, encoding="utf-8")
    (tmp_path / "secret.csv").write_text(HEADER, encoding="utf-8")
    return folder


def test_a_file_is_named_relative_to_the_project(root):
    found, findings = bound(root, "data/a.csv")
    assert findings == ()
    assert (found.files, found.names, found.format) == ((root / "data" / "a.csv",), ("data/a.csv",), "csv")


def test_a_place_is_relative_to_the_file_that_says_it(root):
    found, _ = bound(root, "../data/a.csv", path="sales/kpis.kpi")
    assert found.files == (root / "data" / "a.csv",)


def test_a_binding_goes_before_the_place_in_the_definition(root):
    found, _ = bound(root, "data/a.csv", {"orders": str(root / "data" / "b.csv")})
    assert found.names == ("data/b.csv",)


def test_a_binding_is_relative_to_the_project(root):
    found, _ = bound(root, None, {"orders": "data/b.csv"}, path="sales/kpis.kpi")
    assert found.names == ("data/b.csv",)


def test_a_folder_is_its_data_files_in_order(root):
    (root / "data" / "notes.md").write_text("no data", encoding="utf-8")
    (root / "data" / ".hidden.csv").write_text(HEADER, encoding="utf-8")
    assert bound(root, "data")[0].names == ("data/a.csv", "data/b.csv")
    assert bound(root, "data/")[0].names == ("data/a.csv", "data/b.csv")


def test_a_pattern_is_the_files_that_fit_it(root):
    (root / "data" / "2026").mkdir()
    (root / "data" / "2026" / "c.csv").write_text(HEADER, encoding="utf-8")
    assert bound(root, "data/*.csv")[0].names == ("data/a.csv", "data/b.csv")
    assert bound(root, "data/[b]*.csv")[0].names == ("data/b.csv",)
    assert bound(root, "data/**/*.csv")[0].names == ("data/2026/c.csv", "data/a.csv", "data/b.csv")


@pytest.mark.parametrize(
    "name", ["star*.csv", "br[1].csv", "q?.csv", 'it\'s "q".csv', "new\nline.csv", "订单 €.csv", "-x.csv", "~x.csv"]
)
def test_a_hostile_name_is_that_file(root, name):
    (root / "data" / name).write_text(HEADER, encoding="utf-8")
    assert bound(root, f"data/{name}")[0].files == (root / "data" / name,)


def test_parquet_is_known_by_its_ending(root):
    (root / "data" / "x.PARQUET").write_bytes(b"PAR1")
    assert bound(root, "data/x.PARQUET")[0].format == "parquet"


def test_a_source_without_place_says_the_three_ways_to_give_one(root):
    help = refused(root, None, "no-data-place").help
    for way in ('from "data/orders.csv"', "orders: data/orders.csv", "--source orders="):
        assert way in help.en
        assert way in help.zh


def test_a_missing_file_names_the_nearest(root):
    (root / "data" / "orders.csv").write_text(HEADER, encoding="utf-8")
    finding = refused(root, "data/order.csv", "data-missing")
    assert "`data/order.csv`" in finding.message.en
    assert "`orders.csv`" in finding.help.en
    assert "`data`" in refused(root, "date/orders.csv", "data-missing").help.en


def test_a_finding_points_at_the_place_in_the_definition_or_at_the_declaration(root):
    project = model(source("orders", location="data/none.csv"))
    declared = project.sources["orders"].declaration
    assert bind(project, root, {}, ["orders"], [])[1][0].span == declared.location.span
    assert bind(project, root, {"orders": "none.csv"}, ["orders"], [])[1][0].span == declared.head


def test_an_empty_folder_and_a_pattern_without_files_are_missing_data(root):
    (root / "empty").mkdir()
    refused(root, "empty", "data-missing")
    refused(root, "data/*.parquet", "data-missing")


@pytest.mark.parametrize(
    "place", ["../secret.csv", "data/../../secret.csv", "/etc/passwd", "data/../../*.csv", "../nothing.csv", "/"]
)
def test_whatever_lies_outside_the_project_is_refused_there_or_not(root, place):
    finding = refused(root, place, "data-outside-project")
    assert "--allow" in finding.help.en
    assert "--allow" in finding.help.zh


def test_a_pattern_may_not_climb_out(root):
    refused(root, "*/../../*.csv", "data-outside-project")


def test_an_absolute_place_outside_is_refused_even_as_a_binding(root, tmp_path):
    refused(root, None, "data-outside-project", bindings={"orders": str(tmp_path / "secret.csv")})


def test_a_link_out_of_the_project_is_refused(root, tmp_path):
    (root / "data" / "link.csv").symlink_to(tmp_path / "secret.csv")
    (root / "away").symlink_to(tmp_path)
    refused(root, "data/link.csv", "data-outside-project")
    refused(root, "data", "data-outside-project")
    refused(root, "data/*.csv", "data-outside-project")
    refused(root, "away/secret.csv", "data-outside-project")
    refused(root, "away/*.csv", "data-outside-project")


def test_a_link_inside_the_project_is_followed(root):
    (root / "link.csv").symlink_to(root / "data" / "a.csv")
    assert bound(root, "link.csv")[0].files == (root / "data" / "a.csv",)


def test_an_allowed_folder_or_file_may_be_read(root, tmp_path):
    secret = tmp_path / "secret.csv"
    assert bound(root, "../secret.csv", allowed=[tmp_path])[0].files == (secret,)
    assert bound(root, "../secret.csv", allowed=[secret])[0].names == (str(secret),)
    refused(root, "../secret.csv", "data-outside-project", allowed=[tmp_path / "other"])


@pytest.mark.parametrize(
    "place", ["http://localhost/a.csv", "s3://bucket/a.csv", "file:///etc/passwd", "data/a\x00.csv"]
)
def test_only_files_of_this_machine_are_data(root, place):
    refused(root, place, "data-not-a-file")


def test_a_device_is_not_a_file(root):
    os.mkfifo(root / "data" / "pipe.csv")
    refused(root, "data/pipe.csv", "data-not-a-file")
    refused(root, "/dev/stdin", "data-not-a-file", allowed=[root.__class__("/dev"), root.__class__("/proc")])


def test_a_loop_of_links_is_no_file(root):
    (root / "loop.csv").symlink_to(root / "loop.csv")
    found, findings = bound(root, "loop.csv")
    assert found is None
    assert len(findings) == 1


def test_other_formats_are_refused(root):
    (root / "data" / "plan.pdf").write_bytes(b"PK")
    assert "`.parquet`" in refused(root, "data/plan.pdf", "data-format").help.en


@pytest.mark.parametrize("name", ["Plan 2026.xls", "Plan 2026.XLS", "Plan 2026.xlsb", "Plan 2026.ods"])
def test_an_old_workbook_is_to_be_saved_as_one_of_today(root, name):
    (root / "data" / name).write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
    found = refused(root, f"data/{name}", "data-format")
    assert "save it as a workbook of today, `Plan 2026.xlsx`" in found.help.en
    assert "`Plan 2026.xlsx`" in found.help.zh


def test_csv_and_parquet_side_by_side_are_refused(root):
    (root / "data" / "x.parquet").write_bytes(b"PAR1")
    assert "data/*.parquet" in refused(root, "data", "data-format").help.en


def test_only_the_sources_asked_for_are_looked_at(root):
    project = model(source("orders", location="data/a.csv"), source("broken", location="nowhere.csv"))
    assert bind(project, root, {"other": "x"}, ["orders", "unknown"], [])[1] == ()
