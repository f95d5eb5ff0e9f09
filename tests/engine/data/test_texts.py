"""Texts become numbers of words as Keras numbers them, from what the training rows show."""

from __future__ import annotations

import json

import numpy as np
import pytest

from engine.data.text_preparation import TextPreparation
from engine.data.texts import FIRST_WORD, UNKNOWN, Texts
from tests.engine.data.made_texts import made

TEXTS = made(["b a a c", "a c d", "e e e e e", "the end is near, my only friend"])
TRAIN = np.array([0, 1])


def fit(texts: Texts = TEXTS, train: np.ndarray = TRAIN, **settings: int) -> TextPreparation:
    return texts.fit(train, {"words": 100, "length": 5} | settings)


def test_words_are_known_by_their_frequency_in_training_rows_alone() -> None:
    """Equally frequent ones in the order in which they first come."""
    assert fit().known == ["a", "c", "b", "d"]


def test_texts_are_filled_up_and_cut_in_front() -> None:
    a, c, b, d = range(FIRST_WORD, FIRST_WORD + 4)
    assert fit().transform(TEXTS, np.array([1, 0, 3, 2])).tolist() == [
        [0, 1, a, c, d],
        [1, b, a, a, c],
        [UNKNOWN] * 5,
        [UNKNOWN] * 5,
    ]


def test_numbers_stay_below_the_words_asked_for() -> None:
    preparation = fit(words=6)
    assert preparation.known == ["a", "c"]
    assert preparation.transform(TEXTS, np.array([0])).tolist() == [[1, UNKNOWN, 4, 4, 5]]
    assert preparation.size == 6


def test_a_ranking_of_the_publisher_stays() -> None:
    ranked = made(["b a a c", "a c d"])
    ranked.ranked = True
    assert fit(ranked, words=7).known == ["b", "a", "c"]


@pytest.mark.parametrize("ngrams", [1, 2])
@pytest.mark.parametrize("length", [1, 2, 3, 5, 9])
def test_a_text_read_alone_is_ready_as_among_others(length, ngrams) -> None:
    preparation = fit(length=length, ngrams=ngrams)
    together = preparation.transform(TEXTS, np.arange(4))
    for row in range(4):
        words = [TEXTS.words[i] for i in TEXTS.ids[TEXTS.offsets[row] : TEXTS.offsets[row + 1]]]
        assert preparation.ready(words).tolist() == together[row].tolist()


def test_many_texts_are_ready_as_few_are() -> None:
    """They are made ready some at a time."""
    chance = np.random.default_rng(0)
    texts = made([" ".join(f"w{n}" for n in chance.integers(50, size=9)) for _ in range(700)])
    preparation = fit(texts, np.arange(600), length=20_000)
    rows = chance.permutation(700)[:450]
    together = preparation.transform(texts, rows)
    assert together.shape == (450, 20_000)
    for place in (0, 103, 104, 105, 449):
        assert (preparation.transform(texts, rows[place : place + 1])[0] == together[place]).all()


def test_pairs_that_come_twice_are_words_of_their_own() -> None:
    texts = made(["not good at all", "not good, never", "good at last", "not at all good"])
    preparation = fit(texts, np.array([0, 1, 2]), ngrams=2, bigrams=2)
    assert preparation.input_shape == (10,)
    assert preparation.size == 102
    ready = preparation.transform(texts, np.array([0, 3]))
    assert [preparation.decode(row[5:]) for row in ready] == [
        ["", "", "not good", "good at", ""],
        ["", "", "", "", ""],
    ]
    assert set(ready[:, 5:].ravel().tolist()) == {0, 100, 101}


def test_an_unknown_word_is_part_of_no_pair() -> None:
    texts = made(["x y", "x y", "x z y", "x z y", "x y"])
    pairs = fit(texts, np.arange(5), ngrams=2, words=6).transform(texts, np.array([2]))
    assert pairs[0, 5:].tolist() == [0] * 5


@pytest.mark.parametrize("ngrams", [1, 2])
def test_what_was_learned_comes_back_from_json(ngrams) -> None:
    learned = fit(ngrams=ngrams, train=np.arange(4))
    back = TextPreparation.from_json(json.loads(json.dumps(learned.to_json())))
    rows = np.arange(4)
    assert back.transform(TEXTS, rows).tolist() == learned.transform(TEXTS, rows).tolist()
    assert (back.classes, back.input_shape, back.input_summary) == (
        learned.classes,
        learned.input_shape,
        learned.input_summary,
    )


def test_features_count_the_known_words() -> None:
    preparation = fit()
    counts = preparation.features(preparation.transform(TEXTS, np.array([0, 2, 1])))
    assert counts.shape == (3, 96)
    assert counts[:, :4].toarray().tolist() == [[2, 1, 1, 0], [0, 0, 0, 0], [1, 1, 0, 1]]
    assert counts.sum() == 7


def test_a_ready_text_can_be_read() -> None:
    preparation = fit()
    ready = preparation.transform(TEXTS, np.arange(4))
    assert preparation.decode(ready[1]) == ["", "", "a", "c", "d"]
    assert preparation.show(ready[1]) == {"text": "a c d"}
    assert preparation.show(ready[3]) == {"text": "… ? ? ? ? ?"}


def test_what_is_not_seen_is_told() -> None:
    cut, unknown = fit(train=np.array([0, 3]), words=6, length=4).notes[::-1]
    assert unknown == (
        "Known words: 2 of 10 different ones in the training texts; the other words (72.7% of "
        "their text) are one unknown word."
    )
    assert cut == (
        "Longer than 4 words: 1 of 2 training texts (50.0%); of these only the end is read."
    )


def test_equal_words_give_equal_fingerprints() -> None:
    texts = made(["Good FOOD!", "good food", "food good", "good", "food", "good good food"])
    numbers = texts.fingerprints().tolist()
    assert numbers[0] == numbers[1]
    assert len(set(numbers)) == 5


def test_facts_tell_lengths_and_frequent_words() -> None:
    facts = dict(made(["a b c", "a b", "a", "a b c d"]).facts())
    assert facts["words"] == "10, 4 different ones"
    assert facts["length"] == "1 to 4 words, half have 2 or fewer, 95 % 3 or fewer"
    assert facts["most frequent"] == "a, b, c, d"


def test_a_long_example_is_shown_by_its_beginning() -> None:
    text = " ".join(f"w{number}" for number in range(100))
    assert made([text, "a"]).show(0)["text"] == " ".join(text.split()[:60]) + " …"
