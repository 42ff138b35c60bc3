"""The linter: opinions about definitions whose numbers would be right and whose readers may be misled."""

from kpilang.lint.linter import run
from kpilang.lint.page import explain
from kpilang.lint.settings import LintSettings, RuleSettings

__all__ = ["LintSettings", "RuleSettings", "explain", "run"]
