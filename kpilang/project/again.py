"""A project checked again after an edit: where only KPIs and templates changed, they and what rests on them; of the rest,
what was said before."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from kpilang.cache import Kept
from kpilang.diagnostics import Diagnostic
from kpilang.model.check import check
from kpilang.project.verdict import Verdict
from kpilang.syntax.parser import shallow
from kpilang.syntax.pieces import cut, key_of, read_piece
from kpilang.syntax.tree import Declaration, Name, Tree
from kpilang.text import Source, Span

WORTH = 4
"""Where a KPI in so many is to be read again, all are checked: that costs little more."""


@dataclass(frozen=True)
class Part:
    """A piece of a file: its key, where it begins and ends, and the name of the KPI or template that it declares, with
    which of the two it is; both are empty for all else."""

    key: bytes
    start: int
    end: int
    kind: str
    name: str


Plain = list[list[tuple[bytes, int, int, str, str]]]
"""The parts of each file, as they are kept."""

_KINDS = ("kpi", "template")
_Parts = Sequence[Sequence[Part]]


def parts(trees: Iterable[Tree]) -> Plain:
    """The pieces of files without mistakes of syntax, in plain values."""
    return [
        [(key_of(tree.source, *place), *place, *_named(declared)) for place, declared in _placed(tree)]
        for tree in trees
    ]


def _placed(tree: Tree) -> Iterator[tuple[tuple[int, int], list[Declaration]]]:
    """Each piece with the declarations in it."""
    places = cut(tree.source)
    starts, held = [start for start, _ in places], [list[Declaration]() for _ in places]
    for each in tree.declarations:
        held[bisect_right(starts, each.span.start) - 1].append(each)
    return zip(places, held, strict=True)


def _named(declared: Sequence[Declaration]) -> tuple[str, str]:
    """Kind and name of the one KPI or template that is declared, if that is all."""
    only = declared[0] if len(declared) == 1 else None
    return (only.kind, only.name.text) if only and only.kind in _KINDS and only.name else ("", "")


def check_again(
    sources: Sequence[Source], fields: Mapping[str, str], known: object, before: Verdict, kept: Kept
) -> tuple[Verdict, Plain, Again] | None:
    """The verdict on a project that had the verdict `before` when its parts were those `known`, its parts, and what was
    checked; None where that cannot be told from the KPIs that changed."""
    then = _then(known)
    if before.broken or then is None or len(then) != len(sources):
        return None
    now = [_as_before(source, file) for source, file in zip(sources, then, strict=True)]
    again = Again(sources, then, now, kept)
    found = again.verdict(fields, before) if all(now) else None
    return (*found, again) if found else None


def _then(known: object) -> list[list[Part]] | None:
    """The parts as they were kept; None where the values are something else."""
    try:
        found = [[Part(*part) for part in file] for file in known]  # type: ignore[attr-defined]
    except TypeError:
        return None
    shapes = {tuple(type(value) for value in vars(part).values()) for file in found for part in file}
    return found if shapes <= {(bytes, int, int, str, str)} else None


def _as_before(source: Source, then: Sequence[Part]) -> list[Part]:
    """The parts of a file, KPIs and templates under the names they had; empty where something else changed."""
    places = cut(source)
    now = [
        Part(key_of(source, *place), *place, part.kind, part.name) for place, part in zip(places, then, strict=False)
    ]
    same = len(places) == len(then) and all(new.name or new.key == old.key for new, old in zip(now, then, strict=True))
    return now if same and unicodedata.is_normalized("NFC", source.text) else []


class Again:
    """`then` and `now` are the parts of each file before and after the edit; `touched` are the KPIs and templates that
    changed and those that rest on them, `model` the project with these and what they name in full."""

    def __init__(self, sources: Sequence[Source], then: _Parts, now: _Parts, kept: Kept) -> None:
        self.sources, self.then, self.now, self.kept = sources, then, now, kept
        self.touched = frozenset[str]()
        self.number = {id(source): number for number, source in enumerate(sources)}
        self.where = {
            part.name: (source, part) for source, file in zip(sources, now, strict=True) for part in file if part.name
        }
        self.starts = [[part.start for part in file] for file in then]

    def verdict(self, fields: Mapping[str, str], before: Verdict) -> tuple[Verdict, Plain] | None:
        """The verdict with the parts; None where all must be checked."""
        kinds = [part.kind for file in self.now for part in file if part.name]
        if len(kinds) != len(self.where) or kinds.count("kpi") != before.kpis:
            return None
        pairs = (pair for files in zip(self.then, self.now, strict=True) for pair in zip(*files, strict=True))
        touched = self.closed({new.name for old, new in pairs if new.key != old.key}, self.resting_on)
        needed = self.closed(touched, self.named_in)
        trees = self.trees(needed) if len(needed) * WORTH <= len(self.where) else None
        if trees is None:
            return None
        self.touched, self.model = frozenset(touched), check(trees, fields)
        found = self.findings(self.model.diagnostics, before.diagnostics, touched)
        if found is None:
            return None
        for part in (part for file in self.now for part in file):
            self.kept.get(part.key)  # what is asked for stays
        plain = [[(part.key, part.start, part.end, part.kind, part.name) for part in file] for file in self.now]
        return replace(before, diagnostics=tuple(sorted(found, key=lambda each: each.order))), plain

    def closed(self, names: Collection[str], more: Callable[[Collection[str]], set[str]]) -> set[str]:
        """Names with all that are reached from them."""
        found = fresh = set(names)
        while fresh:
            fresh = more(fresh) - found
            found = found | fresh
        return found

    def resting_on(self, names: Collection[str]) -> set[str]:
        """The KPIs and templates in whose text one of these names stands."""
        said = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, names))})(?!\w)")
        near = {id(source) for source in self.sources if any(name in source.text for name in names)}
        return {
            name
            for name, (source, part) in self.where.items()
            if id(source) in near and said.search(source.text, part.start, part.end)
        }

    def named_in(self, names: Collection[str]) -> set[str]:
        """The KPIs and templates whose names stand in the text of one of these."""
        texts = (self.where[name] for name in names)
        words = {word for source, part in texts for word in re.findall(r"\w+", source.text[part.start : part.end])}
        return words & self.where.keys()

    def trees(self, needed: Collection[str]) -> list[Tree] | None:
        """The project with the KPIs and templates that are needed, of the others no more than the name; None after a
        mistake of syntax."""
        found = []
        for source, file in zip(self.sources, self.now, strict=True):
            held = list[Declaration]()
            for part in file:
                if part.name and part.name not in needed:
                    held.append(_bare(source, part))
                    continue
                read = read_piece(source, part.start, part.end, self.kept)
                if read is None or (part.name and _named(read.value) != (part.kind, part.name)):
                    return None
                held += read.value
            tree = shallow(Tree(source, tuple(held)))
            if tree.diagnostics:
                return None
            found.append(tree)
        return found

    def findings(
        self, fresh: Iterable[Diagnostic], before: Iterable[Diagnostic], touched: Collection[str]
    ) -> list[Diagnostic] | None:
        """What is said now of the KPIs and templates that are touched, and was said before of all else, at its new places."""
        found = list[Diagnostic]()
        for each in fresh:
            name = self.told_of(each, self.now)
            if name is None:
                return None
            found += [each] if name in touched else []
        for each in before:
            name = self.told_of(each, self.then)
            if name is None:
                return None
            if name not in touched:
                if any(self.part(span, self.then).name in touched for span in each.places):
                    return None
                found.append(self.moved(each))
        return found

    def told_of(self, finding: Diagnostic, files: _Parts) -> str | None:
        """The KPI or template in whose text a finding stands, or an empty text; None where KPIs elsewhere may have a part
        in it."""
        if finding.span is None:
            return None
        name = self.part(finding.span, files).name
        return None if not name and finding.kpi else name

    def part(self, span: Span, files: _Parts) -> Part:
        """The part of a file that a place lies in."""
        file = files[self.number[id(span.source)]]
        return file[max(bisect_right(file, span.start, key=lambda part: part.start) - 1, 0)]

    def moved(self, finding: Diagnostic) -> Diagnostic:
        """A finding at the place where its text stands now."""

        def there(span: Span) -> Span:
            number = self.number[id(span.source)]
            index = max(bisect_right(self.starts[number], span.start) - 1, 0)
            by = self.now[number][index].start - self.then[number][index].start
            return Span(span.source, span.start + by, span.end + by)

        fixes = (
            replace(fix, edits=tuple(replace(edit, span=there(edit.span)) for edit in fix.edits))
            for fix in finding.fixes
        )
        return replace(
            finding,
            span=there(finding.span) if finding.span else None,
            marks=tuple(replace(mark, span=there(mark.span)) for mark in finding.marks),
            fixes=tuple(fixes),
        )


def _bare(source: Source, part: Part) -> Declaration:
    """A KPI or template of which only the name matters."""
    span = Span(source, part.start, part.end)
    return Declaration(span, part.kind, span, Name(span, part.name), None, ())
