"""The lines of the launch form that do not come from a recipe's settings."""

from __future__ import annotations

from collections.abc import Sequence

from engine.process.order import BACKENDS
from engine.recipe import Recipe
from engine.space import Int
from tui.form.fields import CHOICE, NUMBER, TEXT, Field

SEED = Int(default=1, low=0, high=2**31 - 1, help="")
"""What a seed can be."""

WAIT, SHARE = "wait", "share"
"""What becomes of a run whose device is busy."""

TAKES = {"table": "a file", "pictures": "a folder", "texts": "a folder or a file"}
"""What a path may lead to, by the form of the recipe."""


def run_fields(devices: Sequence[str]) -> list[Field]:
    """Return the fields that say how a run is made, apart from what is learned and by what.

    Args:
        devices: What a run may be placed on.
    """
    return [
        Field(
            "seed",
            "seed",
            NUMBER,
            "run",
            SEED.range_text(),
            "Decides initial weights and the order of batches.",
        ),
        Field(
            "device",
            "device",
            CHOICE,
            "run",
            " · ".join(devices),
            "Where it trains; auto takes a GPU if there is one.",
            options=tuple(devices),
        ),
        Field(
            "queue",
            "if it is busy",
            CHOICE,
            "run",
            f"{WAIT} · {SHARE}",
            "Wait until the device is free, or share it at once; a CPU is always shared.",
            options=(WAIT, SHARE),
        ),
        Field(
            "backend",
            "backend",
            CHOICE,
            "run",
            " · ".join(BACKENDS),
            "What computes beneath Keras.",
            options=BACKENDS,
        ),
        Field(
            "name",
            "name",
            TEXT,
            "run",
            "empty: made up from the settings",
            "What the run is called: letters, digits and . _ + -",
        ),
    ]


def own_fields(recipe: Recipe) -> list[Field]:
    """Return the fields that say where a person's own data is, and what in it is learned."""
    path = Field(
        "path", "path", TEXT, hint=TAKES.get(recipe.form, ""), help=f"Yours: {recipe.own.summary}."
    )
    if recipe.form == "pictures":  # folders are their classes
        return [path]
    empty, learned = f"empty: {recipe.target}" if recipe.target else "", "to be predicted"
    if recipe.form == "texts":
        empty, learned = "empty: found by its name", "with the class, where a table has the texts"
    return [path, Field("target", "target", TEXT, hint=empty, help=f"The column {learned}.")]
