"""Each code stands for one name and each name for one code, over all rooms and the linter's rules."""

import pkgutil
from collections import defaultdict
from importlib import import_module

import kpilang
from kpilang.diagnostics import Problem
from kpilang.lint.linter import rules


def problems() -> list[Problem]:
    """All kinds of mistakes that the modules declare, those in tables too."""
    names = [
        info.name for info in pkgutil.walk_packages(kpilang.__path__, "kpilang.") if info.name != "kpilang.__main__"
    ]
    values = [value for name in names for value in vars(import_module(name)).values()]
    inner = [item for value in values if isinstance(value, dict) for item in value.values()]
    return [value for value in (*values, *inner) if isinstance(value, Problem)]


def test_no_code_has_two_names_and_no_name_two_codes() -> None:
    names, codes = defaultdict(set), defaultdict(set)
    for code, name in [*((each.code, each.name) for each in problems()), *((r.code, r.name) for r in rules())]:
        names[code].add(name)
        codes[name].add(code)
    assert len(names) > 150
    assert {code: found for code, found in names.items() if len(found) > 1} == {}
    assert {name: found for name, found in codes.items() if len(found) > 1} == {}
