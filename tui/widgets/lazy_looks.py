"""Component styles that are worked out when something is drawn in them.

Textual works out every component class of a widget whenever styles are applied: when it is mounted,
when its screen comes to the front, and at each turn of the focus. A page knows some fourteen looks
and draws in four, a chart knows thirty colors; this was a third of what opening a run cost.
"""

from __future__ import annotations

from textual.css.styles import RenderStyles
from textual.dom import DOMNode
from textual.widget import Widget


class LazyLooks(Widget):
    """A widget whose component classes are styled as far as they are used."""

    def _get_component_classes(self) -> frozenset[str]:  # type: ignore[override]
        """Return what has to be worked out when styles are applied anew: what is in use."""
        return frozenset(self._component_styles)

    def get_component_styles(self, *names: str) -> RenderStyles:
        for name in names:
            if name not in self._component_styles:
                # As Stylesheet._process_component_classes does it for all of them.
                node = DOMNode(classes=name)
                node._attach(self)
                self.app.stylesheet.apply(node)
                self._component_styles[name] = node.styles
        return super().get_component_styles(*names)
