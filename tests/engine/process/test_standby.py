"""The standby on both backends: questions answered and cancelled, runs launched at once."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from engine.errors import Problem
from engine.process import prompt
from engine.process.launch import launch, prepare
from engine.process.questions import Preview
from engine.process.standby import Standby, StandbyGone, State
from engine.run.lock import is_held
from engine.run.view import RunView
from tests.conftest import wait_for
from tests.engine.process.standby_support import (
    ask,
    children,
    described,
    endless,
    is_gone,
    open_files,
    order,
    until_over,
    until_ready,
    worker_of,
)
from tests.engine.test_worker import weights_of

if not Standby.is_possible():
    pytest.skip("the standby needs Linux", allow_module_level=True)


@pytest.fixture(scope="module", params=["tensorflow", "jax"])
def standby(request, tmp_path_factory) -> Iterator[Standby]:
    """A standby that has imported everything; shared, since it stays as it was."""
    scratch = tmp_path_factory.mktemp("scratch")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", str(scratch))
        standby = Standby(request.param)
    until_ready(standby)
    yield standby
    assert standby.is_ready
    standby.close()
    wait_for(standby.has_ended, 10)
    assert not list(scratch.iterdir())


@pytest.fixture
def fresh(tmp_path, monkeypatch) -> Iterator[Standby]:
    """A standby of its own, for a test that ends it or needs it before it is ready."""
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setenv("TMPDIR", str(scratch))
    standby = Standby("tensorflow")
    monkeypatch.delenv("TMPDIR")
    yield standby
    standby.kill()
    wait_for(standby.has_ended, 10)
    wait_for(lambda: not list(scratch.glob("dlconsole-*")), 10)


def test_a_form_is_described_parameters_first(standby):
    lines = list(ask(standby, order(backend=standby.backend, preset="deep")))
    absent, network, seconds = lines
    assert absent == {"absent": [], "bytes": 0}
    about = network["described"]
    assert about["parameters"] == 4065
    assert about["rows"] == {"train": 354, "val": 44, "test": 44}
    assert ["Dense", "(None, 16)", 528] in about["layers"]
    assert about["device"] == "CPU"
    assert "A stand-in for the wines" in network["notes"][0]
    assert 0 < seconds["epoch_seconds"] < 5


def test_the_same_process_answers_the_next_question(standby):
    asked = order(backend=standby.backend)
    described(ask(standby, asked))
    (first,) = children(standby)
    assert described(ask(standby, order(backend=standby.backend, units=(8,))))
    assert children(standby) == [first]


def test_data_is_previewed_by_a_process_of_its_own(standby, tmp_path):
    described(ask(standby, order(backend=standby.backend)))
    table = tmp_path / "table.csv"
    rows = [f"{i},{'red' if i % 3 else 'blue'},{'' if i == 4 else i / 2}" for i in range(40)]
    table.write_text("\n".join(["size,colour,price", *rows]))
    asked = order(backend=standby.backend, data=str(table), target="price")
    seen = described(ask(standby, asked, Preview))
    assert seen["origin"] == "table.csv, 39 rows"
    assert [each["role"] for each in seen["columns"]] == ["input", "input", "target"]
    assert seen["columns"][0]["values"] == "0 … 39"
    assert seen["columns"][1]["values"] == "red, blue"
    assert seen["columns"][2]["missing"] == 1
    assert seen["head"][:2] == [["0", "blue", "0.0"], ["1", "red", "0.5"]]
    assert "1 row without a value of price dropped." in seen["notes"]
    assert len(children(standby)) == 2


def test_a_table_is_previewed_although_its_target_is_not_known(standby, tmp_path):
    table = tmp_path / "table.csv"
    table.write_text("size,price\n" + "".join(f"{i},{i / 2}\n" for i in range(40)))
    seen = described(ask(standby, order(backend=standby.backend, data=str(table)), Preview))
    assert [each["name"] for each in seen["columns"]] == ["size", "price"]
    assert "no column 'target'" in seen["problem"]
    assert seen["remedy"] == "Name one of: size, price."


def test_a_mistake_in_the_data_is_told_as_a_problem(standby, tmp_path):
    table = tmp_path / "table.csv"
    table.write_text("size,target\n" + "".join(f"{i},{i / 2}\n" for i in range(30)) + "31,oops\n")
    with pytest.raises(Problem, match="line 32, column 'target': expected a number"):
        described(ask(standby, order(backend=standby.backend, data=str(table))))


def test_data_that_is_not_here_is_not_fetched(standby, tmp_path):
    asked = order(backend=standby.backend, data="official")
    assert described(ask(standby, asked, folders=[tmp_path])) == {
        "absent": ["winequality-white.csv"],
        "bytes": 264_426,
    }
    assert not list(tmp_path.iterdir())


def test_a_question_is_cancelled_whatever_its_answer_is_in_the_middle_of(standby, tmp_path):
    entry, begun = endless(tmp_path / "recipe")
    answers = ask(standby, order(backend=standby.backend, entry=entry))
    lines = iter(answers)
    next(lines)
    wait_for(begun.exists, 60)
    before = time.monotonic()
    answers.cancel()
    assert list(lines) == []
    assert time.monotonic() - before < 2
    wait_for(lambda: not any(is_zombie(each) for each in children(standby)), 5)
    assert described(ask(standby, order(backend=standby.backend)))["epoch_seconds"] > 0


def is_zombie(process: psutil.Process) -> bool:
    try:
        return process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:  # reaped since it was listed
        return False


def test_a_launched_run_trains_at_once_and_lacks_nothing_of_an_ordinary_one(standby, runs_dir):
    folder = order(backend=standby.backend, epochs=60, name="prompt").place(runs_dir)
    assert prompt.launch(folder, standby) is None
    assert is_held(folder.lock)
    worker = worker_of(folder)
    assert worker.ppid() == standby.pid
    assert os.getsid(worker.pid) == worker.pid
    assert worker.cmdline()[0] == "dlconsole trains prompt"
    files = open_files(worker)
    assert {os.devnull, str(folder.console_log)} <= files
    assert worker.cwd() == str(folder.path)
    view = until_over(folder)
    assert view.verdict.state == "done"
    assert [each.epoch for each in view.epochs] == list(range(1, 61))
    assert "training" in folder.console_log.read_text()
    assert "Traceback" not in folder.console_log.read_text()
    for path in folder.path.rglob("*"):
        assert path.stat().st_mode & 0o077 == 0, path
    wait_for(lambda: is_gone(worker.pid) and worker.pid not in _pids(standby), 10)


def test_the_same_seed_gives_the_same_weights_as_an_ordinary_launch(standby, runs_dir):
    # With another number of threads than the libraries were loaded with.
    asked = {"backend": standby.backend, "epochs": 3, "dropout": 0.2, "seed": 7, "threads": 1}
    described(ask(standby, order(**asked)))  # answering before changes nothing
    prompt_one = order(**asked, name="prompt").place(runs_dir)
    assert prompt.launch(prompt_one, standby) is None
    until_over(prompt_one)
    ordinary = order(**asked, name="ordinary").place(runs_dir)
    assert launch(ordinary).wait(120) == 0
    assert weights_of(prompt_one.model) == weights_of(ordinary.model)


def test_two_launches_at_once_are_two_workers_that_know_nothing_of_each_other(standby, runs_dir):
    folders = [order(backend=standby.backend, epochs=3, name=name).place(runs_dir) for name in "ab"]
    starts = [prepare(folder) for folder in folders]
    pids = [standby.launch(start) for start in starts]
    for start in starts:
        start.close()
    assert len(set(pids)) == 2
    for mine, other in (folders, folders[::-1]):
        worker = worker_of(mine)
        assert not any(str(other.path) in each for each in open_files(worker))
    for folder in folders:
        assert until_over(folder).verdict.state == "done"
    wait_for(lambda: not set(pids) & _pids(standby), 10)


def test_a_launch_ends_what_was_being_answered(standby, runs_dir, tmp_path):
    entry, begun = endless(tmp_path / "recipe")
    answers = ask(standby, order(backend=standby.backend, entry=entry))
    lines = iter(answers)
    next(lines)
    wait_for(begun.exists, 60)
    folder = order(backend=standby.backend, epochs=1).place(runs_dir)
    assert prompt.launch(folder, standby) is None
    with pytest.raises(Problem, match="has failed"):
        next(lines)
    assert until_over(folder).verdict.state == "done"


def test_it_takes_no_processor_time_while_nobody_asks(standby):
    described(ask(standby, order(backend=standby.backend)))
    processes = [psutil.Process(standby.pid), *children(standby)]
    time.sleep(0.5)  # what follows an answer is over
    before = [each.cpu_times() for each in processes]
    time.sleep(2)
    after = [each.cpu_times() for each in processes]
    assert [each[:2] for each in before] == [each[:2] for each in after]


def test_while_it_imports_questions_wait_and_launches_go_another_way(fresh, runs_dir):
    unwanted = ask(fresh, order(units=(1,)))
    wanted = ask(fresh, order(units=(2,)))
    unwanted.cancel()
    assert list(unwanted) == []
    process = prompt.launch(order().place(runs_dir), fresh)
    assert process is not None
    process.kill()
    process.wait()
    assert fresh.state is State.IMPORTING
    assert described(wanted)["described"]["parameters"] == 10 * 2 + 2 + 2 + 1


def test_a_standby_that_does_not_reply_is_replaced_by_an_ordinary_worker(
    fresh, runs_dir, monkeypatch
):
    monkeypatch.setattr("engine.process.standby._LAUNCH_SECONDS", 0.5)
    until_ready(fresh)
    os.kill(fresh.pid, signal.SIGSTOP)
    folder = order(epochs=1).place(runs_dir)
    process = prompt.launch(folder, fresh)
    assert process is not None
    assert worker_of(folder).pid == process.pid
    process.kill()
    process.wait()
    assert fresh.state is State.GONE
    with pytest.raises(Problem, match="has failed"):
        ask(fresh, order())


def test_a_standby_that_was_killed_is_gone_and_says_so(fresh, runs_dir):
    answers = ask(fresh, order())
    os.kill(fresh.pid, signal.SIGKILL)
    with pytest.raises(Problem, match="has failed"):
        described(answers)
    wait_for(lambda: fresh.state is State.GONE, 10)
    start = prepare(order().place(runs_dir))
    with pytest.raises(StandbyGone):
        fresh.launch(start)
    start.close()


def test_a_backend_that_is_not_there_is_told(runs_dir):
    standby = Standby("nonesuch")
    with pytest.raises(Problem, match="nonesuch"):
        described(ask(standby, order()))
    assert standby.state is State.GONE
    assert "nonesuch" in str(standby.problem)
    standby.close()
    wait_for(standby.has_ended, 10)


def test_importing_has_not_touched_the_gpu(standby):
    assert standby.takes_gpus


@pytest.fixture
def pretended_gpu(monkeypatch):
    """Make this host show a GPU that is not there."""
    monkeypatch.setenv("DLCONSOLE_PRETEND_GPUS", "1")


@pytest.mark.usefixtures("pretended_gpu")
def test_a_run_hands_its_device_to_the_next_one_when_it_ends(fresh, runs_dir):
    until_ready(fresh)
    first = order(device="gpu:0", epochs=100_000, name="first").place(runs_dir)
    second = order(device="gpu:0", epochs=100_000, name="second").place(runs_dir)
    assert prompt.launch(first, fresh) is None
    waiting = prompt.launch(second, fresh)
    assert waiting is not None
    worker = worker_of(first)
    assert is_held(second.lock)
    assert RunView(second).started is None
    worker.kill()
    try:
        assert worker_of(second).pid == waiting.pid
    finally:
        waiting.kill()
        waiting.wait()


def _pids(standby: Standby) -> set[int]:
    return {each.pid for each in children(standby)}


def test_nothing_but_the_answer_is_left_of_a_preview(standby, runs_dir, tmp_path):
    described(ask(standby, order(backend=standby.backend), Preview))
    assert not runs_dir.exists()
    assert not list(Path(tmp_path).glob("xdg/*/dlconsole"))
