"""What makes raw input ready, read back from a run: of whichever form it is."""

from __future__ import annotations

import json
from typing import Any

from engine.data.examples import Preparation
from engine.errors import Problem
from engine.run.folder import RunFolder


def read_preparation(folder: RunFolder) -> Preparation:
    """Return what a run's raw input is made ready with.

    Raises:
        Problem: It is missing or damaged.
    """
    try:
        content: dict[str, Any] = json.loads(folder.preprocessing.read_bytes())
        return _preparation(content)
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        raise Problem(
            f"The run {folder.name} has no preprocessing.json that can be used.",
            "Without it raw input cannot be made ready; train it anew.",
        ) from None


def _preparation(content: dict[str, Any]) -> Preparation:
    # Each form needs libraries that the other does not.
    match content["form"]:
        case "pictures":
            from engine.data.pictures import PicturePreparation

            return PicturePreparation.from_json(content)
        case "texts":
            from engine.data.texts import TextPreparation

            return TextPreparation.from_json(content)
        case other:
            raise ValueError(f"no form is called {other!r}")
