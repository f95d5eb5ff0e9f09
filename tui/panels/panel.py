"""A page of the Run screen: one of those between which a person turns.

What it reads from the disk is read in a thread, what it shows is drawn in the event loop: ``look``
and ``refresh_view`` are those two halves, and neither does the other's work.
"""

from __future__ import annotations

from tui.safe_text import printable
from tui.widgets.lines import Lines


class Panel(Lines):
    """A page that is told when to look, and when to draw."""

    @property
    def key_places(self) -> tuple[str, ...]:
        """Whose keys mean something now, beside the run's; keys of :data:`tui.keys.PLACES`."""
        return ()

    @property
    def said(self) -> str:
        """What stands at the right end of the line of panels while this one is in view."""
        return ""

    def look(self) -> bool:
        """Read what is shown and is no part of the view; say whether it is another than before.

        Called in a thread, by one at a time. What it finds it puts in place whole, since the page
        may be drawn meanwhile.
        """
        return False

    def refresh_view(self) -> None:
        """Show things as they are now."""
        self.redraw()

    def as_text(self) -> str:
        """Return all that stands on the page, not only what is in view."""
        lines = ["".join(text for text, _ in line).rstrip() for line in self.lines]
        return "\n".join(map(printable, lines)).rstrip() + "\n"
