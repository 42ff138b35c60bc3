"""Where a source's data lie: places to files, and only files that the project may read."""

from __future__ import annotations

import contextlib
import glob
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kpilang.data.fingerprint import is_duckdb
from kpilang.diagnostics import Diagnostic, Problem
from kpilang.model.nearest import nearest
from kpilang.model.nouns import DataSource, Model
from kpilang.text import Span, Text

PACKED = ".gz"
TEXTS = {".csv": "csv", ".tsv": "csv", ".txt": "csv", ".json": "json", ".ndjson": "ndjson", ".jsonl": "ndjson"}
FORMATS = {
    **TEXTS,
    **{ending + PACKED: format for ending, format in TEXTS.items()},
    ".parquet": "parquet",
    ".pq": "parquet",
    ".xlsx": "excel",
    ".xlsm": "excel",
    ".sqlite": "sqlite",
    ".sqlite3": "sqlite",
    ".duckdb": "duckdb",
    ".ddb": "duckdb",
    ".db": "sqlite",
}
IN_FOLDERS = (".csv", ".tsv", ".csv.gz", ".parquet", ".ndjson")

_ALLOW = Text(
    "move the data into the project's folder, or allow this place: `--allow {folder}`",
    "把数据移到项目文件夹内，或允许读取此处：`--allow {folder}`",
)
UNBOUND = Problem(
    "E501",
    "no-data-place",
    Text("nothing says where the data of `{name}` are", "没有说明 `{name}` 的数据在哪里"),
    help=Text(
        'write one of three: `source {name} from "data/{name}.csv"` in the `.kpi` file, '
        "`sources: {{ {name}: data/{name}.csv }}` in kpi.yaml, or `--source {name}=PATH` on the command line",
        '三种写法任选其一：`.kpi` 文件里写 `source {name} from "data/{name}.csv"`，'
        "kpi.yaml 里写 `sources: {{ {name}: data/{name}.csv }}`，或命令行加 `--source {name}=路径`",
    ),
)
MISSING = Problem(
    "E502",
    "data-missing",
    Text("the data of `{name}` are missing: `{path}` does not exist", "找不到 `{name}` 的数据：`{path}` 不存在"),
    help=Text("correct the path or put the file there{hint}", "更正路径，或把文件放到该处{hint}"),
)
NO_MATCH = Problem(
    "E502",
    "data-missing",
    Text(
        "no file fits `{path}`, where the data of `{name}` should be", "没有文件符合 `{path}`，找不到 `{name}` 的数据"
    ),
    help=Text(
        "correct the pattern or the folder; files must end in {endings}",
        "更正通配符或文件夹；文件须以 {endings} 结尾",
    ),
)
OUTSIDE = Problem(
    "E503",
    "data-outside-project",
    Text(
        "`{path}`, the data of `{name}`, lies outside the project",
        "`{name}` 的数据 `{path}` 在项目文件夹之外",
    ),
    why=Text(
        "a definition may only read its own project's files, so that a project from a stranger is safe to evaluate",
        "定义只能读取本项目的文件，这样计算来历不明的项目才是安全的",
    ),
    help=_ALLOW,
)
NOT_LOCAL = Problem(
    "E504",
    "data-not-a-file",
    Text("`{path}`, the data of `{name}`, is not a file of this machine", "`{name}` 的数据 `{path}` 不是本机的文件"),
    why=Text(
        "data are read from files only, never from the network or a device", "数据只从文件读取，不从网络或设备读取"
    ),
    help=Text(
        "save the data as a CSV or Parquet file in the project's folder and name that file; `--allow PATH` opens another folder",
        "把数据存为项目文件夹内的 CSV 或 Parquet 文件并写出其路径；用 `--allow 路径` 可开放其他文件夹",
    ),
)
UNKNOWN_FORMAT = Problem(
    "E505",
    "data-format",
    Text(
        "`{path}`, the data of `{name}`, is in no format that can be read",
        "`{name}` 的数据 `{path}` 不是可读取的格式",
    ),
    help=Text("files must end in {endings}", "文件须以 {endings} 结尾"),
)
_RESAVE = Text(
    "open it in Excel and save it as a workbook of today, `{saved}`, then name that file",
    "用 Excel 打开并另存为新版工作簿 `{saved}`，再写新文件的名称",
)
OLD = (".xls", ".xlsb", ".ods", ".et")
"""Workbooks that Excel or its like can save as one that is read."""
MIXED_FORMATS = Problem(
    "E505",
    "data-format",
    Text(
        "`{path}`, the data of `{name}`, holds files of several formats side by side",
        "`{name}` 的数据 `{path}` 里同时有多种格式的文件",
    ),
    help=Text(
        "choose one kind: `{path}/*.csv` or `{path}/*.parquet`", "选定一种：`{path}/*.csv` 或 `{path}/*.parquet`"
    ),
)


@dataclass(frozen=True)
class Bound:
    """The files of a source, real and inside what may be read. `names` are the same files as people know them:
    relative to the project where they lie in it."""

    source: str
    files: tuple[Path, ...]
    format: str
    names: tuple[str, ...] = ()


class _RefusedError(Exception):
    """A place that cannot be bound; carries what to tell the user and never leaves this module."""

    def __init__(self, problem: Problem, **values: str | Text | Path) -> None:
        super().__init__(problem.name)
        self.problem, self.values = problem, dict[str, Any](values)


