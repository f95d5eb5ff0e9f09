"""What ``dlconsole`` ends with."""

from __future__ import annotations

DONE, FAILED, USAGE, STOPPED = 0, 1, 2, 3
"""Done; the training failed; usage, configuration or data; stopped on request."""
INTERRUPTED = 130
"""After Ctrl+C or SIGTERM, as shells have it."""
HUNG_UP = 129
"""After the terminal was closed, as shells have it. Nobody is left to see it."""
CLOSED_PIPE = 141
"""When the reader of standard output has gone, as shells have it."""
