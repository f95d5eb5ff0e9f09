"""What a text prints for a run's preset, where the run can be held against it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.recipe import Published
    from engine.run.records import RunSpec


def published_for(spec: RunSpec) -> Sequence[Published]:
    """Return the figures for a run's recipe and preset; none where its settings or data differ.

    Reads from the disk: in a console, for a thread.

    Args:
        spec: What was asked for.
    """
    from engine.catalog import Catalog

    if spec.recipe_file or spec.data.kind != "official":
        return ()
    try:
        recipe = Catalog.load().find(spec.recipe).recipe
        preset = recipe.preset(spec.preset)[1]
        unchanged = recipe.space.check(spec.values) == recipe.values(spec.preset, {})
    except Problem:  # a recipe that is no longer there; what is shown stands without it
        return ()
    return preset.published if unchanged else ()
