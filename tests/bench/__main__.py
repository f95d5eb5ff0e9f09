"""Measures what is promised of speed; each figure against its counterpart, in turns, in one run.

``python -m tests.bench [NAME ...]`` runs all measurements, or those named. Absolute times belong to
the machine and the moment; the ratios are what is promised. Exits with 1 if a promise is not kept.
"""

from __future__ import annotations

import sys
from functools import partial

from engine.errors import Problem
from tests.bench import (
    epochs,
    many_runs,
    pressing,
    reading,
    scrolling,
    search,
    search_memory,
    snapshots,
    standby,
    startup,
    watching,
)

MEASUREMENTS = {
    **{name: partial(epochs.measure, name) for name in epochs.CONTESTS},
    "help": startup.measure_help,
    "frame": startup.measure_frame,
    "watching": watching.measure,
    "training": watching.measure_training,
    "quiet": watching.measure_quiet,
    "scrolling": scrolling.measure,
    "runs": many_runs.measure,
    "keys": pressing.measure,
    "reading": reading.measure,
    "standby": standby.measure,
    "snapshots": snapshots.measure,
    "search": search.measure,
    "search-memory": search_memory.measure,
}


def main(names: list[str]) -> int:
    """Run measurements and print a row for each."""
    kept = True
    print(f"{'measurement':<34} {'ours':>12} {'counterpart':>12} {'figure':>10} {'promised':>10}")
    for name in names or MEASUREMENTS:
        try:
            for row in MEASUREMENTS[name]():
                kept &= row.kept
                print(row, flush=True)
        except Problem as problem:
            print(f"{name}: {problem}", file=sys.stderr)
            kept = False
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
