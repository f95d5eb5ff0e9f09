"""What a filter takes, word by word."""

from __future__ import annotations

import re

import pytest

from engine.catalog import Catalog
from engine.run.matching import Filter, abbreviations
from tests.engine.run.listed import listed

RUNS = [
    listed("wine-a", learning_rate=3e-4, optimizer="adam", val_loss=0.15, units=[64, 32]),
    listed("wine-b", "failed", learning_rate=1e-3, optimizer="adamw", val_loss=float("nan")),
    listed("wine-c", "training", note="for the talk", learning_rate=3e-3, batch_norm=True),
]
SHORTS = {"lr": "learning_rate"}


def fitting(text: str) -> str:
    """Return the last letters of the runs that fit."""
    narrow = Filter(text, SHORTS)
    return "".join(run.name[-1] for run in RUNS if narrow.fits(run))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("", "abc"),
        ("WINE", "abc"),
        ("a$|c$", "ac"),
        ("talk", "c"),
        ("lr=3e-4", "a"),
        ("lr=0.0003", "a"),
        ("learning_rate=0.00030", "a"),
        ("LR=3e-.*", "ac"),
        ("lr!=3e-4", "bc"),
        ("lr<=1e-3", "ab"),
        ("lr>1e-3", "c"),
        ("optimizer=adam", "a"),
        ("optimizer=adam.*", "ab"),
        ("optimizer!=adam", "bc"),
        ("state=done", "a"),
        ("state=", "abc"),
        ("live=yes", "c"),
        ("val_loss<0.2", "a"),
        ("metric.val_loss<0.2", "a"),
        ("loss=mae", "abc"),
        ("loss<0.1", "a"),
        ("units=64,32", "a"),
        ("batch_norm=yes", "c"),
        ("device=cpu", "abc"),
        ("nothing=1", ""),
        ("wine lr<2e-3 state=failed", "b"),
    ],
)
def test_runs_fit(text, names):
    assert fitting(text) == names


def test_what_is_no_regular_expression_is_refused():
    for text in ("(", "wine [", "optimizer=("):
        with pytest.raises(re.error):
            Filter(text)


def test_settings_may_be_called_as_in_the_names_of_runs():
    spaces = [entry.recipe.space for entry in Catalog.load().entries.values()]
    found = abbreviations(spaces)
    assert found["lr"] == "learning_rate"
    assert found["bs"] == "batch_size"


def test_a_damaged_run_fits_by_name_alone():
    damaged = listed("garbage", "damaged")
    damaged = type(damaged)(damaged.folder, "garbage", None, None, damaged.verdict)
    assert Filter("garb state=damaged").fits(damaged)
    assert not Filter("lr=1", SHORTS).fits(damaged)
