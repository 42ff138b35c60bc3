"""A baseline: the findings that a project had when it began to be linted, which are not shown and may only become fewer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from kpilang.diagnostics import Diagnostic, Problem
from kpilang.lint.subjects import Subjects
from kpilang.record import record
from kpilang.text import Source, Span, Text

FILE = "kpi-baseline.json"
VERSION = 1

NOT_A_BASELINE = Problem(
    "E656",
    "not-a-baseline",
    Text("`{path}` is not a baseline: {why}", "`{path}` 不是基线文件：{why}"),
    help=Text(
        "delete it and write it anew with `kpi lint --write-baseline`",
        "删除它，再用 `kpi lint --write-baseline` 重新写",
    ),
)
_NO_JSON = Text("it cannot be read as JSON", "无法按 JSON 读取")
_NO_ENTRIES = Text("it has no list of `entries`", "里面没有 `entries` 列表")
_NO_VERSION = Text(
    "its `version` is {version}, and this program reads {known}", "它的 `version` 是 {version}，本程序只读 {known}"
)
_NO_ENTRY = Text(
    "entry {number} must have `rule`, `name` and `subject`, and a `count` of at least 1",
    "第 {number} 条必须有 `rule`、`name`、`subject`，以及不小于 1 的 `count`",
)

Key = tuple[str, str]
"""A rule's code and the subject: `("A101", "kpi churn")`."""


@record
class Entry:
    """So many findings of a rule about one subject; `span` is where the baseline says so."""

    code: str
    name: str
    subject: str
    count: int
    span: Span | None = None

    @property
    def key(self) -> Key:
        return self.code, self.subject


@record
class Baseline:
    """What is not shown, each rule and subject once."""

    entries: tuple[Entry, ...] = ()


EMPTY = Baseline()


@record
class Frozen:
    """Findings divided by a baseline: those to show, those held back, and the entries that promise more than there is,
    each with how many findings are left."""

    shown: tuple[Diagnostic, ...]
    held: tuple[Diagnostic, ...] = ()
    stale: tuple[tuple[Entry, int], ...] = ()


def divide(findings: Sequence[Diagnostic], baseline: Baseline, subjects: Subjects, ran: frozenset[str]) -> Frozen:
    """Holds back the findings of a rule about a subject while there are no more of them than the baseline has; one more,
    and all are shown, since nobody can tell which is new. `ran` are the codes of rules that looked."""
    allowed = {entry.key: entry for entry in baseline.entries}
    keys = [(item.code, subjects.name(item)) for item in findings]
    count = Counter(keys)
    held = {key for key, entry in allowed.items() if 0 < count[key] <= entry.count}
    stale = tuple(
        (entry, count[entry.key]) for entry in baseline.entries if entry.code in ran and count[entry.key] < entry.count
    )
    pairs = list(zip(findings, keys, strict=True))
    return Frozen(
        tuple(item for item, key in pairs if key not in held),
        tuple(item for item, key in pairs if key in held),
        stale,
    )


def freeze(findings: Iterable[Diagnostic], subjects: Subjects) -> Baseline:
    """A baseline that holds all of these findings back."""
    names: dict[Key, str] = {}
    count: Counter[Key] = Counter()
    for item in findings:
        key = item.code, subjects.name(item)
        names[key] = item.name
        count[key] += 1
    return Baseline(tuple(Entry(code, names[code, subject], subject, count[code, subject]) for code, subject in count))


def prune(baseline: Baseline, stale: Iterable[tuple[Entry, int]]) -> Baseline:
    """The baseline without what is not there any more."""
    left: Mapping[Key, int] = {entry.key: count for entry, count in stale}
    return Baseline(
        tuple(
            Entry(entry.code, entry.name, entry.subject, left.get(entry.key, entry.count))
            for entry in baseline.entries
            if left.get(entry.key, entry.count)
        )
    )


def render(baseline: Baseline) -> str:
    """The text of a baseline: an entry a line, in an order that changes only with the entries."""
    import json

    lines = [
        json.dumps(
            {"rule": entry.code, "name": entry.name, "subject": entry.subject, "count": entry.count}, ensure_ascii=False
        )
        for entry in sorted(baseline.entries, key=lambda entry: (entry.subject, entry.code))
    ]
    listed = "".join(f"\n    {line}," for line in lines).rstrip(",")
    return f'{{\n  "version": {VERSION},\n  "entries": [{listed}\n  ]\n}}\n'


def parse(source: Source) -> tuple[Baseline, tuple[Diagnostic, ...]]:
    """The baseline in a text, and what is wrong with it."""
    import json

    def refused(why: object, at: int = 0) -> tuple[Baseline, tuple[Diagnostic, ...]]:
        return Baseline(), (NOT_A_BASELINE.at(Span(source, at, at), path=source.path, why=why),)

    try:
        document = json.loads(source.text)
    except json.JSONDecodeError as error:
        return refused(_NO_JSON, error.pos)
    except (ValueError, RecursionError):  # a number of too many digits, lists in lists without end
        return refused(_NO_JSON)
    version = document.get("version") if isinstance(document, dict) else None
    listed = document.get("entries") if isinstance(document, dict) else None
    if not isinstance(listed, list):
        return refused(_NO_ENTRIES)
    if version != VERSION:
        return refused(_NO_VERSION.fill(version=json.dumps(version, ensure_ascii=False), known=VERSION))
    entries: list[Entry] = []
    at = 0
    for number, item in enumerate(listed, 1):
        entry = _entry(item)
        if entry is None:
            return refused(_NO_ENTRY.fill(number=number))
        written = json.dumps(entry.subject, ensure_ascii=False)
        at = max(source.text.find(written, at), at)
        entries.append(replace(entry, span=Span(source, at, at + len(written))))
        at += len(written)
    return Baseline(tuple(entries)), ()


def _entry(item: object) -> Entry | None:
    if not isinstance(item, dict):
        return None
    rule, name, subject, count = (item.get(key) for key in ("rule", "name", "subject", "count"))
    if not (isinstance(rule, str) and isinstance(name, str) and isinstance(subject, str)):
        return None
    return Entry(rule, name, subject, count) if type(count) is int and count > 0 else None
