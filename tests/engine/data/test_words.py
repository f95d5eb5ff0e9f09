"""Words are the ones a person sees, in any language, and those of Keras' index in English."""

from __future__ import annotations

import json
import random

import pytest

from engine.data.words import joined, words_of

WORDS = {
    "Absolutely DELICIOUS! Far, and away.": ["absolutely", "delicious", "far", "and", "away"],
    "I don't; the 80's weren't": ["i", "don't", "the", "80's", "weren't"],
    "'quoted' ''twice'' 'n' rock'n'roll '": ["quoted", "twice", "n", "rock'n'roll"],
    "a first.<br /><br />A second": ["a", "first", "br", "br", "a", "second"],
    "film-making: 10/10, snake_case": ["film", "making", "10", "10", "snake", "case"],
    "don’t don´t don\x92t": ["don't"] * 3,
    "C’est l’été à Orléans": ["c'est", "l'été", "à", "orléans"],
    "e\u0301te\u0301": ["été"],
    "这部电影很好看!": list("这部电影很好看"),
    "映画は10点": ["映", "画", "は", "10", "点"],
    "ดีมาก": ["ดี", "ม", "า", "ก"],
    "مرحباً بالعالم": ["مرحباً", "بالعالم"],
    "अच्छी है": ["अच्छी", "है"],
    "한국 영화": ["한국", "영화"],
    "great 😀👍🏽 it": ["great", "😀", "👍", "it"],
    "co\u00adopera\u200bte": ["cooperate"],
    " \t\n ... !?": [],
}


@pytest.mark.parametrize("text", WORDS)
def test_words_are_those_a_person_sees(text: str) -> None:
    assert words_of(text) == WORDS[text]


@pytest.mark.parametrize("text", WORDS)
def test_words_written_as_a_text_give_the_same_words(text: str) -> None:
    assert words_of(joined(words_of(text))) == words_of(text)


def test_a_text_is_split_alike_whatever_stands_beside_it() -> None:
    """ASCII, letters with accents and everything else take three paths."""
    chance = random.Random(0)
    for _ in range(3000):
        text = "".join(chance.choices("abZ0' '\n.-_\"/", k=14))
        assert words_of(f"{text} é") == [*words_of(text), "é"]
        assert words_of(f"{text} 好") == [*words_of(text), "好"]


def test_scripts_without_spaces_are_joined_without() -> None:
    assert joined(["电", "影", "10", "of", "10", "好"]) == "电影 10 of 10 好"


@pytest.mark.data("imdb_word_index.json")
def test_plain_english_is_in_the_index_of_the_film_reviews(shared_data) -> None:
    index = json.loads((shared_data / "imdb_word_index.json").read_text())
    first = words_of("Absolutely delicious! Far and away the best sushi I have ever had.")
    second = words_of("The poor service and bland food really turned me off.<br />It's 10/10.")
    assert len(first) == 12
    assert [word for word in [*first, *second] if index.get(word, 10**9) > 20_000] == ["sushi"]
    assert all(word in index for word in [*first, *second])
