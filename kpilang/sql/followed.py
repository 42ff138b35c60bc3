"""Keys whose first row in a window is followed in time by a row of another source, or a later one of the same."""

from __future__ import annotations

import datetime as dt
import math

from kpilang.model.expr import Followed
from kpilang.plan.columns import clock, used
from kpilang.plan.moments import Joint
from kpilang.plan.rows import EVERYONE
from kpilang.plan.scans import Scan
from kpilang.sql.base import Rows, same_key
from kpilang.sql.measures import Output
from kpilang.sql.values import DATE, DAY_SECONDS, Sql
from kpilang.sql.writer import Writer, Written, condition

MICROSECONDS = 1_000_000


class Follow(Writer):
    """Writes the statement of one count of keys that something follows."""

    def written(self) -> Written:
        """The first row of each key in each window, and of those the ones that another row follows."""
        (item,) = self.statement.aggregates
        assert item.followed is not None
        assert self.rows.time is not None
        window, origin = self.windowed()
        keys = [self.base.raw(key, self.rows) for key in item.arguments]
        tests = [*(f"{key.text} IS NOT NULL" for key in keys), *filter(None, [self.condition(item)])]
        named = "".join(f", {key.text} AS key{number}" for number, key in enumerate(keys))
        grouping = ", ".join(["w", *self.names(), *(f"key{number}" for number in range(len(keys)))])
        where = f"{origin}{' AND ' if self.rows.where else ' WHERE '}{' AND '.join(tests)}"
        firsts = f"SELECT {self.head(window)}{named}, MIN({self.rows.time.text}) AS t {where} GROUP BY {grouping}"
        mine = [Sql(f"a.key{number}", key.type) for number, key in enumerate(keys)]
        others, found = self.others(item.followed, mine, Sql("a.t", self.rows.time.type))
        head = ", ".join(f"a.{name}" for name in ["w", *self.names()])
        sql = f"SELECT {head}, COUNT(*) FROM ({firsts}) AS a SEMI JOIN ({others}) AS b ON {found} GROUP BY {head}"
        return self.finish(sql, [Output(item, "rows")])

    def others(self, followed: Followed, mine: list[Sql], first: Sql) -> tuple[str, str]:
        """The rows that may follow, each with its key and time, and the condition that one follows a first row."""
        counted = followed.rows
        time = clock(self.base.model, counted)
        scan = Scan(followed.source, "events", time, EVERYONE, (self.reach(followed),))
        rows = self.base.rows(scan, frozenset(used([time, counted])))
        assert rows.time is not None
        keys = [self.base.raw(key, rows) for key in counted.arguments]
        named = "".join(f", {key.text} AS x{number}" for number, key in enumerate(keys))
        tests = [*(f"{key.text} IS NOT NULL" for key in keys), *filter(None, [condition(self.base, rows, counted)])]
        text = f"SELECT {rows.time.text} AS u{named} {rows.text} AND {' AND '.join(tests)}"
        there = [Sql(f"b.x{number}", key.type) for number, key in enumerate(keys)]
        alike = (same_key(*rows.scalars.alike(*pair)) for pair in zip(mine, there, strict=True))
        return text, " AND ".join([*alike, *self.in_time(followed, first, Sql("b.u", rows.time.type), rows)])

    def in_time(self, followed: Followed, first: Sql, then: Sql, rows: Rows) -> list[str]:
        """Conditions that a time lies after another, and not too long after it."""
        first, then = rows.scalars.alike(first, then)
        after = ">" if followed.source == self.statement.scan.source else ">="
        if first.type == DATE:
            latest = f"{first.text} + {int(followed.within // DAY_SECONDS)}"
        else:
            latest = f"{first.text} + to_microseconds({int(followed.within * MICROSECONDS)})"
        return [f"{then.text} {after} {first.text}", f"{then.text} <= {latest}"]

    def reach(self, followed: Followed) -> tuple[dt.date, dt.date]:
        """The days in which a row may follow one of any window."""
        windows = self.statement.scan.windows
        own = [window.own if isinstance(window, Joint) else window for window in windows]
        stretches = [window for window in own if isinstance(window, tuple)]
        days = math.ceil(followed.within / DAY_SECONDS) + 1
        latest = max(end for _, end in stretches)
        room = (dt.date.max - latest).days
        return min(start for start, _ in stretches), latest + dt.timedelta(days=min(days, room))
