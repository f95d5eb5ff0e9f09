"""Networks that are asked again and again, what moved them, and networks still in training."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from engine.catalog import Catalog
from engine.data.given import Given
from engine.errors import Problem
from engine.process.answering import AnsweringProcess
from engine.process.questions import Predict, ask
from engine.process.trial import trial_environment
from engine.run.commands import StopNow, send
from engine.run.expected import Pictures, Rows, Texts, read_expected
from engine.run.networks import SNAPSHOT, latest_snapshot, list_networks
from engine.run.snapshots import read_index
from tui.tryout.drawing import Drawing

CATALOG = Catalog.load()
ROW = {"bmi": "0.05", "s5": "0.03"}


@pytest.fixture
def answering():
    """Return a function that starts processes which are ended with the test."""
    started = []

    def start(run) -> AnsweringProcess:
        started.append(AnsweringProcess(trial_environment(run.folder.read_spec(), "cpu")))
        return started[-1]

    yield start
    for each in started:
        each.close()


def question(run, given: Given, network: Path | None = None) -> Predict:
    file = "" if network is None else str(network)
    return Predict(run=str(run.folder.path), given=given, network=file, explain=True)


def test_a_row_is_explained_and_the_network_is_kept_until_it_changes(start, answering):
    run = start(CATALOG.find("wine"), epochs=3)
    assert run.end().verdict.state == "done"
    expected = read_expected(run.folder)
    assert isinstance(expected, Rows)
    cells = {column.name: column.usual for column in expected.columns}
    for column in expected.columns:
        assert column.low is not None
        assert column.high is not None
        assert column.low <= float(column.usual) <= column.high
    assert expected.low is not None
    assert expected.high is not None
    assert expected.low < expected.mean < expected.high
    process = answering(run)
    (usual,) = process.ask(question(run, Given(cells=cells)))
    assert not any(usual["moved_by"].values())
    name = expected.columns[0].name
    moved_cells = {**cells, name: str(expected.columns[0].high), expected.columns[1].name: ""}
    (moved,) = process.ask(question(run, Given(cells=moved_cells)))
    assert next(iter(moved["moved_by"])) == name
    share = moved["predicted"] - usual["predicted"]
    assert moved["moved_by"][name] == pytest.approx(share, rel=1e-3)
    # What cannot be asked costs the question, not the process.
    with pytest.raises(Problem, match="expected a number"):
        list(process.ask(question(run, Given(cells={**cells, name: "much"}))))
    with pytest.raises(Problem, match="There is no network"):
        list(process.ask(question(run, Given(cells=cells), run.folder.path / "none.keras")))
    assert list(process.ask(question(run, Given(cells=cells)))) == [usual]
    other = start(CATALOG.find("wine"), epochs=1, name="other")
    other.end()
    os.replace(other.folder.model, run.folder.model)  # noqa: PTH105 - as a worker does
    (anew,) = process.ask(question(run, Given(cells=cells)))
    assert anew["predicted"] != usual["predicted"]
    process.close()
    assert process.has_ended
    with pytest.raises(Problem):
        list(process.ask(question(run, Given(cells=cells))))


def test_the_latest_snapshot_says_what_the_network_of_that_moment_says(start, answering):
    run = start(CATALOG.find("mnist"), units=(16,), epochs=100_000, dropout=0.3)
    run.wait(lambda view: len(view.epochs) > 1 and view.snapshot)
    process = answering(run)
    drawing = Drawing(28, 28)
    drawing.stroke((14, 5), (14, 22), erase=False)
    given = Given(pictures=[drawing.as_file()])
    snapshot = latest_snapshot(run.folder)
    assert snapshot is not None
    assert list_networks(run.folder, live=True)
    # It may be replaced by a newer one at any moment: then that one answers.
    (live,) = process.ask(question(run, given, snapshot.path))
    assert sum(live["probabilities"].values()) == pytest.approx(1, abs=1e-4)
    assert live["seen"]["grey"] == drawing.levels.hex()
    (gone,) = process.ask(question(run, given, run.folder.snapshots / "before.zip"))
    assert set(gone["probabilities"]) == set("0123456789")
    send(run.folder.commands, StopNow(generation=1))
    run.end()
    assert isinstance(read_expected(run.folder), Pictures)
    (end,) = process.ask(question(run, given))
    snapshot = latest_snapshot(run.folder)
    assert snapshot is not None
    assert snapshot.name == SNAPSHOT
    (same,) = process.ask(question(run, given, snapshot.path))
    assert same["probabilities"] == end["probabilities"]
    entry = read_index(run.folder).entries[0]
    (run.folder.snapshots / entry.file).write_bytes(b"torn")
    with pytest.raises(Problem, match="cannot be used"):
        list(process.ask(question(run, given, snapshot.path)))


def test_a_text_is_explained_by_its_words(start):
    run = start(CATALOG.find("imdb"), units=(16,), epochs=12, words=500, length=40, embedding=8)
    assert run.end().verdict.state == "done"
    assert isinstance(read_expected(run.folder), Texts)
    given = Given(texts=["a wonderful film", "a dreadful film", "..."])
    first, second, empty = ask(question(run, given), "tensorflow", device="cpu")
    for answer in (first, second):
        assert set(answer["moved_by"]) <= {"a", "wonderful", "dreadful", "film", "?"}
        shares = [abs(share) for share in answer["moved_by"].values()]
        assert shares == sorted(shares, reverse=True)
    assert empty.keys() == {"input", "problem"}
