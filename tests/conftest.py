"""Marks the folders and files whose tests take long together, so that `make check` can leave them out."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest

HERE = Path(__file__).parent
LONG = (
    "answers",
    "cache",
    "commands",
    "completion",
    "data",
    "evaluate",
    "house",
    "laws",
    "lint/rules/test_verifiable.py",
    "plan/test_ways.py",
    "reference",
    "sql/test_statements.py",
    "syntax/test_formatting.py",
)


def pytest_sessionfinish() -> None:
    """Commands freeze what they loaded; a process that ran many of them gives it back before it ends."""
    gc.unfreeze()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if any(item.path.is_relative_to(HERE / place) for place in LONG):
            item.add_marker(pytest.mark.slow)
