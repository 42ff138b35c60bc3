"""The page of a rule: all that there is to read about it."""

from __future__ import annotations

from collections.abc import Iterator

from kpilang.lint.rule import Rule, WithData
from kpilang.text import Text

SEVERITIES = {"error": Text("error", "错误"), "warning": Text("warning", "警告"), "info": Text("info", "提示")}
_WHY, _FROM = Text("Why", "原因"), Text("From", "依据")
_DECIDES = Text("On the card of a KPI", "在 KPI 卡片上影响")
_BEHIND = Text(
    en="Not shown where it would only repeat: on a KPI of which {codes} speak", zh="在 {codes} 已指出的 KPI 上不再重复"
)
_OPTIONS, _BAD, _GOOD = Text("Options", "选项"), Text("Bad", "反例"), Text("Good", "正例")


def explain(rule: Rule, language: str) -> str:
    """The page in a language, as Markdown."""

    def heading(text: Text) -> str:
        return f"## {text.say(language)}"

    severity = SEVERITIES[rule.severity].say(language)
    parts = [f"# {rule.code} {rule.name}", f"{rule.criterion.title.say(language)} · {severity}"]
    parts += [rule.summary.say(language), heading(_WHY), rule.why.say(language)]
    if rule.documents:
        titles = "; ".join(document.value.say(language) for document in rule.documents)
        parts.append(f"{_FROM.say(language)}: {titles}")
    if rule.decides:
        listed = (", " if language == "en" else "、").join(quality.value.say(language) for quality in rule.decides)
        parts.append(f"{_DECIDES.say(language)}: {listed}")
    if rule.behind:
        codes = (" and " if language == "en" else "、").join(rule.behind)
        parts.append(_BEHIND.fill(codes=codes).say(language))
    if rule.options:
        lines = [f"- `{option.name}`: {option.about.say(language)}" for option in rule.options]
        parts += [heading(_OPTIONS), "\n".join(lines)]
    for title, examples in ((_BAD, rule.bad), (_GOOD, rule.good)):
        parts += [heading(title), *(block for example in examples for block in _shown(example))]
    return "\n\n".join(parts) + "\n"


def _shown(example: str) -> Iterator[str]:
    """An example, and the files it stands beside."""
    yield f"```kpi\n{example.strip()}\n```"
    if isinstance(example, WithData):
        for name, text in example.files.items():
            yield f"`{name}`:"
            yield f"```csv\n{text.strip()}\n```"
