"""The way from a model, a question and loaded tables to a result: profile, plan, statements, last arithmetic."""

from __future__ import annotations

from collections.abc import Mapping

from kpilang.data.table import Table
from kpilang.evaluate.engine import Engine
from kpilang.evaluate.evaluation import Evaluation, Explained, texts
from kpilang.evaluate.known import Known
from kpilang.model.nouns import Model
from kpilang.plan.question import Question
from kpilang.result import Result

__all__ = ["Explained", "Known", "evaluate", "explain"]


def evaluate(
    model: Model,
    question: Question,
    engine: Engine,
    tables: Mapping[str, Table],
    *,
    skip_bad: bool = False,
    known: Known | None = None,
) -> Result:
    """The rows of a question: each a value or a reason, not yet judged against targets.

    What `known` knows of keys is not verified again.
    """
    return Evaluation(model, question, engine, tables, skip_bad=skip_bad, known=known).result()


def explain(
    model: Model,
    question: Question,
    engine: Engine,
    tables: Mapping[str, Table],
    *,
    skip_bad: bool = False,
    known: Known | None = None,
) -> tuple[Explained, ...]:
    """The statements that would answer a question, in order."""
    run = Evaluation(model, question, engine, tables, skip_bad=skip_bad, known=known)
    made = (Explained(group, sql) for group, sql in run.maker.made)
    return (*made, *(Explained(item.statement, sql) for item in run.written() for sql in texts(item)))
