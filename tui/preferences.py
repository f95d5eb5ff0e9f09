"""What a person prefers the console to be like, kept in a file of settings that one can also edit.

The file is TOML, in the XDG folder for configuration (``DLCONSOLE_SETTINGS`` names another). What
is promised: a damaged file or entry costs that entry alone and is told, never raised; what stands
in the file and is not ours to know is kept when it is written again, comments are not; and a file
that is no TOML at all is put aside, not written over.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from engine.errors import Problem, nearest
from engine.settings import APP

MOST_SMOOTHING = 0.999

_HEAD = "# Settings of dlconsole. Comments are lost when the console writes this file.\n"
_YES, _NO = ("true", "yes", "on"), ("false", "no", "off")


@dataclass(frozen=True)
class Preferences:
    """What a person prefers."""

    theme: str = ""
    """The name of a theme; empty for what fits the terminal."""
    bell: bool = False
    """Whether the terminal's bell is rung when a run ends."""
    pictures: str = "blocks"
    """How pictures are drawn: ``blocks``, ``sixel`` or ``kitty``."""
    smoothing: float = 0.0
    """How strongly curves are smoothed to begin with, from 0 to :data:`MOST_SMOOTHING`."""
    x_axis: str = "epoch"
    """What curves are drawn over to begin with: ``epoch``, ``step`` or ``time``."""
    columns: tuple[str, ...] = ()
    """The columns of the list of runs; none for those that it has of itself."""
    sort: str = ""
    """The column by which the list of runs is sorted, with ``-`` before it for the other way."""
    keys: Mapping[str, str] = field(default_factory=dict)
    """Other keys than those of :data:`tui.keys.KEYS`: by place and id, as ``run.pause``, Textual's
    names with commas between them."""

    @classmethod
    def load(cls) -> tuple[Preferences, tuple[str, ...]]:
        """Read the file.

        Returns:
            What it says, and a sentence on each thing in it that cannot be used.
        """
        try:
            found = _read_file()
        except Problem as problem:
            return cls(), (str(problem),)
        values: dict[str, Any] = {}
        notices = []
        for name, value in found.items():
            try:
                if name == "keys" and isinstance(value, Mapping):
                    from tui import rebinding

                    values[name], wrong = _usable_keys(value)
                    wrong += rebinding.conflicts(values[name])
                    notices += [f"{location()}, [keys]: {each}" for each in wrong]
                else:
                    values[name] = checked(name, value)
            except Problem as problem:
                notices.append(f"{location()}: {problem}")
        return cls(**values), tuple(notices)

    def changed(self, **changes: object) -> Preferences:
        """Return these with some of them changed.

        Raises:
            Problem: There is no such setting, or its value is not allowed.
        """
        values: dict[str, Any] = {name: checked(name, value) for name, value in changes.items()}
        return replace(self, **values)


def location() -> Path:
    """Return the file's path, whether there is a file or not."""
    named = os.environ.get("DLCONSOLE_SETTINGS", "").strip()
    if named:
        return Path(named).expanduser().absolute()
    import platformdirs

    return Path(platformdirs.user_config_dir(APP)) / "settings.toml"


def save(changes: Mapping[str, object]) -> str:
    """Write some settings into the file; the others in it stay as they are. Not for an event loop.

    Args:
        changes: By name, as :class:`Preferences` holds them; what is as if nothing had been said is
            taken out of the file.

    Returns:
        A sentence where the file before was put aside, else nothing.

    Raises:
        Problem: It cannot be written.
    """
    from engine.run.files import PRIVATE_FOLDER
    from engine.run.files import replace as put
    from engine.toml import dumps

    path = location()
    notice = ""
    try:
        try:
            found = _read_file()
        except Problem:
            aside = path.with_name(f"{path.name}.before")
            path.replace(aside)
            found, notice = {}, f"{path} could not be read; it is {aside.name} now."
        usual = Preferences()
        for name, value in changes.items():
            found.pop(name, None)
            if value != getattr(usual, name):
                found[name] = value
        path.parent.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
        # A link stays one: settings are often kept in a folder of their own, under version control.
        put(path.resolve(), (_HEAD + dumps(found)).encode())
    except OSError as error:
        raise Problem(
            f"The settings cannot be written to {path}: {error.strerror}.",
            "They hold until the console is left.",
        ) from error
    return notice


# What may stand where.


