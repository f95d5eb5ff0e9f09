"""The looks of the console: a dark and a light theme, one accent colour in each.

Textual's own themes can be chosen as well, among them two that keep to a terminal's own 16 colours.
"""

from __future__ import annotations

from textual.theme import Theme

DARK = Theme(
    name="dlconsole-dark",
    primary="#4fb3a5",
    secondary="#7f8c96",
    accent="#4fb3a5",
    foreground="#d7dbe0",
    background="#101418",
    surface="#161b20",
    panel="#1c2329",
    success="#6cbf74",
    warning="#d9a441",
    error="#e0685e",
    dark=True,
)
LIGHT = Theme(
    name="dlconsole-light",
    primary="#00796b",
    secondary="#5a6670",
    accent="#00796b",
    foreground="#1d2328",
    background="#fbfbf9",
    surface="#f1f1ee",
    panel="#e6e6e2",
    success="#2e7d32",
    warning="#a05a00",
    error="#b3261e",
    dark=False,
)
