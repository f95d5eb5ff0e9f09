"""The Samples panel: pictures and texts with what the network takes them for."""

from __future__ import annotations

import time

import msgspec
import pytest

from engine.run.records import Misses, Sample
from tests.tui.screen_support import (
    HUGE,
    NARROW,
    WIDE,
    WrittenRun,
    line_with,
    opened,
    text_of,
    until_shown,
)

HOSTILE = "[bold]x[/nonsense]\x1b]52;c;aGk=\x07\u202eevil"
SHOWN = "[bold]x[/nonsense]\\x1b]52;c;aGk=\\x07\\u202eevil"
LIGHT_TOP = "f" * 128 + "0" * 128
STRIPES = ("f" * 16 + "0" * 16) * 8


@pytest.fixture(autouse=True)
def _shades(monkeypatch):
    monkeypatch.setenv("COLORTERM", "truecolor")


def digits(*rows: list[str], pictures: list[str] | None = None) -> dict[str, object]:
    return {
        "kind": "digits",
        "columns": ["actual", "predicted", "probability"],
        "rows": list(rows),
        "pictures": [STRIPES] * len(rows) if pictures is None else pictures,
    }


def reviews(*rows: list[str]) -> dict[str, object]:
    columns = ["actual", "predicted", "score", "text", "moved by"]
    return {"kind": "reviews", "columns": columns, "rows": list(rows)}


def sampled(runs, epoch: int = 3, **sample: object) -> WrittenRun:
    """Write a run with a sample."""
    run = WrittenRun(runs, "wine-a").train(2)
    run.recorder.sample(Sample(at=time.time(), epoch=epoch, **sample))  # type: ignore[arg-type]
    return run


async def look(pilot, run: WrittenRun, *words: str) -> str:
    await pilot.pause()
    pilot.app.open_run(run.folder)
    return await until_shown(pilot, *words)


async def test_digits_are_drawn_with_what_they_were_taken_for(runs_dir):
    run = sampled(runs_dir, **digits(["7", "1", "98 %", "worst"], ["4", "4", "60 %"]))
    async with opened(runs_dir, WIDE) as pilot:
        shown = await look(pilot, run, "✗ 7 → 1  98 %", "✓ 4 → 4  60 %", "after epoch 3")
        assert "worst" in shown
        assert line_with(pilot.app, "▀").count("▀") == 32
        assert (
            line_with(pilot.app, "✗ 7").index("✓ 4") - line_with(pilot.app, "✗ 7").index("✗") == 18
        )


async def test_shades_are_shades(runs_dir):
    run = sampled(
        runs_dir, **digits(["7", "7", "98 %"], pictures=["f" * 16 + "8" * 16 + "0" * 224])
    )
    async with opened(runs_dir, WIDE) as pilot:
        await look(pilot, run, "▀▀▀")
        segments = [
            segment
            for strip in pilot.app.screen._compositor.render_strips()
            for segment in strip
            if "▀▀▀" in segment.text
        ]
        (segment,) = segments
        assert segment.style.color.get_truecolor() == (255, 255, 255)
        assert segment.style.bgcolor.get_truecolor() == (136, 136, 136)


@pytest.mark.parametrize(("size", "above"), [(NARROW, True), (HUGE, False)])
async def test_what_a_picture_was_taken_for_is_in_view_at_every_size(runs_dir, size, above):
    run = sampled(runs_dir, **digits(["7", "1", "98 %", "worst"], ["4", "4", "60 %"]))
    async with opened(runs_dir, size) as pilot:
        shown = (await look(pilot, run, "✗ 7 → 1  98 %", "▀")).splitlines()
        said = next(n for n, line in enumerate(shown) if "✗ 7" in line)
        drawn = next(n for n, line in enumerate(shown) if "▀▀▀▀" in line)
        assert (said < drawn) == above


def predictions(*rows: list[str], misses: Misses | None = None) -> dict[str, object]:
    columns = ["row", "actual", "predicted", "error"]
    return {"kind": "predictions", "columns": columns, "rows": list(rows), "misses": misses}


