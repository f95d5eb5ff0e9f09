"""Arrays of an ``.npz`` file, those of lists of integers included, without running what is in it.

Keras distributes reviews and newswires as object arrays, which NumPy stores as a pickle, and a
pickle can call anything. What this promises: nothing is called but what stands here, which holds
arrays of lists of integers and refuses all else; no file is changed; and one that cannot be read
is one :class:`~engine.errors.Problem`.
"""

from __future__ import annotations

import io
import pickle
import zipfile
import zlib
from collections.abc import Collection
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np

from engine.errors import Problem

MOST_BYTES = 1 << 30
"""Of one array, unpacked: many times what a text collection of this kind has."""

_RECONSTRUCT = {
    ("numpy.core.multiarray", "_reconstruct"),  # written by NumPy 1
    ("numpy._core.multiarray", "_reconstruct"),
}


@dataclass(frozen=True)
class Ragged:
    """Rows of integers, of any length each.

    Attributes:
        values: Of all rows, one after another: ``int32``.
        offsets: ``int64 (rows + 1,)``; row ``i`` is ``values[offsets[i]:offsets[i + 1]]``.
    """

    values: np.ndarray
    offsets: np.ndarray

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def take(self, rows: np.ndarray) -> Ragged:
        """Return some rows, in the order asked for."""
        starts, lengths = self.offsets[rows], np.diff(self.offsets)[rows]
        offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
        places = np.repeat(starts - offsets[:-1], lengths) + np.arange(offsets[-1])
        return Ragged(self.values[places], offsets)


def read_arrays(path: Path, names: Collection[str]) -> dict[str, np.ndarray | Ragged]:
    """Read arrays of an ``.npz`` file.

    Args:
        path: The file.
        names: Of the arrays wanted; what else the file has is not looked at.

    Returns:
        Numbers as arrays, lists of integers as :class:`Ragged`.

    Raises:
        Problem: It is no such file, lacks an array, or holds something else than numbers.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            there = {member.filename: member for member in archive.infolist()}
            missing = [name for name in names if f"{name}.npy" not in there]
            if missing:
                raise _problem(path, f"has no array {missing[0]!r}")
            arrays = {}
            for name in names:
                if there[f"{name}.npy"].file_size > MOST_BYTES:
                    raise _problem(path, f"has an array {name!r} of more than 1 GB")
                arrays[name] = _read_array(archive.read(f"{name}.npy"))
            return arrays
    except _RefusedError as error:
        raise _problem(path, f"is not safe to read: it holds {error}") from error
    except (OSError, zipfile.BadZipFile, zlib.error, EOFError) as error:
        why = getattr(error, "strerror", None) or "it is cut short, damaged, or no .npz file"
        raise _problem(path, f"cannot be read: {why}") from error
    except (ValueError, TypeError, AttributeError, LookupError, pickle.PickleError) as error:
        # What a pickle that was damaged or made up can come to.
        raise _problem(path, "is damaged, or holds something else than numbers") from error
    except (OverflowError, MemoryError, NotImplementedError, RuntimeError) as error:
        raise _problem(path, "is damaged, or holds numbers too large") from error


def _problem(path: Path, what: str) -> Problem:
    return Problem(f"{path} {what}.", "Move it away so that the published file can be fetched.")


def _read_array(content: bytes) -> np.ndarray | Ragged:
    stream = io.BytesIO(content)
    version = np.lib.format.read_magic(stream)
    # The header of version 3 differs in its encoding only, and there are no names in ours.
    read = np.lib.format.read_array_header_1_0 if version[0] == 1 else _read_header_2
    shape, _, kind = read(stream)
    if not kind.hasobject:
        stream.seek(0)
        return np.lib.format.read_array(stream, allow_pickle=False)
    array = _Unpickler(stream).load()
    if not isinstance(array, _Array) or array.items is None or shape != (len(array.items),):
        raise _RefusedError("no array of the shape it says")
    return _flatten(array.items)


def _read_header_2(stream: io.BytesIO) -> tuple[tuple[int, ...], bool, np.dtype]:
    return np.lib.format.read_array_header_2_0(stream)


def _flatten(rows: list[Any]) -> Ragged:
    if set(map(type, rows)) - {list} or set(map(type, chain.from_iterable(rows))) - {int}:
        raise _RefusedError("something else than lists of integers")
    offsets = np.zeros(len(rows) + 1, np.int64)
    np.cumsum(np.fromiter(map(len, rows), np.int64, len(rows)), out=offsets[1:])
    values = np.fromiter(chain.from_iterable(rows), np.int32, int(offsets[-1]))
    return Ragged(values, offsets)


class _RefusedError(Exception):
    """The pickle holds something that is not admitted; the message says what."""


class _Array:
    """Stands for an object array while it is unpickled."""

    items: list[Any] | None = None

    def __setstate__(self, state: Any) -> None:
        """Take what ``ndarray.__setstate__`` takes: version, shape, type, order, elements."""
        _, _, kind, _, items = state
        if not isinstance(kind, _Kind) or type(items) is not list:
            raise _RefusedError("an array of another type than lists")
        self.items = items


class _Kind:
    """Stands for the type ``object``; what else is said of it does not matter."""

    def __setstate__(self, state: Any) -> None:
        """Ignore byte order and the like."""


class _Unpickler(pickle.Unpickler):
    """Makes what :class:`_Array` and :class:`_Kind` stand for, and lists and integers."""

    def find_class(self, module: str, name: str) -> Any:
        """Return our own stand-in; NumPy itself is never handed out."""
        if (module, name) in _RECONSTRUCT:
            return lambda *_: _Array()
        if (module, name) == ("numpy", "ndarray"):
            return None  # Only ever passed to the above.
        if (module, name) == ("numpy", "dtype"):
            return lambda *_: _Kind()
        raise _RefusedError(f"the object {f'{module}.{name}'[:80]!r}")

    def persistent_load(self, pid: Any) -> Any:
        """Refuse what lies outside of the file."""
        raise _RefusedError("a reference to something outside")
