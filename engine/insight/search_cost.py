"""What a search takes of the disk and of a purse, before it begins. Pure functions."""

from __future__ import annotations

from engine.insight import search_plan
from engine.insight.search_plan import Plan
from engine.run.search_records import SearchSpec

START_SECONDS = 3.0
"""Of a training beyond its epochs: data, network and the compiling of its loop, and the report at
its end. Its process is forked from one that has imported everything."""

_NUMBERS_PER_PARAMETER = 10
"""What a training leaves behind for each parameter: the last network and the best one, each with
the two running means of Adam, and a snapshot with the best weights beside them."""
_NUMBER_BYTES = 4
_RECORD_BYTES = 150_000
"""Of a training without its weights: journal, report, predictions, log."""


def expected_seconds(search: SearchSpec, plan: Plan, epoch_seconds: float) -> float:
    """Return about how many seconds a search takes, its budgets considered.

    Args:
        search: What is asked for.
        plan: What it would do.
        epoch_seconds: Seconds of one epoch, while so many trainings run at once.
    """
    whole = search_plan.seconds(plan, epoch_seconds, START_SECONDS, search.parallel)
    if search.budget_epochs and plan.epochs:
        whole *= min(1.0, search.budget_epochs / plan.epochs)
    return min(whole, 60 * search.budget_minutes) if search.budget_minutes else whole


def disk_bytes(search: SearchSpec, plan: Plan, parameters: int) -> int:
    """Return about how many bytes a search takes at most, while it goes on.

    The best trials keep their weights, and so do those under way and, with Hyperband and halving,
    those of a rung that is not decided yet; of all others the records stay.

    Args:
        search: What is asked for.
        plan: What it would do.
        parameters: Of the network that stays; what is varied may make others smaller or larger.
    """
    trainings = max(1, search.folds)
    promoting = len({each.bracket for each in plan.rungs}) < len(plan.rungs)
    open_trials = max((each.trials for each in plan.rungs), default=0) if promoting else 0
    weighty = min(plan.settings, search.keep + max(open_trials, search.parallel)) * trainings
    weights = parameters * _NUMBERS_PER_PARAMETER * _NUMBER_BYTES
    return weighty * weights + plan.settings * trainings * _RECORD_BYTES


def cost(seconds: float, rate: float) -> float:
    """Return what so many seconds cost.

    Args:
        seconds: How long the machine is used.
        rate: What an hour of it costs, in any currency.
    """
    return seconds / 3600 * rate
