"""A folder of texts by class is read as a person means it."""

from __future__ import annotations

import os

import pytest

from engine.data.text_folder import read_folder
from engine.errors import Problem
from tests.engine.data.made_texts import CROSS, PLEASED, said, two_classes, write_folder


def test_folders_are_classes_and_files_are_texts(tmp_path) -> None:
    texts = read_folder(write_folder(tmp_path / "mine", two_classes()))
    assert said(texts) == [
        *((text.lower(), "neg") for text in CROSS),
        *((text.lower(), "pos") for text in PLEASED),
    ]
    assert texts.origin == "mine, 10 texts"
    assert texts.name_of(5) == "pos/0.txt"
    assert (texts.given, texts.unreadable, texts.notes) == ({}, [], [])


def test_a_file_may_be_called_anything(tmp_path) -> None:
    more = {"neg/60201": "no ending", "pos/deep/er/letter.eml": "quite nice"}
    texts = read_folder(write_folder(tmp_path, two_classes(**more)))
    assert ("no ending", "neg") in said(texts)
    assert ("quite nice", "pos") in said(texts)


def test_what_cannot_be_read_is_named(tmp_path) -> None:
    more = {
        "neg/picture.png": b"\x89PNG\r\n\x1a\n\0\0\0",
        "neg/noise.txt": bytes(range(32)) * 9,
        "pos/empty.txt": "",
        "pos/dots.txt": "... !",
        "pos/.DS_Store": b"\0\0",
    }
    texts = read_folder(write_folder(tmp_path, two_classes(**more)))
    assert len(texts) == 10
    assert sorted(texts.unreadable) == [
        "neg/noise.txt",
        "neg/picture.png",
        "pos/dots.txt",
        "pos/empty.txt",
    ]
    assert "4 texts could not be read" in texts.notes[0]
    assert "neg/picture.png (a picture)" in texts.notes[0]
    assert "pos/empty.txt (no word in it)" in texts.notes[0]


def test_a_file_of_huge_size_and_a_pipe_are_left_out(tmp_path) -> None:
    folder = write_folder(tmp_path, two_classes())
    os.truncate(folder / "neg" / "0.txt", 1 << 40)
    os.mkfifo(folder / "pos" / "pipe")
    texts = read_folder(folder)
    assert texts.unreadable == ["neg/0.txt"]
    assert "larger than 64 MB" in texts.notes[0]


def test_encodings_are_recognised(tmp_path) -> None:
    more = {
        "pos/bom.txt": b"\xef\xbb\xbf" + "été".encode(),
        "pos/latin.txt": "déjà vu".encode("latin-1"),
        "pos/wide.txt": "naïve".encode("utf-16"),
    }
    texts = read_folder(write_folder(tmp_path, two_classes(**more)))
    assert {"été", "déjà vu", "naïve"} <= {text for text, _ in said(texts)}
    assert texts.notes == ["1 text not in UTF-8, read as Latin-1: pos/latin.txt."]
    assert dict(texts.facts())["encoding"] == "11 UTF-8, 1 Latin-1, 1 UTF-16"


def test_the_layout_of_the_published_reviews_is_known(tmp_path) -> None:
    files = {
        "README": "about",
        "imdb.vocab": "the\nand\n",
        "train/neg/0_3.txt": "bad film",
        "train/pos/0_9.txt": "good film",
        "train/pos/1_8.txt": "fine film",
        "train/unsup/0_0.txt": "some film",
        "train/urls_pos.txt": "http://",
        "test/neg/0_2.txt": "poor film",
        "test/pos/0_10.txt": "great film",
    }
    texts = read_folder(write_folder(tmp_path, files))
    assert texts.classes == ("neg", "pos")
    assert {part: rows.tolist() for part, rows in texts.given.items()} == {
        "train": [0, 1, 2],
        "test": [3, 4],
    }
    assert "1 text without a class left out: train/unsup." in texts.notes
    assert "some film" not in [text for text, _ in said(texts)]


def test_one_class_only_is_refused(tmp_path) -> None:
    with pytest.raises(Problem, match=r"Expected two classes or more in .* got only 'pos'"):
        read_folder(write_folder(tmp_path, {"pos/1.txt": "good"}))


@pytest.mark.parametrize("content", [None, "", b"\0\0\0\0"])
def test_a_class_without_a_readable_text_is_refused(tmp_path, content) -> None:
    folder = write_folder(tmp_path, two_classes())
    (folder / "none").mkdir()
    if content is not None:
        write_folder(folder, {"none/1.txt": content})
    with pytest.raises(Problem, match=r"The class 'none' of .* has no example that can be read"):
        read_folder(folder)


def test_other_content_is_other_data(tmp_path) -> None:
    first = read_folder(write_folder(tmp_path / "a", two_classes()))
    same = read_folder(write_folder(tmp_path / "b", two_classes()))
    other = read_folder(write_folder(tmp_path / "c", two_classes(**{"pos/0.txt": "good fodd"})))
    assert first.sha256 == same.sha256 != other.sha256
