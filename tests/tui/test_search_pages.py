"""What the pages of a search say, without a console: pure functions of what is known of it."""

from __future__ import annotations

import math

import pytest

from engine.run.records import Status
from engine.run.search_records import Dimension
from engine.run.state import Verdict
from tests.searches import WrittenSearch, hyperband
from tui.search.mattered import mattered_line, mattered_lines
from tui.search.parallel import CELLS_A_LINE, parallel_lines, shown
from tui.search.rungs import rung_lines
from tui.search.search_charts import plots_of
from tui.search.search_lines import facts_of
from tui.search.values import share, written
from tui.search.watched import Seen, WatchedSearch
from tui.widgets.ascii_only import ascii_of
from tui.widgets.painted import Line, width


def seen(written: WrittenSearch) -> Seen:
    watched = WatchedSearch(written.folder)
    watched.look()
    return watched.seen


def text(lines: list[Line]) -> str:
    return "\n".join("".join(text for text, _ in line) for line in lines)


def looks(lines: list[Line], character: str) -> set[str]:
    """Return the looks in which a character is shown."""
    return {look for line in lines for text, look in line if character in text}


def of_many(runs, trials: int) -> WrittenSearch:
    """Write a random search of many trials; trial 1 is the worst, the last the best."""
    written = WrittenSearch(runs, method="random", trials=trials)
    for place in range(trials):
        written.score(written.ask(), 1.0 - place / trials)
    return written.status()


def test_a_look_at_nothing_new_says_so(runs_dir):
    watched = WatchedSearch(hyperband(runs_dir, 13).folder)
    assert watched.look()
    before = watched.seen
    assert not watched.look()
    assert watched.seen is before


@pytest.mark.parametrize("cells", [50, 80, 118])
def test_rungs_fit_into_their_lines(runs_dir, cells):
    rungs = seen(hyperband(runs_dir, 23, curves=False)).rungs
    for brief in (True, False):
        lines = rung_lines(rungs, cells, brief=brief)
        assert max(map(width, lines)) <= cells
        assert "bracket 0  3 @ 9" in text(lines)
    assert looks(lines, "▲") == {"good"}
    assert looks(lines, "✗") == {"bad"}


def test_of_large_rungs_the_parts_are_shown(runs_dir):
    written = WrittenSearch(runs_dir, epochs=81)
    for _ in range(81):
        written.score(written.ask(epochs=1, bracket=4, rung=0), 0.5)
    for parent in range(1, 28):
        written.ask(epochs=3, parent=parent, bracket=4, rung=1)
    lines = rung_lines(seen(written).rungs, 80, brief=True)
    first = text(lines[1:2])
    assert first.count("▲") == 10  # a third of the thirty marks there is room for
    assert "81/81" in first
    assert "bracket 4  81 @ 1 ▸ 27 @ 3 ▸ 9 @ 9 ▸ 3 @ 27 ▸ 1 @ 81" in text(lines[:1])


def test_another_number_of_trials_is_planned_anew(runs_dir):
    written = hyperband(runs_dir, 23, curves=False)
    written.apply("1", "set trials to 46", trials=46)
    rungs = seen(written).rungs
    assert "iteration 2, bracket 2  9 @ 1" in text(rung_lines(rungs, 80))


def test_parallel_coordinates_show_each_setting_once_and_the_best_on_top(runs_dir):
    found = seen(hyperband(runs_dir, 23, curves=False))
    assert found.search is not None
    drawn = {row.number for row in shown(found.rows, 200, None)}
    assert not {8, 10, 7} & drawn  # promoted, promoted again, failed
    assert {13, 22} <= drawn
    lines, hidden = parallel_lines(found.rows, found.search, (78, 10), current=13)
    assert len(lines) == 10
    assert all(width(line) <= 78 for line in lines)
    assert hidden == 0
    assert text(lines[1:2]).split()[-1] == "0.08243"
    assert text(lines[-1:]).split() == ["5", "0.1", "rmsprop", "1e-4", "0.2291"]
    assert {"good", "warn", "accent"} <= {look for line in lines for _, look in line}


