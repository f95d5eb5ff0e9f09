"""What a person can do next, as command lines that can be copied as they stand. Pure functions."""

from __future__ import annotations

import shlex

from engine.run.records import RunSpec


def resume(name: str, *, elsewhere: bool = False) -> str:
    """Return the command that lets a run go on.

    Args:
        name: What the run is called.
        elsewhere: Whether its worker was last seen on another machine, which has to be confirmed.
    """
    return " ".join(["dlconsole resume", *(["--elsewhere"] if elsewhere else []), _quoted(name)])


def with_setting(command: str, name: str, value: str) -> str:
    """Return a ``dlconsole train`` command line with one hyperparameter set to another value.

    A name of a person's own is left out, since the run that has it still exists.

    Args:
        command: As in :attr:`~engine.run.records.RunSpec.command`.
        name: The hyperparameter.
        value: Its value as ``--set`` takes it.

    Returns:
        The command line; empty where ``command`` is none.
    """
    try:
        words = shlex.split(command)
    except ValueError:
        return ""
    kept: list[str] = []
    position = None
    for word in words:
        if kept and kept[-1] == "--name":
            kept.pop()
        elif kept and kept[-1] == "--set" and word.partition("=")[0] == name:
            position = len(kept)
            kept.append(f"{name}={value}")
        else:
            kept.append(word)
    if position is None and kept:
        kept += ["--set", f"{name}={value}"]
    return shlex.join(kept)


def smaller_batch(spec: RunSpec) -> tuple[int, str] | None:
    """Return half the batch size of a run, and the command line that trains with it.

    None where the run has no batch, or one that cannot be halved.
    """
    batch = spec.values.get("batch_size")
    if not isinstance(batch, int) or isinstance(batch, bool) or batch < 2:
        return None
    return batch // 2, with_setting(spec.command, "batch_size", str(batch // 2))


def _quoted(name: str) -> str:
    return shlex.quote(name) if name else "RUN"
