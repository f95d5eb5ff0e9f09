"""What may be written for a key, and which key is in the way of which."""

from __future__ import annotations

import pytest

from engine.errors import Problem
from tui import keys
from tui.rebinding import conflicts, in_the_way, named, rebound


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("p", "p"),
        ("P", "P"),
        ("?", "question_mark"),
        ("question_mark", "question_mark"),
        ("-", "minus"),
        (" esc ", "escape"),
        ("Page Up", "pageup"),
        ("↑", "up"),
        (" ", "space"),
        ("space", "space"),
        ("ctrl+X", "ctrl+x"),
        ("shift+tab", "shift+tab"),
        ("é", "é"),
        ("7", "7"),
    ],
)
def test_keys_may_be_written_as_people_know_them(written, name):
    assert named(written) == name


@pytest.mark.parametrize("written", ["", "nokey", "ctrl+", "p p", "\x1b", "<sigint>"])
def test_what_is_no_key_is_refused(written):
    with pytest.raises(Problem, match="There is no key"):
        named(written)


def test_several_keys_for_one_binding():
    assert rebound("run.pause", "p, space,p") == "p,space"
    assert rebound("run.pause", [",", "esc"]) == "comma,escape"
    assert rebound("run.pause", ",") == "comma"


@pytest.mark.parametrize("binding", ["run.scroll", "everywhere.quit-typing"])
def test_some_keys_stay_as_they_are(binding):
    with pytest.raises(Problem, match="keeps its keys"):
        rebound(binding, "z")


def test_a_key_is_in_the_way_on_its_own_screen_and_where_it_holds_everywhere():
    pause = keys.find("run.pause")
    assert in_the_way(pause, "s", {}) == keys.find("run.stop")
    assert in_the_way(pause, "q", {}) == keys.find("everywhere.quit")
    assert in_the_way(pause, "b", {}) == keys.find("report.best")  # which would take it over
    assert in_the_way(pause, "d", {}) is None  # of another screen
    assert in_the_way(pause, "p", {}) is None  # its own


def test_a_key_that_was_given_away_is_free():
    others = {"run.stop": "W"}
    assert in_the_way(keys.find("run.pause"), "s", others) is None
    assert in_the_way(keys.find("run.pause"), "W", others) == keys.find("run.stop")


def test_what_is_typed_into_is_in_nobodys_way():
    assert in_the_way(keys.find("filter.keep"), "s", {}) is None
    assert in_the_way(keys.find("look.close"), "l", {}) is None


def test_two_meanings_are_told_once():
    assert list(conflicts({"run.pause": "z", "run.stop": "z"})) == [
        "z is both run.pause and run.stop."
    ]


def test_the_table_itself_is_in_its_own_way_nowhere():
    usual = {key.binding: key.keys for key in keys.KEYS if key.action}
    assert list(conflicts(usual)) == []
