"""Text from data, names and logs, made harmless: shown, never obeyed."""

from __future__ import annotations

import re

# Control characters; what turns the direction of writing round; line ends that are not "\n"; and
# halves of characters, which stand for bytes that are no UTF-8 and cannot be written at all.
UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)
"""Characters that must not reach a terminal as they are."""


def printable(text: object) -> str:
    r"""Return text that may stand on a line of a terminal, whatever it held.

    Escape sequences, line breaks and the like are spelled out as ``\x1b``, ``\n``.
    """
    return UNSAFE.sub(_spell, str(text))


def paragraph(text: str) -> str:
    """Like :func:`printable`, but lets the text keep its line breaks."""
    return "\n".join(printable(line) for line in text.split("\n"))


def _spell(match: re.Match[str]) -> str:
    code = ord(match[0])
    if 0xDC80 <= code <= 0xDCFF:  # a byte of a file's name that is no UTF-8
        return f"\\x{code - 0xDC00:02x}"
    known = {9: "\\t", 10: "\\n", 13: "\\r"}
    return known.get(code) or (f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}")
