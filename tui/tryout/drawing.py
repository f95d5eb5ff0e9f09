"""A grey picture that a person draws: pixels, a soft pen, and taking back. No widget."""

from __future__ import annotations

import math
from collections.abc import Sequence

LIGHTEST = 255

_PEN = 1.05
"""Half the width of a stroke of full strength, in pixels of a picture of 28: as digits have it."""

_USUAL_SIDE = 28
_MOST_UNDONE = 50


class Drawing:
    """A picture.

    Args:
        width: In pixels.
        height: In pixels.
        on_light: Whether ink is dark and the ground light; else the other way round.

    Attributes:
        levels: 0 (dark) to 255 (light), row by row.
        on_light: As above.
    """

    def __init__(self, width: int, height: int, *, on_light: bool = False) -> None:
        self.width, self.height = width, height
        self.on_light = on_light
        self.levels = bytearray([self.ground]) * (width * height)
        self._pen = _PEN * max(min(width, height) / _USUAL_SIDE, 0.5)
        self._before: list[tuple[bytes, bool]] = []

    @property
    def ground(self) -> int:
        """The level of what is not drawn on."""
        return LIGHTEST if self.on_light else 0

    @property
    def is_blank(self) -> bool:
        """Whether nothing is drawn."""
        return not any(self._ink())

    def begin(self) -> None:
        """Remember the picture as it is, to be taken back to by :meth:`undo`."""
        self._before = [*self._before[-_MOST_UNDONE:], (bytes(self.levels), self.on_light)]

    def undo(self) -> bool:
        """Take the last stroke back; say whether there was one."""
        if not self._before:
            return False
        levels, self.on_light = self._before.pop()
        self.levels = bytearray(levels)
        return True

    def stroke(self, start: tuple[float, float], end: tuple[float, float], erase: bool) -> None:
        """Draw a line with soft edges, or rub one out.

        Args:
            start: Column and row of its beginning; whole numbers are the middles of pixels.
            end: Of its end.
            erase: Whether to rub out.
        """
        ink = self.ground if erase else LIGHTEST - self.ground
        pen = 2 * self._pen if erase else self._pen
        reach = pen + 1
        for y in _between(start[1], end[1], reach, self.height):
            for x in _between(start[0], end[0], reach, self.width):
                covered = min(max(pen + 0.5 - _distance((x, y), start, end), 0.0), 1.0)
                level = self.levels[y * self.width + x]
                if erase:
                    drawn = round(level + (ink - level) * covered)
                else:  # never less ink than there is
                    drawn = round(self.ground + (ink - self.ground) * covered)
                    drawn = max(level, drawn) if ink > self.ground else min(level, drawn)
                self.levels[y * self.width + x] = drawn

    def clear(self) -> None:
        """Take everything away."""
        self.levels = bytearray([self.ground]) * len(self.levels)

    def invert(self) -> None:
        """Turn light and dark round, ink and ground alike."""
        self.levels = bytearray(LIGHTEST - level for level in self.levels)
        self.on_light = not self.on_light

    def show(self, levels: Sequence[int], width: int, height: int, *, on_light: bool) -> None:
        """Become another picture, brought to this one's size.

        Args:
            levels: Of its pixels, row by row.
            width: In pixels.
            height: In pixels.
            on_light: Whether it is on light ground.
        """
        self.on_light = on_light
        columns = [_source(x, self.width, width) for x in range(self.width)]
        for y in range(self.height):
            rows = _source(y, self.height, height)
            for x, across in enumerate(columns):
                block = [levels[row * width + column] for row in rows for column in across]
                self.levels[y * self.width + x] = round(sum(block) / len(block))

    def off_middle(self) -> tuple[int, int]:
        """Return how many columns and rows the ink's centre of mass lies off the middle."""
        ink = self._ink()
        total = sum(ink)
        if not total:
            return 0, 0
        x = sum(amount * (place % self.width) for place, amount in enumerate(ink)) / total
        y = sum(amount * (place // self.width) for place, amount in enumerate(ink)) / total
        return round(x - (self.width - 1) / 2), round(y - (self.height - 1) / 2)

    def centre(self) -> None:
        """Move what is drawn to the middle, as the digits of MNIST have been."""
        right, down = self.off_middle()
        before = bytes(self.levels)
        self.clear()
        for y in range(max(0, -down), min(self.height, self.height - down)):
            for x in range(max(0, -right), min(self.width, self.width - right)):
                self.levels[y * self.width + x] = before[(y + down) * self.width + x + right]

    def as_file(self) -> bytes:
        """Return it as a picture file has it (PGM)."""
        return b"P5 %d %d 255\n" % (self.width, self.height) + bytes(self.levels)

    def _ink(self) -> list[int]:
        return [abs(level - self.ground) for level in self.levels]


def _between(one: float, other: float, reach: float, side: int) -> range:
    """Return the pixels of a side that a line may touch."""
    low, high = min(one, other) - reach, max(one, other) + reach
    return range(max(math.floor(low), 0), min(math.ceil(high) + 1, side))


def _distance(
    point: tuple[float, float], start: tuple[float, float], end: tuple[float, float]
) -> float:
    """Return how far a point is from a line between two others."""
    across, down = end[0] - start[0], end[1] - start[1]
    length = across**2 + down**2
    along = 0.0
    if length:
        along = ((point[0] - start[0]) * across + (point[1] - start[1]) * down) / length
        along = min(max(along, 0.0), 1.0)
    return math.hypot(point[0] - start[0] - along * across, point[1] - start[1] - along * down)


def _source(place: int, side: int, source_side: int) -> range:
    """Return which pixels of another picture's side become one of this one's."""
    first = place * source_side // side
    return range(first, max((place + 1) * source_side // side, first + 1))
