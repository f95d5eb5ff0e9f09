"""Runs have readable names, private folders, and are put away rather than destroyed."""

from __future__ import annotations

import os
import stat

import msgspec
import pytest

from engine.errors import Problem
from engine.run.commands import Inbox, StopAfterEpoch, StopNow, send
from engine.run.folder import RunFolder, create, find, list_folders, readable_name
from engine.run.listing import summaries
from engine.run.lock import RunLock
from engine.run.records import DataChoice, RunSpec
from engine.space import Float, Int, Ints, Space
from tests.searches import hyperband

SPEC = RunSpec(
    name="wine-mlp-abcd",
    recipe="wine",
    preset="mlp",
    values={},
    data=DataChoice(kind="sample"),
    seed=1,
    split_seed=0,
    backend="tensorflow",
    device="auto",
    threads=2,
    monitor="val_loss",
    monitor_mode="min",
    command="dlconsole train wine",
    created=1.0,
    versions={},
)


def made(runs, name="wine-mlp-abcd") -> RunFolder:
    return create(runs, msgspec.structs.replace(SPEC, name=name), {})


def test_folders_and_files_are_for_their_owner_alone(runs_dir):
    folder = made(runs_dir)
    for path in (runs_dir, folder.path, folder.commands):
        assert stat.S_IMODE(path.stat().st_mode) == 0o700
    assert stat.S_IMODE(folder.spec.stat().st_mode) == 0o600


def test_a_name_says_what_differs_from_the_preset():
    space = Space(
        {
            "units": Ints(default=(32,), low=1, high=99, help=""),
            "batch_size": Int(default=32, low=1, high=999, short="bs", help=""),
            "learning_rate": Float(default=1e-3, low=0, high=1, short="lr", help=""),
        }
    )
    usual = space.defaults()
    values = {**usual, "batch_size": 128, "learning_rate": 3e-4, "units": (64, 32)}
    name = readable_name("mnist", "dropout", space, usual, values)
    assert name[:-5] == "mnist-dropout-units64x32-bs128-lr3e-4"


def test_a_run_is_found_by_name_beginning_tag_own_name_and_last(runs_dir):
    folder = made(runs_dir)
    other = made(runs_dir, "mnist-plain-wxyz")
    os.utime(folder.spec, (9e9, 9e9))
    for word in ("wine-mlp-abcd", "wine", "abcd", "last"):
        assert find(runs_dir, word).path == folder.path
    other.rename("my-favourite")
    assert find(runs_dir, "my-favourite").path == other.path
    with pytest.raises(Problem, match="There is no run 'wine-mlp-abce'") as caught:
        find(runs_dir, "wine-mlp-abce")
    assert "wine-mlp-abcd" in caught.value.remedy


def test_a_word_that_fits_several_runs_is_refused_with_their_names(runs_dir):
    made(runs_dir, "wine-mlp-aaaa")
    made(runs_dir, "wine-mlp-bbbb")
    with pytest.raises(Problem, match="2 runs fit"):
        find(runs_dir, "wine")


@pytest.mark.parametrize("name", ["", "../x", "a/b", "a b", ".hidden", "x" * 101, "a\nb", "[red]"])
def test_names_that_could_do_harm_are_refused(runs_dir, name):
    folder = made(runs_dir)
    with pytest.raises(Problem):
        folder.rename(name)


def test_a_name_can_be_taken_only_once(runs_dir):
    made(runs_dir, "one")
    with pytest.raises(Problem, match="taken"):
        made(runs_dir, "two").rename("one")
    with pytest.raises(Problem, match="already"):
        made(runs_dir, "one")


def test_a_removed_run_lies_in_the_trash_whole(runs_dir):
    folder = made(runs_dir)
    gone = folder.remove()
    assert (gone / "run.json").is_file()
    assert list_folders(runs_dir) == []


def test_a_link_is_not_removed(runs_dir, tmp_path):
    made(runs_dir)
    (runs_dir / "link").symlink_to(tmp_path)
    with pytest.raises(Problem, match="link"):
        RunFolder(runs_dir / "link").remove()
    assert [each.name for each in list_folders(runs_dir)] == ["wine-mlp-abcd"]


def test_a_runs_folder_that_cannot_be_written_is_told_plainly(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(Problem, match="cannot be written") as caught:
        made(tmp_path / "file" / "runs")
    assert "--runs-dir" in caught.value.remedy


def test_a_damaged_request_is_a_row_like_any_other(runs_dir):
    made(runs_dir, "good")
    made(runs_dir, "bad").spec.write_bytes(b"\xff\x00garbage")
    states = {each.name: each.verdict.state for each in summaries(runs_dir)}
    assert states["bad"] == "damaged"
    assert states["good"] in {"starting", "lost"}


def test_commands_arrive_once_in_order_and_for_their_generation_only(runs_dir):
    folder = made(runs_dir)
    first = send(folder.commands, StopAfterEpoch(generation=2))
    second = send(folder.commands, StopNow(generation=2))
    send(folder.commands, StopNow(generation=1))
    (folder.commands / "0-garbage.json").write_bytes(b"\xff")
    inbox = Inbox(folder.commands, generation=2)
    assert [request.id for request in inbox.take()] == [first, second]
    assert inbox.take() == []


def test_a_note_is_kept_with_the_name(runs_dir):
    folder = made(runs_dir, "one")
    assert folder.note == ""
    folder.rename("first")
    folder.annotate("  the one\nfor the talk ")
    assert (folder.name, folder.note) == ("first", "the one\nfor the talk")
    folder.rename("second")
    assert folder.note == "the one\nfor the talk"
    folder.annotate("")
    assert (folder.name, folder.note) == ("second", "")


def test_a_note_alone_leaves_the_name(runs_dir):
    folder = made(runs_dir, "one")
    folder.annotate("noted")
    assert folder.name == "one"


def test_a_note_that_is_too_long_is_refused(runs_dir):
    folder = made(runs_dir, "one")
    with pytest.raises(Problem, match="at most 2,000 characters"):
        folder.annotate("x" * 2001)


def test_a_damaged_label_costs_name_and_note_alone(runs_dir):
    folder = made(runs_dir, "one")
    for content in (b"\xff", b"[1]", b'{"name": 3}', b"[" * 10_000):
        folder.label.write_bytes(content)
        assert (folder.name, folder.note) == ("one", "")


def test_a_search_whose_trial_is_being_trained_is_not_removed(tmp_path):
    search = hyperband(tmp_path, ended=3)
    trial = RunFolder(search.folder.trials / "t001")
    lock = RunLock(trial.lock)
    with pytest.raises(Problem, match="t001 is being trained"):
        search.folder.remove()
    lock.release()
    assert search.folder.remove().parent.name == ".trash"


def test_a_trial_is_found_and_named_with_its_search(tmp_path):
    search = hyperband(tmp_path, ended=3)
    trial = find(tmp_path, "last/t002")
    assert trial.path == search.folder.trials / "t002"
    assert trial.name == f"{search.folder.name}/t002"
    assert find(tmp_path, trial.name).path == trial.path
    with pytest.raises(Problem, match="no run 't099'"):
        find(tmp_path, "last/t099")
