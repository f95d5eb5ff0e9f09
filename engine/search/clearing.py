"""Gives back the disk that trials take which nobody will go on with: their records stay."""

from __future__ import annotations

import shutil

from engine.insight.search_plan import HALVING
from engine.run.folder import RunFolder
from engine.run.search_view import SearchView, Trial

_LEFT_ALONE = ("open", "promoted", "repeated")
"""Their trainings are going on, or are those of another trial."""


def clear(view: SearchView, *, final: bool) -> None:
    """Remove weights and snapshots of all trials but the best ones.

    Args:
        view: The search, as it is.
        final: Whether no trial will be promoted any more; before that, those that may be are left
            alone.
    """
    search = view.search
    if search is None:
        return
    best = sorted(view.scored(), key=view.rank)
    kept: dict[tuple[str, ...], Trial] = {}
    for each in best:
        if len(kept) < search.keep:
            kept.setdefault(tuple(each.asked.runs), each)  # promoted ones share their runs
    for trial in view.trials.values():
        if trial.state in _LEFT_ALONE or tuple(trial.asked.runs) in kept:
            continue
        if final or not _may_be_promoted(view, trial):
            for folder in view.runs(trial):
                _clear(folder)


def _may_be_promoted(view: SearchView, trial: Trial) -> bool:
    search = view.search
    by_rungs = search is not None and search.method in HALVING
    is_last = search is not None and trial.asked.epochs >= search.epochs
    return by_rungs and not is_last and trial.state == "completed"


def _clear(folder: RunFolder) -> None:
    # Asked again after each trial, of all that ended before: most have nothing left to give back.
    heavy = (folder.snapshots, folder.checkpoints, folder.model)
    if not any(path.exists() for path in heavy):
        return
    # The network last: while it is there, what a kill has left is found the next time.
    for path in (folder.best, folder.predictions, folder.reserve):
        path.unlink(missing_ok=True)
    for path in (folder.snapshots, folder.checkpoints):
        shutil.rmtree(path, ignore_errors=True)
    folder.model.unlink(missing_ok=True)
