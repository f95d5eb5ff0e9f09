"""The search form: what is varied of a training that was set up, how, and what that amounts to.

The plan stands beside the form, or in its place where there is room for one of them alone. It is
worked out at each key; how long an epoch takes is found out as on Launch.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal

from engine.errors import Problem
from tui import keys
from tui.asking import Asking
from tui.foresight import Foresight
from tui.form.fields import OWN
from tui.form.forecast import Forecast
from tui.form.form_foot import FormFoot
from tui.form.form_page import FormPage
from tui.form.plan_page import PlanPage
from tui.form.search_draft import SearchDraft
from tui.form.search_fields import NAME
from tui.form.search_forecast import SearchForecast
from tui.form.search_page import SearchPage
from tui.screens.console_screen import ConsoleScreen
from tui.widgets.footer import Footer
from tui.widgets.header import Header

if TYPE_CHECKING:
    from engine.process.searching import SearchOrder

_BESIDE = 120
"""From so many cells on the plan stands beside the form."""


class SearchFormScreen(ConsoleScreen):
    """The form on one side, the plan on the other, the equivalent command below.

    Args:
        draft: What is filled in; it is changed, and may be shown again.
    """

    BINDINGS: ClassVar[list[BindingType]] = keys.bindings("search-form")
    CSS_PATH = "../styles/launch.tcss"
    place = "search-form"

    def __init__(self, draft: SearchDraft) -> None:
        super().__init__()
        self._draft = draft
        self._problem = ""
        self._problem_of: object = None
        self._foresight = Foresight(self, self._show_training)
        self._is_launching = False
        self._was_left = False

    def compose(self) -> ComposeResult:
        recipe = self._draft.base.entry.recipe
        yield Header(("dlconsole", "launch", f"search {recipe.name}"))
        with Horizontal(id="body"):
            page = SearchPage(self._draft, id="page")
            page.border_title = " how, and what is varied "
            yield page
            plan = PlanPage({name: recipe.space.label(name) for name in recipe.space}, id="plan")
            plan.border_title = " plan "
            yield plan
        yield FormFoot("search-form.copy", id="foot")
        yield Footer("search-form", "search-space", "form")

    def on_mount(self) -> None:
        base = self._draft.base
        data = base.text("path") if base.text("source") == OWN else base.text("source") + " data"
        self.query_one(Header).say(((f"{base.text('preset')} · {data}", "muted"),))
        self.query_one(SearchPage).focus()
        self._fit()
        self.call_after_refresh(self._say)

    def on_screen_resume(self) -> None:
        self.console.standing_by.need(self)
        if self._was_left:
            self._was_left = False
            self._foresight.stop()
            self._foresight.consider(self._draft.rehearsed())

    def on_screen_suspend(self) -> None:
        if not self.in_view:  # rather than looked at through a question or help
            self._leave()

    def on_unmount(self) -> None:
        self._leave()

    def _leave(self) -> None:
        self._was_left = True
        self._foresight.stop()
        self.console.standing_by.release(self)

    # What is shown.

    def on_resize(self, event: events.Resize) -> None:
        self._fit()

    def _fit(self) -> None:
        """Show form and plan, or the one that has the focus where there is no room for both."""
        page, plan = self.query_one(SearchPage), self.query_one(PlanPage)
        is_wide = self.size.width >= _BESIDE
        page.display = is_wide or not plan.has_focus
        plan.display = is_wide or plan.has_focus

    def on_form_page_changed(self, event: FormPage.Changed) -> None:
        self._say()

    def on_form_page_editing(self, event: FormPage.Editing) -> None:
        self._say_keys()

    def on_form_page_launch(self, event: FormPage.Launch) -> None:
        self.action_launch()

    def on_descendant_focus(self) -> None:
        self._say_keys()
        self._say()

    def _say_keys(self) -> None:
        """Show the keys that hold where the focus is."""
        page, footer = self.query_one(SearchPage), self.query_one(Footer)
        if page.editing:
            footer.turn_to("edit", everywhere=False)
        elif page.has_focus:
            footer.turn_to("search-form", "search-space", "form")
        else:
            footer.turn_to("search-form")
        footer.call({"search-form.other": "plan" if page.has_focus else "form"})

    def _say(self) -> None:
        """Bring help, command line and plan up to date."""
        page = self.query_one(SearchPage)
        command = self._draft.command()
        if self._problem_of != self._state():
            self._problem = ""  # something was done about it
        self.query_one(FormFoot).say(page.help_text(), command, self._problem)
        if not self._is_launching:
            self._foresight.consider(self._draft.rehearsed())
        self._show_training(self._foresight.forecast)

    def _show_training(self, training: Forecast) -> None:
        """Bring the plan up to date."""
        outcome = self._draft.outcome()
        problem = "" if outcome.field else outcome.problem or training.problem
        forecast = SearchForecast(
            outcome.search, outcome.plan, problem, outcome.problem, training=training
        )
        self.query_one(FormFoot).foresee(forecast)
        self.query_one(PlanPage).foresee(forecast)

    def _state(self) -> object:
        """Return what is on the form, for comparison."""
        return self.query_one(SearchPage).at, dict(self._draft.typed)

    def on_asking_answered(self, event: Asking.Answered) -> None:
        self._foresight.take(event)

    def on_asking_over(self, event: Asking.Over) -> None:
        self._foresight.end(event)

    # What the keys do.

    def action_other(self) -> None:
        """Go from the form to the plan, or back."""
        page, plan = self.query_one(SearchPage), self.query_one(PlanPage)
        other = plan if page.has_focus else page
        other.display = True  # what is not shown cannot have the focus
        other.focus()
        self.call_after_refresh(self._fit)

    def action_back(self) -> None:
        """Go from the plan to the form, and from there to Launch."""
        if self.query_one(PlanPage).has_focus:
            self.action_other()
        else:
            self.dismiss()

    def action_reset(self) -> None:
        """Set every field to what is usual."""
        self._draft.reset()
        self.query_one(SearchPage).go_to(self.query_one(SearchPage).at)
        self.notify("Every field is as usual; the method stays.", markup=False)

    def action_copy(self) -> None:
        """Copy the equivalent command line."""
        command = self._draft.command()
        if command:
            self.console.copy(command)

    def action_launch(self) -> None:
        """Start the search as the form says."""
        page = self.query_one(SearchPage)
        wrong = self._draft.wrong()
        if wrong:
            page.go_to(wrong[0])
        try:
            order = self._draft.order()
            order.plan()
        except Problem as problem:
            self._tell(problem)
            return
        if not self._is_launching:
            self._is_launching = True
            self._foresight.stop()  # the trials need the device now
            self.run_beside(self._launch(order))

    async def _launch(self, order: SearchOrder) -> None:
        problem = None
        try:
            folder = await asyncio.to_thread(self.console.launch, order)
        except Problem as found:
            problem = found
        self._is_launching = False
        if problem is not None:
            self._tell(problem)
            return
        self._draft.undo(NAME)  # it is taken now
        self._draft.base.undo("name")
        if self.in_view:
            self.console.open_run(folder)

    def _tell(self, problem: Problem) -> None:
        """Say what kept the search from being started."""
        self._problem, self._problem_of = str(problem), self._state()
        self._say()
