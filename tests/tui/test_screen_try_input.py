"""Try: what is typed, filled in and drawn is what the network is asked, and its answer is shown."""

from __future__ import annotations

import pytest
from PIL import Image

from engine.data.given import Given
from engine.data.pictures import PicturePreparation
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
from tests.tui.test_screen_foresight import Played
from tests.tui.try_support import (
    DIGITS,
    ROWS,
    TEXTS,
    asked,
    questions,
    recognised,
    scored,
    trained,
    trying,
)
from tui.tryout.answer_panel import AnswerPanel
from tui.tryout.canvas import Canvas
from tui.tryout.row_form import RowForm
from tui.tryout.text_box import LONGEST, TextBox


@pytest.fixture
def played(monkeypatch) -> Played:
    """Replace the standby of every console by one that the test plays."""
    played = Played()
    monkeypatch.setattr("tui.app.StandingBy", lambda **_: played)
    return played


def given(played: Played) -> Given:
    """Return what the last question was about."""
    return questions(played)[-1].question.given


async def ready(pilot, played: Played, folder, kind: type) -> None:
    """Try a run out and have its first question answered; return where it is typed or drawn."""
    await trying(pilot, folder)
    first = {
        TextBox: scored(0.5),
        RowForm: {"row": 1, "predicted": 10.5},
        Canvas: recognised(0),
    }[kind]
    (await asked(pilot, played)).say(first, None)
    await until(pilot, lambda: isinstance(pilot.app.focused, kind))
    await pilot.pause()


# Texts.


async def test_a_text_is_scored_with_the_words_that_moved_it(runs_dir, played):
    run = trained(runs_dir, TEXTS)
    async with opened(runs_dir) as pilot:
        await ready(pilot, played, run.folder, TextBox)
        await pilot.press(*"good?")
        await until(pilot, lambda: given(played).texts == ["good?"] or questions(played)[-1].say(
            scored(0.5), None))  # fmt: skip
        moved = {"good": 1.25, "[b]": -0.5, "the": 0.0}
        questions(played)[-1].say(scored(0.875, moved_by=moved, note="short"), None)
        shown = await until_shown(
            pilot, "positive  87 %", "score 0.875", "negative 0 ▕", "▏ 1 positive",
            "moved towards positive by", "good", "+1.25", "[b]", "−0.50", "Short.",
        )  # fmt: skip
        assert "the " not in shown.partition("moved towards")[2].partition("what each")[0]


async def test_of_what_is_typed_meanwhile_only_the_last_is_asked(runs_dir, played):
    run = trained(runs_dir, TEXTS)
    async with opened(runs_dir) as pilot:
        await ready(pilot, played, run.folder, TextBox)
        await pilot.press("a")
        first = await asked(pilot, played, 2)
        assert given(played).texts == ["a"]
        for letter in "bcdef":
            await pilot.press(letter)
            await pilot.pause(0.1)
        assert len(questions(played)) == 2
        first.say(scored(0.25), None)
        await asked(pilot, played, 3)
        await until(pilot, lambda: given(played).texts == ["abcdef"])
        questions(played)[-1].say(scored(0.75), None)
        await until_shown(pilot, "score 0.750")
        assert len(questions(played)) <= 4


async def test_escape_leaves_the_text_so_that_keys_hold(runs_dir, played, monkeypatch):
    run = trained(runs_dir, TEXTS)
    copied = []
    async with opened(runs_dir, WIDE) as pilot:
        monkeypatch.setattr(pilot.app, "copy", copied.append)
        await ready(pilot, played, run.folder, TextBox)
        await pilot.press(*"it's q", "escape", "y")
        await until(pilot, lambda: copied)
        assert copied == ["""dlconsole predict wine-a --text 'it'"'"'s q' --explain"""]
        await pilot.press("tab", "ctrl+u")
        await until(pilot, lambda: pilot.app.screen.query_one(TextBox).text == "")
        await until_shown(pilot, "Type or paste a text; the answer follows it.")


