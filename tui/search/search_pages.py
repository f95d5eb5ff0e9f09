"""The pages of a search beside its table of trials."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.binding import BindingType

from engine.dimension_texts import describe
from engine.dimensions import condition
from engine.run.search_records import Dimension
from tui import keys
from tui.format import wrap
from tui.panels.panel import Panel
from tui.panels.settings_panel import columns_of, written
from tui.search.mattered import mattered_lines
from tui.search.parallel import CELLS_A_LINE, LEAST_ROWS, parallel_lines, shown
from tui.search.rungs import rung_lines
from tui.search.values import heading
from tui.search.values import written as written_value
from tui.search.watched import Seen
from tui.widgets.painted import EMPTY, Line, lines_of

_METHODS = {
    "random": "Random search: settings drawn at random, each trained to its end.",
    "grid": "Grid search: every combination, each trained to its end.",
    "bayesian": "Bayesian optimisation: a Gaussian process learns from the trials so far which "
    "setting promises most (Snoek, Larochelle and Adams, 2012).",
    "hyperband": "Hyperband: many settings trained a little, the best of them further, in brackets "
    "that differ in how many and how far (Li and others, 2018).",
    "halving": "Asynchronous successive halving: a setting goes on as soon as it is among the best "
    "of its rung so far (Li and others, 2020).",
}


class SearchPage(Panel):
    """A page that shows a search.

    Args:
        ascii_only: Whether the terminal knows ASCII alone.
    """

    def __init__(self, *, ascii_only: bool = False, id: str | None = None) -> None:
        super().__init__(id=id)
        self.seen = Seen()
        self._ascii_only = ascii_only


class RungsPage(SearchPage):
    """Brackets and rungs."""

    is_brief = False
    """Whether only the counts are shown."""

    def compose_lines(self, cells: int) -> list[Line]:
        if self.seen.rungs:
            return rung_lines(self.seen.rungs, cells, brief=self.is_brief)
        search = self.seen.search
        text = _METHODS.get(search.method, "") if search is not None else ""
        if search is not None and search.method not in ("hyperband", "halving"):
            text += " It has no brackets and no rungs."
        return lines_of([f" {line}" for line in wrap(text.strip(), max(cells - 2, 10))], "muted")


class ParallelPage(SearchPage):
    """Parallel coordinates of the trials that have a score.

    Attributes:
        current: The trial that stands out, by its number.
    """

    BINDINGS: ClassVar[list[BindingType]] = keys.bindings("parallel")

    current: int | None = None
    _first = 0
    _hidden = 0

    @property
    def key_places(self) -> tuple[str, ...]:
        return ("parallel",)

    @property
    def said(self) -> str:
        best, current = self.seen.best, self.current
        if best is None:
            return ""
        of_best, of_current = ("#", "+") if self._shapes else ("green", "yellow")
        scored = any(row.number == current and row.score is not None for row in self.seen.rows)
        told = [f"{of_current}: trial {current}"] if scored else []
        told = [f"{of_best}: the best", *told] if current != best.number else told
        drawn, there = (
            len(shown(self.seen.rows, cells, current))
            for cells in (self.scrollable_content_region.width, len(self.seen.rows) * CELLS_A_LINE)
        )
        return "   ".join([*([f"{drawn} of {there} settings"] if drawn < there else []), *told])

    @property
    def _shapes(self) -> bool:
        return self._ascii_only or self.app.no_color

    def compose_lines(self, cells: int) -> list[Line]:
        search, height = self.seen.search, self.size.height
        if search is None:
            return [EMPTY]
        if not any(not row.is_open and row.score is not None for row in self.seen.rows):
            return [((" No trial has a score yet.", "muted"),)]
        if height < LEAST_ROWS:
            return [((" Too little room to draw in: m gives it to the charts.", "muted"),)]
        lines, self._hidden = parallel_lines(
            self.seen.rows,
            search,
            (cells, height),
            current=self.current,
            first=self._first,
            ascii_only=self._ascii_only,
            shapes=self._shapes,
        )
        return lines

    def on_resize(self, event: events.Resize) -> None:
        self.redraw()  # it is drawn as high as there is room

    def action_sideways(self, step: int) -> None:
        """Bring hyperparameters into view that there is no room for."""
        if step < 0 or self._hidden:
            self._first = max(self._first + step, 0)
            self.redraw()


class MatteredPage(SearchPage):
    """What mattered, and which values were good."""

    def compose_lines(self, cells: int) -> list[Line]:
        return mattered_lines(
            self.seen.importance, self.seen.search, cells, ascii_only=self._ascii_only
        )


class PlanPage(SearchPage):
    """What was asked for: method, budget, what is varied and what stays."""

    def compose_lines(self, cells: int) -> list[Line]:
        spec, search = self.seen.spec, self.seen.search
        room = max(cells - 2, 10)
        if spec is None or search is None:
            return [((" Its run.json cannot be read.", "bad"),)]
        lines = lines_of([f" {line}" for line in wrap(spec.command, room)], "strong")
        for text in (_METHODS.get(search.method, search.method), self._asked()):
            lines += lines_of([f" {line}" for line in wrap(text, room)], "muted")
        for note in self.seen.plan.notes if self.seen.plan is not None else ():
            lines += lines_of([f" {line}" for line in wrap(note, room)], "warn")
        fixed = dict(self.seen.fixed)
        lines += [EMPTY, ((" varied", "strong"),)]
        name_width = max((len(each.name) for each in search.space), default=0)
        for each in search.space:
            text = f"   {heading(each.name):<{name_width}}  "
            if each.name in fixed:
                since = f"{written_value(fixed[each.name])}, fixed since"
                lines.append(((text, "muted"), (since, "accent")))
            else:
                lines.append(((text, "muted"), (_described(each), "")))
        varied = {each.name for each in search.space}
        stays = {name: written(v) for name, v in spec.values.items() if name not in varied}
        lines += [EMPTY, ((" the same in all trials", "strong"),), *columns_of(stays, room)]
        path = str(spec.data.path or spec.data.kind)
        text = (
            f"recipe {spec.recipe}, preset {spec.preset}; data {path}; seed {spec.seed}, "
            f"split seed {spec.split_seed}; {spec.backend} on {spec.device}, {spec.threads} threads"
        )
        return [*lines, EMPTY, *lines_of([f" {line}" for line in wrap(text, room)], "muted")]

    def _asked(self) -> str:
        search, plan = self.seen.search, self.seen.plan
        assert search is not None
        parts = [f"{'most' if search.direction == 'max' else 'least'} {heading(search.objective)}"]
        if plan is not None:
            parts.append(f"{plan.trials} trials of {plan.settings} settings, {plan.epochs} epochs")
        parts.append(f"at most {search.epochs} epochs a trial")
        if search.method in ("hyperband", "halving"):
            parts.append(f"one of {search.factor} goes on")
        parts += [f"{search.folds} folds"] * (search.folds > 1)
        parts += [f"{search.parallel} at once"] * (search.parallel > 1)
        parts += [f"no trial begun after {search.budget_epochs} epochs"] * bool(
            search.budget_epochs
        )
        if search.budget_minutes:
            parts.append(f"no trial begun after {search.budget_minutes:g} minutes")
        parts.append(f"the best {search.keep} keep their weights")
        parts.append(f"pauses after {search.failures} failures in a row")
        parts += [f"{search.rate:g} an hour"] * bool(search.rate)
        parts.append(f"search seed {search.seed}")
        return "; ".join(parts)


def _described(dimension: Dimension) -> str:
    only = condition(dimension)
    return describe(dimension) + (f"   {only}" if only else "")
