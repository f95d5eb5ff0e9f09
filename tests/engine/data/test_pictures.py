"""Folders of pictures by class, as people have them."""

from __future__ import annotations

import io
import json
import os
import sys
from pathlib import Path

import numpy as np
import pytest

from engine.data import picture_folder
from engine.data.given import Given
from engine.data.picture_folder import read_folder
from engine.data.pictures import GREY, PicturePreparation, Pictures
from engine.devices.readings import HostReading
from engine.errors import Problem
from tests.engine.data.made_pictures import blot, phone_folder, ramp, save


def read(path: Path, side: int = 28, channels: int = GREY) -> Pictures:
    return read_folder(path, side, side, channels)


def two_classes(root: Path, count: int = 2) -> Path:
    for place in range(count):
        save(root / "a" / f"{place}.png", blot(40, 40 + place))
        save(root / "b" / f"{place}.png", ramp(40, 40 + place))
    return root


def prepared(pictures: Pictures) -> PicturePreparation:
    return pictures.fit(np.arange(len(pictures)), {})


# -- what is read ----------------------------------------------------------------------------------


def test_pictures_of_a_telephone_are_read_and_the_broken_one_is_named(tmp_path) -> None:
    pictures = read(phone_folder(tmp_path / "pets"))
    assert pictures.classes == ("cat", "dog")
    assert pictures.pixels.shape == (5, 28, 28, 1)
    assert pictures.labels.tolist() == [0, 0, 0, 1, 1]
    assert pictures.names == ["cat/1.jpg", "cat/2.png", "cat/10.png", "dog/a.jpg", "dog/b.gif"]
    assert pictures.name_of(2) == "cat/10.png"
    assert pictures.unreadable == ["dog/broken.jpg"]
    assert pictures.notes == ["1 picture could not be read: dog/broken.jpg (is cut short)."]
    assert pictures.origin == "pets, 5 pictures"
    assert not pictures.given
    facts = dict(pictures.facts())
    assert facts["originals"] == "50 x 40 to 640 x 480 pixels"
    assert facts["colours"] == "2 grey, 1 colour with transparency, 1 colour, 1 palette"
    assert facts["brought to"] == "28 x 28 pixels, grey"


def test_size_and_colour_are_those_asked_for(tmp_path) -> None:
    assert read(phone_folder(tmp_path), 32, 3).pixels.shape == (5, 32, 32, 3)


def test_classes_stand_in_the_order_of_their_numbers(tmp_path) -> None:
    for name in ("10", "9", "2", "1"):
        save(tmp_path / name / "a.png", blot(30, 30))
    assert read(tmp_path).classes == ("1", "2", "9", "10")


def test_pictures_further_down_belong_to_the_class(tmp_path) -> None:
    two_classes(tmp_path)
    save(tmp_path / "a" / "2019" / "may" / "x.png", ramp(30, 30))
    assert "a/2019/may/x.png" in read(tmp_path).names


def test_what_is_no_picture_is_passed_over_and_told_unless_a_system_left_it(tmp_path) -> None:
    two_classes(tmp_path)
    for name in (".DS_Store", "Thumbs.db", "desktop.ini", "._0.png", ".hidden/x.png"):
        (tmp_path / "a" / name).parent.mkdir(exist_ok=True)
        (tmp_path / "a" / name).write_bytes(b"x")
    (tmp_path / "__MACOSX").mkdir()
    (tmp_path / "a" / "README.txt").write_text("x")
    save(tmp_path / "lost.png", ramp(30, 30))
    pictures = read(tmp_path)
    assert pictures.classes == ("a", "b")
    assert len(pictures) == 4
    assert pictures.notes == [
        "1 picture in no folder of a class left out: lost.png.",
        "1 other file passed over: a/README.txt.",
    ]


def test_pictures_that_show_nothing_are_told(tmp_path) -> None:
    two_classes(tmp_path)
    save(tmp_path / "a" / "lid_on.png", np.full((50, 50), 3, np.uint8))
    assert read(tmp_path).notes == ["1 picture with one shade all over: a/lid_on.png."]


