"""What a person asks for, made into a run.

An :class:`Order` is the form filled in, or the command line read: it can be checked, written as the
equivalent command, and placed, which makes the run's folder. The form and the command line share
it, so what one of them launches the other can too.
"""

from __future__ import annotations

import hashlib
import os
import shlex
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from engine.catalog import Entry
from engine.errors import Problem, nearest
from engine.process.outlook import share_of_threads
from engine.references import is_file
from engine.run.conditions import versions
from engine.run.folder import RunFolder, check_name, create, readable_name
from engine.run.records import DataChoice, RunSpec
from engine.space import Value

BACKENDS = ("tensorflow", "jax")
"""Keras backends a run can ask for."""

_SEED_LIMIT = 2**31 - 1
SNAPSHOTS = ("auto", "epoch", "off")
"""When to write what is needed to go on exactly; see :class:`~engine.run.records.RunSpec`."""


@dataclass(frozen=True, kw_only=True)
class Order:
    """A training that is asked for.

    Attributes:
        entry: The recipe, and its file if it is a person's own.
        preset: A preset's name; None is the first.
        changes: Hyperparameters that differ from the preset.
        data: ``official``, ``sample``, or a path to data of a person's own.
        target: The column that is learned; empty means the recipe's.
        seed: See :class:`~engine.run.records.RunSpec`.
        split_seed: Likewise.
        backend: Likewise.
        device: Likewise.
        threads: Likewise; 0 means a fair share of the usable cores.
        deterministic: Likewise.
        snapshots: Likewise.
        name: The run's name; empty means one is made up.
        queue: Whether to wait while the device is busy; else it is shared at once.
    """

    entry: Entry
    preset: str | None = None
    changes: Mapping[str, Value] = field(default_factory=dict)
    data: str = "official"
    target: str = ""
    seed: int = 1
    split_seed: int = 0
    backend: str = "tensorflow"
    device: str = "auto"
    threads: int = 0
    deterministic: bool | None = None
    snapshots: str = "auto"
    name: str = ""
    queue: bool = True

    def values(self) -> dict[str, Value]:
        """Return every hyperparameter's value; raise :class:`Problem` where one is not allowed."""
        return self.entry.recipe.values(self.preset, self.changes)

    def choice(self) -> DataChoice:
        """Return which data is meant.

        Raises:
            Problem: A path leads nowhere or to an empty file.
        """
        if self.data in ("official", "sample"):
            return DataChoice(kind=self.data, target=self.target)
        path = Path(self.data).expanduser()
        if not path.exists():
            raise Problem(
                f"There is no file {self.data!r}.",
                "--data takes official, sample, or a path to data of your own.",
            )
        if path.is_file() and path.stat().st_size == 0:
            raise Problem(f"The file {self.data!r} is empty.", "Check what wrote it.")
        return DataChoice(kind="own", path=str(path.absolute()), target=self.target)

    def command(self) -> str:
        """Return the command line that asks for the same."""
        return shlex.join(["dlconsole", "train", *self.words()])

    def words(self) -> list[str]:
        """Return what stands behind the command's name: the recipe, then options."""
        recipe = self.entry.recipe
        words = [recipe.name]
        if self.entry.file is not None:
            words += ["--recipe-file", str(self.entry.file)]
        if self.preset is not None:
            words += ["--preset", self.preset]
        usual = recipe.values(self.preset, {})
        for name, value in self.changes.items():
            if value != usual[name]:
                words += ["--set", f"{name}={recipe.space[name].format(value)}"]
        flags: list[tuple[str, str | int, str | int]] = [
            ("--data", self.data, "official"),
            ("--target", self.target, ""),
            ("--seed", self.seed, 1),
            ("--split-seed", self.split_seed, 0),
            ("--backend", self.backend, "tensorflow"),
            ("--device", self.device, "auto"),
            ("--threads", self.threads, 0),
            ("--snapshots", self.snapshots, "auto"),
            ("--name", self.name, ""),
        ]
        for flag, asked, default in flags:
            if asked != default:
                words += [flag, str(asked)]
        if self.deterministic is not None:
            words.append("--deterministic" if self.deterministic else "--no-deterministic")
        if not self.queue:
            words.append("--no-queue")
        return words

    def place(self, runs: Path) -> RunFolder:
        """Check the order and make the run's folder.

        Raises:
            Problem: Something in it is not allowed, or the runs folder cannot be written.
        """
        code = self.code()
        return create(runs, self.spec(code), code)

    def spec(self, code: Mapping[str, bytes] | None = None) -> RunSpec:
        """Check the order and return what ``run.json`` is to say.

        Args:
            code: The sources that are a person's own, by file name.

        Raises:
            Problem: Something in it is not allowed.
        """
        recipe = self.entry.recipe
        preset, _ = recipe.preset(self.preset)
        values = self.values()
        data = self.choice()
        self._check_rest()
        monitor = str(values.get("monitor", recipe.monitor))
        name = self.name or readable_name(
            recipe.name, preset, recipe.space, recipe.values(preset, {}), values
        )
        check_name(name)
        return RunSpec(
            name=name,
            recipe=recipe.name,
            preset=preset,
            values={k: list(v) if isinstance(v, tuple) else v for k, v in values.items()},
            data=data,
            seed=self.seed,
            split_seed=self.split_seed,
            backend=self.backend,
            device=self.device,
            threads=self.threads or share_of_threads(self.device, usable_cores()),
            deterministic=self.deterministic,
            snapshots=self.snapshots,
            monitor=monitor,
            monitor_mode=recipe.mode(monitor),
            command=self.command(),
            created=time.time(),
            versions=versions(),
            recipe_file=self.entry.file.name if self.entry.file else "",
            code={
                file: hashlib.sha256(content).hexdigest() for file, content in (code or {}).items()
            },
        )

    def _check_rest(self) -> None:
        if self.backend not in BACKENDS:
            raise Problem(f"Expected a backend of {', '.join(BACKENDS)}, got {self.backend!r}.")
        if self.snapshots not in SNAPSHOTS:
            raise Problem(
                f"snapshots: expected {', '.join(SNAPSHOTS)}, got {self.snapshots!r}.",
                nearest(self.snapshots, SNAPSHOTS),
            )
        for name, seed in (("seed", self.seed), ("split-seed", self.split_seed)):
            if not 0 <= seed <= _SEED_LIMIT:
                raise Problem(
                    f"{name}: expected a whole number from 0 to {_SEED_LIMIT}, got {seed}."
                )
        if not (self.device in ("auto", "cpu", "gpu") or _is_gpu(self.device)):
            raise Problem(f"Expected a device of auto, cpu or gpu:N, got {self.device!r}.")
        if self.threads < 0:
            raise Problem(f"threads: expected 1 or more (0 for a share), got {self.threads}.")

    def code(self) -> dict[str, bytes]:
        """Return the sources that are a person's own: they may change while the run goes on.

        Raises:
            Problem: One of them cannot be read.
        """
        file = self.entry.file
        if file is None:
            return {}
        recipe = self.entry.recipe
        references = (
            recipe.network,
            recipe.task,
            *(source.loader for source in (recipe.official, recipe.sample, recipe.own)),
        )
        paths = [file, *(file.parent / r.partition(":")[0] for r in references if is_file(r))]
        try:
            return {path.name: path.read_bytes() for path in paths}
        except OSError as error:
            raise Problem(
                f"{error.filename} cannot be read: {error.strerror}.", "It is named in the recipe."
            ) from None


def usable_cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _is_gpu(device: str) -> bool:
    kind, _, number = device.partition(":")
    return kind == "gpu" and number.isdecimal()
