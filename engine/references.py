"""Names of functions in recipes, looked up.

A recipe says ``engine.models.dense:regressor``, or ``my_net.py:build`` for a file beside a person's
own recipe. Looking up imports what the name leads to, Keras included, so only workers and the
processes that answer questions do it.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from engine.errors import Problem, nearest


def resolve(reference: str, beside: Path | None = None) -> Any:
    """Return what a name stands for.

    Args:
        reference: ``module:name`` or ``file.py:name``.
        beside: The folder in which files are looked up; None where the recipe is not a file.

    Raises:
        Problem: The module, file or name does not exist, or the import fails.
    """
    place, _, name = reference.partition(":")
    try:
        module = (
            load_file(_file(place, beside))
            if is_file(reference)
            else importlib.import_module(place)
        )
    except ModuleNotFoundError as error:
        raise Problem(
            f"{reference}: there is no module {error.name!r}.", "Install it, or mend the name."
        ) from error
    if not hasattr(module, name):
        raise Problem(f"{reference}: {place} has no {name!r}.", nearest(name, vars(module)))
    return getattr(module, name)


def is_file(reference: str) -> bool:
    """Say whether a reference names a file rather than an installed module."""
    return reference.partition(":")[0].endswith(".py")


def load_file(path: Path) -> ModuleType:
    """Run a Python file as a module of its own and return it.

    Raises:
        Problem: It cannot be read or fails; the sentence names the line.
    """
    spec = importlib.util.spec_from_file_location(f"dlconsole_own_{path.stem}", path)
    if spec is None or spec.loader is None:
        raise Problem(f"{path} is not a Python file.")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up there
    try:
        spec.loader.exec_module(module)
    except OSError as error:
        raise Problem(f"{path} cannot be read: {error.strerror}.") from error
    except Problem as problem:
        raise Problem(f"{path.name}: {problem.what}", problem.remedy) from problem
    except (Exception, SystemExit) as error:  # it is a person's code and may raise anything
        line = _line_of(error, path)
        raise Problem(
            f"{path.name}{line}: {type(error).__name__}: {error}.", "Mend the file."
        ) from error
    return module


def _file(place: str, beside: Path | None) -> Path:
    path = Path(place)
    return path if path.is_absolute() or beside is None else beside / path


def _line_of(error: BaseException, path: Path) -> str:
    if isinstance(error, SyntaxError):
        return f", line {error.lineno}"
    trace, line = error.__traceback__, ""
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == str(path):
            line = f", line {trace.tb_lineno}"
        trace = trace.tb_next
    return line