def bind(
    model: Model,
    root: Path,
    bindings: Mapping[str, str],
    names: Iterable[str],
    allowed: Sequence[Path],
) -> tuple[dict[str, Bound], tuple[Diagnostic, ...]]:
    """The files of each named source, and a diagnostic for each that has none or may not read them.

    `bindings` (from kpi.yaml and `--source`) go before a place in the `.kpi` file. What they name need not be
    declared: a name that is no source of the model is passed over, and so is one that is made of another.
    """
    roots = [Path(os.path.realpath(place)) for place in (root, *allowed)]
    bound: dict[str, Bound] = {}
    findings: list[Diagnostic] = []
    for name in dict.fromkeys(names):
        source = model.sources.get(name)
        if source is None or source.grouping is not None:
            continue
        try:
            bound[name] = _bind(source, root, bindings.get(name), roots)
        except _RefusedError as refused:
            findings.append(refused.problem.at(_place(source, name in bindings), name=name, **refused.values))
    return bound, tuple(findings)


def _place(source: DataSource, elsewhere: bool) -> Span:
    """What to point at: the place in the `.kpi` file when it is at fault, else the declaration's head."""
    location = source.declaration.location
    return source.declaration.head if elsewhere or location is None else location.span


def _bind(source: DataSource, root: Path, binding: str | None, roots: Sequence[Path]) -> Bound:
    location = binding if binding is not None else source.location
    if location is None or not location.strip():
        raise _RefusedError(UNBOUND)
    base = root if binding is not None else root / Path(source.declaration.span.source.path).parent
    if "://" in location or "\0" in location:
        raise _RefusedError(NOT_LOCAL, path=location)
    shown = location.rstrip("/") or location
    files = tuple(dict.fromkeys(_real(path, location, roots) for path in _expand(base, location, shown, roots)))
    return Bound(source.name, files, _format(files, shown), tuple(_known_as(path, roots[0]) for path in files))


def _expand(base: Path, location: str, shown: str, roots: Sequence[Path]) -> list[Path]:
    """The files that a place names: a file, the data files of a folder, or those that fit a pattern; never none."""
    whole = base / location
    real = _real(whole, location, roots) if not glob.has_magic(location) or os.path.lexists(whole) else None
    if real is not None and not real.exists():
        raise _RefusedError(MISSING, path=shown, hint=_hint(real))
    if real is not None and not real.is_dir():
        return [whole]
    found = list(_in_folder(whole) if real is not None else _matching(base, location, roots))
    if not found:
        raise _RefusedError(NO_MATCH, path=shown, endings=_endings(IN_FOLDERS if real is not None else FORMATS))
    return sorted(found)


def _in_folder(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if ending(path) in IN_FOLDERS and not path.name.startswith("."):
            yield path


def _matching(base: Path, location: str, roots: Sequence[Path]) -> Iterator[Path]:
    """The files that fit a pattern; the folder before its first wildcard must be one that may be read."""
    parts = Path(location).parts
    first = next(number for number, part in enumerate(parts) if glob.has_magic(part))
    if ".." in parts[first:]:
        raise _RefusedError(OUTSIDE, path=location, folder="..")
    _real(base.joinpath(*parts[:first]), location, roots)
    pattern = os.path.join(glob.escape(str(base)), location)  # noqa: PTH118 - a pattern is no path
    for found in glob.iglob(pattern, recursive=True):  # noqa: PTH207 - Path.glob takes no absolute pattern
        if not Path(found).is_dir():
            yield Path(found)


def _real(path: Path, location: str, roots: Sequence[Path]) -> Path:
    """The path with every link resolved; refused when it lies outside what may be read, or is a device."""
    try:
        real = Path(os.path.realpath(path))
        kind = real.stat().st_mode if real.exists() else None
    except (OSError, ValueError):
        raise _RefusedError(NOT_LOCAL, path=location) from None
    if not any(real == place or place in real.parents for place in roots):
        raise _RefusedError(OUTSIDE, path=location, folder=real.parent)
    if kind is not None and not (real.is_file() or real.is_dir()):
        raise _RefusedError(NOT_LOCAL, path=location)
    return real


def _format(files: Sequence[Path], shown: str) -> str:
    kinds = {_kind(path) for path in files}
    if None in kinds:
        odd = next(path.name for path in files if ending(path) not in FORMATS)
        if odd.lower().endswith(OLD):
            raise _RefusedError(UNKNOWN_FORMAT, path=odd, help=_RESAVE.fill(saved=f"{Path(odd).stem}.xlsx"))
        raise _RefusedError(UNKNOWN_FORMAT, path=odd, endings=_endings(FORMATS))
    if len(kinds) > 1:
        raise _RefusedError(MIXED_FORMATS, path=re.sub(r"/\*[^/]*$", "", shown))
    return str(kinds.pop())


def ending(path: Path) -> str:
    """What a file's name ends in, `.gz` together with what stands before it."""
    return "".join(path.suffixes[-2:] if path.suffix.lower() == PACKED else path.suffixes[-1:]).lower()


def _kind(path: Path) -> str | None:
    """The format of a file by its name; `.db` may be either of two, told by how the file begins."""
    if ending(path) == ".db":
        with contextlib.suppress(OSError):
            return "duckdb" if is_duckdb(path) else "sqlite"
    return FORMATS.get(ending(path))


def _endings(endings: Iterable[str]) -> Text:
    listed = [f"`{ending}`" for ending in endings]
    return Text(", ".join(listed), "、".join(listed))


def _hint(missing: Path) -> Text:
    """Names the entry most like a missing one, in the nearest folder above it that exists."""
    folder, wanted = missing.parent, missing.name
    while not folder.is_dir() and folder != folder.parent:
        folder, wanted = folder.parent, folder.name
    try:
        best = nearest(wanted, (path.name for path in folder.iterdir()))
    except OSError:
        best = None
    if best is None:
        return Text("", "")
    return Text(f"; did you mean `{best}`?", f"；是否想写 `{best}`？")


def _known_as(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix() if root in path.parents else str(path)
