"""A table of texts is read as a person means it, row by row, and never held as texts."""

from __future__ import annotations

import gzip
import json
import tracemalloc
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from engine.data import texts as texts_module
from engine.data.text_table import read_table
from engine.errors import Problem
from tests.engine.data.made_texts import CROSS, PLEASED, said, shown

ROWS = [*((text, "pos") for text in PLEASED), *((text, "neg") for text in CROSS)]
SAID = [(text.lower(), label) for text, label in ROWS]


def table(head: str = "text,label", rows: list[tuple[str, ...]] = ROWS) -> str:  # type: ignore[assignment]
    between = next((each for each in ";\t|" if each in head), ",")
    return "\n".join([head, *(between.join(row) for row in rows)]) + "\n"


@pytest.fixture
def write(tmp_path: Path):
    def write(content: str | bytes, name: str = "reviews.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def problem(path: Path, target: str = "") -> Problem:
    with pytest.raises(Problem) as caught:
        read_table(path, target)
    return caught.value


# -- what is in it ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "head",
    [
        "text,label",
        "Review,Sentiment",
        "review_text,review_class",
        "sentence;target",
        "tweet\tcategory",
        "reviewText|overall_sentiment",
        "avis;étiquette",
        "a,b",
    ],
)
def test_texts_and_classes_are_found(write, head) -> None:
    texts = read_table(write(table(head)))
    assert said(texts) == SAID
    assert texts.classes == ("neg", "pos")
    assert texts.origin == "reviews.csv, 10 texts"


def test_a_table_without_a_header_is_read_too(write) -> None:
    texts = read_table(write("".join(f"{label},{text}\n" for text, label in ROWS)))
    assert said(texts) == SAID
    assert "No header found: columns are named c1 to c2." in texts.notes


def test_quoted_commas_line_breaks_and_marks_belong_to_the_text(write) -> None:
    content = (
        "id,avis,note\n"
        '1,"Délicieux, copieux,\net pas cher ""du tout""",bon\n'
        '2,"Froid, fade\r\n\r\net cher",mauvais\n'
        "3,Très bien mangé ici,bon\n"
        "4,Plus jamais chez eux,mauvais\n"
    )
    texts = read_table(write(content))
    assert said(texts) == [
        ("délicieux copieux et pas cher du tout", "bon"),
        ("froid fade et cher", "mauvais"),
        ("très bien mangé ici", "bon"),
        ("plus jamais chez eux", "mauvais"),
    ]
    assert [texts.name_of(row) for row in range(4)] == ["line 2", "line 4", "line 7", "line 8"]


def test_chinese_and_arabic_are_read(write) -> None:
    rows = [f'"很好吃，{n}次再来",正面评价\n"太难吃了,\n第{n}次不来",负面评价\n' for n in range(9)]
    content = "评论,标签\n" + "".join(rows)
    texts = read_table(write(content))
    assert texts.classes == ("正面评价", "负面评价")
    assert shown(texts)[:2] == ["很好吃 0 次再来", "太难吃了第 0 次不来"]
    rows = 'text,label\n"الطعام لذيذ جدا، والخدمة ممتازة",1\n"سيئ جدا, لن أعود",0\n'
    texts = read_table(write(rows))
    assert shown(texts)[1] == "سيئ جدا لن أعود"


@pytest.mark.parametrize(
    ("labels", "classes"),
    [
        (("0", "1"), ("0", "1")),
        (("1.0", "0.0"), ("0", "1")),
        (("1", "1.0", "2"), ("1", "2")),
        (("10", "9", "-1"), ("-1", "9", "10")),
        (("b", "A", " A "), ("A", "b")),
        (("True", "False"), ("False", "True")),
        (("star 10", "star 2"), ("star 2", "star 10")),
    ],
)
def test_classes_are_numbers_or_words(write, labels, classes) -> None:
    rows = [(f"quite a long text {i}", labels[i % len(labels)]) for i in range(12)]
    texts = read_table(write(table(rows=rows)))
    assert texts.classes == classes
    assert texts.labels.tolist() == [
        classes.index(labels[i % len(labels)].strip().removesuffix(".0")) for i in range(12)
    ]


def test_rows_without_text_or_class_are_left_out_and_counted(write) -> None:
    rows = [
        *ROWS,
        ("", "pos"),
        ("N/A", "neg"),
        ("so what", ""),
        ("who knows", "nan"),
        ("!!!", "pos"),
    ]
    texts = read_table(write(table(rows=rows)))
    assert said(texts) == SAID
    assert texts.notes[1:] == [
        "2 rows without a text left out: line 12, 13.",
        "2 rows without a class left out: line 14, 15.",
        "1 row without a word in it left out: line 16.",
    ]


