"""What every record of a run folder has in common."""

from __future__ import annotations

import msgspec


class Record(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What every record has: when it was written."""

    at: float
    """Seconds since 1970, by the worker's clock."""
