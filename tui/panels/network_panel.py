"""What the network is made of: its layers, how many parameters each has, and which are trained."""

from __future__ import annotations

from tui.figures import count
from tui.format import wrap
from tui.layers import network_facts
from tui.panels.layer_lines import layer_lines
from tui.panels.view_panel import ViewPanel
from tui.widgets.painted import EMPTY, Line, lines_of

_MOST_LAYERS = 200  # are described


class NetworkPanel(ViewPanel):
    """Shows the network of the ``described`` record."""

    def compose_lines(self, cells: int) -> list[Line]:
        described = self.view.described
        room = max(cells - 2, 10)
        if described is None:
            text = (
                "The network is not built yet."
                if self.view.verdict.live
                else "The network was never built."
            )
            return lines_of([f" {text}"], "muted")
        text = f"{network_facts(described)} · on {described.device or 'a device'}"
        lines = lines_of([f" {line}" for line in wrap(text, room)])
        layers = len(described.layers)
        if layers:
            lines += [EMPTY, *layer_lines(described, cells)]
        if layers >= _MOST_LAYERS:
            lines.append(((f" These are the first {count(layers)} layers.", "muted"),))
        return lines
