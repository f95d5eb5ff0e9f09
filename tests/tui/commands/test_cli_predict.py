from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from engine.errors import Problem


@pytest.fixture
def asked(monkeypatch, make_runs):
    """Answer in the network's place, and keep what was asked: the table's text and the question."""
    make_runs.done("wine-one")
    questions = []

    def ask(question, backend, *, device, errors):
        questions.append((Path(question.source).read_text(), question, backend, device))
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
    assert not Path(question.source).exists()  # it was a temporary one


def test_standard_input_is_taken(dlconsole, asked, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"a,b\n1,2\n")))
    assert dlconsole("predict", "one", "-").code == 0
    text, question, *_ = asked.pop()
    assert text == "a,b\n1,2\n"
    assert not Path(question.source).exists()


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
