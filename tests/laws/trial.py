"""Generated projects put to the engine, and rows of a source of our own whose counts can be worked out beside it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

from hypothesis import HealthCheck, note, settings
from hypothesis import strategies as st

from tests.reference import engine
from tests.reference.case import Case
from tests.reference.evaluator import Row
from tests.reference.generate import Trial
from tests.reference.test_cases import model_of, question_of

EXAMPLES = int(os.environ.get("KPI_LAW_EXAMPLES", "6"))
quiet = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
Place = tuple[object, ...]

VISITS = """source visits {
  key    id
  time   at
  covers 2026-01 .. 2026-02
  column id : text
  column at : date
  column guest : text
  column room : text
  column score : integer
  column paid : money(CNY)
}
"""
COLUMNS = ("id", "at", "guest", "room", "score", "paid")
Visit = dict[str, str]


def by_engine(trial: Trial, threads: int = 1) -> dict[Place, Row]:
    """Rows by KPI, period and members."""
    note(trial.definitions)
    note("\n".join(f"--- {name}\n{text}" for name, text in trial.cells.items()))
    note(str(trial.ask))
    case = Case("generated", trial.definitions, trial.cells, trial.ask, ())
    model = model_of(case)
    with tempfile.TemporaryDirectory() as folder:
        rows = engine.by_driver(case, model, question_of(case, model), Path(folder), threads)
    return {(row.kpi, row.period, row.by): row for row in rows}


def told(row: Row) -> tuple[Fraction | None, str | None, Fraction | None, object]:
    """What a row says: value, reason, previous value, and how the period is cut."""
    return row.value, row.why and str(row.why), row.previous, row.partial


@st.composite
def visits(draw: st.DrawFn, *, most: int = 12) -> list[Visit]:
    """Rows of `visits`, many with empty cells."""
    cells = st.fixed_dictionaries(
        {
            "at": st.sampled_from(("2026-01-05", "2026-01-31", "2026-02-01", "2026-02-28")),
            "guest": st.sampled_from(("", "ann", "bob", "cai")),
            "room": st.sampled_from(("", "east", "west")),
            "score": st.sampled_from(("", "1", "2", "3")),
            "paid": st.sampled_from(("", "0.10", "0.20", "99.99", "-1.05")),
        }
    )
    return [{"id": str(number), **row} for number, row in enumerate(draw(st.lists(cells, max_size=most)))]


def text(rows: Iterable[Visit]) -> str:
    """Rows of `visits` as CSV."""
    return "\n".join([",".join(COLUMNS), *(",".join(row[name] for name in COLUMNS) for row in rows)]) + "\n"
