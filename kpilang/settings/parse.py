"""Takes the text of `kpi.yaml` apart into settings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from kpilang.diagnostics import Diagnostic, Problem
from kpilang.model.nearest import hint
from kpilang.settings.document import Node, Scalar, Table, compose
from kpilang.settings.read import FILE, Agreed, LintSection, Settings, located
from kpilang.settings.schema import Checker
from kpilang.text import Source, Span, Text

LANGUAGES = ("en", "zh")
FIELD_KINDS = ("text", "name", "number")
_KEYS = ("as_of", "language", "sources", "environments", "exclude", "fields", "glossary", "lint")
_ENVIRONMENT_KEYS = ("sources", "as_of")
_AGREED = {
    "require": ("field", "when", "why"),
    "values": ("field", "in", "codeowners", "when", "why"),
    "patterns": ("field", "like", "when", "why"),
}
_LINT_KEYS = (
    "extend",
    "ignore",
    "select",
    "extend-select",
    "rules",
    "per-path",
    "not-suppressible",
    "plugins",
    *_AGREED,
)
_PATH_KEYS = ("ignore", "select", "extend-select", "rules")
UNKNOWN_ENVIRONMENT = Problem(
    "E606",
    "unknown-environment",
    Text(en="there is no environment `{name}` in `{path}`", zh="`{path}` 里没有 `{name}` 这个环境"),
    help=Text(en="declare it under `environments:`", zh="在 `environments:` 下声明它"),
)
_WANTED_LANGUAGE = Text(en="`en` or `zh`", zh=" `en` 或 `zh`")
_WANTED_KIND = Text(en="`text`, `name` or `number`", zh=" `text`、`name` 或 `number`")
_WANTED_ENTRIES = Text(en="a list of entries, each with a `field`", zh="若干条目，每条有 `field`")
_WANTED_AGREED = {
    "require": Text(
        en="an entry such as `{field: benchmark, when: {level: company}}`",
        zh="条目，例如 `{field: benchmark, when: {level: company}}`",
    ),
    "values": Text(
        en="an entry such as `{field: tags, in: [sales, quality]}` or `{field: owner, codeowners: CODEOWNERS}`",
        zh="条目，例如 `{field: tags, in: [sales, quality]}` 或 `{field: owner, codeowners: CODEOWNERS}`",
    ),
    "patterns": Text(
        en="an entry such as `{field: name, like: '[a-z_]+'}`", zh="条目，例如 `{field: name, like: '[a-z_]+'}`"
    ),
}
_HERE = Text(en="in kpi.yaml", zh="kpi.yaml 里")
_IN_ENVIRONMENT = Text(en="in an environment", zh="环境里")
_IN_LINT = Text(en="under `lint:`", zh="`lint:` 下")
_IN_EXTENDED = Text(en="in settings for the linter that others extend", zh="供引用的审阅设置里")
_IN_PATH = Text(en="under `per-path:`", zh="`per-path:` 下")

_Environment = tuple[dict[str, tuple[Scalar, Scalar]], dt.date | None, Span | None]


def parse(
    source: Source, folder: Path, root: Path, environment: str | None, *, isolated: bool = False
) -> tuple[Settings, tuple[Diagnostic, ...]]:
    """Settings of the project in `root` from the text of a file that stands in `folder`; those for the linter are left
    out when `isolated`."""
    node, broken = compose(source)
    checker = Checker()
    found = checker.known(node, FILE, _KEYS, _HERE)
    environments = _environments(checker, found.get("environments"))
    chosen = environments.get(environment or "", ({}, None, None))
    bound = {**checker.named_texts(found.get("sources"), "sources"), **chosen[0]}
    settings = Settings(
        folder=folder,
        as_of=_later(checker.date(found.get("as_of"), "as_of"), chosen[1]),
        language=_choice(checker, found.get("language"), "language", LANGUAGES, _WANTED_LANGUAGE) or "en",
        sources={name: located(value.text, folder, root) for name, (_, value) in bound.items()},
        exclude=tuple(item.text for item in checker.texts(found.get("exclude"), "exclude")),
        fields=_fields(checker, found.get("fields")),
        glossary={
            name: text.text for name, (_, text) in checker.named_texts(found.get("glossary"), "glossary").items()
        },
        lint=LintSection() if isolated else _lint(checker, found.get("lint")),
        environments=tuple(environments),
        at=_places(found, bound, chosen),
        by_environment=_of_environment(chosen),
    )
    diagnostics = [*broken, *sorted(checker.diagnostics, key=lambda item: item.order)]
    if environment is not None and environment not in environments and not broken:
        diagnostics.append(_no_environment(environment, source.path, environments))
    return settings, tuple(diagnostics)


def _places(
    found: Mapping[str, Node], bound: Mapping[str, tuple[Scalar, Scalar]], chosen: _Environment
) -> dict[str, Span]:
    """Where each setting was written: keys of one value, and each name under the others."""
    places = {key: node.span for key, node in found.items() if key in ("as_of", "language", "exclude")}
    for key in ("fields", "glossary"):
        node = found.get(key)
        if isinstance(node, Table):
            places |= {f"{key}.{name.text}": name.span for name, _ in node.entries}
    places |= {f"sources.{name}": key.span for name, (key, _) in bound.items()}
    return places | ({"as_of": chosen[2]} if chosen[2] else {})


def _of_environment(chosen: _Environment) -> frozenset[str]:
    """The settings that an environment gives."""
    return frozenset((*(f"sources.{name}" for name in chosen[0]), *(["as_of"] if chosen[1] else [])))


def lint_section(source: Source) -> tuple[LintSection, tuple[Diagnostic, ...]]:
    """Settings for the linter from a file that others extend: the keys of `lint:`."""
    node, broken = compose(source)
    checker = Checker()
    section = _lint(checker, node, _IN_EXTENDED)
    return section, (*broken, *sorted(checker.diagnostics, key=lambda item: item.order))


def _later(base: dt.date | None, over: dt.date | None) -> dt.date | None:
    return over if over is not None else base


def _no_environment(name: str, path: str, known: Iterable[str]) -> Diagnostic:
    help = hint(name, known) if known else None
    return UNKNOWN_ENVIRONMENT.at(None, help=help, name=name, path=path)


def _environments(checker: Checker, node: Node | None) -> dict[str, _Environment]:
    found: dict[str, _Environment] = {}
    for name, value in checker.table(node, "environments"):
        key = f"environments: {name.text}"
        entries = checker.known(value, key, _ENVIRONMENT_KEYS, _IN_ENVIRONMENT)
        sources = dict(checker.named_texts(entries.get("sources"), "sources"))
        dated = entries.get("as_of")
        as_of = checker.date(dated, "as_of")
        found[name.text] = (sources, as_of, dated.span if dated and as_of else None)
    return found


def _choice(checker: Checker, node: Node | None, key: str, allowed: tuple[str, ...], wanted: Text) -> str | None:
    value = checker.text(node, key, wanted)
    if value is None or value.text in allowed:
        return value.text if value else None
    checker.wrong(value.span, key, wanted)
    return None


def _fields(checker: Checker, node: Node | None) -> dict[str, str]:
    kinds = {
        name.text: _choice(checker, value, f"fields: {name.text}", FIELD_KINDS, _WANTED_KIND)
        for name, value in checker.table(node, "fields")
    }
    return {name: kind for name, kind in kinds.items() if kind is not None}


def _lint(checker: Checker, node: Node | None, place: Text = _IN_LINT) -> LintSection:
    found = checker.known(node, "lint", _LINT_KEYS, place)
    paths = tuple(
        (pattern, _choices(checker, checker.known(value, pattern.text, _PATH_KEYS, _IN_PATH)))
        for pattern, value in checker.table(found.get("per-path"), "per-path")
    )
    firm = checker.texts(found.get("not-suppressible"), "not-suppressible")
    agreed = tuple(each for kind in _AGREED for each in _agreed(checker, kind, found.get(kind)))
    plugins = checker.texts(found.get("plugins"), "plugins")
    extend = checker.texts(found.get("extend"), "extend")
    return replace(
        _choices(checker, found), per_path=paths, not_suppressible=firm, agreed=agreed, plugins=plugins, extend=extend
    )


def _agreed(checker: Checker, kind: str, node: Node | None) -> Iterator[Agreed]:
    """The entries of a list of agreements; one that lacks what it needs is a diagnostic."""
    for item in checker.items(node, kind, _WANTED_ENTRIES):
        found = checker.known(item, kind, _AGREED[kind], _IN_LINT, _WANTED_AGREED[kind])
        if not isinstance(item, Table):
            continue
        field = checker.text(found.get("field"), "field")
        words = checker.texts(found["in"], "in") if "in" in found else None
        codeowners, like = (checker.text(found.get(key), key) for key in ("codeowners", "like"))
        why = checker.text(found.get("why"), "why")
        when = tuple(
            (name, checker.texts(value, name.text)) for name, value in checker.table(found.get("when"), "when")
        )
        complete = {"require": True, "values": (words is None) != (codeowners is None), "patterns": like is not None}
        if field is None or not complete[kind]:
            checker.wrong(item.span, kind, _WANTED_AGREED[kind])
        else:
            yield Agreed(kind, field, when, words, codeowners, like, why.text if why else None)


def _choices(checker: Checker, found: Mapping[str, Node]) -> LintSection:
    return LintSection(
        select=checker.texts(found.get("select"), "select") if "select" in found else None,
        extend_select=checker.texts(found.get("extend-select"), "extend-select"),
        ignore=checker.texts(found.get("ignore"), "ignore"),
        rules=checker.table(found.get("rules"), "rules"),
    )
