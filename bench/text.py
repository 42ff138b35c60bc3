"""How long texts under version control take: the formatter as a multiple of parsing, a difference in meaning as a multiple
of checking one state, all in one process and taking turns.

The texts are those of `projects.py`, for the formatter once as they are (half of their lines change) and once in their
form already. Of the two states that are compared, one KPI in twenty says something else; both are parsed and checked
anew, as the one state is that stands beside them. Of each the fastest round counts. Prints the ratios and what is asked
for; exits with 1 when one is over it and `--hold` is given.
"""

from __future__ import annotations

import argparse
import gc
import itertools
import re
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import projects

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from kpilang.diff.comparing import compare  # noqa: E402 the checkout beside this file
from kpilang.project.definitions import Definitions  # noqa: E402 the same
from kpilang.syntax.formatting import format_source  # noqa: E402 the checkout beside this file
from kpilang.syntax.parser import parse  # noqa: E402
from kpilang.text import Source  # noqa: E402

LIMIT = 3
"""Times the parsing that formatting may take, and times the checking of one state that comparing two may."""
PER_CHANGE = 20
"""One in so many KPIs says something else in the other state."""


def texts(count: int) -> tuple[list[Source], list[Source]]:
    """The files of a project, as they are written and in their form."""
    with tempfile.TemporaryDirectory() as place:
        folder = projects.write_kpis(Path(place) / "kpis", count)
        written = [Source(path.name, path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.kpi"))]
    formed = [Source(source.path, format_source(source).text or "") for source in written]
    if any(one.text == other.text for one, other in zip(written, formed, strict=True)):
        raise SystemExit("nothing changes in one of the files")
    return written, formed


def edited(sources: list[Source]) -> list[Source]:
    """The same texts with another formula in one KPI in twenty."""
    numbers = itertools.count()

    def other(line: re.Match[str]) -> str:
        return f"{line[1]}({line[2]}) * 2" if next(numbers) % PER_CHANGE == 0 else line[0]

    return [Source(each.path, re.sub(r"^( +formula +)(.*)$", other, each.text, flags=re.MULTILINE)) for each in sources]


def differences(before: list[Source], after: list[Source]) -> int:
    """How many changes there are between two states, both parsed and checked anew."""
    old, new = (Definitions(each, {}).model for each in (before, after))
    return len(compare(old, new).changes)


def measure(tasks: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Seconds of processor of the fastest run of each task; they take turns."""
    best = dict.fromkeys(tasks, float("inf"))
    for _ in range(rounds + 1):  # the first round makes the tables, which is not what is measured
        for name, task in tasks.items():
            gc.collect()
            started = time.process_time()
            task()
            best[name] = min(best[name], time.process_time() - started)
    return best


def main() -> int:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kpis", type=int, default=1000, help="size of the project (default 1000)")
    parser.add_argument("--rounds", type=int, default=5, help="how often each task is run (default 5)")
    parser.add_argument("--hold", action="store_true", help="exit with 1 when the limit is not kept")
    options = parser.parse_args()
    written, formed = texts(options.kpis)
    other = edited(written)
    if differences(written, other) < options.kpis / PER_CHANGE:
        raise SystemExit("a change was not found")
    best = measure(
        {
            "parse": lambda: [parse(source) for source in written],
            "format": lambda: [format_source(source) for source in written],
            "format what is formatted": lambda: [format_source(source) for source in formed],
            "check": lambda: Definitions(written, {}).model,
            "diff": lambda: differences(written, other),
        },
        options.rounds,
    )
    kept = True
    for name, beside in (("format", "parse"), ("format what is formatted", "parse"), ("diff", "check")):
        ratio = best[name] / best[beside]
        kept = kept and ratio <= LIMIT
        asked = "" if ratio <= LIMIT else f", asked at most {LIMIT}"
        print(f"{name:<26} {best[name]:7.3f} s, {ratio:5.2f} times {beside} ({best[beside]:.3f} s){asked}")
    return 1 if options.hold and not kept else 0


if __name__ == "__main__":
    sys.exit(main())
