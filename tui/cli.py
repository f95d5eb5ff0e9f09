"""The command ``dlconsole``: what goes wrong becomes words and a code.

What it promises:

* ``dlconsole`` alone imports nothing that the console does without; ``dlconsole --help`` imports
  click and nothing else to speak of (:mod:`tui.program`).
* Standard output is data and nothing else; narration, progress and problems go to standard error.
* A :class:`~engine.errors.Problem` is one or two plain lines and exit code 2. No traceback reaches
  a person unless ``--debug`` asks for it.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Sequence
from contextlib import suppress

from engine.errors import Problem
from tui.exit_codes import CLOSED_PIPE, FAILED, INTERRUPTED, USAGE
from tui.opening import open_console
from tui.safe_text import printable
from tui.streams import give_up_stdout, narrate

COMPLETION_VARIABLE = "_DLCONSOLE_COMPLETE"
"""Set by the completion scripts when a shell asks what could come next."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code.

    Args:
        arguments: What stands behind ``dlconsole``; those of the process by default.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    _prepare_streams()
    debug = "--debug" in words
    try:
        code = _invoke(words, debug=debug)
    except KeyboardInterrupt:
        code = INTERRUPTED
    except BrokenPipeError:
        code = CLOSED_PIPE
    except Exception as error:  # noqa: BLE001 - whatever it is, a person reads no traceback
        code = _tell(error, debug=debug)
    return _flush(code)


def _invoke(words: list[str], *, debug: bool) -> int:
    instruction = os.environ.get(COMPLETION_VARIABLE)
    if not words and not instruction:
        return open_console()
    from tui import program

    if instruction:
        return program.complete(COMPLETION_VARIABLE, instruction)
    return program.invoke(words, debug=debug)


def _tell(error: Exception, *, debug: bool) -> int:
    """Say what went wrong and return the exit code for it."""
    if isinstance(error, Problem):
        narrate(error.what)
        if error.remedy:
            narrate(error.remedy)
        if debug and error.__cause__ is not None:
            _print_traceback(error)
        return USAGE
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        give_up_stdout()  # it may be what could not be written
        narrate("The disk is full: not everything could be written.")
        narrate("Make room and run it again.")
        return USAGE
    first = str(error).strip().partition("\n")[0]
    hint = "" if debug else " (--debug shows all of it)"
    narrate(f"This is a defect of dlconsole: {type(error).__name__}: {first}{hint}")
    if debug:
        _print_traceback(error)
    return FAILED


def _print_traceback(error: Exception) -> None:
    import traceback

    for line in "".join(traceback.format_exception(error)).splitlines():
        narrate(line)


def _prepare_streams() -> None:
    """See to it that printing fails at no character and at no closed stream."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:  # closed by the caller, as with >&-
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def _flush(code: int) -> int:
    """Pass on what is still buffered, so that the interpreter need not try and complain."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        give_up_stdout()
        return code or CLOSED_PIPE
    except OSError as error:
        give_up_stdout()
        if error.errno != errno.EIO:  # EIO: the terminal is gone, and with it the reader
            narrate(f"Standard output cannot be written: {printable(error.strerror)}.")
        return code or USAGE
    with suppress(OSError):
        sys.stderr.flush()
    return code


if __name__ == "__main__":
    sys.exit(main())
