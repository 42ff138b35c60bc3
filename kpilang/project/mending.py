"""`kpi lint --fix`: the fixes of a run made in the project's files, or shown as a difference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kpilang.lint.fixing import Mended, Seen, Texts, mend
from kpilang.project.definitions import Definitions
from kpilang.project.linting import Examined, LintAsk, examine
from kpilang.project.rewriting import Rewritten
from kpilang.syntax.formatting import format_source
from kpilang.text import Source

if TYPE_CHECKING:
    from kpilang.project.loading import Project


@dataclass(frozen=True)
class Repaired:
    """A run after its fixes: what is left to say, what was done, and the texts before and after."""

    examined: Examined
    mended: Mended
    rewritten: Rewritten


def repair(project: Project, asked: LintAsk, named: Sequence[str], *, unsafe: bool) -> Repaired:
    """Applies the fixes of what `kpi lint` would show, to texts in memory."""
    texts = {source.path: source.text for source in project.definitions.sources}
    runs: list[tuple[Texts, Examined]] = []

    def see(now: Texts) -> Seen:
        sources = [Source(path, text) for path, text in now.items()]
        changed = replace(project, definitions=Definitions(sources, project.settings.fields))
        found = examine(changed, asked, named)
        runs.append((now, found))
        return Seen(found.findings, changed.model.trees, changed.model.diagnostics)

    done = mend(texts, see, unsafe=unsafe)
    (examined,) = (found for now, found in runs if now is done.texts)
    return Repaired(examined, done, Rewritten(texts, {path: _formed(texts[path], done.texts[path]) for path in texts}))


def _formed(before: str, after: str) -> str:
    """A text that was in its one form is in it after its fixes too."""
    if after == before or format_source(Source("", before)).text != before:
        return after
    return format_source(Source("", after)).text or after
