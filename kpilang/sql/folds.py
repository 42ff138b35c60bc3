"""Folds over the same groups as one statement: rows grouped by the key, groups of all that is looked at side by side, the
formula of each group, and the groups put together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from kpilang.model.expr import Aggregate, Column, Expr, Fold, Moved, Operation, Reach, Shift, Use
from kpilang.model.types import Kind
from kpilang.plan.compound import Leaf, leaves
from kpilang.plan.folds import Gathering, Way
from kpilang.result import Reason
from kpilang.sql.abreast import Names, Seen, abreast, looked_at
from kpilang.sql.base import Base
from kpilang.sql.measures import Output, measures_of, whole
from kpilang.sql.readers import Reader, Table
from kpilang.sql.results import Results
from kpilang.sql.scalars import Scalars
from kpilang.sql.universe import Flag, universe
from kpilang.sql.values import BOOLEAN, DATE, DOUBLE, INSTANT, INTEGER, TEXT, Sql
from kpilang.sql.writer import Query

ALL = "TRUE"
TYPES = {Kind.NUMBER: INTEGER, Kind.BOOL: BOOLEAN, Kind.TEXT: TEXT, Kind.DATE: DATE, Kind.DATETIME: INSTANT}


class Folds:
    """Writes the folds of a gathering."""

    def __init__(self, gathering: Gathering, base: Base) -> None:
        self.gathering, self.base = gathering, base
        self.over = gathering.compound.leaves
        self.places = {key: number for number, key in enumerate(gathering.scans)}
        self.looks: dict[tuple[int, Seen], int] = {}
        self.looks_of = [self.seen_by(number) for number in range(len(self.over))]
        self.partly = {fold for fold in gathering.folds if fold.source is None and not self.sees_all(fold)}
        self.readers = [self.reader(key, f"r{number}_") for number, key in enumerate(gathering.scans)]
        self.keyed = [name for reader in self.readers[:1] for name in reader.key_names()]
        self.members = [name for reader in self.readers[:1] for name in reader.names()]

    def reader(self, key: Way, prefix: str) -> Reader:
        """The groups of one way of reading a source, with all that folds aggregate there."""
        mine = [leaf.aggregate for leaf in self.over if self.gathering.read_as(leaf.aggregate) == key]
        among = dict.fromkeys(dict(fold.among).get(key[0]) for fold in self.gathering.folds if fold in self.partly)
        return Reader(self.base, self.gathering.scans[key], list(dict.fromkeys(mine)), list(among), prefix)

    def seen_by(self, leaf: int) -> tuple[int, ...]:
        """The looks of a leaf: none where it sees nothing at all, two for `at average`."""
        item = self.over[leaf].aggregate
        seen = [glance[leaf] for glance in self.gathering.glances]
        if all(isinstance(each, Reason) for each in seen):
            return ()
        place = self.places[self.gathering.read_as(item)]
        ends = max(len(each) for each in seen if not isinstance(each, Reason))
        looks = (tuple(each if isinstance(each, Reason) else each[end] for each in seen) for end in range(ends))
        return tuple(self.looks.setdefault((place, look), len(self.looks)) for look in looks)

    # ---- the statement

    def query(self) -> tuple[Query, dict[int, int]]:
        """The query, whose first column leads by the numbers given to combinations."""
        tables = [(place, table) for place, reader in enumerate(self.readers) for table in reader.tables]
        grouped = [
            f"g{number} AS {self.kind(place)}({table.query(self.readers[place].grouping())})"
            for number, (place, table) in enumerate(tables)
        ]
        numbers = self.straight(tables)
        joined = self.alone(tables[0][1]) if numbers is not None else self.joined(tables)
        named, values = self.leaf_columns(straight=numbers is not None)
        folded = [(fold, *self.value(fold, values)) for fold in self.gathering.folds]
        columns = "".join(
            f", {value.text} AS v{n}, {present} AS p{n}, {self.tied(fold)} AS t{n}"
            for n, (fold, value, present) in enumerate(folded)
        )
        outputs = [
            pair for n, (fold, value, present) in enumerate(folded) for pair in self.outputs(fold, value, present, n)
        ]
        head = ", ".join(["n", *self.members])
        ctes = [
            *grouped,
            f"j AS ({joined})",
            f"l AS (SELECT {head}{named} FROM j)",
            f"v AS (SELECT {head}{columns} FROM l)",
        ]
        texts = "".join(f", {text}" for _, text in outputs)
        sql = f"WITH {', '.join(ctes)} SELECT {head}{texts} FROM v GROUP BY {head}"
        known = numbers if numbers is not None else {number: number for number in range(len(self.gathering.glances))}
        return Query(sql, tuple(output for output, _ in outputs)), known

    def kind(self, place: int) -> str:
        """Groups that several looks need are worked out once."""
        return "MATERIALIZED " if sum(owner == place for owner, _ in self.looks) > 1 else ""

    def straight(self, tables: Sequence[tuple[int, Table]]) -> dict[int, int] | None:
        """Where one table has each group of a combination in one row: the combination for each window's number there."""
        if len(tables) > 1 or len(self.looks) > 1 or self.gathering.source is not None:
            return None
        [(_, look)] = self.looks
        stretches = tables[0][1].stretches
        found: dict[int, int] = {}
        for number, window in enumerate(look):
            if isinstance(window, Reason):
                continue
            first, last = stretches[window]
            if first != last or first in found:
                return None
            found[first] = number
        return found

    # ---- groups side by side

    def alone(self, table: Table) -> str:
        """The groups of the only table, named as those of a look."""
        cells = "".join(f", {name} AS l0{name}" for name in table.cells)
        return f"SELECT {', '.join(['w AS n', *self.members, *self.keyed])}{cells} FROM g0"

    def joined(self, tables: Sequence[tuple[int, Table]]) -> str:
        """Every group in every combination that sees it: what is seen by each look in columns of its own."""
        names = Names(self.members, self.keyed, texts=self.differently_stored())
        rows = self.gathering.source
        everyone = universe(self.gathering, self.base, names, self.flags(), self.looks) if rows is not None else None
        seen = [
            looked_at(table, f"g{number}", look, found, names)
            for (place, look), found in self.looks.items()
            for number, (owner, table) in enumerate(tables)
            if owner == place
        ]
        return abreast([*([everyone] if everyone else []), *seen], names, first_only=everyone is not None)

    def differently_stored(self) -> bool:
        """Whether some source holds a column of the key as text that another one holds as something else."""
        source = self.gathering.source
        stored = [[key.type for key in reader.keys] for reader in self.readers]
        own = self.gathering.keys[source] if source is not None else ()
        stored += [[self.base.stored_type(key) for key in own if isinstance(key, Column)]] if own else []
        return any(TEXT in types and len(set(types)) > 1 for types in zip(*stored, strict=True))

    def flags(self) -> list[Flag]:
        """What tells the rows of the source that is the key which are groups of a fold, for all folds."""
        return list(dict.fromkeys(map(self.flag, self.gathering.folds)))

    def flag(self, fold: Fold) -> Flag:
        """What such a row must satisfy, and the looks in one of which it must be there."""
        return Flag(dict(fold.among).get(fold.source or ""), frozenset(self.looked_at(fold)))

    # ---- formulas of a group

    def leaf_columns(self, *, straight: bool) -> tuple[str, Results]:
        """A column for each leaf, and for those that can be undefined a test; and what writes formulas over them."""
        text, found, doubtful = "", dict[Column, Sql](), dict[Column, str]()
        for number, leaf in enumerate(self.over):
            value, undefined, tied = self.of_leaf(number, leaf)
            absent = [n for n, glance in enumerate(self.gathering.glances) if isinstance(glance[number], Reason)]
            known = (
                f"n NOT IN ({', '.join(map(str, absent))})" if absent and not straight and self.looks_of[number] else ""
            )
            column = stand_in(leaf.aggregate, number)
            found[column] = Sql(f"x{number}", value.type)
            text += f", {f'CASE WHEN {known} THEN {value.text} END' if known else value.text} AS x{number}"
            if undefined is not None:
                test = f"COALESCE({undefined}, FALSE)"
                text += f", {f'{known} AND {test}' if known else test} AS u_{number}"
                doubtful[column] = f"u_{number}"
            text += f", COALESCE({tied}, FALSE) AS t_{number}" if tied is not None else ""
        for name in self.present():
            text += f", {name}"
        return text, Results(found.__getitem__, self.gathering.model.calendar, doubtful)

    def present(self) -> list[str]:
        """The columns that tell which groups there are."""
        if self.gathering.source is not None:
            return [f"u{number}" for number in range(len(self.flags()))]
        return [
            f"l{look}{name}" for (place, _), look in self.looks.items() for name in self.readers[place].seen.values()
        ]

    def of_leaf(self, number: int, leaf: Leaf) -> tuple[Sql, str | None, str | None]:
        """The value of a leaf over the columns of its looks, and tests that it is undefined, and that two rows tie."""
        looks, item = self.looks_of[number], leaf.aggregate
        if not looks:
            kind = TYPES[item.type.kind]
            return Sql(f"CAST(NULL AS {kind})", kind), None, None
        reader = self.readers[self.places[self.gathering.read_as(item)]]
        made = reader.cells[item]
        names = [[f"l{look}{name}" for name in reader.names_of[item]] for look in looks]
        values = [made.value(each) for each in names]
        undefined = " OR ".join(made.undefined(each) for each in names) if made.undefined is not None else None
        tied = " OR ".join(made.tied(each) for each in names) if made.tied is not None else None
        if len(values) == 1:
            return values[0], undefined, tied
        opening, closing = (value.double().text for value in values)
        return Sql(f"(({opening} + {closing}) / 2)", DOUBLE), undefined, tied

    def value(self, fold: Fold, results: Results) -> tuple[Sql, str]:
        """The value of a fold's formula in a group, and whether it is a group of that fold."""
        resolved = self.resolved(fold.value, ())
        if self.gathering.source is not None:
            return results.value(resolved), f"u{self.flags().index(self.flag(fold))}"
        if fold not in self.partly:
            return results.value(resolved), ALL
        looks = self.looked_at(fold)
        kept = dict(fold.among).get(fold.keys[0][0])
        tests = [
            f"COALESCE(l{look}{self.readers[place].seen[kept]}, 0) > 0"
            for (place, _), look in self.looks.items()
            if look in looks
        ]
        return results.value(resolved), f"({' OR '.join(tests) or 'FALSE'})"

    def looked_at(self, fold: Fold) -> set[int]:
        """The looks of a fold."""
        return {look for leaf in leaves(fold.value) for look in self.looks_of[self.gathering.numbers[leaf]]}

    def sees_all(self, fold: Fold) -> bool:
        """Whether every group of the gathering is one of the fold."""
        return len(self.looked_at(fold)) == len(self.looks) and not fold.among

    def tied(self, fold: Fold) -> str:
        """A test that in a group of a fold two rows share the time that is looked for."""
        found = [
            self.gathering.numbers[leaf] for leaf in leaves(fold.value) if leaf.aggregate.function in ("first", "last")
        ]
        return " OR ".join(f"t_{number}" for number in found if self.looks_of[number]) or "FALSE"

    def resolved(self, expr: Expr, looks: tuple[Moved, ...]) -> Expr:
        """A formula with a column in place of each leaf."""
        match expr:
            case Aggregate():
                return stand_in(expr, self.gathering.numbers[Leaf(looks, expr)])
            case Shift() | Reach():
                return self.resolved(expr.value, (*looks, expr))
            case Use():
                return self.resolved(expr.value, looks)
            case Operation():
                return replace(expr, arguments=tuple(self.resolved(part, looks) for part in expr.arguments))
            case _:
                return expr

    # ---- groups put together

    def outputs(self, fold: Fold, value: Sql, present: str, number: int) -> Iterator[tuple[Output, str]]:
        """What the value of a fold is made of; how many groups there are, and how many of them have no value;
        in how many two
        rows tie; whether values are binary, and so not exact."""
        group = f"p{number}" if present != ALL else None
        where = f" FILTER (WHERE {group})" if group else ""
        yield Output(None, "groups", fold), f"COUNT(*){where}"
        yield (
            Output(None, "left", fold),
            f"COUNT(*) FILTER (WHERE {' AND '.join([*([group] if group else []), f'v{number} IS NULL'])})",
        )
        if self.gathering.ordered(fold) is not None:
            yield (
                Output(None, "tied", fold),
                f"COUNT(*) FILTER (WHERE {' AND '.join([*([group] if group else []), f't{number}'])})",
            )
        if value.binary:
            yield Output(None, "binary", fold), "TRUE"
        if fold.function == "count":
            held = " AND ".join([*([group] if group else []), f"v{number}"])
            yield Output(None, "rows", fold), f"COUNT(*) FILTER (WHERE {held})"
            return
        column = Column(fold.value.type, None, "", (), f"v{number}")
        asked = Aggregate(fold.type, None, fold.function, "", (column,), fraction=fold.fraction)
        scalars = Scalars(lambda _: Sql(f"v{number}", value.type), self.gathering.model.calendar)
        if fold.function in ("sum", "avg", "min", "max"):
            for measure in measures_of(scalars, asked, self.base.traits):
                yield Output(None, measure.output.part, fold), measure.over(group)
            return
        yield Output(None, "value", fold), f"{whole(asked, f'CAST(v{number} AS DOUBLE)')}{where}"


def stand_in(item: Aggregate, number: int) -> Column:
    """The column that holds the value of a leaf."""
    return Column(item.type, None, "", (), f"x{number}")