@pytest.mark.parametrize("val", ["val", "Validation"])
def test_folders_of_train_and_test_set_rows_apart(tmp_path, val) -> None:
    two_classes(tmp_path / "train", 3)
    two_classes(tmp_path / "test", 1)
    two_classes(tmp_path / val, 2)
    pictures = read(tmp_path)
    assert pictures.classes == ("a", "b")
    assert {part: len(rows) for part, rows in pictures.given.items()} == {
        "train": 6, "val": 4, "test": 2,
    }  # fmt: skip
    names = [pictures.name_of(row) for row in pictures.given["test"]]
    assert names == ["test/a/0.png", "test/b/0.png"]
    assert pictures.labels[pictures.given["test"]].tolist() == [0, 1]


def test_links_in_circles_and_to_other_classes_give_nothing_twice(tmp_path) -> None:
    root = two_classes(tmp_path / "root")
    (root / "a" / "up").symlink_to(root)
    (root / "a" / "self").symlink_to(root / "a")
    (root / "a" / "other").symlink_to(root / "b")
    (root / "a" / "nowhere.png").symlink_to(tmp_path / "gone.png")
    (root / "round").symlink_to(root)
    outside = save(tmp_path / "outside" / "x.png", ramp(30, 30))
    (root / "a" / "linked").symlink_to(outside.parent)
    pictures = read(root)
    assert pictures.classes == ("a", "b")
    assert pictures.names == ["a/0.png", "a/1.png", "a/linked/x.png", "b/0.png", "b/1.png"]


def test_a_pipe_among_the_pictures_is_not_waited_for(tmp_path) -> None:
    os.mkfifo(two_classes(tmp_path) / "a" / "pipe.png")
    assert len(read(tmp_path)) == 4


def test_names_that_are_no_text_can_be_written(tmp_path) -> None:
    two_classes(tmp_path)
    source = (tmp_path / "a" / "0.png").read_bytes()
    with open(os.fsencode(tmp_path) + b"/a/\xff.png", "wb") as file:  # noqa: PTH123
        file.write(source)
    pictures = read(tmp_path)
    assert "a/\\xff.png" in pictures.names
    json.dumps(pictures.names).encode()


def test_the_hash_is_of_names_and_contents(tmp_path) -> None:
    hashes = {
        read(two_classes(tmp_path / "one")).sha256,
        read(two_classes(tmp_path / "two")).sha256,
    }
    assert len(hashes) == 1
    save(tmp_path / "two" / "a" / "0.png", ramp(30, 30))
    hashes.add(read(tmp_path / "two").sha256)
    (tmp_path / "one" / "b").rename(tmp_path / "one" / "c")
    hashes.add(read(tmp_path / "one").sha256)
    assert len(hashes) == 3


def test_equal_pictures_have_equal_fingerprints(tmp_path) -> None:
    two_classes(tmp_path)
    (tmp_path / "b" / "copy.png").write_bytes((tmp_path / "a" / "0.png").read_bytes())
    pictures = read(tmp_path)
    prints = pictures.fingerprints()
    assert prints.shape == (5,)
    assert prints.dtype == np.uint64
    copies = [name for name, each in zip(pictures.names, prints, strict=True) if each == prints[0]]
    assert copies == ["a/0.png", "b/copy.png"]


# -- what is refused -------------------------------------------------------------------------------


def refusal(path: Path) -> Problem:
    with pytest.raises(Problem) as caught:
        read(path)
    return caught.value


def test_a_class_without_a_picture_that_can_be_read_is_refused(tmp_path) -> None:
    two_classes(tmp_path)
    (tmp_path / "c").mkdir()
    (tmp_path / "c" / "notes.txt").write_text("x")
    assert "The class 'c' of" in refusal(tmp_path).what
    (tmp_path / "c" / "broken.png").write_bytes(b"x")
    assert "has no example that can be read" in refusal(tmp_path).what


def test_one_class_alone_is_refused(tmp_path) -> None:
    save(tmp_path / "only" / "a.png", ramp(30, 30))
    assert "Expected two classes or more" in refusal(tmp_path).what


