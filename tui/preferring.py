"""The part of the application that keeps to what a person prefers: theme, keys, and the file."""

from __future__ import annotations

import asyncio
import os
from pathlib import PurePath

from textual.app import App
from textual.filter import LineFilter, Monochrome, NoColor

from engine.errors import Problem
from tui import keys, terminal
from tui.preferences import Preferences, save
from tui.safe_text import printable
from tui.themes import DARK, OURS, TERMINAL
from tui.widgets.footer import Footer


class PreferringApp(App[None]):
    """An application with preferences.

    Attributes:
        preferences: What is preferred; changed by :meth:`prefer` alone.
    """

    def __init__(self, css_path: list[str | PurePath]) -> None:
        self.preferences, self._notices = Preferences.load()
        self._unsaved: dict[str, object] = {}
        super().__init__(css_path=css_path)
        for theme in OURS:
            self.register_theme(theme)
        if "TEXTUAL_THEME" not in os.environ:
            self.theme = self._theme_name()

    def get_line_filters(self) -> list[LineFilter]:
        """Return what every line goes through before it reaches the terminal."""
        # Textual makes shades of grey where no colour is wanted, and those are colours too.
        filters = super().get_line_filters()
        return [NoColor() if isinstance(each, Monochrome) else each for each in filters]

    def on_mount(self) -> None:
        """Give the keys their meaning, and say what cannot be used of the settings."""
        if self.preferences.keys:
            self.set_keymap(dict(self.preferences.keys))
        for notice in self._notices:
            self.notify(printable(notice), severity="warning", markup=False, timeout=10)

    def on_unmount(self) -> None:
        """Write what has not been written yet."""
        if self._unsaved:
            try:
                save(self._unsaved)
            except Problem:
                return  # there is no screen left to tell it on

    def prefer(self, **changes: object) -> None:
        """Change what is preferred, and keep it for the next time.

        Args:
            changes: By name, as :class:`tui.preferences.Preferences` has them.

        Raises:
            Problem: There is no such setting, or its value is not allowed.
        """
        self.preferences = self.preferences.changed(**changes)
        if "theme" in changes:
            self.theme = self._theme_name()
        if "keys" in changes:
            self.set_keymap(dict(self.preferences.keys))
            self._redraw_footers()
        is_saving = bool(self._unsaved)
        self._unsaved |= {name: getattr(self.preferences, name) for name in changes}
        if not is_saving:
            self.run_worker(self._save())

    def key_name(self, binding: str) -> str:
        """Return what the first key of a binding is called, as rebound: ``p`` for ``run.pause``."""
        return keys.shown(keys.find(binding).pressed(self.preferences.keys))

    async def _save(self) -> None:
        """Write until nothing is left to be written; one at a time, so that the last one stays."""
        while changes := dict(self._unsaved):
            try:
                notice = await asyncio.to_thread(save, changes)
            except Problem as problem:
                notice = str(problem)
            for name, value in changes.items():
                if self._unsaved.get(name) == value:
                    del self._unsaved[name]
            if notice:
                self.notify(printable(notice), severity="warning", markup=False)

    def _theme_name(self) -> str:
        if self.no_color:
            return TERMINAL.name  # the one whose looks differ in more than colours
        fitting = TERMINAL if terminal.has_few_colors() else DARK
        return self.preferences.theme or fitting.name

    def _redraw_footers(self) -> None:
        there = {*self.screen_stack, *self._installed_screens.values()}
        for screen in there:
            if not callable(screen) and screen.is_mounted:
                for footer in screen.query(Footer):
                    footer.redraw()
