"""The report of a classification in the Run screen: what stands in it and what keys move."""

from __future__ import annotations

import math

import msgspec
import pytest

from engine.insight.ranking import at_threshold
from engine.run.files import replace
from engine.run.records import encode
from tests.classified import TEN, TWO, classify, predictions
from tests.tui.screen_support import (
    HUGE,
    NARROW,
    WIDE,
    WrittenRun,
    line_with,
    opened,
    text_of,
    until,
    until_shown,
)
from tui.figures import share
from tui.widgets.painted import HEAT

FLATTERS = "validated on the test set: figures flatter"
PARTS = {"val": predictions(300, 2, 1), "test": predictions(500, 2, 2)}


def finished(runs_dir) -> WrittenRun:
    return WrittenRun(runs_dir, "run-a").describe().train(20).end("done")


async def to_report(pilot, run: WrittenRun) -> None:
    """Open a run; of one that has ended the report is in view."""
    await pilot.pause()
    pilot.app.open_run(run.folder)
    await until_shown(pilot, "✓ done", "Report")
    while pilot.app.screen.query_one("PanelBar").chosen != "report":
        await pilot.press("tab")
    await until(pilot, lambda: page_of(pilot))


def page_of(pilot) -> str:
    """Return all that stands in the panel, in view or not."""
    lines = pilot.app.screen.query_one("#report").lines
    return "\n".join("".join(text for text, _ in line) for line in lines)


def footer(pilot) -> str:
    return text_of(pilot.app).splitlines()[-1]


@pytest.mark.parametrize("size", [NARROW, WIDE, HUGE])
async def test_the_report_has_figures_of_each_class(runs_dir, size):
    run = finished(runs_dir)
    report = classify(run.folder, TEN)
    async with opened(runs_dir, size) as pilot:
        await to_report(pilot, run)
        page = page_of(pilot)
        lines = page.splitlines()
        for heading in ("accuracy", "operating point", "classes", "confusion", "most confused",
                        "calibration", "worst mistakes"):  # fmt: skip
            assert any(heading in line for line in lines), heading
        seven = report.classification.per_class[7]
        row = next(line for line in lines if line.split()[:1] == ["7"] and "0." in line)
        assert f"{seven.precision:.4f}   {seven.recall:.4f}   {seven.f1:.4f}" in row
        matrix = " ".join(str(each or ".") for each in report.classification.confusion[7])
        assert any(" ".join(line.split()).endswith(f"7 {matrix}") for line in lines)
        assert f"expected error {report.classification.calibration.error:.4f}" in page
        assert report.classification.mistakes[0].name in page
        assert max(map(len, lines)) <= size[0]


async def test_the_operating_point_is_moved_by_keys(runs_dir):
    run = finished(runs_dir)
    report = classify(run.folder, TWO, PARTS)
    scores, positive = PARTS["test"].probabilities[:, 1], PARTS["test"].labels == 1

    def found_at(threshold: float) -> tuple[str, ...]:
        point = at_threshold(scores, positive, threshold, "pos")
        return (
            f"pos from a probability of {threshold:.4g} on",
            f"precision {share(point.precision)}",
            f"recall {point.recall:.4f}",
            f"specificity {point.specificity:.4f}",
            f"found {point.true_positives} of {positive.sum()}",
        )

    async with opened(runs_dir) as pilot:
        await to_report(pilot, run)
        await pilot.press("right")
        shown = await until_shown(pilot, "operating point", *found_at(0.55))
        assert "ROC" in shown
        assert "◆" in shown
        await pilot.press("left", "left")
        await until_shown(pilot, *found_at(0.45))
        await pilot.press("b")
        best = report.classification.curves[0].best_threshold
        await until_shown(pilot, *found_at(best))
        await pilot.press(*["right"] * 30)
        await until_shown(pilot, *found_at(0.999))
        await pilot.press(*["left"] * 40)
        await until_shown(pilot, *found_at(0.001))


async def test_another_class_is_chosen_by_a_key_where_there_are_several(runs_dir):
    run = finished(runs_dir)
    classify(run.folder, TEN)
    async with opened(runs_dir, WIDE) as pilot:
        await to_report(pilot, run)
        await until(pilot, lambda: "c class" in footer(pilot))
        await pilot.press("c")
        await until_shown(pilot, "1 from a probability of 0.5 on")
        await pilot.press("C", "C")
        await until_shown(pilot, "9 from a probability of 0.5 on")


async def test_the_footer_has_the_keys_that_mean_something(runs_dir):
    run = finished(runs_dir)
    classify(run.folder, TWO)
    async with opened(runs_dir) as pilot:
        await to_report(pilot, run)
        await until(pilot, lambda: "b best F1" in footer(pilot))
        assert "← lower" in footer(pilot)
        assert "class" not in footer(pilot)
        await pilot.press("tab")
        await until(pilot, lambda: "best F1" not in footer(pilot))


