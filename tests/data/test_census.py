"""The census finds what a file holds, in whatever chunks it is read."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from kpilang.data import census
from kpilang.data.census import Census

SOME = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def counted(tmp_path, monkeypatch):
    def count(text, chunk=1 << 24, delimiter=","):
        monkeypatch.setattr(census, "CHUNK", chunk)
        (tmp_path / "x.csv").write_bytes(text if isinstance(text, bytes) else text.encode())
        return census.count(tmp_path / "x.csv", delimiter)

    return count


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Census(0)),
        ("a,b\n1,2\n", Census(2)),
        ("a,b\n1,2", Census(2)),
        ("\n\na,b\n\n1,2\n\n", Census(2, blanks=4)),
        ("a,b\r\n\r\n1,2\r\n", Census(2, blanks=1)),
        ("a,b\r1,2\r", Census(2)),
        ("a,b\r\n1,2\n", Census(2, mixed=True)),
        ('a,b\n"1\n",2\n', Census(2, breaks=True)),
        ('a,b\n"1""\n",2\n', Census(2, breaks=True)),
        ('a\n""\n', Census(2)),
        ('a,b\n5" x 6",2\n', Census(2, breaks=True)),
        ('a,b\n5",2\n6,7\n', Census(3, breaks=True)),
        ('a,b\n"1,2\n3,4\n', Census(1, breaks=True, open_quote=2)),
        ("\ufeffa,b\n1,2\n", Census(2)),
        (b"a,b\n1,\xff\n", Census(0, bad_byte=6)),
        (b"\xef\xbb\xbfa\n\xe4\xb8", Census(0, bad_byte=5)),
    ],
)
@pytest.mark.parametrize("chunk", [1, 2, 3, 1 << 24])
def test_what_a_file_holds(counted, text, expected, chunk):
    assert counted(text, chunk) == expected


@SOME
@given(st.text(st.sampled_from('ab,"\n\r é'), max_size=40), st.integers(1, 9))
@example(',a"\n"', 3)
def test_records_are_those_of_the_csv_module_when_quotes_are_well_placed_or_not(counted, text, chunk):
    found = counted(text, chunk)
    records = list(csv.reader(io.StringIO(text, newline="")))
    if found.open_quote is None:
        assert found.records == sum(bool(record) for record in records)
        assert found.blanks == sum(not record for record in records)


@SOME
@given(st.binary(max_size=30), st.integers(1, 9))
def test_the_first_byte_that_is_no_utf8_is_named(counted, data, chunk):
    try:
        data.decode()
        expected = None
    except UnicodeDecodeError as error:
        expected = error.start
    assert counted(data, chunk).bad_byte == expected


@SOME
@given(st.text(st.sampled_from('ab,"\n\r é'), max_size=40) | st.binary(max_size=30), st.integers(1, 9))
@example("a\n\n1", 1)
@example("a\n\n\n", 2)
def test_a_glance_counts_lines_or_asks_for_more_care(tmp_path_factory, monkeypatch, text, size):
    monkeypatch.setattr(census, "GLANCE", size)
    data = text if isinstance(text, bytes) else text.encode()
    path = tmp_path_factory.getbasetemp() / "glance.csv"
    path.write_bytes(data)
    found = census.glance(path, 0)
    try:
        plain = not set(data.decode()) & {'"', "\r"}
    except UnicodeDecodeError:
        plain = False
    assert found == (Census(len(data.decode().split("\n")) - (data[-1:] in b"\n"), rough=True) if plain else None)
