"""Importing ahead, without computing anything.

What has been imported is there for every child that is forked, at once. Had anything been computed,
or the driver of a GPU been used, no child could do so.
"""

from __future__ import annotations

import ctypes
import importlib
import os
from contextlib import suppress

from engine.catalog import Catalog
from engine.errors import Problem
from engine.references import resolve

_CUDA_NOT_INITIALIZED = 3


def cuda_is_touched() -> bool:
    """Say whether the driver of NVIDIA's GPUs has been used in this process.

    No child could use it then. Imports are not known to; but if one did, trainings would end up on
    the CPU without a word.
    """
    try:
        driver = ctypes.CDLL("libcuda.so.1", mode=os.RTLD_NOLOAD)
    except OSError:
        return False  # not even loaded
    context = ctypes.c_void_p()
    return bool(driver.cuCtxGetCurrent(ctypes.byref(context)) != _CUDA_NOT_INITIALIZED)


def import_everything() -> None:
    """Import what a worker and an answer will need, for every recipe there is, and compute nothing.

    Raises:
        Problem: The backend is not there.
    """
    backend = os.environ["KERAS_BACKEND"]
    try:
        importlib.import_module("keras")
    except ImportError as error:
        raise Problem(
            f"The backend {backend} cannot be imported: {error}.",
            f"Install it: pip install 'dlconsole[{backend}]', or choose another.",
        ) from error
    if backend != "tensorflow":
        # To seed it, Keras imports it wherever it is installed: six seconds of the first training.
        with suppress(ImportError):
            importlib.import_module("tensorflow")
    for module in (f"engine.training.loop_{backend}", "engine.rehearsal", "threadpoolctl"):
        importlib.import_module(module)
    for entry in Catalog.load().entries.values():
        recipe = entry.recipe
        # A recipe that is broken, in whatever way, is told of where it is chosen.
        with suppress(Exception):
            for module in resolve(recipe.task).imports:
                importlib.import_module(module)
            for name in (recipe.network, recipe.official.loader, recipe.own.loader):
                resolve(name)
