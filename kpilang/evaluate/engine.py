"""What an evaluation asks of an engine."""

from __future__ import annotations

from typing import Any, Protocol


class Engine(Protocol):
    """What runs statements and hands out their rows, or the same as columns; OverflowError where a number does not fit its
    type. `room` tells how many bytes of memory there are for each thread."""

    def rows(self, sql: str) -> list[tuple[Any, ...]]: ...

    def columns(self, sql: str) -> list[list[Any]]: ...

    def run(self, sql: str) -> None: ...

    def room(self) -> int: ...
