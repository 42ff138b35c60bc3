"""The settings in force, each with the place that it comes from, and which layer decided on a rule for a file."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kpilang.lint.selection import Decided, Place, layers, places, profile, standing
from kpilang.lint.settings import DEFAULT as NOTHING
from kpilang.lint.settings import LintSettings
from kpilang.outputs.entries import Entry
from kpilang.text import Span, Text

if TYPE_CHECKING:
    from kpilang.lint.rule import Rule
    from kpilang.project.loading import Project
    from kpilang.settings import Agreed
    from kpilang.settings.document import Scalar

DEFAULT = Text(en="default", zh="默认")
_YESTERDAY = Text(en="default: yesterday", zh="默认：昨天")
_COMMAND_LINE = Text(en="command line", zh="命令行")
_OPTION = Text(en="command line, `--{key}`", zh="命令行，`--{key}`")
_ENVIRONMENT = Text(en="environment {name}, {place}", zh="环境 {name}，{place}")
_PLACE = Text(en="{path}:{line}", zh="{path}:{line}")
_SELECTOR = Text(en="{place}, `{key}: {word}`", zh="{place}，`{key}: {word}`")
_UNDER = Text(en="{said}, under `per-path: {glob}`", zh="{said}，在 `per-path: {glob}` 下")
_OWN = Text(en="the rule's own", zh="规则自带")
_DATA = Text(en="runs with `--data` alone", zh="只在加 `--data` 时运行")


@dataclass(frozen=True)
class Asked:
    """What the command line says: the last day known, and selectors of rules."""

    as_of: str | None = None
    lint: LintSettings = NOTHING


def whole(project: Project, settings: LintSettings, rules: Sequence[Rule], asked: Asked) -> tuple[Entry, ...]:
    """All settings of a project, as `kpi.yaml` would say them."""
    given = project.settings
    return (
        _as_of(project, asked),
        Entry("language", given.language, _from(project, "language")),
        _named(project, "sources", given.sources),
        Entry("exclude", list(given.exclude), _from(project, "exclude")),
        _named(project, "fields", given.fields),
        _named(project, "glossary", given.glossary),
        Entry("lint", tuple(_lint(project, settings, rules, asked))),
    )


def _as_of(project: Project, asked: Asked) -> Entry:
    if asked.as_of is not None:
        return Entry("as_of", asked.as_of, _COMMAND_LINE)
    return Entry("as_of", project.as_of, _from(project, "as_of") if project.settings.as_of else _YESTERDAY)


def _from(project: Project, key: str) -> Text:
    """Where a setting was written; the environment that gave it is named."""
    span = project.settings.at.get(key)
    if span is None:
        return DEFAULT
    if key in project.settings.by_environment:
        return _ENVIRONMENT.fill(name=project.environment, place=_place(span))
    return _place(span)


def _place(span: Span) -> Text:
    return _PLACE.fill(path=span.source.path, line=span.source.position(span.start)[0])


def _named(project: Project, key: str, found: Mapping[str, str]) -> Entry:
    entries = tuple(Entry(name, value, _from(project, f"{key}.{name}")) for name, value in found.items())
    return Entry(key, entries, None if entries else DEFAULT)


def _lint(project: Project, settings: LintSettings, rules: Sequence[Rule], asked: Asked) -> Iterator[Entry]:
    section = project.settings.lint
    tops = layers(settings, (), asked.lint)
    yield Entry("select", _running(rules, tops), _spoken(tops, asked))
    entries = tuple(entry for rule in rules for entry in _rule(rule, tops, settings, asked))
    yield Entry("rules", entries, None if entries else DEFAULT)
    entries = tuple(_paths(settings))
    yield Entry("per-path", entries, None if entries else DEFAULT)
    yield _words("not-suppressible", section.not_suppressible)
    yield _words("plugins", section.plugins)
    for kind in ("require", "values", "patterns"):
        listed = tuple(_agreed(entry) for entry in section.agreed if entry.kind == kind)
        yield Entry(kind, listed or [], None if listed else DEFAULT)


def _running(rules: Sequence[Rule], tops: Sequence[LintSettings]) -> list[str]:
    """The rules that run where nothing is said per path: a letter for all that begin with it."""
    codes = profile(rules, tops).codes
    if len(codes) == len(rules):
        return ["ALL"]
    found: dict[str, None] = {}
    for rule in rules:
        if rule.code in codes:
            alike = [each.code for each in rules if each.code.startswith(rule.code[0])]
            found[rule.code[0] if codes.issuperset(alike) else rule.code] = None
    return list(found)


def _spoken(tops: Sequence[LintSettings], asked: Asked) -> Text:
    """The places that have a say in what runs."""
    found: dict[Text, None] = {}
    for layer in tops:
        if layer.select is not None:
            found.clear()
        for key, words in (("select", layer.select), ("extend-select", layer.extend_select), ("ignore", layer.ignore)):
            for word in words or ():
                span = layer.spans.get(f"{key} {word}")
                found[_OPTION.fill(key=key) if layer is asked.lint else _place(span) if span else DEFAULT] = None
    joined = [", ".join(text.say(language) for text in found) for language in ("en", "zh")]
    return Text(joined[0], joined[1]) if found else DEFAULT


def _rule(rule: Rule, tops: Sequence[LintSettings], settings: LintSettings, asked: Asked) -> Iterator[Entry]:
    """What is set for a rule; nothing where it is as it comes."""
    found = standing(rule, tops)
    lines = [
        Entry(name, value, _said(by, tops, (), settings, asked, name)) for name, (value, by) in found.options.items()
    ]
    if found.severity:
        severity = Entry(
            "severity", str(found.severity), _said(found.severity_by, tops, (), settings, asked, "severity")
        )
        lines.insert(0, severity)
    if lines:
        yield Entry(rule.name, tuple(lines))


def _said(
    by: Decided | None,
    spoken: Sequence[LintSettings],
    here: Sequence[Place],
    settings: LintSettings,
    asked: Asked,
    option: str | None = None,
) -> Text:
    """Where something was decided, with the selector where a selector decided it, and the glob that it stands under."""
    if by is None:
        return DEFAULT
    layer = spoken[by.layer]
    if layer is asked.lint:
        return _OPTION.fill(key=f"{by.key} {by.word}")
    span = layer.spans.get(f"{by.word}.{option}" if option else f"{by.key} {by.word}")
    said = _place(span) if span else DEFAULT
    if option is None:
        said = _SELECTOR.fill(place=said, key=by.key, word=by.word)
    inner = by.layer - len(settings.bases) - 1
    return _UNDER.fill(said=said, glob=here[inner][1]) if inner >= 0 else said


def _paths(settings: LintSettings) -> Iterator[Entry]:
    """What is said per path, with globs as the project's folder sees them."""
    for top in (*settings.bases, settings):
        for glob, inner in top.per_path.items():
            yield Entry(_seen(glob, top, settings), tuple(_path(inner)))


