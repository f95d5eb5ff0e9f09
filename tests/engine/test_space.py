"""Hyperparameters take what they say they take, and say in words what they do not."""

from __future__ import annotations

import random

import pytest

from engine.errors import Problem
from engine.space import Bool, Choice, Float, Int, Ints, Space

SPACE = Space(
    {
        "units": Ints(default=(32,), low=1, high=4096, longest=3, help="h"),
        "learning_rate": Float(default=1e-3, low=1e-6, high=1.0, log=True, help="h"),
        "batch_size": Int(default=32, low=1, high=8192, log=True, help="h"),
        "optimizer": Choice(default="adam", options=("adam", "sgd"), help="h"),
        "batch_norm": Bool(default=False, help="h"),
    }
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("units=64, 32", (64, 32)),
        ("learning_rate=3e-4", 3e-4),
        ("batch_size=1e3", 1000),
        ("batch_size=8192", 8192),
        ("optimizer= sgd", "sgd"),
        ("batch_norm=Yes", True),
        ("batch_norm=off", False),
    ],
)
def test_values_are_read_as_people_write_them(text, value):
    assert list(SPACE.parse([text]).values()) == [value]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("units=64,,32", "1 to 3 whole numbers from 1 to 4096"),
        ("units=1,2,3,4", "1 to 3 whole numbers"),
        ("units=0", "from 1 to 4096"),
        ("learning_rate=nan", "a number from 1e-6 to 1"),
        ("learning_rate=2", "got"),
        ("learning_rate=fast", "got 'fast'"),
        ("batch_size=0", "a whole number from 1 to 8192"),
        ("batch_size=1.5", "a whole number"),
        ("batch_size=inf", "a whole number"),
        ("optimizer=adm", "one of adam, sgd"),
        ("batch_norm=maybe", "yes or no"),
    ],
)
def test_a_wrong_value_is_answered_with_what_would_be_right(text, words):
    with pytest.raises(Problem, match=words) as caught:
        SPACE.parse([text])
    assert caught.value.what.startswith(text.partition("=")[0])


def test_a_mistyped_name_gets_the_nearest():
    with pytest.raises(Problem, match="no setting 'learning_rat'") as caught:
        SPACE.parse(["learning_rat=1"])
    assert "learning_rate" in caught.value.remedy


def test_an_assignment_without_equals_is_explained():
    with pytest.raises(Problem, match="name=value"):
        SPACE.parse(["units"])


def test_what_is_written_is_read_back():
    rng = random.Random(0)
    for name, each in SPACE.items():
        for _ in range(50):
            value = each.sample(rng)
            assert each.check(value) == value
            assert SPACE.parse_one(name, each.format(value)) == value


def test_a_value_from_json_is_taken_in_its_own_type():
    checked = SPACE.check({"units": [8, 4], "learning_rate": 1, "batch_size": 16.0})
    assert checked == {"units": (8, 4), "learning_rate": 1.0, "batch_size": 16}
    assert isinstance(checked["batch_size"], int)


@pytest.mark.parametrize("value", [True, "32", None, [1]])
def test_a_value_of_another_type_is_refused(value):
    with pytest.raises(Problem):
        SPACE.check({"batch_size": value})


@pytest.mark.parametrize(
    ("value", "text"), [(1e-3, "1e-3"), (3e-4, "3e-4"), (0.5, "0.5"), (1.0, "1"), (0.05, "0.05")]
)
def test_numbers_are_written_as_people_write_them(value, text):
    assert SPACE["learning_rate"].format(value) == text