def test_a_flat_folder_is_shown_how_it_should_lie(tmp_path) -> None:
    save(tmp_path / "pets" / "1.jpg", ramp(30, 30))
    problem = refusal(tmp_path / "pets")
    assert problem.what == (
        "Expected a folder with one folder of pictures for each class, got 1 picture and no folder."
    )
    assert problem.remedy == "Lay them out like pets/cat/1.jpg, pets/dog/1.jpg."


def test_a_file_is_no_folder(tmp_path) -> None:
    (tmp_path / "pets.zip").write_bytes(b"PK")
    problem = refusal(tmp_path / "pets.zip")
    assert "got the file pets.zip" in problem.what
    assert problem.remedy.endswith("Unpack it first.")


def test_parts_that_are_not_whole_are_not_taken_for_classes(tmp_path) -> None:
    two_classes(tmp_path / "train")
    two_classes(tmp_path / "val")
    assert "Expected train/ and test/" in refusal(tmp_path).what
    assert "got train/, val/" in refusal(tmp_path).what


def test_a_class_that_only_the_test_folder_has_is_refused(tmp_path) -> None:
    two_classes(tmp_path / "train")
    two_classes(tmp_path / "test")
    save(tmp_path / "test" / "new" / "a.png", ramp(30, 30))
    assert "test/ has the class 'new'" in refusal(tmp_path).what


def test_more_than_memory_holds_is_refused_before_anything_is_read(tmp_path, monkeypatch) -> None:
    two_classes(tmp_path)
    full = HostReading(memory_used_bytes=7_999_999_000, memory_total_bytes=8_000_000_000)
    monkeypatch.setattr(picture_folder.Host, "read", lambda self: full)
    monkeypatch.setattr(picture_folder, "read_picture", lambda *_: pytest.fail("was read"))
    problem = refusal(tmp_path)
    assert "4 pictures of 28 x 28 pixels, grey take" in problem.what
    assert "smaller size" in problem.remedy


@pytest.mark.parametrize("closed", ["", "a", "a/deep"])
def test_a_folder_that_may_not_be_read_is_named(tmp_path, monkeypatch, closed) -> None:
    two_classes(tmp_path)
    (tmp_path / "a" / "deep").mkdir()
    listing = Path.iterdir

    def refuse(self: Path):  # whoever runs the tests may be allowed everything
        if self == tmp_path / closed:
            raise PermissionError(13, "Permission denied")
        return listing(self)

    monkeypatch.setattr(Path, "iterdir", refuse)
    if closed == "a/deep":
        assert read(tmp_path).unreadable == ["a/deep"]
    else:
        said = refusal(tmp_path).what
        assert "cannot be read: Permission denied" in said or "'a'" in said


# -- rows and raw input ----------------------------------------------------------------------------


def test_rows_come_out_as_they_lie_and_consecutive_ones_without_a_copy(tmp_path) -> None:
    pictures = read(two_classes(tmp_path, 3))
    preparation = prepared(pictures)
    some = preparation.transform(pictures, np.array([4, 1]))
    assert (some == pictures.pixels[[4, 1]]).all()
    assert some.dtype == np.uint8
    assert np.shares_memory(preparation.transform(pictures, np.arange(1, 5)), pictures.pixels)
    assert len(preparation.transform(pictures, np.arange(0))) == 0
    features = preparation.features(some)
    assert features.shape == (2, 784)
    assert 0 <= features.min() < 0.2 < 0.8 < features.max() <= 1


def test_what_was_learned_is_kept_as_json(tmp_path) -> None:
    preparation = prepared(read(two_classes(tmp_path)))
    again = PicturePreparation.from_json(json.loads(json.dumps(preparation.to_json())))
    assert again.to_json() == preparation.to_json()
    assert (again.classes, again.input_shape) == (("a", "b"), (28, 28, 1))
    assert preparation.to_json()["form"] == "pictures"


def test_a_picture_is_shown_in_sixteen_by_sixteen_levels(tmp_path) -> None:
    pictures = read(two_classes(tmp_path))
    shown = pictures.show(0)["picture"]
    assert len(shown) == 256
    assert shown[:16] == "e" * 16
    assert shown[8 * 16 + 6] == "1"
    assert prepared(pictures).show(pictures.pixels[0])["picture"] == shown


