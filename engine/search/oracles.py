"""The oracle of a search, by its method.

KerasTuner and Optuna take seconds to import, so they are imported only where an oracle is made.
"""

from __future__ import annotations

from engine.insight.search_plan import plan
from engine.run.search_records import SearchSpec
from engine.search.oracle import Answer, Oracle, Proposal

__all__ = ["Answer", "Oracle", "Proposal", "make_oracle"]


def make_oracle(search: SearchSpec) -> Oracle:
    """Return the oracle of a search; it has not been asked anything yet.

    ``KERAS_BACKEND=numpy`` in the environment keeps KerasTuner from importing TensorFlow.

    Raises:
        Problem: The search makes no plan, or Optuna is missing for successive halving.
    """
    plan(search)  # refuses what no oracle could do
    if search.method == "halving":
        from engine.search.halving import Halving

        return Halving(search)
    from engine.search.kerastuner import KerasTuner

    return KerasTuner(search)
