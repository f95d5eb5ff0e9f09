"""The one exception a person may see.

Everything that a person can put right (a mistyped name, a missing column, a full disk) is raised as
a :class:`Problem`: what is wrong in one sentence, and what to do about it in another. The command
line prints the two and exits with 2; the console shows them beside what they concern; a worker
writes them as the cause in its ``ended`` record. Anything else that is raised is a defect of ours.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class Problem(Exception):  # noqa: N818 - it is what the person reads about, not an error of the program
    """Something that the person can put right.

    Args:
        what: One sentence: what was expected and what came instead. No line breaks.
        remedy: One sentence: what to do next. May be empty where ``what`` already says it.
    """

    def __init__(self, what: str, remedy: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.what} {self.remedy}".strip()


def nearest(word: str, choices: Iterable[str]) -> str:
    """Return a "Did you mean ...?" sentence, or the list of choices when nothing is near.

    Args:
        word: What the person wrote.
        choices: The words that would have been right.

    Returns:
        One sentence that can stand as the remedy of a :class:`Problem`.
    """
    known = sorted(choices)
    close = difflib.get_close_matches(word, known, n=1, cutoff=0.5)
    if close:
        return f"Did you mean {close[0]!r}?"
    return f"Known: {', '.join(known)}." if known else "There are none."