def test_a_column_split_sets_parts_apart(write) -> None:
    rows = [(*row, part) for row, part in zip(ROWS, ["train", "test"] * 5, strict=True)]
    rows[2] = (*ROWS[2], "Validation")
    texts = read_table(write(table("text,label,split", rows)))
    assert {name: part.tolist() for name, part in texts.given.items()} == {
        "train": [0, 4, 6, 8],
        "val": [2],
        "test": [1, 3, 5, 7, 9],
    }


@pytest.mark.parametrize("parts", [["train", "other"], ["train", ""], ["train", "train"]])
def test_a_column_split_that_says_something_else_is_not_heeded(write, parts) -> None:
    rows = [(*row, part) for row, part in zip(ROWS, parts * 5, strict=True)]
    texts = read_table(write(table("text,label,split", rows)))
    assert texts.given == {}
    assert "it is not heeded" in texts.notes[-1]


def test_a_training_part_without_one_class_is_not_heeded(write) -> None:
    rows = [(*row, part) for row, part in zip(ROWS, ["train"] * 5 + ["test"] * 5, strict=True)]
    texts = read_table(write(table("text,label,split", rows)))
    assert texts.given == {}
    assert "leaves a class without a training row" in texts.notes[-1]


# -- how it is written -----------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "latin-1", "cp1252"])
def test_encodings_are_recognised(write, encoding) -> None:
    rows = [*ROWS, ("l'été à la plage", "pos")]
    texts = read_table(write(table(rows=rows).encode(encoding)))
    assert said(texts) == [*SAID, ("l'été à la plage", "pos")]
    assert texts.classes == ("neg", "pos")


def test_a_file_that_is_not_utf_8_far_below_is_read_as_latin_1(write) -> None:
    many = table(rows=[("a text of several words", "pos"), *ROWS] * 2000)
    assert len(many) > 1 << 17
    texts = read_table(write(many.encode() + "un été,pos\n".encode("latin-1")))
    assert shown(texts)[-1] == "un été"
    assert "Encoding: not UTF-8, read as Latin-1." in texts.notes


def test_a_packed_file_is_read(write) -> None:
    path = write(gzip.compress(table().encode()), "reviews.csv.gz")
    assert said(read_table(path)) == SAID


def test_quotation_marks_in_tab_separated_lines_are_what_they_are(write) -> None:
    rows = [('he said "never again', "neg"), ('"so good', "pos"), ('"quoted, all of it"', "pos")]
    texts = read_table(write(table("sentence\tlabel", [*rows, *ROWS])))
    assert said(texts)[:3] == [
        ("he said never again", "neg"),
        ("so good", "pos"),
        ("quoted all of it", "pos"),
    ]
    assert len(texts) == 13


def test_a_tab_separated_file_may_have_line_breaks_in_quotes(write) -> None:
    rows = [('"first line\nsecond line"', "pos"), *ROWS]
    assert shown(read_table(write(table("text\tlabel", rows))))[0] == "first line second line"


def test_a_very_long_text_is_read(write) -> None:
    long = "word " * 200_000
    texts = read_table(write(table(rows=[*ROWS, (f'"{long}"', "pos")])))
    assert texts.lengths[-1] == 200_000


@pytest.mark.parametrize(
    ("labels", "classes"),
    [
        ([1, 0], ("0", "1")),
        ([1.0, 0.0], ("0", "1")),
        (["1", "0"], ("0", "1")),
        ([True, False], ("False", "True")),
    ],
)
def test_parquet_is_read(tmp_path, labels, classes) -> None:
    path = tmp_path / "reviews.parquet"
    frame = pd.DataFrame({"n": range(12), "text": [f"a text {i}" for i in range(12)]})
    frame["label"] = [*labels * 5, None, labels[0]]
    frame.loc[11, "text"] = None
    frame.to_parquet(path)
    texts = read_table(path)
    assert texts.classes == classes
    assert texts.labels.tolist() == [1, 0] * 5
    assert texts.name_of(3) == "row 4"
    assert texts.notes[1:] == [
        "1 row without a class left out: row 11.",
        "1 row without a text left out: row 12.",
    ]


def test_categories_of_a_parquet_file_are_read(tmp_path) -> None:
    path = tmp_path / "reviews.parquet"
    frame = pd.DataFrame(ROWS, columns=["text", "label"]).astype({"label": "category"})
    frame.to_parquet(path)
    assert said(read_table(path)) == SAID


def test_json_lines_are_read(write) -> None:
    lines = [json.dumps({"id": 1, "text": text, "label": label}) for text, label in ROWS]
    path = write("\n".join([*lines, "", json.dumps({"text": None, "label": "pos"})]), "r.jsonl")
    texts = read_table(path)
    assert said(texts) == SAID
    assert texts.notes[-1] == "1 row without a text left out: line 12."


