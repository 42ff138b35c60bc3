"""Checked casts: SQL that reads a cell's text as a declared type, and gives NULL for whatever does not fit exactly."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from kpilang.data import numerals
from kpilang.data.numerals import PLAIN, Form
from kpilang.data.shapes import HALVES, fits, shape
from kpilang.model.nouns import DataColumn
from kpilang.sql import quote

BLANKS = " \t\n\r\f\v\u0085\u00a0\u2002\u2003\u2009\u200b\u202f\u3000\ufeff"
TRUE = ("true", "t", "yes", "y", "1", "on", "是", "真", "对")
FALSE = ("false", "f", "no", "n", "0", "off", "否", "假", "错")

_DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_CLOCK = r"([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,6}0*)?)?"
_OFFSET = " ?(Z|[+-](0[0-9]|1[0-5])(:?[0-5][0-9])?)"
_MIDNIGHT = r"([ T]00:00(:00(\.0+)?)?)?"
_EARLIEST, _LATEST = "TIMESTAMP '0001-01-01 00:00:00'", "TIMESTAMP '9999-12-31 23:59:59.999999'"
CLOCKED = "DECIMAL(38, 6)"
_SECONDS = {"d": 86400, "H": 3600, "M": 60, "S": 1}


@dataclass(frozen=True)
class Cast:
    """`value` is SQL over the raw cell, of SQL type `type`; NULL where the cell is empty or does not fit.
    `checked` is false where every cell fits, `infinite` true where all fit but those that `isfinite` tells; `clean` does
    for `value` where all cells are known to fit."""

    value: str
    type: str
    checked: bool = True
    clean: str | None = None
    infinite: bool = False


def cell_cast(column: DataColumn, raw: str, zone: str, form: Form = PLAIN) -> Cast:
    """The cast of a text cell (`raw` is a quoted SQL name) to the declared type of its column.

    `form` is how the cells of the column are written. White space around a value of any type but text is passed over.
    """
    if column.sort == "text" and not form.whole:
        return Cast(_text(raw), "VARCHAR", checked=False)
    trimmed = f"trim({raw}, {quote.text(BLANKS)})"
    reader, sql_type = _reader(column, zone, form)
    # Clean cells take the first branch; DuckDB evaluates the slow trim only for the rows that are left.
    usual = f"{_canonical(column, raw, zone, form)} {reader(raw)}"
    return Cast(f"CASE {usual} WHEN {raw} IS NULL THEN NULL ELSE CASE {reader(trimmed)} END END", sql_type)


def _canonical(column: DataColumn, raw: str, zone: str, form: Form) -> str:
    """A WHEN branch for cells written as the engine writes their value: a cast there and back is faster than a pattern."""
    if column.sort in ("integer", *numerals.NUMERIC):
        return numerals.canonical(column, raw, form)
    if column.format is not None or form.format is not None:
        return ""
    if column.sort == "date":
        return f"WHEN strlen({raw}) = 10 AND {numerals.same(raw, 'DATE')} THEN TRY_CAST({raw} AS DATE)"
    if column.sort == "datetime":
        moment = f"TRY_CAST({raw} AS TIMESTAMP)"
        inner = f"{moment} BETWEEN TIMESTAMP '0001-01-03' AND TIMESTAMP '9999-12-29'"
        return f"WHEN {numerals.same(raw, 'TIMESTAMP')} AND {inner} THEN {local(moment, zone)}"
    return ""


def blank(raw: str) -> str:
    """Whether a text has no visible character."""
    return f"trim({raw}, {quote.text(BLANKS)}) = ''"


def _text(raw: str) -> str:
    # A text that begins with a visible ASCII character is told by two comparisons; only others are trimmed.
    first, beyond = quote.text("!"), quote.text("\x7f")
    return f"CASE WHEN {raw} >= {first} AND {raw} < {beyond} THEN {raw} WHEN NOT {blank(raw)} THEN {raw} END"


# A reader takes the SQL of a text and gives the WHEN branches that turn it into a value.


def _reader(column: DataColumn, zone: str, form: Form) -> tuple[Callable[[str], str], str]:
    if column.sort == "text":
        return numerals.keyed, "BIGINT"
    if column.sort == "date":
        return (lambda text: _guessed(text, form, _date(text, form.format or column.format, zone))), "DATE"
    if column.sort == "datetime":
        return (lambda text: _guessed(text, form, _datetime(text, form.format or column.format, zone))), "TIMESTAMP"
    if column.sort == "duration" and column.format is not None and "%" in column.format:
        pattern, scale = column.format, column.type.unit.scale if column.type.unit else Fraction(1)
        return (lambda text: _clocked(text, pattern, scale)), CLOCKED if scale.numerator == 1 else "DOUBLE"
    if column.sort == "bool":
        return _bool, "BOOLEAN"
    return (lambda text: numerals.branches(column, text, form)), numerals.sql_type(column, form)


def _guessed(text: str, form: Form, branch: str) -> str:
    """The branches, kept to texts of the form of a guessed format."""
    return f"WHEN NOT {fits(text, shape(form.format))} THEN NULL {branch}" if form.format else branch


def _bool(text: str) -> str:
    yes, no = (", ".join(quote.text(word) for word in words) for words in (TRUE, FALSE))
    return f"WHEN lower({text}) IN ({yes}) THEN TRUE WHEN lower({text}) IN ({no}) THEN FALSE"


def _date(text: str, pattern: str | None, zone: str) -> str:
    if pattern is None:
        return f"WHEN {fits(text, _DAY + _MIDNIGHT)} AND {text} >= '0001' THEN TRY_CAST({text}[:10] AS DATE)"
    moment = _parsed(text, pattern)
    if _has(pattern, "zZ"):
        moment = f"({moment} AT TIME ZONE {quote.text(zone)})"
    return f"WHEN {moment} = date_trunc('day', {moment}) THEN CAST({moment} AS DATE)"


def _datetime(text: str, pattern: str | None, zone: str) -> str:
    if pattern is not None:
        moment = _parsed(text, pattern)
        if _has(pattern, "zZ"):
            return f"WHEN {moment} IS NOT NULL THEN {kept(utc(moment))}"
        clock = local(moment, zone) if _has(pattern, "HIMSfgnpcTXRr") else day_start(moment, zone)
        return f"WHEN {moment} IS NOT NULL THEN {kept(clock)}"
    moment, shifted = f"TRY_CAST({text} AS TIMESTAMP)", f"TRY_CAST({_close_offset(text)} AS TIMESTAMPTZ)"
    forms = {
        f"{_DAY}[ T]{_CLOCK}": local(moment, zone),
        _DAY: day_start(moment, zone),
        f"{_DAY}[ T]{_CLOCK}{_OFFSET}": utc(shifted),
    }
    inner, known = f"{text} BETWEEN '0001-01-03' AND '9999-12-29'", f"{text} >= '0001'"
    usual = [f"WHEN {fits(text, form)} AND {inner} THEN {value}" for form, value in forms.items()]
    return " ".join(
        usual + [f"WHEN {fits(text, form)} AND {known} THEN {kept(value)}" for form, value in forms.items()]
    )


def _close_offset(text: str) -> str:
    """The text without a space before its offset, as the cast wants it."""
    return f"regexp_replace({text}, ' (Z|[+-][0-9:]+)$', '\\1')"


def local(moment: str, zone: str) -> str:
    """A clock time in the zone (TIMESTAMP) as a UTC instant, as docs/time.md has it: of two the second, and one that
    never comes with the offset from before; ICU reads it so."""
    return moment if zone == "UTC" else utc(f"({moment} AT TIME ZONE {quote.text(zone)})")


def utc(moment: str) -> str:
    """A TIMESTAMPTZ as the same instant without zone."""
    return f"make_timestamp(epoch_us({moment}))"


def kept(instant: str) -> str:
    """An instant kept inside the years 1 to 9999, which a zone may shift it out of."""
    # Not least and greatest, which pass over NULL.
    early, late = f"{instant} < {_EARLIEST}", f"{instant} > {_LATEST}"
    return f"CASE WHEN {early} THEN {_EARLIEST} WHEN {late} THEN {_LATEST} ELSE {instant} END"


def day_start(midnight: str, zone: str) -> str:
    """The first instant of a local day: where the clock is set back over midnight it is the first of the two."""
    if zone == "UTC":
        return midnight
    later = f"({midnight} AT TIME ZONE {quote.text(zone)})"
    earlier = f"({later} - INTERVAL 1 HOUR)"
    twice = f"({earlier} AT TIME ZONE {quote.text(zone)}) = {midnight}"
    return utc(f"CASE WHEN {twice} THEN {earlier} ELSE {later} END")


def _parsed(text: str, pattern: str) -> str:
    for word, half in HALVES.items() if "%p" in pattern else ():
        text = f"replace({text}, {quote.text(word)}, {quote.text(half)})"
    return f"try_strptime({text}, {quote.text(pattern)})"


def _has(pattern: str, letters: str) -> bool:
    return any(letter in letters for letter in re.findall("%-?(.)", pattern))


def _clocked(text: str, pattern: str, scale: Fraction) -> str:
    """A duration such as `30:15:00` by a pattern of %d %H %M %S; the first part may have ten digits. It is exact in
    seconds and shorter units; longer ones divide it."""
    form, parts = duration_pattern(pattern)
    seconds = " + ".join(
        f"CAST(regexp_extract({text}, {quote.text(form)}, {number}) AS DECIMAL(38, 6)) * {_SECONDS[part]}"
        for number, part in enumerate(parts, 2)
    )
    sign = f"CASE WHEN starts_with({text}, '-') THEN -1 ELSE 1 END"
    value = f"{sign} * ({seconds}) * {scale.denominator}"
    exact = (
        f"TRY_CAST({value} AS {CLOCKED})" if scale.numerator == 1 else f"CAST({value} AS DOUBLE) / {scale.numerator}"
    )
    return f"WHEN {fits(text, form)} THEN {exact}"


def duration_pattern(pattern: str) -> tuple[str, tuple[str, ...]]:
    """A duration's format as a regular expression, and which of d, H, M, S its groups after the first are.

    ValueError where the format has no part, a part twice, or one that is no length of time.
    """
    form, parts = "([+-]?)", list[str]()
    for piece in re.findall("%-?.|[^%]+|%$", pattern):
        if not piece.startswith("%") or piece == "%%":
            form += re.escape(piece.replace("%%", "%"))
            continue
        part = piece[-1]
        if part not in _SECONDS or part in parts:
            raise ValueError(piece)
        number = "0*[0-9]{1,10}" if not parts else "[01]?[0-9]|2[0-3]" if part == "H" else "[0-5]?[0-9]"
        form += f"({number}{'(?:[.][0-9]{1,6}0*)?' if part == 'S' else ''})"
        parts.append(part)
    if not parts:
        raise ValueError(pattern)
    return form, tuple(parts)