async def test_what_is_pasted_is_shown_and_not_obeyed(runs_dir, played):
    from textual.events import Paste

    run = trained(runs_dir, TEXTS)
    async with opened(runs_dir) as pilot:
        await ready(pilot, played, run.folder, TextBox)
        pilot.app.post_message(Paste("[/b] \x1b[2Jred\r\nline 漢字" + "x" * 2 * LONGEST))
        await until_shown(pilot, "xxxx")
        text = pilot.app.screen.query_one(TextBox).text
        assert text.startswith("[/b] \\x1b[2Jred\nline 漢字xx")
        assert len(text) == LONGEST


async def test_a_text_is_taken_from_a_file(runs_dir, played, tmp_path):
    run = trained(runs_dir, TEXTS)
    (tmp_path / "review.txt").write_bytes(b"Not bad.\r\n\x1b[2JAt all \xff.")
    async with opened(runs_dir) as pilot:
        await ready(pilot, played, run.folder, TextBox)
        await pilot.press("escape", "f")
        await until_shown(pilot, "Which file holds the text?")
        await pilot.press(*"missing", "enter")
        await until_shown(pilot, "There is no file 'missing'.")
        await pilot.press("ctrl+u", *str(tmp_path / "review.txt"), "enter")
        await until_shown(pilot, "Not bad.", "\\x1b[2JAt all")
        await until(pilot, lambda: given(played).texts[0].startswith("Not bad.\n"))


async def test_many_classes_are_listed_by_probability(runs_dir, played):
    names = [f"class {number}\x1b" for number in range(46)]
    run = trained(runs_dir, {**TEXTS, "classes": names})
    said = {name: (number + 1) / 1081 for number, name in enumerate(names)}
    async with opened(runs_dir, WIDE) as pilot:
        await ready(pilot, played, run.folder, TextBox)
        await pilot.press("x")
        answer = {"predicted": names[-1], "probability": 46 / 1081, "probabilities": said}
        (await asked(pilot, played, 2)).say(answer, None)
        shown = await until_shown(pilot, "class 45\\x1b  4 %", "and 34 classes less probable")
        assert shown.index("class 45\\x1b ") < shown.index("class 34\\x1b ")
        assert "class 33\\x1b" not in shown


# Rows.


async def test_a_row_begins_with_what_is_usual_and_shows_the_ranges(runs_dir, played):
    run = trained(runs_dir, ROWS)
    async with opened(runs_dir) as pilot:
        await ready(pilot, played, run.folder, RowForm)
        assert given(played).cells == {"pH": "3.18", "density": "0.9937", "colour": "white"}
        assert "2.72 … 3.8" in line_with(pilot.app, "pH")
        assert "median 0.9937" in line_with(pilot.app, "density")


async def test_a_cell_is_typed_moved_and_turned(runs_dir, played, monkeypatch):
    run = trained(runs_dir, ROWS)
    copied = []
    async with opened(runs_dir, WIDE) as pilot:
        monkeypatch.setattr(pilot.app, "copy", copied.append)
        await ready(pilot, played, run.folder, RowForm)
        await pilot.press("right", "down", *"0.99", "enter", "right")
        wanted = {"pH": "3.19", "density": "0.99", "colour": "red"}

        def is_asked() -> bool:
            if questions(played)[-1].question.given.cells != wanted:
                questions(played)[-1].say({"row": 1, "predicted": 1.0}, None)
                return False
            return True

        await until(pilot, is_asked)
        moved = {"pH": 0.125, "colour": -0.5}
        questions(played)[-1].say({"row": 1, "predicted": 13.0, "moved_by": moved}, None)
        await until_shown(pilot, "alcohol 13", "against the same row with the usual value", "−0.5")
        await pilot.press("y")
        await until(pilot, lambda: copied)
        assert copied == [
            "dlconsole predict wine-a --row pH=3.19 density=0.99 colour=red --explain"
        ]
        await pilot.press("u")
        await until(pilot, lambda: given(played).cells["pH"] == "3.18")


