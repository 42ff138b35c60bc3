"""What a rule is: one value that holds everything users read about it, its examples, its options and how it looks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import field
from enum import Enum
from typing import TYPE_CHECKING, Generic, Self, TypeVar

from kpilang.diagnostics import Diagnostic, Fix, Mark, Severity
from kpilang.lint.settings import DEFAULT, LintSettings
from kpilang.record import record
from kpilang.text import Span, Text

if TYPE_CHECKING:
    from kpilang.lint.look import Look
    from kpilang.model.nouns import Kpi

T = TypeVar("T", bool, int, tuple[str, ...])


class WithData(str):
    """An example that stands beside data: `files` goes from the name of a file to its text."""

    __slots__ = ("files",)

    def __new__(cls, text: str, files: Mapping[str, str]) -> Self:
        made = super().__new__(cls, text)
        made.files = files
        return made

    files: Mapping[str, str]


class Criterion(Enum):
    """What a KPI fails when a rule flags it; the value is the letter its codes begin with."""

    SPECIFIC = "S"
    MEASURABLE = "M"
    ACHIEVABLE = "A"
    RELEVANT = "R"
    TIME_BOUND = "T"
    OWNED = "O"
    CONSISTENT = "C"
    VERIFIABLE = "V"
    AGREED = "P"
    EXCEPTIONS = "X"

    @property
    def title(self) -> Text:
        return _TITLES[self]


_TITLES = {
    Criterion.SPECIFIC: Text("Specific", "具体"),
    Criterion.MEASURABLE: Text("Measurable", "可衡量"),
    Criterion.ACHIEVABLE: Text("Achievable", "可达成"),
    Criterion.RELEVANT: Text("Relevant", "相关"),
    Criterion.TIME_BOUND: Text("Time-bound", "有时限"),
    Criterion.OWNED: Text("Owned", "有人负责"),
    Criterion.CONSISTENT: Text("Consistent", "前后一致"),
    Criterion.VERIFIABLE: Text("Verifiable", "可验证"),
    Criterion.AGREED: Text("Agreed in the project", "项目约定"),
    Criterion.EXCEPTIONS: Text("Exceptions", "例外"),
}


class Quality(Enum):
    """What a good KPI is: the seven marks of the guide, and the five letters of SMART. A rule decides some of them."""

    QUANTIFIABLE = Text("quantifiable", "可量化")
    PROGRESS = Text("shows progress", "能显示进展")
    RESPONSIVE = Text("responds to change", "能反映变化")
    INFORMS = Text("informs a decision", "能支持决策")
    CONTROLLABLE = Text("controllable", "可掌控")
    UNDERSTANDABLE = Text("easy to understand", "易于理解")
    VERIFIABLE = Text("verifiable", "可核实")
    S = Text("specific", "具体")
    M = Text("measurable", "可衡量")
    A = Text("achievable", "可达成")
    R = Text("relevant", "相关")
    T = Text("time-bound", "有时限")


class Reach(Enum):
    """What the findings of a rule depend on, beside its options, so that they need not be looked for again when something
    else changed. `Facts` are what `kpilang/lint/facts.py` takes from a KPI; of owners, goals and sources those that are
    named are known in full, of all others the names.
    """

    DECLARATION = "those on a KPI: its text, the KPIs it names and those that name it; all others: facts"
    PROJECT = "facts of all KPIs"


class Document(Enum):
    """A document that a rule rests on; the value is its title."""

    GUIDE = Text("What a KPI is and how to set one", "什么是 KPI，如何设置有效的 KPI")
    SELECTION = Text("How to choose KPIs that drive results", "关键绩效指标怎么选？精准定位推动业绩达成")
    SERVICES = Text("KPIs of service businesses, with definitions", "服务业 KPI 提取方法与指标示例")
    FUNCTIONS = Text("KPIs by department", "按职能部门整理的常用 KPI")
    HUNDRED = Text("A hundred KPIs, what each is and why to track it", "一百个 KPI：是什么，为什么跟踪")


@record
class Option(Generic[T]):
    """A setting of a rule. Its type is that of its default: texts, a whole number, or true and false."""

    name: str
    default: T
    about: Text

    @property
    def wants(self) -> Text:
        """The type, in words for a user whose value has another."""
        if isinstance(self.default, tuple):
            return Text("a list of texts", "文本列表")
        return (
            Text("true or false", "true 或 false") if isinstance(self.default, bool) else Text("a whole number", "整数")
        )

    def read(self, value: object) -> T | None:
        """A value from settings in the option's type, or None when it does not fit."""
        if isinstance(self.default, tuple):
            if isinstance(value, list | tuple) and all(isinstance(item, str) for item in value):
                return tuple(value)
            return None
        return value if type(value) is type(self.default) else None


