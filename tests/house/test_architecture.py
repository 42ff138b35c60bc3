"""docs/architecture.md tells the truth: its paths exist, its rooms are the layers, in their order."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
PATH = re.compile(r"`(\.?[\w.-]+(?:/[\w.-]+)*/?)`")


def paths() -> list[str]:
    """What stands in code type and looks like a path: it has a slash, or ends like a file of ours."""
    return [name for name in PATH.findall(PAGE) if "/" in name or name.endswith((".py", ".md", ".toml", ".lark"))]


def rooms() -> list[str]:
    """The first column of the table of rooms, without `kpilang/` and the ending."""
    table = PAGE.split("| room | holds |")[1].split("\n\n")[0]
    return [Path(name).stem for name in re.findall(r"^\| `kpilang/([\w./]+)` ", table, flags=re.MULTILINE)]


def test_each_path_that_the_page_names_exists() -> None:
    assert len(paths()) > 30
    assert [name for name in paths() if not (ROOT / name).exists()] == []


def test_the_rooms_are_the_layers_from_top_to_bottom() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    layers = settings["tool"]["importlinter"]["contracts"][0]["layers"]
    assert rooms() == [room.strip() for layer in layers for room in layer.replace(":", "|").split("|")]


def test_each_word_of_the_glossary_is_explained_once() -> None:
    table = PAGE.split("| word | Chinese | is |")[1]
    words = [word for row in re.findall(r"^\| ([a-z, -]+) \|", table, flags=re.MULTILINE) for word in row.split(", ")]
    assert len(words) > 25
    assert len(words) == len(set(words))
