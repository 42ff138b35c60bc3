"""What is said of each source: how old its data are, what is wrong with them, the verdict."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from kpilang.data.table import Table
from kpilang.model.nouns import DataSource, Model
from kpilang.plan import reasons
from kpilang.plan.facts import Profile, lives
from kpilang.plan.moments import ONE_DAY, Coverage, Read
from kpilang.result import Freshness, Soundness, SourceReport
from kpilang.text import Text

COUNTED = {"empty-compared": Soundness.SOUND, "no-partner": Soundness.NO_PARTNER}
"""What is said of rows that are counted all the same."""


def report(
    model: Model, table: Table, profile: Profile, coverage: Coverage, as_of: dt.date, *, skip: bool
) -> SourceReport:
    """The report on one source; with `skip` rows with bad cells are left out and no fault."""
    kind, times = next(iter(sorted(profile.times.items())), ("", None))
    first, last = times or (None, None)
    covers = (coverage.get(Read(profile.source, kind)) for kind in ("events", "state"))
    faults = tuple(dict.fromkeys(_faults(table, profile, skip=skip)))
    return SourceReport(
        name=profile.source,
        rows=profile.rows,
        left_out=profile.left_out,
        first=first,
        last=last,
        covers=next((item for item in covers if isinstance(item, tuple)), None),
        freshness=None if last is None else freshness(model, model.sources[profile.source], kind, last, as_of),
        verdict=_verdict(faults, profile),
        faults=faults,
    )


def freshness(model: Model, source: DataSource, kind: str, last: dt.date, as_of: dt.date) -> Freshness | None:
    """How old a source is whose last row, as it is read, is of a day; None where its rows may lie in the future."""
    if source.planned:
        return None
    late = None
    if source.every is not None and not lives(source, kind):
        after = model.calendar.containing(model.calendar.containing(last, source.every).end, source.every)
        late = after.end <= as_of + ONE_DAY
    return Freshness((as_of - last).days, source.every, late)


def _verdict(faults: tuple[Text, ...], profile: Profile) -> Soundness:
    if faults:
        return Soundness.BAD_DATA
    found = {COUNTED.get(item.code, Soundness.LEFT_OUT) for item in profile.left_out}
    return next((each for each in (Soundness.LEFT_OUT, Soundness.NO_PARTNER) if each in found), Soundness.SOUND)


def _faults(table: Table, profile: Profile, *, skip: bool) -> Iterator[Text]:
    """What makes KPIs that need it have bad data."""
    if table.broken:
        yield reasons.broken_source(table.source, table.why).text
    yield from (reasons.missing_column(table.source, column).text for column in sorted(table.missing))
    if not skip:
        yield from (reasons.bad_cells(table.source, column).text for column in sorted(table.bad))
    if profile.fault is not None:
        yield profile.fault.text
    yield from profile.flaws
