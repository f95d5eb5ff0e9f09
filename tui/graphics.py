"""Pictures that the terminal draws itself, pixel by pixel: sixels, and kitty's graphics protocol.

The terminal is never asked what it can do: over a slow connection the answer comes late, or as keys
that nobody pressed. A person chooses. Pure functions but for :func:`cell_size`.

References:
    "VT330/VT340 Programmer Reference Manual", vol. 2, ch. 14: sixels.
    https://sw.kovidgoyal.net/kitty/graphics-protocol/, "Unicode placeholders".
"""

from __future__ import annotations

import base64
import fcntl
import os
import struct
import sys
import termios
import zlib
from functools import lru_cache
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
"""Grey levels ``(height, width)``, 0 to 255."""

USUAL_CELL = (10, 20)
"""Width and height of a cell in pixels, where the terminal does not say."""

_MOST_CELL = (40, 80)
_SHADES = 16
_ENLARGED = 4  # times; kitty does the rest

_PLACEHOLDER = "\U0010eeee"
_NUMBERS_OF = (
    *(0x0305, 0x030D, 0x030E, 0x0310, 0x0312, 0x033D, 0x033E, 0x033F, 0x0346, 0x034A, 0x034B),
    *(0x034C, 0x0350, 0x0351, 0x0352, 0x0357, 0x035B, 0x0363, 0x0364, 0x0365, 0x0366, 0x0367),
)
"""The combining characters that stand for the numbers 0, 1, 2 ... of rows and columns."""

IDS = range(16, 256)
"""Colours that name kitty's pictures, together with a third combining character: 256 colours are
known wherever kitty is. The first 16 are those that themes change."""

MOST_PICTURES = len(IDS) * len(_NUMBERS_OF)
"""How many pictures kitty can be told apart."""


def cell_size() -> tuple[int, int]:
    """Return width and height of a cell in pixels, as the kernel knows them of the terminal."""
    stream = sys.__stderr__  # what Textual draws on
    try:
        answer = fcntl.ioctl(stream.fileno(), termios.TIOCGWINSZ, b"\0" * 8) if stream else b""
        rows, columns, width, height = struct.unpack("HHHH", answer)
    except (OSError, ValueError, struct.error):
        return USUAL_CELL
    if not (rows and columns and width >= columns and height >= rows):
        return USUAL_CELL
    return min(width // columns, _MOST_CELL[0]), min(height // rows, _MOST_CELL[1])


def smooth(levels: Pixels, height: int, width: int) -> Pixels:
    """Enlarge a picture, with even passages between its pixels.

    Args:
        levels: ``(rows, columns)``.
        height: In pixels, afterwards.
        width: Likewise.
    """
    rows, columns = levels.shape
    y = np.clip((np.arange(height) + 0.5) * rows / height - 0.5, 0, rows - 1)
    x = np.clip((np.arange(width) + 0.5) * columns / width - 0.5, 0, columns - 1)
    places = np.arange(rows), np.arange(columns)
    across = np.stack([np.interp(x, places[1], row) for row in levels])
    down = np.stack([np.interp(y, places[0], column) for column in across.T], axis=1)
    large: Pixels = np.rint(down).astype(np.uint8)
    return large


def sixel(pixels: Pixels) -> str:
    """Return what draws a picture at the cursor, which stays where it is.

    Args:
        pixels: As large as it is to be on the screen.
    """
    height, width = pixels.shape
    shades = (pixels.astype(np.uint16) * (_SHADES - 1) + 127) // 255
    used = np.unique(shades)
    out = [f'\x1b7\x1bP0;1;0q"1;1;{width};{height}']
    for shade in used:
        percent = round(100 * int(shade) / (_SHADES - 1))
        out.append(f"#{shade};2;{percent};{percent};{percent}")
    for top in range(0, height, 6):
        band = shades[top : top + 6]
        bits = 1 << np.arange(len(band))
        lines = []
        for shade in np.unique(band):
            columns = ((band == shade) * bits[:, None]).sum(axis=0)
            lines.append(f"#{shade}{_run_lengths(columns)}")
        out.append("$".join(lines))
        out.append("-")
    return "".join([*out[:-1], "\x1b\\\x1b8"])


def _run_lengths(columns: NDArray[np.int64]) -> str:
    """Write the columns of a band; what stands at the end and is empty is left out."""
    parts = []
    for value, group in groupby(np.trim_zeros(columns, "b").tolist()):
        many, mark = len(list(group)), chr(63 + value)
        parts.append(f"!{many}{mark}" if many > 3 else mark * many)
    return "".join(parts)


def kitty(pixels: Pixels, number: int, cells: int) -> str:
    """Return what tells the terminal of a picture; it is drawn where its placeholders stand.

    Args:
        pixels: Any size.
        number: Of the picture, below :data:`MOST_PICTURES`.
        cells: How many it takes, on one line.
    """
    colour, high = _named(number)
    data = base64.standard_b64encode(_png(pixels)).decode()
    told = f"\x1b_Ga=T,U=1,q=2,f=100,i={high << 24 | colour},c={cells},r=1;{data}\x1b\\"
    if os.environ.get("TMUX"):
        return "\x1bPtmux;" + told.replace("\x1b", "\x1b\x1b") + "\x1b\\"
    return told


def placeholders(number: int, columns: range) -> str:
    """Return the text in whose place the terminal draws columns of a picture.

    Args:
        number: Of the picture.
        columns: Which of its cells.
    """
    colour, high = _named(number)
    row, last = chr(_NUMBERS_OF[0]), chr(_NUMBERS_OF[high])
    text = "".join(f"{_PLACEHOLDER}{row}{chr(_NUMBERS_OF[x])}{last}" for x in columns)
    return f"\x1b[38;5;{colour}m{text}"


def _named(number: int) -> tuple[int, int]:
    """Return the colour that names a picture, and the number that does so beside it."""
    high, low = divmod(number, len(IDS))
    return IDS[low], high


def _png(pixels: Pixels) -> bytes:
    """Return a grey PNG; a picture library would cost the console more than all else it imports."""
    height, width = pixels.shape
    lines = b"".join(b"\0" + line.tobytes() for line in np.ascontiguousarray(pixels))

    def chunk(kind: bytes, content: bytes) -> bytes:
        checked = kind + content
        return struct.pack(">I", len(content)) + checked + struct.pack(">I", zlib.crc32(checked))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        (chunk(b"IHDR", head), chunk(b"IDAT", zlib.compress(lines, 9)), chunk(b"IEND", b""))
    )


@lru_cache(maxsize=256)
def slice_of(levels: str, side: int, row: int, lines: tuple[int, int]) -> Pixels:
    """Return the part of a picture that one line of cells shows: two rows of its pixels, enlarged.

    Args:
        levels: A hexadecimal digit for each pixel, row by row.
        side: Pixels of a row, and cells.
        row: Which line, from 0.
        lines: Height and width of what is returned, in pixels.
    """
    grey = np.array([int(level, 16) * 17 for level in levels], np.uint8).reshape(-1, side)
    height, width = lines
    large = smooth(grey, len(grey) // 2 * height, width)
    return large[row * height : (row + 1) * height]


def kitty_size(side: int) -> tuple[int, int]:
    """Return the size at which kitty is told a line of a picture; the rest it enlarges itself."""
    return 2 * _ENLARGED, side * _ENLARGED
