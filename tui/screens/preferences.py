"""Settings: what a person prefers, and any key of the table bound to another one.

Everything holds at once and is kept in the file whose path stands on the screen.
"""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from engine.errors import Problem
from tui import keys
from tui.keys import Key
from tui.panels.find_line import FindLine
from tui.preferences import ENTRIES, Preferences, checked, location
from tui.screens.console_screen import ConsoleScreen
from tui.screens.prompt import PromptScreen
from tui.screens.rebind import RebindScreen
from tui.widgets.choices import Choices
from tui.widgets.footer import Footer
from tui.widgets.header import Header
from tui.widgets.settings_list import Setting, SettingsList, called
from tui.widgets.trouble import Trouble
from tui.widgets.typed_line import TypedLine

_PATH_CELLS = 50
_HERE = {"everywhere.settings": ""}
"""What the footer leaves out where one is there already."""


class PreferencesScreen(ConsoleScreen):
    """Lists settings and keys, and changes them."""

    BINDINGS: ClassVar[list[BindingType]] = keys.bindings("settings")
    CSS_PATH = "../styles/preferences.tcss"
    place = "settings"

    def compose(self) -> ComposeResult:
        yield Header(("dlconsole", "settings"))
        yield SettingsList(self.console.preferences, id="settings")
        yield FindLine(id="find")
        yield Trouble(id="about")
        yield Footer("settings")

    def on_mount(self) -> None:
        self.query_one(Header).say(((_short(location()), "muted"),))
        self._list.focus()
        self.call_after_refresh(self._list.narrow, "")

    @property
    def _list(self) -> SettingsList:
        return self.query_one(SettingsList)

    def on_choices_moved(self, event: Choices.Moved) -> None:
        row = self._list.current
        footer = self.query_one(Footer)
        if isinstance(row, Key):
            footer.call({"settings.change": "another key", **_HERE})
            self._say(f"{row.binding}: {row.help}")
        else:
            footer.call({"settings.add": "", **({} if row else {"settings.change": ""}), **_HERE})
            self._say(ENTRIES[row.name].help if row else "")

    def _say(self, text: str) -> None:
        self.query_one(Trouble).say((text, "muted"))

    def on_choices_chosen(self, event: Choices.Chosen) -> None:
        self.action_change()

    def _prefer(self, **changes: object) -> None:
        try:
            self.console.prefer(**changes)
        except Problem as problem:
            self.tell(str(problem), error=True)
        self._list.take(self.console.preferences)

    # What the keys do.

    def action_turn(self, step: int) -> None:
        """Take the next choice of the current setting, or the one before."""
        row = self._list.current
        if not isinstance(row, Setting) or not (options := row.options()):
            return
        typed = row.typed(self.console.preferences)
        if typed in options:
            place = options.index(typed) + step
        else:  # a number between two of those that are turned through
            place = sum(float(option) < float(typed) for option in options) - (step < 0)
        self._prefer(**{row.name: options[place % len(options)]})

    def action_change(self) -> None:
        """Take the next choice, type a value, or press another key."""
        row = self._list.current
        if isinstance(row, Key):
            self.run_beside(self._rebind(row))
        elif row is not None and row.options() and row.name != "smoothing":
            self.action_turn(1)
        elif row is not None:
            self.run_beside(self._type(row))

    def action_add(self) -> None:
        """Press one more key for the same."""
        row = self._list.current
        if isinstance(row, Key):
            self.run_beside(self._rebind(row, more=True))

    def action_usual(self) -> None:
        """Set the current setting or key to what is usual."""
        row = self._list.current
        if isinstance(row, Setting):
            self._prefer(**{row.name: getattr(Preferences(), row.name)})
        elif row is not None:
            others = self.console.preferences.keys
            self._bind({name: bound for name, bound in others.items() if name != row.binding}, row)

    def action_find(self) -> None:
        """Type what to list."""
        self.query_one(FindLine).open()
        self.query_one(Footer).turn_to("find", everywhere=False)

    def action_back(self) -> None:
        """List everything again; else go back to where one was."""
        if self.query_one(FindLine).display:
            self._leave_find(kept=False)
        else:
            self.dismiss()

    def on_typed_line_changed(self, event: TypedLine.Changed) -> None:
        self._list.narrow(self.query_one(FindLine).text)

    def on_find_line_left(self, event: FindLine.Left) -> None:
        self._leave_find(kept=event.kept)

    def _leave_find(self, *, kept: bool) -> None:
        line = self.query_one(FindLine)
        if not kept:
            line.close()
            self._list.narrow("")
        self._list.focus()
        self.query_one(Footer).turn_to("settings")

    async def _type(self, row: Setting) -> None:
        name = row.name
        value = await self.put(
            PromptScreen(
                f"{name.replace('_', ' ').capitalize()}: {ENTRIES[name].help}.",
                row.typed(self.console.preferences),
                "",
                lambda typed: checked(name, typed),
            )
        )
        if value is not None:
            self._prefer(**{name: value})

    async def _rebind(self, key: Key, *, more: bool = False) -> None:
        others = dict(self.console.preferences.keys)
        pressed = await self.put(RebindScreen(key, others, more=more))
        if pressed is not None:
            before = key.pressed(others).split(",") if more else []
            others[key.binding] = ",".join(dict.fromkeys([*before, pressed]))
            self._bind(others, key)

    def _bind(self, others: dict[str, str], key: Key) -> None:
        if others.get(key.binding) == key.keys:
            del others[key.binding]
        self._prefer(keys=others)
        names = keys.shown(key.pressed(others), all_of_them=True)
        self.tell(f"{called(key).capitalize()}: {names}")


def _short(path: Path) -> str:
    """Return a path as it fits beside a heading: from the home folder on, or its end."""
    if path.is_relative_to(Path.home()):
        return f"~/{path.relative_to(Path.home())}"
    text = str(path)
    return text if len(text) <= _PATH_CELLS else f"…/{'/'.join(path.parts[-2:])}"
