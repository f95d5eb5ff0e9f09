"""Where the backend places a network."""

from __future__ import annotations

import keras


def device_name() -> str:
    """Name the device on which the backend places a network, as ``GPU:0`` or ``CPU``."""
    gpus = [
        name.upper()
        for name in keras.distribution.list_devices()
        if not name.lower().startswith("cpu")
    ]
    return gpus[0].replace("CUDA", "GPU") if gpus else "CPU"
