"""Which columns of a table hold the texts, their classes and the parts they are set apart for.

What it promises: a column that is called what one would expect is taken; where names say nothing
the first rows decide, if there is no doubt; where there is doubt, a
:class:`~engine.errors.Problem` names the columns. Pure functions on names and cells.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from statistics import fmean
from typing import NamedTuple

from engine.data.words import words_of
from engine.errors import Problem, nearest

TEXT_NAMES = (
    ("text", "texts", "review", "reviews", "content", "sentence"),
    ("comment", "message", "body", "document", "tweet", "post", "phrase", "sms", "article"),
    ("description", "abstract", "summary", "title", "headline"),
)
"""What a column of texts is called, the likeliest names first."""

LABEL_NAMES = (
    ("label", "labels", "class", "sentiment", "target", "category"),
    ("polarity", "rating", "stars", "score", "topic", "tag", "y"),
)
"""What a column of classes is called, the likeliest names first."""

PART_NAME = "split"

HINTS = [
    form(name)
    for names in (*TEXT_NAMES, *LABEL_NAMES, (PART_NAME,))
    for name in names
    for form in (str.lower, str.capitalize, str.upper)
]
"""Names one of which shows that a CSV file has a header."""

_SEVERAL = 3
"""Words from which on, in the mean, cells are texts rather than names."""

_LONGER = 2.0
"""How many times as long as the next column one has to be to be the texts without doubt."""

_FEW = 50
"""Different values that a column of classes can have in the rows looked at."""


class Chosen(NamedTuple):
    """Names of columns; None for those that are not there."""

    text: str
    label: str | None
    part: str | None


def choose_columns(
    file: str, names: Sequence[str], rows: Sequence[Sequence[str]], target: str, labelled: bool
) -> Chosen:
    """Find the columns.

    Args:
        file: What to call the table.
        names: Of its columns.
        rows: Cells of the first rows.
        target: The column of classes, if a person named one.
        labelled: Whether classes have to be there.

    Raises:
        Problem: There is none that can be meant, or more than one.
    """
    columns = {name: [row[place] for row in rows] for place, name in enumerate(names)}
    part = next((name for name in names if _plain(name) == PART_NAME and name != target), None)
    label = _named_target(file, names, target) if target else None
    if label is None:
        candidates = {name: cells for name, cells in columns.items() if name != part}
        label = _choose_label(file, candidates, labelled)
    rest = {name: cells for name, cells in columns.items() if name not in (label, part)}
    text = _choose_text(file, rest)
    if label is None:
        others = [name for name in rest if name != text]
        label = others[0] if len(others) == 1 and _can_be_label(columns[others[0]]) else None
        few = [name for name in others if _can_be_label(columns[name]) and _repeats(columns[name])]
        label = few[0] if label is None and len(few) == 1 else label
    if label is None and labelled:
        raise Problem(
            f"{file} has no column that is called like one of classes: {_quoted(names)}.",
            "Name the one to be learned as the target (--target NAME).",
        )
    return Chosen(text, label, part)


def _named_target(file: str, names: Sequence[str], target: str) -> str:
    if target in names:
        return target
    hint = nearest(target, names)
    raise Problem(
        f"{file} has no column {target!r}.",
        hint if hint.startswith("Did") else f"Its columns: {_quoted(names)}.",
    )


def _choose_label(file: str, columns: Mapping[str, list[str]], labelled: bool) -> str | None:
    found = _called(columns, LABEL_NAMES, _can_be_label)
    if len(found) > 1 and labelled:
        raise Problem(
            f"{file} has several columns that could be the classes: {_quoted(found)}.",
            "Name the one to be learned as the target (--target NAME).",
        )
    return found[0] if len(found) == 1 else None


def _choose_text(file: str, columns: Mapping[str, list[str]]) -> str:
    found = _called(columns, TEXT_NAMES, _can_be_texts)
    if not found:
        means = {name: _mean_words(cells) for name, cells in columns.items()}
        found = [name for name, cells in columns.items() if _can_be_texts(cells)]
        longest = sorted(found or means, key=means.__getitem__, reverse=True)
        if longest and (
            len(longest) == 1 or means[longest[0]] >= max(_LONGER * means[longest[1]], _LONGER)
        ):
            found = longest[:1]
    if len(found) == 1:
        return found[0]
    if found:
        raise Problem(
            f"{file} has several columns that could be the texts: {_quoted(found)}.",
            "Call the right one 'text', or take the others out.",
        )
    raise Problem(
        f"{file} has no column of texts: {_quoted(columns) if columns else 'there is no other'}.",
        "Call the one with the texts 'text'.",
    )


def _called(
    columns: Mapping[str, list[str]],
    tiers: Sequence[Sequence[str]],
    fits: Callable[[list[str]], bool],
) -> list[str]:
    """Return the columns with the likeliest of some names, else those whose name has it in it."""
    for names in tiers:
        if found := [name for name in columns if _plain(name) in names]:
            return found
    for names in tiers:
        found = [name for name in columns if set(_plain(name).split()) & set(names)]
        if found := [name for name in found if fits(columns[name])]:
            return found
    return []


def _plain(name: str) -> str:
    """Return a name in lower-case words: ``reviewText`` and ``Review_Text`` are ``review text``."""
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name.strip())
    return " ".join(re.split(r"[\s_.-]+", apart.casefold())).strip()


def _mean_words(cells: list[str]) -> float:
    counts = [len(words_of(cell[:2000])) for cell in cells if cell.strip()]
    return fmean(counts) if counts else 0.0


def _can_be_texts(cells: list[str]) -> bool:
    return _mean_words(cells) >= _SEVERAL and not _repeats(cells)


def _can_be_label(cells: list[str]) -> bool:
    there = [cell.strip() for cell in cells if cell.strip()]
    short = _mean_words(there) <= _SEVERAL or _repeats(there)
    return bool(there) and len(set(there)) <= _FEW and short


def _repeats(cells: list[str]) -> bool:
    """Whether values come again and again, as classes do."""
    there = [cell.strip() for cell in cells if cell.strip()]
    return 2 * len(set(there)) <= len(there)


def _quoted(names: Sequence[str] | Mapping[str, object]) -> str:
    every = [repr(name) for name in names]
    more = f" and {len(every) - 8} more" if len(every) > 8 else ""
    return ", ".join(every[:8]) + more
