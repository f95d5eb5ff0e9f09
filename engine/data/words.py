"""A text as words: the same ones on every machine, in any language, as Keras' IMDB index has them.

What it promises: letters are lower case and composed (NFC); a word is a run of letters, marks and
digits of any script, with the apostrophes inside it (``don't``, ``l'homme``), however they are
typed; punctuation is dropped, and so ``<br />`` becomes ``br``, which is how that index counts it.
Scripts that put no spaces between words (Chinese, Japanese, Thai, Lao, Khmer, Burmese) are taken
character by character; a pictogram such as an emoji is a word. Each text takes the fastest of three
paths that gives the result of the slowest.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterable

_ASCII = str.maketrans(
    {chr(code): " " for code in range(128) if not (chr(code).isalnum() or chr(code) == "'")}
)
"""Every ASCII character that is no part of a word becomes a space."""

_APOSTROPHES = "\u2019\u2018\u02bc\uff07\u00b4\u0091\u0092"
"""What is typed for an apostrophe. The last two are what Windows' are when read as Latin-1."""

_INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff\ufe0e\ufe0f"
"""Soft hyphens, joiners, marks of order and of style. Words are the same without."""

_PLAIN = [*((odd, "'") for odd in _APOSTROPHES), *((odd, "") for odd in _INVISIBLE)]

_PLANE = 1 << 16
"""Code points whose marks are looked for: more would slow down every text for scripts of old."""

_SPACELESS = (
    "\u0e00-\u0eff"  # Thai, Lao
    "\u1000-\u109f\u1780-\u17ff\ua9e0-\ua9ff\uaa60-\uaa7f"  # Burmese, Khmer
    "\u3005-\u3007\u3031-\u3035\u3040-\u30ff\u31f0-\u31ff\uff66-\uff9f"  # kana and repetition marks
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"  # Han
)
"""Scripts without spaces between words, as the inside of a character class."""

_PICTOGRAMS = "\u2600-\u27bf\u2b50\u2b55\U0001f000-\U0001f3fa\U0001f400-\U0001faff"
"""Emoji, without the five that only colour the skin of the one before."""

_ALONE = re.compile(f"[{_SPACELESS}]")
_LETTERS = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
"""A word where there is nothing but letters and digits of scripts with spaces."""


def words_of(text: str) -> list[str]:
    """Split a text into words.

    Args:
        text: Of any length.

    Example:
        >>> words_of("Not bad<br />at ALL: it’s a '10/10'!")
        ['not', 'bad', 'br', 'at', 'all', "it's", 'a', '10', '10']
    """
    text = text.lower()
    if text.isascii():
        text = text.translate(_ASCII)
        if "'" in text:  # Only those between two letters stay.
            text = f" {text} ".replace("''", " ").replace(" '", " ").replace("' ", " ")
        return text.split()
    text = unicodedata.normalize("NFC", text)
    for odd, plain in _PLAIN:  # Several times as fast as one str.translate.
        text = text.replace(odd, plain)
    special, pattern = _patterns()
    return (pattern if special.search(text) else _LETTERS).findall(text)


def joined(words: Iterable[str]) -> str:
    """Write words as a text again: with spaces between them, where their script has any."""
    said: list[str] = []
    close = False
    for word in words:
        here = _ALONE.match(word) is not None
        if said and not (close and here):
            said.append(" ")
        said.append(word)
        close = here
    return "".join(said)


@functools.cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return what finds the first character that is no mere letter, and what finds any word."""
    marks = "".join(c for c in map(chr, range(_PLANE)) if unicodedata.category(c)[0] == "M")
    # A character class with few ranges above the first plane is several times as fast.
    below = f"{marks}{_SPACELESS}{_PICTOGRAMS}".replace("\U00020000-\U0003134f", "")
    below = re.sub("[\U00010000-\U0010ffff]-?", "", below)
    special = re.compile(f"[{below}\U00010000-\U0010ffff]")
    letters = rf"(?:(?![{_SPACELESS}])[^\W_][{marks}]*)+"
    word = rf"{letters}(?:'{letters})*|[{_SPACELESS}][{marks}]*|[{_PICTOGRAMS}]"
    return special, re.compile(word)
