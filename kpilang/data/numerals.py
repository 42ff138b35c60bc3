"""Numbers in texts: SQL that reads them exactly, as decimals, and as binary numbers only where no decimal holds them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from kpilang.data import dressed
from kpilang.data.shapes import fits
from kpilang.model.nouns import DataColumn
from kpilang.sql import quote

NUMERIC = ("number", "money", "percent", "duration")
NARROW = (18, 4)
WIDTHS = (NARROW, (38, 10), (38, 18))

_PLAIN = r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)"
_FLOATING = rf"{_PLAIN}([eE][+-]?[0-9]{{1,4}})?"
_INTEGER = r"[+-]?[0-9]+(\.0*)?"
_WHOLE = "0|-?[1-9][0-9]{0,17}"
_POWER = re.compile(r"\s*[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)[eE][+-]?[0-9]{1,4}\s*")
_DIGITS = re.compile(r"\s*[+-]?0*([0-9]*)(?:\.([0-9]*?)0*)?(?![0-9.eE])")


@dataclass(frozen=True)
class Form:
    """How the cells of a column are written: `width` is the precision and scale that holds them (of percentages as
    written), None where only a binary number does; `whole` tells that a text is always a whole number as people write it.
    `mark` is that of dressed numbers, None where digits, sign and point stand alone; `format` is that of dates.
    `places` is how many digits most cells have after the point; any number is right, but a good one is read faster.
    """

    width: tuple[int, int] | None = NARROW
    whole: bool = False
    mark: str | None = None
    format: str | None = None
    places: int = 2


PLAIN = Form()


def keyed(text: str) -> str:
    """A WHEN branch for the key that a text is, where it is a whole number that reads back as the same text."""
    return f"WHEN CAST(TRY_CAST({text} AS BIGINT) AS VARCHAR) = {text} THEN TRY_CAST({text} AS BIGINT)"


def likely(column: DataColumn, texts: Iterable[str], *, key: bool) -> Form:
    """How a column is written, to judge by some of its cells."""
    some = [text for text in texts if text.strip()]
    if key:
        return Form(whole=bool(some) and all(re.fullmatch(_WHOLE, text) for text in some))
    needs = [found for found in map(_DIGITS.match, some) if found] if column.sort in NUMERIC else []
    before = max((len(found[1]) for found in needs), default=0)
    after = max((len(found[2] or "") for found in needs), default=0)
    binary = column.sort != "money" and column.format is None
    if binary and any(_POWER.fullmatch(text) for text in some):
        return Form(None)
    written = Counter(len(found[0].partition(".")[2]) for found in needs).most_common(1)
    fitting = (width for width in WIDTHS if before <= width[0] - width[1] and after <= width[1])
    return Form(next(fitting, None if binary else NARROW), places=written[0][0] if written else PLAIN.places)


def spare(column: DataColumn, form: Form) -> Form | None:
    """The form to read a column in besides `form`, where some cell far below may be one that only a binary number holds."""
    plain = column.format is None and form.mark is None and column.sort in NUMERIC and column.sort != "money"
    return replace(form, width=None) if plain and form.width == WIDTHS[-1] else None


def sql_type(column: DataColumn, form: Form) -> str:
    """The type that cells of a numeric column are read as; percentages have two more digits after the point."""
    if column.sort == "integer":
        return "BIGINT"
    if form.width is None:
        return "DOUBLE"
    precision, scale = form.width
    return f"DECIMAL({precision}, {scale + 2 if column.sort == 'percent' else scale})"


def same(text: str, sql_type: str) -> str:
    """Whether a text is just as the engine writes its value of a type."""
    return f"CAST(TRY_CAST({text} AS {sql_type}) AS VARCHAR) = {text}"


def canonical(column: DataColumn, text: str, form: Form) -> str:
    """A WHEN branch for numbers that need no pattern to be told, as most do; they are read as by `branches`."""
    if form.mark is not None or column.format is not None or column.sort == "percent":
        return ""
    kind = sql_type(column, form)
    value = f"TRY_CAST({text} AS {kind})"
    if column.sort == "integer":
        return f"WHEN {same(text, kind)} THEN {value}"
    digits = " AND ".join(f"NOT contains({text}, '{other}')" for other in "_eE+")
    if form.width is None:
        return f"WHEN {digits} AND isfinite({value}) THEN {value}"
    precision, scale = form.width
    if form.width != NARROW:  # so short a text has no more digits after the point than the type
        return f"WHEN strlen({text}) <= {scale + 1} AND {digits} AND {value} IS NOT NULL THEN {value}"
    places = min(form.places, scale)
    written = f"DECIMAL({precision - scale + places}, {places})"
    return f"WHEN {same(text, written)} THEN CAST(TRY_CAST({text} AS {written}) AS {kind})"


def branches(column: DataColumn, text: str, form: Form) -> str:
    """WHEN branches that turn a text into the value of a numeric column."""
    mark = form.mark or dressed.mark_of(column.format)
    if mark is None:
        return _plain(column, text, form)
    bare = dressed.undressed(column, text, mark)
    large = [_large(column, bare, form, word, power) for word, power in dressed.LARGE.items()]
    return " ".join([_plain(column, bare, form), *([] if column.sort == "percent" else large)])


def _plain(column: DataColumn, text: str, form: Form) -> str:
    if column.sort == "percent":
        return _percent(text, column.percent_of, form)
    if column.sort == "integer":
        return f"WHEN {fits(text, _INTEGER)} THEN TRY_CAST({text} AS BIGINT)"
    if form.width is None:
        return f"WHEN {fits(text, _FLOATING)} THEN TRY_CAST({text} AS DOUBLE)"
    precision, scale = form.width
    return f"WHEN {fits(text, _exact(precision - scale, scale))} THEN TRY_CAST({text} AS DECIMAL({precision}, {scale}))"


def _large(column: DataColumn, text: str, form: Form, word: str, power: int) -> str:
    """A number of ten thousands or hundred millions."""
    number = f"rtrim({text}, {quote.text(' ' + word)})"
    ends = f"ends_with({text}, {quote.text(word)})"
    if column.sort == "integer":
        exact, kind = _exact(18 - power, power), "BIGINT"
    elif form.width is None:
        exact, kind = _FLOATING, "DOUBLE"
    else:
        precision, scale = form.width
        exact, kind = _exact(precision - scale - power, scale), f"DECIMAL({precision}, {scale})"
    return f"WHEN {ends} AND {fits(number, exact)} THEN TRY_CAST({number} || 'e{power}' AS {kind})"


def _exact(before: int, after: int) -> str:
    """Numbers with at most so many digits before and after the point, idle zeros aside."""
    return rf"[+-]?(0*[0-9]{{1,{before}}}(\.[0-9]{{0,{after}}}0*)?|\.[0-9]{{1,{after}}}0*)"


def _percent(text: str, percent_of: int, form: Form) -> str:
    """`45%` is 45e-2, read in one step, so that nothing is rounded."""
    shift = "" if percent_of == 1 else " || 'e-2'"
    if form.width is None:
        floating = f"TRY_CAST({text} AS DOUBLE)" if percent_of == 1 else f"TRY_CAST({text} AS DOUBLE) / 100"
        forms = {
            _PLAIN: f"TRY_CAST({text}{shift} AS DOUBLE)",
            f"{_PLAIN} ?%": f"TRY_CAST(rtrim({text}, '% ') || 'e-2' AS DOUBLE)",
            _FLOATING: floating,
        }
    else:
        precision, scale = form.width
        hundredths, ratio = _exact(precision - scale, scale), _exact(precision - scale - 2, scale + 2)
        kind = f"DECIMAL({precision}, {scale + 2})"
        forms = {
            ratio if percent_of == 1 else hundredths: f"TRY_CAST({text}{shift} AS {kind})",
            f"(?:{hundredths}) ?%": f"TRY_CAST(rtrim({text}, '% ') || 'e-2' AS {kind})",
        }
    return " ".join(f"WHEN {fits(text, pattern)} THEN {value}" for pattern, value in forms.items())
