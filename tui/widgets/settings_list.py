"""The settings and the keys of the table, each with what it is now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from textual.binding import BindingType

from tui import keys
from tui.format import pad, shorten
from tui.keys import Key
from tui.preferences import ENTRIES, Preferences, written
from tui.widgets.choices import Choices
from tui.widgets.painted import Line

_NAME_CELLS = 12
_VALUE_CELLS = 24
_KEYS_CELLS = 18
_LABEL_CELLS = 16

SMOOTHING_STEPS = ("0", "0.3", "0.6", "0.8", "0.9", "0.95", "0.98", "0.99", "0.999")


@dataclass(frozen=True)
class Setting:
    """A setting of the file.

    Attributes:
        name: A name of :data:`tui.preferences.ENTRIES`.
    """

    name: str

    def options(self) -> tuple[str, ...]:
        """Return what it can be turned through; nothing where it is typed."""
        if self.name == "theme":
            from tui.themes import known

            return ("", *known())
        return SMOOTHING_STEPS if self.name == "smoothing" else ENTRIES[self.name].choices

    def typed(self, preferences: Preferences) -> str:
        """Return its value as a person would type it."""
        return written(getattr(preferences, self.name))

    def shown(self, preferences: Preferences) -> str:
        """Return its value as it is listed."""
        typed = self.typed(preferences)
        known = {"true": "on", "false": "off", "": _UNSET.get(self.name, "")}
        return f"‹ {known.get(typed, typed)} ›" if self.options() else known.get(typed, typed)


_UNSET = {"theme": "what fits", "columns": "the usual ones", "sort": "the latest first"}

Row = Setting | Key


class SettingsList(Choices[Row]):
    """Lists them.

    Args:
        preferences: What is preferred at first.
    """

    BINDINGS: ClassVar[list[BindingType]] = keys.bindings("settings-list")

    def __init__(self, preferences: Preferences, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._preferences = preferences

    def take(self, preferences: Preferences) -> None:
        """Show other preferences."""
        self._preferences = preferences
        self.redraw()

    def narrow(self, text: str) -> None:
        """List what holds a text; everything, where that is empty."""
        rows = listed(text, self._preferences.keys)
        self.empty_text = f"Nothing here holds {text!r}."
        self.show(rows, from_the_top=True)

    def line_of(self, thing: Row, cells: int) -> Line:
        if isinstance(thing, Setting):
            is_usual = thing.typed(self._preferences) == thing.typed(Preferences())
            room = cells - _NAME_CELLS - _VALUE_CELLS - 6
            return (
                (f"   {pad(thing.name.replace('_', ' '), _NAME_CELLS)} ", ""),
                (pad(thing.shown(self._preferences), _VALUE_CELLS), "" if is_usual else "accent"),
                (f"  {shorten(ENTRIES[thing.name].help, room)}" if room > 10 else "", "muted"),
            )
        others = self._preferences.keys
        names = keys.shown(thing.pressed(others), all_of_them=True)
        room = cells - _KEYS_CELLS - _LABEL_CELLS - 6
        return (
            (f"   {pad(names, _KEYS_CELLS)} ", "warn" if thing.binding in others else "accent"),
            (pad(called(thing), _LABEL_CELLS), ""),
            (f"  {shorten(thing.help, room)}" if room > 10 else "", "muted"),
        )


def called(key: Key) -> str:
    """Return what a key's action is called in a word or two."""
    return key.label or key.id.replace("-", " ")


def listed(text: str, others: Mapping[str, str]) -> list[Row | str]:
    """Return the rows that hold a text, with their headings.

    Args:
        text: What is looked for, in any case.
        others: What a person has bound otherwise.
    """
    text = text.lower().strip()
    rows: list[Row | str] = []

    def add(heading: str, found: list[Row]) -> None:
        if found:
            rows.extend([heading, *found])

    add(
        "Settings",
        [
            Setting(name)
            for name, entry in ENTRIES.items()
            if name != "keys" and text in f"{name.replace('_', ' ')} {entry.help}".lower()
        ],
    )
    for place, heading in keys.PLACES.items():
        add(
            f"Keys: {heading}",
            [
                key
                for key in keys.of(place)
                if key.action
                and not key.priority
                and text
                in f"{heading} {called(key)} {key.help} "
                f"{keys.shown(key.pressed(others), all_of_them=True)}".lower()
            ],
        )
    return rows
