"""For terminals that know ASCII alone: every other character is replaced on its way out.

One filter over all that is drawn, so that widgets need not know; what takes one cell still takes
one. :func:`tui.terminal.is_ascii_only` says for which terminals it is.
"""

from __future__ import annotations

from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

_LIKE = {
    "…": "~", "·": "-", "•": "*", "‹": "<", "›": ">", "▸": ">", "▾": "v", "×": "x", "°": "'",
    "–": "-", "—": "-", "−": "-", "─": "-", "━": "-", "│": "|", "┃": "|", "┊": ":", "└": "+",
    "┌": "+", "┐": "+", "┘": "+", "┤": "+", "├": "+", "┴": "+", "┬": "+", "┼": "+", "╭": "+",
    "╮": "+", "╯": "+", "╰": "+", "●": "*", "○": "o", "◌": "o", "◐": "o", "◆": "*", "■": "#",
    "✓": "+", "✗": "x", "▕": "[", "▏": "]", "▎": " ", "▍": " ", "▌": "#", "▋": "#", "▊": "#",
    "▉": "#", "█": "#", "▐": "#", "▁": "_", "▂": "_", "▃": "_", "▄": "_", "▅": "#", "▆": "#",
    "▇": "#", "▔": "-", "░": ".", "▒": ":", "▓": "#", "←": "<", "→": ">", "↑": "^", "↓": "v",
    "²": "2", "³": "3", "“": '"', "”": '"', "‘": "'", "’": "'", "ä": "a", "ö": "o", "ü": "u",
    "é": "e", "è": "e", "≤": "<", "≥": ">", "≈": "~", "◔": "o", "▲": "^", "▽": "v", "★": "*",
    "±": "+",
    **{chr(0x2460 + digit): str(digit + 1) for digit in range(9)},
}  # fmt: skip


class AsciiOnly(LineFilter):
    """Replaces what is not ASCII by what is like it."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the segments with their texts replaced."""
        return [
            segment if segment.text.isascii() else Segment(ascii_of(segment.text), *segment[1:])
            for segment in segments
        ]


def ascii_of(text: str) -> str:
    """Return text that is ASCII and takes as many cells."""
    return "".join(
        letter if letter.isascii() else _LIKE.get(letter, "?" * cell_len(letter)) for letter in text
    )
