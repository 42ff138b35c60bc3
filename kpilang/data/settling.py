"""How a column is written, settled by all its cells together: its width, its decimal mark, the order of day and month."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from kpilang.data.dressed import COMMA, FORMATS, INDIAN, POINT
from kpilang.data.numerals import NARROW, NUMERIC, PLAIN, WIDTHS, Form
from kpilang.data.shapes import guesses, other_order, short_guesses
from kpilang.model.nouns import DataColumn

MARKED = (*NUMERIC, "integer")
DATED = ("date", "datetime")
UNDRESSED = re.compile(r"\s*[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?\s*")


@dataclass(frozen=True)
class Pair:
    """Of two ways to read a column: how many cells fit either, both, and how many then differ."""

    first: int
    second: int
    both: int
    differ: int

    @property
    def fitting(self) -> int:
        return max(self.first, self.second)

    @property
    def ambiguous(self) -> bool:
        """Whether all cells may be read in both ways, and some then mean something else."""
        return self.differ > 0 and self.first == self.both == self.second

    @property
    def way(self) -> int | None:
        """Which way all cells go that go only one (0 or 1); the first where nothing speaks for either."""
        only = (self.first - self.both > 0, self.second - self.both > 0)
        return None if all(only) or self.ambiguous else int(only[1])


@dataclass(frozen=True)
class Settled:
    """The form of a column; `guessed` is the format to declare where it was not plain; `either` are formats that may
    all be meant, and that differ: those that all cells fit alike, or those with a year of two digits."""

    form: Form
    guessed: str | None = None
    either: tuple[str, ...] | None = None


class Count(Protocol):
    """How many cells of a column fit each form; with `beyond` only among those that do not fit that one, which is found
    out much sooner where few do not."""

    def __call__(self, column: DataColumn, forms: Sequence[Form], beyond: Form | None = None) -> list[int]: ...


Compare = Callable[[DataColumn, Form, Form], Pair]


def settled(column: DataColumn, form: Form, texts: list[str], count: Count, compare: Compare) -> Settled:
    """The form that most cells of a column have, which has bad cells in `form`; `texts` are some of them."""
    if form.whole:
        return Settled(replace(form, whole=False))
    if column.sort in DATED and column.format is None:
        return dates(column, form, texts, count, compare)
    if column.sort in MARKED and column.format is None and texts and all(map(UNDRESSED.fullmatch, texts)):
        # Numbers that are only too wide: no mark is in question before they fit.
        wider = replace(form, width=None) if column.sort == "number" and exponents(texts) else wide(column, form, count)
        if wider != form:
            return Settled(wider)
    if column.sort in MARKED and (column.format is None or "%" not in column.format):
        found = marks(column, form, count, compare) if column.format is None else Settled(form)
        return replace(found, form=wide(column, found.form, count))
    return Settled(form)


def exponents(texts: list[str]) -> bool:
    """Whether some number is written with a power of ten."""
    return any("e" in text.lower() for text in texts)


def reads_all(column: DataColumn, form: Form, bad: int, count: Count, format: str) -> bool:
    """Whether a column, `bad` cells of which do not fit `form`, could be read whole by declaring a format."""
    return count(replace(column, format=format), [PLAIN])[0] == count(column, [form])[0] + bad


def wide(column: DataColumn, form: Form, count: Count) -> Form:
    """The narrowest form that as many cells fit as any."""
    if column.sort == "integer":
        return form
    tried = [replace(form, width=width) for width in WIDTHS]
    tried += [] if column.sort == "money" else [replace(form, width=None)]
    # What fits the narrowest fits all the others.
    fitting = [0, *count(column, tried[1:], form)] if form == tried[0] else count(column, tried)
    return tried[fitting.index(max(fitting))]


def marks(column: DataColumn, form: Form, count: Count, compare: Compare) -> Settled:
    """The decimal mark, where numbers are dressed. That a whole number has no fraction settles nothing."""
    free = replace(column, sort="number" if column.sort == "integer" else column.sort)
    width = WIDTHS[-1] if column.sort == "money" else None
    point, comma, indian = (Form(width, mark=mark) for mark in (POINT, COMMA, INDIAN))
    if not any(count(free, [point, comma, indian], Form(width))):
        return Settled(replace(form, width=form.width or NARROW))
    plain, lakhs = count(free, [Form(width), indian])
    pair = compare(free, point, comma)
    if lakhs > max(pair.fitting, plain):
        # Groups of two digits count only where every number is grouped so, or has no group that says otherwise.
        alone = all(compare(free, each, indian).way for each in (point, comma))
        return Settled(replace(form, mark=INDIAN), FORMATS[INDIAN]) if alone else Settled(form)
    if pair.fitting <= plain:
        return Settled(replace(form, width=form.width or NARROW))
    if pair.ambiguous and column.sort == "integer" and count(column, [Form(mark=POINT)])[0] == pair.first:
        return Settled(replace(form, mark=POINT), FORMATS[POINT])
    if pair.ambiguous:
        return Settled(form, either=(FORMATS[POINT], FORMATS[COMMA]))
    if pair.way is None:
        return Settled(form)
    mark = (POINT, COMMA)[pair.way]
    return Settled(replace(form, mark=mark), FORMATS[mark])


def dates(column: DataColumn, form: Form, texts: list[str], count: Count, compare: Compare) -> Settled:
    """The format of dates, where one fits more cells than ISO's does."""
    formats = guesses(texts, clocks=column.sort == "datetime")
    if not formats and not short_guesses(texts, clocks=column.sort == "datetime"):
        return Settled(form)
    plain, *fitting = count(column, [form, *(replace(form, format=each) for each in formats)])
    pairs = {each: other_order(each) for each in formats}
    both = {
        each: compare(column, replace(form, format=each), replace(form, format=other))
        for each, other in pairs.items()
        if other is not None
    }
    counts = [
        max(found, both[each].fitting) if each in both else found for each, found in zip(formats, fitting, strict=True)
    ]
    if not counts or max(counts) <= plain:
        return short_years(column, form, texts, count, plain)
    best = formats[counts.index(max(counts))]
    if best not in both:
        return Settled(replace(form, format=best), best)
    pair, other = both[best], str(pairs[best])
    if pair.ambiguous:
        return Settled(form, either=(best, other))
    if pair.way is None:
        return Settled(form)
    chosen = (best, other)[pair.way]
    return Settled(replace(form, format=chosen), chosen)


def short_years(column: DataColumn, form: Form, texts: list[str], count: Count, plain: int) -> Settled:
    """Dates whose years have two digits are never guessed at: which of them is the year, and in which century?"""
    formats = short_guesses(texts, clocks=column.sort == "datetime")
    fitting = count(column, [replace(form, format=each) for each in formats]) if formats else []
    if max(fitting, default=0) <= plain:
        return Settled(form)
    return Settled(
        form, either=tuple(each for each, found in zip(formats, fitting, strict=True) if found == max(fitting))
    )
