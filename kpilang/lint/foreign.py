"""Rules that a plugin offers: what they raise is told as the plugin's mistake, and all other rules still look."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from traceback import walk_tb
from typing import TYPE_CHECKING

from kpilang.diagnostics import Diagnostic, Mark, Problem
from kpilang.lint.look import Look
from kpilang.lint.rule import Finding, Rule
from kpilang.model.nouns import Kpi
from kpilang.text import Text

if TYPE_CHECKING:
    from types import TracebackType

    from kpilang.settings.document import Scalar

FAILED = Problem(
    "E683",
    "plugin-failed",
    Text(
        en="the rule {rule} of the plugin `{plugin}` failed on {what}: {error}",
        zh="插件 `{plugin}` 的规则 {rule} 检查{what}时出错：{error}",
    ),
    label=Text(en="nothing of what this rule says is shown", zh="这条规则的结果一概未显示"),
    why=Text(
        en="the fault lies in the plugin: `kpi` and the definitions may be as they should",
        zh="问题出在插件里：`kpi` 本身和定义可能都没有错",
    ),
    help=Text(
        en="mend line {line} of `{module}`, or leave the rule out: `ignore: [{code}]`",
        zh="修改 `{module}` 第 {line} 行，或不用这条规则：`ignore: [{code}]`",
    ),
)
_PROJECT = Text(en="the project as a whole", zh="整个项目")
_ONE = Text(en="`{kpi}`", zh=" `{kpi}` ")
_HERE = Text(en="the rule fails on this KPI", zh="规则检查这个 KPI 时出错")

Tell = Callable[[Rule, Finding], Diagnostic]
"""Makes a finding of a rule what is said."""


def look_with(rule: Rule, plugin: Scalar, look: Look, tell: Tell) -> tuple[list[Diagnostic], Diagnostic | None]:
    """What a rule of a plugin finds; where it fails that is None at all, and what is told of that."""
    found, error = _tried(rule, look, tell)
    if error is None:
        return found, None
    kpi, error = next(_alone(rule, look, tell), (None, error))
    name = kpi.declaration.name if kpi else None
    module, line = _place(error.__traceback__)
    failed = FAILED.at(
        plugin.span,
        marks=(Mark(name.span, _HERE),) if name else (),
        rule=f"{rule.code} {rule.name}",
        plugin=plugin.text,
        what=_ONE.fill(kpi=kpi.name) if kpi else _PROJECT,
        error=": ".join([type(error).__name__, *str(error).splitlines()[:1]]),
        module=module,
        line=line,
        code=rule.code,
    )
    return [], failed


def _alone(rule: Rule, look: Look, tell: Tell) -> Iterator[tuple[Kpi, BaseException]]:
    """The KPIs on which a rule fails when it is asked about them alone."""
    for kpi in look.kpis:
        _, error = _tried(rule, replace(look, names=frozenset({kpi.name})), tell)
        if error is not None:
            yield kpi, error


def _tried(rule: Rule, look: Look, tell: Tell) -> tuple[list[Diagnostic], BaseException | None]:
    try:
        found = [tell(rule, each) for each in rule.find(look)]
        found.sort(key=lambda each: each.order)
    except (Exception, SystemExit) as error:  # noqa: BLE001 other people's code may raise anything
        return [], error
    return found, None


def _place(trace: TracebackType | None) -> tuple[str, int]:
    """The module and line in which an error was raised, or which called what raised it in `kpi` itself."""
    frames = [(str(frame.f_globals.get("__name__")), line) for frame, line in walk_tb(trace)]
    others = [place for place in frames if place[0].partition(".")[0] != __name__.partition(".")[0]]
    return (others or frames)[-1]
