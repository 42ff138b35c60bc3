"""A project checked again after an edit: where only KPIs and templates changed, they and what rests on them; of the rest,
what was said before."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from typing import NamedTuple

from kpilang.cache import Kept
from kpilang.diagnostics import Diagnostic
from kpilang.model.check import check
from kpilang.model.nouns import DataSource, Goal, Model, Owner
from kpilang.project.verdict import Verdict
from kpilang.syntax.parser import shallow
from kpilang.syntax.pieces import cut, key_of, read_piece
from kpilang.syntax.tree import Declaration, Name, Tree
from kpilang.text import Source, Span

WORTH = 4
"""Where a KPI in so many is to be read again, all are checked: that costs little more."""
FEW = 50
"""So many pieces are read sooner than their steps are fetched."""


class Part(NamedTuple):
    """A piece of a file: its key, where it begins and ends, the kind and name of what it declares, and how long that is
    without the comments behind it. The name is empty for what has none; so is the kind where nothing is declared."""

    key: bytes
    start: int
    end: int
    kind: str
    name: str
    size: int

    @property
    def may_change(self) -> bool:
        """Whether it is a KPI or template: an edit of these is told from them and from what rests on them."""
        return self.kind in ("kpi", "template")


Plain = list[tuple[bytes, list[tuple[object, ...]]]]
"""The digest of each file and its parts, as they are kept."""

_Parts = Sequence[Sequence[Part]]


def parts(trees: Iterable[Tree], digests: Sequence[bytes]) -> Plain | None:
    """The pieces of files without mistakes of syntax, in plain values; None where they cannot be told apart by what they
    declare."""
    found: Plain = []
    names = set[str]()
    for tree, digest in zip(trees, digests, strict=True):
        file = []
        for number, (place, declared) in enumerate(_placed(tree)):
            if len(declared) > 1 or (number and not declared):
                return None
            part = _part(tree.source, *place, declared)
            if part.name in names:
                return None
            names |= {part.name} if part.name else set()
            file.append(tuple(part))
        found.append((digest, file))
        if not unicodedata.is_normalized("NFC", tree.source.text):
            return None
    return found


def _placed(tree: Tree) -> Iterator[tuple[tuple[int, int], list[Declaration]]]:
    """Each piece with the declarations in it."""
    places = cut(tree.source)
    starts, held = [start for start, _ in places], [list[Declaration]() for _ in places]
    for each in tree.declarations:
        held[bisect_right(starts, each.span.start) - 1].append(each)
    return zip(places, held, strict=True)


def _part(source: Source, start: int, end: int, declared: Sequence[Declaration]) -> Part:
    """A piece with what it declares, if anything."""
    only = declared[0] if declared else None
    kind, name = (only.kind, only.name.text if only.name else "") if only else ("", "")
    return Part(key_of(source, start, end), start, end, kind, name, only.span.end - start if only else 0)


def check_again(
    sources: Sequence[Source],
    digests: Sequence[bytes],
    fields: Mapping[str, str],
    known: object,
    before: Verdict,
    kept: Kept,
) -> tuple[Verdict, Plain, Again] | None:
    """The verdict on a project that had the verdict `before` when its parts were those `known`, its parts, and what was
    checked; None where that cannot be told from the KPIs that changed. `digests` are those of the texts."""
    then = _then(known)
    if before.broken or then is None or len(then) != len(sources):
        return None
    now = [
        file if digest == old else _as_before(source, file)
        for source, digest, (old, file) in zip(sources, digests, then, strict=True)
    ]
    if not all(now):
        return None
    again = Again(sources, [file for _, file in then], now, kept)
    verdict = again.verdict(fields, before)
    plain = [(digest, [tuple(part) for part in file]) for digest, file in zip(digests, again.now, strict=True)]
    return (verdict, plain, again) if verdict else None


def _then(known: object) -> list[tuple[bytes, list[Part]]] | None:
    """The digests and parts as they were kept; None where the values are something else."""
    try:
        found = [(digest, [Part(*part) for part in file]) for digest, file in known]  # type: ignore[attr-defined]
    except (TypeError, ValueError):
        return None
    shapes = {tuple(map(type, part)) for _, file in found for part in file}
    return found if shapes <= {(bytes, int, int, str, str, int)} else None


def _as_before(source: Source, then: Sequence[Part]) -> list[Part]:
    """The parts of a file, KPIs and templates under the names they had; empty where something else changed."""
    places = cut(source)
    now = [
        old._replace(key=key_of(source, *place), start=place[0], end=place[1])
        for place, old in zip(places, then, strict=False)
    ]
    same = len(places) == len(then) and all(
        new.may_change or new.key == old.key for new, old in zip(now, then, strict=True)
    )
    return now if same and unicodedata.is_normalized("NFC", source.text) else []


class Again:
    """`then` and `now` are the parts of each file before and after the edit, one and the same for a file that did not
    change; `touched` are the KPIs and templates that changed and those that rest on them, `model` the project with
    these and all that they name in full. Of other owners, goals and sources it has the names, of other KPIs nothing;
    where mistakes make it matter, what else there may be, all others are in it by name or in full."""

    def __init__(self, sources: Sequence[Source], then: _Parts, now: list[list[Part]], kept: Kept) -> None:
        self.sources, self.then, self.now, self.kept = sources, then, now, kept
        self.touched = frozenset[str]()
        self.number = {id(source): number for number, source in enumerate(sources)}
        self.where = {part.name: (number, part) for number, file in enumerate(now) for part in file if part.name}
        self.nameless = [(number, part) for number, file in enumerate(now) for part in file if not part.name]

    def verdict(self, fields: Mapping[str, str], before: Verdict) -> Verdict | None:
        """The verdict; None where all must be checked."""
        kinds = [part.kind for _, part in self.where.values()]
        if kinds.count("kpi") != before.kpis:
            return None
        files = ((old, new) for old, new in zip(self.then, self.now, strict=True) if old is not new)
        pairs = (pair for file in files for pair in zip(*file, strict=True))
        touched = self.closed({new.name for old, new in pairs if new.key != old.key}, self.resting_on)
        needed = self.closed(touched, self.named_in)
        if sum(self.where[name][1].may_change for name in needed) * WORTH > kinds.count("kpi") + kinds.count(
            "template"
        ):
            return None
        self.touched = frozenset(touched)
        model = self.checked(needed, fields)
        if model is None:
            return None
        self.model = model
        found = self.findings(model.diagnostics, before.diagnostics, touched)
        return (
            replace(before, diagnostics=tuple(sorted(found, key=lambda each: each.order)))
            if found is not None
            else None
        )

    def checked(self, needed: Collection[str], fields: Mapping[str, str]) -> Model | None:
        """The model with what is needed, and where there are mistakes with all else that a message may name; None after
        a mistake of syntax."""
        trees = self.trees(needed, whole=False)
        model = check(trees, fields) if trees else None
        if model is not None and model.diagnostics:
            trees = self.trees(needed, whole=True)
            return check(trees, fields) if trees else None
        return self.with_names(model) if model else None

    def with_names(self, model: Model) -> Model:
        """A model in which other owners, goals and sources stand by their names."""
        owners, goals, sources = dict[str, Owner](), dict[str, Goal](), dict[str, DataSource]()
        for name, (number, part) in self.where.items():
            if part.kind == "owner":
                owners[name] = model.owners.get(name) or Owner(name, None, None, None, None, self.bare(number, part))
            elif part.kind == "goal":
                goals[name] = model.goals.get(name) or Goal(name, None, (), None, None, self.bare(number, part))
            elif part.kind == "source":
                sources[name] = model.sources.get(name) or DataSource(name, None, self.bare(number, part))
        return replace(model, owners=owners, goals=goals, sources=sources)

    def closed(self, names: Collection[str], more: Callable[[Collection[str]], set[str]]) -> set[str]:
        """Names with all that are reached from them."""
        found = fresh = set(names)
        while fresh:
            fresh = more(fresh) - found
            found = found | fresh
        return found

    def resting_on(self, names: Collection[str]) -> set[str]:
        """The KPIs and templates in whose text one of these names stands."""
        said, inside = re.compile(rf"(?:{'|'.join(map(re.escape, names))})(?!\w)"), re.compile(r"\w")
        found = set[str]()
        for source, file in zip(self.sources, self.now, strict=True):
            text = source.text
            if any(name in text for name in names):
                for match in said.finditer(text):
                    if not (match.start() and inside.match(text, match.start() - 1)):
                        part = _around(file, match.start())
                        found |= {part.name} if part.may_change else set()
        return found

    def named_in(self, names: Collection[str]) -> set[str]:
        """What is declared under a name that stands in the text of one of these, or in the defaults of its file."""
        places = [self.where[name] for name in names]
        files = {number for number, part in places if part.kind == "kpi"}
        texts = chain(places, (place for place in self.nameless if place[0] in files))
        words = {word for number, part in texts for word in re.findall(r"\w+", self.text(number, part))}
        return words & self.where.keys()

    def text(self, number: int, part: Part) -> str:
        """The text of a part of a file."""
        return self.sources[number].text[part.start : part.end]

    def trees(self, needed: Collection[str], *, whole: bool) -> list[Tree] | None:
        """The project with what is needed, its calendar, and the defaults of the files that KPIs are needed of; None
        after a mistake of syntax. As a `whole` it has of all other KPIs and templates the name, and all else in full."""
        kept = self.kept if whole or len(needed) > FEW else None
        files = {self.where[name][0] for name in needed}
        asked = files.union(number for number, part in self.nameless if part.kind == "calendar")
        found = []
        for number, (source, file) in enumerate(zip(self.sources, self.now, strict=True)):
            held = list[Declaration]()
            for place, part in enumerate(file if whole or number in asked else ()):
                wanted = part.name in needed or (not part.name and (part.kind != "defaults" or number in files))
                if not wanted and (not whole or part.may_change):
                    held += [self.bare(number, part)] if whole else []
                    continue
                read = read_piece(source, part.start, part.end, kept)
                if read is None or len(read.value) != (1 if part.kind else 0):
                    return None
                made = _part(source, part.start, part.end, read.value)
                if (made.kind, made.name) != (part.kind, part.name):
                    return None
                if made != part:
                    file[place] = made
                held += read.value
            tree = shallow(Tree(source, tuple(held)))
            if tree.diagnostics:
                return None
            found.append(tree)
        return found

    def bare(self, number: int, part: Part) -> Declaration:
        """A declaration of which only the name matters."""
        at = (self.sources[number], part.start, part.start + part.size)
        return Declaration(*at, part.kind, Name(*at, part.name), None, ())

    def placed(self) -> list[Tree]:
        """All files, in each all that is declared at its place, by name."""
        return [
            Tree(source, tuple(self.bare(number, part) for part in file if part.name))
            for number, (source, file) in enumerate(zip(self.sources, self.now, strict=True))
        ]

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
        part = self.part(finding.span, files)
        name = part.name if part.may_change else ""
        return None if not name and finding.kpi else name

    def part(self, span: Span, files: _Parts) -> Part:
        """The part of a file that a place lies in."""
        return _around(files[self.number[id(span.source)]], span.start)

    def moved(self, finding: Diagnostic) -> Diagnostic:
        """A finding at the place where its text stands now."""

        def there(span: Span) -> Span:
            number = self.number[id(span.source)]
            index = _index(self.then[number], span.start)
            by = self.now[number][index].start - self.then[number][index].start
            return Span(span.source, span.start + by, span.end + by)

        numbers = {self.number[id(span.source)] for span in finding.places}
        if all(self.now[number] is self.then[number] for number in numbers):
            return finding
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


def _index(file: Sequence[Part], offset: int) -> int:
    """The number of the part that a place in a file lies in."""
    return max(bisect_right(file, offset, key=lambda part: part.start) - 1, 0)


def _around(file: Sequence[Part], offset: int) -> Part:
    """The part that a place in a file lies in."""
    return file[_index(file, offset)]
