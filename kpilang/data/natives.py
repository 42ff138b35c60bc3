"""Columns of a Parquet file in their own types: which fit a declared type, and what is checked of the others."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kpilang.data.casts import Cast, cell_cast, day_start, kept, local, utc
from kpilang.data.numerals import NARROW, Form
from kpilang.model.nouns import DataColumn
from kpilang.sql import quote

SIGNED = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT")
UNSIGNED = ("UTINYINT", "USMALLINT", "UINTEGER")
DIGITS = {"TINYINT": 3, "SMALLINT": 5, "INTEGER": 10, "BIGINT": 19, "UTINYINT": 3, "USMALLINT": 5, "UINTEGER": 10}
HUGE = ("UBIGINT", "HUGEINT", "UHUGEINT")
FLOATING = ("DOUBLE", "FLOAT")
CLOCKS = ("TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS")
ZONED = ("TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ")
PLAIN = (*SIGNED, *UNSIGNED, *HUGE, *FLOATING, *CLOCKS, *ZONED, "DATE", "BOOLEAN", "UUID", "TIME", "VARCHAR")
CANONICAL = {"text": "VARCHAR", "integer": "BIGINT", "bool": "BOOLEAN", "date": "DATE", "datetime": "TIMESTAMP"}
_DECIMAL = re.compile(r"DECIMAL\((\d+),\s*(\d+)\)")


@dataclass(frozen=True)
class Native:
    """A column's physical type, and what can be asked of it."""

    type: str

    @property
    def whole(self) -> bool:
        return self.type in (*SIGNED, *UNSIGNED, *HUGE)

    @property
    def floating(self) -> bool:
        return self.type in FLOATING

    @property
    def decimal(self) -> tuple[int, int] | None:
        match = _DECIMAL.fullmatch(self.type)
        return (int(match[1]), int(match[2])) if match else None

    @property
    def scale(self) -> int:
        """Digits after the point of an exact number."""
        return self.decimal[1] if self.decimal else 0

    @property
    def before(self) -> int:
        """The most digits before the point of an exact number."""
        return self.decimal[0] - self.decimal[1] if self.decimal else DIGITS.get(self.type, 38)

    @property
    def hundredths(self) -> tuple[str, str] | None:
        """Exact types of a value and of a hundredth of it, where it has one."""
        precision, scale = self.decimal or (DIGITS.get(self.type, 38), 0)
        if precision > 36 or self.floating:
            return None
        return f"DECIMAL({precision}, {scale})", f"DECIMAL({precision + 2}, {scale + 2})"

    @property
    def number(self) -> bool:
        return self.whole or self.floating or self.decimal is not None

    @property
    def textual(self) -> bool:
        return self.type == "VARCHAR" or self.type.startswith("ENUM")


def native_cast(column: DataColumn, native: Native, raw: str, zone: str, form: Form) -> Cast | None:
    """The cast of a native value to the declared type of its column; None where the types do not go together."""
    if native.textual:
        return cell_cast(column, raw if native.type == "VARCHAR" else f"CAST({raw} AS VARCHAR)", zone, form)
    if column.sort in ("text", "bool", "date", "datetime"):
        return {"text": _text, "bool": _bool, "date": _date, "datetime": _datetime}[column.sort](native, raw, zone)
    if not native.number:
        return None
    if column.sort == "integer":
        return _integer(native, raw)
    if column.sort == "money":
        return _money(native, raw, form)
    return _number(native, raw, 100 if column.sort == "percent" and column.percent_of != 1 else 1)


def native_key(native: Native, raw: str) -> Cast | None:
    """A whole number that tells rows apart, kept as it is; None for other types."""
    return _integer(native, raw) if native.type in (*SIGNED, *UNSIGNED) else None


def _text(native: Native, raw: str, zone: str) -> Cast | None:  # noqa: ARG001 - one signature
    if native.floating:
        whole = f"{raw} = trunc({raw}) AND abs({raw}) < 9007199254740992"
        return Cast(
            f"CASE WHEN {whole} THEN CAST(CAST({raw} AS BIGINT) AS VARCHAR) ELSE CAST({raw} AS VARCHAR) END",
            "VARCHAR",
            checked=False,
        )
    if native.type in PLAIN or native.decimal is not None:
        return Cast(f"CAST({raw} AS VARCHAR)", "VARCHAR", checked=False)
    return None


