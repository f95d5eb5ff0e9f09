"""What a chart is given and what it is made of: series, levels, axes, colors, characters."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.insight import ticks
from engine.insight.time_ticks import format_times, time_ticks
from tui.charts.raster import ASCII, BRAILLE, Dots
from tui.figures import count, span

FloatArray = NDArray[np.float64]

PALETTE: Final = {
    "train": ("#56B4E9", "#0072B2", "ansi_bright_blue"),
    "val": ("#E69F00", "#C25400", "ansi_yellow"),
    "other-1": ("#009E73", "#007A59", "ansi_green"),
    "other-2": ("#CC79A7", "#A84C80", "ansi_magenta"),
    "other-3": ("#F0E442", "#857B00", "ansi_bright_yellow"),
    "other-4": ("#D55E00", "#A03000", "ansi_red"),
    "other-5": ("#56B4E9", "#2A86BD", "ansi_cyan"),
    "other-6": ("#E69F00", "#3B2A86", "ansi_bright_magenta"),
}
"""Colors of the curves on dark, on light, and among the 16 of a terminal. Those on dark are Okabe
and Ito's, which hold for color-blind eyes ("Color Universal Design", 2008); those on light are
darker ones of the same hues, since the originals hardly stand out from white, and in place of the
second orange an indigo, since two dark ones of those would be brown to many eyes."""

QUIET: Final = {
    "rule": "color: $foreground 25%;",
    "title": "color: $foreground; text-style: bold;",
    "note": "color: $text-muted;",
    "axis": "color: $foreground 30%;",
    "tick": "color: $text-muted;",
    "name": "color: $text-muted;",
    "value": "color: $foreground;",
    "best": "color: $foreground; text-style: bold;",
    "chosen": "color: $accent; text-style: bold;",
    "cursor": "color: $foreground 45%;",
    "level": "color: $text-muted;",
    "wish": "color: $accent;",
    "empty": "color: $text-muted;",
}
"""The looks of everything but the curves."""

STYLES: Final = (*QUIET, *PALETTE, *(f"{name}-faint" for name in PALETTE))
"""Names of the component classes, each with `chart--` before it. A canvas holds places in this."""

STYLE: Final = {name: number for number, name in enumerate(STYLES)}


FURTHEST_X: Final = 1e18
"""No epoch, step or second is further out; what says so comes from a damaged file."""


@dataclass(frozen=True, eq=False)
class Series:
    """One curve: points in order of x. They are sorted, and those without a place left out.

    Raises:
        ValueError: If x and y are not of one shape `(points,)`.
    """

    name: str
    """What the legend calls it. Any text; one without a name is not in the legend."""
    x: FloatArray
    """Positions, shape `(points,)`."""
    y: FloatArray
    """Values, shape `(points,)`; NaN is a gap. The legend shows the last one, NaN or not."""
    role: str
    """`train`, `val` or `other` decide the color; `other-1` and so on are a certain one."""
    faint: bool = False
    """Whether it is drawn quietly, beneath the others."""
    key: str = ""
    """What its column is called where it is exported; empty for the title and the name."""
    is_passing: bool = False
    """Whether it is there for the moment only: it is not exported, and the crosshair passes it."""

    def __post_init__(self) -> None:
        x, y = np.asarray(self.x, dtype=np.float64), np.asarray(self.y, dtype=np.float64)
        if x.ndim != 1 or x.shape != y.shape:
            raise ValueError(
                f"Expected x and y of one shape (points,). Received: {x.shape} and {y.shape}"
            )
        ascends = bool((x[1:] >= x[:-1]).all())  # which NaN does not
        if x.size and not (ascends and abs(x[0]) <= FURTHEST_X and abs(x[-1]) <= FURTHEST_X):
            is_place = np.abs(x) <= FURTHEST_X
            x, y = x[is_place], y[is_place]
            order = np.argsort(x, kind="stable")
            x, y = x[order], y[order]
        object.__setattr__(self, "x", x)
        object.__setattr__(self, "y", y)


class Level(NamedTuple):
    """A figure to hold the curves against: a line across the plot."""

    y: float
    """Where it stands."""
    label: str
    """What the legend calls it."""
    is_wish: bool = False
    """Whether a person asked for it. It is in view then, whatever the curves do; a line of ours is
    left to the legend where it would press the curves flat."""


@dataclass(frozen=True, eq=False)
class Plot:
    """What one chart shows.

    Attributes:
        title: The metric, as a rule. What a person sets for a chart is kept under it.
        series: The curves in drawing order.
        mark_best: A point to mark and name: x along the grid's axis, and y.
        levels: Figures to hold the curves against.
        axis: What x counts, where that is something else than the grid's axis. Such a plot has a
            window and a crosshair of its own.
    """

    title: str
    series: tuple[Series, ...]
    mark_best: tuple[float, float] | None = None
    levels: tuple[Level, ...] = ()
    axis: Axis | None = None


class Axis(NamedTuple):
    """What x counts."""

    name: str
    """What stands at the end of the axis."""
    is_time: bool = False
    """Whether x is in seconds rather than a count."""

    def ticks(self, start: float, stop: float, room: int) -> tuple[list[float], list[str]]:
        """Return at most `room` places from `start` to `stop`, and what is written there."""
        if self.is_time:
            values, step = time_ticks(start, stop, room)
            return values, format_times(values, step)
        values = ticks.linear_ticks(start, stop, room, min_step=1)  # epochs have no halves
        values = values or ticks.linear_ticks(start, stop, room)
        return values, ticks.format_ticks(values)

    def position(self, x: float) -> str:
        """Write a place: `epoch 6`, `step 12,000`, `2 m 14 s`."""
        if self.is_time:
            return span(x)
        number = count(round(x)) if float(x).is_integer() else ticks.format_number(x)
        return f"{self.name} {number}".lstrip()


AXES: Final = {
    "epoch": Axis("epoch"),
    "step": Axis("step"),
    "time": Axis("time", is_time=True),
}
"""By what the epochs of a run can be laid out, in the order in which a key goes through them."""


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
    level: str
    separator: str
    at_most: str
    ellipsis: str
    shapes: dict[str, str]
    """By the entry of the palette, what the cells of a curve are drawn with in place of dots:
    curves that may be without color must differ in shape."""

    @property
    def val(self) -> str | None:
        """What the cells of a curve of validation are drawn with, if not with dots."""
        return self.shapes.get("val")


SHAPES: Final = {
    "val": "+",
    "other-2": "x",
    "other-3": "o",
    "other-4": "#",
    "other-5": "@",
    "other-6": "%",
}
"""Characters for curves without colors; those that are missing here are made of dots."""

UNICODE_GLYPHS = Glyphs(BRAILLE, "─", "│", "┤", "└", "┴", "◆", "•", "┊", "╌", "·", "≤", "…", {})
COLORLESS_GLYPHS = UNICODE_GLYPHS._replace(shapes=SHAPES)
"""Where ``NO_COLOR`` takes the colors away."""
ASCII_GLYPHS = Glyphs(ASCII, "-", "|", "+", "+", "+", "*", "*", "|", "=", "-", "<=", ".", SHAPES)


def palette_of(series: Sequence[Series]) -> list[str]:
    """Return the entry of the palette for each series."""
    others = itertools.cycle([name for name in PALETTE if name.startswith("other-")])
    return [each.role if each.role in PALETTE else next(others) for each in series]
