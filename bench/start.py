"""How long the command takes over definitions, as a multiple of a bare Python interpreter, all measured side by side.

The runs take turns, so that a busy machine slows all of them alike; of each the fastest counts. `cold` knows nothing of
the project, `unchanged` is the run after it, `changed` the run after one KPI was edited. Prints a table and what is
asked for in time and memory; exits with 1 when something is over that and `--hold` is given, or `kpi --version` is over
`--limit`.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import metricflow
import projects

ROOT = Path(__file__).resolve().parents[1]
EXAMPLE = str(ROOT / "examples" / "flights")
KPI = (sys.executable, "-m", "kpilang")
BARE = "bare interpreter"
GROWTH = 1.15
"""How much more a KPI of a larger project may cost than one of a thousand."""
UNCHANGED = 15
"""Bare interpreters that `kpi lint` may take on a project that is as it was."""
LARGE = 10000
ROOM = 200
"""MB that `kpi lint` may take on so many KPIs, and in proportion on more."""


@dataclass
class Run:
    """A command with what is done before each run of it. `seconds`, `cpu` (seconds of processor) and `memory` (MB at
    most) are those of its fastest run; with a `limit`, at most that many times the seconds of the run named `of`; with
    `room`, at most that many MB. What it keeps goes to its `home`."""

    name: str
    command: tuple[str, ...]
    before: Callable[[], object] = lambda: None
    folder: Path = ROOT
    home: str = "home"
    limit: float | None = None
    of: str = BARE
    room: float | None = None
    seconds: float = field(default=float("inf"))
    cpu: float = float("inf")
    memory: float = 0

    def measure(self, environment: dict[str, str], homes: Path) -> None:
        """Runs it once, which must succeed."""
        self.before()
        caches = dict.fromkeys(("HOME", "XDG_CACHE_HOME", "LOCALAPPDATA"), str(homes / self.home))
        started = time.perf_counter()
        with subprocess.Popen(
            self.command,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            cwd=self.folder,
            env={**environment, **caches},
        ) as child:
            said = child.stderr.read() if child.stderr else b""
            _, status, usage = os.wait4(child.pid, 0)
            child.returncode = os.waitstatus_to_exitcode(status)
        self.seconds = min(self.seconds, time.perf_counter() - started)
        if child.returncode:
            raise SystemExit(f"{' '.join(self.command)}\n{said.decode(errors='replace')}")
        self.cpu = min(self.cpu, usage.ru_utime + usage.ru_stime)
        self.memory = max(self.memory, usage.ru_maxrss / (1024 * 1024 if sys.platform == "darwin" else 1024))


def starts(limit: float | None) -> list[Run]:
    """The start of the command on a small project."""
    return [
        Run(BARE, (sys.executable, "-c", "pass")),
        Run("kpi --version", (*KPI, "--version"), limit=limit),
        Run("kpi check, example", (*KPI, "check", "-C", EXAMPLE)),
        Run("kpi lint, example", (*KPI, "lint", "-C", EXAMPLE)),
    ]


def definitions(count: int, home: Path) -> list[Run]:
    """`kpi check` and `kpi lint` on a project of so many KPIs."""
    name = f"home_{count}"
    folder = projects.write_kpis(home / f"kpis_{count}", count)
    edited, edits = folder / "line_0.kpi", iter(range(count * count))

    def forget() -> None:
        for kind in ("project", "of-project", "lint"):
            for file in (home / name).rglob(f"kpilang/{kind}-*.bin"):
                file.unlink()

    def edit() -> None:
        text = edited.read_text(encoding="utf-8")
        edited.write_text(text.replace("kpi kpi_7 ", f"# edit {next(edits)}\nkpi kpi_7 "), encoding="utf-8")

    check, lint = (*KPI, "check", "-C", str(folder)), (*KPI, "lint", "--fail-on", "never", "-C", str(folder))
    growth = GROWTH * count / 1000 if count > 1000 else None
    small, large = count == 1000, count == LARGE
    room = ROOM * count / LARGE if count >= LARGE else None
    same = f"kpi check, {count} unchanged"
    return [
        Run(f"kpi check, {count} cold", check, forget, home=name, limit=growth, of="kpi check, 1000 cold"),
        Run(same, check, limit=12 if small else None, home=name),
        Run(f"kpi check, {count} changed", check, edit, home=name, limit=3 if small else None, of=same),
        Run(
            f"kpi lint, {count} cold",
            lint,
            forget,
            home=name,
            limit=growth,
            of="kpi lint, 1000 cold",
            room=room,
        ),
        Run(f"kpi lint, {count} unchanged", lint, limit=UNCHANGED if small else None, home=name, room=room),
        Run(f"kpi lint, {count} changed", lint, edit, home=name, limit=2 * UNCHANGED if large else None, room=room),
    ]


def rival(count: int, home: Path, mf: Path, environment: dict[str, str], ours: list[Run]) -> Run:
    """`mf validate-configs` on as many metrics, and what is asked of our runs beside it."""
    folder, name = home / f"metrics_{count}", f"mf validate-configs, {count}"
    metricflow.prepare(mf, folder, count, environment)
    ours.append(Run(f"kpi check, {count} cold", (), limit=1 / 5 if count < 5000 else 1 / 3, of=name))
    ours.append(Run(f"kpi check, {count} unchanged", (), limit=1 / 25, of=name))
    ours.append(Run(f"kpi lint, {count} cold", (), limit=1 / 4 if count < 5000 else None, of=name))
    return Run(name, (str(mf), "validate-configs", "--skip-dw"), folder=folder)


def judged(run: Run, clock: str) -> float:
    """The seconds that count: on the wall, or of all processors."""
    return run.cpu if clock == "cpu" else run.seconds


def surroundings() -> dict[str, str]:
    """The environment of all runs: our checkout, no word sent to anybody."""
    quiet = {"DO_NOT_TRACK": "1", "DBT_SEND_ANONYMOUS_USAGE_STATS": "false", "DBT_PROFILES_DIR": "."}
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**inherited, "PYTHONPATH": str(ROOT), **quiet}


def show(runs: list[Run], asked: list[Run], clock: str) -> bool:
    """Prints the table, and says whether everything asked for is kept."""
    by_name = {run.name: run for run in runs}
    bare, kept = by_name[BARE], True
    print(f"{'':<34} {'time':>8} {'cpu':>8} {'seconds':>8} {'MB':>6}")
    for run in runs:
        times = f"{run.seconds / bare.seconds:8.1f} {run.cpu / bare.cpu:8.1f} {run.seconds:8.3f}"
        print(f"{run.name:<34} {times} {run.memory:6.0f}")
    for run in (each for each in (*runs, *asked) if each.limit is not None and each.of in by_name):
        found, limit = judged(by_name[run.name], clock) / judged(by_name[run.of], clock), run.limit or 0
        kept = kept and found <= limit
        word = "kept" if found <= limit else "OVER"
        print(f"{word}: {run.name} = {found:.3f} of {run.of}, asked at most {limit:.3f}")
    for run in (each for each in runs if each.room is not None):
        room = run.room or 0
        kept = kept and run.memory <= room
        print(
            f"{'kept' if run.memory <= room else 'OVER'}: {run.name} takes {run.memory:.0f} MB, asked at most {room:.0f}"
        )
    return kept


def arguments() -> argparse.Namespace:
    """The options of the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=10, help="how often each command is run (default 10)")
    parser.add_argument("--limit", type=float, help="most bare interpreters that `kpi --version` may take")
    parser.add_argument("--kpis", default="1000", metavar="N,N", help="sizes of projects (default 1000; '' for none)")
    parser.add_argument("--metricflow", action="store_true", help="measure MetricFlow beside it, up to 5,000 metrics")
    parser.add_argument("--environment", type=Path, metavar="DIR", help="where MetricFlow is installed, or will be")
    parser.add_argument("--clock", choices=("wall", "cpu"), default="wall", help="what limits are held against")
    parser.add_argument("--hold", action="store_true", help="exit with 1 when anything asked for is not kept")
    return parser.parse_args()