async def test_what_is_no_number_is_told_and_not_asked(runs_dir, played):
    run = trained(runs_dir, ROWS)
    async with opened(runs_dir) as pilot:
        await ready(pilot, played, run.folder, RowForm)
        await pilot.press(*"3,2x")
        await until_shown(pilot, "pH: expected a number, or")
        await pilot.pause(0.5)
        assert all("x" not in each.question.given.cells["pH"] for each in questions(played))
        await pilot.press("escape", "backspace")
        await until_gone(pilot, "expected a number")


async def test_what_the_training_rows_never_had_is_marked_and_asked(runs_dir, played):
    run = trained(runs_dir, ROWS)
    async with opened(runs_dir) as pilot:
        await ready(pilot, played, run.folder, RowForm)
        await pilot.press(*"99", "enter")
        await until_shown(pilot, "outside 2.72 … 3.8")
        await until(pilot, lambda: questions(played)[-1].say({"row": 1, "predicted": 1.0}, None)
                    or given(played).cells["pH"] == "99")  # fmt: skip


async def test_an_empty_cell_is_a_value_that_is_not_known(runs_dir, played):
    run = trained(runs_dir, ROWS)
    async with opened(runs_dir) as pilot:
        await ready(pilot, played, run.folder, RowForm)
        await pilot.press("enter", "ctrl+u", "enter")
        await until_shown(pilot, "not known")
        await until(pilot, lambda: given(played).cells["pH"] == "")


# Pictures.


def seen_by_the_network(played: Played):
    """Return the pixels that a network would get of what was drawn last."""
    preparation = PicturePreparation(tuple("0123456789"), 28, 28, 1, "dark")
    (item,) = preparation.read(Given(pictures=given(played).pictures))
    assert item.ready is not None
    return item.ready[..., 0]


@pytest.mark.parametrize(
    ("size", "down", "up", "column", "rows"),
    [(NARROW, (15, 2), (15, 12), 14, (3, 22)), (WIDE, (28, 4), (28, 24), 13, (4, 22))],
)
async def test_a_digit_is_drawn_with_the_mouse(runs_dir, played, size, down, up, column, rows):
    run = trained(runs_dir, DIGITS)
    async with opened(runs_dir, size) as pilot:
        await ready(pilot, played, run.folder, Canvas)
        await until_shown(pilot, "Draw with the mouse")
        await pilot.mouse_down(Canvas, offset=down)
        await pilot.hover(Canvas, offset=up)
        await pilot.mouse_up(Canvas, offset=up)

        def is_drawn() -> bool:
            if len(questions(played)) > 1:
                questions(played)[-1].say(recognised(1), None)
                return bool(seen_by_the_network(played)[rows[1] - 1, column] > 100)
            return False

        await until(pilot, is_drawn)
        pixels = seen_by_the_network(played)
        assert (pixels[rows[0] : rows[1], column] > 100).all()
        assert not pixels[:, : column - 4].any()
        await until_shown(pilot, "1  91 %", "0.9100")


async def test_a_digit_is_drawn_with_keys_moved_to_the_middle_and_taken_back(runs_dir, played):
    run = trained(runs_dir, DIGITS)
    async with opened(runs_dir) as pilot:
        await ready(pilot, played, run.folder, Canvas)
        canvas = pilot.app.screen.query_one(Canvas)
        await pilot.press("space", *["right"] * 9)
        (await asked(pilot, played, 2)).say(recognised(3), None)
        await until_shown(pilot, "the pen draws", "3  91 %", "It is off the middle")
        await pilot.press("space", "c")
        await until_gone(pilot, "the pen draws")
        await until_gone(pilot, "off the middle")
        assert max(map(abs, canvas.drawing.off_middle())) <= 1
        await pilot.press("e", *["left"] * 3)
        await until_shown(pilot, "the rubber rubs out")
        await pilot.press("u", "u", "u")
        await until_shown(pilot, "Draw with the mouse")
        await pilot.press("space", "down", "d")
        await until(pilot, lambda: canvas.drawing.is_blank)


