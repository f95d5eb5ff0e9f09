"""Steering a search from its screen: what its keys ask of the coordinator, and do with a trial."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from engine.errors import Problem
from engine.run.commands import CullTrial, FixValue, SetTrials, StopNow
from tui import wishes
from tui.screens import searching
from tui.screens.charting import ChartingScreen
from tui.screens.confirm import ConfirmScreen
from tui.screens.prompt import PromptScreen
from tui.screens.steering import SteeringScreen, Target
from tui.screens.writing import write_file
from tui.tables.columns import as_csv

if TYPE_CHECKING:
    from engine.run.folder import RunFolder
    from engine.space import Space
    from tui.search.search_panels import SearchPanels
    from tui.search.trial_rows import TrialRow
    from tui.search.watched import WatchedSearch


class SearchSteering(SteeringScreen, ChartingScreen):
    """What the keys of the Search screen do. The screen itself says what is to be seen."""

    folder: RunFolder
    """The search."""
    watched: WatchedSearch
    """What is known of it."""

    @property
    def panels(self) -> SearchPanels:
        """The panels."""
        raise NotImplementedError

    def look_now(self) -> None:
        """Look at the search at once."""
        raise NotImplementedError

    def target(self) -> Target:
        seen = self.watched.seen
        generation = wishes.generation(self.watched.view)
        return Target(self.folder, seen.verdict, seen.status, seen.spec, generation)

    # The search.

    def action_trials(self) -> None:
        """Ask the person for another number of trials, and set it."""
        self.run_beside(self._set_trials())

    def _space(self) -> Space:
        """Return the recipe's hyperparameters. Runs in a thread."""
        return searching.entry_of(self.console, self.folder).recipe.space

    async def _set_trials(self) -> None:
        search = self.target()
        if not search.verdict.live:
            self.action_resume()  # which asks for the number
            return
        begun = self.watched.seen.begun
        planned = self.watched.seen.planned
        number = await self.put(
            PromptScreen(
                f"Trials of {self.folder.name} in all. Now {planned or 'all there are'}; "
                f"{begun} have begun.",
                str(planned or ""),
                f"A whole number of at least {max(begun, 1)}.",
                lambda text: wishes.trials(text, max(begun, 1)),
            )
        )
        if number is not None:
            self._send(search, SetTrials(search.generation, number))

    def action_fix(self) -> None:
        """Ask which hyperparameter is to be varied no more, and fix it."""
        search = self._listening()
        if search is not None:
            self.run_beside(self._fix(search))

    async def _fix(self, search: Target) -> None:
        seen = self.watched.seen
        if seen.spec is None or seen.search is None:
            return
        try:
            space = await asyncio.to_thread(self._space)
        except Problem as problem:
            self.tell(str(problem), error=True)
            return
        best = seen.best
        left = [each.name for each in seen.search.space if each.name not in dict(seen.fixed)]
        wish = await self.put(
            PromptScreen(
                "Fix a hyperparameter in all trials from here on: name=value. "
                f"Varied are {', '.join(left) or 'none any more'}.",
                searching.proposal(left, best.values if best is not None else {}),
                "As learning_rate=0.001.",
                lambda text: searching.fixed(text, space, left),
            )
        )
        if wish is not None:
            self._send(search, FixValue(search.generation, wish.name, wish.value))

    async def _stop_now(self, run: Target) -> None:
        open_ones = len(self.watched.seen.open)
        question = (
            f"Stop {run.folder.name} now, with {open_ones} "
            f"trial{'s' * (open_ones != 1)} under way? Snapshots are kept, so that r goes on from "
            "there exactly."
        )
        if await self.put(ConfirmScreen(question)):
            self._send(run, StopNow(run.generation))

    # The trial under the cursor.

    def open_trial(self) -> None:
        """Look at the trial under the cursor as a run; with folds, ask at which."""
        trial = self.panels.trial
        if trial is not None:
            self.run_beside(self._open(trial))

    async def _open(self, trial: TrialRow) -> None:
        folder = await self._one_of(trial, "look at")
        if folder is not None:
            self.console.open_run(folder)

    async def _one_of(self, trial: TrialRow, what: str) -> RunFolder | None:
        """Return one of a trial's trainings; None where there is none yet, or none is chosen."""
        number = 1
        if len(trial.runs) > 1:
            asked = await self.put(
                PromptScreen(
                    f"Which of the {len(trial.runs)} folds of trial {trial.number} to {what}?",
                    "1",
                    f"A whole number from 1 to {len(trial.runs)}.",
                    lambda text: searching.fold(text, len(trial.runs)),
                )
            )
            if asked is None:
                return None
            number = asked.number
        folder = trial.runs[number - 1]
        if await asyncio.to_thread(folder.path.is_dir):
            return folder
        self.tell(f"Trial {trial.number} has not begun to train yet.")
        return None

    def action_cull(self) -> None:
        """Ask, then end the trial under the cursor."""
        search, trial = self._listening(), self.panels.trial
        if search is None or trial is None:
            return
        if trial.is_open:
            self.run_beside(self._cull(search, trial))
        else:
            self.tell(f"Trial {trial.number} is {trial.state} already: only one under way can go.")

    async def _cull(self, search: Target, trial: TrialRow) -> None:
        question = f"End trial {trial.number} now? It does not go on, and has no score."
        if await self.put(ConfirmScreen(question)):
            self._send(search, CullTrial(search.generation, trial.number))

    def action_again(self) -> None:
        """Set up a full training with the setting of the trial under the cursor."""
        self._launch(self.panels.trial)

    def action_try_out(self) -> None:
        """Give the network of the trial under the cursor an input."""
        trial = self.panels.trial
        if trial is not None:
            self.run_beside(self._try(trial))

    async def _try(self, trial: TrialRow) -> None:
        folder = await self._one_of(trial, "try")
        if folder is not None:
            self.console.try_out(folder)

    def action_trial(self, step: int) -> None:
        """Go to the next trial of the list, or the one before."""
        self.panels.table.action_move(step)

    def action_mark(self) -> None:
        """Mark the trial under the cursor, or take its mark away."""
        self.panels.table.mark()

    def action_compare(self) -> None:
        """Look at the marked trials beside each other, or at the one under the cursor alone."""
        table = self.panels.table
        current = [table.current] if table.current is not None else []
        chosen = [row for row in table.rows if row.number in table.marked] or current
        folders = [folder for row in chosen for folder in row.runs]
        if folders:
            self.console.compare(list(dict.fromkeys(folders)))

    # The best trial.

    def action_best(self) -> None:
        """Put the cursor on the best trial."""
        best = self.watched.seen.best
        if best is not None:
            self.panels.choose("trials")
            self.panels.table.go_to(best.number)

    def action_launch_best(self) -> None:
        """Set up a full training with the best setting."""
        self._launch(self.watched.seen.best)

    def _launch(self, trial: TrialRow | None) -> None:
        if trial is None:
            self.tell("No trial has a score yet.")
        else:
            self.console.launch_like(trial.runs[0])

    def action_preset(self) -> None:
        """Keep the best setting as a preset of one's own."""
        best = self.watched.seen.best
        if best is None:
            self.tell("No trial has a score yet.")
        else:
            self.run_beside(searching.keep_as_preset(self, best.runs[0]))

    # The panels.

    def action_panel(self, step: int) -> None:
        """Show the next panel, or the one before."""
        self.panels.step(step)

    def action_to(self, panel: str) -> None:
        """Show a panel."""
        self.panels.choose(panel)

    def action_copy_panel(self) -> None:
        """Copy what the panel in view shows, as text."""
        self.console.copy(self.panels.current.as_text())

    def action_copy(self) -> None:
        """Copy the search's command line."""
        spec = self.watched.seen.spec
        if spec is not None:
            self.console.copy(spec.command)

    def action_sort(self, step: int) -> None:
        """Sort by the next column."""
        self.panels.table.sort_by_next(step)

    def action_turn(self) -> None:
        """Turn the order round."""
        self.panels.table.turn()

    def action_write_table(self) -> None:
        """Write the table of trials as CSV."""
        table = self.panels.table
        name = f"{self.folder.path.name}-trials.csv"
        self.run_beside(write_file(self, name, as_csv(table.columns, table.rows)))

    def action_back(self) -> None:
        """Go back to the runs."""
        self.console.show("runs")
