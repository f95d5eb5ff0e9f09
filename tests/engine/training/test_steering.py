"""What was set lasts: which effects a worker has to set again, and where."""

from __future__ import annotations

from engine.run.records import Applied
from engine.training.steering import Place, effects_beyond


def lr(step: int, epoch: int, value: float) -> Applied:
    return Applied(
        at=0, command=f"{step}-{value}", action="", epoch=epoch, step=step, learning_rate=value
    )


def epochs(step: int, epoch: int, value: int) -> Applied:
    return Applied(at=0, command=f"{step}-{value}", action="", epoch=epoch, step=step, epochs=value)


def stop(step: int) -> Applied:
    return Applied(at=0, command=f"{step}", action="stop now", epoch=0, step=step)


def test_what_the_snapshot_holds_is_not_set_again():
    assert effects_beyond([lr(10, 0, 0.1), lr(50, 1, 0.2)], Place(20, 0)) == [lr(50, 1, 0.2)]


def test_what_was_set_just_there_is_set_again():
    assert effects_beyond([lr(20, 1, 0.1)], Place(20, 1)) == [lr(20, 1, 0.1)]


def test_while_validating_is_before_the_end_of_the_epoch():
    # A plateau may have changed the rate at the epoch's end: that must not be undone.
    assert effects_beyond([lr(20, 0, 0.1)], Place(20, 1)) == []
    assert effects_beyond([lr(20, 1, 0.1)], Place(20, 0)) == [lr(20, 1, 0.1)]


def test_commands_that_set_nothing_are_not_repeated():
    assert effects_beyond([stop(30)], Place(0, 0)) == []


def test_what_is_said_later_outweighs_what_an_earlier_life_said_for_later():
    # Set at 500, killed, gone on from 300, then set anew at 400.
    assert effects_beyond([lr(500, 5, 0.1), lr(400, 4, 0.2)], Place(300, 3)) == [lr(400, 4, 0.2)]


def test_another_setting_is_another_matter():
    both = [epochs(500, 5, 60), lr(400, 4, 0.2)]
    assert effects_beyond(both, Place(300, 3)) == both


def test_the_last_of_several_at_one_place_counts():
    assert effects_beyond([lr(9, 1, 0.1), lr(9, 1, 0.2)], Place(0, 0)) == [lr(9, 1, 0.2)]
