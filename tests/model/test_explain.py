from kpilang.model.explain import steps
from tests.model.support import project


def told(fields, before=""):
    model = project(f'{before} kpi k "K" {{ {fields} }}')
    return [(step.text, step.words.en) for step in steps(model, model.kpis["k"])]


def test_parts_come_innermost_first_and_the_declared_unit_last():
    assert told("formula sum(orders.amount) / sum(orders.wait) unit CNY per hour") == [
        ("orders.amount", "CNY"),
        ("sum(orders.amount)", "CNY"),
        ("orders.wait", "hours"),
        ("sum(orders.wait)", "hours"),
        ("sum(orders.amount) / sum(orders.wait)", "CNY per hour; as declared by `unit`"),
    ]


def test_links_and_conversions_are_noted():
    found = dict(told('formula avg(orders.talk + wait where customer.segment = "a")'))
    assert found["customer.segment"] == "text; read along orders → customer"
    assert found["orders.talk + wait"] == "minutes; `wait` converted from hours to minutes"


def test_derived_columns_and_their_declared_types_are_noted():
    found = dict(told("formula sum(orders.eur)"))
    assert found["orders.eur"] == (
        "EUR; derived: derive eur : money(EUR) = amount * 0.13; its declared type sets the unit"
    )


def test_other_kpis_are_named():
    found = dict(told("formula base / count(orders)", before='kpi base "B" { formula sum(orders.amount) unit CNY }'))
    assert found["base"] == "CNY; the KPI `base`"


def test_an_unsound_kpi_has_no_steps():
    assert told("formula count(nothing)") == []
