"""Logs the watched run's figures with ``wandb``; run by an interpreter that has it.

``python leet_run.py FOLDER`` says in a line where the run lies, and goes on until it is killed.
"""

from __future__ import annotations

import itertools
import sys
import time
from pathlib import Path

import wandb
from walk import INTERVAL_SECONDS, POINTS, points


def _log(folder: str) -> None:
    quiet = wandb.Settings(x_disable_stats=True, x_disable_meta=True, console="off")
    run = wandb.init(project="bench", dir=folder, settings=quiet)
    figures = points()
    for metrics in itertools.islice(figures, POINTS):
        run.log(metrics)
    print(Path(run.settings.sync_dir).resolve(), flush=True)
    due = time.monotonic()
    for metrics in figures:
        run.log(metrics)
        due += INTERVAL_SECONDS
        time.sleep(max(0.0, due - time.monotonic()))


if __name__ == "__main__":
    _log(sys.argv[1])
