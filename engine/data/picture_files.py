"""One picture file of a person's own, brought to the size and the colours a network takes.

What is done to it, and why:

* It is turned as its EXIF data say, because that is how a person sees it.
* Where it is transparent, white shows through: what is drawn on nothing is meant for paper.
* Grey levels of 16 bits and more keep their proportions (65,535 becomes 255) and are not cut off.
* Of what moves or has pages, the first picture is taken.
* It keeps its proportions: stretching would change the very shapes that tell classes apart, and
  cutting may cut off what matters. What is left at two sides is filled with the median of its
  border, so that no frame arises whose shape would give a class away.
* A picture that has the size already keeps its pixels exactly.

Each is decoded alone and made small before anything else is done to it; a JPEG is decoded at an
eighth to the whole of its size, whatever still has twice the pixels that are wanted.
"""

from __future__ import annotations

import math
import warnings
from typing import BinaryIO, NamedTuple

import numpy as np
from PIL import Image, UnidentifiedImageError

SUFFIXES = (
    ".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".avif", ".jp2", ".jfif",
    ".mpo", ".pgm", ".ppm", ".pbm", ".pnm", ".heic", ".heif",
)  # fmt: skip
"""Of files that are taken for pictures. Apple's HEIC cannot be read here, but whoever has it should
be told, not left wondering where the pictures are."""

_FORMATS = (
    "JPEG", "PNG", "WEBP", "GIF", "BMP", "DIB", "TIFF", "AVIF", "JPEG2000", "PPM",
)  # fmt: skip
"""What may be decoded, whatever the name says: not those that start other programs (EPS)."""

_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_ORIENTATION = 0x0112
"""The EXIF tag that says how a camera was held, 1 to 8."""

_MODES = {
    "1": "black and white", "L": "grey", "LA": "grey with transparency", "P": "palette",
    "PA": "palette", "RGB": "colour", "RGBA": "colour with transparency", "CMYK": "CMYK",
    "I": "grey, 16 bits or more", "F": "grey, floating point",
}  # fmt: skip

Image.MAX_IMAGE_PIXELS = 125_000_000
"""Pillow refuses from twice this on, before it decodes. A telephone's largest has 200 million, and
a file of a few bytes can claim any number."""

_MOST_DECODED = 125_000_000
"""Pixels that may be in memory at once; a JPEG is made smaller while it is decoded."""

_HEIF_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")


class Picture(NamedTuple):
    """A picture that was read."""

    pixels: np.ndarray
    """``uint8 (height, width, channels)``."""
    width: int
    """Of the original as it is seen, in pixels."""
    height: int
    """Of the original as it is seen, in pixels."""
    mode: str
    """What the original's colours are, in words."""


class UnreadableError(Exception):
    """A picture cannot be read; the text says why, for a sentence that begins with its name."""


def read_picture(stream: BinaryIO, height: int, width: int, channels: int) -> Picture:
    """Decode a picture and bring it to a size.

    Args:
        stream: The file, at its beginning; it must be able to go back.
        height: In pixels.
        width: In pixels.
        channels: 1 for grey, 3 for red, green and blue.

    Raises:
        UnreadableError: It cannot be decoded.
    """
    with warnings.catch_warnings():
        # Pillow warns of large pictures, and of metadata that do not matter here.
        warnings.simplefilter("ignore")
        decoded = _decode(stream, (width, height), channels)
    image = _plain(decoded.image)
    if image.size != decoded.wanted:
        image = image.resize(decoded.wanted, Image.Resampling.BICUBIC, reducing_gap=3.0)
    if decoded.orientation in _TURNS:
        image = image.transpose(_TURNS[decoded.orientation])
    pixels = _pixels(_opaque(image), channels)
    return Picture(_filled(pixels, height, width), *decoded.seen, decoded.mode)


class _Decoded(NamedTuple):
    """A picture as the camera has it: not turned yet, and at most as large as the original."""

    image: Image.Image
    orientation: int
    seen: tuple[int, int]  # width and height of the original once it is turned
    wanted: tuple[int, int]  # width and height to bring it to before it is turned
    mode: str  # of the original, in words


