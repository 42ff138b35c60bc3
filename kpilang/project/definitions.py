"""The definitions of a project: parsed and checked when that is asked for, and not again while they stay the same."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING

from kpilang import cache
from kpilang.project.verdict import Verdict, code_mark, pack, unpack
from kpilang.record import record
from kpilang.text import Source

if TYPE_CHECKING:
    from kpilang.model.nouns import Model
    from kpilang.project.again import Again, Plain


@record
class Edit:
    """What changed since the definitions had the mark `before`."""

    before: bytes
    again: Again


class Definitions:
    """The texts of a project with its own `fields`; `kept` is what is known from runs before, None for nothing. `edit`
    is set by `verdict` where that was told from a few KPIs that changed since the run before."""

    def __init__(self, sources: Sequence[Source], fields: Mapping[str, str], kept: cache.Kept | None = None) -> None:
        self.sources, self.fields, self.kept = sources, fields, kept
        self.edit: Edit | None = None

    @cached_property
    def model(self) -> Model:
        """The definitions, parsed and checked."""
        from kpilang.model.check import check
        from kpilang.syntax.parser import parse

        with _without_collection():
            trees = [parse(source, self.kept) for source in self.sources]
            if self.kept is not None:
                self.kept.save_entries()  # before there is a model: both would not be needed at once
            return check(trees, self.fields)

    @cached_property
    def verdict(self) -> Verdict:
        """What the checker says, or said of the same definitions before."""
        if self.kept is None:
            return Verdict.of(self.model)
        mark, before = self._known(self.kept)
        if before is not None and mark == self.mark:
            return before
        again = self._again(before, self.kept)
        parts: Plain | None
        if again is None:
            found, parts = Verdict.of(self.model), self._parts()
        else:
            found, parts, what = again
            self.edit = Edit(mark, what)
        self.kept.save((self.mark, self._rules(), pack(found, self.sources)), parts)
        return found

    def hold(self) -> None:
        """Lets it be told later what changed since now, whoever asks for a verdict until then."""
        if self.kept is not None:
            self.kept.hold()

    def since(self, mark: bytes) -> Again | None:
        """What changed since the definitions had a mark: in the last run before this one, or when `hold` was called; None
        where that is not known, or all must be looked at."""
        if self.edit is not None and self.edit.before == mark:
            return self.edit.again
        if self.kept is None:
            return None
        held = self.kept.then()
        then, verdict = self._known(held)
        found = self._again(verdict, held) if then == mark != self.mark else None
        return found[2] if found else None

    def _known(self, kept: cache.Kept) -> tuple[bytes, Verdict | None]:
        """The mark of the definitions that are kept, and the verdict; None where there is none by the rules of today."""
        known = kept.first()
        if not isinstance(known, tuple) or len(known) != 3 or known[1] != self._rules():
            return b"", None
        return known[0], unpack(known[2], self.sources)

    def _again(self, before: Verdict | None, kept: cache.Kept) -> tuple[Verdict, Plain, Again] | None:
        """The verdict, the parts and what was checked after an edit of a few KPIs; None where all must be checked."""
        parts = kept.second()
        if before is None or parts is None:
            return None
        from kpilang.project.again import check_again

        with _without_collection():
            return check_again(self.sources, self._digests, self.fields, parts, before, kept)

    def _parts(self) -> Plain | None:
        """What tells after an edit which KPIs changed; None after mistakes of syntax."""
        from kpilang.project.again import parts

        trees = self.model.trees
        return None if any(tree.diagnostics for tree in trees) else parts(trees, self._digests)

    @cached_property
    def mark(self) -> bytes:
        """What the checker's findings depend on: the texts and the rules."""
        return cache.digest(self._rules(), *self._digests)

    @cached_property
    def _digests(self) -> list[bytes]:
        """What tells the text of each file from all others."""
        return [cache.digest(_bytes(source.text)) for source in self.sources]

    def _rules(self) -> bytes:
        """What the findings depend on beside the texts: this program, the project's own fields, the names of files."""
        fields = [part for item in sorted(self.fields.items()) for part in item]
        paths = [source.path for source in self.sources]
        return cache.digest(*map(_bytes, (code_mark(), str(len(fields)), *fields, *paths)))


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


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
