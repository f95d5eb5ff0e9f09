"""Pairs of neighbouring words, as words of their own: "not good" is not "not" and "good".

The most frequent pairs of the training texts are known. In a text made ready, each place has the
number of the pair that ends there, or 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

_AT_ONCE = 1 << 22
"""Pairs that are counted together; what was counted is held besides."""


class WordPairs:
    """Known pairs; pair ``i`` has the number ``words + i``.

    Attributes:
        most: How many there may be.
    """

    def __init__(self, keys: np.ndarray, words: int, most: int, first_word: int) -> None:
        """Keep the pairs.

        Args:
            keys: ``int64 (pairs,)``, the most frequent first: number of the first word times
                ``words``, plus that of the second.
            words: One more than the highest number of a word.
            most: How many there may be.
            first_word: Numbers below this are no words.
        """
        self.most = most
        self._keys = keys.astype(np.int64)
        self._words = words
        self._first_word = first_word
        order = np.argsort(self._keys)
        self._sorted, self._ranks = self._keys[order], order.astype(np.int32)

    def __len__(self) -> int:
        return len(self._keys)

    @classmethod
    def fit(cls, blocks: Iterable[np.ndarray], words: int, most: int, first_word: int) -> WordPairs:
        """Find the pairs that come most often, and at least twice.

        Args:
            blocks: Training texts as numbers of words, ``int32 (n, length)`` each.
            words: One more than the highest number of a word.
            most: How many pairs are wanted.
            first_word: Numbers below this are no words.
        """
        keys, counts = np.empty(0, np.int64), np.empty(0, np.int64)
        waiting: list[np.ndarray] = []
        for block in blocks:
            found, there = _keys(block, words, first_word)
            waiting.append(found[there])
            if sum(map(len, waiting)) >= _AT_ONCE:
                keys, counts = _counted(keys, counts, waiting)
                waiting = []
        keys, counts = _counted(keys, counts, waiting)
        keys, counts = keys[counts > 1], counts[counts > 1]
        # Equally frequent ones in the order of their words' frequency: the same on every machine.
        chosen = np.argsort(-counts, kind="stable")[:most]
        return cls(keys[chosen], words, most, first_word)

    def numbers(self, block: np.ndarray) -> np.ndarray:
        """Return the number of the pair that ends at each place, 0 for none known.

        Args:
            block: Numbers of words, ``int32 (n, length)``.
        """
        numbers = np.zeros(block.shape, np.int32)
        if not len(self._keys):
            return numbers
        found, there = _keys(block, self._words, self._first_word)
        places = np.searchsorted(self._sorted, found[there])
        places[places == len(self._sorted)] = 0
        known = self._sorted[places] == found[there]
        numbers[:, 1:][there] = np.where(known, self._words + self._ranks[places], 0)
        return numbers

    def pair(self, rank: int) -> tuple[int, int] | None:
        """Return the numbers of the two words of a pair; None if there is no such pair."""
        if not 0 <= rank < len(self._keys):
            return None
        first, second = divmod(int(self._keys[rank]), self._words)
        return first, second

    def to_json(self) -> dict[str, Any]:
        """Return all of it but ``words``."""
        return {"keys": self._keys.tolist(), "most": self.most, "first_word": self._first_word}

    @classmethod
    def from_json(cls, value: Mapping[str, Any], words: int) -> WordPairs:
        """Make what :meth:`to_json` returned."""
        keys = np.array(value["keys"], np.int64)
        return cls(keys, words, int(value["most"]), int(value["first_word"]))


def _keys(block: np.ndarray, words: int, first_word: int) -> tuple[np.ndarray, np.ndarray]:
    """Return a key for each two neighbours, and whether both are known: ``(n, length - 1)``."""
    first, second = block[:, :-1], block[:, 1:]
    there = (first >= first_word) & (second >= first_word)
    return first.astype(np.int64) * words + second, there


def _counted(
    keys: np.ndarray, counts: np.ndarray, waiting: list[np.ndarray]
) -> tuple[np.ndarray, np.ndarray]:
    """Add what is waiting to what was counted."""
    new, times = np.unique(np.concatenate([keys[:0], *waiting]), return_counts=True)
    merged, places = np.unique(np.concatenate([keys, new]), return_inverse=True)
    return merged, np.bincount(
        places, weights=np.concatenate([counts, times]), minlength=len(merged)
    ).astype(np.int64)
