"""What the login manager does with the processes of a person who logs out.

systemd-logind can be told to end them all, and with them a training that was meant to go on. Its
configuration is files of ``Name=value`` lines, later ones winning.

References:
    https://www.freedesktop.org/software/systemd/man/latest/logind.conf.html
"""

from __future__ import annotations

import configparser
import getpass
from pathlib import Path

_ROOT = Path("/")
_FOLDERS = ("usr/lib/systemd", "run/systemd", "etc/systemd")  # in the order of their weight


def killed_at_logout(root: Path = _ROOT, user: str | None = None) -> bool:
    """Say whether logging out would end this person's processes.

    Args:
        root: Where the file system begins.
        user: The person; the one who runs this by default.
    """
    if not (root / "run/systemd/system").is_dir():
        return False  # systemd does not run here
    try:
        user = user or getpass.getuser()
    except (KeyError, OSError):
        user = ""
    login = _login_section(root)
    kills = login.get("killuserprocesses", "no").strip().lower() in ("yes", "true", "on", "1")
    spared = login.get("killexcludeusers", "root").split()
    only = login.get("killonlyusers", "").split()
    return kills and user not in spared and (not only or user in only)


def _login_section(root: Path) -> dict[str, str]:
    """Return the settings of logind, names in lower case."""
    files = [root / folder / "logind.conf" for folder in _FOLDERS]
    # Files in logind.conf.d win over the main ones, by name wherever they lie.
    extra = [
        path for folder in _FOLDERS for path in (root / folder / "logind.conf.d").glob("*.conf")
    ]
    found: dict[str, str] = {}
    for path in [*files, *sorted(extra, key=lambda path: path.name)]:
        parser = configparser.ConfigParser(strict=False, interpolation=None, allow_no_value=True)
        try:
            parser.read_string(path.read_text("utf-8", "replace"))
        except (OSError, configparser.Error):
            continue
        if parser.has_section("Login"):
            found |= {name: value or "" for name, value in parser.items("Login")}
    return found
