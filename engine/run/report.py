"""``report.json``: what came out of a run, on every part of the data, baselines beside it."""

from __future__ import annotations

import msgspec

from engine.errors import Problem
from engine.run.folder import RunFolder
from engine.run.records import Metrics, decoder


class Score(msgspec.Struct, frozen=True, kw_only=True):
    """How well one predictor does."""

    name: str
    """``network``, or the baseline's name."""
    parts: dict[str, Metrics]
    """Metrics by part of the data: ``train``, ``val``, ``test``."""
    seconds: float = 0.0
    """What fitting it took."""


class Histogram(msgspec.Struct, frozen=True, kw_only=True):
    """How predicted values are spread beside actual ones, over the test part."""

    edges: list[float]
    """Bounds of the bins, one more than there are bins, in original units."""
    predicted: list[int]
    """Rows whose prediction falls into each bin."""
    actual: list[int]
    """Rows whose actual value does."""


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """Something the numbers say, and what a person may do about it."""

    code: str
    """What was found, in one word: ``overfitting``, ``symmetric-weights``, ..."""
    title: str
    """The same in a few words."""
    evidence: str
    """The numbers it is seen in."""
    advice: str
    """What to change next."""


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that is known about a run when it has ended."""

    run: str
    """The run."""
    recipe: str
    """Its recipe."""
    preset: str
    """Its preset."""
    task: str
    """The kind of problem: ``regression``, ..."""
    data: str
    """Where the data came from, in words."""
    synthetic: bool = False
    """Whether the data is generated rather than observed."""
    data_sha256: str = ""
    """Hash of the data file, where it is one."""
    notes: list[str] = []
    """What was noticed while the data was read."""
    rows: dict[str, int]
    """Rows of each part."""
    inputs: list[str] = []
    """Names of the network's inputs."""
    target: str = ""
    """What is predicted."""
    seed: int
    """See run.json."""
    split_seed: int
    """See run.json."""
    epochs: int
    """Complete epochs."""
    seconds: float
    """Training alone."""
    parameters: int
    """Weights of the network."""
    best_epoch: int
    """The epoch with the best monitored value; :attr:`scores` are of the weights at the end."""
    best: float | None
    """That value."""
    monitor: str
    """Which metric that is."""
    headline: str
    """The metric to compare predictors by."""
    lower_is_better: bool
    """Which way the headline metric is better."""
    units: dict[str, str] = {}
    """Unit of each metric; absent where it has none."""
    scores: list[Score]
    """The network, then the baselines."""
    histogram: Histogram | None = None
    """For predicted numbers."""
    findings: list[Finding] = []
    """What the numbers say."""


def read_report(folder: RunFolder) -> Report:
    """Return the report of a run.

    Raises:
        Problem: There is none, or it is damaged.
    """
    try:
        return decoder(Report).decode(folder.report.read_bytes())
    except OSError:
        raise Problem(
            f"The run {folder.name} has no report (yet).",
            "It is written when training ends by itself or is stopped after an epoch.",
        ) from None
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise Problem(f"The report of {folder.name} is damaged.", "Train it anew.") from None
