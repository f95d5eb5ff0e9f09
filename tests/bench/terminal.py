"""A program in a pseudo-terminal, as a benchmark sees it: bytes and when they came."""

from __future__ import annotations

import codecs
import contextlib
import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Callable, Mapping
from types import TracebackType

from tests.bench.shown import Shown


class Terminal:
    """Runs a program in a pseudo-terminal of its own.

    Args:
        arguments: What follows the program's name.
        columns: Width.
        rows: Height.
        environment: Added to the caller's.
        program: The program's file; this interpreter by default.

    Attributes:
        pid: The program's process.
        output: All it has written so far.
    """

    def __init__(
        self,
        arguments: list[str],
        columns: int = 150,
        rows: int = 45,
        environment: Mapping[str, str] | None = None,
        program: str = sys.executable,
    ) -> None:
        self.output = b""
        self._shown = Shown(columns, rows)
        self._fed = 0
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        self._begun = time.perf_counter()
        self.pid, self._handle = pty.fork()
        if self.pid == 0:
            variables = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor"}
            variables |= {"LANG": "C.UTF-8", **(environment or {})}
            os.execve(program, [program, *arguments], variables)
        fcntl.ioctl(self._handle, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        if self._handle >= 0:
            os.close(self._handle)
        os.waitpid(self.pid, 0)

    def until(self, condition: Callable[[bytes], bool], seconds: float = 30.0) -> float:
        """Read until ``condition`` holds of the output; return the seconds since the start."""
        while not condition(self.output):
            if not self.read(max(0.0, self._begun + seconds - time.perf_counter())):
                raise TimeoutError(self.output[-2000:].decode(errors="replace"))
        return time.perf_counter() - self._begun

    @property
    def screen(self) -> Shown:
        """What a person sees.

        Only this holds words whole: where one changes into another, the letters that differ are
        all that is sent.
        """
        new, self._fed = self.output[self._fed :], len(self.output)
        self._shown.feed(self._decode(new))
        return self._shown

    def until_shown(self, *words: str, seconds: float = 30.0) -> str:
        """Read until words are on the screen; return all of it."""

        def shown(output: bytes) -> bool:
            text = self.screen.text
            return all(word in text for word in words)

        waited = time.perf_counter() - self._begun
        try:
            self.until(shown, waited + seconds)
        except TimeoutError:
            raise TimeoutError(f"{words} came not:\n{self.screen.text}") from None
        return self.screen.text

    def resize(self, columns: int, rows: int) -> None:
        """Change the window's size, as a person does with the mouse."""
        self._shown.resize(columns, rows)
        size = struct.pack("HHHH", rows, columns, 0, 0)
        fcntl.ioctl(self._handle, termios.TIOCSWINSZ, size)
        os.kill(self.pid, signal.SIGWINCH)

    def until_gone(self, seconds: float = 20.0) -> None:
        """Read until the program has ended."""
        end = time.perf_counter() + seconds
        while self.is_running():
            self.read(0.05)
            if time.perf_counter() > end:
                raise TimeoutError(self.output[-2000:].decode(errors="replace"))
        while self.read(0.2):
            pass

    def echoes(self) -> bool:
        """Say whether the terminal shows what is typed, as it does for a shell."""
        return bool(termios.tcgetattr(self._handle)[3] & termios.ECHO)

    def hang_up(self) -> None:
        """Close the terminal, as a lost connection does."""
        os.close(self._handle)
        self._handle = -1

    def is_running(self) -> bool:
        """Say whether the program has not ended yet."""
        # Not reaped here: leaving the context does that.
        return os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None

    def read(self, seconds: float) -> bool:
        """Read what comes within ``seconds``; say whether anything came."""
        if not select.select([self._handle], [], [], seconds)[0]:
            return False
        try:
            self.output += os.read(self._handle, 1 << 16)
        except OSError:
            return False
        return True

    def read_for(self, seconds: float) -> int:
        """Read for so long and return the number of bytes that came."""
        before, end = len(self.output), time.perf_counter() + seconds
        while (left := end - time.perf_counter()) > 0:
            self.read(left)
        return len(self.output) - before

    def type(self, text: str) -> None:
        """Press keys."""
        os.write(self._handle, text.encode())