async def test_validation_on_the_test_set_is_said_with_the_figures(runs_dir):
    run = finished(runs_dir)
    classify(run.folder, TWO, validates_on_test=True)
    async with opened(runs_dir, HUGE) as pilot:
        await to_report(pilot, run)
        lines = page_of(pilot).splitlines()
        for heading in (" accuracy ", " test part", " operating point", " classes", "confusion",
                        "most confused", "calibration", "worst mistakes"):  # fmt: skip
            assert FLATTERS in next(line for line in lines if heading in line), heading
        assert FLATTERS.capitalize() in line_with(pilot.app, "Validated")
        classify(run.folder, TWO)
        run.train(0)
        await pilot.press("tab", "shift+tab")
        await until(pilot, lambda: FLATTERS not in page_of(pilot))


async def test_without_predictions_the_curves_stand_and_the_point_does_not(runs_dir):
    run = finished(runs_dir)
    classify(run.folder, TWO)
    run.folder.predictions.write_bytes(b"PK\x03\x04 torn")
    async with opened(runs_dir, WIDE) as pilot:
        await to_report(pilot, run)
        await pilot.press("right")
        shown = await until_shown(pilot, "0.55 on", "are damaged", "ROC")
        assert "◆" not in shown.split("operating point")[1]


async def test_a_diverged_network_is_said_to_be_one(runs_dir):
    run = finished(runs_dir)
    found = predictions(40, 10)
    found.probabilities[:] = math.nan
    classify(run.folder, TEN, {"val": found, "test": found})
    async with opened(runs_dir, WIDE) as pilot:
        await to_report(pilot, run)
        await until(pilot, lambda: "no number came out for 40 rows" in page_of(pilot))
        await pilot.press("b")
        await until_shown(pilot, "precision -")


async def test_mistakes_with_pictures_are_drawn(runs_dir):
    run = finished(runs_dir)
    report = classify(run.folder, TEN)
    found = report.classification
    mistakes = [
        msgspec.structs.replace(each, shown={"picture": "08f0" * 64}) for each in found.mistakes
    ]
    found = msgspec.structs.replace(found, mistakes=mistakes)
    replace(run.folder.report, encode(msgspec.structs.replace(report, classification=found)))
    async with opened(runs_dir) as pilot:
        await to_report(pilot, run)
        page = page_of(pilot).partition("worst mistakes")[2]
        assert f"is {mistakes[0].actual}" in page
        assert len(page.splitlines()) > 3 * 8


async def test_ascii_terminals_get_ascii(runs_dir, monkeypatch):
    monkeypatch.setattr("tui.terminal.is_ascii_only", lambda: True)
    run = finished(runs_dir)
    classify(run.folder, TWO)
    async with opened(runs_dir, WIDE) as pilot:
        await pilot.pause()
        pilot.app.open_run(run.folder)
        await until_shown(pilot, "+ done")
        while pilot.app.screen.query_one("PanelBar").chosen != "report":
            await pilot.press("tab")
        await pilot.press("right")
        shown = await until_shown(pilot, "ROC AUC", "0.55 on")
        assert shown.isascii()
        assert "?" not in shown.replace("? help", "")


async def test_names_of_classes_are_shown_as_text(runs_dir):
    run = finished(runs_dir)
    classify(run.folder, ["[bold]a[/x] \x1b[31m", "\u202eb"])
    async with opened(runs_dir, HUGE) as pilot:
        await to_report(pilot, run)
        await pilot.press("right")
        shown = await until_shown(pilot, "\\u202eb from a probability")
        assert "\x1b" not in shown
        assert "\u202e" not in shown


@pytest.mark.parametrize("keep", [0.2, 0.5, 0.9])
async def test_a_report_that_is_cut_is_told(runs_dir, keep):
    run = finished(runs_dir)
    classify(run.folder, TWO)
    content = run.folder.report.read_bytes()
    run.folder.report.write_bytes(content[: int(len(content) * keep)])
    async with opened(runs_dir) as pilot:
        await to_report(pilot, run)
        await pilot.press("right", "b", "c")
        await until_shown(pilot, "damaged")


@pytest.mark.parametrize("theme", ["dlconsole-dark", "dlconsole-light", "ansi-dark", "ansi-light"])
async def test_counts_that_are_wrong_stand_out_more_the_more_they_are(runs_dir, theme):
    run = finished(runs_dir)
    classify(run.folder, TEN)
    async with opened(runs_dir, WIDE) as pilot:
        pilot.app.theme = theme
        await to_report(pilot, run)
        page = pilot.app.screen.query_one("#report")
        looks = {look: page.paint((("7", look),), 1)._segments[0].style for look in HEAT}
        assert len(set(looks.values())) == len(HEAT)
        assert all(
            style.color != style.bgcolor or style.color.is_default for style in looks.values()
        )
        used = {look for line in page.lines for _, look in line}
        assert used >= {HEAT[0], HEAT[-1]}
