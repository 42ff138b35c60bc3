"""M104: a source that does not say which system its data come from and how often, or a KPI without formula and source."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from kpilang.diagnostics import Severity
from kpilang.lint.look import Look
from kpilang.lint.rule import Criterion, Document, Finding, Option, Quality, Reach, Rule
from kpilang.lint.settings import LintSettings
from kpilang.lint.wording.restated import missing
from kpilang.model.nouns import DataSource, Kpi
from kpilang.syntax import tree
from kpilang.text import Text

FIELDS = Option[tuple[str, ...]](
    "fields",
    ("source", "data_source", "datasource", "data", "system", "数据来源", "数据源", "来源", "来源系统"),
    Text(
        "fields of the project's own in which a KPI without formula names its source",
        "没有公式的 KPI 用来写数据来源的自定义字段",
    ),
)

BOTH = Text("which system the data come from, and how often", "数据来自哪个系统、多久采集一次")
RHYTHM = Text("how often the data are collected", "数据多久采集一次")
HOW_OFTEN = Text("every day, week, month?", "每天、每周还是每月？")
ADD_EVERY = Text("add how often: `{collected} every day`", "写上频率：`{collected} every day`")
UNFORMED = Text(
    'declare the source of its data with `collected "System" every …`, and add `formula …` to `{kpi}`',
    '声明它的数据源并写明 `collected "系统" every …`，再在 `{kpi}` 中添加 `formula …`',
)
NOWHERE = Text("there is neither a formula nor a source", "既没有公式，也没有数据源")


def find(look: Look) -> Iterator[Finding]:
    """Sources without system or rhythm, and KPIs in use that name no data at all."""
    for source in look.sources:
        if not look.broken(source.declaration):
            yield from _of_source(source)
    fields = set(look.option(FIELDS))
    for kpi in look.living:
        if look.lacks(kpi, "formula") and not _names_source(kpi, fields):
            found = Finding.of(kpi, help=UNFORMED, subject=Text(f"`{kpi.name}`", f"`{kpi.name}` "), lack=BOTH)
            yield replace(found, label=NOWHERE)


def _of_source(source: DataSource) -> Iterator[Finding]:
    declaration = source.declaration
    name, field = declaration.name, declaration.first("collected")
    subject = Text(f"source `{source.name}`", f"数据源 `{source.name}` ")
    values = {"source": source.name, "subject": subject, "lack": BOTH}
    if field is None or not isinstance(field.value, tree.Collected) or missing(field.value.system.value):
        span = field.span if field else name.span if name else declaration.head
        yield Finding(span, None, values)
    elif field.value.every is None:
        text = " ".join(field.span.text.split())
        yield Finding(field.span, None, {**values, "lack": RHYTHM, "collected": text}, label=HOW_OFTEN, help=ADD_EVERY)


def _names_source(kpi: Kpi, fields: set[str]) -> bool:
    """Whether a field of the project's own says where the data come from."""
    own = [field.value for field in kpi.all("field") if isinstance(field.value, tree.OwnField)]
    return any(each.name.text in fields and not missing(each.value.span.text.strip('"')) for each in own)


RULE = Rule(
    code="M104",
    name="missing-collection",
    criterion=Criterion.MEASURABLE,
    severity=Severity.WARNING,
    summary=Text(
        "A source that does not say which system collects it and how often, or a KPI with neither formula nor source.",
        "数据源没有写明由哪个系统采集、多久采集一次；或者 KPI 既没有公式也没有数据源。",
    ),
    message=Text("{subject} does not say {lack}", "{subject}没有写明{lack}"),
    label=Text("where from, and how often?", "从哪里来？多久一次？"),
    why=Text(
        "a figure that nobody collects is found missing at the end of the year, when it cannot be made up for",
        "没有人采集的数据，往往到年底才发现缺失，那时已经补不回来",
    ),
    help=Text(
        'add `collected "System" every day` to source `{source}`, with the system\'s name and its rhythm',
        '在数据源 `{source}` 中添加 `collected "系统名" every day`，写明系统和频率',
    ),
    documents=(Document.SELECTION,),
    decides=(Quality.VERIFIABLE, Quality.M),
    find=find,
    behind=("M101",),
    settings=LintSettings(ignore=("M101",)),
    reach=Reach.DECLARATION,
    options=(FIELDS,),
    bad=(
        """
source visits from "visits.csv" {
  key       visit_id
  time      visited_on
}
""",
        """
source 访问 from "visits.csv" {
  key       访问号
  time      访问时间
  collected "网站分析系统"
}
""",
        """
kpi recommended "Net promoter score (NPS)" {
  what       "Those who would recommend us, less those who would not."
  unit       points
  direction  higher
  period     month
  owner      support
  goal       loyalty
  state      draft
}
""",
    ),
    good=(
        """
source visits from "visits.csv" {
  key       visit_id
  time      visited_on
  collected "Web analytics" every day
}
""",
    ),
)
