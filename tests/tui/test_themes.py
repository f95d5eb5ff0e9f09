"""The colours: read on their ground, told apart by eyes that do not see all of them."""

from __future__ import annotations

import re
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from textual.color import Color
from textual.theme import Theme

import tui
from tui.charts.style import PALETTE
from tui.themes import DARK, LIGHT, OURS, TERMINAL, known

# Machado, Oliveira and Fernandes, "A Physiologically-based Model for Simulation of Color Vision
# Deficiency", 2009: the whole of a deficiency, on linear RGB.
EYES = {
    "usual": np.eye(3),
    "protan": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deutan": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritan": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
LUMINANCE = np.array([0.2126, 0.7152, 0.0722])
APART = 12.0  # CIE76: a difference of 2 can just be seen side by side


def linear(color: str) -> np.ndarray:
    share = np.array(Color.parse(color).rgb) / 255
    return np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)


def contrast(color: str, ground: str) -> float:
    """Return the contrast of two colours as WCAG has it, from 1 to 21."""
    low, high = sorted(float(LUMINANCE @ linear(each)) for each in (color, ground))
    return (high + 0.05) / (low + 0.05)


def lab(color: str, eyes: str) -> np.ndarray:
    """Return a color as CIE L*a*b*, as certain eyes see it."""
    xyz = np.array(
        [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    ) @ np.clip(np.asarray(EYES[eyes]) @ linear(color), 0, 1)
    x, y, z = np.cbrt(np.maximum(xyz / [0.9505, 1, 1.089], 1e-6))
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize(("number", "theme"), [(0, DARK), (1, LIGHT)])
def test_what_is_drawn_stands_out_from_its_ground(number: int, theme: Theme):
    ground = theme.background or ""
    for name in ("foreground", "accent", "success", "warning", "error"):
        assert contrast(getattr(theme, name), ground) >= 4.5, name
    for name, colors in PALETTE.items():
        assert contrast(colors[number], ground) >= 3, name


@pytest.mark.parametrize("eyes", EYES)
@pytest.mark.parametrize("number", [0, 1])
def test_curves_are_told_apart_by_any_eyes(number: int, eyes: str):
    runs = [name for name in PALETTE if name.startswith("other")]
    for one, other in [("train", "val"), *combinations(runs, 2)]:
        distance = np.linalg.norm(
            lab(PALETTE[one][number], eyes) - lab(PALETTE[other][number], eyes)
        )
        assert distance >= APART, (one, other)


def test_the_theme_of_the_terminal_has_no_colours_but_the_terminals_own():
    colors = [TERMINAL.primary, TERMINAL.accent, TERMINAL.background, TERMINAL.error]
    assert all(str(color).startswith("ansi_") for color in (*colors, *TERMINAL.variables.values()))


def test_ours_come_first():
    assert known()[:3] == [theme.name for theme in OURS]


@pytest.mark.parametrize("name", ["run", "compare", "runs", "preferences", "search"])
def test_the_styles_of_a_screen_reach_no_other(name):
    # Textual keeps the styles of every screen that was open; the same name means another thing
    # there.
    text = (Path(tui.__file__).parent / "styles" / f"{name}.tcss").read_text()
    selectors = [
        each.strip()
        for rule in re.findall(r"^([^\s/{][^{]*)\{", text, re.MULTILINE)
        for each in rule.split(",")
    ]
    assert selectors
    assert {re.match(r"\w+Screen", each) is not None for each in selectors} == {True}
