"""Trains the recipes' presets on their official data and writes ``docs/RESULTS.md``.

``python -m tests.verify [RECIPE ...]``. Split seed 0 and model seeds 1, 2, 3 are fixed in advance;
nothing is chosen after the fact. Beside each published figure stand ours (mean and spread of the
three), and those of a plain Keras script of the same network on the same rows, with the same seeds:
a published figure is often one lucky run on an unknown split, and the script tells a fault of ours
from that. Takes about a quarter of an hour on two cores.
"""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from engine.catalog import Catalog
from engine.process.launch import launch
from engine.process.order import Order
from engine.recipe import Recipe
from engine.run.conditions import versions
from engine.run.report import Report, read_report
from tests.bench.epochs import wine_csv

SEEDS = (1, 2, 3)
RESULTS = Path(__file__).parent.parent.parent / "docs" / "RESULTS.md"


def main(names: Sequence[str]) -> int:
    """Train, compare, write."""
    catalog = Catalog.load()
    lines = list(_head())
    for name in names or sorted(catalog.entries):
        lines += _recipe(catalog.find(name).recipe)
    RESULTS.write_text("\n".join(lines) + "\n")
    print(f"Written: {RESULTS}", file=sys.stderr)
    return 0


HEAD = """# Results

Written by `make verify`; nothing in here is typed by hand. Split seed 0, model seeds {seeds}, all
fixed in advance. `a ± b` is mean and standard deviation over the seeds. *Plain Keras* is
`tests/plain_keras.py`: the same network, rows and batch size with `model.fit`, three runs. Its
initial weights are seeded, its order of rows is not: after `keras.utils.set_random_seed`, `fit` on
TensorFlow repeats one order in every epoch. p is Welch's t-test between ours and plain Keras: a
large p means that three runs of each give no reason to call them different. All figures are mean
absolute errors in standard deviations of the target.

{when}, {machine}, CPU, Python {python}, {versions}.
"""

COLUMNS = (
    "preset", "part", "published", "ours", "to published", "plain Keras", "p", "epochs",
    "seconds, ours", "seconds, plain",
)  # fmt: skip


def _head() -> Iterator[str]:
    yield HEAD.format(
        seeds=", ".join(map(str, SEEDS)),
        when=time.strftime("%Y-%m-%d"),
        machine=platform.machine(),
        python=platform.python_version(),
        versions=", ".join(f"{name} {version}" for name, version in versions().items()),
    )


def _recipe(recipe: Recipe) -> Iterator[str]:
    yield f"## {recipe.name}: {recipe.title}"
    yield ""
    yield f"| {' | '.join(COLUMNS)} |"
    yield "|---" * len(COLUMNS) + "|"
    baselines: dict[str, list[str]] = {}
    findings: list[str] = []
    for preset in recipe.presets:
        with tempfile.TemporaryDirectory() as runs:
            reports = [_train(recipe, preset, seed, Path(runs)) for seed in SEEDS]
        if recipe.presets[preset].published:
            yield from _published(recipe, preset, reports)
        else:
            yield _unpublished(preset, reports)
        for score in reports[0].scores[1:]:
            baselines[score.name] = [
                f"{score.parts[p]['mae']:.4f}" for p in ("train", "val", "test")
            ]
        codes = sorted({each.code for report in reports for each in report.findings})
        findings.append(f"- `{preset}`: the report finds {', '.join(codes)}.")
    yield ""
    yield "Baselines on the same rows (mean absolute error; they do not depend on the model seed):"
    yield ""
    yield "| baseline | train | val | test |"
    yield "|---|---|---|---|"
    for name, figures in baselines.items():
        yield f"| {name} | {' | '.join(figures)} |"
    yield ""
    yield from findings
    yield ""
    sources = {each.source for preset in recipe.presets.values() for each in preset.published}
    yield f"Published figures: {'; '.join(sorted(sources))}."
    yield ""


def _published(recipe: Recipe, preset: str, reports: list[Report]) -> Iterator[str]:
    values = recipe.values(preset, {})
    plain = [_plain(values, seed) for seed in SEEDS]
    seconds = statistics.mean(sum(each["epoch_seconds"]) for each in plain)
    for figure in recipe.presets[preset].published:
        ours = [_network(report, figure.split, figure.metric) for report in reports]
        theirs = [each[figure.metric][figure.split] for each in plain]
        off = 100 * (statistics.mean(ours) / figure.value - 1)
        yield (
            f"| {preset} | {figure.split} | {figure.value:.3f} | {_spread(ours)} | {off:+.1f} % "
            f"| {_spread(theirs)} | {_welch(ours, theirs):.2f} | {reports[0].epochs} "
            f"| {statistics.mean(each.seconds for each in reports):.0f} | {seconds:.0f} |"
        )


def _unpublished(preset: str, reports: list[Report]) -> str:
    ours = _spread([_network(report, "train", "mae") for report in reports])
    seconds = statistics.mean(each.seconds for each in reports)
    return (
        f"| {preset} | train | – | {ours} | – | – | – | {reports[0].epochs} | {seconds:.0f} | – |"
    )


def _train(recipe: Recipe, preset: str, seed: int, runs: Path) -> Report:
    print(f"{recipe.name} {preset}, seed {seed} ...", file=sys.stderr)
    order = Order(entry=Catalog.load().find(recipe.name), preset=preset, seed=seed)
    folder = order.place(runs)
    if launch(folder).wait() != 0:
        raise SystemExit(folder.console_log.read_text())
    return read_report(folder)


def _plain(values: dict[str, object], seed: int) -> dict[str, object]:  # type: ignore[type-arg]
    units = ",".join(map(str, values["units"]))  # type: ignore[call-overload]
    arguments = [
        str(wine_csv()),
        units,
        str(values["epochs"]),
        str(values["batch_size"]),
        str(seed),
    ]
    print(f"plain Keras {units}, seed {seed} ...", file=sys.stderr)
    done = subprocess.run(
        [sys.executable, "-m", "tests.plain_keras", *arguments],
        capture_output=True,
        check=True,
        env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"},
    )
    return json.loads(done.stdout)  # type: ignore[no-any-return]


def _network(report: Report, part: str, metric: str) -> float:
    return report.scores[0].parts[part][metric]


def _spread(values: Sequence[float]) -> str:
    return f"{statistics.mean(values):.4f} ± {statistics.stdev(values):.4f}"


def _welch(ours: Sequence[float], theirs: Sequence[float]) -> float:
    from scipy.stats import ttest_ind

    return float(ttest_ind(ours, theirs, equal_var=False).pvalue)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