async def test_a_picture_is_taken_from_a_file_inverted_and_drawn_on(
    runs_dir, played, tmp_path, monkeypatch
):
    run = trained(runs_dir, DIGITS)
    Image.new("L", (56, 56), 255).save(tmp_path / "scan.png")
    path = str(tmp_path / "scan.png")
    copied = []
    async with opened(runs_dir, WIDE) as pilot:
        monkeypatch.setattr(pilot.app, "copy", copied.append)
        await ready(pilot, played, run.folder, Canvas)
        await pilot.press("y")
        await until_shown(pilot, "What is drawn has no command line")
        await pilot.press("f")
        await until_shown(pilot, "Which picture?")
        await paste(pilot, path, "enter")
        said = await asked(pilot, played, 2)
        assert given(played).paths == [path]
        light = {"width": 28, "height": 28, "grey": "ff" * 780 + "00" * 4}
        said.say(recognised(4, note="Dark on light: invert it.", seen=light), None)
        await until_shown(pilot, "Dark on light: invert it.", "4  91 %")
        canvas = pilot.app.screen.query_one(Canvas)
        assert canvas.drawing.on_light
        await pilot.press("i")
        said = await asked(pilot, played, 3)
        assert given(played).invert
        dark = {"width": 28, "height": 28, "grey": "00" * 780 + "ff" * 4}
        said.say(recognised(7, seen=dark), None)
        await until_shown(pilot, "7  91 %")
        assert not canvas.drawing.on_light
        await pilot.press("y")
        await until(pilot, lambda: copied)
        assert copied == [f"dlconsole predict wine-a {path} --invert"]
        await pilot.press("space")
        await asked(pilot, played, 4)
        assert not given(played).paths
        pixels = seen_by_the_network(played)
        assert pixels[27, 27] == 255  # what was in the file is still there
        assert pixels[14, 14] == 255


async def test_what_is_drawn_can_be_inverted(runs_dir, played):
    run = trained(runs_dir, DIGITS)
    async with opened(runs_dir) as pilot:
        await ready(pilot, played, run.folder, Canvas)
        await pilot.press("space", "right", "i")
        await until(pilot, lambda: questions(played)[-1].say(recognised(1), None)
                    or seen_by_the_network(played)[0, 0] == 255)  # fmt: skip
        assert seen_by_the_network(played)[14, 14] == 0


async def test_large_pictures_in_colour_are_drawn_small(runs_dir, played):
    takes = {**DIGITS, "classes": ["cat", "dog"], "height": 96, "width": 128, "channels": 3,
             "ground": "light"}  # fmt: skip
    run = trained(runs_dir, takes)
    async with opened(runs_dir) as pilot:
        await ready(pilot, played, run.folder, Canvas)
        drawing = pilot.app.screen.query_one(Canvas).drawing
        assert (drawing.width, drawing.height) == (32, 24)
        assert drawing.on_light
        await pilot.press("space", "down")
        answer = {**scored(0.75), "predicted": "dog", "probabilities": {"cat": 0.25, "dog": 0.75}}
        (await asked(pilot, played, 2)).say(answer, None)
        await until_shown(pilot, "dog  75 %", "cat 0 ▕")


@pytest.mark.parametrize("variable", [("TERM", "linux"), ("LANG", "C"), ("NO_COLOR", "1")])
async def test_a_plain_terminal_shows_what_is_drawn(runs_dir, played, monkeypatch, variable):
    for name in ("LC_ALL", "LC_CTYPE", "COLORTERM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(*variable)
    run = trained(runs_dir, DIGITS)
    async with opened(runs_dir) as pilot:
        await ready(pilot, played, run.folder, Canvas)
        await pilot.press("space", *["down"] * 8)
        await until_shown(pilot, "@")
        panel = pilot.app.screen.query_one(AnswerPanel)
        await pilot.press("tab")
        await until(pilot, lambda: pilot.app.focused is panel)
        assert text_of(pilot.app).count("@") >= 4
