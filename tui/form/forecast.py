"""What the form would train, as far as it is known: parameters, seconds an epoch, rows.

Pure: the screen puts together what the standby answers, and this says it in as many words as there
is room for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.cells import cell_len

from tui import figures
from tui.format import shorten

if TYPE_CHECKING:
    from engine.run.records import Described

ASKING = "…"
"""What stands for what is being found out."""


@dataclass(frozen=True)
class Forecast:
    """What is known of a form.

    Attributes:
        described: Network and data; None where they are not known.
        epoch_seconds: How long an epoch takes here; None where that is not known.
        absent: Names and size of published files that have to be fetched first.
        problem: What keeps it from being trained.
        busy: The device that is in use by others, so that nothing is measured on it.
        asking: Whether more is to come.
        importing: The backend that is being imported first.
        notes: What was noticed about the data, a sentence each.
        outlook: What it would find on its device, a sentence each.
    """

    described: Described | None = None
    epoch_seconds: float | None = None
    absent: str = ""
    problem: str = ""
    busy: str = ""
    asking: bool = False
    importing: str = ""
    notes: tuple[str, ...] = ()
    outlook: tuple[str, ...] = ()

    @property
    def is_known(self) -> bool:
        """Whether network and data are known."""
        return self.described is not None

    def text(self, cells: int) -> str:
        """Say it in one line of so many cells; nothing where nothing is known or asked."""
        if self.absent:
            return fitting(
                [
                    f"{self.absent} is fetched first; what it makes is known then",
                    f"{self.absent} is fetched first",
                ],
                cells,
            )
        if self.described is None:
            if not self.asking:
                return ""
            return f"{ASKING} importing {self.importing}" if self.importing else ASKING
        return fitting(self._wordings(self.described), cells)

    def _wordings(self, described: Described) -> Iterator[str]:
        """Yield the line in fewer and fewer words."""
        parameters = f"{described.parameters:,} parameters"
        parts = ", ".join(f"{count:,} {name}" for name, count in described.rows.items())
        whole = f"{sum(described.rows.values()):,} rows"
        for time in self._times():
            yield joined(parameters, time, parts)
        for time in self._times():
            yield joined(parameters, time, whole)
        yield joined(parameters, "", whole)
        yield parameters

    def _times(self) -> list[str]:
        if self.epoch_seconds is not None:
            span = figures.span(self.epoch_seconds)
            return [f"about {span} an epoch here", f"{span} an epoch"]
        if self.busy:
            return [f"not timed: {self.busy} is in use"]
        return [f"{ASKING} an epoch"] if self.asking else [""]


def joined(*parts: str) -> str:
    """Return the parts that say something, as one line."""
    return " · ".join(part for part in parts if part)


def fitting(wordings: Iterable[str], cells: int) -> str:
    """Return the first wording that fits into so many cells; if none does, the last one, cut."""
    text = ""
    for text in wordings:
        if cell_len(text) <= cells:
            return text
    return shorten(text, cells)
