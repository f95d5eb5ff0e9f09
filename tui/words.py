"""What things are called, in the console and by the commands alike."""

from __future__ import annotations

PHASES = {
    "starting": "starting the worker",
    "fetching": "fetching",
    "loading": "loading",
    "building": "building",
    "training": "training",
    "validating": "validating",
    "reporting": "measuring the network and the baselines",
}
"""What the phases of a worker are called."""
