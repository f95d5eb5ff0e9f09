"""The Network panel: the layers, and whether training changes them."""

from __future__ import annotations

import time

import msgspec
import pytest

from engine.run.records import Described
from tests.tui.screen_support import HUGE, NARROW, WIDE, WrittenRun, line_with, opened, until_shown

DESCRIBED = Described(
    at=time.time(),
    data="a table",
    rows={"train": 353},
    parameters=1_500_000,
    trainable=385,
    layers=[
        ("VGG16", "(None, 512)", 1_499_551),
        ("BatchNormalization", "(None, 16)", 64),
        ("Dense", "(None, 1)", 353),
        ("Dropout", "(None, 1)", 0),
    ],
    layer_names=["base", "norm", "[bold]out[/] \x1b[2J", "drop"],
    layer_trainable=[0, 32, 353, 0],
    device="GPU",
)


async def look(pilot, run: WrittenRun, *words: str) -> str:
    await pilot.pause()
    pilot.app.open_run(run.folder)
    await until_shown(pilot, "Samples", "● training")
    await pilot.press("7")
    return await until_shown(pilot, *words)


@pytest.mark.parametrize("size", [NARROW, WIDE, HUGE])
async def test_layers_are_told_with_shapes_parameters_and_what_is_trained(runs_dir, size):
    run = WrittenRun(runs_dir, "wine-a").train(2)
    run.recorder.describe(DESCRIBED)
    async with opened(runs_dir, size) as pilot:
        shown = await look(
            pilot, run, "1,500,000 parameters, 385 trained, 1,499,615 not", "on GPU", "trained"
        )
        assert "\x1b" not in shown
        for kind, name, words in (
            ("VGG16", "base  ", ("(None, 512)", "1,499,551", "no")),
            ("BatchNormalization", "norm  ", ("64", "32 of them")),
            ("Dense", "[bold]out[/] \\x1b[2J", ("353", "yes")),
            ("Dropout", "drop  ", ("0",)),
        ):
            line = line_with(pilot.app, f"{kind}  ")
            assert all(word in line for word in words)
            assert (name in line) == (size != NARROW)  # where there is no room, it goes first
        assert ("█" * 16 in line_with(pilot.app, "VGG16")) == (size != NARROW)


async def test_a_run_of_before_tells_what_it_knows(runs_dir):
    run = WrittenRun(runs_dir, "wine-a").train(2).describe()  # no names, nothing of what is trained
    async with opened(runs_dir) as pilot:
        shown = await look(pilot, run, "385 parameters", "(batch, 32)", "352")
        assert "trained" not in shown


async def test_facts_about_other_layers_than_there_are_are_passed_over(runs_dir):
    run = WrittenRun(runs_dir, "wine-a").train(2)
    odd = msgspec.structs.replace(DESCRIBED, layer_names=["base"], layer_trainable=[1] * 9)
    run.recorder.describe(odd)
    async with opened(runs_dir) as pilot:
        await look(pilot, run, "VGG16", "1,499,551")


async def test_a_network_that_is_not_built_yet_is_said_not_to_be(runs_dir):
    run = WrittenRun(runs_dir, "wine-a").train(2)
    async with opened(runs_dir) as pilot:
        await look(pilot, run, "The network is not built yet.")
        run.recorder.describe(DESCRIBED)
        await until_shown(pilot, "VGG16")
