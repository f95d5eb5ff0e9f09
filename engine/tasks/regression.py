"""Regression: real numbers predicted from the columns of a table.

Inputs and target are standardised with statistics of the training rows alone; losses and the first
set of metrics are in units of the target's standard deviation, the second in the target's own.
"""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from engine.data.folds import Kinship
from engine.data.groups import numbered
from engine.data.preprocessing import TablePreprocessing
from engine.data.splits import Rows, split_groups, split_rows
from engine.data.tables import Table, numeric_target
from engine.insight.diagnosis import diagnose
from engine.insight.misses import misses
from engine.references import resolve
from engine.run.files import replace
from engine.run.records import Sample, encode
from engine.run.report import Histogram, Report, Score
from engine.run.view import RunView
from engine.tasks.regressor import Regressor, forward_rows
from engine.tasks.saved import Saved, make_network
from engine.tasks.supervised import Dealt, Supervised
from engine.tasks.trained import Trained

if TYPE_CHECKING:
    import keras

_SAMPLED_ROWS = 1024
_SHOWN_ROWS = 8
_BINS = 24
_IN_ORDER = (
    "Rows are taken in the order in which they stand: the earliest are trained on, those that are "
    "validated on come after them, and the last ones are for testing."
)


class Regression(Supervised):
    """Predicts a column of a table from the others."""

    imports: ClassVar[tuple[str, ...]] = (
        *Supervised.imports,
        "engine.data.preview",
        "sklearn.datasets",
        "sklearn.dummy",
        "sklearn.ensemble",
        "sklearn.linear_model",
    )

    def load(self) -> None:
        """See :meth:`Task.load`."""
        job = self.job
        self._table = self._read()
        job.check_data(self._table.sha256 or "")
        frame, target = self._table.frame, numeric_target(self._table)
        rows = self._deal(self._table)
        self._preprocessing = TablePreprocessing.fit(frame, self._table.target, rows["train"])
        inputs = self._preprocessing.transform(frame)
        targets = self._preprocessing.transform_target(target)
        self._dealt = Dealt(
            parts={name: (inputs[each], targets[each]) for name, each in rows.items()},
            rows=rows,
            origin=self._table.origin,
            sha256=self._table.sha256 or "",
            synthetic=job.recipe.source(job.spec.data.kind).synthetic,
        )
        replace(
            job.folder.preprocessing, json.dumps(self._preprocessing.to_json(), indent=1).encode()
        )
        self._notes = [*self._table.notes, *self._preprocessing.notes]
        if job.recipe.rows == "ordered":
            self._notes.append(_IN_ORDER)
        self._notes += self.trial_notes()
        for note in self._notes:
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
            **({"groups": job.recipe.groups} if job.recipe.groups else {}),
        )
        return table

    def _deal(self, table: Table) -> dict[str, Rows]:
        """Deal the rows out: at random, by their groups or in their order; by folds where asked."""
        job, ordered = self.job, self.job.recipe.rows == "ordered"
        groups = None if table.groups is None else numbered(table.groups)
        seed = job.spec.split_seed
        if groups is None:
            split = split_rows(len(table.frame), None if ordered else seed)
        else:
            split = split_groups(groups, seed)
        return self.validated(
            {"train": split.train, "val": split.val, "test": split.test},
            Kinship(groups=groups, ordered=ordered),
        )

    def preview(self) -> dict[str, Any]:
        """See :meth:`Task.preview`."""
        from engine.data.preview import preview

        own, files = self.job.spec.data.path, list(self.job.files.values())
        return preview(self._read, Path(own) if own else files[0] if files else None)

    @property
    def dealt(self) -> Dealt:
        """See :attr:`Supervised.dealt`."""
        return self._dealt

    def network(self) -> keras.Model:
        """See :meth:`Supervised.network`."""
        job, inputs = self.job, len(self._preprocessing.input_names)
        return make_network(job.recipe, job.code, job.values, (inputs,), 1)

    def goals(self) -> dict[str, Any]:
        """See :meth:`Supervised.goals`."""
        import keras

        # In this order they are shown; with the usual loss, mae says what loss says already.
        metrics = [
            keras.metrics.RootMeanSquaredError(name="rmse"),
            keras.metrics.MeanAbsoluteError(name="mae"),
        ]
        return {"loss": self.job.values["loss"], "metrics": metrics}

    def report(self) -> None:
        """See :meth:`Task.report`."""
        job = self.job
        view = RunView(job.folder)
        view.refresh()
        predicted = {
            name: forward_rows(self.model, inputs)
            for name, (inputs, _) in self._dealt.parts.items()
        }
        scores = [self._score("network", predicted, self.seconds), *self._baselines()]
        report = Report(
            **self.outcome(),
            task="regression",
            notes=self._notes,
            inputs=list(self._preprocessing.input_names),
            target=self._table.target,
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
                {
                    score.name: {part: each["mae"] for part, each in score.parts.items()}
                    for score in scores
                },
                self.symmetric(),
            ),
        )
        replace(job.folder.report, encode(report))

    @staticmethod
    def trained(saved: Saved) -> Trained:
        """See :meth:`Task.trained`."""
        return Regressor(saved)

    def sample(self, epoch: int) -> Sample:
        """See :meth:`Supervised.sample`: the first validation rows, a few of them shown."""
        inputs, targets = (part[:_SAMPLED_ROWS] for part in self._dealt.parts["val"])
        predicted = self._preprocessing.restore_target(forward_rows(self.model, inputs)).ravel()
        actual = self._preprocessing.restore_target(targets).ravel()
        numbers = self._dealt.rows["val"]
        return Sample(
            at=time.time(),
            epoch=epoch,
            kind="predictions",
            columns=["row", "actual", "predicted", "error"],
            rows=[
                [str(numbers[i] + 1), f"{a:.4g}", f"{p:.4g}", f"{p - a:+.3g}"]
                for i, (a, p) in enumerate(
                    zip(actual[:_SHOWN_ROWS], predicted[:_SHOWN_ROWS], strict=True)
                )
            ],
            misses=misses(actual, predicted),
        )

    def _baselines(self) -> list[Score]:
        """Fit and measure the simplest predictors on the same split, in the same units."""
        if not self.job.spec.baselines:
            return []
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
        inputs, targets = self._dealt.parts["train"]
        scores = []
        for name, model in models.items():
            self.job.recorder.phase("reporting", f"baseline: {name}", next_word=60)
            begun = time.perf_counter()
            model.fit(inputs, targets.ravel())
            seconds = time.perf_counter() - begun
            predicted = {
                part: model.predict(rows).reshape(-1, 1)
                for part, (rows, _) in self._dealt.parts.items()
            }
            scores.append(self._score(name, predicted, seconds))
        return scores

    def _score(self, name: str, predicted: dict[str, np.ndarray], seconds: float) -> Score:
        scale = float(self._preprocessing.target_std)
        parts = {}
        for part, values in predicted.items():
            actual = self._dealt.parts[part][1]
            metrics = errors(actual, values, str(self.job.values["loss"]))
            metrics |= {f"{key}_original": metrics[key] * scale for key in ("mae", "rmse")}
            parts[part] = metrics
        return Score(name=name, parts=parts, seconds=seconds)

    def _histogram(self, predicted: np.ndarray) -> Histogram:
        shown = self._preprocessing.restore_target(predicted).ravel()
        actual = self._preprocessing.restore_target(self._dealt.parts["test"][1]).ravel()
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