MISSES = Misses(
    rows=1024,
    edges=[-1.5, -0.5, 0.5, 1.5],
    counts=[3, 1000, 21],
    median=0.11,
    most=0.42,
    mean=-0.05,
    lost=2,
)


@pytest.mark.parametrize("size", [NARROW, WIDE, HUGE])
async def test_predicted_numbers_are_told_with_how_far_off_they_are(runs_dir, size):
    run = sampled(runs_dir, **predictions(["17", "9.5", "9.25", "-0.25"], misses=MISSES))
    async with opened(runs_dir, size) as pilot:
        shown = await look(pilot, run, "9.25", "predicted minus actual", "███")
        told = " ".join(pilot.app.screen.query_one("#samples").as_text().split())
        for words in (
            "1,024 validation rows",
            "±0.1100,",
            "0.05000 too",
            "2 rows got no number",
            "-1.5",
            "+1.5",
        ):
            assert words in told
        assert "███" in shown
        lines = pilot.app.screen.query_one("#samples").as_text().splitlines()
        line = next(each for each in lines if "▁▁▁" in each)  # three of a thousand are seen
        assert line.count("█") == 3


@pytest.mark.parametrize(
    "damaged",
    [
        {"counts": [], "edges": []},
        {"counts": [1, 2], "edges": [0.0]},
        {"counts": [0, 0, 0]},
        {"counts": [-4, -1, -2]},
        {"median": float("nan"), "most": float("inf")},
    ],
)
async def test_misses_that_are_not_whole_are_shown_as_far_as_they_go(runs_dir, damaged):
    misses = msgspec.structs.replace(MISSES, **damaged)
    run = sampled(runs_dir, **predictions(["17", "9.5", "9.25", "-0.25"], misses=misses))
    async with opened(runs_dir, WIDE) as pilot:
        await look(pilot, run, "9.25", "predicted minus actual")


async def test_earlier_samples_are_gone_back_to_and_the_latest_is_followed(runs_dir):
    run = sampled(runs_dir, 3, **predictions(["17", "9.5", "9.1", "-0.4"]))

    def later(epoch: int, said: str) -> None:
        sample = predictions(["17", "9.5", said, "0"])
        run.recorder.sample(Sample(at=time.time(), epoch=epoch, **sample))  # type: ignore[arg-type]

    async with opened(runs_dir) as pilot:
        await look(pilot, run, "after epoch 3", "9.1")
        assert "← earlier" not in text_of(pilot.app)  # there is none
        later(4, "9.2")
        later(5, "9.3")
        await until_shown(pilot, "after epoch 5", "9.3", "← earlier")
        await pilot.press("left")
        await until_shown(pilot, "after epoch 4 · 1 before the latest", "9.2")
        await pilot.press("left", "left", "left")
        await until_shown(pilot, "after epoch 3 · 2 before the latest", "9.1")
        later(6, "9.4")
        await until_shown(pilot, "after epoch 3 · 3 before the latest")
        await pilot.press("right", "right", "right", "right")
        await until_shown(pilot, "after epoch 6", "9.4")
        later(7, "9.5")
        await until_shown(pilot, "after epoch 7")


async def test_a_later_sample_takes_the_place_of_the_last(runs_dir):
    run = sampled(runs_dir, **digits(["7", "1", "98 %"]))
    async with opened(runs_dir, WIDE) as pilot:
        await look(pilot, run, "✗ 7 → 1")
        new = digits(["7", "7", "61 %"], pictures=[LIGHT_TOP])
        run.recorder.sample(Sample(at=time.time(), epoch=4, **new))  # type: ignore[arg-type]
        shown = await until_shown(pilot, "✓ 7 → 7  61 %", "after epoch 4")
        assert "▀" not in shown
        assert "→ 1" not in shown


