"""Two states of a project side by side: what each declares, and the forms of their formulas with numbers in common."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

from kpilang.model.expr import Expr
from kpilang.model.formulas import Formulas
from kpilang.model.names import Names
from kpilang.model.normal import Normal
from kpilang.model.nouns import DataSource, Kpi, Made, Model
from kpilang.syntax import tree

Renamed = Mapping[str, str]
"""The names in the old state of what has another one in the new."""


class Forms(Normal):
    """The forms of one state. A source that only changed its name is called as it was, a column by its heading, so that
    other names for the same change no form."""

    def __init__(self, model: Model, beside: Normal | None = None, renamed: Renamed | None = None) -> None:
        super().__init__(model, beside)
        self.renamed = renamed or {}

    def table(self, source: str) -> str:
        return self.renamed.get(source, source)

    def heading(self, source: DataSource, name: str) -> str:
        column = source.columns.get(name)
        if column is None or column.made is None:
            return column.cell if column is not None else name
        return str(self.made(column.made))

    def made(self, made: Made) -> int:
        """The number of what is worked out over all rows with the same key."""
        keys = tuple(self.of(key) for key in made.keys)
        return self.number(("made", self.table(made.base), keys, self.of(made.value)))


class State:
    """One of two states. `renamed` are its sources that were called otherwise before."""

    def __init__(self, model: Model, beside: State | None = None, renamed: Renamed | None = None) -> None:
        self.model = model
        self.forms: Forms = Forms(model, beside.forms if beside is not None else None, renamed)
        self._computed: dict[str, int | None] = {}

    @cached_property
    def names(self) -> Names:
        return Names.of(self.model)

    def computed(self, kpi: Kpi) -> int | None:
        """The number of what a KPI computes; None where it has no formula, or an error is in what it uses."""
        if kpi.name not in self._computed:
            sound = kpi.formula is not None and kpi.sound
            self._computed[kpi.name] = self.forms.formula(kpi.formula) if sound and kpi.formula else None
        return self._computed[kpi.name]

    @cached_property
    def words(self) -> frozenset[str]:
        """The names that a formula may say."""
        found = {*self.model.kpis, *self.model.sources}
        for source in self.model.sources.values():
            found |= {*source.columns, *source.links}
        return frozenset(found)

    def computed_here(self, formula: tree.Expr, kpi: str, home: State) -> int | None:
        """The number of what a formula of the other state, its `home`, would compute in this one; None where it makes no
        sense here. What it names must be here too: to look for what else it may mean takes long."""
        if any(name in home.words and name not in self.words for name in named_in(formula)):
            return None
        found = self.typed_here(formula, kpi)
        return self.forms.formula(found) if found is not None else None

    def typed_here(self, formula: tree.Expr, kpi: str) -> Expr | None:
        """A formula of the other state, typed in this one; None where it makes no sense here."""
        reports = list[object]()
        value = Formulas(self.names, reports, kpi).infer(formula)  # type: ignore[arg-type] # only whether there are any
        return None if reports or value is None or value.type.unit is None else value


def named_in(node: tree.Node) -> Iterator[str]:
    """Every name that stands in a node."""
    waiting = [node]
    while waiting:
        each = waiting.pop()
        if isinstance(each, tree.Name):
            yield each.text
        waiting += each.below


class Pair:
    """The two states, and which KPIs of the new one were called otherwise in the old."""

    def __init__(self, before: State, after: State) -> None:
        self.before, self.after = before, after
        self.renamed: dict[str, str] = {}

    def both(self) -> Iterator[tuple[Kpi, Kpi]]:
        """Each KPI that stands in both states, in the order of the new one."""
        old = self.before.model.kpis
        for name, kpi in self.after.model.kpis.items():
            was = old.get(self.renamed.get(name, name))
            if was is not None:
                yield was, kpi
