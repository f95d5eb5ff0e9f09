"""What the login manager does with the processes of a person who logs out, or looks away.

systemd-logind puts each login into a scope of its own, and beside them the person's own service
manager. It can be told to end a scope with its login, or when nobody has typed for long; the
service manager ends some seconds after the last login does, unless the person *lingers*. Whatever
ends takes all its processes along, trainings included. The configuration is files of ``Name=value``
lines, later ones winning.

References:
    logind.conf(5), loginctl(1), systemd.scope(5);
    https://www.freedesktop.org/software/systemd/man/latest/logind.conf.html
"""

from __future__ import annotations

import configparser
import getpass
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from engine.devices.cgroup import membership

_ROOT = Path("/")
_FOLDERS = ("usr/lib/systemd", "run/systemd", "etc/systemd")  # in the order of their weight
_START = "start with: systemd-run --user --scope dlconsole"
_LINGER = "Once: loginctl enable-linger."
_NEVER = ("", "0", "infinity")


class Danger(NamedTuple):
    """Something that ends trainings while nobody looks.

    Attributes:
        found: What it is, in a sentence.
        remedy: What to do about it.
    """

    found: str
    remedy: str


def dangers(
    root: Path = _ROOT, user: str | None = None, groups: list[str] | None = None
) -> list[Danger]:
    """Return what the login manager would do to a training that is started from here.

    Args:
        root: Where the file system begins.
        user: The person; the one who runs this by default.
        groups: The control groups that a training would belong to; this process' own by default.
    """
    if not (root / "run/systemd/system").is_dir():
        return []  # systemd does not run here
    user = _own_name() if user is None else user
    place = _Place.of(membership() if groups is None else groups)
    login = _section(_configurations(root, "logind.conf"), "Login")
    return [
        *_at_logout(root, user, place, login),
        *_when_idle(place, login),
        *_by_time(root, user, place),
    ]


def lingers(root: Path = _ROOT, user: str | None = None) -> bool:
    """Say whether a person's service manager goes on after the last logout.

    Args:
        root: Where the file system begins.
        user: The person; the one who runs this by default.
    """
    name = _own_name() if user is None else user
    return bool(name) and (root / "var/lib/systemd/linger" / name).exists()


class _Place(NamedTuple):
    """Where in systemd's tree a process is; nowhere known in a container."""

    in_session: bool
    in_manager: bool
    is_known: bool

    @classmethod
    def of(cls, groups: list[str]) -> _Place:
        paths = [line.split(":", 2)[2] for line in groups if line.count(":") >= 2]
        text = "\n".join(paths)
        # What is below the service manager may have scopes called sessions, too.
        in_manager = bool(re.search(r"/user@\d+\.service(/|$)", text, re.MULTILINE))
        in_session = not in_manager and bool(re.search(r"/session-[^/\n]+\.scope", text))
        return cls(in_session, in_manager, in_session or in_manager or ".service" in text)


def _at_logout(root: Path, user: str, place: _Place, login: dict[str, str]) -> Iterator[Danger]:
    lingering = lingers(root, user)
    if place.in_manager:
        if not lingering and login.get("userstopdelaysec", "").strip() != "infinity":
            yield Danger(
                "This terminal belongs to your service manager, which ends some seconds after your "
                "last logout, and trainings with it.",
                _LINGER,
            )
    elif _kills(user, login) and (place.in_session or not place.is_known):
        yield Danger(
            "The login manager ends all processes of a person who logs out "
            "(KillUserProcesses=yes), trainings included.",
            f"S{_START[1:]}" if lingering else f"{_LINGER} Then {_START}",
        )


def _kills(user: str, login: dict[str, str]) -> bool:
    kills = login.get("killuserprocesses", "no").strip().lower() in ("yes", "true", "on", "1")
    spared = login.get("killexcludeusers", "root").split()
    only = login.get("killonlyusers", "").split()
    return kills and user not in spared and (not only or user in only)


def _when_idle(place: _Place, login: dict[str, str]) -> Iterator[Danger]:
    idle = login.get("stopidlesessionsec", "").strip()
    if idle.lower() not in _NEVER and (place.in_session or not place.is_known):
        yield Danger(
            f"The login manager ends a login in which nothing was typed for {_time(idle)} "
            "(StopIdleSessionSec), trainings included.",
            f"{_LINGER} Then {_START}",
        )
    action = login.get("idleaction", "ignore").strip().lower()
    if action not in ("", "ignore", "lock"):
        after = _time(login.get("idleactionsec", "30min").strip())
        yield Danger(
            f"When nobody has typed anything for {after}, this machine does: {action} "
            "(IdleAction).",
            "Start with: systemd-inhibit --what=idle dlconsole, or set IdleAction=ignore in "
            "logind.conf.",
        )


def _by_time(root: Path, user: str, place: _Place) -> Iterator[Danger]:
    """Look for units around a training that may run for a limited time only."""
    number = str(os.getuid())
    units = ["session-.scope.d", "scope.d"] if not place.in_manager else []
    units += ["user@.service.d", f"user@{number}.service.d"] if not place.in_session else []
    files = [
        path
        for folder in _FOLDERS
        for unit in units
        for path in sorted((root / folder / "system" / unit).glob("*.conf"))
    ]
    limits = _section(files, "Scope") | _section(files, "Service")
    limit = limits.get("runtimemaxsec", "").strip()
    if limit.lower() not in _NEVER:
        yield Danger(
            f"A login of {user} may last {_time(limit)} (RuntimeMaxSec); then it ends, and "
            "trainings with it.",
            "What was cut off goes on with: dlconsole resume RUN",
        )


def _time(value: str) -> str:
    return f"{value} s" if value.isdecimal() else value


def _own_name() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""


def _configurations(root: Path, name: str) -> list[Path]:
    """Return the files of a configuration in the order in which they are read."""
    files = [root / folder / name for folder in _FOLDERS]
    # Those in name.d win over the main ones, by name wherever they lie.
    extra = [path for folder in _FOLDERS for path in (root / folder / f"{name}.d").glob("*.conf")]
    return [*files, *sorted(extra, key=lambda path: path.name)]


def _section(files: Iterable[Path], section: str) -> dict[str, str]:
    """Return the settings in a section of some files, names in lower case."""
    found: dict[str, str] = {}
    for path in files:
        parser = configparser.ConfigParser(strict=False, interpolation=None, allow_no_value=True)
        try:
            parser.read_string(path.read_text("utf-8", "replace"))
        except (OSError, configparser.Error):
            continue
        if parser.has_section(section):
            found |= {name: value or "" for name, value in parser.items(section)}
    return found
