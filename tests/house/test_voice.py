"""What users are told has one voice: clauses without full stops, in both languages."""

import ast
import re
from pathlib import Path

PARTS = ("message", "label", "why", "help")
FILES = sorted((Path(__file__).parents[2] / "kpilang").rglob("*.py"))


def said(text: ast.Call) -> list[object]:
    values = [*text.args, *(keyword.value for keyword in text.keywords)]
    return [value.value for value in values if isinstance(value, ast.Constant)]


def declared(tree: ast.AST) -> list[tuple[str, str]]:
    """English and Chinese of every part of every Problem."""
    problems = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and ast.unparse(node.func) == "Problem"]
    texts = [value for each in problems for value in (*each.args, *(key.value for key in each.keywords))]
    both = [said(text) for text in texts if isinstance(text, ast.Call) and ast.unparse(text.func) == "Text"]
    return [(str(one[0]), str(one[1])) for one in both if len(one) == 2]


ALL = [pair for path in FILES for pair in declared(ast.parse(path.read_text(encoding="utf-8")))]


def test_a_clause_begins_small_and_ends_without_full_stop() -> None:
    assert len(ALL) > 300
    assert [english for english, _ in ALL if english.endswith(".") or re.match(r"[A-Z][a-z ]", english)] == []
    assert [chinese for _, chinese in ALL if "。" in chinese] == []
