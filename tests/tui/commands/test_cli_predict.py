from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from made_runs import PROGRAM

from engine.catalog import read_recipe_file
from engine.data.given import Given
from engine.errors import Problem
from engine.process.order import Order
from engine.process.questions import Predict, ask
from engine.run.folder import RunFolder
from tests.tui.try_support import snapshot


@pytest.fixture
def asked(monkeypatch, make_runs):
    """Answer in the network's place, and keep what was asked: the table's text and the question."""
    make_runs.done("wine-one")
    questions = []

    def ask(question, backend, *, device, errors):
        questions.append((Path(question.given.paths[0]).read_text(), question, backend, device))
        yield {"row": 1, "predicted": 10.5, "actual": 9.5}
        yield {"row": 2, "predicted": float("nan"), "actual": 8.0}

    monkeypatch.setattr("tui.commands.predict.ask", ask)
    return questions


def test_predictions_are_csv(dlconsole, asked, tmp_path):
    table = tmp_path / "new.csv"
    table.write_text("a,b\n1,2\n")
    for words in ([str(table)], ["--data", str(table)]):
        done = dlconsole("predict", "one", *words)
        assert done.code == 0
        assert done.out == "row,predicted,actual\n1,10.5,9.5\n2,nan,8.0\n"
        assert done.err == ""
        text, question, backend, device = asked.pop()
        assert text == table.read_text()
        assert question.run.endswith("wine-one")
        assert (backend, device) == ("tensorflow", "cpu")


def test_with_json_there_is_one_object_a_line(dlconsole, asked, tmp_path):
    table = tmp_path / "new.csv"
    table.write_text("a,b\n1,2\n")
    lines = dlconsole("predict", "one", str(table), "--json").out.splitlines()
    assert [json.loads(line)["predicted"] for line in lines] == [10.5, "nan"]


@pytest.mark.parametrize(
    "words",
    [["--row", "a=1", "--row", "fixed acidity=7,5"], ["--row", "a=1", "fixed acidity=7,5"]],
)
def test_a_row_can_be_typed(dlconsole, asked, words):
    assert dlconsole("predict", "one", *words).code == 0
    text, question, *_ = asked.pop()
    assert text.splitlines() == ["a,fixed acidity", '1,"7,5"']
    assert not Path(question.given.paths[0]).exists()  # it was a temporary one


def test_standard_input_is_taken(dlconsole, asked, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"a,b\n1,2\n")))
    assert dlconsole("predict", "one", "-").code == 0
    text, question, *_ = asked.pop()
    assert text == "a,b\n1,2\n"
    assert not Path(question.given.paths[0]).exists()


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ([], "got none"),
        (["a.csv", "b.csv"], "2 files"),
        (["missing.csv"], "'missing.csv'"),
        (["--row", "a"], "name=value"),
        (["--row", "a=1", "table.csv"], "a file and --row"),
    ],
)
def test_an_unclear_input_is_refused(dlconsole, asked, words, named):
    done = dlconsole("predict", "one", *words)
    assert done.code == 2
    assert done.out == ""
    assert named in done.err
    assert not asked


def test_empty_standard_input_is_refused(dlconsole, asked, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"")))
    done = dlconsole("predict", "one", "-")
    assert done.code == 2
    assert "empty" in done.err


def test_what_the_worker_cannot_answer_is_told(dlconsole, make_runs, monkeypatch, tmp_path):
    make_runs.done("wine-one")

    def ask(*_, **__):
        raise Problem("The column 'b' is missing.", "Add it.")
        yield

    monkeypatch.setattr("tui.commands.predict.ask", ask)
    table = tmp_path / "new.csv"
    table.write_text("a\n1\n")
    done = dlconsole("predict", "one", str(table))
    assert (done.code, done.out) == (2, "")
    assert done.err == "The column 'b' is missing.\nAdd it.\n"


# Runs of recipes that take pictures or texts.


SUSHI = "Absolutely delicious! Far and away the best sushi I have ever had."


class Asked(list):
    """What networks were given; the questions are in ``whole``."""

    def __init__(self) -> None:
        super().__init__()
        self.whole = []


