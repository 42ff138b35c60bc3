"""A KPI's definition in words: its label, every field in force, whose it is, what it is made of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from textwrap import dedent

from kpilang.model.expr import Use, aggregates, direct
from kpilang.model.nouns import Kpi, Model, Template
from kpilang.outputs.colour import PLAIN, Palette
from kpilang.outputs.painting import painted
from kpilang.syntax import tree
from kpilang.text import Text
from kpilang.width import flat, width

_SOURCES = Text(en="sources", zh="数据源")
_USES = Text(en="uses", zh="引用")
_BY_DEFAULT = Text(en="(by default, {place})", zh="（默认值，{place}）")
_FROM_TEMPLATE = Text(en="(from the template)", zh="（来自模板）")
_TEMPLATE = Text(en="template", zh="模板")
_PARAMETERS = Text(en="parameters", zh="参数")
_ABSENT = Text(en="(not given)", zh="（未填写）")
_MARGIN, _WIDEST = "  ", 60


def title(kpi: Kpi, language: str) -> str:
    """Name, label and place in one line."""
    return flat(f"{kpi.name}  {kpi.title(language)}  {kpi.declaration.head}")


def fields(kpi: Kpi, model: Model, language: str, palette: Palette = PLAIN) -> Iterator[str]:
    """The template that is filled in; each field in force as it was written, with what the names of owners and goals
    stand for; then the sources and other KPIs that formula and targets read."""
    written = [
        (word.split()[0], _written(field, kpi, model, language)) for word, all in kpi.fields.items() for field in all
    ]
    if kpi.declaration.filled is not None:
        written.insert(0, (_TEMPLATE.say(language), _template(kpi, kpi.declaration.filled, language)))
    sources = kpi.sources.union(part.source for aim in kpi.aims for part in aggregates(aim))
    uses = kpi.uses.union(part.kpi for aim in kpi.aims for part in direct(aim) if isinstance(part, Use))
    read = ((_SOURCES, sources), (_USES, uses))
    written += [(text.say(language), ", ".join(sorted(names))) for text, names in read if names]
    yield from pairs(written, palette)


def template(found: Template, model: Model, language: str, palette: Palette = PLAIN) -> Iterator[str]:
    """A template: its name, label and place in one line; its parameters with their sorts; its fields."""
    label = found.label.say(language) if found.label else ""
    yield flat(f"{found.name}  {label}  {found.declaration.head}")
    parameters = ", ".join(
        f"{each.name.text}: {each.sort.text}" if each.sort else each.name.text for each in found.declaration.parameters
    )
    written = [(field.word, _value(field, model, language)) for field in found.declaration.fields]
    yield from pairs([(_PARAMETERS.say(language), parameters), *written], palette)


def steps(found: list[tuple[str, str]], palette: Palette = PLAIN) -> Iterator[str]:
    """Parts of a formula, each with what it is."""
    return _columns([(painted(flat(part), "expr", palette), width(flat(part)), flat(said)) for part, said in found])


def pairs(given: list[tuple[str, str]], palette: Palette = PLAIN) -> Iterator[str]:
    """Words of fields with their values, in two columns."""
    return _columns(
        [
            (palette.paint(flat(word), "bold"), width(flat(word)), _in_colour(word, text, palette))
            for word, text in given
        ]
    )


def _in_colour(word: str, text: str, palette: Palette) -> str:
    shown = "\n".join(flat(line) for line in text.split("\n"))
    return painted(shown, "template_fields", palette, f"{word} ")


def _columns(rows: list[tuple[str, int, str]]) -> Iterator[str]:
    """Two columns, of the left one with its width; a text of several lines keeps them below one another, a long word
    pushes only its own text."""
    size = max((wide for _, wide, _ in rows if wide <= _WIDEST), default=0)
    for word, wide, text in rows:
        first, *rest = text.split("\n")
        yield f"{_MARGIN}{word}{' ' * (size - wide)}  {first}".rstrip()
        yield from (f"{_MARGIN}{' ' * size}  {line}".rstrip() for line in rest)


def _template(kpi: Kpi, filled: tree.Filled, language: str) -> str:
    """The template's name with its label."""
    label = kpi.filled.template.label if kpi.filled else None
    return f"{filled.template.text} ({flat(label.say(language))})" if label else filled.template.text


def _written(field: tree.Field, kpi: Kpi, model: Model, language: str) -> str:
    text = _value(field, model, language)
    own = kpi.declaration.span
    if field.span.source is own.source and own.start <= field.span.start < own.end:
        return text
    if kpi.filled is not None and kpi.filled.holds(field.span):
        return f"{text} {_FROM_TEMPLATE.say(language)}"
    return f"{text} {_BY_DEFAULT.fill(place=flat(str(field.span))).say(language)}"


def _value(field: tree.Field, model: Model, language: str) -> str:
    if isinstance(field.value, tree.Label):
        return "\n".join(flat(line) for line in field.value.say(language).splitlines())
    if isinstance(field.value, tree.References) and field.word in ("owner", "goal"):
        return ", ".join(_reference(item, field.word, model, language) for item in field.value.items)
    if field.value is None:
        return _ABSENT.say(language)
    said = field.value.span if isinstance(field.value, tree.Expr) else replace(field.span, start=field.word_span.end)
    lines = said.text.strip().splitlines()
    rest = dedent("\n".join(lines[1:]))
    return "\n".join(flat(line) for line in [*lines[:1], *rest.splitlines()])


def _reference(item: tree.Name | tree.String, word: str, model: Model, language: str) -> str:
    """A name with the label and address of what it names."""
    if isinstance(item, tree.String):
        return f'"{flat(item.value)}"'
    known = (model.owners if word == "owner" else model.goals).get(item.text)
    if known is None:
        return item.text
    label = known.label.say(language) if known.label else ""
    address = getattr(known, "address", None)
    said = ", ".join(flat(part) for part in (label, address) if part)
    return f"{item.text} ({said})" if said else item.text
