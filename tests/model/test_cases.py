import pkgutil
from importlib import import_module

import pytest

import kpilang.model
from kpilang.diagnostics import Problem
from kpilang.model.check import check
from kpilang.syntax.parser import parse
from kpilang.text import Source
from tests.cases.runner import HERE, cases, check_case, expected

OWN_FIELDS = {"cost_center": "text", "rank": "number"}


def problems():
    modules = (import_module(f"kpilang.model.{each.name}") for each in pkgutil.iter_modules(kpilang.model.__path__))
    return {value for module in modules for value in vars(module).values() if isinstance(value, Problem)}


@pytest.mark.parametrize("path", cases("check"), ids=str)
def test_each_case_gives_the_errors_written_in_it(path):
    check_case(path, lambda source: check([parse(source)], OWN_FIELDS).diagnostics)


def test_every_problem_of_the_checker_has_a_case():
    sources = [Source(str(path), (HERE / path).read_text(encoding="utf-8")) for path in cases("check")]
    shown = {name for source in sources for _, name in expected(source)}
    of_questions = {"rests-on-a-mistake"}  # of `--where` and `--by`; see test_soundness.py
    assert {problem.name for problem in problems()} - shown == of_questions


def test_no_two_problems_share_a_code_or_a_name():
    found = problems()
    assert len({problem.code for problem in found}) == len({problem.name for problem in found}) == len(found)
