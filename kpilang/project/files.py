"""Finds a project's folder and its `.kpi` files, and reads them; what cannot be read is a diagnostic."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path

from kpilang.diagnostics import Diagnostic, Problem, Severity
from kpilang.settings import FILE, lies_in
from kpilang.text import Source, Span, Text

UNREADABLE = Problem(
    "E608",
    "unreadable-definitions",
    Text(en="`{path}` cannot be read: {reason}", zh="无法读取 `{path}`：{reason}"),
)
NOT_UTF8 = Problem(
    "E609",
    "definitions-not-utf8",
    Text(
        en="`{path}` is not UTF-8 text: {reason}",
        zh="`{path}` 不是 UTF-8 文本：{reason}",
    ),
    label=Text(en="readable up to here", zh="只能读到这里"),
    help=Text(en="save the file as UTF-8", zh="把文件另存为 UTF-8 编码"),
)
_NO_FIT = Text(en="byte {offset} does not fit", zh="第 {offset} 个字节不合规")
_LOOKS_LIKE = Text(en="it looks like {encoding}", zh="看起来是 {encoding}")
_CONVERT = Text(
    en="save the file as UTF-8, or convert it: `iconv -f {known_as} -t UTF-8 {path} > utf8.kpi && mv utf8.kpi {path}`",
    zh="把文件另存为 UTF-8 编码，或转换：`iconv -f {known_as} -t UTF-8 {path} > utf8.kpi && mv utf8.kpi {path}`",
)
OUTSIDE = Problem(
    "E616",
    "definitions-outside-project",
    Text(en="`{path}` is a link that leads outside the project", zh="`{path}` 是通向项目文件夹之外的链接"),
    why=Text(
        en="only the project's own files are read, so that a project from a stranger is safe to check",
        zh="只读取本项目的文件，这样检查来历不明的项目才是安全的",
    ),
    help=Text(en="copy the file into the project's folder", zh="把文件复制到项目文件夹内"),
)
FOLDER_OUTSIDE = Problem(
    "E617",
    "folder-outside-project",
    Text(
        en="`{path}` leads outside the project, so definitions in it are not read",
        zh="`{path}` 通向项目文件夹之外，其中的定义不会读取",
    ),
    help=Text(
        en="copy its definitions into the project; when it holds none, say so in kpi.yaml: `exclude: [{path}/]`",
        zh="把其中的定义复制到项目内；若其中没有定义，在 kpi.yaml 里写 `exclude: [{path}/]`",
    ),
    severity=Severity.INFO,
)
NOT_OF_PROJECT = Problem(
    "E669",
    "typed-outside-project",
    Text(en="`{path}` is no `.kpi` file in the project `{root}`", zh="`{path}` 不是项目 `{root}` 中的 `.kpi` 文件"),
    help=Text(en="name the file whose text standard input holds", zh="写出标准输入的文本所属的文件"),
)
SUFFIX = ".kpi"
_OUTSIDE = Text(en="it lies outside the repository", zh="它在仓库之外")
_NOT_A_FILE = Text(en="it is not an ordinary file", zh="它不是普通文件")


def find_root(place: Path) -> Path | None:
    """The nearest folder from `place` upward that holds `kpi.yaml`; None when there is none."""
    start = place.absolute()
    return next((folder for folder in (start, *start.parents) if _is_project(folder)), None)


def collect(root: Path, exclude: Iterable[str] = ()) -> tuple[list[Path], list[Diagnostic]]:
    """All `.kpi` files below a folder, sorted by path; without excluded, hidden and other projects' folders.

    Links are followed only inside the folder.
    """
    walk = _Walk(root, [_pattern(text) for text in exclude])
    found = list(walk.files(root))
    return sorted(found, key=lambda path: path.relative_to(root).as_posix()), walk.diagnostics


def selected(paths: Iterable[str], exclude: Iterable[str] = ()) -> list[str]:
    """The `.kpi` files among those below a folder, by their paths from it, that `collect` would find in it."""
    every = list(paths)
    inner = {path.rpartition("/")[0] for path in every if path.endswith(f"/{FILE}")}
    excluded = [_pattern(text) for text in exclude]

    def own(path: str) -> bool:
        hidden = any(part.startswith(".") for part in path.split("/"))
        within = [path, *_above(path)]
        return not hidden and not any(each in inner or any(p.fullmatch(each) for p in excluded) for each in within)

    return sorted(path for path in every if path.endswith(SUFFIX) and own(path))


def _above(path: str) -> Iterator[str]:
    """The folders that a path leads through."""
    while "/" in path:
        path = path.rpartition("/")[0]
        yield path


class _Walk:
    """One pass over the folders of a project; each real folder is entered once."""

    def __init__(self, root: Path, excluded: list[re.Pattern[str]]) -> None:
        self.root, self.excluded = root, excluded
        self.seen = {os.path.realpath(root)}
        self.diagnostics: list[Diagnostic] = []

    def files(self, folder: Path) -> Iterator[Path]:
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError as error:
            self.diagnostics.append(UNREADABLE.at(None, path=self.shown(folder), reason=error.strerror))
            return
        for entry in entries:
            path = Path(entry.path)
            if entry.name.startswith(".") or any(pattern.fullmatch(self.shown(path)) for pattern in self.excluded):
                continue
            if _is_folder(entry):
                yield from self.below(path, linked=entry.is_symlink())
            elif entry.name.endswith(".kpi") and self.own(path, OUTSIDE, linked=entry.is_symlink()):
                yield path

    def below(self, folder: Path, *, linked: bool) -> Iterator[Path]:
        """The files of a folder, unless it is another project's, was entered before, or is not the project's own."""
        real = os.path.realpath(folder)
        if real not in self.seen and self.own(folder, FOLDER_OUTSIDE, linked=linked) and not _is_project(folder):
            self.seen.add(real)
            yield from self.files(folder)

    def own(self, path: Path, problem: Problem, *, linked: bool) -> bool:
        """Whether a path lies in the project once links are resolved; where it does not, that is told."""
        if not linked or lies_in(path, self.root):
            return True
        self.diagnostics.append(problem.at(None, path=self.shown(path)))
        return False

    def shown(self, path: Path) -> str:
        return path.relative_to(self.root).as_posix()


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link to itself, or one that may not be followed
        return False


def _is_project(folder: Path) -> bool:
    return os.path.isfile(folder / FILE)  # noqa: PTH113 Path.is_file raises on what may not be read


def left_out(root: Path, exclude: Iterable[str]) -> Callable[[Path], bool]:
    """Tells of a path below a folder whether it is excluded itself."""
    patterns = [_pattern(text) for text in exclude]
    return lambda path: any(pattern.fullmatch(path.relative_to(root).as_posix()) for pattern in patterns)


@cache
def _pattern(text: str) -> re.Pattern[str]:
    """A glob of `exclude:` as an expression over relative paths: `drafts/` at any depth, `a/b` from the root on."""
    body = text.strip("/").removeprefix("./")
    anchored = "/" in body or text.startswith(("/", "./"))
    pieces = (_PIECES.get(piece) or re.escape(piece) for piece in re.split(r"(\*\*/|\*\*|\*|\?)", body))
    return re.compile(("" if anchored else "(?:.*/)?") + "".join(pieces), re.DOTALL)


_PIECES = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}


def typed(path: Path, root: Path, content: bytes) -> tuple[Source | None, tuple[Diagnostic, ...]]:
    """The text that stands for a file of the project before it is saved."""
    inside = Path(os.path.abspath(path))  # noqa: PTH100 links stay as they are: the file need not be there
    if inside.suffix != SUFFIX or not inside.is_relative_to(root):
        return None, (NOT_OF_PROJECT.at(None, path=path, root=root),)
    return decoded(content, inside.relative_to(root).as_posix())


def read_own(path: Path, around: Path, shown: str) -> tuple[Source | None, tuple[Diagnostic, ...]]:
    """The text of a file that settings name; one outside `around`, the repository or project, is not read."""
    if not lies_in(path, around):
        return None, (UNREADABLE.at(None, path=shown, reason=_OUTSIDE),)
    return read(path, shown)


def read(path: Path, shown: str) -> tuple[Source | None, tuple[Diagnostic, ...]]:
    """The text of a file, without a byte order mark; None when it cannot be read."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return None, (UNREADABLE.at(None, path=shown, reason=_NOT_A_FILE),)
        content = path.read_bytes()
    except OSError as error:
        return None, (UNREADABLE.at(None, path=shown, reason=error.strerror),)
    return decoded(content, shown)


