"""Marks the folders whose tests take long together, so that `make check` can leave them out."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest

HERE = Path(__file__).parent
LONG = {"answers", "laws", "reference"}


def pytest_sessionfinish() -> None:
    """Commands freeze what they loaded; a process that ran many of them gives it back before it ends."""
    gc.unfreeze()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.relative_to(HERE).parts[0] in LONG:
            item.add_marker(pytest.mark.slow)
