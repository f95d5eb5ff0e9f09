"""Words are named by what they do to the network's verdict."""

from __future__ import annotations

import numpy as np
import pytest

from engine.tasks.moved import moved_by

GOOD, BAD, DULL, UNKNOWN = 10, 11, 12, 2
WEIGHTS = {GOOD: 2.0, BAD: -1.0, DULL: -0.25}


def say(texts):
    """A network of which the odds are known: each word adds its weight once for each place."""
    odds = sum(weight * (texts == word).sum(axis=1) for word, weight in WEIGHTS.items())
    positive = 1 / (1 + np.exp(-odds))
    return np.stack([1 - positive, positive], axis=1)


def test_words_come_with_what_they_add_to_the_odds_the_strongest_first():
    texts = np.array([[0, 1, GOOD, BAD, BAD, DULL], [0, 0, 1, UNKNOWN, DULL, 3]])
    first, second = moved_by(say, texts, [1, 0], first_word=4, unknown=UNKNOWN)
    assert [word for word, _ in first] in ([GOOD, BAD, DULL], [BAD, GOOD, DULL])
    shares = dict(first)
    assert shares[GOOD] == pytest.approx(2, abs=1e-6)
    assert shares[BAD] == pytest.approx(-2, abs=1e-6)  # both of them
    assert second == [(DULL, pytest.approx(0.25, abs=1e-6))]  # of the class that it was taken for


def test_no_more_are_named_than_are_asked_for_and_none_of_an_empty_text():
    texts = np.array([[GOOD, BAD, DULL], [0, 0, 1]])
    first, second = moved_by(say, texts, [1, 1], 4, UNKNOWN, most=1)
    assert [word for word, _ in first] == [GOOD]
    assert second == []
    assert moved_by(say, texts[:0], [], 4, UNKNOWN) == []
