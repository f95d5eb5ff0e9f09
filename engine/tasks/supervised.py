"""What all learning from rows with right answers has in common, whatever the answers are.

A task says what its rows are (:class:`Dealt`), how its network is compiled, what a sample of it is
and what to report; building, training, steering, snapshots and saving are the same for all.
"""

from __future__ import annotations

import time
from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from engine.data.folds import Kinship, take_fold
from engine.data.splits import Rows
from engine.insight.diagnosis import symmetric_layers
from engine.run.records import Described, Sample
from engine.tasks.job import Job
from engine.tasks.task import Task
from engine.tasks.turns import Turns

if TYPE_CHECKING:
    import keras

_SAMPLE_SECONDS = 1.0
_SAMPLE_SHARE = 0.02
_LAYERS_SHOWN = 200
_ELSEWHERE = (
    "Without simple models beside the network: in a search they are measured once, in the report "
    "of its first trial."
)


@dataclass(frozen=True, kw_only=True)
class Dealt:
    """Rows, ready and dealt out to parts.

    Attributes:
        parts: ``train``, ``val`` and ``test``: inputs ``(rows, ...)`` and targets ``(rows, ...)``.
        weights: ``float32 (train rows,)``, what each training row counts for; None where all count
            the same.
        rows: The position of each row of a part in the data as it was read.
        origin: Where the data comes from, in words.
        sha256: Of its content.
        synthetic: Whether it is generated rather than observed.
    """

    parts: Mapping[str, tuple[np.ndarray, np.ndarray]]
    weights: np.ndarray | None = None
    rows: Mapping[str, np.ndarray]
    origin: str
    sha256: str
    synthetic: bool

    @property
    def sizes(self) -> dict[str, int]:
        """Rows of each part."""
        return {name: len(rows) for name, rows in self.rows.items()}


