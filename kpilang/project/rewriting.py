"""Texts of files before and after: what differs, as a patch, and writing them."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from kpilang.diagnostics import Diagnostic, Problem
from kpilang.text import Text

CHANGED = Problem(
    "E667",
    "changed-meanwhile",
    Text(
        en="`{path}` changed while its new text was made, and is left as it is",
        zh="`{path}` 在生成新文本期间被改动，已保持原样",
    ),
    help=Text(en="run it again", zh="重新运行"),
)
UNWRITABLE = Problem(
    "E668", "cannot-mend", Text(en="`{path}` cannot be written: {reason}", zh="无法写入 `{path}`：{reason}")
)
_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Rewritten:
    """Texts by path, before and after."""

    before: Mapping[str, str]
    after: Mapping[str, str]

    @property
    def changed(self) -> tuple[str, ...]:
        """The files whose text is another one now."""
        return tuple(path for path, text in self.after.items() if text != self.before[path])

    def difference(self) -> Iterator[str]:
        """The lines that changed, as a patch."""
        for path in self.changed:
            lines = (self.before[path].splitlines(keepends=True), self.after[path].splitlines(keepends=True))
            for line in difflib.unified_diff(*lines, f"a/{path}", f"b/{path}"):
                yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"

    def save(self, folder: Path) -> tuple[Diagnostic, ...]:
        """Writes the files that changed, by their paths from `folder`; one that somebody else changed meanwhile stays as
        it is."""
        from kpilang.outputs.files import replacing

        wrong: list[Diagnostic] = []
        for path in self.changed:
            file = folder / path
            try:
                content = file.read_bytes()
                mark = _MARK if content.startswith(_MARK) else b""
                if content.removeprefix(mark) != self.before[path].encode():
                    wrong.append(CHANGED.at(None, path=path))
                    continue
                with replacing(file) as draft:
                    draft.write_bytes(mark + self.after[path].encode())
            except OSError as error:
                wrong.append(UNWRITABLE.at(None, path=path, reason=error.strerror))
        return tuple(wrong)
