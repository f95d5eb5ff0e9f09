"""Comparing what runs have learned, bit for bit."""

from __future__ import annotations

import hashlib
import io
import zipfile
from pathlib import Path


def weights_of(path: Path) -> str:
    """Hash the weights in a .keras file (its other members hold dates)."""
    import h5py
    import numpy as np

    with (
        zipfile.ZipFile(path) as archive,
        h5py.File(io.BytesIO(archive.read("model.weights.h5"))) as file,
    ):
        digest = hashlib.sha256()
        file["layers"].visititems(
            lambda name, each: (
                digest.update(np.asarray(each).tobytes())
                if isinstance(each, h5py.Dataset)
                else None
            )
        )
        return digest.hexdigest()
