"""Rows held against sets: each is joined to at most one row of every set, which tells whether its key is there.

A row of a set is the number of a window, the members where the set is one of the rows of the same source, and the key;
so that a row is held against the set that belongs to its own window and member.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from kpilang.model.expr import Column, InSet
from kpilang.plan.columns import basis, clock, used
from kpilang.plan.entities import Before
from kpilang.plan.moments import Joint, Plain
from kpilang.plan.rows import EVERYONE
from kpilang.plan.scans import Scan
from kpilang.plan.sets import looked_through
from kpilang.sql.base import Base, Rows, same_key
from kpilang.sql.values import Sql
from kpilang.sql.writer import condition, span_join


def against(base: Base, scan: Scan, columns: frozenset[Column]) -> Rows:
    """The rows of a scan joined to its sets, once for each window in which they are looked at."""
    joints = [window for window in scan.windows if isinstance(window, Joint)]
    own = list(dict.fromkeys(joint.own for joint in joints))
    rows = apart(base.rows(replace(scan, windows=tuple(own), sets=()), columns))
    numbers = {own[index]: number for number, index in rows.numbers.items()}
    sets = [Held(base, scan, item, [joint.others[place] for joint in joints]) for place, item in enumerate(scan.sets)]
    values = ", ".join(
        f"({', '.join([str(number), str(numbers[joint.own]), *(held.bounds[number] for held in sets)])})"
        for number, joint in enumerate(joints)
    )
    names = ", ".join(["w", "own", *(f"s{place}" for place in range(len(sets)))])
    joins = "".join(held.join(rows, place) for place, held in enumerate(sets))
    for place, item in enumerate(scan.sets):
        rows.scalars.sets[item] = f"(e{place}.hit IS NOT NULL)"
    origin = f"{rows.origin} JOIN (VALUES {values}) AS j({names}) ON j.own = {rows.window}{joins}"
    whole = {number: number for number in range(len(joints))}
    return replace(rows, origin=origin, window="j.w", numbers=whole, ruler=None)


def apart(rows: Rows) -> Rows:
    """The same rows, once for each window where windows overlap."""
    if rows.spans is None:
        return rows
    whole = {number: number for number, _, _ in rows.spans}
    origin = rows.origin + span_join(rows.spans, rows.window, "n")
    return replace(rows, origin=origin, window="s.n", numbers=whole, spans=None, ruler=None)


class Held:
    """One set that rows are held against. `bounds` gives for each joint window what its rows must find: the number of a
    window of the set, or the day before which a key must have been there first."""

    def __init__(self, base: Base, scan: Scan, item: InSet, windows: Sequence[Plain]) -> None:
        self.base, self.item = base, item
        looks, self.counted = looked_through(item.of)
        self.first = any(isinstance(look, Before) for look in looks)
        self.same = self.counted.source == scan.source
        kind, time = basis(base.model, self.counted), clock(base.model, self.counted)
        scope = scan.scope if self.same else EVERYONE
        seen = tuple(dict.fromkeys(windows))
        if self.first:
            latest = max(window[1] for window in seen if isinstance(window, tuple))
            seen, kind = ((dt.date.min, latest),), "ever" if kind == "state" else kind
        whole = Scan(self.counted.source, kind, time, scope, seen)
        self.rows = apart(base.rows(whole, frozenset(used([scope.where, *scope.members, time, self.counted]))))
        numbers = {seen[index]: str(number) for number, index in self.rows.numbers.items()}
        self.bounds = [self.day(window) if self.first else numbers[window] for window in windows]
        self.keys = [base.raw(key, self.rows) for key in self.counted.arguments]

    def day(self, window: Plain) -> str:
        """The end of a stretch in the type of the rows' time."""
        assert isinstance(window, tuple)
        assert self.rows.time is not None
        return self.base.moment(self.rows.time, window[1])

    def join(self, rows: Rows, place: int) -> str:
        """The join of rows to this set."""
        assert self.rows.time is not None or not self.first
        keys = [f"{key.text} AS x{number}" for number, key in enumerate(self.keys)]
        members = [f"{text} AS y{number}" for number, text in enumerate(self.rows.members)] if self.same else []
        present = [f"{key.text} IS NOT NULL" for key in self.keys]
        tests = [*present, *filter(None, [condition(self.base, self.rows, self.counted)])]
        where = f"{self.rows.text}{' AND ' if self.rows.where else ' WHERE '}{' AND '.join(tests)}"
        columns = ", ".join([*members, *keys])
        names = ", ".join([*(f"y{n}" for n in range(len(members))), *(f"x{n}" for n in range(len(keys)))])
        if self.first and self.rows.time is not None:
            made = f"SELECT {columns}, MIN({self.rows.time.text}) AS hit {where} GROUP BY {names}"
            found = f"e{place}.hit < j.s{place}"
        else:
            made = f"SELECT DISTINCT {self.rows.window} AS hit, {columns} {where}"
            found = f"e{place}.hit = j.s{place}"
        here = [self.base.raw(key, rows) for key in self.item.keys]
        there = [replace(key, text=f"e{place}.x{number}") for number, key in enumerate(self.keys)]
        alike = [same_value(rows, *pair) for pair in zip(here, there, strict=True)]
        beside = [
            f"{text} IS NOT DISTINCT FROM e{place}.y{n}" for n, text in enumerate(rows.members if members else ())
        ]
        return f" LEFT JOIN ({made}) AS e{place} ON {' AND '.join([found, *alike, *beside])}"


def same_value(rows: Rows, one: Sql, other: Sql) -> str:
    """Whether two values are the same, however they are stored: whole numbers as text, dates as the instants they begin."""
    return same_key(*rows.scalars.alike(one, other))
