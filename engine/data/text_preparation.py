"""How texts become rows of numbers, each of which stands for a word.

The numbering is that of Keras' IMDB data: 0 fills up in front, 1 begins a text, 2 is any word that
is not known, 3 is not used, and the known words follow, the most frequent one first. Pairs of
neighbours, where they are wanted, are numbered after the words (A. Joulin et al., 2016, Bag of
Tricks for Efficient Text Classification).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

import numpy as np

from engine.data.examples import Item, Preparation
from engine.data.given import Given
from engine.data.text_input import read_given
from engine.data.word_pairs import WordPairs
from engine.data.words import joined

PADDING, START, UNKNOWN, FIRST_WORD = 0, 1, 2, 4

WORDS, LENGTH, PAIRS = 10_000, 500, 100_000
"""What holds where the hyperparameters say nothing."""

_AT_ONCE = 1 << 21
"""Numbers made ready in one go: the places they are fetched from take four times as much memory."""

_SHOWN = 400
"""Words of a text that are shown, the last ones."""


class NumberedTexts(Protocol):
    """What is made ready: :class:`engine.data.texts.Texts`, which says what each of these is."""

    classes: tuple[str, ...]
    ids: np.ndarray
    offsets: np.ndarray
    words: list[str]
    ranked: bool

    @property
    def lengths(self) -> np.ndarray: ...  # noqa: D102 - described there

    def word_counts(self, rows: np.ndarray) -> np.ndarray: ...  # noqa: D102 - described there


class TextPreparation(Preparation):
    """Texts as numbers of words.

    Attributes:
        words: One more than the highest number of a word.
        length: Words of a text that are kept, the last ones.
        known: The known words; number ``FIRST_WORD + i`` stands for ``known[i]``.
        pairs: Known pairs of neighbours; None where they are not looked at.
    """

    input_dtype = "int32"

    def __init__(
        self,
        classes: Sequence[str],
        known: Sequence[str],
        words: int,
        length: int,
        pairs: WordPairs | None = None,
        notes: Sequence[str] = (),
    ) -> None:
        self.classes = tuple(classes)
        self.known = list(known)
        self.words = words
        self.length = length
        self.pairs = pairs
        self.notes = tuple(notes)
        self._numbers = {word: FIRST_WORD + rank for rank, word in enumerate(self.known)}
        self._table: tuple[object, np.ndarray] = (None, np.empty(0, np.int32))

    @classmethod
    def fit(
        cls, texts: NumberedTexts, train: np.ndarray, settings: Mapping[str, Any]
    ) -> TextPreparation:
        """Learn from training rows which words (and pairs) are known.

        Args:
            texts: What they are rows of. Where their publisher has ranked the words, that stays;
                otherwise the rows decide, and equally frequent words keep their order.
            train: ``int64 (train rows,)``.
            settings: ``words``, ``length``, ``ngrams`` (2 looks at pairs as well), ``bigrams``.
        """
        words, length = int(settings.get("words", WORDS)), int(settings.get("length", LENGTH))
        counts = texts.word_counts(train)
        ranked = np.arange(len(texts.words))
        if not texts.ranked:
            ranked = np.argsort(-counts, kind="stable")
            ranked = ranked[counts[ranked] > 0]
        ranked = ranked[: max(0, words - FIRST_WORD)]
        made = cls(texts.classes, [texts.words[word] for word in ranked], words, length)
        if int(settings.get("ngrams", 1)) == 2:
            most = int(settings.get("bigrams", PAIRS))
            made.pairs = WordPairs.fit(made._blocks(texts, train), words, most, FIRST_WORD)
        made.notes = tuple(_notes(texts, train, counts, ranked, length))
        return made

    @property
    def input_shape(self) -> tuple[int, ...]:  # type: ignore[override]  # noqa: D102 - inherited
        return (self.length * (1 if self.pairs is None else 2),)

    @property
    def input_summary(self) -> str:  # type: ignore[override]  # noqa: D102 - inherited
        pairs = "" if self.pairs is None else f", {len(self.pairs):,} pairs"
        known = f"{len(self.known):,} known words{pairs}"
        return f"the last {self.length:,} words of a text, {known}"

    @property
    def size(self) -> int:
        """One more than the highest number there is."""
        return self.words + (0 if self.pairs is None else self.pairs.most)

    def transform(self, examples: NumberedTexts, rows: np.ndarray) -> np.ndarray:
        """See :meth:`Preparation.transform`; of any texts, not only those it was fitted on."""
        ready = np.empty((len(rows), *self.input_shape), np.int32)
        begin = 0
        for block in self._blocks(examples, rows):
            ready[begin : begin + len(block)] = self._with_pairs(block)
            begin += len(block)
        return ready

    def ready(self, words: Sequence[str]) -> np.ndarray:
        """Return one text, given its words, ready: ``int32 input_shape``."""
        row = np.zeros((1, self.length), np.int32)
        numbers = self._numbers
        found = [START, *(numbers.get(word, UNKNOWN) for word in words[-self.length :])]
        if len(words) >= self.length:  # The start is cut off with the words before.
            found = found[-self.length :]
        row[0, self.length - len(found) :] = found
        return self._with_pairs(row)[0]

    def features(self, ready: np.ndarray) -> Any:
        """See :meth:`Preparation.features`: how often each known word (and pair) is in a text.

        Returns:
            A sparse ``scipy.sparse.csr_matrix (rows, size - FIRST_WORD)`` of ``float32``.
        """
        from scipy.sparse import csr_matrix  # of no use but to baselines

        there = ready >= FIRST_WORD
        places = np.concatenate([[0], np.cumsum(there.sum(axis=1))])
        columns = ready[there] - FIRST_WORD
        ones = np.ones(len(columns), np.float32)
        counts = csr_matrix((ones, columns, places), shape=(len(ready), self.size - FIRST_WORD))
        counts.sum_duplicates()
        return counts

    def word(self, number: int) -> str:
        """Return what a number stands for: a word, a pair, ``?`` for unknown, else nothing."""
        number = int(number)
        if number < UNKNOWN:
            return ""
        if self.pairs is not None and number >= self.words:
            pair = self.pairs.pair(number - self.words)
            return "?" if pair is None else joined(map(self.word, pair))
        rank = number - FIRST_WORD
        return self.known[rank] if 0 <= rank < len(self.known) else "?"

    def decode(self, numbers: np.ndarray) -> list[str]:
        """Return what each of some numbers stands for; see :meth:`word`."""
        return [self.word(number) for number in numbers]

    def read(self, given: Given) -> Iterator[Item]:
        """See :meth:`Preparation.read`."""
        for raw in read_given(given, self.classes):
            if raw.words:
                yield Item(raw.name, self.ready(raw.words), raw.actual, note=self._note(raw.words))
            else:
                yield Item(raw.name, None, raw.actual, raw.problem or "there is no word in it")

    def show(self, ready: np.ndarray) -> dict[str, str]:
        """See :meth:`Preparation.show`: its last words, after ``…`` if some are left out."""
        numbers = ready[: self.length]
        numbers = numbers[numbers != PADDING]
        whole = len(numbers) > 0 and numbers[0] == START
        shown = numbers[-_SHOWN:]
        text = joined(word for word in self.decode(shown) if word)
        return {"text": text if whole and len(shown) == len(numbers) else f"… {text}"}

    def to_json(self) -> dict[str, Any]:
        """See :meth:`Preparation.to_json`."""
        return {
            "form": "texts",
            "classes": list(self.classes),
            "words": self.words,
            "length": self.length,
            "known": self.known,
            "pairs": None if self.pairs is None else self.pairs.to_json(),
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> TextPreparation:
        """Make what :meth:`to_json` returned."""
        words = int(value["words"])
        pairs = value["pairs"]
        return cls(
            [str(name) for name in value["classes"]],
            [str(word) for word in value["known"]],
            words,
            int(value["length"]),
            None if pairs is None else WordPairs.from_json(pairs, words),
        )

    def _note(self, words: Sequence[str]) -> str:
        if not any(word in self._numbers for word in words):
            return "none of its words is known"
        if len(words) > self.length:
            return f"only the last {self.length:,} of its {len(words):,} words are read"
        return ""

    def _with_pairs(self, block: np.ndarray) -> np.ndarray:
        if self.pairs is None:
            return block
        return np.concatenate([block, self.pairs.numbers(block)], axis=1)

    def _blocks(self, texts: NumberedTexts, rows: np.ndarray) -> Iterator[np.ndarray]:
        """Yield the numbers of the words of rows, some rows at a time: ``int32 (n, length)``."""
        table = self._numbers_of(texts)
        back = np.arange(-self.length, 0)
        many = max(1, _AT_ONCE // self.length)
        for begin in range(0, len(rows), many):
            some = rows[begin : begin + many]
            starts, ends = texts.offsets[some][:, None], texts.offsets[some + 1][:, None]
            places = ends + back
            block = table[texts.ids[np.maximum(places, 0)]]
            block[places < starts] = PADDING
            block[places == starts - 1] = START
            yield block

    def _numbers_of(self, texts: NumberedTexts) -> np.ndarray:
        """Return the number of each of the texts' own word ids; looked up once."""
        if self._table[0] is not texts.words:
            find = self._numbers.get
            numbers = (find(word, UNKNOWN) for word in texts.words)
            self._table = (texts.words, np.fromiter(numbers, np.int32, len(texts.words)))
        return self._table[1]


def _notes(
    texts: NumberedTexts, train: np.ndarray, counts: np.ndarray, ranked: np.ndarray, length: int
) -> Iterator[str]:
    """Say what of the training texts is not seen."""
    running = int(counts.sum())
    known = int(counts[ranked].sum())
    if known < running:
        yield (
            f"Known words: {len(ranked):,} of {np.count_nonzero(counts):,} different ones in the "
            f"training texts; the other words ({1 - known / running:.1%} of their text) are one "
            "unknown word."
        )
    lengths = texts.lengths[train]
    if cut := int((lengths > length).sum()):
        yield (
            f"Longer than {length:,} words: {cut:,} of {len(train):,} training texts "
            f"({cut / len(train):.1%}); of these only the end is read."
        )
