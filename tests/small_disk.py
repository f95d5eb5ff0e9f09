"""A disk of a few megabytes that a test can fill, or make read-only, without harming any other.

Mounting takes the right to it. Root usually has it; anybody else gets it in a user namespace, so
there the test is run once more in one. Where neither is possible, the test fails and says so: a
promise about full disks that is not tried out is none.
"""

from __future__ import annotations

import functools
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

_INSIDE = "DLCONSOLE_TEST_OWN_MOUNTS"
_ROOT = Path(__file__).parent.parent


class SmallDisk:
    """A mounted disk.

    Args:
        path: Where it is mounted.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._filler = path / "filler"

    def fill(self, leave: int = 0) -> None:
        """Take all room, but for so many bytes."""
        with self._filler.open("ab", buffering=0) as file:
            try:
                while True:
                    file.write(b"x" * 4096)
            except OSError:
                pass
            if leave:
                file.truncate(max(0, file.tell() - leave))

    def make_room(self) -> None:
        """Give back what :meth:`fill` took."""
        self._filler.unlink(missing_ok=True)

    @contextmanager
    def read_only(self) -> Iterator[None]:
        """Refuse, within this block, to open or make a file for writing.

        Files that are open already can be written to on, unlike on a disk that the kernel has made
        read-only because of errors: that takes a disk with errors.
        """
        subprocess.run(["mount", "--bind", str(self.path), str(self.path)], check=True)
        try:
            subprocess.run(["mount", "-o", "remount,bind,ro", str(self.path)], check=True)
            yield
        finally:
            subprocess.run(["umount", "--lazy", str(self.path)], check=True)


@contextmanager
def small_disk(folder: Path, megabytes: int = 8) -> Iterator[SmallDisk]:
    """Mount a disk within a test marked with :func:`own_mounts`; it is unmounted afterwards.

    Args:
        folder: Where; made.
        megabytes: Its size.
    """
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=0700", "tmpfs", str(folder)],
        check=True,
    )
    try:
        yield SmallDisk(folder)
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def own_mounts(test: Callable[..., None]) -> Callable[..., None]:
    """Mark a test that mounts; it is run where that is allowed."""

    @functools.wraps(test)
    def run(request: pytest.FixtureRequest, **arguments: Any) -> None:
        if os.environ.get(_INSIDE) or _may_mount():
            test(request=request, **arguments)
            return
        done = subprocess.run(
            ["unshare", "--user", "--map-root-user", "--mount", sys.executable, "-m", "pytest",
             "-q", "-p", "no:cacheprovider", request.node.nodeid],
            cwd=_ROOT, env={**os.environ, _INSIDE: "1"}, capture_output=True, text=True,
            check=False,
        )  # fmt: skip
        if "unshare:" in done.stderr:
            pytest.fail(
                "This test needs the right to mount a disk: as root with CAP_SYS_ADMIN, or with "
                f"user namespaces ({done.stderr.strip()})"
            )
        assert done.returncode == 0, done.stdout[-5000:]

    return run


def _may_mount() -> bool:
    if os.geteuid() != 0:
        return False
    done = subprocess.run(
        ["unshare", "--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt"],
        capture_output=True, check=False,
    )  # fmt: skip
    return done.returncode == 0
