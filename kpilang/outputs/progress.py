"""What is being done just now, on a terminal, for work that takes more than a second."""

from __future__ import annotations

import sys
import threading
from types import TracebackType
from typing import TYPE_CHECKING, Self

from kpilang.text import Text

if TYPE_CHECKING:
    from rich.status import Status

_PATIENCE = 1.0


class Progress:
    """A line on standard error with the step that runs; it appears after a second and leaves no trace.

    Does nothing when `wanted` is false or standard error is no terminal.
    """

    def __init__(self, language: str, *, wanted: bool) -> None:
        self._language = language
        self._text = ""
        self._status: Status | None = None
        self._lock = threading.Lock()
        self._timer = threading.Timer(_PATIENCE, self._appear) if wanted and sys.stderr.isatty() else None

    def step(self, text: Text) -> None:
        """Says what is done from now on."""
        with self._lock:
            self._text = text.say(self._language)
            if self._status is not None:
                self._status.update(self._text)

    def __enter__(self) -> Self:
        if self._timer is not None:
            self._timer.daemon = True
            self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer.join()
        if self._status is not None:
            self._status.stop()

    def _appear(self) -> None:
        from rich.console import Console
        from rich.status import Status

        with self._lock:
            self._status = Status(self._text, console=Console(stderr=True), spinner="dots")
            self._status.start()
