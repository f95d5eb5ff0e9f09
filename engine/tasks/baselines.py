"""Simple classifiers beside the network, on the same rows, measured the same way.

What a baseline comes to depends on the data alone, not on the network: it is fitted once for some
rows and remembered (under XDG cache) for every later run on the same ones.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import platformdirs
import sklearn
from sklearn.base import ClassifierMixin
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import RandomForestClassifier
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from engine.insight.classification import measure
from engine.run.files import PRIVATE_FOLDER, replace
from engine.run.records import decoder, encode
from engine.run.report import Score
from engine.settings import APP

_ITERATIONS = 200
_TREES = 100


def of_pictures() -> dict[str, ClassifierMixin]:
    """Return what pictures are held against: each pixel is a column."""
    return {
        "majority": DummyClassifier(strategy="prior"),
        "logistic regression": LogisticRegression(max_iter=_ITERATIONS, tol=1e-3),
        "random forest": RandomForestClassifier(_TREES, n_jobs=-1, random_state=0),
    }


def of_texts() -> dict[str, ClassifierMixin]:
    """Return what texts are held against: each word's count is a column."""
    return {
        "majority": DummyClassifier(strategy="prior"),
        "TF-IDF, logistic regression": make_pipeline(
            TfidfTransformer(sublinear_tf=True), LogisticRegression(max_iter=_ITERATIONS, C=4.0)
        ),
    }


@dataclass(frozen=True, kw_only=True)
class Contest:
    """What the baselines are fitted and measured on.

    Attributes:
        features: Returns the columns of a part: a matrix ``(rows, columns)``, dense or sparse.
        labels: The class of each row of each part.
        classes: How many there are.
        key: Says what all of this was made from; equal keys mean equal rows and columns.
    """

    features: Callable[[str], Any]
    labels: Mapping[str, np.ndarray]
    classes: int
    key: str

    def scores(
        self, baselines: Mapping[str, ClassifierMixin], tell: Callable[[str], None]
    ) -> Iterator[Score]:
        """Yield how well each baseline does, fitting those that are not remembered.

        Args:
            baselines: Not fitted yet, by name.
            tell: Told the name of each that is being fitted.
        """
        columns: dict[str, Any] = {}
        for name, model in baselines.items():
            place = _place(f"{self.key} {name} {model!r} {sklearn.__version__}")
            score = _remembered(place)
            if score is None:
                tell(name)
                columns = columns or {part: self.features(part) for part in self.labels}
                score = self._fit(name, model, columns)
                _remember(place, score)
            yield score

    def _fit(self, name: str, model: Any, columns: Mapping[str, Any]) -> Score:
        begun = time.perf_counter()
        model.fit(columns["train"], self.labels["train"])
        seconds = time.perf_counter() - begun
        parts = {}
        for part, labels in self.labels.items():
            said = np.zeros((len(labels), self.classes), np.float32)
            # A class that no training row is of has no column of its own.
            said[:, model.classes_] = model.predict_proba(columns[part])
            parts[part] = measure(said, labels)
        return Score(name=name, parts=parts, seconds=seconds)


def rows_key(*arrays: np.ndarray) -> str:
    """Return a hash of positions of rows."""
    digest = hashlib.sha256()
    for array in arrays:
        digest.update(f"{array.dtype}{array.shape}".encode())
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()


def _place(key: str) -> Path:
    folder = Path(platformdirs.user_cache_dir(APP)) / "baselines"
    return folder / f"{hashlib.sha256(key.encode()).hexdigest()[:32]}.json"


def _remembered(place: Path) -> Score | None:
    try:
        return decoder(Score).decode(place.read_bytes())
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return None


def _remember(place: Path, score: Score) -> None:
    with suppress(OSError):  # it is fitted anew the next time
        place.parent.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
        replace(place, encode(score), durable=False)
