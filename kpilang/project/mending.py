"""`kpi lint --fix`: the fixes of a run made in the project's files, or shown as a difference."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kpilang.diagnostics import Diagnostic, Problem
from kpilang.lint.fixing import Mended, Seen, Texts, mend
from kpilang.project.definitions import Definitions
from kpilang.project.linting import Examined, LintAsk, examine
from kpilang.text import Source, Text

if TYPE_CHECKING:
    from kpilang.project.loading import Project

CHANGED = Problem(
    "E667",
    "changed-meanwhile",
    Text(
        en="`{path}` changed while it was being mended, and is left as it is", zh="`{path}` 在修正期间被改动，未作修正"
    ),
    help=Text(en="run it again", zh="重新运行"),
)
UNWRITABLE = Problem(
    "E668", "cannot-mend", Text(en="`{path}` cannot be written: {reason}", zh="无法写入 `{path}`：{reason}")
)
_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Repaired:
    """A run after its fixes: what is left to say, what was done, and the texts before and after."""

    examined: Examined
    mended: Mended
    before: Texts

    @property
    def changed(self) -> tuple[str, ...]:
        """The files whose text is another one now."""
        return tuple(path for path, text in self.mended.texts.items() if text != self.before[path])

    def difference(self) -> Iterator[str]:
        """The lines that changed, as a patch."""
        for path in self.changed:
            lines = (self.before[path].splitlines(keepends=True), self.mended.texts[path].splitlines(keepends=True))
            for line in difflib.unified_diff(*lines, f"a/{path}", f"b/{path}"):
                yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


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
    return Repaired(examined, done, texts)


def save(project: Project, repaired: Repaired) -> tuple[Diagnostic, ...]:
    """Writes the files that changed; one that somebody else changed meanwhile stays as it is."""
    from kpilang.outputs.files import replacing

    wrong: list[Diagnostic] = []
    for path in repaired.changed:
        file = project.root / path
        try:
            content = file.read_bytes()
            mark = _MARK if content.startswith(_MARK) else b""
            if content.removeprefix(mark) != repaired.before[path].encode():
                wrong.append(CHANGED.at(None, path=path))
                continue
            with replacing(file) as draft:
                draft.write_bytes(mark + repaired.mended.texts[path].encode())
        except OSError as error:
            wrong.append(UNWRITABLE.at(None, path=path, reason=error.strerror))
    return tuple(wrong)
