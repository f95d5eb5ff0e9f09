"""A file that holds one text, in whichever encoding it was saved."""

from __future__ import annotations

import codecs
from collections.abc import Collection, Iterator
from pathlib import Path

from engine.data.csv_format import SAMPLE, what_else

LARGEST = 1 << 26
"""Bytes of one text: a shelf of books. What is larger was not meant as one example."""

UTF8, UTF16, LATIN = "UTF-8", "UTF-16", "Latin-1"


class UnreadableError(Exception):
    """A file holds no text; the message says why in a few words."""


class AnySuffix(Collection[str]):
    """Every suffix: a text is known by its content, its file may be called anything."""

    def __contains__(self, suffix: object) -> bool:
        return True

    def __iter__(self) -> Iterator[str]:
        return iter((".txt",))  # the one that examples have

    def __len__(self) -> int:
        return 1


def read_bytes(path: Path) -> bytes:
    """Return what a file holds.

    Raises:
        UnreadableError: It is too large, or may not be read.
    """
    try:
        if not path.is_file():
            raise UnreadableError("is no regular file")
        if path.stat().st_size > LARGEST:
            raise UnreadableError(f"larger than {LARGEST >> 20} MB")
        return path.read_bytes()
    except OSError as error:
        raise UnreadableError((error.strerror or "cannot be read").lower()) from error


def decode(raw: bytes) -> tuple[str, str]:
    """Return bytes as text, and the encoding they turned out to have.

    UTF-8 and UTF-16 with or without (UTF-8) a byte order mark are recognised for certain; anything
    else is read as Latin-1, in which every byte is some character.

    Raises:
        UnreadableError: They are no text.
    """
    if other := what_else(raw[:SAMPLE]):
        raise UnreadableError(other)
    try:
        if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return raw.decode("utf-16"), UTF16
        return raw.decode("utf-8-sig"), UTF8
    except UnicodeDecodeError as error:
        if error.encoding == "utf-16":
            raise UnreadableError("starts like UTF-16 but is not") from error
        return raw.decode("latin-1"), LATIN