def test_parallel_coordinates_do_with_shapes_and_with_ascii(runs_dir):
    found = seen(hyperband(runs_dir, 23, curves=False))
    assert found.search is not None
    lines, _ = parallel_lines(
        found.rows, found.search, (78, 10), current=13, ascii_only=True, shapes=True
    )
    assert text(lines).isascii()
    assert looks(lines, "#") == {"good"}
    assert "warn" in looks(lines, "+")


def test_parallel_coordinates_leave_out_what_there_is_no_room_for(runs_dir):
    found = seen(hyperband(runs_dir, 23, curves=False))
    assert found.search is not None
    lines, hidden = parallel_lines(found.rows, found.search, (40, 10), current=None)
    assert hidden == 1
    assert "val loss"[:4] in text(lines)
    lines, _ = parallel_lines(found.rows, found.search, (40, 10), current=None, first=2)
    assert "batch" not in text(lines)
    assert "optimi" in text(lines)


def test_of_many_trials_the_best_and_some_others_are_drawn(runs_dir):
    rows = seen(of_many(runs_dir, 200)).rows
    drawn = shown(rows, 80, current=3)
    numbers = [row.number for row in drawn]
    assert 16 <= len(drawn) <= 17
    assert numbers[:8] == list(range(200, 192, -1))
    assert 3 in numbers
    assert min(numbers) < 30
    assert len(shown(rows, 200 * CELLS_A_LINE, None)) == 200


def test_points_of_many_trials_are_thinned_to_the_best_of_each_few(runs_dir):
    written = of_many(runs_dir, 200)
    best, trials = plots_of(seen(written), {}, {}, "epoch")
    points, so_far = best.series
    assert 40 < points.x.size / 2 <= 50
    assert points.y[~(points.y != points.y)].min() == pytest.approx(1.0 - 199 / 200)
    assert so_far.y[-1] == pytest.approx(1.0 - 199 / 200)
    assert trials.series == ()


def test_curves_of_trials_are_the_best_one_the_live_ones_and_the_others(runs_dir):
    watched = WatchedSearch(hyperband(runs_dir, 13).folder)
    watched.look()
    plot = plots_of(watched.seen, watched.curves, watched.number_of, "epoch")[1]
    named = {each.name: each for each in plot.series if each.name}
    assert set(named) == {"best, trial 13", "trial 14"}
    assert named["best, trial 13"].x.tolist() == list(range(1, 10))  # since its first rung
    assert all(each.faint for each in plot.series if not each.name)
    assert len(plot.series) == 9  # 14 trials of 10 runs, one of which has no epoch


def test_what_mattered_is_not_said_where_it_cannot_be_relied_on(runs_dir):
    found = seen(hyperband(runs_dir, 23, curves=False).matter(explained=0.04))
    lines = mattered_lines(found.importance, found.search, 78, ascii_only=False)
    assert "none of this can be relied on yet" in text(lines)
    assert text([mattered_line(found.importance, 60)]).split()[:4] == [
        *("what", "mattered", "batch", "size"),
    ]
    assert width(mattered_line(found.importance, 30)) <= 30
    nothing = mattered_lines(None, found.search, 78, ascii_only=False)
    assert "from the trials that have a score, from eight" in text(nothing)


def test_money_is_told_so_far_and_in_all(runs_dir):
    spec = WrittenSearch(runs_dir, rate=2.0).spec
    status = Status(phase="searching", seconds=1800.0, left_seconds=5400.0)
    found = Seen(spec=spec, verdict=Verdict("searching", True, ""), status=status)
    assert "cost 1.00 of about 4.00" in facts_of(found)


def test_where_a_value_lies_within_what_is_varied():
    rate = Dimension(name="rate", low=1e-4, high=1e-2, log=True)
    assert share(rate, 1e-3) == pytest.approx(0.5)
    assert share(rate, 1.0) == 1.0
    layers = Dimension(name="units", low=32, high=96, whole=True, layers=(1, 3))
    assert share(layers, [64, 64]) == pytest.approx(0.5)
    options = Dimension(name="optimizer", options=["sgd", "adam", "rmsprop"])
    assert share(options, "adam") == 0.5
    assert math.isnan(share(options, "adamw"))
    assert math.isnan(share(options, None))
    assert (written(None), written(True), written([64, 32])) == ("-", "yes", "64,32")


def test_every_sign_of_a_state_has_one_in_ascii():
    assert ascii_of("▲▽✓✗■=○●★±▸") == "^v+x#=o**+>"
