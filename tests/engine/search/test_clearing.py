"""What trials leave on the disk: the best keep their weights, all keep their records."""

from __future__ import annotations

import pytest

from engine.run.search_view import SearchView
from engine.search.clearing import clear
from tests.searches import hyperband


def weights(view: SearchView) -> dict[int, bool]:
    """Say of each trial whether its training has weights."""
    return {n: view.runs(each)[0].model.is_file() for n, each in view.trials.items()}


def looked_at(written) -> SearchView:
    view = SearchView(written.folder)
    view.refresh()
    for trial in view.trials.values():
        for folder in view.runs(trial):
            folder.model.touch()
            folder.snapshots.mkdir(exist_ok=True)
    return view


def test_who_may_still_be_promoted_keeps_everything(tmp_path):
    # Nine trials of the first rung have ended, and one of three promotions is begun.
    view = looked_at(hyperband(tmp_path, ended=9))
    clear(view, final=False)
    assert all(has for number, has in weights(view).items() if number != 7)


@pytest.mark.parametrize(("keep", "least"), [(3, 3), (1, 1)])
def test_at_the_end_the_best_keep_their_weights_and_all_keep_their_records(tmp_path, keep, least):
    view = looked_at(hyperband(tmp_path, keep=keep))
    clear(view, final=True)
    kept = {tuple(each.asked.runs) for n, each in view.trials.items() if weights(view)[n]}
    assert len(kept) == least
    best = view.best()
    assert best is not None
    assert tuple(best.asked.runs) in kept
    for trial in view.trials.values():
        for folder in view.runs(trial):
            assert folder.journal.is_file()
            assert folder.snapshots.is_dir() == (tuple(trial.asked.runs) in kept)
