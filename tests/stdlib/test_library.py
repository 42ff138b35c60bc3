"""What every template of the standard library says, so that a KPI that fills it in is well-made and can be found."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import pytest

from kpilang import resources
from kpilang.model import library
from kpilang.model.check import check
from kpilang.model.nouns import Template
from kpilang.syntax import tree
from kpilang.syntax.parser import parse
from kpilang.text import Source

TEMPLATES = [pytest.param(each, id=each.name) for each in library.every()]
HAN = re.compile(r"[一-鿿]")
SECTIONS = ("functions", "hundred", "services", "guide", "selection")


def texts(template: Template, word: str) -> list[str]:
    """The texts of the fields with a keyword that lists some."""
    fields = template.declaration.all(word)
    items = [item for field in fields if isinstance(field.value, tree.References) for item in field.value.items]
    return [item.value for item in items if isinstance(item, tree.String)]


def names(template: Template) -> Iterator[str]:
    """Everything that a template is called by."""
    assert template.label is not None
    yield from (
        template.label.text.value,
        template.label.say("zh"),
        *texts(template, "synonyms"),
        *texts(template, "acronym"),
    )


def test_the_first_twenty_are_there() -> None:
    wanted = (
        "customer.churn customer.csat customer.nps customer.retention finance.dso finance.gross_margin finance.roi "
        "hr.cost_per_hire hr.time_to_fill hr.turnover it.availability marketing.conversion marketing.ctr marketing.romi "
        "operations.on_time_delivery sales.average_order_value sales.win_rate service.fcr service.first_response "
        "service.service_level"
    )
    assert {each.name for each in library.every()} >= {f"std.{name}" for name in wanted.split()}


@pytest.mark.parametrize("field", library.fields())
def test_a_file_of_the_library_is_without_mistakes_and_holds_nothing_but_templates(field: str) -> None:
    model = check([parse(Source(f"{field}.kpi", resources.templates(field)))])
    assert [each.message.en for each in model.diagnostics] == []
    assert len(model.templates) == sum(len(each.declarations) for each in model.trees) == len(library.of_field(field))


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_template_says_what_it_is_in_both_languages(template: Template) -> None:
    for word in ("what", "why", "trap"):
        for field in template.declaration.all(word):
            assert isinstance(field.value, tree.Label)
            assert HAN.search(field.value.say("zh"))
            assert not HAN.search(field.value.text.value)
    assert template.label is not None
    assert HAN.search(template.label.say("zh"))
    said = {field.word for field in template.declaration.fields}
    assert said >= {"what", "why", "formula", "direction", "period", "indicator", "perspective", "synonyms", "trap"}


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_template_uses_each_of_its_parameters_and_nothing_else(template: Template) -> None:
    assert template.formula is not None
    used = set(re.findall(r"[a-z_]+", template.formula.span.text))
    assert used == {each.name.text for each in template.declaration.parameters}


@pytest.mark.parametrize("template", TEMPLATES)
def test_what_a_template_answers_are_rows_of_a_catalogue(template: Template) -> None:
    for row in texts(template, "answers"):
        section, field, number = row.split("/")
        assert section in SECTIONS
        assert field.isalpha()
        assert re.fullmatch(r"\d{2,3}", number)


@pytest.mark.parametrize("template", TEMPLATES)
def test_no_name_stands_twice_in_a_template(template: Template) -> None:
    assert [name for name, count in Counter(map(str.lower, names(template))).items() if count > 1] == []


def test_no_name_belongs_to_two_templates() -> None:
    counted = Counter(name.lower() for each in library.every() for name in names(each))
    assert [name for name, count in counted.items() if count > 1] == []