@pytest.fixture
def classified(monkeypatch, make_runs):
    """Return a function that makes runs of recipes and says what a network answers."""
    questions = Asked()

    def use(*answers, recipe="imdb"):
        make_runs.place(f"{recipe}-one", recipe=recipe)

        def ask(question, backend, *, device, errors):
            questions.append(question.given)
            questions.whole.append(question)
            yield from answers

        monkeypatch.setattr("tui.commands.predict.ask", ask)
        return questions

    return use


def said(name: str, pleased: float, **more: str) -> dict:
    predicted = "pos" if pleased > 0.5 else "neg"
    return {
        "input": name,
        "predicted": predicted,
        "probability": max(pleased, 1 - pleased),
        "probabilities": {"neg": 1 - pleased, "pos": pleased},
        **more,
    }


def test_typed_texts_are_answered_with_classes_by_name(dlconsole, classified):
    asked = classified(said("Absolutely …", 0.75), said("The poor …", 0.25))
    done = dlconsole("predict", "last", "--text", SUSHI, "--text", "The poor service.")
    assert done.code == 0
    assert done.out == (
        "input,predicted,probability,neg,pos\n"
        "Absolutely …,pos,0.75,0.25,0.75\n"
        "The poor …,neg,0.75,0.75,0.25\n"
    )
    assert asked[0].texts == [SUSHI, "The poor service."]
    assert asked[0].paths == []


def test_columns_do_not_depend_on_which_answer_is_known(dlconsole, classified, tmp_path):
    classified(said("a", 0.75), said("b", 0.25, actual="pos"))
    done = dlconsole("predict", "last", str(tmp_path))
    assert done.out.splitlines() == [
        "input,predicted,probability,neg,pos,actual",
        "a,pos,0.75,0.25,0.75,",
        "b,neg,0.75,0.75,0.25,pos",
    ]


def test_a_class_that_is_called_like_a_column_is_told_apart(dlconsole, classified, tmp_path):
    answer = {**said("a", 0.75), "probabilities": {"actual": 0.25, "input": 0.75}}
    classified(answer)
    done = dlconsole("predict", "last", str(tmp_path))
    heading = "input,predicted,probability,class actual,class input,actual"
    assert done.out.splitlines()[0] == heading


def test_probabilities_have_no_more_digits_than_the_network(dlconsole, classified):
    classified(said("a", 0.8999999761581421))  # single precision for 0.9
    row = dlconsole("predict", "last", "--text", "a").out.splitlines()[1].split(",")
    assert row[2] == row[4] == "0.9"


def test_files_folders_and_more_are_passed_on_in_order(dlconsole, classified, tmp_path):
    names = ["b.png", "a folder", "c.csv"]
    for name in names:
        (tmp_path / name).mkdir()
    asked = classified(said("x", 0.7), recipe="mnist")
    paths = [str(tmp_path / name) for name in names]
    assert dlconsole("predict", "last", *paths[:2], "-", "--data", paths[2]).code == 0
    assert asked[0].paths == [*paths[:2], "-", paths[2]]
    assert asked[0].is_streamed


def test_what_cannot_be_read_is_told_and_the_others_are_answered(dlconsole, classified, tmp_path):
    broken = {"input": "broken.png", "problem": "broken.png is damaged."}
    classified(said("fine.png", 0.75), broken, said("other.png", 0.25), recipe="mnist")
    missing = str(tmp_path / "missing.png")
    done = dlconsole("predict", "last", str(tmp_path), missing)
    assert done.code == 2
    assert [line.split(",")[0] for line in done.out.splitlines()] == [
        "input", "fine.png", "other.png",
    ]  # fmt: skip
    assert done.err.splitlines() == [
        f"There is no file {missing!r}.",
        "broken.png is damaged.",
        "2 of 4 could not be read.",
    ]
    done = dlconsole("predict", "last", str(tmp_path), missing, "--json")
    assert done.code == 2
    objects = [json.loads(line) for line in done.out.splitlines()]
    assert [each.get("problem", "") for each in objects] == [
        f"There is no file {missing!r}.", "", "broken.png is damaged.", "",
    ]  # fmt: skip
    assert objects[1]["probabilities"] == {"neg": 0.25, "pos": 0.75}