@record
class Finding:
    """One place a rule objects to, None where no text is at fault: `values` fill the texts; a `label` or `help` set here
    takes the place of the rule's own and is filled too, so it never holds a user's words itself (they may have braces)."""

    span: Span | None
    kpi: str | None = None
    values: Mapping[str, object] = field(default_factory=dict)
    label: Text | None = None
    help: Text | None = None
    marks: tuple[Mark, ...] = ()
    fixes: tuple[Fix, ...] = ()
    severity: Severity | None = None

    @staticmethod
    def of(kpi: Kpi, *, help: Text | None = None, fixes: tuple[Fix, ...] = (), **values: object) -> Finding:
        """A finding about a KPI as a whole, at its name, with its name filled in for `{kpi}`."""
        name = kpi.declaration.name
        span = name.span if name else kpi.declaration.head
        return Finding(span, kpi.name, {"kpi": kpi.name, **values}, help=help, fixes=fixes)


@record
class Rule:
    """An opinion about definitions; see `kpilang/lint/rules`, one rule to a file, each named `RULE` there.

    `summary` says in one sentence what is flagged. `message`, `label` and `help` are filled with a finding's values:
    `message` is one sentence with the KPI's own words, `help` is the mend for the user's own line. `bad` and `good`
    are texts of files that stand beside `stage.STAGE`: a bad one gives one finding of this rule, a good one none; what
    needs data brings them (`WithData`).
    `settings` are those that the examples need to be about this rule.
    `decides` are the qualities on a KPI's card that fail where it finds something. A rule with `needs_data` runs only where there is a history; one that `asks_data` runs without too, and
    finds more with it. After an edit it looks at what its `reach` says; at the whole project where that is None.
    On a KPI of which all the rules `behind` speak, what it finds only repeats them, and is not shown.
    """

    code: str
    name: str
    criterion: Criterion
    severity: Severity
    summary: Text
    message: Text
    why: Text
    help: Text
    find: Callable[[Look], Iterable[Finding]]
    bad: tuple[str, ...]
    good: tuple[str, ...]
    label: Text | None = None
    documents: tuple[Document, ...] = ()
    options: tuple[Option[bool] | Option[int] | Option[tuple[str, ...]], ...] = ()
    decides: tuple[Quality, ...] = ()
    needs_data: bool = False
    reach: Reach | None = None
    asks_data: bool = False
    settings: LintSettings = DEFAULT
    behind: tuple[str, ...] = ()

    def diagnostic(self, finding: Finding, severity: Severity | None) -> Diagnostic:
        """The finding as a diagnostic; a severity from settings goes before the finding's and the rule's own."""

        def said(text: Text) -> Text:
            return text.fill(**finding.values)

        label = finding.label or self.label
        return Diagnostic(
            code=self.code,
            name=self.name,
            severity=severity or finding.severity or self.severity,
            message=said(self.message),
            span=finding.span,
            label=said(label) if label else None,
            why=said(self.why),
            help=said(finding.help or self.help),
            marks=finding.marks,
            fixes=finding.fixes,
            kpi=finding.kpi,
        )