def test_files_folders_and_tables_are_read_one_after_another(tmp_path) -> None:
    preparation = prepared(read(two_classes(tmp_path / "train")))
    new = tmp_path / "new"
    save(new / "b" / "1.png", ramp(30, 30))
    (new / "b" / "2.png").write_bytes(b"x")
    alone = save(tmp_path / "alone.png", blot(30, 30))
    table = tmp_path / "table.csv"
    table.write_text('file,label\nalone.png,"a, or b"\n"new/b/1.png",\nmissing.png,a\n')
    items = list(preparation.read(Given(paths=[str(alone), str(new), str(table)])))
    names = [item.name.removeprefix(f"{tmp_path}/") for item in items]
    assert names == [
        "alone.png", "new/b/1.png", "new/b/2.png", "alone.png", "new/b/1.png", "missing.png",
    ]  # fmt: skip
    assert [item.actual for item in items] == ["", "b", "b", "a, or b", "b", "a"]
    assert [item.ready is None for item in items] == [False, False, True, False, False, True]
    assert "is no picture of a known format" in items[2].problem
    assert "no such file" in items[5].problem.lower()
    assert (items[0].ready == items[3].ready).all()


def test_standard_input_is_one_picture(tmp_path, monkeypatch) -> None:
    preparation = prepared(read(two_classes(tmp_path)))
    path = tmp_path / "a" / "0.png"
    stdin = io.TextIOWrapper(io.BytesIO(path.read_bytes()))
    monkeypatch.setattr(sys, "stdin", stdin)
    (item,) = preparation.read(Given(paths=["-"]))
    assert item.name == "standard input"
    assert (item.ready == read(tmp_path).pixels[0]).all()


def test_pictures_are_read_only_when_they_are_asked_for(tmp_path) -> None:
    preparation = prepared(read(two_classes(tmp_path, 5)))
    items = preparation.read(Given(paths=[str(tmp_path)]))
    assert not next(items).problem
    (tmp_path / "a" / "1.png").write_bytes(b"x")
    assert next(items).problem


def test_input_that_is_missing_or_of_another_form_is_refused_at_once(tmp_path) -> None:
    preparation = prepared(read(two_classes(tmp_path / "train")))
    (tmp_path / "empty").mkdir()
    (tmp_path / "table.csv").write_text("name,size\na.png,3\n")

    def refused(**given: object) -> str:
        with pytest.raises(Problem) as caught:
            next(preparation.read(Given(**given)))  # type: ignore[arg-type]
        return str(caught.value)

    good = str(tmp_path / "train" / "a" / "0.png")
    assert "got none" in refused()
    assert "a text was given" in refused(texts=["seven"])
    assert "There is no" in refused(paths=[good, str(tmp_path / "gone.png")])
    assert "has no picture in it" in refused(paths=[good, str(tmp_path / "empty")])
    assert "Expected a column 'file' or 'path'" in refused(paths=[str(tmp_path / "table.csv")])


def test_ink_on_paper_is_told_to_whoever_trained_on_light_digits(tmp_path) -> None:
    for place in range(2):
        save(tmp_path / "train" / str(place) / "a.png", 255 - blot(28, 28 + place))
    preparation = prepared(read(tmp_path / "train"))
    assert preparation.input_summary == "28 x 28 pixels, grey, light on dark"
    shaded = save(tmp_path / "paper.jpg", blot(900, 900, ink=20, paper=110))
    light = save(tmp_path / "light.jpg", 255 - blot(900, 900))
    on_paper, same = preparation.read(Given(paths=[str(shaded), str(light)]))
    assert on_paper.note.startswith("Dark on light, while the training pictures are light on dark")
    assert on_paper.ready is not None
    assert on_paper.ready.mean() > 60  # and it was not turned round
    assert not same.note


def test_mixed_grounds_are_nothing_to_tell(tmp_path) -> None:
    two_classes(tmp_path)
    save(tmp_path / "b" / "dark.png", 255 - blot(40, 40))
    preparation = prepared(read(tmp_path))
    assert preparation.input_summary == "28 x 28 pixels, grey"
    assert not any(item.note for item in preparation.read(Given(paths=[str(tmp_path)])))
