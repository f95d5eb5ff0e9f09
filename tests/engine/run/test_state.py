"""What a run is doing is said by evidence, the strongest first. With evidence made up."""

from __future__ import annotations

import pytest

from engine.run.evidence import Evidence
from engine.run.last_output import LastOutput
from engine.run.records import Ended, Started, Status
from engine.run.silence import Age
from engine.run.state import judge

STARTED = Started(
    at=1.0, generation=1, pid=4242, start_ticks=1, boot_id="b", host="here", oom_kills=0
)


def evidence(**changes) -> Evidence:
    """Return what is known of a worker that is gone, unless told otherwise."""
    usual = {
        "name": "wine-k3f9",
        "exists": True,
        "damage": "",
        "created_ago": 100.0,
        "started": STARTED,
        "ended": None,
        "status": Status(phase="training", generation=1, next_word_seconds=5.0),
        "locked": False,
        "shared": False,
        "local": True,
        "same_host": True,
        "same_boot": True,
        "alive": False,
        "suspended": False,
        "frozen": False,
        "stalled": False,
        "copied": False,
        "silent": 1.0,
        "killed_for_memory": False,
        "disk": "",
        "last_output": None,
        "smaller": None,
    }
    known = {**usual, **changes}
    if not isinstance(known["silent"], Age):
        known["silent"] = Age(known["silent"], True)
    return Evidence(**known)


FAR = {"local": False, "same_host": False, "same_boot": False, "alive": None}
REBOOTED = {"local": False, "same_host": True, "same_boot": False, "alive": None}
QUEUED = Status(phase="queued", detail="2nd for gpu:0", generation=2, next_word_seconds=30.0)


def test_a_held_lock_means_that_the_status_holds():
    verdict = judge(evidence(locked=True))
    assert (verdict.state, verdict.live) == ("training", True)


def test_the_last_word_counts_more_than_a_lock_that_is_still_held():
    verdict = judge(evidence(locked=True, ended=Ended(at=2.0, outcome="done")))
    assert (verdict.state, verdict.live) == ("done", False)


def test_a_worker_gone_without_a_word_is_lost_and_says_how_to_go_on():
    verdict = judge(evidence())
    assert (verdict.state, verdict.live) == ("lost", False)
    assert "without a last word" in verdict.why
    assert "dlconsole resume wine-k3f9" in verdict.remedy


def test_it_is_said_from_where_a_run_goes_on():
    status = Status(phase="training", generation=1, snapshot_epoch=12.4)
    assert judge(evidence(status=status)).remedy == (
        "dlconsole resume wine-k3f9 goes on from epoch 12.4."
    )
    assert judge(evidence(silent=Age(0.0, False))).why.startswith(
        "Its worker is gone without a last word (killed"
    )


def test_a_kill_for_memory_names_the_batch_to_try_and_the_command():
    smaller = (64, "dlconsole train wine --set batch_size=64")
    verdict = judge(evidence(killed_for_memory=True, smaller=smaller))
    assert "memory" in verdict.why
    assert "batch_size=64: dlconsole train wine --set batch_size=64." in verdict.remedy
    assert "dlconsole resume wine-k3f9" in verdict.remedy
    assert "resume" in judge(evidence(killed_for_memory=True)).remedy


@pytest.mark.parametrize(
    ("reason", "text", "remedy"),
    [
        ("memory", "its last output was: std::bad_alloc", "memory"),
        ("device", "its last output was: CUDA_ERROR_LAUNCH_FAILED", "nvidia-smi"),
        ("disk", "its last output was: No space left on device", "room"),
        ("crash", "it crashed (segmentation fault) in net.py, line 3", "console.log"),
    ],
)
def test_what_it_printed_last_is_told(reason, text, remedy):
    verdict = judge(evidence(last_output=LastOutput(reason, text)))
    assert verdict.state == "lost"
    assert verdict.why.endswith(f": {text}.")
    assert remedy in verdict.remedy
    assert "dlconsole resume wine-k3f9" in verdict.remedy


def test_a_folder_that_takes_no_last_word_is_told():
    verdict = judge(evidence(disk="cannot be written"))
    assert verdict.state == "lost"
    assert "its folder cannot be written" in verdict.why
    assert verdict.remedy.endswith("dlconsole resume wine-k3f9")


def test_a_suspended_worker_is_silent_and_says_how_to_let_it_go_on():
    verdict = judge(evidence(locked=True, suspended=True))
    assert (verdict.state, verdict.live) == ("silent", True)
    assert "kill -CONT 4242" in verdict.remedy


def test_a_frozen_control_group_is_told_as_that_because_a_signal_would_not_help():
    verdict = judge(evidence(locked=True, alive=True, frozen=True, silent=6.0))
    assert (verdict.state, verdict.live) == ("silent", True)
    assert "frozen" in verdict.why
    assert "CONT" not in verdict.remedy


def test_a_word_long_overdue_is_silence():
    assert judge(evidence(locked=True, silent=14.0)).state == "training"
    verdict = judge(evidence(locked=True, alive=True, silent=60.0))
    assert verdict.state == "silent"
    assert "kill -9 4242, then dlconsole resume wine-k3f9" in verdict.remedy


def test_a_disk_that_does_not_answer_is_told_as_that():
    verdict = judge(evidence(locked=True, alive=True, stalled=True, silent=60.0))
    assert verdict.state == "silent"
    assert "disk or network file system for 60 s" in verdict.why