@pytest.mark.parametrize(("size", "rows"), [(NARROW, [4, 4]), (WIDE, [6, 2]), (HUGE, [8])])
async def test_pictures_wrap_to_further_rows(runs_dir, size, rows):
    run = sampled(runs_dir, **digits(*([str(n), str(n), "9 %"] for n in range(8))))
    async with opened(runs_dir, size) as pilot:
        await look(pilot, run, "after epoch 3")
        panel = pilot.app.screen.query_one("#samples")
        said = ["".join(text for text, _ in line) for line in panel.lines]
        assert [line.count("→") for line in said if "✓" in line] == rows


async def test_long_names_of_classes_stand_on_lines_of_their_own(runs_dir):
    run = sampled(runs_dir, **digits(["golden retriever", "labrador", "98 %", "worst"]))
    async with opened(runs_dir, HUGE) as pilot:
        await look(pilot, run, "✗ golden retrie…", "→ labrador", "98 %, worst")


@pytest.mark.parametrize("term", ["linux", "ansi"])
async def test_terminals_without_shades_get_characters(runs_dir, monkeypatch, term):
    monkeypatch.setenv("TERM", term)
    monkeypatch.delenv("COLORTERM", raising=False)
    run = sampled(runs_dir, **digits(["7", "1", "98 %"], pictures=[LIGHT_TOP]))
    async with opened(runs_dir, WIDE) as pilot:
        shown = await look(pilot, run, "@" * 16, "x 7 > 1  98 %")
        assert shown.isascii()


async def test_sixteen_colours_get_characters(runs_dir, monkeypatch):
    monkeypatch.setenv("TERM", "xterm-16color")
    monkeypatch.delenv("COLORTERM", raising=False)
    run = sampled(runs_dir, **digits(["7", "1", "98 %"], pictures=[LIGHT_TOP]))
    async with opened(runs_dir, WIDE) as pilot:
        assert await look(pilot, run, "@" * 16, "✗ 7 → 1  98 %")


async def test_a_review_is_told_with_its_score_and_the_words_that_moved_it(runs_dir):
    text = " ".join(f"word{n}" for n in range(200))
    run = sampled(
        runs_dir,
        **reviews(
            ["positive", "positive", "0.93", "a film to love", "love, superb"],
            ["negative", "positive", "0.71", text, ""],
        ),
    )
    async with opened(runs_dir, HUGE) as pilot:
        shown = await look(pilot, run, "✓ positive → positive  0.93", "✗ negative → positive")
        assert "a film to love" in shown
        assert "moved by: love, superb" in shown
        assert shown.count("moved by") == 1
        panel = pilot.app.screen.query_one("#samples")
        lines = ["".join(piece for piece, _ in line) for line in panel.lines]
        long = [line for line in lines if "word" in line and "moved" not in line]
        assert len(long) == 4
        assert long[-1].endswith("…")


async def test_text_of_others_is_shown_as_text(runs_dir):
    row = [HOSTILE, HOSTILE, HOSTILE, f"{HOSTILE}\n{HOSTILE}", HOSTILE]
    run = sampled(runs_dir, **reviews(row))
    async with opened(runs_dir, HUGE) as pilot:
        shown = await look(pilot, run, f"{SHOWN} → {SHOWN}", f"moved by: {SHOWN}")
        run.recorder.sample(Sample(at=time.time(), epoch=4, **digits(row[:4])))  # type: ignore[arg-type]
        shown += await until_shown(pilot, "✓ [bold]x[/nons…", "after epoch 4")
        assert "\x1b" not in shown
        assert "\u202e" not in shown


@pytest.mark.parametrize(
    "sample",
    [
        digits(["7"], [], ["1", "2", "3", "4", "5", "6"], pictures=["x", "", LIGHT_TOP, LIGHT_TOP]),
        digits(pictures=[LIGHT_TOP]),
        digits(["7", "7", "9 %"], pictures=[]),
        reviews(["positive"], []),
        reviews(),
        {"kind": "of another time", "columns": ["one"], "rows": [["1"]]},
    ],
)
async def test_a_sample_that_is_not_whole_is_shown_as_far_as_it_goes(runs_dir, sample):
    run = sampled(runs_dir, **sample)
    async with opened(runs_dir, NARROW) as pilot:
        await look(pilot, run, "after epoch 3")
        assert "Samples" in text_of(pilot.app)
