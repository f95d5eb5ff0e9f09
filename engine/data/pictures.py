"""Pictures with a class each, all of one size, as one array, and what makes another one like them.

Pixels are kept as bytes; the network itself brings them to 0 to 1, so that nothing is held twice.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from PIL import Image

from engine.data.examples import Examples, Item, Preparation
from engine.data.given import Given
from engine.data.picture_files import UnreadableError, border_of, read_picture
from engine.data.picture_input import Source, read_given

GREY, COLOUR = 1, 3
"""How many numbers a pixel is."""

_LOOKED_AT = 5_000
"""Pictures by which the ground is judged."""

FLAT = 8
"""Levels between the darkest and the lightest pixel up to which a picture shows nothing."""

_AGREEING = 0.98
"""Share of training pictures on one ground from which on another ground is worth a word."""

_OTHER_GROUND = {
    "light": "Dark on light, while the training pictures are light on dark: invert it.",
    "dark": "Light on dark, while the training pictures are dark on light: invert it.",
}
"""A pen on paper is dark on light, and MNIST is light on dark. A network says something about
either, and is as sure of itself. Nothing is turned round here: which of the two is the wrong way
round, only the person knows."""


@dataclass(kw_only=True)
class Pictures(Examples):
    """Pictures of one size.

    Attributes:
        pixels: ``uint8 (rows, height, width, channels)``.
        names: Of the files, a row each; empty where rows only have numbers.
        described: What :meth:`facts` says of the originals.
    """

    pixels: np.ndarray
    names: list[str] = field(default_factory=list)
    described: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.pixels.flags.writeable = False  # rows are handed out without a copy

    def fit(self, train: np.ndarray, settings: Mapping[str, Any]) -> PicturePreparation:
        """Take note of size and ground of the training pictures; their pixels stay as they are."""
        looked_at = train[:: max(1, len(train) // _LOOKED_AT)]
        _, height, width, channels = self.pixels.shape
        ground = ground_of(self.pixels[looked_at])
        return PicturePreparation(self.classes, height, width, channels, ground)

    def facts(self) -> list[tuple[str, str]]:
        """See :meth:`Examples.facts`."""
        rows, height, width, channels = self.pixels.shape
        low, high = int(self.pixels.min()), int(self.pixels.max())
        return [
            *self.described,
            ("brought to", summary(height, width, channels)),
            ("values", f"{low} to {high}, mean {self.pixels.mean():.1f}"),
            ("in memory", f"{rows:,} pictures, {self.pixels.nbytes / 1e6:,.1f} MB"),
        ]

    def fingerprints(self) -> np.ndarray:
        """See :meth:`Examples.fingerprints`."""
        digests = b"".join(
            hashlib.blake2b(each.tobytes(), digest_size=8).digest() for each in self.pixels
        )
        return np.frombuffer(digests, np.uint64)

    def name_of(self, row: int) -> str:
        """See :meth:`Examples.name_of`."""
        return self.names[row] if self.names else str(row)

    def show(self, row: int) -> dict[str, str]:
        """See :meth:`Examples.show`."""
        return {"picture": drawn(self.pixels[row])}


class PicturePreparation(Preparation):
    """Pictures as they come out of the array; the network itself brings them to 0 to 1.

    Args:
        classes: Names of the classes.
        height: In pixels.
        width: In pixels.
        channels: 1 for grey, 3 for colour.
        ground: What most training pictures are on: ``dark``, ``light``, or nothing where they
            differ.
    """

    def __init__(
        self, classes: tuple[str, ...], height: int, width: int, channels: int, ground: str = ""
    ) -> None:
        self.classes = tuple(classes)
        self.input_shape = (height, width, channels)
        self.input_dtype = "uint8"
        self.input_summary = summary(height, width, channels)
        if ground:
            self.input_summary += ", light on dark" if ground == "dark" else ", dark on light"
        self.ground = ground

    def transform(self, examples: Pictures, rows: np.ndarray) -> np.ndarray:
        """Return rows; without a copy where they stand one after another."""
        first, count = int(rows[0]) if len(rows) else 0, len(rows)
        if np.array_equal(rows, np.arange(first, first + count)):
            return examples.pixels[first : first + count]
        return examples.pixels[rows]

    def features(self, ready: np.ndarray) -> np.ndarray:
        """See :meth:`Preparation.features`."""
        return ready.reshape(len(ready), -1) * np.float32(1 / 255)

    def read(self, given: Given) -> Iterator[Item]:
        """See :meth:`Preparation.read`."""
        for source in read_given(given, self.classes):
            yield self._item(source, given.invert)

    def _item(self, source: Source, invert: bool) -> Item:
        try:
            with source.open() as stream:
                ready = read_picture(stream, *self.input_shape).pixels
        except UnreadableError as error:
            return Item(source.name, None, source.actual, f"{source.name} {error}.")
        except OSError as error:
            return Item(source.name, None, source.actual, f"{source.name}: {error.strerror}.")
        if invert:
            ready = 255 - ready
        note = ""
        ground = ground_of(ready[None])
        if self.ground and ground and ground != self.ground:
            note = _OTHER_GROUND[ground]
        return Item(source.name, ready, source.actual, note=note)

    def show(self, ready: np.ndarray) -> dict[str, str]:
        """See :meth:`Preparation.show`."""
        return {"picture": drawn(ready)}

    def to_json(self) -> dict[str, Any]:
        """See :meth:`Preparation.to_json`."""
        height, width, channels = self.input_shape
        return {
            "form": "pictures",
            "classes": list(self.classes),
            "height": height,
            "width": width,
            "channels": channels,
            "ground": self.ground,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> PicturePreparation:
        """Return what :meth:`to_json` wrote."""
        height, width, channels = (int(value[side]) for side in ("height", "width", "channels"))
        return cls(tuple(value["classes"]), height, width, channels, str(value["ground"]))


# -- looks and words -------------------------------------------------------------------------------


def summary(height: int, width: int, channels: int) -> str:
    """Say what size pictures have: ``28 x 28 pixels, grey``."""
    return f"{width} x {height} pixels, {'grey' if channels == GREY else 'colour'}"


def ground_of(pixels: np.ndarray) -> str:
    """Say what pictures are on: ``dark``, ``light``, or nothing where they differ or are blank.

    A picture is on light ground if the median of its border is nearer to its lightest than to its
    darkest pixel, so that a photograph in the shade counts like one in the sun.

    Args:
        pixels: ``uint8 (rows, height, width, channels)``.
    """
    border = np.median(border_of(pixels).mean(axis=2), axis=1)
    flat = pixels.reshape(len(pixels), -1)
    low, high = flat.min(axis=1).astype(np.float64), flat.max(axis=1).astype(np.float64)
    light = (border > (low + high) / 2)[high - low > FLAT]
    if not len(light):
        return ""
    share = float(light.mean())
    return "light" if share >= _AGREEING else "dark" if share <= 1 - _AGREEING else ""


def drawn(pixels: np.ndarray) -> str:
    """Return a picture as 16 rows of 16 grey levels, a hexadecimal digit each.

    Args:
        pixels: ``uint8 (height, width, channels)``.
    """
    grey = Image.fromarray(pixels[..., 0] if pixels.shape[2] == GREY else pixels).convert("L")
    small = np.asarray(grey.resize((16, 16), Image.Resampling.BOX))
    return "".join(f"{level >> 4:x}" for level in small.ravel().tolist())
