"""What ``dlconsole doctor`` says about one thing it has looked at."""

from __future__ import annotations

import msgspec

OK, WARNING, BROKEN = "ok", "warning", "broken"
"""The marks: nothing to do; training works, but; something that a training needs is missing."""


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was looked at."""

    subject: str
    """What it is about, in a word or two."""
    mark: str
    """``ok``, ``warning`` or ``broken``."""
    found: str
    """What was found."""
    remedy: str = ""
    """What to do about it; empty where nothing need be done."""
