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


class ClassScore(msgspec.Struct, frozen=True, kw_only=True):
    """How well one class is told from the others. NaN where there is nothing to divide by."""

    name: str
    """The class."""
    precision: float
    """Share of the rows predicted as this class that are of it."""
    recall: float
    """Share of the rows of this class that are predicted as it."""
    f1: float
    """The harmonic mean of the two."""
    support: int
    """Rows of this class."""


class Curve(msgspec.Struct, frozen=True, kw_only=True):
    """One class against the rest, at every threshold: what ROC and PR curves are drawn from.

    The points are real ones, thinned where the curves are straight. The one at which no row is
    predicted as this class, above the highest threshold, goes without saying.
    """

    name: str
    """The class."""
    auc: float
    """Area under the ROC curve, from all rows: how often a row of this class is given a higher
    probability of it than another row; NaN where rows of either kind are missing."""
    average_precision: float
    """Mean of the precision over the recall, from all rows (a sum over steps)."""
    positives: int
    """Rows of this class."""
    negatives: int
    """All other rows."""
    thresholds: list[float]
    """Descending; a row counts as this class where its probability is at least this."""
    true_positives: list[int]
    """Rows of this class that do so, by threshold."""
    false_positives: list[int]
    """Other rows that do so."""
    best_f1: float
    """The highest F1 at any threshold."""
    best_threshold: float
    """The threshold it belongs to."""


class Calibration(msgspec.Struct, frozen=True, kw_only=True):
    """Whether things happen as often as the probabilities say.

    With two classes the probability of the second is held against its share; with more, that of the
    predicted class against the share of right predictions.
    """

    edges: list[float]
    """Bounds of the bins of probability, one more than there are bins; the upper one belongs to a
    bin."""
    mean_probability: list[float]
    """Mean probability within each bin; NaN where it is empty."""
    share: list[float]
    """How often it was so; NaN likewise."""
    counts: list[int]
    """Rows in each bin."""
    error: float
    """Expected calibration error: the mean distance of the two, each bin weighted by its rows."""


class Mistake(msgspec.Struct, frozen=True, kw_only=True):
    """A row of which the network is sure, and wrong."""

    name: str
    """What a person finds it by: a path, a row's number."""
    actual: str
    """Its class."""
    predicted: str
    """What the network takes it for."""
    probability: float
    """How sure it is."""
    shown: dict[str, str] = {}
    """The input, ready to be drawn: ``text``, or ``picture`` (256 hexadecimal digits: 16 rows of 16
    grey levels)."""


class Classification(msgspec.Struct, frozen=True, kw_only=True):
    """What the network does with each class, on one part of the data."""

    part: str
    """Which one."""
    classes: list[str]
    """Names, in the order of the network's outputs. Of two, the second is the positive one."""
    per_class: list[ClassScore]
    """By class."""
    confusion: list[list[int]]
    """Rows of the data by actual class (down) and predicted one (across); empty where there are
    more than 100 classes."""
    confused: list[tuple[str, str, int]]
    """Actual class, predicted class and how often, the most frequent first; ten at most."""
    curves: list[Curve]
    """One a class; with two classes that of the second alone."""
    calibration: Calibration
    """Whether its probabilities can be taken at their word."""
    mistakes: list[Mistake] = []
    """The worst, twelve at most: those it is surest of."""
    undecided: int = 0
    """Rows for which the network gave no number (NaN). They count as wrong and are in no column of
    the confusion matrix."""


class OperatingPoint(msgspec.Struct, frozen=True, kw_only=True):
    """One class against the rest at one threshold. NaN where there is nothing to divide by."""

    name: str
    """The class."""
    threshold: float
    """A row is taken for this class where its probability is at least this."""
    true_positives: int
    """Rows of this class that are taken for it."""
    false_positives: int
    """Other rows that are."""
    false_negatives: int
    """Rows of this class that are not."""
    true_negatives: int
    """Other rows that are not."""
    precision: float
    """Of the rows taken for this class, the share that is of it."""
    recall: float
    """Of the rows of this class, the share that is taken for it."""
    f1: float
    """The harmonic mean of the two."""
    specificity: float
    """Of the other rows, the share that is not taken for this class."""
    accuracy: float
    """Share of all rows that are taken for what they are, this class or not."""


class OperatingPoints(msgspec.Struct, frozen=True, kw_only=True):
    """What ``dlconsole report RUN --threshold T --json`` prints; in no file."""

    run: str
    """The run."""
    part: str
    """The part of the data that was counted: ``val`` or ``test``."""
    rows: int
    """How many rows it has."""
    threshold: float
    """The threshold that was asked for."""
    classes: list[OperatingPoint]
    """The class that was asked for; without one the second of two, or all of more."""
    validates_on_test: bool
    """See :class:`Report`."""


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
    classification: Classification | None = None
    """For predicted classes."""
    validates_on_test: bool = False
    """Whether the test part was also looked at for choosing epochs: its figures flatter then."""
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
