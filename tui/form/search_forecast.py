"""What the search form amounts to, as far as it is known: trials, epochs, time, disk, money.

Pure: the screen puts together the plan and what the standby answers about one training.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from engine.insight.search_cost import cost, disk_bytes, expected_seconds
from engine.insight.search_plan import Plan
from engine.run.search_records import SearchSpec
from tui import figures
from tui.form.forecast import ASKING, Forecast, fitting, joined


@dataclass(frozen=True)
class SearchForecast:
    """What is known of a search form.

    Attributes:
        search: What is asked for; None where something is wrong with it.
        plan: What it would do; likewise.
        problem: What is wrong, where it is with several fields together.
        missing: Why there is no plan; empty where there is one.
        training: What is known of one training.
    """

    search: SearchSpec | None = None
    plan: Plan | None = None
    problem: str = ""
    missing: str = ""
    training: Forecast = field(default_factory=Forecast)

    @property
    def is_known(self) -> bool:
        """Whether there is a plan."""
        return self.plan is not None

    @property
    def seconds(self) -> float | None:
        """How long the search takes, its budgets considered; None where no epoch was timed."""
        epoch_seconds = self.training.epoch_seconds
        if self.plan is None or self.search is None or epoch_seconds is None:
            return None
        return expected_seconds(self.search, self.plan, epoch_seconds)

    @property
    def is_cut(self) -> bool:
        """Whether a budget of minutes ends the search before its plan is complete."""
        if self.search is None or not self.search.budget_minutes or self.seconds is None:
            return False
        return self.seconds >= 60 * self.search.budget_minutes

    def time(self) -> str:
        """Say how long it takes, or why that is not known."""
        if self.seconds is not None:
            return f"about {figures.span(self.seconds)}"
        if self.training.absent:
            return f"not timed: {self.training.absent} is fetched first"
        if self.training.busy:
            return f"not timed: {self.training.busy} is in use"
        if not self.training.asking:
            return ""
        importing = self.training.importing
        return f"{ASKING} importing {importing}" if importing else f"{ASKING} timing an epoch"

    def disk(self) -> str:
        """Say how much of the disk it takes at most; empty where that is not known."""
        described = self.training.described
        if self.plan is None or self.search is None or described is None:
            return ""
        return figures.size(disk_bytes(self.search, self.plan, described.parameters))

    def money(self) -> str:
        """Say what it costs; empty where no rate was given or no epoch has been timed."""
        if self.search is None or not self.search.rate or self.seconds is None:
            return ""
        return f"{cost(self.seconds, self.search.rate):.2f}"

    def text(self, cells: int) -> str:
        """Say it in one line of so many cells; nothing where there is no plan."""
        return "" if self.plan is None else fitting(self._wordings(self.plan), cells)

    def _wordings(self, plan: Plan) -> Iterator[str]:
        """Yield the line in fewer and fewer words."""
        trials, epochs = counted(plan.trials, "trial"), counted(plan.epochs, "epoch")
        disk = f"{self.disk()} of disk" if self.disk() else ""
        money = f"costs {self.money()}" if self.money() else ""
        yield joined(trials, epochs, self.time(), money, disk)
        yield joined(trials, epochs, self.time(), money)
        yield joined(trials, epochs, self.time())
        yield joined(trials, epochs)


def counted(number: int, what: str) -> str:
    """Write how many of something there are, as ``1 trial`` or ``1,902 epochs``."""
    return f"{number:,} {what}" + "s" * (number != 1)
