"""The rooms of the house: the layer check sees every module, and every room has one place."""

import tomllib
from pathlib import Path

import grimp

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "kpilang"


def modules_on_disk() -> set[str]:
    names = set()
    for path in PACKAGE.rglob("*.py"):
        parts = path.relative_to(ROOT).with_suffix("").parts
        names.add(".".join(parts[:-1] if parts[-1] == "__init__" else parts))
    return names


def rooms_in_layers() -> list[str]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    [contract] = settings["tool"]["importlinter"]["contracts"]
    assert contract["exhaustive"] is True
    return [room.strip() for layer in contract["layers"] for room in layer.replace(":", "|").split("|")]


def test_the_layer_check_looks_at_every_module() -> None:
    seen = grimp.build_graph("kpilang", cache_dir=None).modules
    assert seen == modules_on_disk()


def test_every_room_has_one_place_among_the_layers() -> None:
    rooms = {path.stem for path in PACKAGE.iterdir() if path.suffix == ".py" or (path / "__init__.py").is_file()}
    assert sorted(rooms_in_layers()) == sorted(rooms - {"__init__"})
