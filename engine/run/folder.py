"""A run's folder: what lies where in it, how it is made, named, found and put away."""

from __future__ import annotations

import datetime
import os
import re
import secrets
import shutil
from collections.abc import Mapping
from pathlib import Path

import msgspec

from engine.errors import Problem, nearest
from engine.run.files import PRIVATE_FOLDER, replace
from engine.run.lock import is_held
from engine.run.records import RunSpec, decoder, encode
from engine.space import Space, Value

TRASH = ".trash"
"""Where removed runs go, within the runs folder."""

TRIALS = "trials"
"""Where the trials of a search lie, within its folder: a runs folder of their own."""

LONGEST_NOTE = 2000
"""Characters of a note."""

_ASIDE = frozenset({".new", ".link", ".keras"})  # endings of hidden files that await a rename
_LONGEST_NAME = 100
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]*")
# Letters and digits that cannot be taken for one another.
_ID_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"


class Label(msgspec.Struct, kw_only=True, frozen=True, omit_defaults=True):
    """``label.json``: what a person says of the run."""

    name: str = ""
    """What they call it; empty where they have given it no name."""
    note: str = ""
    """What they want to remember of it."""


class RunFolder:
    """The paths of one run.

    Args:
        path: The folder; it need not exist.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.spec = path / "run.json"
        self.lock = path / "lock"
        self.status = path / "status.json"
        self.journal = path / "journal.jsonl"
        self.progress = path / "progress.jsonl"
        self.devices = path / "devices.jsonl"
        self.commands = path / "commands"
        self.console_log = path / "console.log"
        self.code = path / "code"
        self.model = path / "model.keras"
        self.best = path / "best.keras"
        self.checkpoints = path / "checkpoints"
        self.snapshots = path / "snapshots"
        self.snapshot_index = self.snapshots / "snapshot.json"
        self.reserve = path / "reserve"
        self.preprocessing = path / "preprocessing.json"
        self.report = path / "report.json"
        self.predictions = path / "predictions.npz"
        self.label = path / "label.json"
        self.trials = path / TRIALS
        self.importance = path / "importance.json"

    @property
    def name(self) -> str:
        """What the run is called: a person's own name for it, else the folder's.

        A trial is named together with its search, as ``mnist-random-k3f9/t007``.
        """
        name = self.read_label().name or self.path.name
        search = self.search
        return name if search is None else f"{search.name}/{name}"

    @property
    def search(self) -> RunFolder | None:
        """The search that this run is a trial of, if it is one."""
        return RunFolder(self.path.parent.parent) if self.path.parent.name == TRIALS else None

    @property
    def note(self) -> str:
        """What a person wants to remember of the run; empty where nothing was noted."""
        return self.read_label().note

    def read_label(self) -> Label:
        """Return ``label.json``; an empty one where it is missing or makes no sense."""
        try:
            return decoder(Label).decode(self.label.read_bytes())
        except (OSError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            return Label()

    def read_spec(self) -> RunSpec:
        """Return ``run.json``.

        Raises:
            Problem: It is missing or damaged.
        """
        try:
            return decoder(RunSpec).decode(self.spec.read_bytes())
        except OSError as error:
            raise Problem(
                f"The run {self.path.name} has no readable run.json ({error.strerror})."
            ) from None
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            raise Problem(
                f"The run {self.path.name} is damaged: its run.json makes no sense."
            ) from None

    def rename(self, name: str) -> None:
        """Give the run a name of a person's own; its folder stays where it is.

        Raises:
            Problem: The name holds more than letters, digits and ``. _ + -``, or is taken, or the
                folder cannot be written.
        """
        check_name(name)
        for other in list_folders(self.path.parent):
            if other.path != self.path and name in (other.name, other.path.name):
                raise Problem(f"The name {name!r} is taken.", "Choose another.")
        try:
            self._write_label(msgspec.structs.replace(self.read_label(), name=name))
        except OSError as error:
            raise Problem(f"{self.path.name} cannot be renamed: {error.strerror}.") from None

    def annotate(self, note: str) -> None:
        """Note something about the run; an empty note takes back what was noted.

        Raises:
            Problem: It is longer than a note may be, or the folder cannot be written.
        """
        note = check_note(note)
        try:
            self._write_label(msgspec.structs.replace(self.read_label(), note=note))
        except (OSError, UnicodeEncodeError) as error:
            why = error.strerror if isinstance(error, OSError) else "it is no text"
            raise Problem(f"Nothing can be noted about {self.path.name}: {why}.") from None

    def _write_label(self, label: Label) -> None:
        replace(self.label, encode(label))

    def sweep(self) -> None:
        """Remove what a killed worker was about to put in place; only its successor may do this."""
        for folder in (self.path, self.checkpoints):
            for path in folder.glob(".*"):
                if path.suffix in _ASIDE:
                    path.unlink(missing_ok=True)

    def remove(self) -> Path:
        """Move the folder to the trash beside it and return where it went.

        The caller has made sure that no worker holds it. Trainings of a search go on without it, so
        they are looked at here.

        Raises:
            Problem: It is a link, a trial of it is being trained, or it cannot be moved.
        """
        if self.path.is_symlink():
            raise Problem(f"{self.path.name} is a link, not a run.", "Remove the link by hand.")
        for trial in list_folders(self.trials):
            if is_held(trial.lock):
                raise Problem(
                    f"{trial.name} is being trained.",
                    f"Stop it first: dlconsole stop {trial.name} --now",
                )
        trash = self.path.parent / TRASH
        stamp = datetime.datetime.now().strftime("%Y%m%d-%H%M%S")
        target = trash / f"{self.path.name}.{stamp}.{secrets.token_hex(2)}"
        try:
            trash.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
            self.path.rename(target)
        except OSError as error:
            raise Problem(
                f"{self.path.name} cannot be moved to the trash: {error.strerror}."
            ) from None
        return target


def create(runs: Path, spec: RunSpec, code: Mapping[str, bytes]) -> RunFolder:
    """Make the folder of a new run, private to its owner, with ``run.json`` and ``code/`` in it.

    Args:
        runs: The runs folder; made if it is missing.
        spec: What is asked for; its ``name`` becomes the folder's.
        code: Sources of a person's own by file name, kept with the run.

    Raises:
        Problem: The runs folder cannot be written, or a run of that name exists.
    """
    folder = RunFolder(runs / spec.name)
    try:
        runs.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
        folder.path.mkdir(mode=PRIVATE_FOLDER)
        folder.commands.mkdir(mode=PRIVATE_FOLDER)
        if code:
            folder.code.mkdir(mode=PRIVATE_FOLDER)
        for name, content in code.items():
            replace(folder.code / name, content)
        replace(folder.spec, encode(spec))
    except FileExistsError as error:
        if not runs.is_dir():
            raise _unwritable(runs, error) from None
        raise Problem(
            f"There is a run called {spec.name!r} already.", "Choose another name."
        ) from None
    except OSError as error:
        shutil.rmtree(folder.path, ignore_errors=True)
        raise _unwritable(runs, error) from None
    return folder


def list_folders(runs: Path) -> list[RunFolder]:
    """Return the folders in a runs folder, trash and hidden ones left out, by name."""
    return [RunFolder(runs / name) for name in list_names(runs)]


def list_names(runs: Path) -> list[str]:
    """Return the names of the same folders, sorted."""
    try:
        with os.scandir(runs) as entries:
            return sorted(
                entry.name
                for entry in entries
                if not entry.name.startswith(".") and entry.is_dir(follow_symlinks=False)
            )
    except OSError:
        return []


def find(runs: Path, word: str) -> RunFolder:
    """Find a run by its name, a beginning or ending of it that only one has, or ``last``.

    A trial is found by its search's word, a slash and its own, as ``last/t007``.

    Raises:
        Problem: None fits (the nearest is given), or several do.
    """
    search, slash, trial = word.partition("/")
    if slash:
        return find(find(runs, search).trials, trial)
    folders = list_folders(runs)
    if word == "last" and folders:
        return max(folders, key=lambda each: _created(each.path))
    names = {folder.name: folder for folder in folders}
    names.update({folder.path.name: folder for folder in folders})
    if word in names:
        return names[word]
    fitting = {
        folder.path: folder
        for name, folder in names.items()
        if word and (name.startswith(word) or name.endswith(f"-{word}"))
    }
    if len(fitting) == 1:
        return next(iter(fitting.values()))
    if fitting:
        shown = ", ".join(sorted(folder.name for folder in fitting.values())[:5])
        raise Problem(f"{len(fitting)} runs fit {word!r}: {shown}.", "Write more of the name.")
    if not folders:
        raise Problem(
            f"There is no run {word!r}: {runs} holds none.", "Start one: dlconsole train wine"
        )
    raise Problem(f"There is no run {word!r} in {runs}.", nearest(word, names))


def check_name(name: str) -> None:
    """Raise :class:`Problem` unless ``name`` can be a folder's on every system."""
    if not _NAME.fullmatch(name) or len(name) > _LONGEST_NAME:
        raise Problem(
            f"A run's name is letters, digits and . _ + - (at most {_LONGEST_NAME}), got {name!r}."
        )


