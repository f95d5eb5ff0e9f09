"""Film reviews: those of Keras' IMDB data, a built-in stand-in, or texts of one's own.

Every loader takes the same arguments and returns :class:`engine.data.texts.Texts`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from engine.data.examples import as_path, listed
from engine.data.fetch import sha256_of
from engine.data.object_arrays import Ragged, read_arrays
from engine.data.text_folder import read_folder
from engine.data.text_rows import is_table
from engine.data.text_table import read_table
from engine.data.texts import Gathered, Texts
from engine.errors import Problem

FILE = "imdb.npz"
INDEX = "imdb_word_index.json"
CLASSES = ("negative", "positive")
ROWS = 25_000
"""Of each of the two parts."""

_SEED = 113
"""With which Keras shuffles each part; other seeds give other validation rows."""

_REMEDY = "Move it away so that the published file can be fetched."


def official(
    *, files: Mapping[str, Path], path: Path | None, target: str, settings: Mapping[str, Any]
) -> Texts:
    """Read the film reviews of A. Maas et al. (2011), in the order of Keras' ``load_data``.

    The first 25,000 rows are the training reviews, the rest the test reviews. Words are numbers in
    the file already, ranked by their frequency over all reviews; this ranking stays.

    Args:
        files: Where :data:`FILE` and :data:`INDEX` lie, as Keras distributes them.
        path: Not used.
        target: Not used.
        settings: Not used here; they hold when the texts are made ready.

    Raises:
        Problem: A file is another one, or damaged. It stays where it is.
    """
    words = _words(files[INDEX])
    arrays = read_arrays(files[FILE], ["x_train", "y_train", "x_test", "y_test"])
    stream = np.random.RandomState(_SEED)  # One stream for both parts, train first.
    read, labels = [], []
    for part in ("train", "test"):
        texts, classes = _checked(files[FILE], arrays, part, len(words))
        order = np.arange(ROWS)
        stream.shuffle(order)
        read.append(texts.take(order))
        labels.append(classes[order])
    train, test = read
    flat = np.concatenate([train.values, test.values])
    flat -= 1  # In the file they count from 1.
    digests = f"{sha256_of(files[FILE])} {sha256_of(files[INDEX])}"
    return Texts(
        labels=np.concatenate(labels).astype(np.int64),
        classes=CLASSES,
        origin=f"IMDB film reviews, {2 * ROWS:,} texts",
        sha256=hashlib.sha256(digests.encode()).hexdigest(),
        given={"train": np.arange(ROWS), "test": np.arange(ROWS, 2 * ROWS)},
        is_shuffled=True,
        ids=flat,
        offsets=np.concatenate([train.offsets, train.offsets[-1] + test.offsets[1:]]),
        words=words,
        ranked=True,
        place=lambda row: f"{'train' if row < ROWS else 'test'} {row % ROWS + 1}",
    )


def sample(
    *, files: Mapping[str, Path], path: Path | None, target: str, settings: Mapping[str, Any]
) -> Texts:
    """Return short reviews of films, food and hotels, put together by a program.

    Args:
        files: Not used.
        path: Not used.
        target: Not used.
        settings: Not used.
    """
    from engine.data.generated_reviews import generate

    gathered, labels, digest = Gathered(), [], hashlib.sha256()
    for text, label in generate():
        gathered.add(text)
        labels.append(label)
        digest.update(f"{label} {text}\n".encode())
    return Texts(
        labels=np.array(labels, np.int64),
        classes=CLASSES,
        origin=f"generated reviews, {len(labels):,} texts",
        sha256=digest.hexdigest(),
        notes=[
            "A stand-in for the film reviews: put together by a program from phrases, nobody wrote "
            "them; figures not to be compared."
        ],
        described=[("made by", "a program: generated, not written by anybody")],
        **gathered.arrays(),
    )


def own(
    *, files: Mapping[str, Path], path: Path | None, target: str, settings: Mapping[str, Any]
) -> Texts:
    """Read a person's own texts: a folder with a folder for each class, or a table.

    Args:
        files: Not used.
        path: The folder, or a CSV, Parquet or JSON lines file.
        target: The column of classes of a table; found by its name if empty.
        settings: Not used here; they hold when the texts are made ready.

    Raises:
        Problem: It is missing, or cannot be read as either.
    """
    path = as_path(path, "--data my_texts/ or --data my_texts.csv")
    if not path.is_dir():
        return read_table(path, target)
    inside = sorted(path.iterdir())
    tables = [each.name for each in inside if is_table(each)]
    if tables and not any(each.is_dir() for each in inside):
        raise Problem(
            f"{path} is a folder with tables in it: {listed(tables)}.",
            f"Name one of them: --data {path / tables[0]}",
        )
    return read_folder(path)


def _words(path: Path) -> list[str]:
    """Return the words of the index in the order of their rank."""
    try:
        index = json.loads(path.read_bytes())
        words = sorted(index, key=index.__getitem__)
        if sorted(index.values()) != list(range(1, len(words) + 1)):
            raise ValueError("ranks are missing or come twice")
    except OSError as error:
        raise Problem(f"{path} cannot be read: {error.strerror}.", _REMEDY) from error
    except (ValueError, TypeError, AttributeError) as error:
        raise Problem(
            f"{path} is not the word index: expected each word with its rank.", _REMEDY
        ) from error
    return words


def _checked(
    path: Path, arrays: dict[str, np.ndarray | Ragged], part: str, words: int
) -> tuple[Ragged, np.ndarray]:
    """Take the texts and labels of a part; turn away what is something else than the reviews."""
    texts, labels = arrays.pop(f"x_{part}"), arrays.pop(f"y_{part}")
    if not isinstance(texts, Ragged) or isinstance(labels, Ragged):
        raise _another(path, "arrays of another kind")
    if len(texts) != ROWS or labels.shape != (ROWS,):
        raise _another(path, f"{len(texts):,} texts and labels of shape {labels.shape}")
    if set(np.unique(labels).tolist()) != {0, 1}:
        raise _another(path, "other labels than 0 and 1")
    if not texts.values.size or texts.values.min() < 1 or texts.values.max() > words:
        raise _another(path, "numbers of words that are not in the index")
    return texts, labels


def _another(path: Path, found: str) -> Problem:
    return Problem(
        f"{path} is not the IMDB reviews: expected {ROWS:,} texts and labels of each part, "
        f"found {found}.",
        _REMEDY,
    )
