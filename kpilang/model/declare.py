"""Collects declarations over all files: one namespace, one calendar, each file's defaults, each field once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from kpilang.diagnostics import Diagnostic, Mark, Problem
from kpilang.model.calendar import Calendar
from kpilang.model.calendars import read_calendar
from kpilang.syntax import tree
from kpilang.text import Text

KINDS = ("calendar", "defaults", "owner", "goal", "source", "template", "kpi")
SEVERAL = frozenset({
    "target", "accept", "stretch", "baseline", "benchmark", "field", "link", "column", "derive", "trap",
    "accepted", "holidays", "workdays", tree.OWNER_WHERE,
})  # fmt: skip

DUPLICATE_NAME = Problem(
    "E204",
    "duplicate-name",
    Text("the name `{name}` is declared twice", "名称 `{name}` 被声明了两次"),
    label=Text("declared again", "再次声明"),
    why=Text(
        "all files share one namespace, so a name would mean two things", "所有文件共用一个命名空间，同名会产生歧义"
    ),
    help=Text("rename one of them", "为其中一个改名"),
)
DUPLICATE_FIELD = Problem(
    "E205",
    "duplicate-field",
    Text("`{word}` stands twice", "`{word}` 写了两次"),
    label=Text("given again", "再次给出"),
    help=Text("leave one of them out", "去掉其中一个"),
)
DUPLICATE_DECLARATION = Problem(
    "E206",
    "duplicate-declaration",
    Text("there is a second `{kind}`; {scope} has one", "出现了第二个 `{kind}`；{scope}只能有一个"),
    label=Text("declared again", "再次声明"),
    help=Text("put both into one", "合并为一个"),
)


@dataclass
class Declared:
    """What all files declare. `defaults` holds the fields of each file's defaults, by the identity of the file.

    `damaged` names have lost something to a mistake of syntax. `unsound` names, and files by their identity, do not say
    what was meant: damaged ones, those declared twice, those that give a field twice. A wrong calendar spoils all.
    """

    names: dict[str, tree.Declaration] = field(default_factory=dict)
    defaults: dict[int, tuple[tree.Field, ...]] = field(default_factory=dict)
    calendar: Calendar = field(default_factory=Calendar)
    damaged: frozenset[str] = frozenset()
    unsound: set[str | int] = field(default_factory=set)
    calendar_sound: bool = True

    def of_kind(self, kind: str) -> list[tree.Declaration]:
        return [declaration for declaration in self.names.values() if declaration.kind == kind]

    def default_fields(self, declaration: tree.Declaration) -> tuple[tree.Field, ...]:
        """The defaults of the file that a declaration stands in."""
        return self.defaults.get(id(declaration.span.source), ())

    def spoil(self, declaration: tree.Declaration) -> None:
        """Notes that a declaration does not say what was meant."""
        if declaration.name is not None:
            self.unsound.add(declaration.name.text)
        else:
            self.calendar_sound &= declaration.kind == "defaults"
            self.unsound.add(id(declaration.span.source))

    def sound(self, kpi: tree.Declaration) -> bool:
        """Whether a KPI, the defaults of its file, and the calendar say what was meant."""
        assert kpi.name is not None  # noqa: S101 - the grammar names every KPI
        return self.calendar_sound and self.unsound.isdisjoint((kpi.name.text, id(kpi.span.source)))


def collect(trees: Sequence[tree.Tree], reports: list[Diagnostic]) -> Declared:
    """Every declaration under its name; of two with one name the first stays."""
    found = _damage(trees)
    calendars: list[tree.Declaration] = []
    for parsed in trees:
        for declaration in parsed.declarations:
            again = tuple(repeated(declaration))
            reports.extend(again)
            if again or declaration.kind not in KINDS:
                found.spoil(declaration)
            if declaration.kind not in KINDS:  # misspelt, which the parser has reported
                found.damaged |= {declaration.name.text} if declaration.name else set()
            elif declaration.name is not None:
                _name(found, declaration, declaration.name, reports)
            elif declaration.kind == "calendar":
                calendars.append(declaration)
            else:
                _defaults(found, declaration, reports)
    before = len(reports)
    project = Text("a project", "一个项目")
    reports.extend(_second(extra, calendars[0], project) for extra in calendars[1:])
    if calendars:
        found.calendar = read_calendar(calendars[0], reports)
    found.calendar_sound &= len(reports) == before
    return found


def _damage(trees: Sequence[tree.Tree]) -> Declared:
    """Nothing declared yet, but what mistakes of syntax have spoilt."""
    damaged = frozenset(name for parsed in trees for name in parsed.damaged)
    files = {id(parsed.source) for parsed in trees if "defaults" in parsed.damaged}
    return Declared(damaged=damaged, unsound={*damaged, *files}, calendar_sound="calendar" not in damaged)


def _name(found: Declared, declaration: tree.Declaration, name: tree.Name, reports: list[Diagnostic]) -> None:
    first = found.names.setdefault(name.text, declaration)
    if first is not declaration:
        found.spoil(declaration)
        mark = Mark(first.head, Text("declared here first", "最先在这里声明"))
        reports.append(DUPLICATE_NAME.at(name.span, marks=(mark,), name=name.text))


def _defaults(found: Declared, declaration: tree.Declaration, reports: list[Diagnostic]) -> None:
    place = id(declaration.span.source)
    if place in found.defaults:
        found.spoil(declaration)
        first = found.defaults[place]
        mark = (Mark(first[0].span, Text("the first is here", "第一个在这里")),) if first else ()
        scope = Text("a file", "一个文件")
        reports.append(DUPLICATE_DECLARATION.at(declaration.head, marks=mark, kind="defaults", scope=scope))
        return
    found.defaults[place] = declaration.fields


def _second(extra: tree.Declaration, first: tree.Declaration, scope: Text) -> Diagnostic:
    mark = Mark(first.head, Text("the first is here", "第一个在这里"))
    return DUPLICATE_DECLARATION.at(extra.head, marks=(mark,), kind=extra.kind, scope=scope)


def repeated(declaration: tree.Declaration) -> Iterable[Diagnostic]:
    """Reports on fields that may stand once and stand again."""
    seen: dict[str, tree.Field] = {}
    for item in declaration.fields:
        first = seen.setdefault(item.word, item)
        if first is not item and item.word not in SEVERAL:
            mark = Mark(first.word_span, Text("given here first", "最先在这里给出"))
            yield DUPLICATE_FIELD.at(item.word_span, marks=(mark,), word=item.word, kpi=_kpi_name(declaration))


def _kpi_name(declaration: tree.Declaration) -> str | None:
    return declaration.name.text if declaration.kind == "kpi" and declaration.name else None
