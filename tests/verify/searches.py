"""The two searches that the documents run, each from one command, and what came of them.

Seeds are fixed in advance as those of the trainings are. A search on the CPU whose trials go one
after another gives the same table anywhere with the same versions and kind of processor; here as
many go at once as there are cores, which a random search does not mind, while Hyperband's later
settings depend on which earlier one ended first.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from engine.catalog import Catalog
from engine.insight.search_plan import Plan
from engine.process.order import Order
from engine.process.searching import SearchOrder
from engine.run.folder import list_folders
from engine.run.importance import read_importance
from engine.run.report import read_report
from engine.run.search_view import SearchView, Trial
from tests.verify.results import made

NAME = "searches"
"""What the section is called among those of recipes."""

_BOOK = "Bernico, Deep Learning Quick Reference, ch. 6"
_OPTIMIZERS = "rmsprop,adam,adadelta"


def random_search(parallel: int) -> SearchOrder:
    """Return the random search with three folds: ten candidates, one epoch a fit."""
    return SearchOrder(
        order=Order(entry=Catalog.load().find("mnist"), preset="dropout", device="cpu"),
        method="random",
        space={
            "batch_size": "10,20,30,40,50",
            "optimizer": _OPTIMIZERS,
            "dropout": "0.1..0.5/5:linear",
        },
        objective="val_accuracy",
        trials=10,
        epochs=1,
        folds=3,
        parallel=parallel,
    )


def hyperband(epochs: int, parallel: int) -> SearchOrder:
    """Return the Hyperband search with at most so many epochs."""
    return SearchOrder(
        order=Order(entry=Catalog.load().find("mnist"), preset="dropout", device="cpu"),
        method="hyperband",
        space={
            "batch_size": "5,10,100",
            "optimizer": _OPTIMIZERS,
            "dropout": "0.1..0.5/10:linear",
        },
        objective="val_loss",
        epochs=epochs,
        factor=3,
        parallel=parallel,
    )


def section() -> str:
    """Search, and return the section of the document."""
    cores = os.cpu_count() or 1
    first, second = random_search(cores), hyperband(9, cores)
    lines = [f"## {NAME}: two that the documents run", "", made(), ""]
    with tempfile.TemporaryDirectory() as runs:
        lines += _random(first, *_searched(first, Path(runs)))
    with tempfile.TemporaryDirectory() as runs:
        lines += _hyperband(second, *_searched(second, Path(runs)))
    lines += _planned(hyperband(81, cores))
    return "\n".join([*lines, f"Published figures: {_BOOK}.", ""])


def _searched(order: SearchOrder, runs: Path) -> tuple[SearchView, float]:
    """Run the command of an order; return what it has come to, and the seconds it took."""
    _, *words = shlex.split(order.command())
    program = str(Path(sys.executable).with_name("dlconsole"))
    begun = time.monotonic()
    done = subprocess.run(
        [program, *words, "--quiet"],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "DLCONSOLE_RUNS": str(runs)},
    )
    if done.returncode != 0:
        raise SystemExit(done.stderr)
    view = SearchView(list_folders(runs)[0])
    view.refresh()
    print(f"{order.command()}: {time.monotonic() - begun:.0f} s", file=sys.stderr, flush=True)
    return view, time.monotonic() - begun


def _random(order: SearchOrder, view: SearchView, seconds: float) -> Iterator[str]:
    yield from _head("Random search, three folds", order, view, seconds)
    yield "Published best of ten: batch size 40, adam, dropout 0.2; no figure is printed. Ours:"
    yield ""
    yield from _table(
        (
            "trial",
            "val accuracy, ± over folds",
            "of each fold",
            "batch size",
            "optimizer",
            "dropout",
        ),
        [
            (
                each.number,
                f"{each.score:.4f} ± {each.ended.spread:.4f}",
                " · ".join(f"{score:.4f}" for score in each.ended.scores),
                *_setting(each),
            )
            for each in sorted(view.scored(), key=view.rank)
            if each.ended is not None and each.ended.spread is not None
        ],
    )
    yield from _what_mattered(view)


def _hyperband(order: SearchOrder, view: SearchView, seconds: float) -> Iterator[str]:
    yield from _head("Hyperband, factor 3, at most 9 epochs", order, view, seconds)
    best = view.best()
    assert best is not None
    report = read_report(view.runs(best)[0])
    network = report.scores[0].parts["test"]
    yield (
        f"Published lowest val loss, with at most 81 epochs: 0.0574. Ours: {best.score:.4f}, trial "
        f"{best.number}; its network has a test accuracy of {network['accuracy']:.4f}, read once."
    )
    yield ""
    yield from _table(
        ("trial", "bracket", "rung", "state", "val loss", "epochs", "batch size", "optimizer",
         "dropout"),
        [
            (
                each.number,
                each.asked.bracket,
                each.asked.rung,
                each.state,
                f"{each.score:.4f}",
                each.asked.epochs,
                *_setting(each),
            )
            for each in sorted(view.scored(), key=view.rank)
        ],
    )  # fmt: skip
    yield from _what_mattered(view)


def _planned(order: SearchOrder) -> Iterator[str]:
    """Yield what the search of 81 epochs would do; it is not run."""
    plan = order.plan()
    yield "### Hyperband, factor 3, at most 81 epochs: the plan, not run"
    yield ""
    yield f"`{order.command()} --plan`"
    yield ""
    yield f"{plan.trials} trials, {plan.epochs:,} epochs. {' '.join(plan.notes)}"
    yield ""
    yield from _table(("bracket", *(f"rung {rung}" for rung in _rungs(plan))), _brackets(plan))


def _brackets(plan: Plan) -> Iterator[Sequence[object]]:
    """Yield a row for each bracket: trials and epochs of each rung."""
    for bracket in dict.fromkeys(each.bracket for each in plan.rungs):
        rungs = {each.rung: each for each in plan.rungs if each.bracket == bracket}
        cells = [rungs.get(rung) for rung in _rungs(plan)]
        yield (
            bracket,
            *(f"{each.trials} to epoch {each.epochs}" if each else "" for each in cells),
        )


def _rungs(plan: Plan) -> range:
    return range(1 + max(each.rung for each in plan.rungs))


def _head(title: str, order: SearchOrder, view: SearchView, seconds: float) -> Iterator[str]:
    assert view.ended is not None
    trained = sum(each.ended.trained for each in view.trials.values() if each.ended)
    at_once = f"{order.parallel} trainings at once" if order.parallel > 1 else "one at a time"
    yield f"### {title}"
    yield ""
    yield f"`{order.command()}`"
    yield ""
    failed = sum(each.state == "failed" for each in view.trials.values())
    yield (
        f"{view.ended.cause} {trained} epochs in {seconds / 60:.1f} minutes, {at_once}; "
        f"failed trials: {failed}."
    )
    yield ""


def _what_mattered(view: SearchView) -> Iterator[str]:
    found = read_importance(view.folder)
    if found is not None:
        shares = ", ".join(
            f"{each.name.replace('_', ' ')} {each.share:.2f} ± {each.spread:.2f}"
            for each in found.hyperparameters
        )
        yield f"What mattered: {shares}; the forest explains {found.explained:.2f} out of bag."
        yield ""


def _table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    yield f"| {' | '.join(columns)} |"
    yield "|---" * len(columns) + "|"
    for row in rows:
        yield f"| {' | '.join(map(str, row))} |"
    yield ""


def _setting(trial: Trial) -> tuple[str, ...]:
    values = trial.asked.values
    dropout = values["dropout"]
    assert isinstance(dropout, float)
    return str(values["batch_size"]), str(values["optimizer"]), f"{dropout:.3g}"
