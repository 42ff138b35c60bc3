"""What can stand in the place of an argument or an option's value, by the word that `--help` has for it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping

from kpilang import parts, resources
from kpilang.completion.declared import Here, declarations
from kpilang.project.files import SUFFIX
from kpilang.record import record

LIBRARY = "std"
_PATIENCE = 2
"""Seconds that git is given to list its references."""


@record
class Word:
    """A word that can stand there, what it means, and what is shown in a list where that is less than the word. After an
    `open` one more of the same word may follow."""

    value: str
    meaning: str = ""
    shown: str = ""
    open: bool = False


Words = Iterable[Word]
Source = Callable[[Here, str], Words]
"""The words for a project and what of the word is typed; those that begin otherwise are left out later."""


def kpis(here: Here, _typed: str) -> Words:
    """All KPIs."""
    return [Word(each.name, each.says(here.language)) for each in here.of("kpi")]


def explained(here: Here, typed: str) -> Words:
    """What can be explained: KPIs, templates, and those of the standard library one part of the name after the other."""
    own = [Word(each.name, each.says(here.language)) for each in here.of("template")]
    return [*kpis(here, typed), *own, *_library(here, typed)]


def _library(here: Here, typed: str) -> Iterator[Word]:
    namespace, dot, rest = typed.partition(".")
    field, within, _ = rest.partition(".")
    if not dot:
        yield Word(f"{LIBRARY}.", open=True)
    elif namespace == LIBRARY and not within:
        yield from (Word(f"{LIBRARY}.{each}.", open=True) for each in resources.library())
    elif namespace == LIBRARY and field in resources.library():
        for each in declarations(resources.templates(field)):
            yield Word(f"{LIBRARY}.{field}.{each.name}", each.says(here.language))


def drawn(here: Here, _typed: str) -> Words:
    """All that a graph can be drawn around: declarations, and the links of sources."""
    for kind in ("kpi", "goal", "owner", "source", "template"):
        yield from (Word(each.name, each.says(here.language)) for each in here.of(kind))
    for source in here.of("source"):
        yield from (Word(f"{source.name}.{link}", target) for link, target in source.links())


def rules(here: Here, _typed: str) -> Words:
    """All rules of the linter, by code and by name; kept between runs, since to ask the rules takes a while."""
    return [
        Word(word, f"{other}: {said['zh' if here.language == 'zh' else 'en']}")
        for code, name, said in _rules()
        for word, other in ((code, name), (name, code))
    ]


def _rules() -> list[tuple[str, str, dict[str, str]]]:
    from kpilang import cache
    from kpilang.project.verdict import code_mark

    mark = cache.digest(code_mark("lint", "lint/rules/*").encode()).hex()
    place = cache.place("rules", mark)
    known = cache.read(place)
    if isinstance(known, list):
        return known
    from kpilang.lint import linter

    found = [(each.code, each.name, {"en": each.summary.en, "zh": each.summary.zh}) for each in linter.rules()]
    cache.write(place, found)
    return found


def commands(_here: Here, _typed: str) -> Words:
    """All commands."""
    return (Word(name.rpartition(".")[2]) for name in parts.names("kpilang.commands"))


def environments(here: Here, _typed: str) -> Words:
    """The environments that the settings declare."""
    return map(Word, here.settings.environments)


def grains(_here: Here, _typed: str) -> Words:
    """All grains."""
    from kpilang.model.calendar import GRAINS

    return map(Word, GRAINS)


def columns(here: Here, typed: str) -> Words:
    """The columns of all sources; after a link, those of the source that it leads to."""
    sources = {each.name: each for each in here.of("source")}
    links = [link for source in sources.values() for link in source.links()]
    way, dot, _ = typed.rpartition(".")
    if not dot:
        holding = dict[str, list[str]]()
        for source in sources.values():
            for name in dict.fromkeys(source.columns()):
                holding.setdefault(name, []).append(source.name)
        yield from (Word(name, ", ".join(held)) for name, held in holding.items())
        yield from (Word(f"{name}.", target, open=True) for name, target in links)
        return
    last = way.rpartition(".")[2]
    for target in dict.fromkeys(target for name, target in links if name == last and target in sources):
        yield from (Word(f"{way}.{name}", target) for name in sources[target].columns())
        yield from (Word(f"{way}.{name}.", beyond, open=True) for name, beyond in sources[target].links())


def bindings(here: Here, typed: str) -> Words:
    """A source and what it is read from: `orders=` first, then a path."""
    name, equals, path = typed.partition("=")
    if equals:
        return [_behind(f"{name}=", each) for each in files(here, path)]
    return [Word(f"{each.name}=", each.says(here.language), open=True) for each in here.of("source")]


def outputs(here: Here, typed: str) -> Words:
    """A format and a file, or a file alone, whose ending says which format is meant."""
    from kpilang.outputs.findings import FORMATS

    name, equals, path = typed.partition("=")
    if equals and name in FORMATS:
        return [_behind(f"{name}=", each) for each in files(here, path)]
    return [*(Word(f"{form}=", open=True) for form in FORMATS), *files(here, typed)]


def revisions(here: Here, _typed: str) -> Words:
    """The branches and tags of git."""
    import subprocess

    command = ["git", "for-each-ref", "--format=%(refname:short)", "refs/heads", "refs/tags", "refs/remotes"]
    try:
        done = subprocess.run(command, cwd=here.root, capture_output=True, check=False, timeout=_PATIENCE)  # noqa: S603 fixed words
    except (OSError, subprocess.TimeoutExpired):
        return ()
    return [Word("HEAD"), *map(Word, done.stdout.decode(errors="replace").splitlines())] if done.stdout else ()


def files(_here: Here, typed: str) -> Words:
    """Files of all kinds, and folders."""
    return _paths(typed, "")


def folders(_here: Here, typed: str) -> Words:
    """Folders."""
    return (each for each in _paths(typed, "") if each.open)


def places(_here: Here, typed: str) -> Words:
    """Files of definitions, and folders."""
    return _paths(typed, SUFFIX)


def _paths(typed: str, ending: str) -> Iterator[Word]:
    """The files with an ending and the folders that a path can go on with, hidden ones only where a dot is typed."""
    way, slash, last = typed.rpartition("/")
    folder = os.path.expanduser(way) if way.startswith("~") else way  # noqa: PTH111 a text is put together again
    try:
        found = sorted(os.scandir(folder + slash or "."), key=lambda entry: entry.name)
    except (OSError, ValueError):
        return
    for entry in found:
        if entry.name.startswith(".") and not last.startswith("."):
            continue
        if entry.is_dir():
            yield Word(f"{way}{slash}{entry.name}/", open=True)
        elif entry.name.endswith(ending):
            yield Word(f"{way}{slash}{entry.name}")


def named(*sources: Source) -> Source:
    """The words of several sources."""
    return lambda here, typed: (word for source in sources for word in source(here, typed))


def listed(source: Source) -> Source:
    """The last part of a list with commas; what stands there already is not offered again."""

    def found(here: Here, typed: str) -> Words:
        before, comma, last = typed.rpartition(",")
        taken = set(before.split(","))
        return (_behind(before + comma, each) for each in source(here, last) if each.value not in taken)

    return found


def _behind(before: str, word: Word) -> Word:
    """A word with what is typed before it, which is not shown."""
    return Word(before + word.value, word.meaning, word.shown or word.value, word.open)


BY_METAVAR: Mapping[str, Source] = {
    "[NAMES|PATHS]...": named(kpis, places),
    "[PATHS|NAMES]...": named(kpis, places),
    "NAME|PATH": named(kpis, places),
    "[PATHS]...": places,
    "[STATE] [STATE]": named(revisions, folders),
    "[CODES|NAMES]...": rules,
    "[COMMAND]": commands,
    "NAME": explained,
    "DECLARATION": drawn,
    "RULE FILE": named(rules, places),
    "RULES": listed(rules),
    "NAME=PATH": bindings,
    "GRAINS": listed(grains),
    "COLUMNS": listed(columns),
    "ENVIRONMENT": environments,
    "REF": revisions,
    "[FORMAT=]FILE": outputs,
    "FILE": files,
    "PATH": files,
    "DIR": folders,
}
"""What stands in `--help` for an argument or a value says what completes it."""
FREE = frozenset({"A..B", "DATE", "N", "PREDICATE", "SCORE", "SIZE"})
"""What only the user can know."""


def words(metavar: str, here: Here, typed: str) -> Words:
    """What can stand in that place and begins as typed, each once; capitals and small letters are alike."""
    source = BY_METAVAR.get(metavar)
    found = {word.value: word for word in source(here, typed)} if source else {}
    return [word for value, word in found.items() if value.lower().startswith(typed.lower())]
