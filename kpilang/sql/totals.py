"""Counts, sums, averages, least and greatest as SQL: in one pass, or folded from groups by what filters look at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

from kpilang.model.expr import Aggregate
from kpilang.sql.axes import Axes, decided
from kpilang.sql.measures import Measure, Output, chosen, emptiness, measures_of
from kpilang.sql.values import Sql
from kpilang.sql.writer import Query, Writer, Written

SEEN = Output(None, "rows")
FOLDED_PER_QUERY = 250


class Totals(Writer):
    """Writes the statements that count and sum."""

    def measures(self) -> list[Measure]:
        """What the totals of this statement are made of, each once; first the number of rows."""
        found = {SEEN: Measure(SEEN, "count", None, "sum")}
        for aggregate in (*self.statement.aggregates, *self.statement.noted):
            empty = emptiness(self.scalars, aggregate)
            if empty is not None:
                output = Output(aggregate, "empty")
                found[output] = Measure(output, "count", f"CASE WHEN {empty} THEN 1 END", "sum")
        for aggregate in self.statement.aggregates:
            for measure in measures_of(self.scalars, aggregate, self.base.traits):
                found.setdefault(measure.output, measure)
        return list(found.values())

    def seen_by(self, output: Output) -> str | None:
        """The condition of the rows that an output is computed over."""
        return None if output.aggregate is None or output.part == "empty" else self.condition(output.aggregate)

    def direct(self) -> Written:
        """One pass; each aggregate with its filter as CASE."""
        measures = self.measures()
        columns = "".join(
            f", {measure.over(self.seen_by(measure.output))} AS c{number}" for number, measure in enumerate(measures)
        )
        inner = f"SELECT {self.head(self.rows.window)}{columns} {self.rows.text} {self.group()}"
        outputs = [measure.output for measure in measures]
        if self.rows.spans is None:
            return self.finish(inner, outputs)
        folded = "".join(f", {measure.fold}(p.c{number})" for number, measure in enumerate(measures))
        return self.finish(f"WITH p AS ({inner}) {self.fold(folded)}", outputs)

    def rolled(self, columns: Sequence[tuple[Measure, str]]) -> str:
        """Groups of `p` put together to windows; where windows overlap much, to slots first, each once, and those to
        all the windows that they belong to."""
        texts = "".join(f", {text}" for _, text in columns)
        if self.rows.spans is None or not overlapping(self.rows.spans):
            return self.fold(texts)
        members = "".join(f", p.{name}" for name in self.names())
        named = "".join(f", {text} AS f{number}" for number, (_, text) in enumerate(columns))
        folds = "".join(f", {measure.fold}(p.f{number})" for number, (measure, _) in enumerate(columns))
        slots = f"SELECT p.w{members}{named} FROM p GROUP BY p.w{members}"
        return self.fold(folds, f"({slots}) AS p")

    def partial(self) -> Written:
        """Grouped first by what the filters look at; every aggregate is then folded from the few groups. Parties have
        groups of their own, which come of one pass."""
        parties = self.parties()
        inputs: dict[str, str] = {}
        folded: list[list[tuple[Measure, str]]] = [[] for _ in parties]
        for measure in self.measures():
            number = self.party_of(measure.output.aggregate)
            folded[number].append((measure, self.from_axes(parties[number], measure, inputs)))
        inner = self.grouped(parties, inputs)
        queries = [
            (number, portion) for number, columns in enumerate(folded) for portion in portions(columns) if portion
        ]
        if len(queries) == 1:
            ((_, portion),) = queries
            outputs = (measure.output for measure, _ in portion)
            return self.finish(f"WITH p AS ({parties[0].told(inner)}) {self.rolled(portion)}", outputs)
        return Written(
            self.statement,
            tuple(
                Query(
                    f"WITH p AS ({parties[number].told(self.of_party(parties, number))}) {self.rolled(portion)}",
                    tuple(measure.output for measure, _ in portion),
                )
                for number, portion in queries
            ),
            self.windows(),
            f"CREATE OR REPLACE TEMP TABLE parts AS {inner}",
            "DROP TABLE parts",
        )

    def parties(self) -> list[Axes]:
        """The axes of each party, numbered on."""
        found: list[Axes] = []
        for party in self.statement.parties:
            found.append(Axes(self.scalars, party.axes, sum(len(axes.names) for axes in found)))
        return found

    def party_of(self, aggregate: Aggregate | None) -> int:
        """The number of the party of an aggregate; any party has seen all rows."""
        parties = enumerate(self.statement.parties)
        return next((number for number, party in parties if aggregate in party.aggregates), 0)

    def grouped(self, parties: Sequence[Axes], inputs: Mapping[str, str]) -> str:
        """The groups of all parties; of several, `g` tells them apart: a bit for each axis that is not theirs."""
        columns = "".join(axes.columns for axes in parties)
        columns += "".join(f", {text} AS {name}" for text, name in inputs.items())
        sets = [", ".join(["w", *self.names(), *axes.names]) for axes in parties]
        grouping = sets[0]
        if len(parties) > 1:
            columns += f", GROUPING({', '.join(name for axes in parties for name in axes.names)}) AS g"
            grouping = f"GROUPING SETS (({'), ('.join(sets)}))"
        return f"SELECT {self.head(self.rows.window)}{columns} {self.rows.text} GROUP BY {grouping}"

    def of_party(self, parties: Sequence[Axes], number: int) -> str:
        """The groups of one party."""
        if len(parties) == 1:
            return "SELECT * FROM parts"
        names = [name for axes in parties for name in axes.names]
        others = "".join("0" if name in parties[number].names else "1" for name in names)
        return f"SELECT * FROM parts WHERE g = {int(others, 2)}"

    def from_axes(self, axes: Axes, measure: Measure, inputs: dict[str, str]) -> str:
        """A measure folded from groups: those whose axes meet its condition."""
        aggregate = measure.output.aggregate
        condition = decided(axes, aggregate) if aggregate is not None else None
        if measure.output.part == "empty" and aggregate is not None:
            condition = emptiness(axes, aggregate)
            measure = Measure(measure.output, "count", None, "sum")
        folded = f"{measure.fold}({chosen(condition, self.input(measure, inputs))})"
        return f"COALESCE({folded}, 0)" if measure.function == "count" else folded

    def input(self, measure: Measure, inputs: dict[str, str]) -> str:
        """What a measure is over the rows of a group: one of the `inputs`, which name what is computed there, or made of
        several, so that a difference needs no sum of its own."""

        def name(text: str) -> str:
            return f"p.{inputs.setdefault(text, f'c{len(inputs)}')}"

        if not measure.terms:
            return name(measure.over(None))
        scale = max(value.scale for _, value in measure.terms)
        return " ".join(
            f"{sign} {Sql(name(f'sum({value.text})'), value.type).exact(scale).text}" for sign, value in measure.terms
        )


def overlapping(spans: Sequence[tuple[int, int, int]]) -> bool:
    """Whether a slot belongs to two windows or more, on average."""
    slots = max(last for _, _, last in spans) + 1
    return sum(last - first + 1 for _, first, last in spans) >= 2 * slots


def portions(folded: list[tuple[Measure, str]]) -> list[list[tuple[Measure, str]]]:
    """Columns in portions that keep a query quick to plan, all those of one aggregate together."""
    found: list[list[tuple[Measure, str]]] = [[]]
    for _, columns in groupby(folded, key=lambda column: column[0].output.aggregate):
        if len(found[-1]) >= FOLDED_PER_QUERY:
            found.append([])
        found[-1].extend(columns)
    return found