def _seen(glob: str, top: LintSettings, settings: LintSettings) -> str:
    """A glob as the settings of the project would write it; one that reaches every folder stays as it is."""
    span = top.spans.get(f"per-path {glob}")
    if top is settings or span is None or glob.startswith("**/"):
        return glob
    if top.around and glob.startswith(f"{top.around}/"):
        return glob.removeprefix(f"{top.around}/")
    return posixpath.normpath(posixpath.join(posixpath.dirname(span.source.path), glob))


def _path(inner: LintSettings) -> Iterator[Entry]:
    for key, words in (("select", inner.select), ("extend-select", inner.extend_select), ("ignore", inner.ignore)):
        if words is not None and (words or key == "select"):
            spans = [inner.spans[f"{key} {word}"] for word in words]
            yield Entry(key, list(words), _place(spans[0]) if spans else None)
    rules = []
    for name, given in inner.rules.items():
        severity = {"severity": str(given.severity)} if given.severity else {}
        lines = (
            Entry(option, value, _place(inner.spans[f"{name}.{option}"]))
            for option, value in (severity | dict(given.options)).items()
        )
        rules.append(Entry(name, tuple(lines)))
    if rules:
        yield Entry("rules", tuple(rules))


def _words(key: str, words: Sequence[Scalar]) -> Entry:
    entries = tuple(Entry(None, word.text, _place(word.span)) for word in words)
    return Entry(key, entries or [], None if entries else DEFAULT)


def _agreed(entry: Agreed) -> Entry:
    """One agreement in a line."""
    value: dict[str, object] = {"field": entry.field.text}
    if entry.words is not None:
        value["in"] = [word.text for word in entry.words]
    if entry.codeowners is not None:
        value["codeowners"] = entry.codeowners.text
    if entry.like is not None:
        value["like"] = entry.like.text
    if entry.when:
        value["when"] = {name.text: [word.text for word in words] for name, words in entry.when}
    if entry.why is not None:
        value["why"] = entry.why
    return Entry(None, value, _place(entry.field.span))


def explained(rule: Rule, path: str, settings: LintSettings, asked: Asked) -> tuple[Entry, ...]:
    """What holds for a rule in a file, and which layer decided."""
    here = places(settings, path)
    spoken = layers(settings, here, asked.lint)
    found = standing(rule, spoken)
    severity = Entry("severity", str(rule.severity), _OWN)
    if found.severity:
        by = _said(found.severity_by, spoken, here, settings, asked, "severity")
        severity = Entry("severity", str(found.severity), by)
    options = tuple(
        Entry(option.name, value, _said(by, spoken, here, settings, asked, option.name))
        for option in rule.options
        for value, by in (found.options.get(option.name, (_listed(option.default), None)),)
    )
    return (
        Entry("rule", f"{rule.code} {rule.name}", _DATA if rule.needs_data else None),
        Entry("file", path),
        Entry("runs", found.runs, _said(found.runs_by, spoken, here, settings, asked)),
        severity,
        Entry("options", options),
    )


def _listed(value: object) -> object:
    """A default as settings write it."""
    return list(value) if isinstance(value, tuple) else value
