"""One picture file becomes pixels as a person sees it, or is turned away with its reason."""

from __future__ import annotations

import io
import struct
import zlib
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.data.picture_files import Picture, UnreadableError, read_picture
from tests.engine.data.made_pictures import blot, ramp, save


def read(path: Path, side: int = 28, channels: int = 1) -> Picture:
    with path.open("rb") as stream:
        return read_picture(stream, side, side, channels)


def why(path: Path) -> str:
    with pytest.raises(UnreadableError) as caught:
        read(path)
    return str(caught.value)


def test_a_picture_of_the_right_size_keeps_its_pixels_exactly(tmp_path) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (28, 28), np.uint8)
    picture = read(save(tmp_path / "a.png", pixels))
    assert (picture.pixels[..., 0] == pixels).all()
    assert picture[1:] == (28, 28, "grey")


@pytest.mark.parametrize(
    "suffix", ["jpg", "png", "webp", "bmp", "tif", "gif", "jp2", "ppm", "avif"]
)
def test_every_usual_format_is_read(tmp_path, suffix) -> None:
    picture = read(save(tmp_path / f"a.{suffix}", ramp(90, 90), "RGB"), channels=3)
    assert picture.pixels.shape == (28, 28, 3)
    assert picture.pixels[14, 1].mean() < 40 < 120 < picture.pixels[14, 14].mean() < 140


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16", "I", "F"])
def test_every_mode_shows_the_same(tmp_path, mode) -> None:
    pixels = blot(84, 84, ink=0, paper=255)
    if mode == "I;16":
        path = save(tmp_path / "a.png", pixels.astype(np.uint16) * 257)
    elif mode == "F":
        path = save(tmp_path / "a.tif", (pixels / 255).astype(np.float32))
    else:
        path = save(tmp_path / ("a.tif" if mode in {"CMYK", "I"} else "a.png"), pixels, mode)
    found = read(path).pixels[..., 0].astype(int)
    expected = read(save(tmp_path / "plain.png", pixels)).pixels[..., 0]
    assert np.abs(found - expected).max() <= 2


def test_sixteen_bits_keep_their_proportions(tmp_path) -> None:
    levels = np.linspace(0, 65535, 28).astype(np.uint16)
    found = read(save(tmp_path / "a.png", np.tile(levels, (28, 1)))).pixels[0, :, 0]
    assert found.tolist() == np.rint(levels / 257).tolist()


@pytest.mark.parametrize("palette", [False, True])
def test_white_shows_through_where_a_picture_is_transparent(tmp_path, palette) -> None:
    ink = np.zeros((56, 56, 4), np.uint8)
    ink[14:42, 20:36, 3] = 255  # black where it is opaque, and black where nothing is seen
    image = Image.fromarray(ink)
    if palette:
        image = image.quantize(4)
    image.save(tmp_path / "a.png")
    found = read(tmp_path / "a.png").pixels[..., 0]
    assert found[0, 0] == 255
    assert found[14, 14] == 0


@pytest.mark.parametrize(("held", "dark"), [(1, "left"), (3, "right"), (6, "top"), (8, "bottom")])
@pytest.mark.parametrize("suffix", ["jpg", "png"])
def test_a_picture_is_turned_as_the_camera_was_held(tmp_path, held, dark, suffix) -> None:
    exif = Image.Exif()
    exif[0x0112] = held
    picture = read(save(tmp_path / f"a.{suffix}", ramp(400, 200), exif=exif))
    grey = picture.pixels[..., 0].astype(int)
    sides = {"left": grey[7:21, 8], "right": grey[7:21, 19], "top": grey[8, 7:21],
             "bottom": grey[19, 7:21]}  # fmt: skip
    assert min(sides, key=lambda side: sides[side].mean()) == dark
    assert (picture.width, picture.height) == ((200, 400) if held > 4 else (400, 200))


def test_proportions_are_kept_and_no_frame_arises(tmp_path) -> None:
    square_blot = blot(60, 60, ink=0, paper=200)
    wide = np.full((60, 180), 200, np.uint8)
    wide[:, 60:120] = square_blot
    found = read(save(tmp_path / "a.png", wide)).pixels[..., 0]
    assert (found[:9] == 200).all()
    assert (found[-9:] == 200).all()
    rows, columns = np.nonzero(found < 100)
    assert np.ptp(rows) + 1 == pytest.approx(2 * (np.ptp(columns) + 1), abs=2)  # 30 by 15 pixels


def test_a_line_of_pixels_is_a_picture(tmp_path) -> None:
    assert read(save(tmp_path / "a.png", ramp(5000, 1))).pixels.shape == (28, 28, 1)


def test_the_first_picture_of_a_moving_one_is_taken(tmp_path) -> None:
    frames = [Image.fromarray(np.full((40, 40), level, np.uint8)) for level in (30, 220)]
    frames[0].save(tmp_path / "a.gif", save_all=True, append_images=frames[1:])
    assert read(tmp_path / "a.gif").pixels.max() < 40


def test_the_content_decides_and_not_the_name(tmp_path) -> None:
    save(tmp_path / "a.png", ramp(40, 40)).rename(tmp_path / "a.jpg")
    assert read(tmp_path / "a.jpg").mode == "grey"


def test_what_cannot_be_read_says_why(tmp_path) -> None:
    whole = save(tmp_path / "whole.png", blot(300, 300)).read_bytes()
    (tmp_path / "cut.png").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "empty.png").write_bytes(b"")
    (tmp_path / "text.png").write_text("no picture at all")
    (tmp_path / "apple.jpg").write_bytes(b"\0\0\0\x18ftypheic" + bytes(64))
    (tmp_path / "script.jpg").write_text("%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n")
    assert why(tmp_path / "cut.png") in {"is cut short", "is damaged"}
    assert why(tmp_path / "empty.png") == "is empty"
    assert why(tmp_path / "text.png") == "is no picture of a known format"
    assert why(tmp_path / "apple.jpg") == "is HEIC, which is not read here: save it as JPEG"
    # No program is started to read a picture.
    assert why(tmp_path / "script.jpg") == "is no picture of a known format"


def bomb(side: int) -> bytes:
    """Return a small PNG that claims to be a huge one."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        checked = kind + content
        return struct.pack(">I", len(content)) + checked + struct.pack(">I", zlib.crc32(checked))

    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    packed = zlib.compress(bytes(1000))
    chunks = chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


@pytest.mark.parametrize("side", [12_000, 60_000])
def test_a_bomb_is_turned_away_before_it_goes_off(tmp_path, side, recwarn) -> None:
    (tmp_path / "a.png").write_bytes(bomb(side))
    assert why(tmp_path / "a.png") == "has far too many pixels to be a photograph"
    assert not recwarn.list


@pytest.mark.parametrize("seed", range(40))
def test_damage_anywhere_never_gets_out_as_an_error_of_ours(seed) -> None:
    random = np.random.default_rng(seed)
    form = ["JPEG", "PNG", "GIF", "TIFF", "WEBP", "BMP", "JPEG2000", "AVIF"][seed % 8]
    stream = io.BytesIO()
    Image.fromarray(ramp(60, 60)).save(stream, form)
    content = bytearray(stream.getvalue())
    for place in random.integers(2, len(content), 12):
        content[place] = random.integers(0, 256)
    with suppress(UnreadableError):
        assert read_picture(io.BytesIO(bytes(content)), 28, 28, 1).pixels.shape == (28, 28, 1)
