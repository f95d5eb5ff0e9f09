"""Regression: real numbers predicted from the columns of a table.

Inputs and target are standardised with statistics of the training rows alone; losses and the first
set of metrics are in units of the target's standard deviation, the second in the target's own.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.data.inputs import numbers_of
from engine.data.preprocessing import TablePreprocessing
from engine.data.splits import split_rows
from engine.data.tables import Table, numeric_target, read_inputs
from engine.insight.diagnosis import diagnose, symmetric_layers
from engine.references import resolve
from engine.run.files import replace
from engine.run.folder import RunFolder
from engine.run.records import Described, Sample, encode
from engine.run.report import Histogram, Report, Score
from engine.run.view import RunView
from engine.tasks.job import Job
from engine.tasks.task import Task

if TYPE_CHECKING:
    import keras

_SAMPLE_ROWS = 8
_SAMPLE_SECONDS = 1.0
_BINS = 24
_PREDICT_ROWS = 4096
_LAYERS_SHOWN = 200


class Regression(Task):
    """Predicts a column of a table from the others."""

    imports = (
        "engine.data.preview",
        "engine.models.optimizers",
        "engine.training.best",
        "engine.training.callbacks",
        "engine.training.compiled",
        "engine.training.device",
        "engine.training.fit",
        "engine.training.saving",
        "engine.training.timing",
        "sklearn.datasets",
        "sklearn.dummy",
        "sklearn.ensemble",
        "sklearn.linear_model",
    )

    def __init__(self, job: Job) -> None:
        super().__init__(job)
        self._sampled_at = 0.0

    def load(self) -> None:
        """See :meth:`Task.load`."""
        job = self.job
        self._source = job.recipe.source(job.spec.data.kind)
        self._table = self._read()
        job.check_data(self._table.sha256 or "")
        frame, target = self._table.frame, numeric_target(self._table)
        split = split_rows(len(frame), job.spec.split_seed)
        self._rows = {"train": split.train, "val": split.val, "test": split.test}
        self._preprocessing = TablePreprocessing.fit(frame, self._table.target, split.train)
        inputs = self._preprocessing.transform(frame)
        targets = self._preprocessing.transform_target(target)
        self._parts = {name: (inputs[rows], targets[rows]) for name, rows in self._rows.items()}
        replace(
            job.folder.preprocessing, json.dumps(self._preprocessing.to_json(), indent=1).encode()
        )
        for note in (*self._table.notes, *self._preprocessing.notes):
            job.recorder.notice(note)

    def _read(self) -> Table:
        """Read the data of the source that was chosen."""
        job = self.job
        loader = resolve(job.recipe.source(job.spec.data.kind).loader, job.code)
        table: Table = loader(
            files=job.files,
            path=Path(job.spec.data.path) if job.spec.data.path else None,
            target=job.spec.data.target,
            settings=job.values,
        )
        return table

    def preview(self) -> dict[str, Any]:
        """See :meth:`Task.preview`."""
        from engine.data.preview import preview

        own, files = self.job.spec.data.path, list(self.job.files.values())
        return preview(self._read, Path(own) if own else files[0] if files else None)

    def epoch_seconds(self) -> float | None:
        """See :meth:`Task.epoch_seconds`."""
        from engine.training.timing import epoch_seconds

        return epoch_seconds(self._loop, len(self._rows["train"]))

    def build(self) -> None:
        """See :meth:`Task.build`."""
        import keras

        from engine.models.optimizers import optimizer
        from engine.training.compiled import compiled_loop
        from engine.training.device import device_name
        from engine.training.saving import layer_table

        job, values = self.job, self.job.values
        self.model: keras.Model = resolve(job.recipe.network, job.code)(
            input_shape=(len(self._preprocessing.input_names),), outputs=1, settings=values
        )
        steps = -(-len(self._rows["train"]) // job.whole("batch_size"))
        self.model.compile(
            optimizer=optimizer(values, steps * job.whole("epochs")),
            loss=values["loss"],
            # In this order they are shown; with the usual loss, mae says what loss says already.
            metrics=[
                keras.metrics.RootMeanSquaredError(name="rmse"),
                keras.metrics.MeanAbsoluteError(name="mae"),
            ],
        )
        self._loop = compiled_loop(
            self.model,
            self._parts["train"],
            self._parts["val"],
            job.whole("batch_size"),
        )
        job.recorder.describe(
            Described(
                at=time.time(),
                data=self._table.origin,
                synthetic=self._source.synthetic,
                rows={name: len(rows) for name, rows in self._rows.items()},
                parameters=self.model.count_params(),
                layers=layer_table(self.model)[:_LAYERS_SHOWN],
                device=device_name(),
                steps_per_epoch=self._loop.steps,
            )
        )

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
            rows=len(self._rows["train"]),
            recorder=job.recorder,
            steering=job.steering,
            snapshots=job.snapshot_keeper(self._table.sha256 or ""),
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
            self._best.write()

    def save(self) -> None:
        """See :meth:`Task.save`."""
        from engine.training.saving import save_model

        save_model(self.model, self.job.folder.model)

    def report(self) -> None:
        """See :meth:`Task.report`."""
        job = self.job
        view = RunView(job.folder)
        view.refresh()
        predicted = {
            name: _forward(self.model, inputs) for name, (inputs, _) in self._parts.items()
        }
        seconds = self._fit.seconds
        scores = [self._score("network", predicted, seconds), *self._baselines()]
        kernels = {
            layer.name: np.asarray(layer.kernel)
            for layer in self.model.layers
            if hasattr(layer, "kernel")
        }
        report = Report(
            run=job.spec.name,
            recipe=job.spec.recipe,
            preset=job.spec.preset,
            task="regression",
            data=self._table.origin,
            synthetic=self._source.synthetic,
            data_sha256=self._table.sha256 or "",
            notes=[*self._table.notes, *self._preprocessing.notes],
            rows={name: len(rows) for name, rows in self._rows.items()},
            inputs=list(self._preprocessing.input_names),
            target=self._table.target,
            seed=job.spec.seed,
            split_seed=job.spec.split_seed,
            epochs=job.recorder.epochs_done,
            seconds=seconds,
            parameters=self.model.count_params(),
            best_epoch=self._best.epoch,
            best=self._best.value,
            monitor=job.spec.monitor,
            headline="mae",
            lower_is_better=True,
            units={
                "loss": "standardised",
                "mae": "standardised",
                "rmse": "standardised",
                "mae_original": f"in {self._table.target}",
                "rmse_original": f"in {self._table.target}",
            },
            scores=scores,
            histogram=self._histogram(predicted["test"]),
            findings=diagnose(
                view.curve("loss")[1],
                view.curve("val_loss")[1],
                {score.name: score.parts["val"]["mae"] for score in scores},
                symmetric_layers(kernels),
            ),
        )
        replace(job.folder.report, encode(report))

    @staticmethod
    def predict(folder: RunFolder, source: Path) -> Iterator[dict[str, Any]]:
        """Yield ``row``, ``predicted`` and, where known, ``actual``; see :meth:`Task.predict`."""
        from engine.training.saving import load_model

        preprocessing = TablePreprocessing.from_json(json.loads(folder.preprocessing.read_bytes()))
        target = preprocessing.target
        frame = read_inputs(
            source, [*preprocessing.number_names, target], preprocessing.category_names
        )
        inputs = preprocessing.transform(frame)
        predicted = preprocessing.restore_target(_forward(load_model(folder.model), inputs)).ravel()
        actual = numbers_of(frame[target], target) if target in frame.columns else None
        for row, value in enumerate(predicted):
            answer: dict[str, Any] = {"row": row + 1, "predicted": float(value)}
            if actual is not None:
                answer["actual"] = float(actual[row])
            yield answer

    def _sample_if_due(self, epoch: int) -> None:
        """Predict the first validation rows, at most once a second and after the last epoch."""
        now = time.monotonic()
        if now - self._sampled_at < _SAMPLE_SECONDS and epoch < self.job.whole("epochs"):
            return
        self._sampled_at = now
        inputs, targets = (part[:_SAMPLE_ROWS] for part in self._parts["val"])
        predicted = self._preprocessing.restore_target(_forward(self.model, inputs)).ravel()
        actual = self._preprocessing.restore_target(targets).ravel()
        self.job.recorder.sample(
            Sample(
                at=time.time(),
                epoch=epoch,
                kind="predictions",
                columns=["row", "actual", "predicted", "error"],
                rows=[
                    [str(self._rows["val"][i] + 1), f"{a:.4g}", f"{p:.4g}", f"{p - a:+.3g}"]
                    for i, (a, p) in enumerate(zip(actual, predicted, strict=True))
                ],
            )
        )

    def _baselines(self) -> list[Score]:
        """Fit and measure the simplest predictors on the same split, in the same units."""
        from sklearn.dummy import DummyRegressor
        from sklearn.ensemble import HistGradientBoostingRegressor
        from sklearn.linear_model import LinearRegression

        absolute = self.job.values["loss"] == "mae"
        trees_loss = "absolute_error" if absolute else "squared_error"
        models = {
            "mean": DummyRegressor(),
            "linear regression": LinearRegression(),
            "boosted trees": HistGradientBoostingRegressor(loss=trees_loss, random_state=0),
        }
        inputs, targets = self._parts["train"]
        scores = []
        for name, model in models.items():
            self.job.recorder.phase("reporting", f"baseline: {name}", next_word=60)
            begun = time.perf_counter()
            model.fit(inputs, targets.ravel())
            seconds = time.perf_counter() - begun
            predicted = {
                part: model.predict(rows).reshape(-1, 1) for part, (rows, _) in self._parts.items()
            }
            scores.append(self._score(name, predicted, seconds))
        return scores

    def _score(self, name: str, predicted: dict[str, np.ndarray], seconds: float) -> Score:
        scale = float(self._preprocessing.target_std)
        parts = {}
        for part, values in predicted.items():
            actual = self._parts[part][1]
            metrics = errors(actual, values, str(self.job.values["loss"]))
            metrics |= {f"{key}_original": metrics[key] * scale for key in ("mae", "rmse")}
            parts[part] = metrics
        return Score(name=name, parts=parts, seconds=seconds)

    def _histogram(self, predicted: np.ndarray) -> Histogram:
        shown = self._preprocessing.restore_target(predicted).ravel()
        actual = self._preprocessing.restore_target(self._parts["test"][1]).ravel()
        finite = shown[np.isfinite(shown)]
        edges = np.histogram_bin_edges(np.concatenate([actual, finite]), bins=_BINS)
        return Histogram(
            edges=[float(edge) for edge in edges],
            predicted=[int(count) for count in np.histogram(finite, edges)[0]],
            actual=[int(count) for count in np.histogram(actual, edges)[0]],
        )


def errors(actual: np.ndarray, predicted: np.ndarray, loss: str) -> dict[str, float]:
    """Measure predictions.

    Args:
        actual: ``(rows, 1)``.
        predicted: ``(rows, 1)``, in the same units.
        loss: ``mae``, ``mse`` or ``huber`` (with its turning point at 1, as Keras has it).

    Returns:
        ``loss`` (without penalties on weights), ``mae``, ``rmse`` and ``r2`` (1 is perfect, 0 is as
        good as the mean, below is worse).
    """
    off = np.asarray(predicted, np.float64) - np.asarray(actual, np.float64)
    absolute = np.abs(off)
    mae, mse = float(absolute.mean()), float((off**2).mean())
    huber = float(np.where(absolute <= 1, off**2 / 2, absolute - 0.5).mean())
    spread = float(np.var(actual))
    return {
        "loss": {"mae": mae, "mse": mse, "huber": huber}[loss],
        "mae": mae,
        "rmse": mse**0.5,
        "r2": 1 - mse / spread if spread else float("nan"),
    }


def _forward(model: keras.Model, inputs: np.ndarray) -> np.ndarray:
    """Return the network's outputs ``(rows, 1)`` for ``(rows, inputs)``."""
    # Called directly: predict() would compile a function for every shape it meets.
    return np.concatenate(
        [
            np.asarray(model(inputs[begin : begin + _PREDICT_ROWS], training=False))
            for begin in range(0, len(inputs), _PREDICT_ROWS)
        ]
        or [np.empty((0, 1), np.float32)]
    )