def _bool(native: Native, raw: str, zone: str) -> Cast | None:  # noqa: ARG001 - one signature
    if native.type == "BOOLEAN":
        return Cast(raw, "BOOLEAN", checked=False)
    if native.number:
        return Cast(f"CASE WHEN {raw} = 1 THEN TRUE WHEN {raw} = 0 THEN FALSE END", "BOOLEAN")
    return None


def _date(native: Native, raw: str, zone: str) -> Cast | None:
    if native.type == "DATE":
        return Cast(f"CASE WHEN isfinite({raw}) THEN {raw} END", "DATE", clean=raw, infinite=True)
    if native.type in ZONED:
        return _midnight(f"({raw} AT TIME ZONE {quote.text(zone)})")
    return _midnight(raw) if native.type in CLOCKS else None


def _midnight(clock: str) -> Cast:
    """A clock time that is a midnight, as its day; finer than a microsecond counts too."""
    day = f"CAST({clock} AS DATE)"
    return Cast(f"CASE WHEN isfinite({clock}) AND {clock} = {day} THEN {day} END", "DATE", clean=day)


def _datetime(native: Native, raw: str, zone: str) -> Cast | None:
    if native.type == "DATE":
        start = day_start(f"CAST({raw} AS TIMESTAMP)", zone)
        return Cast(f"CASE WHEN isfinite({raw}) THEN {kept(start)} END", "TIMESTAMP", clean=kept(start))
    if native.type in ZONED:
        return Cast(f"CASE WHEN isfinite({raw}) THEN {utc(raw)} END", "TIMESTAMP", clean=utc(raw))
    if native.type not in CLOCKS:
        return None
    clock = raw if native.type == "TIMESTAMP" else f"CAST({raw} AS TIMESTAMP)"
    instant = clock if zone == "UTC" else kept(local(clock, zone))
    exact = f" AND CAST({clock} AS TIMESTAMP_NS) = {raw}" if native.type == "TIMESTAMP_NS" else ""
    plain = instant == raw
    return Cast(f"CASE WHEN isfinite({raw}){exact} THEN {instant} END", "TIMESTAMP", clean=instant, infinite=plain)


def _integer(native: Native, raw: str) -> Cast:
    if native.type in SIGNED:
        return Cast(raw, native.type, checked=False)
    if native.type in UNSIGNED:
        return Cast(f"CAST({raw} AS BIGINT)", "BIGINT", checked=False)
    if native.type in HUGE:
        return Cast(f"TRY_CAST({raw} AS BIGINT)", "BIGINT")
    whole = f"TRY_CAST({raw} AS BIGINT)"
    return Cast(f"CASE WHEN {raw} = trunc({raw}) THEN {whole} END", "BIGINT", clean=whole)


def _number(native: Native, raw: str, divisor: int) -> Cast:
    share = f" / {divisor}" if divisor != 1 else ""
    if native.floating:
        value = f"CAST({raw} AS DOUBLE){share}" if share or native.type != "DOUBLE" else raw
        return Cast(value, "DOUBLE", infinite=True)
    if share and (exact := native.hundredths):
        return Cast(f"CAST({raw} AS {exact[0]}) * CAST('0.01' AS DECIMAL(2, 2))", exact[1], checked=False)
    if share or native.type in HUGE:
        return Cast(f"CAST({raw} AS DOUBLE){share}", "DOUBLE", checked=False)
    if native.type in UNSIGNED:
        return Cast(f"CAST({raw} AS BIGINT)", "BIGINT", checked=False)
    return Cast(raw, native.type, checked=False)


def _money(native: Native, raw: str, form: Form) -> Cast:
    if native.floating:
        width = form.width or NARROW
        exact = f"TRY_CAST({raw} AS DECIMAL({width[0]}, {width[1]}))"
        same = f"isfinite({raw}) AND CAST({exact} AS {native.type}) = {raw}"
        return Cast(f"CASE WHEN {same} THEN {exact} END", f"DECIMAL({width[0]}, {width[1]})", clean=exact)
    if native.type in HUGE:
        return Cast(f"TRY_CAST({raw} AS DECIMAL(38, 0))", "DECIMAL(38, 0)")
    return _number(native, raw, 1)
