"""For tests of Try: runs that can be asked, written by hand, and answers that the test gives."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

from engine.process.questions import Predict
from engine.run.files import replace
from engine.run.folder import RunFolder
from engine.run.snapshots import Entry, put_in_force
from tests.tui.screen_support import WrittenRun, until
from tests.tui.test_screen_foresight import Played, Said

TEXTS = {"form": "texts", "classes": ["negative", "positive"], "words": 100, "length": 40,
         "known": ["good", "bad"], "pairs": None}  # fmt: skip
DIGITS = {"form": "pictures", "classes": list("0123456789"), "height": 28, "width": 28,
          "channels": 1, "ground": "dark"}  # fmt: skip
ROWS = {
    "format": 1,
    "target": {"name": "alcohol", "mean": 10.5, "std": 1.2, "low": 8.0, "high": 14.2},
    "columns": [
        {"kind": "number", "name": "pH", "median": 3.18, "mean": 3.2, "std": 0.15,
         "indicator": False, "low": 2.72, "high": 3.8},
        {"kind": "number", "name": "density", "median": 0.9937, "mean": 0.99, "std": 0.003,
         "indicator": False},
        {"kind": "category", "name": "colour", "levels": ["white", "red"], "other": False,
         "indicator": False},
    ],
    "notes": [],
}  # fmt: skip
"""What ``preprocessing.json`` says; the second column as earlier runs have it, without a range."""


def trained(runs: Path, takes: object, name: str = "wine-a", *, ended: bool = True) -> WrittenRun:
    """Return a run whose network takes this, with a network to ask if it has ended."""
    run = WrittenRun(runs, name).describe().train(3)
    replace(run.folder.preprocessing, json.dumps(takes).encode())
    if ended:
        run.folder.model.write_bytes(b"a network")
        run.end("done")
    return run


def snapshot(folder: RunFolder, epoch: int, step: int) -> str:
    """Put a snapshot in force, and return its file."""
    folder.snapshots.mkdir(exist_ok=True)
    file = folder.snapshots / f"{step:010d}-1-1.zip"
    file.write_bytes(b"weights")
    entry = Entry(file=file.name, sha256="", generation=1, epoch=epoch, step=step, at=time.time(),
                  ended=False, conditions={})  # fmt: skip
    put_in_force(folder, entry)
    return str(file)


async def trying(pilot: Any, folder: RunFolder) -> None:
    """Try a run out."""
    await pilot.pause()
    pilot.app.try_out(folder)
    await until(pilot, lambda: getattr(pilot.app.screen, "place", "") == "try")


def questions(played: Played) -> list[Said]:
    """Return what was asked of a network, leaving out what the form asks."""
    return [each for each in played.asked if isinstance(each.question, Predict)]


async def asked(pilot: Any, played: Played, count: int = 1) -> Said:
    """Wait for as many questions, and return the last."""
    await until(pilot, lambda: len(questions(played)) >= count)
    return questions(played)[-1]


def scored(score: float, **more: Any) -> dict[str, Any]:
    """Return what a network says of a text."""
    return {
        "input": "a text",
        "predicted": "positive" if score > 0.5 else "negative",
        "probability": max(score, 1 - score),
        "probabilities": {"negative": 1 - score, "positive": score},
        **more,
    }


def recognised(digit: int, probability: float = 0.91, **more: Any) -> dict[str, Any]:
    """Return what a network says of a digit."""
    rest = (1 - probability) / 9
    said = {str(each): probability if each == digit else rest for each in range(10)}
    return {"input": "the drawing", "predicted": str(digit), "probability": probability,
            "probabilities": said, **more}  # fmt: skip
