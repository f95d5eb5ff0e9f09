"""A search as commands print it: one JSON object, or its trials as a table, the best first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from engine.run.search_view import SearchView, Trial
from engine.run.state import Verdict
from tui import figures, search_words
from tui.commands.output import Cell, Column, print_table

_STYLES: dict[str, dict[str, Any]] = {
    "promoted": {"fg": "cyan"},
    "failed": {"fg": "red"},
    "culled": {"fg": "yellow"},
    "open": {"fg": "cyan"},
}


def summary(view: SearchView, verdict: Verdict) -> dict[str, Any]:
    """Return the one object that ``search --json`` prints; what is not known is null."""
    search, status, started, best = view.search, view.status, view.started, view.best()
    return {
        "search": view.folder.name,
        "folder": str(view.folder.path),
        "state": verdict.state,
        "cause": verdict.why,
        "remedy": verdict.remedy,
        "method": search.method if search else None,
        "objective": search.objective if search else None,
        "direction": search.direction if search else None,
        "trials_ended": sum(each.ended is not None for each in view.trials.values()),
        "trials_planned": (status.steps or None) if status else None,
        "epochs": status.epoch if status else 0,
        "epochs_planned": (status.epochs or None) if status else None,
        "seconds": view.ended.seconds if view.ended else None,
        "generation": started.generation if started else None,
        "best": best.number if best else None,
        "best_score": best.score if best else None,
        "best_values": best.asked.values if best else None,
        "best_run": run_names(view, best)[0] if best else None,
        "trials": [trial_object(view, each) for each in view.trials.values()],
    }


def trial_object(view: SearchView, trial: Trial) -> dict[str, Any]:
    """Return a trial as an object; what is not known is null."""
    asked, ended = trial.asked, trial.ended
    return {
        "trial": trial.number,
        "state": trial.state,
        "values": asked.values,
        "score": trial.score,
        "scores": ended.scores if ended else [],
        "spread": ended.spread if ended else None,
        "best_epoch": (ended.best_epoch or None) if ended else None,
        "epochs": ended.epochs if ended else None,
        "epochs_asked": asked.epochs,
        "from_epoch": asked.from_epoch,
        "trained": ended.trained if ended else None,
        "seconds": ended.seconds if ended else None,
        "parent": asked.parent,
        "child": trial.child,
        "iteration": asked.iteration,
        "bracket": asked.bracket,
        "rung": asked.rung,
        "runs": run_names(view, trial),
        "reason": (ended.reason or None) if ended else None,
        "cause": (ended.cause or None) if ended else None,
    }


def run_names(view: SearchView, trial: Trial) -> list[str]:
    """Return what the runs of a trial are called, as ``mnist-random-k3f9/t007``."""
    return [f"{view.folder.name}/{each.path.name}" for each in view.runs(trial)]


def ranked(view: SearchView) -> list[Trial]:
    """Return the trials, the best first; those without a score in the order of their numbers."""
    return sorted(view.trials.values(), key=lambda each: (view.rank(each), each.number))


def print_trials(view: SearchView, trials: Sequence[Trial], *, indent: str = "") -> None:
    """Write trials to standard output as a table."""
    search = view.search
    names = list(dict.fromkeys(name for each in trials for name in each.asked.values))
    placed = any(each.asked.rung is not None for each in trials)
    best = view.best()
    spreads = any(each.ended is not None and each.ended.spread is not None for each in trials)
    scores = figures.column([each.score for each in trials])
    print_table(
        [
            Column("trial", right=True),
            Column("state"),
            Column(search.objective if search is not None else "score", right=True),
            *[Column("spread", right=True)] * spreads,
            Column("epochs", right=True),
            *[Column("bracket", right=True), Column("rung", right=True)] * placed,
            *(Column(name.replace("_", " "), right=True) for name in names),
            Column("what happened", flexible=True),
        ],
        [
            _cells(each, score, names, is_best=each is best, placed=placed, spreads=spreads)
            for each, score in zip(trials, scores, strict=True)
        ],
        indent=indent,
    )


def _cells(
    trial: Trial, score: str, names: Iterable[str], *, is_best: bool, placed: bool, spreads: bool
) -> list[str | Cell]:
    asked, ended = trial.asked, trial.ended
    place = [figures.UNKNOWN if each is None else str(each) for each in (asked.bracket, asked.rung)]
    return [
        str(trial.number),
        Cell(trial.state, _STYLES.get(trial.state, {})),
        Cell(f"{score} *", {"fg": "green"}) if is_best else f"{score}  ",
        *([figures.metric(ended.spread if ended else None)] if spreads else []),
        figures.progress(ended.epochs, asked.epochs) if ended else f"-/{asked.epochs}",
        *(place if placed else []),
        *(
            search_words.value_text(asked.values[name]) if name in asked.values else ""
            for name in names
        ),
        search_words.happened(trial),
    ]