def test_a_paused_run_is_not_silent_while_its_status_is_kept_fresh():
    paused = Status(phase="paused", generation=1, next_word_seconds=5.0)
    assert judge(evidence(locked=True, status=paused, silent=2.0)).state == "paused"


def test_a_promise_that_makes_no_sense_hides_no_silence():
    for promised in (float("nan"), float("inf"), 1e12):
        status = Status(phase="training", generation=1, next_word_seconds=promised)
        assert judge(evidence(locked=True, status=status, silent=4000.0)).state == "silent"


def test_a_queued_run_is_told_with_its_place():
    first = judge(evidence(started=None, local=None, status=QUEUED, locked=True))
    assert (first.state, first.live) == ("queued", True)
    assert "2nd for gpu:0" in first.why


def test_a_resumed_run_that_waits_is_not_what_its_earlier_worker_made_of_it():
    ended = Ended(at=2.0, outcome="done")
    waits = judge(evidence(ended=ended, status=QUEUED, locked=True, alive=None))
    assert (waits.state, waits.live) == ("queued", True)
    starts = Status(phase="starting", generation=2, next_word_seconds=20.0)
    assert judge(evidence(ended=ended, status=starts, locked=True)).state == "starting"


def test_a_waiting_process_that_is_gone_is_told_as_lost_at_once():
    for ended in (None, Ended(at=2.0, outcome="stopped")):
        verdict = judge(evidence(ended=ended, status=QUEUED, silent=0.1))
        assert (verdict.state, verdict.live) == ("lost", False)
        assert "waited" in verdict.why
        assert "dlconsole resume wine-k3f9" in verdict.remedy


def test_a_waiting_process_that_says_nothing_is_silent_in_the_end():
    assert judge(evidence(status=QUEUED, locked=True, silent=60.0)).state == "queued"
    verdict = judge(evidence(status=QUEUED, locked=True, silent=120.0))
    assert verdict.state == "silent"
    assert "waiting process" in verdict.why


def test_an_announced_worker_of_another_machine_counts_while_it_speaks():
    starts = Status(phase="starting", generation=2, next_word_seconds=20.0)
    assert judge(evidence(status=starts, shared=True, silent=3.0)).live
    assert not judge(evidence(status=starts, shared=True, silent=300.0)).live


def test_a_run_of_another_machine_is_live_while_it_speaks_and_last_seen_after():
    assert judge(evidence(**FAR, silent=2.0)).live
    verdict = judge(evidence(**FAR, silent=600.0))
    assert (verdict.state, verdict.live) == ("last seen", False)
    assert "here" in verdict.why
    assert "dlconsole resume --elsewhere wine-k3f9" in verdict.remedy


def test_files_dated_in_the_future_are_no_sign_of_life_from_elsewhere():
    verdict = judge(evidence(**FAR, silent=Age(0.0, False)))
    assert (verdict.state, verdict.live) == ("last seen", False)
    assert "future" in verdict.why


def test_a_run_of_an_earlier_boot_of_this_machine_is_lost_and_goes_on():
    verdict = judge(evidence(**REBOOTED, silent=60.0))
    assert verdict.state == "lost"
    assert "started anew" in verdict.why
    assert "dlconsole resume wine-k3f9" in verdict.remedy
    assert judge(evidence(**REBOOTED, silent=Age(0.0, False))).state == "lost"


def test_a_machine_of_the_same_name_that_speaks_is_another_one():
    verdict = judge(evidence(**REBOOTED, silent=2.0))
    assert verdict.live
    assert "another machine called here" in verdict.why


def test_in_another_container_of_this_machine_the_lock_says_all():
    other = {"local": False, "same_host": False, "same_boot": True, "alive": None}
    assert judge(evidence(**other, silent=2.0)).state == "lost"
    assert judge(evidence(**other, silent=2.0, locked=True)).state == "training"


def test_a_copy_is_not_the_run_that_goes_on_elsewhere():
    verdict = judge(evidence(copied=True, alive=None))
    assert (verdict.state, verdict.live) == ("lost", False)
    assert "copy" in verdict.why
    assert "dlconsole resume wine-k3f9" in verdict.remedy
    assert judge(evidence(copied=True, alive=None, locked=True)).state == "starting"


def test_a_worker_has_some_seconds_for_its_first_word():
    nothing = {"started": None, "status": None, "local": None}
    assert judge(evidence(**nothing, created_ago=3.0)).state == "starting"
    verdict = judge(evidence(**nothing, created_ago=60.0))
    assert verdict.state == "lost"
    assert "dlconsole resume wine-k3f9" in verdict.remedy


def test_a_worker_that_failed_before_its_first_word_is_told_with_what_it_printed():
    starts = Status(phase="starting", generation=1, next_word_seconds=20.0)
    said = LastOutput("crash", "its last output was: ModuleNotFoundError: No module named 'keras'")
    verdict = judge(evidence(started=None, local=None, status=starts, last_output=said))
    assert verdict.state == "lost"
    assert "No module named 'keras'" in verdict.why


def test_a_run_without_a_readable_request_is_damaged():
    verdict = judge(evidence(damage="Its run.json makes no sense."))
    assert verdict.state == "damaged"
    assert "dlconsole rm wine-k3f9" in verdict.remedy


def test_a_folder_that_is_gone_is_told_as_that():
    verdict = judge(evidence(exists=False, damage="no run.json", started=None, status=None))
    assert verdict.state == "lost"
    assert "folder is gone" in verdict.why