def _decode(stream: BinaryIO, room: tuple[int, int], channels: int) -> _Decoded:
    try:
        image: Image.Image = Image.open(stream, formats=_FORMATS)
        orientation = _orientation(image)
        mode = _MODES.get("I" if image.mode.startswith("I;16") else image.mode, image.mode)
        lies = orientation >= 5
        seen = image.size[::-1] if lies else image.size
        fitting = _fitting(seen, room)
        wanted = fitting[::-1] if lies else fitting
        # Asked for grey, a JPEG's colours are not even decoded; other formats take no notice.
        image.draft("L" if channels == 1 else "RGB", (2 * wanted[0], 2 * wanted[1]))
        if image.width * image.height > _MOST_DECODED:
            raise Image.DecompressionBombError
        image.load()
    except Image.DecompressionBombError:
        raise UnreadableError("has far too many pixels to be a photograph") from None
    except Exception as error:  # decoders raise anything on a damaged file
        raise UnreadableError(_why(stream, error)) from error
    return _Decoded(image, orientation, seen, wanted, mode)


def _fitting(size: tuple[int, int], room: tuple[int, int]) -> tuple[int, int]:
    """Return width and height of the largest picture of the same proportions that fits."""
    scale = min(room[0] / size[0], room[1] / size[1])
    width, height = (max(1, round(side * scale)) for side in size)
    return min(width, room[0]), min(height, room[1])


def _orientation(image: Image.Image) -> int:
    try:
        value = image.getexif().get(_ORIENTATION, 1)
    except Exception:  # noqa: BLE001 - damaged metadata of a picture that may be sound
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def _plain(image: Image.Image) -> Image.Image:
    """Return a picture in a mode that can be resized: L, RGB, CMYK, LA or RGBA."""
    if image.mode.startswith("I;16") or image.mode in {"I", "F"}:
        return _from_levels(np.asarray(image))
    if image.has_transparency_data:
        return image.convert("RGBA")
    if image.mode in {"1", "P", "PA"}:
        return image.convert("L" if image.mode == "1" else "RGB")
    return image


def _from_levels(levels: np.ndarray) -> Image.Image:
    """Return grey levels of more than 8 bits as a picture of 8.

    Whole numbers are of 16 bits, unless they are of 8 all the same; fractions are of 0 to 1 unless
    they go beyond it.
    """
    low, high = float(levels.min()), float(levels.max())
    if not (math.isfinite(low) and math.isfinite(high) and low >= 0 and high <= 65535):
        raise UnreadableError(f"has grey levels from {low:g} to {high:g}, expected 0 to 65,535")
    if levels.dtype.kind == "f" and high <= 1:
        top = 1.0
    else:
        top = 255.0 if levels.dtype != np.uint16 and high <= 255 else 65535.0
    scaled = levels.astype(np.float32)
    scaled *= 255.0 / top
    return Image.fromarray(np.rint(scaled, out=scaled).astype(np.uint8))


def _opaque(image: Image.Image) -> Image.Image:
    """Lay a transparent picture on white."""
    if image.mode not in {"LA", "RGBA"}:
        return image
    image = image.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)


def _pixels(image: Image.Image, channels: int) -> np.ndarray:
    mode = "L" if channels == 1 else "RGB"
    if image.mode not in {"L", "RGB", mode}:  # CMYK and others go by way of RGB
        image = image.convert("RGB")
    return np.asarray(image.convert(mode)).reshape(image.height, image.width, channels)


def _filled(pixels: np.ndarray, height: int, width: int) -> np.ndarray:
    """Put pixels in the middle of the size that is wanted, on the median of their border."""
    high, wide, channels = pixels.shape
    if (high, wide) == (height, width):
        return pixels
    canvas = np.empty((height, width, channels), np.uint8)
    canvas[:] = np.median(border_of(pixels[None])[0], axis=0).astype(np.uint8)
    top, left = (height - high) // 2, (width - wide) // 2
    canvas[top : top + high, left : left + wide] = pixels
    return canvas


def border_of(pixels: np.ndarray) -> np.ndarray:
    """Return the outermost pixels, ``(rows, n, channels)``, of pictures."""
    return np.concatenate(
        [pixels[:, 0], pixels[:, -1], pixels[:, 1:-1, 0], pixels[:, 1:-1, -1]], axis=1
    )


def _why(stream: BinaryIO, error: Exception) -> str:
    """Say in a few words what is wrong with a file."""
    if isinstance(error, PermissionError):
        return "may not be read"
    if isinstance(error, OSError) and error.strerror:
        return f"cannot be read: {error.strerror[:1].lower()}{error.strerror[1:]}"
    stream.seek(0)
    head = stream.read(12)
    if not head:
        return "is empty"
    if head[4:8] == b"ftyp" and head[8:12] in _HEIF_BRANDS:
        return "is HEIC, which is not read here: save it as JPEG"
    if isinstance(error, UnidentifiedImageError):
        return "is no picture of a known format"
    if "truncated" in str(error).lower():
        return "is cut short"
    return "is damaged"
