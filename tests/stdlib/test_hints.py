"""What is said of a name that no template of the standard library has."""

import pytest

from kpilang.model import library


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("std.sales.winrate", "std.sales.win_rate"),
        ("std.sale.win_rate", "std.sales.win_rate"),
        ("std.win_rate", "std.sales.win_rate"),
    ],
)
def test_the_nearest_is_told_by_its_last_part(name, meant):
    assert library.hint(name).en == f"did you mean `{meant}`?"


@pytest.mark.parametrize("name", ["std.service.backlog", "std.service"])
def test_where_none_is_like_it_all_of_the_part_are_listed(name):
    said = library.hint(name).en
    assert said.startswith("available: ")
    assert all(f"`{each}`" in said for each in library.of_field("service"))
    assert "std.sales" not in said


def test_where_the_part_is_unknown_too_the_parts_are_listed():
    said = library.hint("std.nowhere.qqqq").en
    assert said.startswith("available: ")
    assert all(f"`std.{each}`" in said for each in library.fields())
