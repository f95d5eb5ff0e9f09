from __future__ import annotations

import io

import pytest
from rich.console import Console

from engine.run.lock import RunLock
from engine.run.records import Ended
from engine.run.state import Verdict
from engine.run.view import RunView
from tui.commands import narration
from tui.commands.bar import measures, picture
from tui.commands.following import exit_code
from tui.commands.narration import PlainLines, thinned


@pytest.fixture
def live(make_runs):
    """Return a live run, its view and its pen."""
    folder = make_runs.place("wine-live", epochs=200)
    recorder = make_runs.begin(folder)
    lock = RunLock(folder.lock)
    yield RunView(folder), recorder, make_runs
    lock.release()
    recorder.close()


def test_an_epoch_is_told_once_and_after_a_later_generation_again(live):
    view, recorder, make_runs = live
    lines = []
    teller = PlainLines(lines.append)
    make_runs.train(recorder, 3)
    for _ in range(2):
        view.refresh()
        teller.show(view)
    second = make_runs.begin(view.folder, generation=2, from_epoch=1)
    make_runs.train(second, 1, first=2)
    second.close()
    view.refresh()
    teller.show(view)
    told = [line.split()[1] for line in lines if line.startswith("epoch")]
    assert told == ["1/200", "2/200", "3/200", "2/200"]
    assert "went on from epoch 1 (step 4) as generation 2, exactly" in lines


def test_a_long_epoch_gives_a_sign_of_life(live, monkeypatch):
    view, recorder, make_runs = live
    now = [100.0]
    monkeypatch.setattr(narration.time, "monotonic", lambda: now[0])
    lines = []
    teller = PlainLines(lines.append)
    make_runs.train(recorder, 1)
    view.refresh()
    teller.show(view)
    recorder.progress(2, 3, 4, lambda: {"loss": 0.25}, 100.0)
    recorder.write_status()
    now[0] += 11
    view.refresh()
    teller.show(view)
    assert lines[-1] == "epoch 2/200  step 3/4  loss 0.2500"


def test_a_long_past_is_told_in_few_lines_where_that_is_asked(live):
    view, recorder, make_runs = live
    make_runs.train(recorder, 100)
    view.refresh()
    lines = []
    PlainLines(lines.append, past=5).show(view)
    told = [line.split()[1] for line in lines if line.startswith("epoch")]
    assert told == ["1/200", "26/200", "51/200", "75/200", "100/200"]
    assert "5 of the 100 epochs so far:" in lines


def test_thinning_keeps_the_first_and_the_last(live):
    view, recorder, make_runs = live
    make_runs.train(recorder, 7)
    view.refresh()
    assert [each.epoch for each in thinned(view.epochs, 3)] == [1, 4, 7]
    assert [each.epoch for each in thinned(view.epochs, 9)] == [1, 2, 3, 4, 5, 6, 7]


def drawn(view, cells):
    stream = io.StringIO()
    console = Console(file=stream, width=cells, force_terminal=True, color_system=None)
    console.print(picture(view, cells))
    return stream.getvalue().splitlines()


@pytest.mark.parametrize("cells", [40, 80, 200])
def test_the_bar_fits_and_tells_epoch_metrics_and_time_left(live, cells):
    view, recorder, make_runs = live
    make_runs.train(recorder, 100)
    view.refresh()
    bar, metrics = drawn(view, cells)
    assert bar.startswith("epoch 101/200 ")
    assert bar.rstrip().endswith(" left")
    assert metrics.rstrip() == "loss 0.01000 val 0.02000"
    assert max(map(len, (bar, metrics))) <= cells


def test_a_bar_tells_the_phase_and_obeys_no_markup(live):
    view, recorder, _ = live
    recorder.phase("loading", "[/b] \x1b[31m")
    view.refresh()
    (line,) = drawn(view, 80)
    assert line.rstrip() == r"loading [/b] \x1b[31m"


def test_metrics_that_do_not_fit_are_left_out_whole():
    metrics = {"loss": 0.5, "val_loss": 0.6, "mae": 0.7, "val_mae": 0.8}
    assert measures(metrics, 80) == "loss 0.5000 val 0.6000   mae 0.7000 val 0.8000"
    assert measures(metrics, 40) == "loss 0.5000 val 0.6000"


@pytest.mark.parametrize(
    ("state", "reason", "code"),
    [
        ("done", "", 0),
        ("failed", "data", 2),
        ("failed", "settings", 2),
        ("failed", "nan", 1),
        ("stopped", "", 3),
    ],
)
def test_every_end_has_its_exit_code(state, reason, code):
    ended = Ended(at=0.0, outcome=state, reason=reason)
    assert exit_code(Verdict(state, False, ""), ended) == code


@pytest.mark.parametrize("state", ["lost", "damaged", "last seen"])
def test_an_end_without_a_last_word_is_a_failure(state):
    assert exit_code(Verdict(state, False, ""), None) == 1


def test_what_several_workers_say_is_told_once(live):
    view, recorder, make_runs = live
    recorder.notice("A column was left out.")
    second = make_runs.begin(view.folder, generation=2, from_epoch=0)
    second.notice("A column was left out.")
    second.notice("Another thing.")
    second.close()
    view.refresh()
    lines = []
    PlainLines(lines.append).show(view)
    assert [line for line in lines if line.startswith("info")] == [
        "info: A column was left out.",
        "info: Another thing.",
    ]


def test_a_paused_run_has_a_bar_and_no_time_left(live):
    view, recorder, make_runs = live
    make_runs.train(recorder, 100)
    recorder.pause()
    view.refresh()
    bar, _ = drawn(view, 80)
    assert bar.startswith("paused in epoch 101/200 ")
    assert "left" not in bar
