"""Finds a project's folder and its `.kpi` files, and reads them; what cannot be read is a diagnostic."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from kpilang.diagnostics import Diagnostic, Problem
from kpilang.settings import FILE
from kpilang.text import Source, Span, Text

UNREADABLE = Problem(
    "E608",
    "unreadable-file",
    Text(en="`{path}` cannot be read: {reason}", zh="无法读取 `{path}`：{reason}"),
)
NOT_UTF8 = Problem(
    "E609",
    "not-utf8",
    Text(
        en="`{path}` is not UTF-8 text: byte {offset} does not fit",
        zh="`{path}` 不是 UTF-8 文本：第 {offset} 个字节不合规",
    ),
    label=Text(en="readable up to here", zh="只能读到这里"),
    help=Text(en="save the file as UTF-8", zh="请把文件另存为 UTF-8 编码"),
)
_NOT_A_FILE = Text(en="it is not an ordinary file", zh="它不是普通文件")


def find_root(place: Path) -> Path | None:
    """The nearest folder from `place` upward that holds `kpi.yaml`; None when there is none."""
    start = place.absolute()
    return next((folder for folder in (start, *start.parents) if (folder / FILE).is_file()), None)


def collect(root: Path, exclude: Iterable[str] = ()) -> tuple[list[Path], list[Diagnostic]]:
    """All `.kpi` files below a folder, sorted by path; without excluded, hidden and other projects' folders."""
    excluded = [_pattern(text) for text in exclude]
    diagnostics: list[Diagnostic] = []
    found = list(_walk(root, root, excluded, {os.path.realpath(root)}, diagnostics))
    return sorted(found, key=lambda path: path.relative_to(root).as_posix()), diagnostics


def _walk(
    root: Path, folder: Path, excluded: list[re.Pattern[str]], seen: set[str], diagnostics: list[Diagnostic]
) -> Iterator[Path]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        shown = folder.relative_to(root).as_posix()
        diagnostics.append(UNREADABLE.at(None, path=shown, reason=error.strerror))
        return
    for entry in entries:
        path = Path(entry.path)
        shown = path.relative_to(root).as_posix()
        if entry.name.startswith(".") or any(pattern.fullmatch(shown) for pattern in excluded):
            continue
        if entry.is_dir():
            real = os.path.realpath(path)
            if real not in seen and not (path / FILE).is_file():
                seen.add(real)
                yield from _walk(root, path, excluded, seen, diagnostics)
        elif entry.name.endswith(".kpi"):
            yield path


@cache
def _pattern(text: str) -> re.Pattern[str]:
    """A glob of `exclude:` as an expression over relative paths: `drafts/` at any depth, `a/b` from the root on."""
    body = text.strip("/").removeprefix("./")
    anchored = "/" in body or text.startswith(("/", "./"))
    pieces = (_PIECES.get(piece) or re.escape(piece) for piece in re.split(r"(\*\*/|\*\*|\*|\?)", body))
    return re.compile(("" if anchored else "(?:.*/)?") + "".join(pieces), re.DOTALL)


_PIECES = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}


def read(path: Path, shown: str) -> tuple[Source | None, tuple[Diagnostic, ...]]:
    """The text of a file, without a byte order mark; None when it cannot be read."""
    if path.exists() and not path.is_file():
        return None, (UNREADABLE.at(None, path=shown, reason=_NOT_A_FILE),)
    try:
        content = path.read_bytes()
    except OSError as error:
        return None, (UNREADABLE.at(None, path=shown, reason=error.strerror),)
    try:
        return Source(shown, content.decode("utf-8-sig")), ()
    except UnicodeDecodeError as error:
        readable = Source(shown, error.object[: error.start].decode("utf-8-sig"))
        span = Span(readable, len(readable.text), len(readable.text))
        return None, (NOT_UTF8.at(span, path=shown, offset=error.start + 1),)
