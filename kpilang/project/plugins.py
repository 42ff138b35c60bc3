"""Rules that a project has written in Python: only those that its kpi.yaml names are imported, and importing runs code."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from importlib.metadata import EntryPoint, entry_points
from typing import TYPE_CHECKING

from kpilang.diagnostics import Diagnostic, Problem
from kpilang.lint import linter
from kpilang.lint.rule import Rule
from kpilang.model.nearest import hint
from kpilang.text import Text

if TYPE_CHECKING:
    from kpilang.settings.document import Scalar

GROUP = "kpilang.rules"
_CODE = re.compile(r"[A-Z]{2,}[0-9]{3}")
_NAME = re.compile(r"[a-z]+(-[a-z0-9]+)*")

NOT_INSTALLED = Problem(
    "E670",
    "plugin-not-installed",
    Text(en="no installed package offers rules called `{name}`", zh="没有已安装的包提供名为 `{name}` 的规则"),
    help=Text(
        en="install it where `kpi` is installed; it offers them as an entry point of `{group}`: {hint}",
        zh="把它安装到 `kpi` 所在的环境；它通过入口点 `{group}` 提供规则：{hint}",
    ),
)
UNUSABLE = Problem(
    "E671",
    "unusable-plugin",
    Text(en="`{name}` offers no rules that can be used: {why}", zh="`{name}` 提供的规则无法使用：{why}"),
)
_NO_RULES = Text(en="{value} is neither a rule nor a list of rules", zh="{value} 既不是规则也不是规则列表")
_BAD_CODE = Text(
    en="a code has two capital letters or more and three digits, as in `AC101`, not `{code}`",
    zh="代码由两个以上大写字母和三位数字组成，如 `AC101`，而不是 `{code}`",
)
_BAD_NAME = Text(
    en="a name is written like `missing-owner`, not `{name}`", zh="规则名应写成 `missing-owner` 这样，而不是 `{name}`"
)
_TAKEN = Text(en="there is a rule `{word}` already", zh="已有规则 `{word}`")


def load(names: Iterable[Scalar]) -> tuple[tuple[tuple[Rule, Scalar], ...], tuple[Diagnostic, ...]]:
    """The rules of the entry points named, each with that name, and what is wrong with them."""
    found: list[tuple[Rule, Scalar]] = []
    wrong: list[Diagnostic] = []
    for name in names:
        offered = {point.name: point for point in entry_points(group=GROUP)}
        if name.text not in offered:
            missed = NOT_INSTALLED.at(name.span, name=name.text, group=GROUP, hint=hint(name.text, offered))
            wrong.append(missed)
            continue
        loaded, why = _loaded(offered[name.text])
        why = why or next(_objections(loaded, (*linter.rules(), *(rule for rule, _ in found))), None)
        if why is None:
            found += ((rule, name) for rule in loaded)
        else:
            wrong.append(UNUSABLE.at(name.span, name=name.text, why=why))
    return tuple(found), tuple(wrong)


def _loaded(point: EntryPoint) -> tuple[list[Rule], object]:
    """The rules of an entry point, or why there are none."""
    try:
        value = point.load()
    except (ImportError, AttributeError, SyntaxError) as error:
        return [], str(error) or type(error).__name__
    except (Exception, SystemExit) as error:  # noqa: BLE001 other people's code may raise anything
        return [], ": ".join([type(error).__name__, *str(error).splitlines()[:1]])
    offered = [value] if isinstance(value, Rule) else value
    if not isinstance(offered, list | tuple) or not all(isinstance(item, Rule) for item in offered):
        return [], _NO_RULES.fill(value=point.value)
    return list(offered), None


def _objections(offered: Sequence[Rule], known: Sequence[Rule]) -> Iterator[Text]:
    taken = {word for rule in known for word in (rule.code, rule.name)}
    for rule in offered:
        if not _CODE.fullmatch(rule.code):
            yield _BAD_CODE.fill(code=rule.code)
        if not _NAME.fullmatch(rule.name):
            yield _BAD_NAME.fill(name=rule.name)
        for word in (rule.code, rule.name):
            if word in taken:
                yield _TAKEN.fill(word=word)
            taken.add(word)
