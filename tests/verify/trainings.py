"""Trainings whose figures are compared: ours as runs, plain Keras as a script, one core each.

Every training gets one thread, so that as many run at once as there are cores without disturbing
each other: two at once on two cores take half to two thirds of the time of one after the other.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Collection, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.catalog import Catalog
from engine.data.fetch import fetch
from engine.process.launch import launch
from engine.process.order import Order
from engine.recipe import Recipe
from engine.run.report import Report, read_report
from engine.settings import Settings

SEEDS = (1, 2, 3)
"""Of the models, fixed in advance; the rows are always dealt out with split seed 0."""

ONE_THREAD = {
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "CUDA_VISIBLE_DEVICES": "-1",
}


@dataclass
class Outcomes:
    """What came of one preset.

    Attributes:
        ours: A report for each seed.
        plain: What the plain script printed for each; empty where the preset has no figure to be
            held against, or the recipe no script.
    """

    ours: list[Future[Report]] = field(default_factory=list)
    plain: list[Future[dict[str, Any]]] = field(default_factory=list)


def begin(
    recipe: Recipe, presets: Collection[str], runs: Path, pool: ThreadPoolExecutor
) -> dict[str, Outcomes]:
    """Put trainings of a recipe into a pool and return what will come of each preset.

    Args:
        recipe: The recipe.
        presets: Those that are wanted.
        runs: Where our runs go.
        pool: What runs them.
    """
    found = {name: Outcomes() for name in presets}
    for name in presets:
        preset = recipe.presets[name]
        has_script = (Path(__file__).parent.parent / "plain" / f"{recipe.name}.py").exists()
        for seed in SEEDS:
            found[name].ours.append(pool.submit(_ours, recipe.name, name, seed, runs))
            if preset.published and has_script:
                values = recipe.values(name, {})
                found[name].plain.append(pool.submit(_plain, recipe, name, values, seed))
    return found


def _ours(recipe: str, preset: str, seed: int, runs: Path) -> Report:
    order = Order(
        entry=Catalog.load().find(recipe), preset=preset, seed=seed, device="cpu", threads=1
    )
    folder = order.place(runs)
    if launch(folder).wait() != 0:
        raise SystemExit(folder.console_log.read_text())
    report = read_report(folder)
    _say(f"{recipe} {preset}, seed {seed}: {report.epochs} epochs in {report.seconds:.0f} s")
    return report


def _plain(recipe: Recipe, preset: str, values: Mapping[str, Any], seed: int) -> dict[str, Any]:
    settings = Settings.load()
    file = recipe.official.files[0]
    path = fetch(file, settings.data_search, settings.data, lambda done, size: None).path
    done = subprocess.run(
        [
            *(sys.executable, "-P", "-m", f"tests.plain.{recipe.name}"),
            *(str(path), json.dumps(values), str(seed)),
        ],
        capture_output=True,
        check=False,
        env={**os.environ, **ONE_THREAD, "PYTHONPATH": str(Path.cwd())},
    )
    if done.returncode != 0:
        raise SystemExit(done.stderr.decode())
    found: dict[str, Any] = json.loads(done.stdout)
    _say(f"plain Keras, {recipe.name} {preset}, seed {seed}: {sum(found['epoch_seconds']):.0f} s")
    return found


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
