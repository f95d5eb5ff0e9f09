"""Whether a run can go on from where it was left, and whether exactly."""

from __future__ import annotations

from engine.devices.gpu import Gpus
from engine.errors import Problem
from engine.run import conditions
from engine.run.folder import RunFolder
from engine.run.search_view import SearchView
from engine.run.snapshots import Entry, read_index
from engine.run.state import Verdict
from engine.run.view import RunView


def refuse(
    folder: RunFolder,
    *,
    epochs: int | None = None,
    learning_rate: float | None = None,
    elsewhere: bool = False,
) -> None:
    """Raise :class:`Problem` where a run cannot go on; the sentence says why and what can be done.

    Args:
        folder: The run.
        epochs: To how many epochs in all a person wants it to be trained.
        learning_rate: With which learning rate a person wants it to go on.
        elsewhere: Whether a person says that the machine it was last seen on is out of the game.
    """
    folder.read_spec()  # a damaged one says so
    view = RunView(folder)
    _refuse_live(view, elsewhere=elsewhere)
    _refuse_outcome(view, view.verdict, epochs, learning_rate)


def refuse_search(folder: RunFolder, *, trials: int | None = None, elsewhere: bool = False) -> None:
    """Raise :class:`Problem` where a search cannot go on; the sentence says why.

    Args:
        folder: The search.
        trials: How many trials in all a person wants.
        elsewhere: See :func:`refuse`.
    """
    view = SearchView(folder)
    _refuse_live(view, elsewhere=elsewhere)
    begun = view.begun
    if view.verdict.state == "done" and trials is None:
        raise Problem(
            f"{folder.name} is done: {view.verdict.why}",
            f"To add trials: dlconsole resume {folder.name} --trials {2 * max(begun, 1)}",
        )
    if trials is not None and trials <= begun:
        raise Problem(f"Expected more than the {begun} trials of {folder.name}, got {trials}.")


def _refuse_live(view: RunView, *, elsewhere: bool) -> None:
    view.refresh()
    verdict, name = view.verdict, view.folder.name
    if verdict.live:
        raise Problem(
            f"{name} is {verdict.state}: a worker is at it.",
            f"Watch it: dlconsole watch {name}",
        )
    if verdict.state == "last seen" and not elsewhere:
        raise Problem(
            f"{name} {verdict.why[0].lower()}{verdict.why[1:]} It may still be running.",
            "If that machine is gone or was stopped for good, say so with --elsewhere.",
        )


def _refuse_outcome(
    view: RunView, verdict: Verdict, epochs: int | None, learning_rate: float | None
) -> None:
    name, done = view.folder.name, len(view.epochs)
    if verdict.state == "done":
        if epochs is None:
            raise Problem(
                f"{name} is done: it has trained its {done} epochs.",
                f"To train it further: dlconsole resume {name} --epochs {2 * max(done, 1)}",
            )
        if not entries(view.folder):
            raise Problem(
                f"{name} kept no snapshot to go on from.", "It was trained with --snapshots off."
            )
    if epochs is not None and epochs <= done:
        raise Problem(f"Expected more than the {done} epochs {name} has trained, got {epochs}.")
    reason = view.ended.reason if view.ended is not None else ""
    if reason == "nan" and learning_rate is None:
        raise Problem(
            f"{name} would fail again at the same step: {verdict.why}",
            f"Give it a smaller learning rate: dlconsole resume {name} --learning-rate X",
        )
    if reason == "data" and not done:
        raise Problem(
            f"{name} never began to train: {verdict.why}", "Correct that and train it anew."
        )


def entries(folder: RunFolder) -> list[Entry]:
    """Return a run's snapshots, the good one first; none where the index makes no sense."""
    try:
        return read_index(folder).entries
    except Problem:
        return []


def differences(folder: RunFolder, device: str = "") -> list[str]:
    """Say what is not as it was when the last snapshot was written; empty means exact.

    Args:
        folder: The run.
        device: The device that it would go on with: ``cpu``, ``gpu:N``; empty: the one it had.
    """
    found = entries(folder)
    if not found:
        return []
    spec = folder.read_spec()
    gpu = ""
    if device.startswith("gpu:") or (not device and "gpu" in found[0].conditions):
        gpu = gpu_name(device or "gpu:0")
    return conditions.differences(found[0].conditions, conditions.conditions(spec.backend, gpu))


def gpu_name(device: str) -> str:
    """Return what kind of GPU ``gpu:N`` is; empty for the CPU and where there is none such."""
    number = device.removeprefix("gpu:")
    if not device.startswith("gpu:"):
        return ""
    if not number.isdecimal():
        return number  # a part of a GPU, named by its UUID
    gpus = Gpus()
    try:
        return dict(enumerate(gpus.names())).get(int(number), "")
    finally:
        gpus.close()
