"""Whether a run can go on from where it was left, and whether exactly."""

from __future__ import annotations

from engine.errors import Problem
from engine.run.folder import RunFolder


def refuse(folder: RunFolder, *, epochs: int | None, elsewhere: bool) -> None:
    """Raise :class:`Problem` where a run cannot go on; the sentence says why and what can be done."""


def differences(folder: RunFolder) -> list[str]:
    """Say what is not as it was when the last snapshot was written; empty means exact."""
    return []
