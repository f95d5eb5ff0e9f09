"""What the Launch screen says of the training to come, and how it finds out."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest
from rich.cells import cell_len

from engine.errors import Problem
from engine.process.questions import Describe
from engine.process.standby import Standby
from engine.run.folder import list_folders
from engine.run.records import Described
from tests.tui.screen_support import (
    NARROW,
    WIDE,
    line_with,
    opened,
    paste,
    text_of,
    until,
    until_gone,
    until_shown,
)
from tests.tui.test_screen_launch import at_form
from tui.form.forecast import Forecast
from tui.screens.launch import LaunchScreen
from tui.screens.run import RunScreen

DESCRIBED = Described(
    at=0.0,
    data="digits",
    rows={"train": 55_000, "val": 5_000, "test": 10_000},
    parameters=567_434,
    layers=[("Dense", "(None, 512)", 401_920), ("Dense", "(None, 10)", 1_290)],
)
LAST = {"epoch_seconds": 3.01}
NETWORK = {
    "described": {
        "type": "described",
        "at": 0.0,
        "data": "digits",
        "rows": {"train": 55_000, "val": 5_000, "test": 10_000},
        "parameters": 567_434,
        "layers": [["Dense", "(None, 512)", 401_920], ["Dense", "(None, 10)", 1_290]],
    },
    "notes": ["Separator: [semicolon]."],
}


class Said:
    """Answers that a test gives; each line waits until the test lets it go."""

    def __init__(self, question: object) -> None:
        self.question = question
        self.lines: list[object] = []
        self.is_cancelled = False
        self._more = threading.Condition()

    def say(self, *lines: object) -> None:
        """Let lines go; a Problem is raised, None is the end."""
        with self._more:
            self.lines += lines
            self._more.notify()

    def cancel(self) -> None:
        self.is_cancelled = True
        self.say(None)

    def dismiss(self) -> None:
        """Do nothing."""

    def __iter__(self) -> Iterator[object]:
        while True:
            with self._more:
                self._more.wait_for(lambda: self.lines)
                line = self.lines.pop(0)
            if line is None or self.is_cancelled:
                return
            if isinstance(line, Problem):
                raise line
            yield line


class Played:
    """Stands in for what keeps a standby, and for the standby itself."""

    is_wanted = True
    current = None

    def __init__(self) -> None:
        self.asked: list[Said] = []
        self.backends: list[str] = []
        self.is_ready = True

    def fit(self, backend: str) -> Played:
        self.backends.append(backend)
        return self

    def ask(self, question: object, environment: object, *, alone: bool = False) -> Said:
        self.asked.append(Said(question))
        return self.asked[-1]

    def dismiss(self) -> None:
        """Do nothing."""

    def need(self, who: object) -> None:
        """Do nothing."""

    def release(self, who: object) -> None:
        """Do nothing."""

    def attend(self) -> None:
        """Do nothing."""


@pytest.fixture
def played(monkeypatch) -> Played:
    """Replace the standby of every console by one that the test plays."""
    played = Played()
    monkeypatch.setattr("tui.app.StandingBy", lambda **_: played)
    return played


async def test_the_forecast_comes_piece_by_piece(runs_dir, played):
    async with opened(runs_dir, WIDE) as pilot:
        await until(pilot, lambda: played.asked)
        (said,) = played.asked
        assert isinstance(said.question, Describe)
        await until_shown(pilot, " …\n dlconsole train wine")
        said.say({"absent": [], "bytes": 0}, NETWORK)
        await until_shown(
            pilot, "567,434 parameters · … an epoch · 55,000 train, 5,000 val, 10,000 test"
        )
        said.say(LAST, None)
        await until_shown(pilot, "567,434 parameters · about 3.0 s an epoch here · 55,000 train")


async def test_while_it_is_being_imported_the_form_says_so(runs_dir, played):
    played.is_ready = False
    async with opened(runs_dir) as pilot:
        await until_shown(pilot, "… importing TensorFlow")
        await until(pilot, lambda: played.asked)
        played.asked[0].say({"absent": [], "bytes": 0})
        await until_gone(pilot, "importing")


async def test_an_edit_ends_the_question_and_puts_another_one(runs_dir, played):
    async with opened(runs_dir, WIDE) as pilot:
        await at_form(pilot, "batch_size")
        await until(pilot, lambda: played.asked)
        played.asked[0].say(NETWORK, LAST, None)
        await until_shown(pilot, "567,434 parameters")
        await pilot.press(*"64")
        await until_gone(pilot, "567,434 parameters")  # it is not true any more
        await until(pilot, lambda: len(played.asked) == 2)
        await pilot.press(*"0")
        await until(pilot, lambda: len(played.asked) == 3)
        assert played.asked[1].is_cancelled
        assert not played.asked[0].is_cancelled  # it was over
        assert played.asked[2].question.form.spec.values["batch_size"] == 640


async def test_only_what_matters_is_asked_about(runs_dir, played):
    async with opened(runs_dir, WIDE) as pilot:
        page = await at_form(pilot, "name")
        await until(pilot, lambda: played.asked)
        await pilot.press(*"mine", "enter")
        page.go_to("seed")
        await pilot.press("7", "enter")
        page.go_to("backend")
        await pilot.press("right")
        await until(pilot, lambda: len(played.asked) == 2)
        assert played.backends == ["tensorflow", "jax"]
        assert [each.question.form.spec.backend for each in played.asked] == played.backends


async def test_a_form_that_cannot_be_trained_is_not_asked_about(runs_dir, played):
    async with opened(runs_dir, WIDE) as pilot:
        await at_form(pilot, "dropout")
        await until(pilot, lambda: played.asked)
        played.asked[0].say(NETWORK, LAST, None)
        await until_shown(pilot, "567,434 parameters")
        await pilot.press("5", "enter")
        await until_shown(pilot, "expected a number")
        await until_gone(pilot, "567,434 parameters")
        await pilot.press("up", "backspace")
        await until(pilot, lambda: len(played.asked) == 2)
        assert played.asked[1].question.form.spec.values["dropout"] == 0


async def test_a_problem_stands_in_the_place_of_the_forecast(runs_dir, played):
    async with opened(runs_dir) as pilot:
        await until(pilot, lambda: played.asked)
        played.asked[0].say(
            Problem("table.csv, line 17, column 'pH': expected a number, found 'x'.", "Correct it.")
        )
        shown = await until_shown(pilot, "table.csv, line 17", "Correct it.")
        assert "dlconsole train wine" in shown
        await at_form(pilot, "units")
        await pilot.press("8")
        await until_gone(pilot, "line 17")


async def test_data_that_has_to_be_fetched_is_said_to_be(runs_dir, played):
    async with opened(runs_dir) as pilot:
        await until(pilot, lambda: played.asked)
        played.asked[0].say({"absent": ["winequality-white.csv"], "bytes": 264_426}, None)
        await until_shown(pilot, "winequality-white.csv (264 kB) is fetched first")


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_layers_are_shown_on_request_as_soon_as_they_are_known(runs_dir, played, size):
    async with opened(runs_dir, size) as pilot:
        await until(pilot, lambda: played.asked)
        await pilot.press("n")
        await until_shown(pilot, "network", "esc close")
        played.asked[0].say(NETWORK, LAST, None)
        shown = await until_shown(pilot, "output shape", "401,920", "Separator: [semicolon].")
        assert "(None, 10)" in shown
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, LaunchScreen))
        assert len(played.asked) == 1  # looking is no reason to ask anew


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_data_is_shown_on_request(runs_dir, played, size):
    async with opened(runs_dir, size) as pilot:
        await until(pilot, lambda: played.asked)
        await pilot.press("p")
        await until_shown(pilot, "reading the data")
        await until(pilot, lambda: len(played.asked) == 2)
        columns = [
            {
                "name": f"[b]column {i}[/b]",
                "role": "target" if i == 0 else "input",
                "kind": "number",
                "missing": 1234 * i,
                "values": "0.1 … 3.5",
            }
            for i in range(30)
        ]
        played.asked[1].say(
            {
                "origin": "table.csv, 4,898 rows",
                "rows": 4898,
                "columns": columns,
                "head": [[f"{row}.{i}" for i in range(30)] for row in range(20)],
                "left": 0,
                "notes": ["Decimal commas: pH."],
                "problem": "",
                "remedy": "",
            },
            None,
        )
        await until_shown(
            pilot, "table.csv, 4,898 rows", "Decimal commas", "[b]column 1[/b]", "1,234"
        )
        await pilot.press("end")
        await until_shown(pilot, "19.0")
        await pilot.press(*["right"] * 3)
        await until_gone(pilot, "19.0 ")
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, LaunchScreen))


async def test_closing_the_data_ends_the_question(runs_dir, played):
    async with opened(runs_dir) as pilot:
        await until(pilot, lambda: played.asked)
        await pilot.press("p")
        await until(pilot, lambda: len(played.asked) == 2)
        await pilot.press("escape")
        await until(pilot, lambda: played.asked[1].is_cancelled)
        assert not played.asked[0].is_cancelled


async def test_data_that_cannot_be_looked_at_is_told(runs_dir, played):
    async with opened(runs_dir, WIDE) as pilot:
        await at_form(pilot, "source")
        await pilot.press("left", "p")
        await until_shown(pilot, "path: Where does it lie?")
        assert isinstance(pilot.app.screen, LaunchScreen)


async def test_leaving_the_form_ends_the_question_and_coming_back_puts_it_anew(runs_dir, played):
    async with opened(runs_dir) as pilot:
        await until(pilot, lambda: played.asked)
        await pilot.press("o")
        await until(pilot, lambda: played.asked[0].is_cancelled)
        await pilot.press("n")
        await until(pilot, lambda: len(played.asked) == 2)


@pytest.mark.skipif(not Standby.is_possible(), reason="the standby needs Linux")
async def test_a_real_standby_answers_and_becomes_the_worker(runs_dir, tmp_path):
    table = tmp_path / "table.csv"
    table.write_text("size,price\n" + "".join(f"{i},{i % 7}\n" for i in range(40)))
    async with opened(runs_dir, WIDE, has_standby=True) as pilot:
        page = await at_form(pilot, "source")
        await pilot.press("left")
        page.go_to("path")
        await paste(pilot, str(table), "enter")
        await until_shown(pilot, "no column 'target'", "Name one of: size, price.", seconds=120)
        page.go_to("target")
        await pilot.press(*"price", "enter")
        await until_shown(pilot, "97 parameters · about", "32 train, 4 val, 4 test")
        await pilot.press("p")
        await until_shown(pilot, "table.csv, 40 rows", "0 … 39", "target")
        await pilot.press("escape")
        page.go_to("epochs")
        await pilot.press("3", "enter", "l")
        await until(pilot, lambda: isinstance(pilot.app.screen, RunScreen))
        await until_shown(pilot, "✓ done", seconds=60)
        assert not pilot.app._workers_launched  # it was the standby that became the worker
        standby = pilot.app.standing_by.current
        assert standby is not None
        assert standby.is_ready
    deadline = time.monotonic() + 10
    while not standby.has_ended():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    (folder,) = list_folders(runs_dir)
    assert folder.report.is_file()


@pytest.mark.parametrize("cells", [118, 83, 78, 60, 40, 20, 5])
@pytest.mark.parametrize("seconds", [None, 0.021, 3.0, 8000.0])
def test_a_forecast_fits(cells, seconds):
    forecast = Forecast(described=DESCRIBED, epoch_seconds=seconds, asking=seconds is None)
    text = forecast.text(cells)
    assert cell_len(text) <= cells
    if cells >= 20:
        assert text.startswith("567,434 parameters")
    if cells >= 78:
        assert "55,000 train, 5,000 val, 10,000 test" in text


def test_a_forecast_says_why_nothing_is_timed():
    forecast = Forecast(described=DESCRIBED, busy="gpu:0")
    assert forecast.text(100).startswith("567,434 parameters · not timed: gpu:0 is in use")
    assert Forecast().text(100) == ""


async def test_keys_are_quick_while_the_standby_imports_and_answers(runs_dir):
    """From a key to what it changes on the screen, at any time in the first seconds."""
    async with opened(runs_dir, WIDE, has_standby=True) as pilot:
        page = await at_form(pilot, "source")
        await pilot.press("right")  # the built-in data, which is there
        page.go_to("units")
        waits, answered_at = [], 0.0
        begun = time.monotonic()
        while time.monotonic() < begun + 60 and not (answered_at and len(waits) > 100):
            before = page.at
            pressed = time.monotonic()
            await pilot.press("down" if before == "units" else "up")
            assert page.at != before
            waits.append(time.monotonic() - pressed)
            await pilot.pause(0.05)  # as nobody types without any
            if not answered_at and "an epoch here" in line_with(pilot.app, "parameters"):
                answered_at = time.monotonic()
        assert answered_at or not Standby.is_possible(), text_of(pilot.app)
        waits.sort()
        assert waits[len(waits) // 2] < 0.15
        assert waits[int(0.97 * len(waits))] < 1.0  # whatever else the machine does now and then