class Supervised(Task):
    """Learns from rows with right answers.

    Attributes:
        model: The network; there after :meth:`build`.
        seconds: What training took; known after :meth:`train`.
    """

    imports: ClassVar[tuple[str, ...]] = (
        "engine.models.optimizers",
        "engine.training.best",
        "engine.training.callbacks",
        "engine.training.compiled",
        "engine.training.device",
        "engine.training.fit",
        "engine.training.saving",
        "engine.training.timing",
        "sklearn.model_selection",
    )

    def __init__(self, job: Job) -> None:
        super().__init__(job)
        self.seconds = 0.0
        self._sampling = Turns(_SAMPLE_SECONDS, _SAMPLE_SHARE)

    @property
    @abstractmethod
    def dealt(self) -> Dealt:
        """The rows; there after :meth:`load`."""

    @abstractmethod
    def network(self) -> keras.Model:
        """Return the network, not compiled yet."""

    @abstractmethod
    def goals(self) -> dict[str, Any]:
        """Return ``loss`` and ``metrics`` (and what goes with them) for compiling."""

    @abstractmethod
    def sample(self, epoch: int) -> Sample:
        """Return what the network says of a few examples."""

    def build(self) -> None:
        """See :meth:`Task.build`."""
        from engine.models.optimizers import optimizer
        from engine.training.compiled import compiled_loop
        from engine.training.device import device_name
        from engine.training.saving import layer_facts

        job, dealt = self.job, self.dealt
        self.model: keras.Model = self.network()
        steps = -(-dealt.sizes["train"] // job.whole("batch_size"))
        self.model.compile(
            optimizer=optimizer(job.values, steps * job.whole("epochs")), **self.goals()
        )
        weights = () if dealt.weights is None else (dealt.weights,)
        self._loop = compiled_loop(
            self.model,
            (*dealt.parts["train"], *weights),
            dealt.parts["val"],
            job.whole("batch_size"),
        )
        job.recorder.describe(
            Described(
                at=time.time(),
                data=dealt.origin,
                synthetic=dealt.synthetic,
                rows=dealt.sizes,
                **layer_facts(self.model, _LAYERS_SHOWN),
                device=device_name(),
                steps_per_epoch=self._loop.steps,
            )
        )

    def epoch_seconds(self) -> float | None:
        """See :meth:`Task.epoch_seconds`."""
        from engine.training.timing import epoch_seconds

        return epoch_seconds(self._loop, self.dealt.sizes["train"])

    def train(self) -> bool:
        """See :meth:`Task.train`."""
        from engine.training.best import BestKeeper
        from engine.training.callbacks import usual_callbacks
        from engine.training.fit import Fit

        job = self.job
        monitor, mode = job.spec.monitor, job.spec.monitor_mode
        self._best = BestKeeper(self.model, job.folder, monitor, mode)
        self._fit = Fit(
            model=self.model,
            loop=self._loop,
            rows=self.dealt.sizes["train"],
            recorder=job.recorder,
            steering=job.steering,
            snapshots=job.snapshot_keeper(self.dealt.sha256),
            resumption=job.resumption,
            epochs=job.whole("epochs"),
            batch_size=job.whole("batch_size"),
            seed=job.spec.seed,
            best=self._best,
            monitor=monitor,
            callbacks=usual_callbacks(job.values, monitor, mode),
            after_epoch=self._sample_if_due,
        )
        try:
            return self._fit.run()
        finally:
            self.seconds = self._fit.seconds
            self._best.write()

    def save(self) -> None:
        """See :meth:`Task.save`."""
        from engine.training.saving import save_model

        save_model(self.model, self.job.folder.model)

    def validated(self, rows: Mapping[str, Rows], kinship: Kinship) -> dict[str, Rows]:
        """Return the rows of each part, those of train and val by the fold that the run has.

        Args:
            rows: Positions of the rows of each part, as they are without folds.
            kinship: What has to be heeded when they are dealt out.

        Raises:
            Problem: There are not rows enough for as many folds.
        """
        spec = self.job.spec
        if not spec.folds:
            return dict(rows)
        known = np.concatenate([rows["train"], rows["val"]])
        train, val = take_fold(known, spec.fold, spec.folds, spec.split_seed, kinship)
        return {**rows, "train": train, "val": val}

    def trial_notes(self) -> list[str]:
        """Say what is otherwise than in a run of its own; there after :meth:`load`."""
        spec, notes = self.job.spec, []
        if spec.folds:
            val = self.dealt.sizes["val"]
            notes.append(
                f"Fold {spec.fold} of {spec.folds}: validated on {val:,} of the rows that are not "
                "for testing."
            )
        if not spec.baselines:
            notes.append(_ELSEWHERE)
        return notes

    def outcome(self) -> dict[str, Any]:
        """Return what every report says alike; see :class:`engine.run.report.Report`."""
        job, dealt = self.job, self.dealt
        return {
            "run": job.spec.name,
            "recipe": job.spec.recipe,
            "preset": job.spec.preset,
            "data": dealt.origin,
            "synthetic": dealt.synthetic,
            "data_sha256": dealt.sha256,
            "rows": dealt.sizes,
            "seed": job.spec.seed,
            "split_seed": job.spec.split_seed,
            "epochs": job.recorder.epochs_done,
            "seconds": self.seconds,
            "parameters": self.model.count_params(),
            "best_epoch": self._best.epoch,
            "best": self._best.value,
            "monitor": job.spec.monitor,
        }

    def symmetric(self) -> list[str]:
        """Return the layers in which all units are alike."""
        return symmetric_layers(
            {
                layer.name: np.asarray(layer.kernel)
                for layer in self.model.layers
                if hasattr(layer, "kernel")
            }
        )

    def _sample_if_due(self, epoch: int) -> None:
        """Sample the network, as often as it costs next to nothing, and after the last epoch."""
        # The plan is the training's: a person may have set another than the run began with.
        if self._sampling.is_due() or epoch >= self._fit.epochs:
            with self._sampling:
                self.job.recorder.sample(self.sample(epoch))
