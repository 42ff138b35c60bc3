"""Texts of files before and after: what differs, as a patch, and writing them."""

from __future__ import annotations

import difflib
import io
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
_READ_ONLY = Text(en="it is read-only", zh="文件是只读的")
_MAY_BE_WRITTEN = 0o222
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
            lines = (_lines(self.before[path]), _lines(self.after[path]))
            for line in difflib.unified_diff(*lines, f"a/{path}", f"b/{path}"):
                yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"

    def save(self, folder: Path) -> tuple[tuple[str, ...], tuple[Diagnostic, ...]]:
        """Writes the files that changed, by their paths from `folder`: those that were written, and what is wrong with the
        others. One that somebody else changed meanwhile stays as it is, and is told unless it says the new text already."""
        from kpilang.outputs.files import replacing

        written: list[str] = []
        wrong: list[Diagnostic] = []
        for path in self.changed:
            file = folder / path
            try:
                content = file.read_bytes()
                mark = _MARK if content.startswith(_MARK) else b""
                found, wanted = content.removeprefix(mark), self.after[path].encode()
                if found != wanted and not file.stat().st_mode & _MAY_BE_WRITTEN:
                    wrong.append(UNWRITABLE.at(None, path=path, reason=_READ_ONLY))
                elif found == self.before[path].encode():
                    with replacing(file) as draft:
                        draft.write_bytes(mark + wanted)
                    written.append(path)
                elif found != wanted:  # another run, or another name of the file, may have written it
                    wrong.append(CHANGED.at(None, path=path))
            except OSError as error:
                wrong.append(UNWRITABLE.at(None, path=path, reason=error.strerror))
        return tuple(written), tuple(wrong)


def _lines(text: str) -> list[str]:
    """Lines as a patch counts them: nothing but a line feed ends one."""
    return io.StringIO(text, newline="\n").readlines()
