"""The metrics of a run as curves: what is taken over, along what, and as which table."""

import math

import numpy as np

from engine.run.records import Epoch
from tui.charts.as_csv import table
from tui.charts.curves import Curves
from tui.charts.style import AXES, Plot, Series


def epoch(number, rate=None, seconds=2.0, **metrics):
    return Epoch(
        at=1000.0 + number,
        epoch=number,
        step=number * 12,
        seconds=seconds,
        metrics=metrics,
        learning_rate=rate,
    )


def test_train_and_val_are_curves_of_one_metric():
    curves = Curves()
    assert curves.take([epoch(1, mae=3.0, loss=1.0, val_loss=2.0), epoch(2, loss=0.5, mae=1.0)])
    assert curves.names() == ["loss", "mae"]
    train, val = curves.series("loss", "epoch")
    assert (train.name, train.x.tolist(), train.y.tolist()) == ("train", [1, 2], [1.0, 0.5])
    assert (val.name, val.x.tolist(), val.y.tolist()) == ("val", [1], [2.0])


def test_only_what_is_new_is_taken_and_a_later_generation_begins_anew():
    epochs = [epoch(n, loss=1 / n) for n in range(1, 200)]
    curves = Curves()
    assert curves.take(epochs[:150])
    handed_out = curves.points("loss", "epoch")[1]
    assert not curves.take(epochs[:150])
    assert curves.take(epochs)
    assert handed_out.size == 150
    assert curves.points("loss", "epoch")[1].size == 199
    assert curves.take([*epochs[:3], epoch(4, loss=9.0)])
    assert curves.points("loss", "epoch")[1].tolist() == [1, 1 / 2, 1 / 3, 9.0]
    assert handed_out[149] == 1 / 150


def test_x_is_the_epoch_the_step_or_the_time_of_training():
    curves = Curves()
    curves.take([epoch(1, loss=1.0), epoch(2, loss=1.0, seconds=math.nan), epoch(3, loss=1.0)])
    assert curves.points("loss", "epoch")[0].tolist() == [1, 2, 3]
    assert curves.points("loss", "step")[0].tolist() == [12, 24, 36]
    assert curves.points("loss", "time")[0].tolist() == [2.0, 2.0, 4.0]
    assert curves.place(3, "step") == 36
    assert curves.place(4, "step") is None


def test_a_metric_that_is_not_there_every_time_keeps_its_places():
    curves = Curves()
    curves.take([epoch(1, loss=1.0), epoch(2, loss=1.0, auc=0.5), epoch(3, loss=1.0, auc=0.6)])
    assert curves.points("auc", "step")[0].tolist() == [24, 36]
    assert curves.points("nothing", "step")[0].size == 0


def test_the_learning_rate_is_a_curve_once_it_changes():
    curves = Curves()
    epochs = [epoch(1, 1e-3, loss=1.0, zeta=1.0), epoch(2, 1e-3, loss=1.0, zeta=1.0)]
    curves.take(epochs)
    assert curves.names() == ["loss", "zeta"]
    curves.take([*epochs, epoch(3, 5e-4, loss=1.0, zeta=1.0)])
    assert curves.names() == ["loss", "zeta", "learning rate"]
    (series,) = curves.series("learning rate", "epoch")
    assert series.y.tolist() == [1e-3, 1e-3, 5e-4]


def test_a_table_has_a_row_for_each_x_in_view():
    one = Series("train", np.array([1.0, 2, 3]), np.array([0.1, math.nan, 0.3]), "train", key="a")
    other = Series("wine, red", np.array([2.0, 4]), np.array([5.0, 1e-7]), "other")
    plots = [Plot("loss", (one, other))]
    assert table(plots, AXES["epoch"], None).splitlines() == [
        'epoch,a,"loss wine, red"',
        "1,0.1,",
        "2,nan,5.0",
        "3,0.3,",
        "4,,1e-07",
    ]
    assert table(plots, AXES["time"], (2.0, 3.0)).splitlines()[0].startswith("seconds,")
    assert len(table(plots, AXES["time"], (2.0, 3.0)).splitlines()) == 3
    assert table([], AXES["step"], None) == "step\n"
