"""How long the command takes to start, as a multiple of a bare Python interpreter, all measured side by side.

The runs take turns, so that a busy machine slows all of them alike; of each the fastest counts. Prints a table; with
`--limit 5` it fails when `kpi --version` takes more than five bare interpreters.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
EXAMPLE = str(ROOT / "examples" / "flights")
KPI = (sys.executable, "-m", "kpilang")
RUNS: dict[str, tuple[str, ...]] = {
    "bare interpreter": (sys.executable, "-c", "pass"),
    "kpi --version": (*KPI, "--version"),
    "kpi check": (*KPI, "check", "-C", EXAMPLE),
    "kpi lint": (*KPI, "lint", "-C", EXAMPLE),
}


def seconds(command: tuple[str, ...]) -> float:
    """How long one run takes, which must succeed."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    started = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True, env=environment)
    return time.perf_counter() - started


def ratios(rounds: int) -> dict[str, float]:
    """The fastest run of each command over the fastest bare interpreter."""
    fastest = dict.fromkeys(RUNS, float("inf"))
    for command in RUNS.values():
        seconds(command)  # the first run writes byte code, which is not what is measured
    for _ in range(rounds):
        for name, command in RUNS.items():
            fastest[name] = min(fastest[name], seconds(command))
    return {name: value / fastest["bare interpreter"] for name, value in fastest.items()}


def main() -> int:
    """Measures and prints; 1 when `kpi --version` is over the limit, else 0."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=10, help="how often each command is run (default 10)")
    parser.add_argument("--limit", type=float, help="most bare interpreters that `kpi --version` may take")
    options = parser.parse_args()
    measured = ratios(options.rounds)
    for name, ratio in measured.items():
        print(f"{name:<18} {ratio:6.1f}")
    return 1 if options.limit is not None and measured["kpi --version"] > options.limit else 0


if __name__ == "__main__":
    sys.exit(main())
