"""The terminal's input, read so that escape is answered as soon as it can be told from other keys.

An escape is also the beginning of what arrows and other keys send, so it is a key only when nothing
has followed it for a while. Textual looks every tenth of a second whether that while is over; here
it is short, and its end is waited for. What a key sends comes in one piece, over SSH as well.
"""

from __future__ import annotations

import os
import select
from codecs import getincrementaldecoder

from textual import constants
from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver

_IDLE_SECONDS = 0.1  # between two looks at whether the console is being left
_READ_BYTES = 4096


class QuickInput(LinuxDriver):
    """Textual's driver for terminals, with a quicker escape."""

    def run_input_thread(self) -> None:
        """Read keys, and pass them on, until the console is left."""
        parser = XTermParser(self._debug)
        decode = getincrementaldecoder("utf-8")(errors="replace").decode
        here = [self.fileno]
        wait = _IDLE_SECONDS
        while not self.exit_event.is_set():
            is_there = bool(select.select(here, [], [], wait)[0])
            wait = constants.ESCAPE_DELAY if is_there else _IDLE_SECONDS
            if is_there:
                content = self._read()
                if not content:  # the terminal has gone away; the application notices that
                    self.exit_event.wait(_IDLE_SECONDS)
                    continue
                for event in parser.feed(decode(content)):
                    self.process_message(event)
            for event in parser.tick():
                self.process_message(event)

    def _read(self) -> bytes:
        try:
            return os.read(self.fileno, _READ_BYTES)
        except OSError:
            return b""
