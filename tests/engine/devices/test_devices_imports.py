"""The command is on screen at once because its device modules import nothing heavy."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import engine

MODULES = ["readings", "gpu", "host", "disk", "cgroup", "backend"]


def test_importing_the_device_modules_loads_no_driver_library_and_no_arrays() -> None:
    code = "import json, sys\n"
    code += "".join(f"import engine.devices.{module}\n" for module in MODULES)
    code += "print(json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(engine.__file__).parents[1],
    )
    loaded = set(json.loads(done.stdout))
    assert loaded.isdisjoint({"psutil", "pynvml", "numpy", "keras", "tensorflow", "textual"})
