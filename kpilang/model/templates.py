"""Templates: what their parameters may be, and how a KPI fills one in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from kpilang.diagnostics import Diagnostic, Mark, Problem
from kpilang.model import library, words
from kpilang.model.calendar import Calendar
from kpilang.model.names import SORTS, UNKNOWN_NAME, Names, declared_at
from kpilang.model.nearest import hint
from kpilang.model.nouns import FilledIn, Given, Template
from kpilang.model.settled import shown
from kpilang.model.sorts import SOURCE, WORDS
from kpilang.record import record
from kpilang.syntax import tree
from kpilang.text import Source, Text

PARAMETER_TWICE = Problem(
    "E250",
    "parameter-twice",
    Text("the parameter `{name}` stands twice", "参数 `{name}` 出现了两次"),
    label=Text("given again", "再次给出"),
    help=Text("leave one of them out", "去掉其中一个"),
)
UNKNOWN_SORT = Problem(
    "E251",
    "unknown-sort-of-parameter",
    Text("`{word}` is no sort of parameter", "没有 `{word}` 这种参数类型"),
    help=Text("{hint}; without a sort any expression fits", "{hint}；不写类型则任何表达式都可以"),
)
UNKNOWN_PARAMETER = Problem(
    "E252",
    "unknown-parameter",
    Text("`{template}` has no parameter `{name}`", "`{template}` 没有参数 `{name}`"),
    help=Text("{hint}", "{hint}"),
)
MISSING_PARAMETER = Problem(
    "E253",
    "missing-parameter",
    Text("`{template}` is not filled in: {names}", "`{template}` 还缺少参数：{names}"),
    label=Text("parameters are missing", "缺少参数"),
    help=Text("write `is {template}({call})`", "写成 `is {template}({call})`"),
)
FORMULA_TWICE = Problem(
    "E254",
    "formula-beside-template",
    Text("the formula comes from `{template}`, and here is another", "公式来自 `{template}`，这里又写了一个"),
    why=Text(
        "the KPI would bear the name of a standard that it does not keep",
        "KPI 挂着标准模板的名义，算的却是另一回事",
    ),
    help=Text("take the formula away, or `is {template}(…)`", "去掉这个公式，或去掉 `is {template}(…)`"),
)
NAME_NEEDED = Problem(
    "E255",
    "name-needed",
    Text(
        "the template uses `{path}`, so `{name}` must be given as a name",
        "模板中用到 `{path}`，所以 `{name}` 必须是一个名称",
    ),
    help=Text("give the name of a source, a link or a column", "给出数据源、关联或列的名称"),
)

OF_TEMPLATES = ("synonyms", "acronym", "trap", "answers", "accepted")
"""Fields that are about a template itself, and not taken over by a KPI."""

_ATOMS = (tree.Path, tree.QuantityExpr, tree.StringExpr, tree.BoolExpr, tree.PeriodExpr, tree.Call, tree.Parenthesis)
"""Expressions that stand anywhere without brackets around them."""


def read_templates(
    declarations: Iterable[tree.Declaration], calendar: Calendar, reports: list[Diagnostic]
) -> dict[str, Template]:
    """The templates of a project by name, with their parameters checked."""
    found: dict[str, Template] = {}
    for each in declarations:
        assert each.name is not None  # noqa: S101 - the grammar names every template
        reports.extend(_parameters(each))
        reports.extend(words.notes(calendar, each.fields))
        found[each.name.text] = Template(each.name.text, each)
    return found


def _parameters(declaration: tree.Declaration) -> Iterator[Diagnostic]:
    seen: dict[str, tree.Parameter] = {}
    for each in declaration.parameters:
        first = seen.setdefault(each.name.text, each)
        if first is not each:
            yield _twice(each.name, first.name)
        if each.sort is not None and each.sort.text not in WORDS:
            yield UNKNOWN_SORT.at(each.sort.span, word=each.sort.text, hint=hint(each.sort.text, WORDS))


def _twice(name: tree.Name, first: tree.Name, kpi: str | None = None) -> Diagnostic:
    mark = Mark(first.span, Text("given here first", "最先在这里给出"))
    return PARAMETER_TWICE.at(name.span, kpi=kpi, marks=(mark,), name=name.text)


@record
class Filler:
    """Fills templates in: those of the project, and those of the standard library."""

    names: Names
    templates: Mapping[str, Template]
    reports: list[Diagnostic]

    def fill(self, declaration: tree.Declaration) -> FilledIn | None:
        """The template that a KPI fills in; None where it fills in none, or after a report."""
        filled, name = declaration.filled, declaration.name
        if filled is None or name is None:
            return None
        template = self.find(filled.template, name.text)
        if template is None or not self.right(declaration, filled, template, name.text):
            return None
        fields = tuple(each for each in template.declaration.fields if each.word != "formula")
        plain = FilledIn(template, filled.template.span, fields)
        return self.with_formula(plain, {each.name.text: each.value for each in filled.fillings}, name.text)

    def find(self, path: tree.Path, kpi: str) -> Template | None:
        """The template that a path names; None after a report."""
        if len(path.names) == 1:
            found = self.templates.get(path.text)
            missing = self.names.missing(path.names[0], "template", kpi)
            self.reports.extend([missing] if missing else [])
            return found if missing is None else None
        template = library.find(path.text)
        if template is None:
            known, sort = library.hint(path.text), SORTS["template"]
            self.reports.append(UNKNOWN_NAME.at(path.span, kpi=kpi, sort=sort, name=path.text, hint=known))
        return template

    def right(self, declaration: tree.Declaration, filled: tree.Filled, template: Template, kpi: str) -> bool:
        """Whether each parameter is given once, and nothing else."""
        before, given = len(self.reports), dict[str, tree.Name]()
        known = [each.name.text for each in template.declaration.parameters]
        for each in filled.fillings:
            first = given.setdefault(each.name.text, each.name)
            if first is not each.name:
                self.reports.append(_twice(each.name, first, kpi))
            elif each.name.text not in known:
                self.reports.append(_unknown(each.name, template, known, kpi))
        self.reports.extend(self.no_sources(filled, template, kpi))
        missing = [name for name in dict.fromkeys(known) if name not in given]
        if missing and len(self.reports) == before:
            self.reports.append(_missing(filled, template, missing, kpi))
        own = declaration.first("formula")
        if own is not None and template.formula is not None:
            self.reports.append(FORMULA_TWICE.at(own.word_span, kpi=kpi, template=template.name))
        return len(self.reports) == before

    def no_sources(self, filled: tree.Filled, template: Template, kpi: str) -> Iterator[Diagnostic]:
        """Reports on what is given where the name of a source is needed."""
        wanted = {each.name.text for each in template.declaration.parameters if each.sort and each.sort.text == SOURCE}
        for each in filled.fillings:
            value = each.value
            if each.name.text in wanted and isinstance(value, tree.Path) and len(value.names) == 1:
                missing = self.names.missing(value.names[0], SOURCE, kpi)
                if missing is not None:
                    yield missing
            elif each.name.text in wanted:
                yield NAME_NEEDED.at(value.span, kpi=kpi, path=each.name.text, name=each.name.text)

    def with_formula(self, plain: FilledIn, given: Mapping[str, tree.Expr], kpi: str) -> FilledIn | None:
        """The template with its formula, the parameters replaced by what is given; None after a report."""
        from kpilang.syntax.parser import parse_expression

        written = _written(plain.template, given)
        if written is None:
            return plain
        if isinstance(written, Diagnostic):
            self.reports.append(shown(replace(written, kpi=kpi), plain))
            return None
        source, places = written
        made = replace(plain, source=source, given=places)
        formula, wrong = parse_expression(source)
        self.reports.extend(shown(replace(each, kpi=kpi), made) for each in wrong)
        if formula is None:
            return None
        field = tree.Field(*formula.span.at, "formula", formula)
        return replace(made, fields=(*plain.fields, field))


def _unknown(name: tree.Name, template: Template, known: list[str], kpi: str) -> Diagnostic:
    marks = (declared_at(template.declaration),)
    told = hint(name.text, known)
    return UNKNOWN_PARAMETER.at(name.span, kpi=kpi, marks=marks, template=template.name, name=name.text, hint=told)


def _missing(filled: tree.Filled, template: Template, missing: list[str], kpi: str) -> Diagnostic:
    names = Text(*(comma.join(f"`{each}`" for each in missing) for comma in (", ", "、")))
    call = ", ".join(f"{each.name.text}: …" for each in template.declaration.parameters)
    marks = (declared_at(template.declaration),)
    return MISSING_PARAMETER.at(
        filled.template.span, kpi=kpi, marks=marks, template=template.name, names=names, call=call
    )


def _written(
    template: Template, given: Mapping[str, tree.Expr]
) -> tuple[Source, tuple[Given, ...]] | Diagnostic | None:
    """The text of a template's formula as filled in, and where in it stands what is given."""
    formula = template.formula
    if formula is None:
        return None
    parameters = {each.name.text: each for each in template.declaration.parameters}
    text, at, size = list[str](), formula.span.start, 0
    places = list[Given]()
    whole = formula.span.source.text
    for name, path in sorted(_named(formula, given), key=lambda each: each[0].span.start):
        value = given[name.text]
        if len(path.names) > 1 and not isinstance(value, tree.Path):
            return NAME_NEEDED.at(value.span, path=path.text, name=name.text)
        bracket = "" if isinstance(value, _ATOMS) else "("
        before = whole[at : name.span.start] + bracket
        start = size + len(before)
        places.append(Given(parameters[name.text], start, start + len(value.span.text), value.span))
        text += [before, value.span.text, ")" if bracket else ""]
        size, at = start + len(value.span.text) + len(bracket), name.span.end
    text.append(whole[at : formula.span.end])
    return Source(template.name, "".join(text)), tuple(places)


def _named(formula: tree.Expr, given: Mapping[str, tree.Expr]) -> Iterator[tuple[tree.Name, tree.Path]]:
    """The names in a formula that are parameters, each with the path it stands in. Behind a dot a name is one only where
    the path begins with one: what follows a name of the project belongs to that."""
    for path in _paths(formula):
        if path.names[0].text in given:
            yield from ((name, path) for name in path.names if name.text in given)


def _paths(formula: tree.Expr) -> Iterator[tree.Path]:
    """The names in a formula, those in clauses too."""
    waiting: list[tree.Node] = [formula]
    while waiting:
        node = waiting.pop()
        if isinstance(node, tree.Path):
            yield node
        waiting += node.below
