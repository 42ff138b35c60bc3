import pytest

from kpilang.model.nearest import hint, nearest


@pytest.mark.parametrize(
    ("word", "found"),
    [
        ("hihger", "higher"),
        ("Higher", "higher"),
        ("monthly", "month"),
        ("lwoer", "lower"),
        ("客户群", "客户"),
        ("zzz", None),
    ],
)
def test_the_name_most_like_a_word_is_found(word, found):
    assert nearest(word, ["higher", "lower", "within", "month", "客户"]) == found


def test_all_names_are_told_where_they_are_few_and_only_the_nearest_where_they_are_many():
    assert hint("hihger", ["higher", "lower"]).en == "did you mean `higher`? available: `higher`, `lower`"
    assert hint("name1x", [f"name{number}" for number in range(20)]).en == "did you mean `name1`?"
    assert hint("x", []).zh == "尚未声明任何一个"
