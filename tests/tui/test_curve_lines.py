from __future__ import annotations

import numpy as np

from engine.insight.ranking import curve
from engine.run.report import Curve
from tui.panels.curve_lines import plot_lines, precision_plot, roc_plot

DOTS = range(0x2801, 0x2900)


def drawn(plot, point=None, cells=40, rows=12, *, ascii_only=False) -> list[str]:
    lines = plot_lines(plot, point, cells, rows, ascii_only=ascii_only)
    return ["".join(text for text, _ in line) for line in lines]


def some(sharp: float = 2.0) -> Curve:
    chance = np.random.default_rng(0)
    positive = chance.random(2000) < 0.4
    scores = 1 / (1 + np.exp(-chance.normal(size=2000) - sharp * positive))
    return curve("yes", scores.astype(np.float32), positive)


def filled(lines: list[str]) -> set[tuple[int, int]]:
    """Return the cells of the curve alone, (row from the top of the plot, column), no chance."""
    return {
        (y, x)
        for y, line in enumerate(lines[1:-2])
        for x, letter in enumerate(line[4:])
        if ord(letter) in DOTS
    }


def test_a_perfect_roc_curve_goes_up_and_then_right():
    scores = np.array([0.9, 0.8, 0.2, 0.1], np.float32)
    lines = drawn(roc_plot(curve("yes", scores, scores > 0.5)))
    assert "AUC 1.0000" in lines[0]
    cells = filled(lines)
    assert {(y, 0) for y in range(9)} <= cells
    assert {(0, x) for x in range(36)} <= cells


def test_the_pr_curve_ends_at_the_share_of_the_class():
    scores = np.array([0.9, 0.8, 0.7, 0.6], np.float32)
    found = curve("yes", scores, np.array([True, False, False, False]))
    plot = precision_plot(found)
    assert plot.y[-1] == plot.chance == 0.25
    assert drawn(plot)[0].strip().startswith("PR average precision 1.0000")


def test_the_point_stands_on_the_curve():
    found = some()
    plot = roc_plot(found)
    middle = len(plot.x) // 2
    point = float(plot.x[middle]), float(plot.y[middle])
    before, after = drawn(plot), drawn(plot, point)
    (place,) = [(y, x) for y, line in enumerate(after) for x, c in enumerate(line) if c == "◆"]
    assert ord(before[place[0]][place[1]]) in DOTS


def test_ascii_terminals_get_ascii():
    for plot in (roc_plot(some()), precision_plot(some())):
        lines = drawn(plot, (0.5, 0.5), ascii_only=True)
        assert all(line.isascii() for line in lines)
        assert sum(line.count("+") for line in lines) > 30
        assert sum(line.count("*") for line in lines) == 1


def test_every_line_is_as_wide_as_asked_and_little_room_is_enough():
    for cells, rows in ((12, 4), (30, 6), (60, 16), (40, 8)):
        lines = drawn(roc_plot(some()), (0.1, 0.7), cells, rows)
        assert [len(line) for line in lines] == [cells] * rows


def test_a_class_without_rows_and_damaged_counts_are_survived():
    scores = np.array([0.4, 0.5], np.float32)
    nothing = curve("no", scores, np.array([False, False]))
    empty = Curve(
        name="x", auc=float("nan"), average_precision=0.5, positives=3, negatives=2,
        thresholds=[], true_positives=[], false_positives=[5], best_f1=0.1, best_threshold=0.1,
    )  # fmt: skip
    odd = Curve(
        name="x", auc=0.5, average_precision=0.5, positives=3, negatives=0,
        thresholds=[0.5, 0.1], true_positives=[10**30, -5], false_positives=[-1, 99],
        best_f1=0.1, best_threshold=0.1,
    )  # fmt: skip
    for each in (nothing, empty, odd):
        for plot in (roc_plot(each), precision_plot(each)):
            assert len(drawn(plot, (float("nan"), 2.0))) == 12