def test_a_note_is_told_once_and_counted(dlconsole, classified, tmp_path):
    note = "Dark on light: invert it."
    classified(*(said(f"{i}.png", 0.75, note=note) for i in range(4)), recipe="mnist")
    done = dlconsole("predict", "last", str(tmp_path))
    assert done.code == 0
    assert done.err.splitlines() == [f"0.png: {note}", f"The same of 3 more: {note}"]
    assert "Dark" not in done.out
    lines = dlconsole("predict", "last", str(tmp_path), "--json").out.splitlines()
    assert all(json.loads(line)["note"] == note for line in lines)


def test_names_and_classes_are_shown_and_not_obeyed(dlconsole, classified, tmp_path):
    answer = {**said("a\x1b[2J.png", 0.75), "probabilities": {"\x1b]0;x": 1.0}, "predicted": "\r"}
    classified(answer)
    done = dlconsole("predict", "last", str(tmp_path))
    assert "\x1b" not in done.out
    assert "\r" not in done.out
    assert r"a\x1b[2J.png" in done.out


@pytest.mark.parametrize(
    ("recipe", "words", "named"),
    [
        ("imdb", [], "got none"),
        ("imdb", ["missing.txt"], "'missing.txt'"),
        ("imdb", ["--row", "a=1"], "a row of a table"),
        ("imdb", ["-", "-"], "twice"),
        ("mnist", ["--text", SUSHI], "pictures"),
        ("mnist", ["--lines", "-"], "pictures"),
        ("wine", ["--text", SUSHI], "one table"),
    ],
)
def test_input_of_another_form_is_refused_with_what_is_taken(
    dlconsole, classified, recipe, words, named
):
    asked = classified(recipe=recipe)
    done = dlconsole("predict", "last", *words)
    assert (done.code, done.out) == (2, "")
    assert named in done.err
    assert not asked


def test_a_text_without_its_option_is_explained(dlconsole, classified):
    classified()
    assert "--text" in dlconsole("predict", "last", SUSHI).err


def test_a_recipe_of_ones_own_says_what_it_takes(dlconsole, make_runs, monkeypatch, tmp_path):
    own = tmp_path / "mine.py"
    own.write_text(
        "from dataclasses import replace\nfrom recipes.wine import RECIPE as WINE\n"
        "RECIPE = replace(WINE, name='mine', form='texts')\n"
    )
    entry = read_recipe_file(own)
    assert entry is not None
    Order(entry=entry, data="sample", name="mine-one").place(make_runs.folder)
    own.unlink()  # the run has its copy

    def ask(question, *_, **__):
        yield said(question.given.texts[0], 0.75)

    monkeypatch.setattr("tui.commands.predict.ask", ask)
    assert dlconsole("predict", "mine", "--text", "hello").out.splitlines()[1].startswith("hello,")


def test_explained_there_is_a_column_of_what_moved_it(dlconsole, classified, tmp_path):
    moved = {"gr\x1beat": 1.25, "dull": -0.5}
    answer = said("a", 0.75, moved_by=moved)
    questions = classified(answer)
    done = dlconsole("predict", "last", "--text", "a", "--explain")
    assert done.out.splitlines() == [
        "input,predicted,probability,neg,pos,moved by",
        'a,pos,0.75,0.25,0.75,"gr\\x1beat +1.25, dull -0.5"',
    ]
    assert questions.whole[0].explain
    done = dlconsole("predict", "last", "--text", "a", "--explain", "--json")
    assert json.loads(done.out)["moved_by"] == moved
    assert dlconsole("predict", "last", "--text", "a").out.splitlines()[0].endswith("neg,pos")
    assert not questions.whole[-1].explain


def test_a_table_is_explained_by_columns(dlconsole, classified, tmp_path):
    (tmp_path / "new.csv").write_text("a,b\n1,2\n")
    classified({"row": 1, "predicted": 10.5, "moved_by": {"a": 0.5}}, recipe="wine")
    done = dlconsole("predict", "last", str(tmp_path / "new.csv"), "--explain")
    assert done.out == "row,predicted,moved by\n1,10.5,a +0.5\n"


