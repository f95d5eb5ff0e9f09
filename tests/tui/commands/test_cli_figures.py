from __future__ import annotations

import math

import pytest

from tui import figures


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (None, "-"),
        (math.inf, "-"),
        (0.0, "0.0 s"),
        (0.018, "18 ms"),
        (0.44, "0.4 s"),
        (59.4, "59 s"),
        (59.6, "1 m 00 s"),
        (134, "2 m 14 s"),
        (11100, "3 h 05 m"),
        (187_200, "2 d 4 h"),
    ],
)
def test_spans_of_time_are_written_as_people_say_them(seconds, text):
    assert figures.span(seconds) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [(None, "-"), (12, "12 bytes"), (264_426, "264 kB"), (3_120_000_000, "3.1 GB")],
)
def test_sizes_are_decimal(number, text):
    assert figures.size(number) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "-"), (0.19, "0.1900"), (math.nan, "nan"), (-math.inf, "-inf"), (2.4e-7, "2.400e-07")],
)
def test_metrics_have_four_digits(value, text):
    assert figures.metric(value) == text


def test_metrics_below_each_other_have_the_same_decimals():
    assert figures.column([67.342, 4.1, None, math.nan]) == ["67.34", "4.10", "-", "nan"]


def test_a_moment_that_cannot_be_is_not_known():
    assert figures.moment(1e300) == "-"
    assert figures.moment(0) == "-"
