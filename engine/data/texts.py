"""Texts with a class each, as numbers of words: the texts themselves are not kept.

What it promises: all words of all texts lie in one array of 32-bit numbers, next to each other, and
each different word is there once, so that a collection takes less memory than its files have bytes.
"""

from __future__ import annotations

import hashlib
from array import array
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import count
from operator import itemgetter
from typing import Any

import numpy as np

from engine.data.examples import Examples
from engine.data.text_preparation import FIRST_WORD as FIRST_WORD
from engine.data.text_preparation import UNKNOWN as UNKNOWN
from engine.data.text_preparation import TextPreparation as TextPreparation
from engine.data.words import joined, words_of

_SHOWN = 60
"""Words of an example that are shown."""

_FREQUENT = 10

_STRETCH = 1 << 13
"""Rows whose words are counted in one go."""


@dataclass(kw_only=True)
class Texts(Examples):
    """Texts with a class each.

    Attributes:
        ids: Of the words of all texts, one text after another: ``int32``, positions in
            :attr:`words`.
        offsets: ``int64 (rows + 1,)``; text ``i`` is ``ids[offsets[i]:offsets[i + 1]]``.
        words: Every word that occurs.
        ranked: Whether the publisher has put the words in the order of their frequency, which then
            holds; otherwise they stand in the order in which they first occur.
        place: Says what a person finds a row by.
        described: Further facts.
    """

    ids: np.ndarray
    offsets: np.ndarray
    words: list[str]
    ranked: bool = False
    place: Callable[[int], str] = field(default=lambda row: f"row {row + 1}", repr=False)
    described: list[tuple[str, str]] = field(default_factory=list)

    @property
    def lengths(self) -> np.ndarray:
        """Words of each text, ``int64 (rows,)``."""
        return np.diff(self.offsets)

    def word_counts(self, rows: np.ndarray) -> np.ndarray:
        """Return how often each word occurs in some rows, ``int64 (words,)``."""
        chosen = np.zeros(len(self), bool)
        chosen[rows] = True
        lengths, counts = self.lengths, np.zeros(len(self.words), np.int64)
        # In stretches, because counting makes 64-bit numbers of what is counted.
        for begin in range(0, len(self), _STRETCH):
            some = slice(begin, min(begin + _STRETCH, len(self)))
            low, high = self.offsets[some.start], self.offsets[some.stop]
            kept = np.repeat(chosen[some], lengths[some])
            counts += np.bincount(self.ids[low:high][kept], minlength=len(counts))
        return counts

    def fit(self, train: np.ndarray, settings: Mapping[str, Any]) -> TextPreparation:
        """See :meth:`Examples.fit` and :meth:`TextPreparation.fit`."""
        return TextPreparation.fit(self, train, settings)

    def facts(self) -> list[tuple[str, str]]:
        """See :meth:`Examples.facts`."""
        lengths = self.lengths
        low, middle, high, most = np.percentile(lengths, [0, 50, 95, 100], method="lower")
        counts = self.word_counts(np.arange(len(self)))
        frequent = np.argsort(-counts, kind="stable")[:_FREQUENT]
        return [
            ("words", f"{len(self.ids):,}, {np.count_nonzero(counts):,} different ones"),
            (
                "length",
                f"{low:,} to {most:,} words, half have {middle:,} or fewer, 95 % {high:,} or fewer",
            ),
            ("most frequent", ", ".join(self.words[word] for word in frequent if counts[word])),
            *self.described,
        ]

    def fingerprints(self) -> np.ndarray:
        """See :meth:`Examples.fingerprints`: of the words, so that case and punctuation are one."""
        numbers = np.empty(len(self), np.uint64)
        raw = np.ascontiguousarray(self.ids).data.cast("B")
        bounds = (self.offsets * self.ids.itemsize).tolist()
        for row in range(len(self)):
            digest = hashlib.blake2b(raw[bounds[row] : bounds[row + 1]], digest_size=8)
            numbers[row] = int.from_bytes(digest.digest(), "little")
        return numbers

    def name_of(self, row: int) -> str:
        """See :meth:`Examples.name_of`."""
        return self.place(row)

    def show(self, row: int) -> dict[str, str]:
        """See :meth:`Examples.show`: its first words."""
        begin, end = int(self.offsets[row]), int(self.offsets[row + 1])
        shown = self.ids[begin : min(end, begin + _SHOWN)]
        text = joined(self.words[word] for word in shown)
        return {"text": text if end - begin <= _SHOWN else f"{text} …"}


class Gathered:
    """Texts on their way into one array; each is let go of once its words are in it."""

    def __init__(self) -> None:
        self._ids = array("i")
        self._offsets = array("q", [0])
        self._numbers: defaultdict[str, int] = defaultdict(count().__next__)

    def __len__(self) -> int:
        return len(self._offsets) - 1

    def add(self, text: str) -> bool:
        """Take a text in; say whether there was a word in it, without which it is not."""
        words = words_of(text)
        if words:
            # Half as long again with map and __getitem__; one word alone gives no tuple.
            found = itemgetter(*words)(self._numbers)
            self._ids.extend(found if len(words) > 1 else (found,))
            self._offsets.append(len(self._ids))
        return bool(words)

    def arrays(self) -> dict[str, Any]:
        """Return what :class:`Texts` needs; nothing can be added after this."""
        return {
            "ids": np.frombuffer(self._ids, np.int32),  # the same memory
            "offsets": np.frombuffer(self._offsets, np.int64),
            "words": list(self._numbers),
        }
