"""What was found in this project's data, kept from run to run in the user's cache folder."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

from kpilang import cache
from kpilang.project.verdict import code_mark

if TYPE_CHECKING:
    from kpilang.data.files import Bound
    from kpilang.evaluate import Known
    from kpilang.project.loading import Project

_ROOMS = ("data", "sql", "evaluate", "engines")
"""The folders of the package, besides those that decide on definitions, whose code decides what is found in data."""


def known(project: Project, bound: Mapping[str, Bound], *, skip_bad: bool) -> Known:
    """What is known of these files; made before they are loaded. Empty where nothing is to be kept."""
    from kpilang.evaluate import Known

    if project.definitions.kept is None:
        return Known()
    import duckdb

    root = hashlib.sha256(os.fsencode(os.path.realpath(project.root))).hexdigest()
    model = project.model
    general = f"{code_mark(*_ROOMS)} {duckdb.__version__} {model.calendar} {skip_bad}"
    marks = {name: f"{general} {model.sources[name].declaration.span.text}" for name in bound}
    return Known(cache.place("keys", root), {name: item.files for name, item in bound.items()}, marks)
