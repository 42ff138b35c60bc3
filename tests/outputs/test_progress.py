"""What is shown while work is under way."""

import sys

from kpilang.outputs import progress
from kpilang.outputs.progress import Progress
from kpilang.text import Text

READING = Text("reading orders", "正在读取 orders")


class _Terminal:
    encoding = "utf-8"

    def __init__(self, terminal):
        self.terminal = terminal
        self.written = ""

    def isatty(self):
        return self.terminal

    def write(self, text):
        self.written += text

    def flush(self):
        pass

    def fileno(self):
        raise OSError


def shown(monkeypatch, *, terminal, wanted, patience):
    """What is written when the patience ends before, or after, the work."""
    stream = _Terminal(terminal)
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setattr(progress, "_PATIENCE", patience)
    with Progress("zh", wanted=wanted) as display:
        display.step(READING)
        if display._timer is not None and patience == 0:
            display._timer.join()
            display.step(READING)
    return stream.written


def test_long_work_shows_its_step_on_a_terminal(monkeypatch):
    assert "正在读取 orders" in shown(monkeypatch, terminal=True, wanted=True, patience=0)


def test_short_work_shows_nothing(monkeypatch):
    assert shown(monkeypatch, terminal=True, wanted=True, patience=3600) == ""


def test_nothing_is_shown_where_there_is_no_terminal(monkeypatch):
    assert shown(monkeypatch, terminal=False, wanted=True, patience=0) == ""


def test_nothing_is_shown_to_those_who_want_quiet(monkeypatch):
    assert shown(monkeypatch, terminal=True, wanted=False, patience=0) == ""
