"""A look at the data from the command line."""

from __future__ import annotations

import io
import json
import sys

import pytest

from engine.errors import Problem
from tests.tui.made_answers import labelled
from tui.commands.data_pages import print_data


@pytest.fixture
def seen(monkeypatch):
    """Return a function that says what is found, and gives the forms that were asked about."""
    forms = []

    def use(answer):
        def ask(question, backend, *, device, errors):
            forms.append(question.form)
            if isinstance(answer, Problem):
                raise answer
            yield answer

        monkeypatch.setattr("tui.commands.data_show.ask", ask)
        return forms

    return use


def test_classes_facts_and_what_is_odd_are_shown(dlconsole, seen):
    seen(labelled())
    done = dlconsole("data", "show", "mnist", "--data", "sample")
    assert (done.code, done.err) == (0, "")
    lines = done.out.splitlines()
    assert lines[0] == "photos, 1,300 pictures"
    rows = [line.split() for line in lines]
    assert ["class", "rows", "share", "train", "validation", "test"] in rows
    assert ["cats", "1,200", "92.3", "%", "960", "120", "120"] in rows
    assert ["together", "1,300", "1,040", "130", "130"] in rows
    assert ["originals", "640", "x", "480", "to", "4032", "x", "3024"] in rows
    for words in (
        "The classes are very unequal.",
        "12 of the test rows are in train as well",
        "1 file could not be read: cats/broken.jpg.",
        "Passed over: notes.txt.",
    ):
        assert words in done.out
    # Elsewhere than on a terminal names stand for pictures, and nothing in them is obeyed.
    assert r"cats/1\x1b[2J.jpg" in done.out
    assert "\x1b" not in done.out


def test_texts_are_shown_as_they_are(dlconsole, seen):
    seen(labelled("texts", synthetic=True, validates_on_test=True))
    done = dlconsole("data", "show", "imdb", "--data", "sample")
    assert done.out.startswith("photos, 1,300 pictures · generated data\n")
    assert "A [b]fine[/b] film. Truly." in done.out
    assert "Validated on the test set: figures flatter." in done.out


def test_what_could_not_be_read_is_told_once(dlconsole, seen):
    seen(labelled(notes=["1 picture could not be read: cats/broken.jpg (is damaged)."]))
    out = dlconsole("data", "show", "mnist", "--data", "sample").out
    assert out.count("could not be read") == 1
    assert "(is damaged)" in out
    names = [f"{i}.png" for i in range(1000)]
    seen(labelled(unreadable=names, unreadable_left=200))
    out = dlconsole("data", "show", "mnist", "--data", "sample").out
    assert "1,200 files could not be read: 0.png, 1.png, 2.png, 3.png, 4.png and 1,195 more." in out


def test_what_keeps_it_from_being_trained_on_is_told_and_exits_with_2(dlconsole, seen):
    seen(labelled(problem="No training example is of the class 'dogs'.", remedy="Add some."))
    for words in ([], ["--json"]):
        done = dlconsole("data", "show", "mnist", "--data", "sample", *words)
        assert done.code == 2
        assert done.err == "No training example is of the class 'dogs'.\nAdd some.\n"
        assert "cats" in done.out  # it is shown all the same


def test_with_json_there_is_one_object(dlconsole, seen):
    answer = labelled()
    seen(answer)
    done = dlconsole("data", "show", "mnist", "--data", "sample", "--json")
    assert json.loads(done.out) == answer
    assert len(done.out.splitlines()) == 1


def test_the_form_is_that_of_a_training(dlconsole, seen, tmp_path):
    (tmp_path / "photos").mkdir()
    forms = seen(labelled())
    words = ["--preset", "wide", "--set", "epochs=3", "--split-seed", "7", "--target", "kind"]
    dlconsole("data", "show", "mnist", "--data", str(tmp_path / "photos"), *words)
    (form,) = forms
    assert (form.spec.recipe, form.spec.preset, form.spec.split_seed) == ("mnist", "wide", 7)
    assert form.spec.values["epochs"] == 3
    assert (form.spec.data.kind, form.spec.data.target) == ("own", "kind")
    assert form.spec.data.path == str(tmp_path / "photos")


