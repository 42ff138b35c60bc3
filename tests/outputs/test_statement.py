"""SQL laid out for reading says what it said before."""

import duckdb
import pytest

from kpilang.outputs.statement import ROOM, lines
from kpilang.width import width

LONG = ", ".join(f"sum(CASE WHEN x > {number} THEN 1 ELSE 0 END) AS c{number}" for number in range(40))
STATEMENTS = [
    f"SELECT {LONG} FROM (SELECT range AS x FROM range(50) WHERE range > 3) AS r WHERE x < 40",
    "SELECT 'a  FROM b,  WHERE it''s (' AS \"x,  GROUP BY \"\"y\"\"\", 'line\nand \t FROM' AS z FROM range(2)",
    "WITH p AS (SELECT range AS x, range % 2 AS g FROM range(9)) SELECT g, sum(x) FROM p GROUP BY g ORDER BY g",
    "SELECT extract(year FROM DATE '2026-01-02'), a.range FROM range(3) AS a LEFT JOIN range(2) AS b ON a.range = b.range",
    "SELECT " + " OR ".join(f"'{'x' * number}' = 'FROM  x'" for number in range(60)),
]


@pytest.mark.parametrize("sql", STATEMENTS)
def test_a_statement_laid_out_gives_what_it_gave(sql):
    laid_out = duckdb.sql("\n".join(lines(sql)))
    wanted = duckdb.sql(sql)
    assert laid_out.columns == wanted.columns
    assert sorted(laid_out.fetchall()) == sorted(wanted.fetchall())


@pytest.mark.parametrize("sql", STATEMENTS[:1] + STATEMENTS[4:])
def test_long_lists_and_conditions_are_folded(sql):
    assert len(sql) > 10 * ROOM
    assert max(width(line) for line in lines(sql)) <= ROOM + 4


def test_each_clause_has_a_line_and_an_inner_query_stands_further_in():
    sql = "SELECT a, b FROM (SELECT a, b FROM t WHERE a IN (1, 2)) AS r LEFT JOIN u ON u.k = r.k WHERE b GROUP BY a"
    assert list(lines(sql)) == [
        "SELECT a, b",
        "FROM (SELECT a, b",
        "  FROM t",
        "  WHERE a IN (1, 2)) AS r",
        "LEFT JOIN u ON u.k = r.k",
        "WHERE b",
        "GROUP BY a",
    ]


def test_what_is_no_clause_of_the_query_is_not_parted():
    assert list(lines("SELECT extract(year FROM d), 'a FROM b' FROM t")) == [
        "SELECT extract(year FROM d), 'a FROM b'",
        "FROM t",
    ]
