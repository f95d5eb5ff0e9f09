"""One file for a tree of arrays and plain values, verified as a whole when it is read.

The file is an uncompressed zip: ``tree.json`` has dictionaries, lists and plain values as they are
and, for each array, its type, its shape and the SHA-256 of its bytes, which lie in a member of that
name. The same bytes are written once, however often they occur: right after a new best, the best
weights are the current ones. Nothing in it is ever executed, and the hash of ``tree.json`` vouches
for all of it.
"""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from engine.run.files import PRIVATE_FILE, sync_folder

Tree = Any
"""Dictionaries with string keys, lists, strings, numbers, booleans, None and arrays, nested."""

_CONTENTS = "tree.json"
_ARRAY = "array"
_EARLIEST = (1980, 1, 1, 0, 0, 0)  # a zip has to have dates; these files are to be comparable


class DamagedArchive(Exception):  # noqa: N818 - says what it is
    """The file is missing, torn or not what it was when it was written."""


def write(path: Path, tree: Tree) -> tuple[str, int]:
    """Write a tree; it is on the disk under ``path`` when this returns, or ``path`` is untouched.

    Returns:
        The SHA-256 that :func:`read` wants, and the file's size in bytes.

    Raises:
        OSError: The disk takes no more.
    """
    aside = path.with_name(f".{path.name}.{os.getpid()}.new")
    handle = os.open(aside, os.O_RDWR | os.O_CREAT | os.O_TRUNC, PRIVATE_FILE)
    try:
        with os.fdopen(handle, "w+b") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
                contents = json.dumps(_pack(tree, archive, set())).encode()
                archive.writestr(zipfile.ZipInfo(_CONTENTS, _EARLIEST), contents)
            file.flush()
            os.fsync(file.fileno())
            size = file.tell()
        os.replace(aside, path)  # noqa: PTH105 - as in engine.run.files
    except BaseException:
        aside.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)
    return hashlib.sha256(contents).hexdigest(), size


def read(path: Path, sha256: str) -> Tree:
    """Read a tree.

    Args:
        path: The file.
        sha256: What :func:`write` returned.

    Raises:
        DamagedArchive: It is not what was written.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            contents = archive.read(_CONTENTS)
            if hashlib.sha256(contents).hexdigest() != sha256:
                raise DamagedArchive(f"{path.name}: its contents are not those that were written")
            return _unpack(json.loads(contents), archive)
    except (
        OSError,
        zipfile.BadZipFile,
        NotImplementedError,
        LookupError,
        ValueError,
        EOFError,
    ) as error:
        raise DamagedArchive(f"{path.name}: {error}") from error


def _pack(tree: Tree, archive: zipfile.ZipFile, written: set[str]) -> Tree:
    """Return ``tree`` with arrays replaced by what tells where they are, and write these."""
    if isinstance(tree, dict):
        return {key: _pack(value, archive, written) for key, value in tree.items()}
    if isinstance(tree, list | tuple):
        return [_pack(value, archive, written) for value in tree]
    if not isinstance(tree, np.ndarray | np.generic):
        return tree
    array = np.asarray(tree)
    # As bytes: types beyond NumPy's own (bfloat16) have no buffer of their own.
    content = np.ascontiguousarray(array).reshape(-1).view(np.uint8)
    digest = hashlib.sha256(content.data).hexdigest()
    if digest not in written:
        written.add(digest)
        archive.writestr(zipfile.ZipInfo(digest, _EARLIEST), content.data)
    return {_ARRAY: digest, "dtype": array.dtype.name, "shape": list(array.shape)}


def _unpack(tree: Tree, archive: zipfile.ZipFile) -> Tree:
    if isinstance(tree, list):
        return [_unpack(value, archive) for value in tree]
    if not isinstance(tree, dict):
        return tree
    if _ARRAY not in tree:
        return {key: _unpack(value, archive) for key, value in tree.items()}
    content = archive.read(tree[_ARRAY])
    if hashlib.sha256(content).hexdigest() != tree[_ARRAY]:
        raise DamagedArchive("an array is not the one that was written")
    return np.frombuffer(content, _dtype(tree["dtype"])).reshape(tree["shape"]).copy()


def _dtype(name: str) -> np.dtype[Any]:
    try:
        return np.dtype(name)
    except TypeError:
        import ml_dtypes  # comes with Keras; makes bfloat16 and the like known

        return np.dtype(getattr(ml_dtypes, name))
