"""Whether anybody waits for processes whose parent is gone.

A process that ends stays in the kernel's table, as a zombie, until its parent asks how it ended.
Workers outlive the console that started them and become children of process 1, which on an ordinary
system takes care of them. In a container process 1 is often a shell or a program that does not:
then each training leaves a zombie behind, until there is no room for another process.
"""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

_PROC = Path("/proc")
_RETRY_SECONDS = 0.05


class Orphan:
    """A process of no use that loses its parent at once and ends a moment later."""

    def __init__(self) -> None:
        self._pid: int | None = None
        self._begun = time.monotonic()
        try:
            # The shell ends before what it has started, which then belongs to nobody of ours.
            done = subprocess.run(
                ["/bin/sh", "-c", "sleep 0.1 </dev/null >/dev/null 2>&1 & echo $!"],
                capture_output=True,
                check=True,
                timeout=10,
            )
            self._pid = int(done.stdout)
        except (OSError, ValueError, subprocess.SubprocessError):
            return

    def is_cleared_away(self, patience: float = 5.0) -> bool | None:
        """Say whether somebody has waited for it; None where that cannot be seen.

        Args:
            patience: Seconds since its beginning to give it; some ask only every few seconds.
        """
        if self._pid is None or not (_PROC / "self").exists():
            return None
        path = _PROC / str(self._pid) / "stat"
        while True:
            try:
                state = path.read_text("utf-8", "replace").rpartition(")")[2].split()[0]
            except OSError:
                return True
            if time.monotonic() - self._begun > patience:
                return state != "Z"
            time.sleep(_RETRY_SECONDS)