# -- what cannot be right --------------------------------------------------------------------------


def test_one_class_only_is_refused(write) -> None:
    found = problem(write(table(rows=[(text, "pos") for text, _ in ROWS])))
    assert found.what == "Expected two classes or more in column 'label', got only 'pos'."


def test_a_class_without_a_text_is_refused(write) -> None:
    found = problem(write(table(rows=[*ROWS, ("", "mixed"), ("...", "mixed")])))
    assert found.what == "The class 'mixed' of column 'label' has no example that can be read."


def test_two_columns_that_could_be_the_texts_are_named(write) -> None:
    rows = [(text, text, label) for text, label in ROWS]
    found = problem(write(table("content,review,label", rows)))
    assert "several columns that could be the texts: 'content', 'review'" in found.what


def test_two_columns_that_could_be_the_classes_are_named_and_one_can_be_chosen(write) -> None:
    rows = [(text, label, str(len(text) % 2)) for text, label in ROWS]
    path = write(table("text,label,category", rows))
    found = problem(path)
    assert "several columns that could be the classes: 'label', 'category'" in found.what
    assert "--target" in found.remedy
    assert read_table(path, "category").classes == ("0", "1")


def test_a_target_that_is_not_there_gets_the_nearest_name(write) -> None:
    assert problem(write(table()), "lable").remedy == "Did you mean 'label'?"


@pytest.mark.parametrize("rows", [300, 3000])
def test_a_column_of_other_things_is_no_column_of_classes(write, rows) -> None:
    lines = [(f"some text {i}", f"{i * 0.37:.3f}") for i in range(rows)]
    assert "these are no classes" in problem(write(table("text,score", lines))).what


def test_a_row_that_is_too_long_is_named_with_its_line(write) -> None:
    rows = [*ROWS, ("good, not great", "pos")]
    found = problem(write(table(rows=rows)))
    assert found.what == "reviews.csv, line 12: expected 2 cells, found 3 cells."


def test_a_mark_that_is_never_closed_is_named_with_its_line(write) -> None:
    found = problem(write(table() + 'pos,"this is open,pos\nand,so on\n'))
    assert "line 12" in found.what


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "r.csv"),
        (b"text,label\n", "r.csv"),
        (b"\x89PNG\r\n\x1a\n\0\0", "r.csv"),
        (b"\0\1\2\3" * 99, "r.csv"),
        (b"PAR1 and then nothing", "r.parquet"),
        (b"text,label\na b c,1\n", "r.parquet"),
        (b'{"text": "a"}\nno json\n', "r.jsonl"),
        (b'{"text": ["a"], "label": 1}\n{"text": "b c", "label": 2}\n', "r.jsonl"),
        (b"PK\x03\x04....", "r.xlsx"),
        (gzip.compress(b"text,label\n" * 99)[:60], "r.csv.gz"),
        (b"one column\nof texts\n", "r.csv"),
        (b"text,text,label\na,b,c\n", "r.csv"),
    ],
)
def test_what_is_no_table_of_texts_is_one_clear_line(write, content, name) -> None:
    found = problem(write(content, name))
    assert found.what
    assert found.remedy
    assert "\n" not in found.what + found.remedy


# -- how much is held ------------------------------------------------------------------------------


def test_texts_are_let_go_of_while_they_are_read(write) -> None:
    """What is held at the most is the numbers of the words, not the texts beside them."""
    chance = np.random.default_rng(0)
    rows = [
        (" ".join(f"word{number}" for number in chance.integers(2000, size=120)), "ab"[i % 2])
        for i in range(4000)
    ]
    path = write(table(rows=rows))
    size = path.stat().st_size
    assert size > 4e6
    tracemalloc.start()
    try:
        texts = read_table(path)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert texts.ids.nbytes == 4 * 120 * 4000
    assert most < texts.ids.nbytes * 1.2 + 1.5e6 < size


def test_a_text_is_in_memory_once_at_a_time(write, monkeypatch) -> None:
    """Rows are read as they are used: reading does not run ahead of the words."""
    taken: list[int] = []
    words_of = texts_module.words_of
    ahead: list[int] = []

    def counting(text: str) -> list[str]:
        taken.append(1)
        return words_of(text)

    from engine.data import text_rows

    records_of = text_rows.records_of

    def counted(path, form):
        for place, record in enumerate(records_of(path, form)):
            ahead.append(place - len(taken))
            yield record

    path = write(table(rows=ROWS * 1000))
    monkeypatch.setattr(texts_module, "words_of", counting)
    monkeypatch.setattr(text_rows, "records_of", counted)
    assert len(read_table(path)) == 10_000
    assert max(ahead[250:]) <= 2
