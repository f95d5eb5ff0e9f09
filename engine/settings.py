"""Where things lie: runs, data, recipes of one's own.

The order is always the same: what the command line says, then the environment, then the XDG
folder. Nothing is created by asking.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

APP = "dlconsole"


@dataclass(frozen=True)
class Settings:
    """The folders of this person on this machine.

    Attributes:
        runs: One folder a run (``DLCONSOLE_RUNS``, else under XDG state).
        data: Where fetched data sets are kept (under XDG data).
        data_search: Where a data file is looked for, in order: the folder ``DLCONSOLE_DATA``, if
            set, which is only ever read, then :attr:`data`.
        recipes: Recipe files of a person's own (``DLCONSOLE_RECIPES``, else under XDG config).
        devices: The queue of this host's devices (``DLCONSOLE_DEVICES``, else under XDG state, in a
            folder of the host's name, because several hosts may share a home).
    """

    runs: Path
    data: Path
    data_search: tuple[Path, ...]
    recipes: Path
    devices: Path

    @classmethod
    def load(cls, runs: Path | None = None) -> Settings:
        """Read the environment.

        Args:
            runs: What ``--runs-dir`` says; wins over the environment.
        """
        import platformdirs

        data = Path(platformdirs.user_data_dir(APP)) / "data"
        shared = _folder("DLCONSOLE_DATA")
        return cls(
            runs=(
                runs or _folder("DLCONSOLE_RUNS") or Path(platformdirs.user_state_dir(APP)) / "runs"
            )
            .expanduser()
            .absolute(),
            data=data,
            data_search=(shared, data) if shared else (data,),
            recipes=_folder("DLCONSOLE_RECIPES")
            or Path(platformdirs.user_config_dir(APP)) / "recipes",
            devices=_folder("DLCONSOLE_DEVICES")
            or Path(platformdirs.user_state_dir(APP)) / "devices" / os.uname().nodename,
        )


def _folder(variable: str) -> Path | None:
    text = os.environ.get(variable, "").strip()
    return Path(text).expanduser().absolute() if text else None
