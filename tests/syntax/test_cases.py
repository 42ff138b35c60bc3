"""Case files of the parser."""

import pytest

from kpilang.syntax.parser import parse
from tests.cases.runner import cases, check_case


@pytest.mark.parametrize("path", cases("syntax"), ids=str)
def test_each_case_gives_the_errors_written_in_it(path):
    check_case(path, lambda source: parse(source).diagnostics)
