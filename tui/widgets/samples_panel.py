"""What the network says about a few fixed examples, as of the latest sample."""

from __future__ import annotations

from tui.format import shorten, table
from tui.widgets.painted import Line
from tui.widgets.view_panel import ViewPanel


class SamplesPanel(ViewPanel):
    """Shows the latest ``sample`` record as a table."""

    def compose_lines(self, cells: int) -> list[Line]:
        samples = self.view.samples
        if not samples:
            waiting = "No sample yet." if self.view.verdict.live else "There are no samples."
            return [((f" {waiting}", "muted"),)]
        latest = samples[-1]
        head, *rows = table(latest.columns, latest.rows, gap=3)
        caption = f" after epoch {latest.epoch}{self.generated()}"
        lines: list[Line] = [((f" {shorten(head, cells - 2)}", "muted"), (f"  {caption}", "muted"))]
        return lines + [((f" {row}", ""),) for row in rows]
