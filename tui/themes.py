"""The looks of the console: a dark and a light theme, and one of the terminal's own colours.

One accent colour in each. What a state is never hangs on its colour alone: each has a glyph and a
word. The colours of curves stand in :mod:`tui.charts.style`, with a set for each of the
three. Textual's own themes can be chosen as well.
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
TERMINAL = Theme(
    name="terminal",
    ansi=True,
    primary="ansi_cyan",
    secondary="ansi_blue",
    accent="ansi_cyan",
    foreground="ansi_default",
    background="ansi_default",
    surface="ansi_default",
    panel="ansi_default",
    boost="ansi_default",
    success="ansi_green",
    warning="ansi_yellow",
    error="ansi_red",
    variables={
        "ansi-background": "ansi_black",
        "ansi-foreground": "ansi_white",
        "border": "ansi_cyan",
        "border-blurred": "ansi_default",
        "scrollbar": "ansi_cyan",
        "scrollbar-hover": "ansi_cyan",
        "scrollbar-active": "ansi_cyan",
        "scrollbar-background": "ansi_default",
        "scrollbar-background-hover": "ansi_default",
        "scrollbar-background-active": "ansi_default",
    },
)
"""Keeps to the terminal's own sixteen colours, so it is dark where the terminal is and light where
that is; what has to stand out is turned round or underlined."""

OURS = (DARK, LIGHT, TERMINAL)
"""The themes of the console."""


def known() -> list[str]:
    """Return the names of all themes there are: ours first, then Textual's."""
    from textual.theme import BUILTIN_THEMES

    return [*(theme.name for theme in OURS), *BUILTIN_THEMES]
