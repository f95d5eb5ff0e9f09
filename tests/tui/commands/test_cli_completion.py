from __future__ import annotations

import pytest

from engine.run.checkpoints import file_name
from tests.searches import hyperband


def complete(program, line: str) -> list[str]:
    """Return what bash is offered behind a line."""
    words = line.split(" ")
    done = program(
        COMP_WORDS=line, COMP_CWORD=str(len(words) - 1), _DLCONSOLE_COMPLETE="bash_complete"
    )
    assert done.code == 0
    assert done.err == ""
    return [item.split(",", 1)[1] for item in done.out.splitlines() if item]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_has_a_script(dlconsole, shell):
    done = dlconsole("completion", shell)
    assert done.code == 0
    assert "_DLCONSOLE_COMPLETE" in done.out


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("dlconsole rep", ["report"]),
        ("dlconsole train w", ["wine"]),
        ("dlconsole train wine --preset d", ["deep"]),
        ("dlconsole train wine --set learn", ["learning_rate="]),
        ("dlconsole train wine --set optimizer=adam", ["optimizer=adam", "optimizer=adamw"]),
        ("dlconsole train wine --set batch_norm=y", ["batch_norm=yes"]),
        ("dlconsole train wine --data s", ["sample"]),
        ("dlconsole train nonsense --preset ", []),
        ("dlconsole data f", ["fetch"]),
        ("dlconsole search wine --search drop", ["dropout=0..0.3"]),
        ("dlconsole search wine --method h", ["hyperband", "halving"]),
        ("dlconsole search mnist --objective val_a", ["val_accuracy"]),
    ],
)
def test_names_are_completed(program, line, offered):
    assert complete(program, line) == offered


def test_runs_are_completed_and_no_strange_ones(program, make_runs):
    make_runs.done("wine-one")
    (make_runs.folder / "wine-\x1b[31m").mkdir()
    assert complete(program, "dlconsole show wi") == ["wine-one"]
    assert complete(program, "dlconsole rm wine-one l") == ["last"]


def test_trials_are_offered_behind_their_search(program, runs_dir):
    hyperband(runs_dir, name="one")
    assert complete(program, "dlconsole show one/t00")[:2] == ["one/t001", "one/t002"]


def test_only_runs_that_a_command_fits_are_offered(program, make_runs, live):
    make_runs.lost("wine-lost")
    make_runs.done("wine-done")
    for command in ("pause", "stop", "snapshot", "set"):
        assert complete(program, f"dlconsole {command} wi") == ["wine-live"]
    assert complete(program, "dlconsole resume ") == ["last", "wine-done", "wine-lost"]
    assert complete(program, "dlconsole pause ") == ["wine-live"]  # the latest is none of these


def test_checkpoints_are_offered(program, make_runs):
    folder = make_runs.done("wine-one")
    folder.checkpoints.mkdir()
    (folder.checkpoints / file_name(12, "val_loss", 0.5)).write_bytes(b"")
    kept = ["best", "epoch-00012-val_loss-0.5"]
    assert complete(program, "dlconsole checkpoints wine-one --restore ") == kept
    # A run in training answers from its snapshot, which cannot be restored.
    assert complete(program, "dlconsole predict wine-one --checkpoint ") == [*kept, "snapshot"]
    assert complete(program, "dlconsole checkpoints nonsense --restore ") == []


def test_a_broken_recipe_does_not_spoil_the_prompt(program, tmp_path, monkeypatch):
    monkeypatch.setenv("DLCONSOLE_RECIPES", str(tmp_path))
    (tmp_path / "mine.py").write_text("raise SystemError")
    assert complete(program, "dlconsole train w") == ["wine"]
