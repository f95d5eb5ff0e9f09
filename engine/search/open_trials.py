"""The trials under way: begun as there is room for them, followed until they are over."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from engine.run.commands import Command
from engine.run.folder import RunFolder
from engine.run.search_records import SearchSpec, TrialAsked
from engine.search.launcher import Launcher
from engine.search.setting import Settings
from engine.search.training import Training
from engine.search.trial import OpenTrial


class OpenTrials:
    """Trials that were proposed and have not ended, by number.

    Args:
        folder: The search.
        settings: Makes the trainings' folders.
        launcher: Starts the trainings.
        tell: Takes a sentence on each training that did not go on exactly.
    """

    def __init__(
        self,
        folder: RunFolder,
        settings: Settings,
        launcher: Launcher,
        tell: Callable[[str], None],
    ) -> None:
        self._folder = folder
        self._settings = settings
        self._launcher = launcher
        self._tell = tell
        self._trials: dict[int, OpenTrial] = {}

    def __len__(self) -> int:
        return len(self._trials)

    def __contains__(self, number: int) -> bool:
        return number in self._trials

    @property
    def numbers(self) -> tuple[int, ...]:
        """The numbers of the trials."""
        return tuple(self._trials)

    @property
    def underway(self) -> list[Training]:
        """The trainings that somebody is at."""
        return [each for trial in self._trials.values() for each in trial.underway]

    @property
    def unfinished(self) -> int:
        """How many trainings go on or wait."""
        return sum(len(each.waiting) + len(each.underway) for each in self._trials.values())

    @property
    def trained(self) -> int:
        """Epochs trained so far, those of all trials and folds."""
        return sum(each.trained for each in self._trials.values())

    @property
    def epochs(self) -> int:
        """Epochs they take, those of all trials and folds."""
        return sum(each.epochs for each in self._trials.values())

    def epoch_seconds(self) -> float | None:
        """Return what an epoch takes on the average; None before there was one."""
        seconds = [
            each.seconds
            for trial in self._trials.values()
            for training in trial.trainings
            for each in training.view.epochs
        ]
        return sum(seconds) / len(seconds) if seconds else None

    def add(self, asked: TrialAsked, search: SearchSpec, *, is_culled: bool = False) -> None:
        """Take up a trial.

        Args:
            asked: What was proposed.
            search: What the search was asked for.
            is_culled: Whether a person wants it ended already.
        """
        trial = OpenTrial(asked, self._trainings(asked, search))
        trial.is_culled = is_culled
        self._trials[asked.trial] = trial

    def cull(self, number: int) -> None:
        """Have a trial end; what is being trained of it is stopped."""
        self._trials[number].is_culled = True

    def begin(self, most: int) -> None:
        """Begin trainings that wait, as long as fewer than ``most`` are under way."""
        if not self._launcher.is_ready:
            return
        count = len(self.underway)
        for trial in self._trials.values():
            for training in trial.waiting:
                if count >= most:
                    return
                training.begin(self._launcher.start)
                if training.note:
                    self._tell(training.note)
                count += 1

    def follow(self) -> Iterator[OpenTrial]:
        """Look at the trainings under way; yield the trials that are over, which leave with that.

        Where one training of a trial failed, or a person wants it ended, its others are stopped.
        """
        for number, trial in list(self._trials.items()):
            for training in trial.underway:
                training.look(self._launcher.start)
            if trial.failure is not None or trial.is_culled:
                for training in trial.underway:
                    training.stop()
            if trial.is_over:
                del self._trials[number]
                yield trial

    def send(self, make: Callable[[int], Command]) -> None:
        """Ask something of every training under way.

        Args:
            make: Makes the command for a generation.
        """
        for training in self.underway:
            training.send(make)

    def _trainings(self, asked: TrialAsked, search: SearchSpec) -> list[Training]:
        def placing(name: str, fold: int) -> Callable[[], RunFolder]:
            return lambda: self._settings.place(name, asked.values, fold)

        return [
            Training(
                RunFolder(self._folder.trials / name),
                search,
                asked.epochs,
                asked.from_epoch,
                placing(name, fold if search.folds else 0),
            )
            for fold, name in enumerate(asked.runs, start=1)
        ]
