"""The networks kept with a run: one at each new best, named by epoch and metric.

They lie in ``checkpoints/`` as ``epoch-00012-val_loss-0.2134.keras``. Restoring one makes it the
run's network, the one that predicts and is exported; the network of the end is kept beside them.
"""

from __future__ import annotations

import filecmp
import os
import re
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path

from engine.errors import Problem, nearest
from engine.run.files import PRIVATE_FILE, PRIVATE_FOLDER, sync_folder
from engine.run.folder import RunFolder

FINAL = "final.keras"
"""The network as training left it, once another one was restored."""

_NAME = re.compile(r"epoch-(\d+)-([^-]+)-(.+)\.keras")


@dataclass(frozen=True)
class Checkpoint:
    """A network kept with a run.

    Attributes:
        name: Its file's name.
        path: Where it lies.
        epoch: After which epoch; 0 for the network of the end.
        metric: The monitored metric; empty for the network of the end.
        value: Its value; None for the network of the end.
        size: In bytes.
    """

    name: str
    path: Path
    epoch: int
    metric: str
    value: float | None
    size: int


def file_name(epoch: int, metric: str, value: float) -> str:
    """Return what a checkpoint is called: ``epoch-00012-val_loss-0.2134.keras``."""
    return f"epoch-{epoch:05d}-{metric}-{value:.4g}.keras"


def list_checkpoints(folder: RunFolder) -> list[Checkpoint]:
    """Return a run's checkpoints by epoch, the network of the end last."""
    found = []
    try:
        paths = list(folder.checkpoints.iterdir())
    except OSError:
        return []
    for path in paths:
        checkpoint = _read_name(path)
        if checkpoint is not None:
            found.append(checkpoint)
    return sorted(found, key=lambda each: (each.value is None, each.epoch))


def find_checkpoint(folder: RunFolder, word: str) -> Checkpoint:
    """Find a checkpoint by its name, its epoch, ``best`` or ``final``.

    Raises:
        Problem: There is none such.
    """
    known = list_checkpoints(folder)
    bests = [each for each in known if each.value is not None]
    if word == "best" and bests:
        return bests[-1]  # each was the best when it was written
    for each in known:
        if word in (each.name, each.name.removesuffix(".keras")):
            return each
        if word.isdecimal() and each.value is not None and each.epoch == int(word):
            return each
    if not known:
        raise Problem(
            f"The run {folder.name} has no checkpoints (yet).",
            "One is written at each new best; short trainings write the last one when they end.",
        )
    choices = ["best", *(str(each.epoch) for each in bests), *(each.name for each in known)]
    hint = nearest(word, choices) or f"Epochs kept: {', '.join(str(e.epoch) for e in bests)}."
    raise Problem(f"{folder.name} has no checkpoint {word!r}.", hint)


def restore(folder: RunFolder, checkpoint: Checkpoint) -> None:
    """Make a checkpoint the run's network. The network of the end is kept beside them.

    Raises:
        Problem: The disk takes no copy.
    """
    try:
        folder.checkpoints.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
        final = folder.checkpoints / FINAL
        is_kept = any(_is_same(folder.model, each.path) for each in list_checkpoints(folder))
        if folder.model.is_file() and not is_kept:
            copy(folder.model, final)
        copy(checkpoint.path, folder.model)
    except OSError as error:
        raise Problem(
            f"{checkpoint.name} cannot be restored: {error.strerror}.",
            "The network of the run is as it was.",
        ) from None


def copy(source: Path, target: Path) -> None:
    """Put another file's content in the place of ``target``, whole or not at all."""
    aside = target.with_name(f".{target.name}.{secrets.token_hex(3)}.new")
    try:
        shutil.copyfile(source, aside)
        aside.chmod(PRIVATE_FILE)
        with aside.open("rb") as file:
            os.fsync(file.fileno())
        aside.replace(target)
    finally:
        aside.unlink(missing_ok=True)
    sync_folder(target.parent)


def _is_same(one: Path, other: Path) -> bool:
    return one.is_file() and filecmp.cmp(one, other, shallow=False)


def _read_name(path: Path) -> Checkpoint | None:
    try:
        size = path.stat().st_size
    except OSError:
        return None
    if path.name == FINAL:
        return Checkpoint(path.name, path, 0, "", None, size)
    fitting = _NAME.fullmatch(path.name)
    if fitting is None:
        return None
    try:
        value = float(fitting[3])
    except ValueError:
        return None
    return Checkpoint(path.name, path, int(fitting[1]), fitting[2], value, size)
