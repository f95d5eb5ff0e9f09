"""Of what is drawn only what differs is sent, and the terminal shows the same all the same."""

from __future__ import annotations

import random

from rich.color import ColorSystem
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.geometry import Region
from textual.strip import Strip

from tests.bench.shown import Shown
from tests.bench.terminal import Terminal
from tests.tui.screen_support import WrittenRun
from tui.shown_cells import ShownCells

CONSOLE_PROGRAM = "import sys; from tui.cli import main; sys.argv = ['dlconsole']; sys.exit(main())"
COLUMNS, ROWS = 24, 4
CONSOLE = Console(color_system="truecolor", force_terminal=True)
STYLES = (
    None,
    Style.parse("bold #ff0000 on #000000"),
    Style.parse("#ff0000 on #000000"),
    Style.parse("reverse on #101010"),
    Style.parse("green"),
    Style.parse("dim"),
)
LETTERS = ("a", "b", " ", "⣿", "─", "漢", "e\u0301", "👍")


def strip_of(chance: random.Random, cells: int, letters: tuple[str, ...]) -> Strip:
    """Return a strip of so many cells, at random."""
    segments, left = [], cells
    while left > 0:
        text = "".join(chance.choices(letters, k=chance.randint(1, 4)))
        segment = Segment(text, chance.choice(STYLES))
        left -= segment.cell_length
        segments.append(segment)
    return Strip(segments).adjust_cell_length(cells)


class Screens:
    """A terminal that gets all of each drawing, and one that gets what differs."""

    def __init__(self) -> None:
        self.cells = ShownCells()
        self.whole, self.sparing = Shown(COLUMNS, ROWS), Shown(COLUMNS, ROWS)
        self.sent = 0

    def draw_all(self, rows: list[list[Strip]]) -> None:
        update = LayoutUpdate(rows, Region(0, 0, COLUMNS, ROWS))
        self.whole.feed(update.render_segments(CONSOLE))
        self._take(update)

    def draw(self, chops: list[dict[int, Strip | None]], spans, ends) -> None:
        update = ChopsUpdate(chops, spans, ends)
        self.whole.feed(update.render_segments(CONSOLE))
        self._take(update)

    def _take(self, update: LayoutUpdate | ChopsUpdate) -> None:
        sent = self.cells.difference(update, CONSOLE)
        self.sparing.feed(sent)
        self.sent = len(sent)

    def agree(self) -> bool:
        return all(
            self.whole.cell(x, y) == self.sparing.cell(x, y)
            for x in range(COLUMNS)
            for y in range(ROWS)
        )


def blank() -> list[list[Strip]]:
    return [[Strip.blank(COLUMNS)] for _ in range(ROWS)]


def test_the_terminal_shows_the_same_after_any_drawings():
    for seed in range(150):
        chance = random.Random(seed)
        letters = LETTERS if seed % 3 == 0 else LETTERS[:5]
        screens = Screens()
        screens.draw_all(
            [[strip_of(chance, 10, letters), strip_of(chance, 14, letters)] for _ in range(ROWS)]
        )
        for _ in range(12):
            # Two widgets beside each other; some cells of each have changed.
            chops = [
                {0: strip_of(chance, 10, letters), 10: strip_of(chance, 14, letters)}
                for _ in range(ROWS)
            ]
            whole = seed % 3 == 0  # a wide character is not cut by who asks for a refresh
            spans = [
                (y, 0, COLUMNS) if whole else (y, *sorted(chance.sample(range(COLUMNS + 1), 2)))
                for y in sorted(chance.sample(range(ROWS), chance.randint(1, ROWS)))
            ]
            screens.draw(chops, spans, [[10, COLUMNS]] * ROWS)
            if chance.random() < 0.2:
                screens.draw_all([[strip_of(chance, COLUMNS, letters)] for _ in range(ROWS)])
            elif not whole:  # Textual sends from the left edge of a widget: more than was asked for
                left = [(y, 0 if x1 < 10 else 10, x2) for y, x1, x2 in spans]
                screens.draw(chops, left, [[10, COLUMNS]] * ROWS)
            assert screens.agree(), f"seed {seed}"


def test_what_is_there_already_is_not_sent():
    screens = Screens()
    screens.draw_all(blank())
    text = Strip([Segment("loss 0.1234", STYLES[1])])
    screens.draw([{0: text, 11: None}], [(0, 0, 11)], [[11, COLUMNS]])
    assert screens.sent > 11
    screens.draw([{0: text, 11: None}], [(0, 0, 11)], [[11, COLUMNS]])
    assert screens.sent == 0
    screens.draw(
        [{0: Strip([Segment("loss 0.1235", STYLES[1])]), 11: None}], [(0, 0, 11)], [[11, COLUMNS]]
    )
    assert screens.agree()
    assert screens.sent <= len("\x1b[1;11H\x1b[1;38;2;255;0;0;48;2;0;0;0m5\x1b[0m")


def test_another_look_of_the_same_text_is_sent():
    screens = Screens()
    screens.draw_all(blank())
    for style in STYLES:
        screens.draw([{0: Strip([Segment("x" * COLUMNS, style)])}], [(0, 0, COLUMNS)], [[COLUMNS]])
        assert screens.agree()


def test_nothing_is_taken_for_shown_after_the_screen_was_forgotten():
    screens = Screens()
    screens.draw_all(blank())
    screens.cells.forget()
    screens.draw([{0: Strip.blank(COLUMNS)}], [(0, 0, COLUMNS)], [[COLUMNS]])
    assert screens.sent >= COLUMNS


def test_few_colors_are_sent_as_few_colors():
    cells, console = ShownCells(), Console(color_system="standard", force_terminal=True)
    assert console._color_system is ColorSystem.STANDARD
    strip = Strip([Segment("x", Style.parse("#ff0000"))])
    sent = cells.difference(ChopsUpdate([{0: strip}], [(0, 0, 1)], [[1]]), console)
    assert "38;2" not in sent
    assert sent.startswith("\x1b[1;1H\x1b[31mx")


def test_a_screen_that_was_written_over_can_be_drawn_anew(runs_dir):
    WrittenRun(runs_dir, "wine-a").describe().train(7).end("done")
    with Terminal(["-c", CONSOLE_PROGRAM], 100, 30) as console:
        console.until_shown("recipes")
        console.type("o")
        console.until_shown("wine-a", "1 run")
        console.type("\r")
        console.until_shown("Samples", "train")
        console.type("\t\t\t[g")
        console.until_shown("log")
        console.read_for(1)
        cells = [console.screen.cell(x, y) for x in range(100) for y in range(30)]
        console.screen.feed("\x1b[5;5Hbroadcast message from somebody")
        console.type("\x0c")
        console.read_for(0.5)
        assert "broadcast" not in console.screen.text
        assert [console.screen.cell(x, y) for x in range(100) for y in range(30)] == cells
