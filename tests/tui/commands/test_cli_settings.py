"""``settings``: what the console is set to, shown and changed without a screen."""

from __future__ import annotations

import json
import tomllib

import pytest

from tui.preferences import location


def test_settings_are_listed_with_what_they_decide(dlconsole):
    done = dlconsole("settings")
    assert done.code == 0
    assert [line.split()[0] for line in done.out.splitlines()[1:]] == [
        "theme", "bell", "pictures", "smoothing", "x_axis", "columns", "sort",
    ]  # fmt: skip
    assert not location().exists()


def test_settings_are_changed_and_kept(dlconsole):
    done = dlconsole("settings", "theme=terminal", "bell=yes", "columns=run,state")
    assert done.code == 0
    assert "terminal" in done.out
    expected = {"theme": "terminal", "bell": True, "columns": ["run", "state"]}
    assert tomllib.loads(location().read_text()) == expected
    dlconsole("settings", "theme=", "columns=")
    assert tomllib.loads(location().read_text()) == {"bell": True}


def test_keys_are_set_one_by_one(dlconsole):
    dlconsole("settings", "keys.run.pause=space", "keys.runs.filter=f,/")
    found = json.loads(dlconsole("settings", "--json").out)
    assert found["settings"]["keys"] == {"run.pause": "space", "runs.filter": "f,slash"}
    assert found["path"] == str(location())
    dlconsole("settings", "keys.run.pause=")
    assert "run.pause" not in dlconsole("settings").out


def test_the_path_alone(dlconsole):
    assert dlconsole("settings", "--path").out == f"{location()}\n"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("theme", "Expected NAME=VALUE"),
        ("thme=x", "Did you mean 'theme'?"),
        ("smoothing=2", "from 0 to 0.999"),
        ("keys=x", "one by one"),
        ("keys.run.pause=s", "s is run.stop already."),
        ("keys.run.nope=s", "no key binding 'run.nope'"),
        ("theme=[b]", "There is no theme '[b]'"),
    ],
)
def test_what_is_not_allowed_is_refused_and_nothing_changed(dlconsole, change, words):
    done = dlconsole("settings", "bell=true", change)
    assert done.code == 2
    assert words in done.err
    assert done.out == ""
    assert not location().exists()


def test_what_is_wrong_in_the_file_is_told(dlconsole):
    location().parent.mkdir(parents=True)
    location().write_text("bell = 7\n")
    done = dlconsole("settings")
    assert done.code == 0
    assert "Expected true or false" in done.err
    assert json.loads(dlconsole("settings", "--json").out)["notices"]
