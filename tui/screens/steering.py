"""Steering a run, from the list of runs or from its own screen: the same keys do the same.

What a key asks for is put to a person first where it cannot be taken back, or needs a value. A wish
is a file in the run's folder; what becomes of it is the worker's to say.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.errors import Problem
from engine.run.commands import (
    Command,
    GoOn,
    Pause,
    SetEpochs,
    SetLearningRate,
    SnapshotNow,
    StopAfterEpoch,
    StopNow,
    send,
    words,
)
from engine.run.folder import RunFolder
from engine.run.records import RunSpec, Status
from engine.run.state import Verdict
from tui import wishes
from tui.screens import labelling
from tui.screens.confirm import ConfirmScreen
from tui.screens.console_screen import ConsoleScreen
from tui.screens.prompt import PromptScreen
from tui.screens.resuming import go_on
from tui.words import CAN_GO_ON
from tui.words import learning_rate as written

ENDED = "It has ended already."
_QUEUED = "It waits for its device: there is no worker to ask yet."


@dataclass(frozen=True)
class Target:
    """A run as it is at the moment of asking.

    Attributes:
        folder: The run.
        verdict: What it is doing.
        status: What its worker last said.
        spec: What was asked for.
        generation: The worker that is at it.
    """

    folder: RunFolder
    verdict: Verdict
    status: Status | None
    spec: RunSpec | None
    generation: int

    @property
    def epochs(self) -> tuple[int, int]:
        """Complete epochs, and epochs in all."""
        return (self.status.epoch, self.status.epochs) if self.status is not None else (0, 0)


def labels(place: str, verdict: Verdict | None) -> dict[str, str]:
    """Return what the footer is to call the keys, and which it leaves out, as things stand.

    Args:
        place: ``run`` or ``runs``.
        verdict: What the run is doing; None where there is none.
    """
    state = verdict.state if verdict is not None else ""
    live = verdict is not None and verdict.live
    left_out = set() if live and state == "queued" else {"earlier", "later"}
    if live:
        left_out |= {"resume", "remove"}
        if state == "queued":
            left_out |= {"pause", "stop", "epochs", "rate", "snapshot"}
    else:
        left_out |= {"pause", "stop", "stop-now", "epochs", "rate", "snapshot"}
        if state not in CAN_GO_ON:
            left_out.add("resume")
    found = {f"{place}.{key}": "" for key in left_out}
    if state == "paused":
        found[f"{place}.pause"] = "go on"
    if state == "queued":
        found[f"{place}.stop-now"] = "off the queue"
    return found


class SteeringScreen(ConsoleScreen):
    """A screen from which a run is steered. A subclass says which, and tells what became of it."""

    def target(self) -> Target | None:
        """Return the run that keys are about."""
        raise NotImplementedError

    def sent(self, identity: str, action: str) -> None:
        """Hear that a command lies in the run's folder.

        Args:
            identity: The command's id.
            action: What it asks for, in words.
        """
        raise NotImplementedError

    # What the keys do.

    def action_pause(self) -> None:
        """Let the run stand still, or go on."""
        run = self._listening()
        if run is not None:
            paused = run.verdict.state == "paused"
            self._send(run, GoOn(run.generation) if paused else Pause(run.generation))

    def action_stop(self) -> None:
        """Ask the worker to stop after the epoch."""
        run = self._listening(queued_too=True)
        if run is not None:
            self._send(run, StopAfterEpoch(run.generation))

    def action_stop_now(self) -> None:
        """Ask the person, then the worker, to stop at once."""
        run = self._listening(queued_too=True)
        if run is not None:
            self.run_beside(self._stop_now(run))

    def action_snapshot(self) -> None:
        """Ask the worker for a snapshot."""
        run = self._listening()
        if run is not None:
            self._send(run, SnapshotNow(run.generation))

    def action_epochs(self) -> None:
        """Ask the person for another number of epochs, and set it."""
        run = self._listening()
        if run is not None:
            self.run_beside(self._set_epochs(run))

    def action_learning_rate(self) -> None:
        """Ask the person for another learning rate, and set it."""
        run = self._listening()
        if run is not None:
            self.run_beside(self._set_learning_rate(run))

    def action_try_out(self) -> None:
        """Give the run's network input of one's own."""
        run = self.target()
        if run is not None:
            self.console.try_out(run.folder)

    def action_resume(self) -> None:
        """Go on with a run that nobody is at."""
        run = self.target()
        if run is None:
            return
        if run.verdict.state == "paused":
            self.action_pause()
        elif run.verdict.live:
            self.tell(f"It is {run.verdict.state}: there is nothing to resume.")
        else:
            self.run_beside(go_on(self, run.folder))

    def action_again(self) -> None:
        """Set up a training with the settings of the run."""
        run = self.target()
        if run is not None:
            self.console.launch_like(run.folder)

    def action_rename(self) -> None:
        """Give the run another name."""
        run = self.target()
        if run is not None:
            self.run_beside(labelling.rename(self, run.folder))

    def action_note(self) -> None:
        """Note something about the run."""
        run = self.target()
        if run is not None:
            self.run_beside(labelling.note(self, run.folder))

    async def _stop_now(self, run: Target) -> None:
        question = (
            f"Stop {run.folder.name} now? A snapshot and its network are kept, so that r goes on "
            "from there; no report is made."
        )
        if run.verdict.state == "queued":
            question = f"Take {run.folder.name} off the queue? r puts it at the end again."
        if await self.put(ConfirmScreen(question)):
            self._send(run, StopNow(run.generation))

    async def _set_epochs(self, run: Target) -> None:
        done, whole = run.epochs
        number = await self.put(
            PromptScreen(
                f"Epochs of {run.folder.name} in all. Now {whole}; {done} are complete.",
                str(whole or ""),
                f"A whole number of at least 1. Up to {done + 1}, the epoch under way is the last.",
                wishes.epochs,
            )
        )
        if number is not None:
            self._send(run, SetEpochs(run.generation, number))

    async def _set_learning_rate(self, run: Target) -> None:
        present = run.status.learning_rate if run.status is not None else None
        if present is None and run.spec is not None:
            asked = run.spec.values.get("learning_rate")
            present = asked if isinstance(asked, float) else None
        value = await self.put(
            PromptScreen(
                f"Learning rate of {run.folder.name}, from the next steps on.",
                "" if present is None else written(present),
                "A number above 0, as 0.001 or 3e-4.",
                wishes.learning_rate,
            )
        )
        if value is not None:
            self._send(run, SetLearningRate(run.generation, value))

    def _listening(self, *, queued_too: bool = False) -> Target | None:
        """Return the run if somebody is at it who can be asked; tell the person otherwise."""
        run = self.target()
        if run is None:
            return None
        if not run.verdict.live:
            can_go_on = run.verdict.state in CAN_GO_ON
            self.tell(f"{ENDED} r goes on with it." if can_go_on else ENDED)
            return None
        if run.verdict.state == "queued" and not queued_too:
            self.tell(_QUEUED)
            return None
        return run

    def _send(self, run: Target, command: Command) -> None:
        action = words(command)
        try:
            identity = send(run.folder.commands, command)
        except Problem as problem:
            self.tell(f"{action}: {problem}", error=True)
            return
        self.sent(identity, action)