def test_pictures_are_inverted_on_request(dlconsole, classified, tmp_path):
    questions = classified(said("a", 0.75), recipe="mnist")
    dlconsole("predict", "last", str(tmp_path), "--invert")
    dlconsole("predict", "last", str(tmp_path))
    assert [each.invert for each in questions] == [True, False]


@pytest.mark.parametrize(
    ("recipe", "words", "named"),
    [
        ("imdb", ["--text", "a", "--invert"], "--invert is for pictures, this run takes texts."),
        ("wine", ["--row", "a=1", "--invert"], "--invert is for pictures, this run takes tables."),
        ("mnist", [".", "--explain"], "pictures have neither"),
        ("imdb", ["--text", "a", "--checkpoint", "snapshot"], "has no snapshot (yet)"),
    ],
)
def test_what_cannot_be_is_refused(dlconsole, classified, recipe, words, named):
    asked = classified(recipe=recipe)
    done = dlconsole("predict", "last", *words)
    assert done.code == 2
    assert named in done.err
    assert not asked


def test_a_network_in_training_is_asked_by_its_snapshot(dlconsole, classified, make_runs):
    questions = classified(said("a", 0.75))
    file = snapshot(RunFolder(make_runs.folder / "imdb-one"), 3, 36)
    assert dlconsole("predict", "last", "--text", "a", "--checkpoint", "snapshot").code == 0
    assert questions.whole[0].network == file


def test_help_shows_texts_and_pictures(dlconsole):
    text = dlconsole("predict", "--help").out
    for word in ("--text", "sushi", "tail -f", "photos/", "--lines"):
        assert word in text


ECHO = '''
import sys
class Echo:
    """Answers each line of standard input as it comes, and each path at once."""
    @staticmethod
    def trained(saved):
        return Echo()
    def predict(self, given, *, explain=False):
        for path in given.paths:
            for text in sys.stdin if path == "-" else [path]:
                yield {"input": text.strip(), "predicted": "x", "probability": 1.0,
                       "probabilities": {"x": 1.0}}
'''


@pytest.fixture
def echo(make_runs, tmp_path):
    """Return a run whose task answers without a network."""
    (tmp_path / "echo.py").write_text(ECHO)
    (tmp_path / "mine.py").write_text(
        "from dataclasses import replace\nfrom recipes.wine import RECIPE as WINE\n"
        "RECIPE = replace(WINE, name='mine', form='texts', task='echo.py:Echo')\n"
    )
    entry = read_recipe_file(tmp_path / "mine.py")
    assert entry is not None
    folder = Order(entry=entry, data="sample", name="echo").place(make_runs.folder)
    folder.model.write_bytes(b"a network")
    return folder


@pytest.mark.parametrize("form", [[], ["--json"]])
def test_what_is_piped_in_is_answered_line_by_line(echo, form):
    """An answer comes before the next line does, and before the end."""
    with subprocess.Popen(
        [str(PROGRAM), "predict", "echo", "-", *form],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for place, text in enumerate((b"first", b"second")):
            process.stdin.write(text + b"\n")
            process.stdin.flush()
            if not place and not form:
                assert process.stdout.readline() == b"input,predicted,probability,x\n"
            assert text in process.stdout.readline()
        process.stdin.close()
        assert process.stdout.read() == b""
    assert process.returncode == 0


def test_a_reader_that_goes_is_no_error(echo):
    done = subprocess.run(
        f"yes | {PROGRAM} predict echo - | head -2", shell=True, capture_output=True, text=True
    )
    assert done.stdout.splitlines()[1].startswith("y,x,")
    assert done.stderr == ""


def test_as_many_inputs_as_there_are_may_be_named(echo):
    paths = [f"a rather long name of a file, number {i}.png" for i in range(10_000)]
    answers = ask(Predict(run=str(echo.path), given=Given(paths)), "tensorflow")
    assert [each["input"] for each in answers] == paths