def check_note(note: str) -> str:
    """Return a note as it is kept; raise :class:`Problem` where it is too long for one."""
    note = note.strip()
    if len(note) > LONGEST_NOTE:
        raise Problem(
            f"A note has at most {LONGEST_NOTE:,} characters, got {len(note):,}.",
            "Keep what is longer in a file of your own.",
        )
    return note


def readable_name(
    recipe: str, preset: str, space: Space, usual: Mapping[str, Value], values: Mapping[str, Value]
) -> str:
    """Make up a name from which the hyperparameters can be read: ``wine-mlp-bs128-lr3e-4-k3f9``.

    Args:
        recipe: The recipe's name.
        preset: The preset's name.
        space: Declares the abbreviations.
        usual: The preset's values.
        values: The run's values; those that differ from ``usual`` are named.
    """
    parts = [recipe, preset]
    for name, value in values.items():
        if value != usual[name]:
            text = space[name].format(value).replace(",", "x")
            parts.append((space[name].short or name.replace("_", "")) + text)
    tag = "".join(secrets.choice(_ID_LETTERS) for _ in range(4))
    stem = re.sub(r"[^A-Za-z0-9._+-]", "", "-".join(parts))
    return f"{stem[: _LONGEST_NAME - 20]}-{tag}"


def _created(path: Path) -> float:
    try:
        return (path / "run.json").stat().st_mtime
    except OSError:
        return 0.0


def _unwritable(runs: Path, error: OSError) -> Problem:
    return Problem(
        f"The runs folder {runs} cannot be written: {error.strerror}.",
        "Name another with --runs-dir or DLCONSOLE_RUNS.",
    )
