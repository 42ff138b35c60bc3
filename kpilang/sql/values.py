"""Pieces of SQL with their types, so that exact numbers stay exact; numbers, instants and months as SQL."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from decimal import Decimal

from kpilang.sql import quote

DOUBLE, INTEGER, TEXT, BOOLEAN, DATE, INSTANT = "DOUBLE", "BIGINT", "VARCHAR", "BOOLEAN", "DATE", "TIMESTAMP"
DAY_SECONDS = 86400
MOST_DIGITS = 38
BLANKS = "".join(chr(code) for code in range(0x3001) if chr(code).isspace())
INTEGER_DIGITS = {"TINYINT": 3, "SMALLINT": 5, "INTEGER": 10, "BIGINT": 19}


@dataclass(frozen=True)
class Sql:
    """A piece of SQL with its type: BIGINT, HUGEINT, DOUBLE, DECIMAL(p,s), VARCHAR, BOOLEAN, DATE or TIMESTAMP
    (a UTC instant). `day` is set for a literal date."""

    text: str
    type: str
    day: dt.date | None = None

    @property
    def scale(self) -> int:
        """Digits after the point of an exact number."""
        return int(self.type.rstrip(")").split(",")[1]) if self.type.startswith("DECIMAL") else 0

    @property
    def digits(self) -> int:
        """The most digits an exact number of this type has, before and after the point."""
        if self.type.startswith("DECIMAL"):
            return int(self.type[len("DECIMAL(") :].split(",")[0])
        return INTEGER_DIGITS.get(self.type, MOST_DIGITS)

    @property
    def binary(self) -> bool:
        return self.type in (DOUBLE, "FLOAT")

    def double(self) -> Sql:
        return self if self.type == DOUBLE else Sql(f"CAST({self.text} AS DOUBLE)", DOUBLE)

    def exact(self, scale: int) -> Sql:
        """An exact number with this many digits after the point, as wide as there is."""
        wide = f"DECIMAL({MOST_DIGITS},{scale})"
        return self if self.type == wide else Sql(f"CAST({self.text} AS {wide})", wide)


def to_utc(local: str, zone: str) -> str:
    """A clock time of a zone as a UTC instant."""
    return f"(({local} AT TIME ZONE {quote.text(zone)}) AT TIME ZONE 'UTC')"


def within(text: str, kind: str) -> Sql:
    """A date or instant, empty where it lies outside the years 1 to 9999."""
    least, most = f"CAST('0001-01-01' AS {kind})", f"CAST('9999-12-31' AS {kind})"
    return Sql(f"CASE WHEN {text} BETWEEN {least} AND {most} THEN {text} END", kind)


def months(first: str, last: str) -> str:
    """Whole months from one date to a later one: a month is whole when its day, or its last day, is reached."""
    count = f"((year({last}) - year({first})) * 12 + month({last}) - month({first}))"
    short = f"day({last}) < day({first}) AND {last} <> last_day({last})"
    return f"({count} - CASE WHEN {short} THEN 1 ELSE 0 END)"


def number(value: Decimal) -> Sql:
    """A number as written, exact unless it has more digits than an exact number may have."""
    digits = format(value, "f")
    scale = len(digits.partition(".")[2])
    width = max(len(digits.lstrip("-").replace(".", "")), 1)
    if width > MOST_DIGITS:
        return Sql("CAST('Infinity' AS DOUBLE)" if math.isinf(float(value)) else quote.double(value), DOUBLE)
    if not scale and width < INTEGER_DIGITS["BIGINT"]:
        return Sql(digits, f"DECIMAL({width},0)")
    return Sql(f"CAST('{digits}' AS DECIMAL({width},{scale}))", f"DECIMAL({width},{scale})")
