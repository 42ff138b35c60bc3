"""Runs contestants side by side, each in a process of its own, and compares time, peak memory and values.

A contestant is a task as JSON: statements of SQL, or a kpilang project with a question. As a script it runs the one
task that stands in the file named, and prints what it took.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
FIRST_MONTH = 2024 * 12 + 1
Task = Mapping[str, Any]
Values = dict[tuple[str, ...], float | None]


@dataclass(frozen=True)
class Took:
    """The fastest of some runs: seconds by the clock and of all processors, and the lowest peak of memory in MB.

    `checks` holds, run by run, the seconds that went into verifying keys and how many statements did it.
    """

    wall: float
    cpu: float
    peak: float
    values: Values
    error: str | None = None
    checks: tuple[tuple[float, int], ...] = ()

    def better(self, other: Took) -> Took:
        return replace(
            self,
            wall=min(self.wall, other.wall),
            cpu=min(self.cpu, other.cpu),
            peak=min(self.peak, other.peak),
            checks=self.checks + other.checks,
        )

    def seconds(self, clock: str) -> float:
        return self.wall if clock == "wall" else self.cpu


def contest(tasks: Mapping[str, Task], rounds: int, folder: Path) -> dict[str, Took]:
    """Runs all tasks in turn, `rounds` times, so that a busy machine slows all alike. One that fails runs once."""
    best: dict[str, Took] = {}
    for _ in range(rounds):
        for name, task in tasks.items():
            if name not in best or best[name].error is None:
                took = ran(task, folder)
                best[name] = best[name].better(took) if name in best else took
    return best


def ran(task: Task, folder: Path) -> Took:
    """One run in a process of its own."""
    path = folder / "task.json"
    path.write_text(json.dumps(task), encoding="utf-8")
    command = [sys.executable, __file__, str(path)]
    home = {"XDG_CACHE_HOME": str(folder / "cache"), "LOCALAPPDATA": str(folder / "cache")}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, **home})
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines()
        said = [line for line in lines if "Error" in line] or [f"ended with {done.returncode}"]
        return Took(float("nan"), float("nan"), float("nan"), {}, said[-1][:300])
    found = json.loads(done.stdout)
    values = {tuple(key): value for key, value in found["values"]}
    return Took(found["wall"], found["cpu"], found["peak"], values, checks=tuple(map(tuple, found["checks"])))


def differences(one: Values, other: Values) -> list[tuple[str, ...]]:
    """The keys whose values are not the same; a row that is not there stands for no value or 0."""
    return [key for key in one.keys() | other.keys() if not alike(one.get(key), other.get(key))]


def alike(one: float | None, other: float | None) -> bool:
    """Whether two values are the same but for the rounding of doubles."""
    if one is None or other is None:
        return not one and not other
    return abs(one - other) <= 1e-9 * max(abs(one), abs(other), 1e-3)


# ---- inside the process


def perform(task: Task) -> dict[str, Any]:
    """Does one task; what is imported is imported before the clock starts."""
    prepared = prepare_kpi(task) if task["kind"] == "kpi" else prepare_sql(task)
    wall, cpu = time.perf_counter(), time.process_time()
    found = prepared()
    took = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu, "peak": peak()}
    checks = [CHECKED] if task["kind"] == "kpi" else []
    return {**took, "checks": checks, "values": [[list(key), value] for key, value in found().items()]}


def peak() -> float:
    """Most memory this process ever held, in MB; of this program alone, where the system tells."""
    status = Path("/proc/self/status")
    lines = status.read_text(encoding="ascii").splitlines() if status.exists() else []
    found = [int(line.split()[1]) for line in lines if line.startswith("VmHWM")]
    return (found[0] if found else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss) / 1024


def prepare_sql(task: Task) -> Any:  # noqa: ANN401 - a function that gives a function
    """Statements of which those that begin with SELECT or WITH give values: month, `members` members, KPIs."""
    import duckdb

    def run() -> Any:  # noqa: ANN401
        connection = duckdb.connect()
        for setting in task.get("settings", ()):
            connection.execute(setting)
        answers = [connection.execute(text).fetchall() for text in task["statements"]]
        if task.get("opaque"):
            return dict
        return lambda: sql_values([rows for rows in answers if rows and len(rows[0]) > 1], task)

    return run


def sql_values(answers: list[list[tuple[Any, ...]]], task: Task) -> Values:
    """Columns after the members are KPIs, in the order of the task's names."""
    names, width = iter(task["names"]), 1 + task["members"]
    found: Values = {}
    for rows in answers:
        for column in range(width, len(rows[0])):
            name = next(names)
            for row in rows:
                value = row[column]
                found[(name, *(str(part) for part in row[:width]))] = None if value is None else float(value)
    return found


def prepare_kpi(task: Task) -> Any:  # noqa: ANN401
    """A project, loaded before the clock starts, and a question; load of data and evaluation are timed."""
    sys.path.insert(0, str(ROOT))
    import duckdb  # noqa: F401

    import kpilang.evaluate
    from kpilang.outputs.progress import Progress
    from kpilang.project import evaluate, load, tables
    from kpilang.project.ask import Ask, question

    project = load(Path(task["root"]))
    asked, wrong = question(project, tuple(task["names"]), Ask(grains=task.get("grains"), by=task.get("by")))
    refuse(*project.diagnostics, *wrong)
    allowed = tuple(map(Path, task["allowed"]))
    data = tables.Data(project.settings.sources, allowed, threads=task.get("threads"), **task.get("limits", {}))

    def run() -> Any:  # noqa: ANN401
        with evaluate.loaded(project, asked, data, Progress("en", wanted=False)) as ready:
            refuse(*ready.findings)
            watch(ready.known)
            result = kpilang.evaluate.evaluate(project.model, asked, ready.engine, ready.by_name, known=ready.known)
        return lambda: kpi_values(result.rows)

    return run


CHECKED = [0.0, 0]
"""Seconds that went into verifying keys in this process, and statements."""


def watch(known: Any) -> None:  # noqa: ANN401 - what kpilang knows of keys
    """Take the time of what is asked of it: what it does not remember is asked of the engine."""
    rows = known.rows

    class Counting:
        """An engine that counts."""

        def __init__(self, engine: Any) -> None:  # noqa: ANN401
            self.engine = engine

        def rows(self, sql: str) -> Any:  # noqa: ANN401
            CHECKED[1] += 1
            return self.engine.rows(sql)

    def timed(engine: Any, table: Any, sql: str) -> Any:  # noqa: ANN401
        begun = time.perf_counter()
        found = rows(Counting(engine), table, sql)
        CHECKED[0] += time.perf_counter() - begun
        return found

    known.rows = timed


def refuse(*found: Any) -> None:  # noqa: ANN401
    """No contest where something is wrong with the definitions or the data."""
    if found:
        raise ValueError(found[0].message.en)


def kpi_values(rows: Iterable[Any]) -> Values:
    """Month by its number from the first, then members."""
    found: Values = {}
    for row in rows:
        period = str(row.start.year * 12 + row.start.month - FIRST_MONTH) if row.grain == "month" else row.period
        key = (row.kpi, period, *(str(member) for _, member in row.by))
        found[key] = None if row.value is None else float(row.value)
    return found


if __name__ == "__main__":
    print(json.dumps(perform(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))))
