"""Hyperparameters that recipes share."""

from __future__ import annotations

import pytest

from engine.hyperparameters import classes, hidden_layers, training
from engine.space import Space


def test_a_recipe_says_only_where_its_defaults_differ():
    space = Space({**hidden_layers(units=(512, 256)), **training(epochs=7), **classes()})
    assert space.defaults()["units"] == (512, 256)
    assert space.defaults()["epochs"] == 7
    assert space.defaults()["validation"] == "apart"
    assert hidden_layers()["units"].default == (32,)  # what one recipe says is its own


def test_every_one_can_be_explained_and_its_default_is_allowed():
    declared = {**hidden_layers(), **training(), **classes()}
    space = Space(declared)
    space.check(space.defaults())
    assert all(each.help.endswith(".") for each in declared.values())


def test_the_metrics_that_can_be_monitored_are_the_recipe_s():
    monitor = training(monitors=("val_loss", "val_accuracy"))["monitor"]
    assert monitor.check("val_accuracy") == "val_accuracy"
    assert training()["monitor"].options == ("val_loss",)


def test_a_default_for_what_is_not_there_is_a_mistake_of_the_recipe():
    with pytest.raises(TypeError, match="unit"):
        hidden_layers(unit=3)
