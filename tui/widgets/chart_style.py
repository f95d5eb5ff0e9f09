"""What a chart is given and what it is made of: series, colors, characters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tui.widgets.raster import ASCII, BRAILLE, Dots

FloatArray = NDArray[np.float64]

PALETTE: Final = {
    "train": ("#56B4E9", "#0072B2", "ansi_bright_blue"),
    "val": ("#E69F00", "#C25400", "ansi_yellow"),
    "other-1": ("#009E73", "#007A59", "ansi_green"),
    "other-2": ("#CC79A7", "#A84C80", "ansi_magenta"),
    "other-3": ("#F0E442", "#857B00", "ansi_bright_yellow"),
    "other-4": ("#D55E00", "#A03000", "ansi_red"),
    "other-5": ("#56B4E9", "#2A86BD", "ansi_cyan"),
    "other-6": ("#E69F00", "#B07800", "ansi_bright_magenta"),
}
"""Colors of the curves on dark, on light, and among the 16 of a terminal. Those on dark are Okabe
and Ito's, which hold for color-blind eyes ("Color Universal Design", 2008); those on light are
darker ones of the same hues, since the originals hardly stand out from white."""

QUIET: Final = {
    "rule": "color: $foreground 25%;",
    "title": "color: $foreground; text-style: bold;",
    "note": "color: $text-muted;",
    "axis": "color: $foreground 30%;",
    "tick": "color: $text-muted;",
    "name": "color: $text-muted;",
    "value": "color: $foreground;",
    "best": "color: $foreground; text-style: bold;",
    "cursor": "color: $foreground 45%;",
    "empty": "color: $text-muted;",
}
"""The looks of everything but the curves."""

STYLES: Final = (*QUIET, *PALETTE, *(f"{name}-faint" for name in PALETTE))
"""Names of the component classes, each with `chart--` before it. A canvas holds places in this."""

STYLE: Final = {name: number for number, name in enumerate(STYLES)}


@dataclass(frozen=True, eq=False)
class Series:
    """One curve: points in order of x. They are sorted, and those without a finite x left out.

    Raises:
        ValueError: If x and y are not of one shape `(points,)`.
    """

    name: str
    """What the legend calls it. Any text."""
    x: FloatArray
    """Positions, shape `(points,)`."""
    y: FloatArray
    """Values, shape `(points,)`; NaN is a gap. The legend shows the last one, NaN or not."""
    role: str
    """`train`, `val` or `other`: decides the color."""
    faint: bool = False
    """Whether it is drawn quietly, beneath the others."""

    def __post_init__(self) -> None:
        x, y = np.asarray(self.x, dtype=np.float64), np.asarray(self.y, dtype=np.float64)
        if x.ndim != 1 or x.shape != y.shape:
            raise ValueError(
                f"Expected x and y of one shape (points,). Received: {x.shape} and {y.shape}"
            )
        if not (np.isfinite(x).all() and (x[1:] >= x[:-1]).all()):
            order = np.argsort(x, kind="stable")
            order = order[np.isfinite(x[order])]
            x, y = x[order], y[order]
        object.__setattr__(self, "x", x)
        object.__setattr__(self, "y", y)


class Glyphs(NamedTuple):
    """The characters a chart is made of."""

    dots: Dots
    rule: str
    y_line: str
    y_tick: str
    corner: str
    x_tick: str
    best: str
    point: str
    cursor: str
    separator: str
    at_most: str
    val: str | None
    """What the cells of val are drawn with in place of dots: curves that may be without color must
    differ in shape."""


UNICODE_GLYPHS = Glyphs(BRAILLE, "─", "│", "┤", "└", "┴", "◆", "•", "┊", "·", "≤", None)
ASCII_GLYPHS = Glyphs(ASCII, "-", "|", "+", "+", "+", "*", "*", "|", "-", "<=", "+")
