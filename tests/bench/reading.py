"""Records a second that a console reads from a journal, against the json module alone."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from engine.run.folder import RunFolder
from engine.run.records import Epoch, encode
from engine.run.view import RunView
from tests.bench.row import Row

_RECORDS = 200_000
_TURNS = 5


def measure() -> Iterator[Row]:
    """Read a long journal whole, as a console that was just opened does."""
    with tempfile.TemporaryDirectory() as name:
        folder = RunFolder(Path(name))
        metrics = {"loss": 0.123456, "mae": 0.2, "val_loss": float("nan"), "val_mae": 0.3}
        line = encode(
            Epoch(at=1.7e9, epoch=1, step=100, seconds=0.1, metrics=metrics, learning_rate=1e-3)
        )
        folder.journal.write_bytes((line + b"\n") * _RECORDS)
        ours, plain = [], []
        for _ in range(_TURNS):
            ours.append(_seconds(lambda: RunView(folder).refresh()))
            plain.append(_seconds(lambda: [json.loads(each) for each in folder.journal.open("rb")]))
    rate, other = _RECORDS / min(ours), _RECORDS / min(plain)
    yield Row(
        "journal records read a second",
        f"{rate:,.0f}",
        f"{other:,.0f}",
        rate,
        100_000,
        at_least=True,
    )


def _seconds(job: object) -> float:
    begun = time.perf_counter()
    job()  # type: ignore[operator]
    return time.perf_counter() - begun