@dataclass(frozen=True)
class Entry:
    """What is known of one setting.

    Attributes:
        help: What it decides, in a line.
        read: Takes a value from the file or a person's typing; raises Problem.
        choices: What it can be, where that is a few words.
    """

    help: str
    read: Callable[[object], Any]
    choices: tuple[str, ...] = ()


def checked(name: str, value: object) -> Any:
    """Return a setting's value as :class:`Preferences` holds it.

    Args:
        name: The setting's.
        value: What stands in the file, or what a person typed.

    Raises:
        Problem: There is no such setting, or its value is not allowed.
    """
    entry = ENTRIES.get(name)
    if entry is None:
        raise Problem(f"There is no setting {name!r}.", nearest(name, ENTRIES))
    try:
        return entry.read(value)
    except Problem as problem:
        raise Problem(f"{name}: {problem.what}", problem.remedy) from problem


def written(value: object) -> str:
    """Return a setting's value as a person would type it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return " ".join(value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def _one_of(*choices: str) -> Callable[[object], str]:
    def read(value: object) -> str:
        if value not in choices:
            raise Problem(f"Expected {' or '.join(choices)}. Received: {value!r}.")
        return str(value)

    return read


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise Problem(f"Expected a text. Received: {value!r}.")
    return value.strip()


def _theme(value: object) -> str:
    name = _text(value)
    if name:
        from tui.themes import known

        if name not in known():
            raise Problem(f"There is no theme {name!r}.", nearest(name, known()))
    return name


def _flag(value: object) -> bool:
    word = str(value).lower()
    if word not in (*_YES, *_NO):
        raise Problem(f"Expected true or false. Received: {value!r}.")
    return word in _YES


def _smoothing(value: object) -> float:
    try:
        number = float(value) if isinstance(value, str | int | float) else -1.0
    except ValueError:
        number = -1.0
    if not 0 <= number <= MOST_SMOOTHING:
        raise Problem(f"Expected a number from 0 to {MOST_SMOOTHING:g}. Received: {value!r}.")
    return number


def _words(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        value = value.replace(",", " ").split()
    if not (isinstance(value, list | tuple) and all(isinstance(each, str) for each in value)):
        raise Problem(f"Expected a list of texts. Received: {value!r}.")
    return tuple(value)


def _keys(value: object) -> dict[str, str]:
    if not isinstance(value, Mapping):
        raise Problem(f'Expected a table, as "run.pause" = "p". Received: {value!r}.')
    usable, wrong = _usable_keys(value)
    if wrong:
        raise Problem(wrong[0])
    return usable


def _usable_keys(value: Mapping[str, object]) -> tuple[dict[str, str], list[str]]:
    """Return the bindings of a table that can be used, and a sentence on each of the others."""
    from tui import rebinding

    # run.pause = "p" without quotation marks is a table in the table.
    flat: dict[str, object] = {}
    for name, each in value.items():
        if isinstance(each, Mapping):
            flat |= {f"{name}.{inner}": value for inner, value in each.items()}
        else:
            flat[name] = each
    usable: dict[str, str] = {}
    wrong = []
    for name, each in flat.items():
        try:
            usable[name] = rebinding.rebound(name, each)
        except Problem as problem:
            wrong.append(str(problem))
    return usable, wrong


_PICTURES = ("blocks", "sixel", "kitty")
_X_AXES = ("epoch", "step", "time")

ENTRIES: Mapping[str, Entry] = {
    "theme": Entry("the colours; empty for those that fit the terminal", _theme),
    "bell": Entry("ring the terminal's bell when a run ends", _flag, ("false", "true")),
    "pictures": Entry("how pictures are drawn", _one_of(*_PICTURES), _PICTURES),
    "smoothing": Entry(f"how curves are smoothed, 0 to {MOST_SMOOTHING:g}", _smoothing),
    "x_axis": Entry("what curves are drawn over", _one_of(*_X_AXES), _X_AXES),
    "columns": Entry("the columns of the list of runs; none for the usual ones", _words),
    "sort": Entry("what the list of runs is sorted by; -name turns it round", _text),
    "keys": Entry("other keys, by place and name", _keys),
}
"""Every setting, in the order in which they are listed."""


# The file.


def _read_file() -> dict[str, Any]:
    """Return what the file holds, nothing where there is none; raise Problem if it is no TOML."""
    path = location()
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise Problem(f"The settings in {path} cannot be read: {error.strerror}.") from error
    import tomllib

    try:
        return tomllib.loads(content.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Problem(f"{path} is no TOML: {error}.", "All settings are the usual ones.") from error
