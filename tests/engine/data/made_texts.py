"""Texts for tests, written as a person's files are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from engine.data.texts import Gathered, Texts

PLEASED = ("good food", "very good film", "I liked it", "a good day", "it was fine")
CROSS = ("bad food", "very bad film", "I hated it", "a bad day", "it was awful")


def made(texts: Sequence[str], labels: Sequence[int] = ()) -> Texts:
    """Return texts; their classes take turns unless ``labels`` says them."""
    gathered = Gathered()
    for text in texts:
        assert gathered.add(text)
    numbers = labels or [row % 2 for row in range(len(texts))]
    return Texts(
        labels=np.array(numbers, np.int64),
        classes=("negative", "positive"),
        origin="made",
        sha256="0" * 64,
        **gathered.arrays(),
    )


def write_folder(root: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write files below a folder."""
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return root


def two_classes(**more: str | bytes) -> dict[str, str | bytes]:
    """Return files of the classes ``neg`` and ``pos``."""
    files: dict[str, str | bytes] = {}
    for name, texts in (("neg", CROSS), ("pos", PLEASED)):
        files |= {f"{name}/{i}.txt": text for i, text in enumerate(texts)}
    return files | more


def shown(texts: Texts) -> list[str]:
    """Return the words of each text."""
    return [texts.show(row)["text"] for row in range(len(texts))]


def said(texts: Texts) -> list[tuple[str, str]]:
    """Return each text with the name of its class."""
    return [
        (text, texts.classes[label])
        for text, label in zip(shown(texts), texts.labels.tolist(), strict=True)
    ]
