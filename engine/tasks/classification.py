"""Classification: which of some classes a picture or a text is of.

The network gives a probability for each class (for two classes, that of the second). What is read,
and how it is made ready, is the data's business (:mod:`engine.data.examples`); this is the same for
pictures and for texts.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from engine.data.dealing import deal
from engine.data.examples import Examples, check_training_rows
from engine.data.folds import Kinship
from engine.errors import Problem
from engine.insight.classification import details, measure, predicted_classes, worst
from engine.insight.diagnosis import diagnose
from engine.references import resolve
from engine.run.files import replace
from engine.run.predictions import Predictions, write_predictions
from engine.run.records import Sample, encode
from engine.run.report import Report, Score
from engine.run.view import RunView
from engine.tasks.classifier import Classifier
from engine.tasks.forward import probabilities
from engine.tasks.moved import moved_by
from engine.tasks.saved import Saved, make_network
from engine.tasks.supervised import Dealt, Supervised
from engine.tasks.trained import Trained

if TYPE_CHECKING:
    import keras

_PICTURES_SAMPLED, _TEXTS_SAMPLED = 8, 4
_LOOKED_THROUGH = 512  # validation rows among which a sample finds the worst mistakes
_TEXT_SHOWN = 300  # characters of a text in a sample, and of a mistake in the report

_ON_TEST = (
    "Validated on the test set, as the text does it: what is chosen by the validation figures "
    "(the best epoch, when to stop) is chosen on the test rows, so that the test figures flatter."
)


class Classification(Supervised):
    """Predicts the class of each example."""

    imports: ClassVar[tuple[str, ...]] = (
        *Supervised.imports,
        "engine.data.labelled_preview",
        "engine.tasks.baselines",
    )

    # What is learned from.

    def load(self) -> None:
        """See :meth:`Task.load`."""
        job = self.job
        examples = self._read()
        job.check_data(examples.sha256)
        rows = self._deal(examples)
        check_training_rows(examples, rows["train"])
        preparation = examples.fit(rows["train"], job.values)
        self._examples, self._preparation = examples, preparation
        targets = _targets(examples.labels, len(examples.classes))
        parts: dict[str, tuple[np.ndarray, np.ndarray]] = {}
        for name, each in rows.items():
            # Where one part is validated and tested on it is not held twice.
            parts[name] = (
                parts["val"]
                if name == "test" and each is rows["val"]
                else (preparation.transform(examples, each), targets[each])
            )
        self._labels = {name: examples.labels[each] for name, each in rows.items()}
        self._dealt = Dealt(
            parts=parts,
            weights=self._weights(),
            rows=rows,
            origin=examples.origin,
            sha256=examples.sha256,
            synthetic=job.recipe.source(job.spec.data.kind).synthetic,
        )
        replace(job.folder.preprocessing, json.dumps(preparation.to_json()).encode())
        self._notes = [*examples.notes, *preparation.notes, *self.trial_notes()]
        if self._validates_on_test:
            self._notes.append(_ON_TEST)
        for note in self._notes:
            job.recorder.notice(note)

    def preview(self) -> dict[str, Any]:
        """See :meth:`Task.preview`."""
        from engine.data.labelled_preview import preview_labelled

        examples = self._read()
        return preview_labelled(examples, lambda: self._deal(examples), self.job.recipe.form)

    @property
    def dealt(self) -> Dealt:
        """See :attr:`Supervised.dealt`."""
        return self._dealt

    def _read(self) -> Examples:
        """Read the data of the source that was chosen."""
        job = self.job
        examples: Examples = resolve(job.recipe.source(job.spec.data.kind).loader, job.code)(
            files=job.files,
            path=Path(job.spec.data.path) if job.spec.data.path else None,
            target=job.spec.data.target,
            settings=job.values,
        )
        return examples

    def _deal(self, examples: Examples) -> dict[str, np.ndarray]:
        """Deal the rows out: as they were given, or at random; by folds where the run has one."""
        if self._validates_on_test and self.job.spec.folds:
            raise Problem(
                "Folds take turns at being validated on, and validation on the test rows was asked "
                "for.",
                "Set validation to apart (--set validation=apart), or do without folds.",
            )
        parts = deal(examples, self.job.spec.split_seed, on_test=self._validates_on_test)
        return self.validated(parts, Kinship(labels=examples.labels, classes=examples.classes))

    @property
    def _validates_on_test(self) -> bool:
        return self.job.values.get("validation") == "test"

    def _weights(self) -> np.ndarray | None:
        if self.job.values.get("class_weights") != "balanced":
            return None
        labels = self._labels["train"]
        counts = np.bincount(labels, minlength=len(self._examples.classes))
        return (len(labels) / (len(counts) * counts))[labels].astype(np.float32)

    # The network.

    def network(self) -> keras.Model:
        """See :meth:`Supervised.network`."""
        job, outputs = self.job, self._dealt.parts["train"][1].shape[1]
        return make_network(
            job.recipe, job.code, job.values, self._preparation.input_shape, outputs
        )

    def goals(self) -> dict[str, Any]:
        """See :meth:`Supervised.goals`."""
        import keras

        smoothing = float(self.job.values.get("label_smoothing", 0.0))  # type: ignore[arg-type]
        if len(self._examples.classes) == 2:
            return {
                "loss": keras.losses.BinaryCrossentropy(label_smoothing=smoothing),
                "metrics": [keras.metrics.BinaryAccuracy(name="accuracy")],
            }
        return {
            "loss": keras.losses.CategoricalCrossentropy(label_smoothing=smoothing),
            "metrics": [keras.metrics.CategoricalAccuracy(name="accuracy")],
        }

    # What it says while it is trained.

    def sample(self, epoch: int) -> Sample:
        """See :meth:`Supervised.sample`: the first validation rows and the worst mistakes."""
        inputs = self._dealt.parts["val"][0][:_LOOKED_THROUGH]
        labels = self._labels["val"][:_LOOKED_THROUGH]
        said = probabilities(self.model, inputs)
        is_text = self.job.recipe.form == "texts"
        shown = _TEXTS_SAMPLED if is_text else _PICTURES_SAMPLED
        mistakes = worst(said, labels, shown // 2)
        chosen = [*[i for i in range(len(labels)) if i not in mistakes][: shown // 2], *mistakes]
        predicted = np.maximum(predicted_classes(said), 0)
        classes = self._examples.classes
        rows = [
            [classes[labels[i]], classes[predicted[i]], f"{100 * said[i, predicted[i]]:.0f} %"]
            for i in chosen
        ]
        drawn = [self._preparation.show(inputs[i]) for i in chosen]
        if not is_text:
            marks = [["worst"] if i in mistakes else [""] for i in chosen]
            return Sample(
                at=time.time(),
                epoch=epoch,
                kind="digits",
                columns=["actual", "predicted", "probability", ""],
                rows=[[*row, *mark] for row, mark in zip(rows, marks, strict=True)],
                pictures=[each["picture"] for each in drawn],
            )
        moved = self._moved_by(inputs[chosen], [int(predicted[i]) for i in chosen])
        return Sample(
            at=time.time(),
            epoch=epoch,
            kind="reviews",
            columns=["actual", "predicted", "score", "text", "moved by"],
            rows=[
                [*row, _short(each)["text"], words]
                for row, each, words in zip(rows, drawn, moved, strict=True)
            ],
        )

    def _moved_by(self, texts: np.ndarray, classes: list[int]) -> list[str]:
        """Return in words what moved the network to call each text what it does."""
        from engine.data.text_preparation import FIRST_WORD, UNKNOWN, TextPreparation

        preparation = self._preparation
        assert isinstance(preparation, TextPreparation)
        found = moved_by(
            lambda variants: probabilities(self.model, variants),
            texts,
            classes,
            FIRST_WORD,
            UNKNOWN,
        )
        return [
            ", ".join(f"{preparation.word(word)} {share:+.1f}" for word, share in each)
            for each in found
        ]

    # What came of it.

    def report(self) -> None:
        """See :meth:`Task.report`."""
        job = self.job
        view = RunView(job.folder)
        view.refresh()
        said: dict[str, np.ndarray] = {}
        for name, (inputs, _) in self._dealt.parts.items():
            same = name == "test" and self._dealt.rows["test"] is self._dealt.rows["val"]
            said[name] = said["val"] if same else probabilities(self.model, inputs)
        classes, rows = self._examples.classes, self._dealt.rows
        network = {name: measure(each, self._labels[name]) for name, each in said.items()}
        scores = [Score(name="network", parts=network, seconds=self.seconds), *self._baselines()]
        kept = {
            part: Predictions(said[part], self._labels[part], rows[part])
            for part in ("val", "test")
        }
        write_predictions(job.folder, classes, kept)
        test = self._dealt.parts["test"][0]

        def describe(place: int) -> tuple[str, dict[str, str]]:
            name = self._examples.name_of(int(rows["test"][place]))
            return name, _short(self._preparation.show(test[place]))

        report = Report(
            **self.outcome(),
            task="classification",
            notes=self._notes,
            headline="accuracy",
            lower_is_better=False,
            scores=scores,
            classification=details(said["test"], self._labels["test"], classes, "test", describe),
            validates_on_test=self._validates_on_test,
            findings=diagnose(
                view.curve("loss")[1],
                view.curve("val_loss")[1],
                {
                    score.name: {part: 1 - score.parts[part]["accuracy"] for part in score.parts}
                    for score in scores
                },
                self.symmetric(),
            ),
        )
        replace(job.folder.report, encode(report))

    def _baselines(self) -> Iterator[Score]:
        if not self.job.spec.baselines:
            return iter(())
        from engine.tasks.baselines import Contest, of_pictures, of_texts, rows_key

        rows = self._dealt.rows
        preparation = json.dumps(self._preparation.to_json(), sort_keys=True)
        contest = Contest(
            features=lambda part: self._preparation.features(self._dealt.parts[part][0]),
            labels=self._labels,
            classes=len(self._examples.classes),
            key=f"{self._dealt.sha256} {rows_key(*rows.values())} {preparation}",
        )
        baselines = of_texts() if self.job.recipe.form == "texts" else of_pictures()
        return contest.scores(
            baselines,
            lambda name: self.job.recorder.phase("reporting", f"baseline: {name}", next_word=300),
        )

    # What it says afterwards.

    @staticmethod
    def trained(saved: Saved) -> Trained:
        """See :meth:`Task.trained`."""
        return Classifier(saved)


def _short(shown: dict[str, str]) -> dict[str, str]:
    """Cut a text down to its end, where a review says what it comes to."""
    text = shown.get("text", "")
    if len(text) <= _TEXT_SHOWN:
        return shown
    return {**shown, "text": "… " + text[-_TEXT_SHOWN:].partition(" ")[2]}


def _targets(labels: np.ndarray, classes: int) -> np.ndarray:
    """Return what the network is to say: ``float32 (rows, classes)``, or ``(rows, 1)`` of two."""
    if classes == 2:
        return labels.astype(np.float32)[:, np.newaxis]
    return np.eye(classes, dtype=np.float32)[labels]
