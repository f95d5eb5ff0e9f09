"""A run set up without being one: what a form's questions are answered from.

Data is read, the network is built and the compiled loop is run for a moment by the recipe's own
task, as a worker would, so that what the form says is what the training will do. But the folder is
a temporary one, nothing is fetched, and nobody hears what the task says of itself.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from engine.catalog import Catalog, read_recipe_file
from engine.data.fetch import find
from engine.errors import Problem
from engine.process.questions import Form
from engine.recipe import Recipe, RemoteFile
from engine.references import resolve
from engine.run.commands import Inbox
from engine.run.folder import RunFolder
from engine.run.recorder import Recorder
from engine.run.records import Described
from engine.tasks.job import Job
from engine.tasks.task import Task
from engine.training.steering import Steering


def describe(form: Form, *, measured: bool = True) -> Iterator[dict[str, Any]]:
    """Answer :class:`engine.process.questions.Describe`.

    Args:
        form: What the form says.
        measured: Whether to find out how long an epoch takes.

    Yields:
        ``{"absent": names, "bytes": number}``, the published files that have to be fetched first;
        if there are none, ``{"described": record, "notes": sentences}`` with a record as in a run's
        journal, and then, if measured, ``{"epoch_seconds": seconds}``, None where the task cannot
        tell.

    Raises:
        Problem: The data cannot be used, or no network can be built for it.
    """
    with _set_up(form) as (task, recorder, absent):
        yield _absent(absent)
        if absent:
            return
        task.load()
        _seed(form)
        task.build()
        yield {"described": recorder.described, "notes": recorder.notices}
        if measured:
            yield {"epoch_seconds": task.epoch_seconds()}


def preview(form: Form) -> Iterator[dict[str, Any]]:
    """Answer :class:`engine.process.questions.Preview`.

    Yields:
        ``{"absent": names, "bytes": number}`` if published data has to be fetched first, else what
        :meth:`engine.tasks.task.Task.preview` returns, and ``synthetic``: whether it is generated.

    Raises:
        Problem: The data cannot be read at all.
    """
    with _set_up(form) as (task, _, absent):
        if absent:
            yield _absent(absent)
            return
        source = task.job.recipe.source(form.spec.data.kind)
        yield {**task.preview(), "synthetic": source.synthetic}


class _Listener(Recorder):
    """Keeps in memory what a task says while it loads and builds, and writes none of it."""

    def __init__(self) -> None:
        # Not the recorder's own: that one opens the run's files.
        self.described: Described | None = None
        self.notices: list[str] = []

    def describe(self, described: Described) -> None:
        """Keep what would be trained on what."""
        self.described = described

    def notice(self, text: str, level: str = "info") -> None:
        """Keep what a person should know."""
        self.notices.append(text)

    def phase(self, name: str, detail: str = "", *, next_word: float = 5.0) -> None:
        """Pass over what the task is busy with."""


@contextmanager
def _set_up(form: Form) -> Iterator[tuple[Task, _Listener, list[RemoteFile]]]:
    """Give the form's task, its listener, and the files that have to be fetched first."""
    spec, recorder = form.spec, _Listener()
    recipe, code = _recipe(form)
    files, absent = _files(recipe.source(spec.data.kind).files, form.data_folders)
    with tempfile.TemporaryDirectory(prefix="dlconsole-") as name:
        folder = RunFolder(Path(name))
        job = Job(
            folder=folder,
            spec=spec,
            recipe=recipe,
            values=recipe.space.check(spec.values),
            recorder=recorder,
            steering=Steering(Inbox(folder.commands, 1), recorder),
            files=files,
            code=code,
            resumption=None,
            generation=1,
            conditions={},
        )
        yield resolve(recipe.task, code)(job), recorder, absent


def _recipe(form: Form) -> tuple[Recipe, Path | None]:
    if not form.recipe_file:
        return Catalog.load().find(form.spec.recipe).recipe, None
    path = Path(form.recipe_file)
    entry = read_recipe_file(path)
    assert entry is not None  # only an optional file may hold no recipe
    return entry.recipe, path.parent


def _files(
    files: tuple[RemoteFile, ...], folders: tuple[str, ...]
) -> tuple[Mapping[str, Path], list[RemoteFile]]:
    """Find published files; return those that are there, and those that are not."""
    found = {file.name: find(file, [Path(folder) for folder in folders]) for file in files}
    there = {name: path for name, path in found.items() if path is not None}
    return there, [file for file in files if file.name not in there]


def _absent(files: list[RemoteFile]) -> dict[str, Any]:
    return {"absent": [file.name for file in files], "bytes": sum(file.size for file in files)}


def _seed(form: Form) -> None:
    """Import Keras and draw the weights that the run would begin with."""
    try:
        from engine.training.lasting import seed_everything
    except ImportError as error:
        raise Problem(
            f"The backend {form.spec.backend} cannot be used: {error}.",
            f"Install it: pip install 'dlconsole[{form.spec.backend}]'.",
        ) from error
    seed_everything(form.spec.seed)