def main() -> int:
    """Measures and prints."""
    options = arguments()
    sizes = [int(size) for size in options.kpis.split(",") if size]
    runs, asked = starts(options.limit), list[Run]()
    with tempfile.TemporaryDirectory() as place:
        home = Path(place)
        environment = surroundings()
        for size in sizes:
            runs += definitions(size, home)
        if options.metricflow:
            sys.path.insert(0, str(ROOT))
            from kpilang import cache

            folder = options.environment or (cache.folder() or home) / "metricflow"
            mf, why = metricflow.command(folder.absolute())
            if why:
                print(f"MetricFlow is left out: {why}")
            else:
                runs += [rival(size, home, mf, environment, asked) for size in sizes if size <= 5000]
        for run in runs:
            run.measure(environment, home)  # the first run writes byte code and tables, which is not what is measured
            run.seconds, run.cpu = float("inf"), float("inf")
        for _ in range(options.rounds):
            for run in runs:
                run.measure(environment, home)
    kept = show(runs, asked, options.clock)
    over = next(run for run in runs if run.name == "kpi --version")
    too_slow = over.limit is not None and judged(over, options.clock) > over.limit * judged(runs[0], options.clock)
    return 1 if too_slow or (options.hold and not kept) else 0


if __name__ == "__main__":
    sys.exit(main())
