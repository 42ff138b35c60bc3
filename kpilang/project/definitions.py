"""The definitions of a project: parsed and checked when that is asked for, and not again while they stay the same."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING

from kpilang import cache
from kpilang.project.verdict import Verdict, code_mark, pack, unpack
from kpilang.text import Source

if TYPE_CHECKING:
    from kpilang.model.nouns import Model


class Definitions:
    """The texts of a project with its own `fields`; `kept` is what is known from runs before, None for nothing."""

    def __init__(self, sources: Sequence[Source], fields: Mapping[str, str], kept: cache.Kept | None = None) -> None:
        self.sources, self.fields, self.kept = sources, fields, kept

    @cached_property
    def model(self) -> Model:
        """The definitions, parsed and checked."""
        from kpilang.model.check import check
        from kpilang.syntax.parser import parse

        with _without_collection():
            return check([parse(source, self.kept) for source in self.sources], self.fields)

    @cached_property
    def verdict(self) -> Verdict:
        """What the checker says, or said of the same definitions before."""
        if self.kept is None:
            return Verdict.of(self.model)
        mark, known = self._mark(), self.kept.first()
        found = unpack(known[1], self.sources) if isinstance(known, tuple) and known[:1] == (mark,) else None
        if found is None:
            found = Verdict.of(self.model)
            self.kept.save((mark, pack(found, self.sources)))
        return found

    def _mark(self) -> bytes:
        """What the checker's findings depend on: the texts, the project's own fields, this program."""
        texts = [part for source in self.sources for part in (source.path, source.text)]
        fields = [part for item in sorted(self.fields.items()) for part in item]
        parts = (code_mark(), str(len(fields)), *fields, *texts)
        return cache.digest(*(part.encode("utf-8", "surrogatepass") for part in parts))


@contextmanager
def _without_collection() -> Iterator[None]:
    """Collecting garbage costs a third of the time of loading many definitions, and finds none: neither while they are
    loaded nor later, when every search would look through all of them again."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was_on:
            gc.enable()
