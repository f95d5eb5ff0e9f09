"""Runs as a list sees them, made without a disk."""

from __future__ import annotations

from pathlib import Path

from engine.run.folder import RunFolder
from engine.run.listing import Summary
from engine.run.records import DataChoice, RunSpec, Status
from engine.run.state import Verdict


def listed(name: str, state: str = "done", *, note: str = "", **values: object) -> Summary:
    """Return a run in a row.

    Args:
        name: What it is called.
        state: What it is doing.
        note: What was noted about it.
        values: Hyperparameters; what is called ``val_loss`` is its metric, and ``created``, when
            it was asked for.
    """
    val_loss = values.pop("val_loss", None)
    created = values.pop("created", 1.0)
    spec = RunSpec(
        name=name,
        recipe="wine",
        preset="mlp",
        values={"loss": "mae", "learning_rate": 1e-3, "epochs": 20, **values},
        data=DataChoice(kind="sample"),
        seed=1,
        split_seed=0,
        backend="tensorflow",
        device="auto",
        threads=2,
        monitor="val_loss",
        monitor_mode="min",
        command="dlconsole train wine",
        created=created,
        versions={},
    )
    metrics = {} if val_loss is None else {"loss": val_loss / 2, "val_loss": val_loss}
    status = Status(phase="ended", epoch=7, epochs=20, metrics=metrics, best=val_loss, device="cpu")
    live = state in ("training", "paused", "queued")
    return Summary(
        RunFolder(Path("/runs") / name), name, spec, status, Verdict(state, live, ""), note
    )
