"""A screen looks often enough, and no more often than it may."""

import pytest

from tui.screens.resting import rest_after


@pytest.mark.parametrize(
    ("took", "rest"),
    [
        (0.001, 0.5),  # no more often than a person would notice
        (0.08, 1.6),  # a long list: one part in twenty of a core
        (2.0, 3.0),  # once slow, on a busy machine: soon again all the same
    ],
)
def test_a_screen_rests_in_proportion_but_never_for_long(took, rest):
    assert rest_after(took, least=0.5, share=0.05) == pytest.approx(rest)