def decoded(content: bytes, shown: str) -> tuple[Source | None, tuple[Diagnostic, ...]]:
    """The text that bytes are, without a byte order mark; None when they are none."""
    try:
        if b"\0" not in content or _encoding(content) is None:
            return Source(shown, content.decode("utf-8-sig")), ()
        end = 0
    except UnicodeDecodeError as error:
        end = error.start
    readable = Source(shown, content[:end].decode("utf-8-sig"))
    span = Span(readable, len(readable.text), len(readable.text))
    encoding = _encoding(content)
    if encoding is None:
        return None, (NOT_UTF8.at(span, path=shown, reason=_NO_FIT.fill(offset=end + 1)),)
    from shlex import quote

    known_as = encoding.replace("UTF-16-", "UTF-16")  # as iconv calls it on every system
    mend = _CONVERT.fill(known_as=known_as, path=quote(shown))
    return None, (NOT_UTF8.at(span, help=mend, path=shown, reason=_LOOKS_LIKE.fill(encoding=encoding)),)


def _encoding(content: bytes) -> str | None:
    """What a text is likely encoded in instead of UTF-8; None where nothing speaks for another encoding."""
    from kpilang.data import decoding

    found = decoding.encoding_of(content[: decoding.HEAD])
    if found != decoding.UTF8:
        return found
    return decoding.GB18030 if decoding.looks_chinese(content[: decoding.CHUNK]) else None