def test_data_that_is_not_here_is_not_fetched(dlconsole, seen):
    seen({"absent": ["mnist.npz"], "bytes": 11_490_434})
    done = dlconsole("data", "show", "mnist")
    assert (done.code, done.out) == (2, "")
    assert "mnist.npz (11 MB) is not here yet." in done.err
    assert "dlconsole data fetch mnist" in done.err


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["nosuch"], "no recipe 'nosuch'"),
        ([], "Expected the name of a recipe"),
        (["wine", "--data", "/nowhere"], "'/nowhere'"),
        (["wine", "--set", "epochs=0"], "epochs"),
    ],
)
def test_what_cannot_be_is_refused(dlconsole, seen, words, named):
    forms = seen(labelled())
    done = dlconsole("data", "show", *words)
    assert (done.code, done.out) == (2, "")
    assert named in done.err
    assert not forms


def test_data_that_cannot_be_read_is_one_problem(dlconsole, seen):
    seen(Problem("The class 'cats' has no example that can be read.", "Put some in."))
    done = dlconsole("data", "show", "mnist", "--data", "sample", "--json")
    assert (done.code, done.out) == (2, "")
    assert done.err == "The class 'cats' has no example that can be read.\nPut some in.\n"


def test_a_table_is_read_and_its_columns_are_shown(dlconsole, tmp_path):
    table = tmp_path / "wines.csv"
    table.write_text("pH,grape,price\n" + "".join(f"{i / 4},red,{i}\n" for i in range(40)))
    done = dlconsole("data", "show", "wine", "--data", str(table), "--target", "price")
    assert (done.code, done.err) == (0, "")
    rows = [line.split() for line in done.out.splitlines()]
    assert ["pH", "input", "number", "0", "…", "9.75"] in rows
    assert ["price", "target", "number", "0", "…", "39"] in rows
    assert ["0.25", "red", "1"] in rows
    untrainable = dlconsole("data", "show", "wine", "--data", str(table), "--target", "grape")
    assert untrainable.code == 2
    assert "same value in every row" in untrainable.err
    assert "red" in untrainable.out


class Terminal(io.StringIO):
    """A terminal that keeps what is written."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


@pytest.fixture
def terminal(monkeypatch):
    """Return a function that prints what is found in data on a terminal of some kind."""

    def use(**environment):
        for name in ("NO_COLOR", "COLORTERM", "LC_ALL"):
            monkeypatch.delenv(name, raising=False)
        for name, value in {"TERM": "xterm-256color", "LANG": "C.UTF-8", **environment}.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("COLUMNS", "80")
        stream = Terminal()
        monkeypatch.setattr(sys, "stdout", stream)
        print_data(labelled())
        return stream.getvalue()

    return use


def test_on_a_terminal_pictures_are_drawn_in_shades_of_grey(terminal):
    text = terminal()
    assert "\x1b[38;5;232m\x1b[48;5;234m" + "▀" * 16 in text  # the first two rows of pixels
    assert text.count("▀" * 16) == 16  # eight lines of each of two pictures, side by side
    assert "cats" in text
    assert r"\x1b[2J" in text
    assert "\x1b[2J" not in text


def test_where_colours_are_missing_pictures_are_characters(terminal):
    text = terminal(NO_COLOR="1")
    assert "\x1b" not in text
    assert "%" * 16 in text
    assert terminal(TERM="linux").isascii()


def test_help_documents_the_object_and_shows_pictures_and_texts(dlconsole):
    text = dlconsole("data", "show", "--help").out
    for word in ("photos/", "reviews.csv", "duplicates", "unreadable", "--target"):
        assert word in text
