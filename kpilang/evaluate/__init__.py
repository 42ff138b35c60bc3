"""The way from a model, a question and loaded tables to a result: profile, plan, statements, last arithmetic."""

from __future__ import annotations

from collections.abc import Mapping

from kpilang.data.table import Table
from kpilang.evaluate.engine import Engine
from kpilang.evaluate.evaluation import Evaluation, Explained, texts
from kpilang.model.nouns import Model
from kpilang.plan.question import Question
from kpilang.result import Result

__all__ = ["Explained", "evaluate", "explain"]


def evaluate(
    model: Model, question: Question, engine: Engine, tables: Mapping[str, Table], *, skip_bad: bool = False
) -> Result:
    """The rows of a question: each a value or a reason, not yet judged against targets."""
    return Evaluation(model, question, engine, tables, skip_bad=skip_bad).result()


def explain(
    model: Model, question: Question, engine: Engine, tables: Mapping[str, Table], *, skip_bad: bool = False
) -> tuple[Explained, ...]:
    """The statements that would answer a question, in order."""
    run = Evaluation(model, question, engine, tables, skip_bad=skip_bad)
    return tuple(Explained(item.statement, sql) for item in run.written() for sql in texts(item))
