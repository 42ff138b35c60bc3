"""The standard library: templates written in the language, read when somebody asks for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

from kpilang import resources
from kpilang.model.nearest import nearest
from kpilang.model.nouns import Template
from kpilang.text import Source, Text

NAMESPACE = "std"


@cache
def fields() -> tuple[str, ...]:
    """The parts of the library: `sales` in `std.sales.win_rate`."""
    return resources.library()


@cache
def of_field(field: str) -> Mapping[str, Template]:
    """The templates of one part, by the names that they are filled in by; none where there is no such part."""
    from kpilang.syntax.parser import parse

    if field not in fields():
        return {}
    declared = parse(Source(f"{NAMESPACE}/{field}.kpi", resources.templates(field))).declarations
    named = {
        f"{NAMESPACE}.{field}.{each.name.text}": each for each in declared if each.name and each.kind == "template"
    }
    return {name: Template(name, each) for name, each in named.items()}


def find(name: str) -> Template | None:
    """The template of a name such as `std.sales.win_rate`."""
    namespace, _, rest = name.partition(".")
    return of_field(rest.partition(".")[0]).get(name) if namespace == NAMESPACE else None


def every() -> Iterator[Template]:
    """All templates of the library."""
    for field in fields():
        yield from of_field(field).values()


def hint(name: str) -> Text:
    """What to say of a name that no template has: the nearest by its last part, in its own part of the library first;
    else all of that part, or the parts there are."""
    field, _, last = name.removeprefix(f"{NAMESPACE}.").partition(".")
    own = of_field(field)
    lasts = {each.rpartition(".")[2]: each for each in (own or (each.name for each in every()))}
    best = nearest(last if own else last or field, lasts)
    if best is not None:
        return Text(f"did you mean `{lasts[best]}`?", f"是否想写 `{lasts[best]}`？")
    known = own or [f"{NAMESPACE}.{each}" for each in fields()]
    english, chinese = (comma.join(f"`{each}`" for each in known) for comma in (", ", "、"))
    return Text(f"available: {english}", f"可用：{chinese}")
