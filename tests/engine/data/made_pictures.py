"""Picture files that tests make, as cameras, scanners and drawing programs would."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image


def ramp(width: int, height: int) -> np.ndarray:
    """Return grey levels that rise from left (10) to right (240): ``uint8 (height, width)``."""
    return np.tile(np.linspace(10, 240, width).astype(np.uint8), (height, 1))


def blot(width: int, height: int, ink: int = 20, paper: int = 230) -> np.ndarray:
    """Return a dark blot left of the middle on light paper: ``uint8 (height, width)``."""
    pixels = np.full((height, width), paper, np.uint8)
    pixels[height // 4 : -(height // 4), width // 4 : width // 2] = ink
    return pixels


def save(path: Path, pixels: np.ndarray, mode: str = "", **options: object) -> Path:
    """Write pixels as a picture, in the format that its name says."""
    path.parent.mkdir(parents=True, exist_ok=True)
    picture = Image.fromarray(pixels)
    (picture.convert(mode) if mode else picture).save(path, **options)
    return path


def phone_folder(root: Path) -> Path:
    """Make a folder like one from a telephone: sizes and modes mixed, one file broken."""
    save(root / "cat" / "1.jpg", blot(640, 480))
    save(root / "cat" / "2.png", blot(300, 900), "RGBA")
    save(root / "cat" / "10.png", blot(50, 40))
    save(root / "dog" / "a.jpg", ramp(480, 640), "RGB")
    save(root / "dog" / "b.gif", ramp(64, 64), "P")
    whole = save(root / "dog" / "broken.jpg", ramp(400, 300)).read_bytes()
    (root / "dog" / "broken.jpg").write_bytes(whole[: len(whole) // 2])
    return root
