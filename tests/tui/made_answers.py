"""Answers to a look at labelled data, made by hand."""

from __future__ import annotations

from typing import Any

DIGIT = "".join(f"{(row * 16 + column) // 16:x}" for row in range(16) for column in range(16))
"""A picture that gets lighter from top to bottom."""


def labelled(form: str = "pictures", **changes: Any) -> dict[str, Any]:
    """Return what a look at labelled data finds."""
    drawn = {"picture": DIGIT} if form == "pictures" else {"text": "A [b]fine[/b] film.\nTruly."}
    return {
        "form": form,
        "origin": "photos, 1,300 pictures",
        "synthetic": False,
        "rows": 1300,
        "classes": [
            {"name": "cats", "rows": 1200, "train": 960, "val": 120, "test": 120},
            {"name": "dogs", "rows": 100, "train": 80, "val": 10, "test": 10},
        ],
        "validates_on_test": False,
        "facts": [["originals", "640 x 480 to 4032 x 3024"], ["values", "0 to 255"]],
        "duplicates": [
            {
                "parts": ["test", "train"],
                "rows": 12,
                "names": [["1.jpg", "2.jpg"]],
                "text": "12 of the test rows are in train as well, such as 1.jpg = 2.jpg.",
            }
        ],
        "unreadable": ["cats/broken.jpg"],
        "unreadable_left": 0,
        "warnings": ["The classes are very unequal."],
        "notes": ["Passed over: notes.txt."],
        "examples": [
            {"name": "cats/1\x1b[2J.jpg", "class": "cats", **drawn},
            {"name": "dogs/1.jpg", "class": "dogs", **drawn},
        ],
        "problem": "",
        "remedy": "",
        **changes,
    }
