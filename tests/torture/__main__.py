"""Kills every recipe's worker, and searches, at named points and random moments, and compares.

``python -m tests.torture [--backend tensorflow|jax] [--kills 25] [--seed 1] [RECIPE ...]``: for
each recipe an untouched run, then one kill at each point it came by, some at random moments and
some in a row on one run, each followed by a resume. Weights and epochs have to be those of the
untouched run, bit for bit. ``search`` among the names: searches are killed likewise, coordinator,
trial or both, and have to end with the table of the untouched one; see
:mod:`tests.torture.searches`. Exits with 1 if any is not.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from engine.catalog import Catalog
from tests.torture import searches
from tests.torture.stable import Stable
from tests.torture.trial import Outcome, Trial, named

SEARCH = "search"
"""The name for searches among those of recipes."""

_ROW = 10  # kills in a row on one run

_SMALL: dict[str, dict[str, Any]] = {
    "wine": {"epochs": 80, "patience": 30},
    "mnist": {"epochs": 30, "units": (32, 16), "class_weights": "balanced"},
    "imdb": {"epochs": 20, "words": 500, "length": 40, "embedding": 8, "units": (8,)},
}
"""What makes a training short that has a hundred kills before it."""


def main(arguments: list[str]) -> int:
    """Torture recipes; print a line for each kind of kill."""
    parser = argparse.ArgumentParser(prog="python -m tests.torture")
    parser.add_argument("recipes", nargs="*", metavar="RECIPE|search")
    parser.add_argument("--backend", default="tensorflow")
    parser.add_argument("--kills", type=int, default=25)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args(arguments)
    names = asked.recipes or [*sorted(Catalog.load().entries), SEARCH]
    bad = _torture_recipes([each for each in names if each != SEARCH], asked)
    if SEARCH in names:
        chance = random.Random(asked.seed)
        for kind in searches.KINDS:
            with tempfile.TemporaryDirectory() as runs:
                kills = -(-asked.kills // len(searches.KINDS))  # shared out, rounded up
                bad += searches.torture(Path(runs), asked.backend, kind, kills, chance)
    print("All ended as if nothing had happened." if not bad else f"{bad} did NOT end alike.")
    return 1 if bad else 0


def _torture_recipes(recipes: list[str], asked: argparse.Namespace) -> int:
    """Torture runs of recipes; return how many did not end alike."""
    if not recipes:
        return 0
    bad = 0
    stable = Stable(asked.backend)
    try:
        for recipe in recipes:
            with tempfile.TemporaryDirectory() as runs:
                small = {"patience": 12, **_SMALL.get(recipe, {"epochs": 10})}
                trial = Trial(Path(runs), stable, recipe, asked.backend, **small)
                trial.untouched()  # the first one reads files from the disk
                begun = time.monotonic()
                untouched, points = trial.untouched()
                seconds = time.monotonic() - begun
                print(f"{recipe}: {len(untouched.epochs)} epochs, {seconds:.1f} s", flush=True)
                bad += _at_points(trial, untouched, named(points))
                chance = random.Random(asked.seed)
                moments = [chance.uniform(0, seconds) for _ in range(asked.kills)]
                bad += _at_moments(trial, stable, untouched, moments)
                bad += _in_a_row(trial, stable, untouched, chance, seconds)
    finally:
        stable.close()
    return bad


def _at_points(trial: Trial, untouched: Outcome, points: list[str]) -> int:
    bad = 0
    for point in points:
        outcome, step = trial.killed_at(point)
        bad += _tell(point, outcome, untouched, f"went on from step {step}")
    return bad


def _at_moments(trial: Trial, stable: Stable, untouched: Outcome, moments: list[float]) -> int:
    bad = 0
    for moment in moments:
        folder = trial.place()
        code = _kill_after(stable, stable.start(folder), moment)
        if code == 0:
            outcome, words = Outcome.of(folder), "had ended"
        else:
            outcome, step = trial.go_on(folder)
            words = f"went on from step {step}"
        bad += _tell(f"after {moment:.2f} s", outcome, untouched, words)
    return bad


def _in_a_row(
    trial: Trial, stable: Stable, untouched: Outcome, chance: random.Random, seconds: float
) -> int:
    folder = trial.place()
    for kills in range(_ROW):
        if _kill_after(stable, stable.start(folder), chance.uniform(0.3, 0.6) * seconds) == 0:
            return _tell(f"{kills} kills in a row", Outcome.of(folder), untouched, "had ended")
    outcome, step = trial.go_on(folder)
    return _tell(f"{_ROW} kills in a row", outcome, untouched, f"went on from step {step}")


def _kill_after(stable: Stable, pid: int, seconds: float) -> int:
    time.sleep(seconds)
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    return stable.wait(pid)


def _tell(what: str, outcome: Outcome, untouched: Outcome, words: str) -> int:
    alike = outcome == untouched
    print(f"  {'alike' if alike else 'NOT ALIKE':<10}{what:<50} {words}", flush=True)
    return 0 if alike else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
