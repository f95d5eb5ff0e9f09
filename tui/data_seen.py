"""What is said of data before it is trained on, by ``data show`` and by the form alike.

Pure functions over the answer to :class:`engine.process.questions.Preview`. Where text from the
data stands in what they return, whoever shows it makes it harmless.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tui import figures
from tui.words import FLATTERS

Answer = Mapping[str, Any]

Said = tuple[str, str]
"""A sentence, and how much it matters: ``warn`` or ``muted``."""

_NAMED = 5
"""Files that are named where more could not be read."""

_SHARE = len("100.0 %")

_PARTS = {"train": "train", "val": "validation", "test": "test"}


def heading(answer: Answer) -> str:
    """Say where the data comes from, and that it is generated where it is."""
    return f"{answer['origin']}{' · generated data' if answer.get('synthetic') else ''}"


def absent(answer: Answer) -> str:
    """Say which files are not here yet; empty where there is data to look at."""
    if "absent" not in answer:
        return ""
    return f"{', '.join(answer['absent'])} ({figures.size(answer['bytes'])}) is not here yet."


def problem(answer: Answer) -> str:
    """Say what keeps the data from being learned from, and what to do; empty where nothing does."""
    return f"{answer['problem']} {answer['remedy']}".strip()


def sentences(answer: Answer) -> list[Said]:
    """Return what was noticed, what matters more first."""
    said = [(text, "warn") for text in answer.get("warnings", ())]
    for each in answer.get("duplicates", ()):
        # Within the training rows it does no harm; across parts the figures flatter.
        said.append((each["text"], "muted" if each["parts"] == ["train"] else "warn"))
    if answer.get("validates_on_test"):
        said.append((f"{FLATTERS.capitalize()}.", "warn"))
    names = answer.get("unreadable", ())
    # Who read them may have noted it already, and why.
    told = [text for text in answer["notes"] if names and names[0] in text]
    said += [(text, "warn") for text in told]
    if names and not told:
        count = len(names) + answer["unreadable_left"]
        more = f" and {count - _NAMED:,} more" if count > _NAMED else ""
        said.append((f"{_could(count)}: {', '.join(names[:_NAMED])}{more}.", "warn"))
    return said + [(text, "muted") for text in answer["notes"] if text not in told]


def class_table(answer: Answer) -> tuple[list[str], list[list[str]]]:
    """Return headings and rows of the classes: how many rows there are of each, and where."""
    classes = answer["classes"]
    parts = [part for part in _PARTS if classes and part in classes[0]]
    rows = [
        [
            each["name"],
            figures.count(each["rows"]),
            figures.part(each["rows"], answer["rows"]).rjust(_SHARE),
            *(figures.count(each[part]) for part in parts),
        ]
        for each in classes
    ]
    if len(classes) > 1:
        sums = [sum(each[part] for each in classes) for part in parts]
        rows.append(["together", figures.count(answer["rows"]), "", *map(figures.count, sums)])
    return ["class", "rows", "share", *(_PARTS[part] for part in parts)], rows


def column_table(answer: Answer) -> tuple[list[str], list[list[str]]]:
    """Return headings and rows of a table's columns."""
    rows = [
        [
            column["name"],
            column["role"],
            column["kind"],
            figures.count(column["missing"]) if column["missing"] else "",
            column["values"],
        ]
        for column in answer["columns"]
    ]
    return ["column", "", "holds", "missing", "values"], rows


def _could(count: int) -> str:
    return "1 file could not be read" if count == 1 else f"{count:,} files could not be read"
