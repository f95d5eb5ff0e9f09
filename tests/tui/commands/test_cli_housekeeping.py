"""``rename`` and ``rm``: what runs are called, and putting them away."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.run.folder import RunFolder


def test_rm_moves_to_the_trash_and_says_where(dlconsole, make_runs):
    folder = make_runs.done("wine-one")
    done = dlconsole("rm", "one", "--yes")
    assert done.code == 0
    assert not folder.path.exists()
    (trash,) = done.out.splitlines()
    assert RunFolder(make_runs.folder / ".trash" / Path(trash).name).spec.exists()


def test_rm_takes_several_and_damaged_ones(dlconsole, make_runs):
    make_runs.damaged("broken")
    make_runs.lost("lost")
    found = json.loads(dlconsole("rm", "broken", "lost", "lost", "--yes", "--json").out)
    assert [each["run"] for each in found["removed"]] == ["broken", "lost"]


def test_rm_refuses_a_live_run_and_then_moves_none(dlconsole, live, make_runs):
    other = make_runs.done("wine-one")
    done = dlconsole("rm", "one", "live", "--yes")
    assert done.code == 2
    assert done.out == ""
    assert "live" in done.err
    assert other.path.exists()
    assert live.path.exists()


@pytest.mark.parametrize("word", ["../elsewhere", "link", "/etc", "stranger", "."])
def test_rm_refuses_what_is_no_run_of_this_folder(dlconsole, make_runs, tmp_path, word):
    make_runs.done("wine-one")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (make_runs.folder / "link").symlink_to(elsewhere)
    (make_runs.folder / "stranger").mkdir()
    (make_runs.folder / "stranger" / "thesis.tex").write_text("all of it")
    done = dlconsole("rm", word, "--yes")
    assert done.code == 2
    assert done.out == ""
    assert elsewhere.exists()
    assert (make_runs.folder / "link").is_symlink()
    assert (make_runs.folder / "stranger" / "thesis.tex").exists()


def test_rm_does_not_move_without_being_told_to(dlconsole, make_runs):
    folder = make_runs.done("wine-one")
    done = dlconsole("rm", "one")
    assert done.code == 2
    assert "--yes" in done.err
    assert folder.path.exists()


def test_rename_gives_a_name_by_which_the_run_is_found(dlconsole, make_runs):
    make_runs.done("wine-one")
    assert dlconsole("rename", "wine-one", "baseline").code == 0
    assert json.loads(dlconsole("show", "baseline", "--json").out)["run"] == "baseline"


def test_rename_refuses_a_taken_name(dlconsole, make_runs):
    make_runs.done("wine-one")
    make_runs.done("wine-two")
    done = dlconsole("rename", "wine-one", "wine-two")
    assert done.code == 2
    assert "taken" in done.err


def test_a_note_is_written_printed_and_taken_back(dlconsole, make_runs):
    folder = make_runs.done("wine-one")
    assert dlconsole("note", "one", "for the\ntalk \x1b[31m").err == "Noted about wine-one.\n"
    assert folder.note == "for the\ntalk \x1b[31m"
    assert dlconsole("note", "one").out == "for the\ntalk \\x1b[31m\n"
    assert json.loads(dlconsole("note", "one", "--json").out)["note"] == folder.note
    assert "for the talk" in dlconsole("runs").out
    assert dlconsole("note", "one", "").err == "wine-one has no note now.\n"
    assert dlconsole("note", "one").out == ""
    assert "note" not in dlconsole("runs").out


def test_a_note_that_is_too_long_is_refused(dlconsole, make_runs):
    make_runs.done("wine-one")
    done = dlconsole("note", "one", "x" * 2001)
    assert done.code == 2
    assert "at most 2,000 characters" in done.err
