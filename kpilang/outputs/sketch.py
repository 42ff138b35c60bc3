"""What every drawing of a graph says: the words for nodes and edges, and identifiers that any language can hold."""

from __future__ import annotations

import re
from functools import cached_property

from kpilang.graph.nouns import Graph, Mark, Node, Sort, Tie
from kpilang.outputs.colour import PLAIN, Palette
from kpilang.record import record
from kpilang.text import Text
from kpilang.width import flat

VIEWS = {
    "kpis": Text("KPIs", "KPI 树"),
    "goals": Text("Goals and KPIs", "目标与 KPI"),
    "sources": Text("From files to KPIs", "从文件到 KPI"),
}
SORTS = {
    Sort.FILE: Text("file", "文件"),
    Sort.SOURCE: Text("source", "数据源"),
    Sort.LINK: Text("link", "关联"),
    Sort.DERIVED: Text("derived column", "派生列"),
    Sort.KPI: Text("KPI", "KPI"),
    Sort.GOAL: Text("goal", "目标"),
    Sort.OWNER: Text("owner", "负责人"),
    Sort.TEMPLATE: Text("template", "模板"),
}
TIES = {
    Tie.PARENT: Text("breaks down into", "分解为"),
    Tie.GOAL: Text("measured by", "衡量指标"),
    Tie.DATA: Text("read by", "供读取"),
    Tie.OWNER: Text("answers for", "负责"),
    Tie.TEMPLATE: Text("filled in by", "供填写"),
    Tie.FORMULA: Text("formula", "公式"),
    Tie.GUARD: Text("guard", "护栏指标"),
}
TOLD_APART = (Tie.FORMULA, Tie.GUARD)
"""The edges that do not hold a tree together, and are drawn otherwise."""
MARKS = {
    Mark.UNSOUND: Text("has errors", "有错误"),
    Mark.LOOSE: Text("no goal, no parent", "无目标，无上级"),
    Mark.UNMEASURED: Text("no KPI measures it", "没有 KPI 衡量"),
    Mark.UNREAD: Text("no KPI reads it", "没有 KPI 读取"),
    Mark.SOURCELESS: Text("reads no source", "不读取数据源"),
    Mark.DRAFT: Text("draft", "草稿"),
    Mark.DEPRECATED: Text("deprecated", "已停用"),
    Mark.REPLACED: Text("replaced", "已被取代"),
}
STYLES = {Mark.UNSOUND: "red", Mark.DRAFT: "dim", Mark.DEPRECATED: "dim", Mark.REPLACED: "dim"}
"""How a mark is painted; yellow where nothing is said."""
_OWNER = Text("owner: {owners}", "负责人：{owners}")
_COUNT = Text("{sort}: {count}", "{sort}：{count}")
_STATED = re.compile(r"[^A-Za-z0-9_]")


@record
class Sketch:
    """A graph that is to be drawn: which view it is, in which language, whether only ASCII may be written."""

    graph: Graph
    view: str
    language: str = "en"
    palette: Palette = PLAIN
    ascii_only: bool = False

    @property
    def title(self) -> str:
        return VIEWS[self.view].say(self.language)

    @property
    def summary(self) -> str:
        """How many nodes there are of each sort."""
        sorts = [node.sort for node in self.graph.nodes.values()]
        counts = ((sort, sorts.count(sort)) for sort in Sort if sort in sorts)
        said = (_COUNT.fill(sort=SORTS[sort], count=count).say(self.language) for sort, count in counts)
        return ("，" if self._chinese else ", ").join(said)

    @property
    def _chinese(self) -> bool:
        return self.language.lower().startswith("zh")

    def label(self, node: Node) -> str:
        """What people call it, in one line; empty where it has a name alone."""
        return _line(node.label.say(self.language)) if node.label else ""

    def name(self, node: Node) -> str:
        """Its name, in one line."""
        return _line(node.name)

    def note(self, node: Node) -> str:
        """What a link or a derived column does, in one line."""
        return _line(node.note)

    def marks(self, node: Node) -> list[str]:
        """What is to be noticed about it."""
        return [MARKS[mark].say(self.language) for mark in node.marks]

    def owners(self, node: Node) -> str:
        """Who answers for it, in the view that is about that; else empty."""
        if self.view != "goals" or not node.owners:
            return ""
        owners = [owner if isinstance(owner, str) else owner.say(self.language) for owner in node.owners]
        return _line(_OWNER.fill(owners=("、" if self._chinese else ", ").join(owners)).say(self.language))

    def lines(self, node: Node) -> list[str]:
        """All that is said of it: its label, its name, what it does, who answers for it, its marks."""
        label, name = self.label(node), self.name(node)
        said = [label, name if name != label else "", self.note(node), self.owners(node)]
        return [*(line for line in said if line), *([self.remarks(node)] if node.marks else [])]

    def remarks(self, node: Node) -> str:
        """Its marks in brackets."""
        comma = "；" if self._chinese else "; "
        return f"({comma.join(self.marks(node))})"

    def tie(self, tie: Tie) -> str:
        """The word for an edge."""
        return TIES[tie].say(self.language)

    @cached_property
    def ids(self) -> dict[str, str]:
        """For each key an identifier of ASCII letters, digits and `_` that begins with the sort, so that it is no keyword of
        any language; the same for the same name in every drawing, but for names that differ only in how they are spelled
        out here."""
        found: dict[str, str] = {}
        taken: set[str] = set()
        for key, node in self.graph.nodes.items():
            plain = f"{node.sort}_{_STATED.sub(lambda match: f'_{ord(match[0]):x}_', node.name)}"
            name, more = plain, 2
            while name in taken:
                name, more = f"{plain}__{more}", more + 1
            taken.add(name)
            found[key] = name
        return found


def _line(text: str) -> str:
    """A text in one line, with what cannot be seen made visible."""
    return flat(" ".join(text.split()))
