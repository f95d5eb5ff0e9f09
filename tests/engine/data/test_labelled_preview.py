"""What a person sees of labelled examples before training on them."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np
import pytest

from engine.data.examples import Examples
from engine.data.labelled_preview import preview_labelled
from engine.errors import Problem


class Words(Examples):
    """Examples that are a word each."""

    def __init__(self, words: Sequence[str], labels: Sequence[int], **more: object) -> None:
        classes = more.pop("classes", tuple(f"c{i}" for i in range(max(labels) + 1)))
        super().__init__(labels=np.array(labels), classes=classes, origin="made", sha256="", **more)
        self.words = words

    def fit(self, train, settings):
        raise AssertionError("looking at data fits nothing")

    def facts(self):
        return [("length", f"{len(self.words[0])} letters")]

    def fingerprints(self):
        return np.array([zlib.crc32(word.encode()) for word in self.words], np.uint64)

    def name_of(self, row):
        return f"row {row}"

    def show(self, row):
        return {"text": self.words[row]}


def different(count: int) -> list[str]:
    return [f"w{i}" for i in range(count)]


def dealt(**parts: Sequence[int]):
    return lambda: {name: np.array(rows, np.int64) for name, rows in parts.items()}


def seen(words, labels, deal=None, **more):
    rows = list(range(len(labels)))
    deal = deal or dealt(train=rows[:-4], val=rows[-4:-2], test=rows[-2:])
    return preview_labelled(Words(words, labels, **more), deal, "texts")


def test_classes_are_counted_in_each_part():
    shown = seen(different(44), [0, 1] * 22, classes=("good", "bad"), notes=["Noticed."])
    assert (shown["form"], shown["origin"], shown["rows"]) == ("texts", "made", 44)
    assert shown["classes"] == [
        {"name": "good", "rows": 22, "train": 20, "val": 1, "test": 1},
        {"name": "bad", "rows": 22, "train": 20, "val": 1, "test": 1},
    ]
    assert shown["facts"] == [["length", "2 letters"]]
    assert shown["notes"] == ["Noticed."]
    assert shown["duplicates"] == shown["warnings"] == shown["unreadable"] == []
    assert (shown["problem"], shown["remedy"]) == ("", "")
    assert not shown["validates_on_test"]


def test_examples_come_from_the_beginning_the_middle_and_the_end_of_each_class():
    shown = seen(different(44), [0] * 22 + [1] * 22, dealt(train=range(44), val=[], test=[]))
    found = [(each["class"], each["name"], each["text"]) for each in shown["examples"]]
    assert found == [
        ("c0", "row 0", "w0"),
        ("c0", "row 10", "w10"),
        ("c0", "row 21", "w21"),
        ("c1", "row 22", "w22"),
        ("c1", "row 32", "w32"),
        ("c1", "row 43", "w43"),
    ]


def test_of_very_many_classes_and_very_long_texts_only_some_is_shown():
    shown = seen(["long " * 200] * 100, list(range(100)), dealt(train=range(100), val=[], test=[]))
    assert len(shown["classes"]) == 100
    assert len(shown["examples"]) == 30
    assert all(len(each["text"]) == 400 for each in shown["examples"])


def test_rows_that_are_there_twice_are_named():
    words = different(40)
    words[7] = words[3]  # both in train
    words[38], words[39] = words[0], words[37]  # in test; the others in train and in validation
    (within, test_train, test_val) = seen(words, [0, 1] * 20)["duplicates"]
    assert within["text"] == ("1 train row is equal to an earlier one, such as row 7 = row 3.")
    assert test_train["text"] == "1 of the test rows is in train as well, such as row 38 = row 0."
    assert (test_train["parts"], test_train["rows"]) == (["test", "train"], 1)
    assert test_val["parts"] == ["test", "val"]
    assert test_val["names"] == [["row 39", "row 37"]]


def test_the_first_of_equal_rows_is_the_one_that_stands_first():
    words = different(40)
    words[30] = words[2]
    deal = dealt(train=range(35, -1, -1), val=[36, 37], test=[38, 39])
    (within,) = seen(words, [0, 1] * 20, deal)["duplicates"]
    assert within["names"] == [["row 30", "row 2"]]


def test_many_duplicates_are_counted_and_a_few_named():
    words = different(20) + different(20)
    deal = dealt(train=range(20), val=[20], test=range(21, 40))
    val, test = seen(words, [0, 1] * 20, deal)["duplicates"]
    assert val["text"] == "1 of the validation rows is in train as well, such as row 20 = row 0."
    assert test["text"].startswith("19 of the test rows are in train as well, such as row 21 =")
    assert len(test["names"]) == 3


def test_equal_inputs_of_different_classes_are_told():
    words = different(40)
    words[5] = words[4]
    *_, contradiction = seen(words, [0, 1] * 20)["duplicates"]
    assert contradiction["text"].startswith(
        "1 input is there with different classes, such as row 4"
    )


def test_rows_that_are_validated_and_tested_on_are_no_duplicates():
    deal = dealt(train=range(36), val=[36, 37, 38, 39], test=[36, 37, 38, 39])
    shown = seen(different(40), [0, 1] * 20, deal)
    assert shown["validates_on_test"]
    assert shown["duplicates"] == []


def test_very_unequal_and_very_small_classes_are_warned_of():
    shown = seen(different(104), [0] * 100 + [1] * 4, dealt(train=range(104), val=[0], test=[1]))
    unequal, few, not_validated, not_tested = shown["warnings"]
    assert "c0 has 100 rows, c1 4" in unequal
    assert "right in 96 %" in unequal
    assert few.endswith(": c1 (4).")
    assert "No validation row is of the class c1" in not_validated
    assert "No test row" in not_tested


def test_what_keeps_them_from_being_learned_from_does_not_keep_them_from_being_seen():
    def deal():
        raise Problem("4 examples cannot be split.", "Add some.")

    shown = seen(["a", "b", "a", "d"], [0, 0, 1, 1], deal)
    assert (shown["problem"], shown["remedy"]) == ("4 examples cannot be split.", "Add some.")
    assert shown["classes"] == [{"name": "c0", "rows": 2}, {"name": "c1", "rows": 2}]
    assert [each["rows"] for each in shown["duplicates"]] == [1, 1]


def test_a_class_without_a_training_row_is_a_problem():
    shown = seen(different(6), [0, 0, 1, 1, 0, 1], dealt(train=[0, 1], val=[2, 4], test=[3, 5]))
    assert shown["problem"] == "No training example is of the class 'c1'."
    assert shown["classes"][1] == {"name": "c1", "rows": 3, "train": 0, "val": 1, "test": 2}


@pytest.mark.parametrize(("count", "left"), [(3, 0), (1500, 500)])
def test_what_could_not_be_read_is_named(count, left):
    names = [f"broken {i}.png" for i in range(count)]
    shown = seen(different(40), [0, 1] * 20, unreadable=names)
    assert shown["unreadable"] == names[:1000]
    assert shown["unreadable_left"] == left
