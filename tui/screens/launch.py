"""Launch: choose a recipe, set it up, start the training.

The first frame comes at once; recipes, data and devices are looked up behind it, in a thread. What
keeps a training from being started is told on the form, in words, and nothing is lost by it.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.widgets import OptionList

from engine.errors import Problem
from tui import keys
from tui.asking import Asking
from tui.foresight import Foresight, look_at_data
from tui.form.forecast import Forecast
from tui.form.form_foot import FormFoot
from tui.form.form_page import FormPage
from tui.form.recipe_list import NOTICE, RecipeList
from tui.form.recipe_page import RecipePage
from tui.screens.console_screen import ConsoleScreen
from tui.widgets.footer import Footer
from tui.widgets.header import Header

if TYPE_CHECKING:
    from engine.catalog import Catalog
    from engine.process.order import Order
    from engine.run.folder import RunFolder
    from tui.form.draft import Draft
    from tui.form.search_draft import SearchDraft
    from tui.widgets.painted import Line


class LaunchScreen(ConsoleScreen):
    """Recipes on one side, the form on the other, the equivalent command below."""

    BINDINGS: ClassVar[list[BindingType]] = keys.bindings("launch")
    CSS_PATH = "../styles/launch.tcss"
    place = "launch"

    def __init__(self) -> None:
        super().__init__()
        self._catalog: Catalog | None = None
        self._drafts: dict[str, Draft] = {}
        self._searches: dict[str, SearchDraft] = {}
        self._presence: dict[str, dict[str, str]] = {}
        self._devices: tuple[str, ...] = ("auto", "cpu")
        self._problem = ""
        self._problem_of: object = None
        self._foresight = Foresight(self, self._show_forecast)
        self._is_launching = False
        self._was_left = False
        self._presets_stamp = 0
        self._wished: RunFolder | None = None

    def compose(self) -> ComposeResult:
        yield Header(("dlconsole", "launch"))
        with Horizontal(id="body"):
            recipes = RecipeList(id="recipes")
            recipes.border_title = " recipes "
            yield recipes
            yield RecipePage(id="page")
        yield FormFoot("launch.copy", id="foot")
        yield Footer("launch")

    def on_mount(self) -> None:
        self.query_one(RecipeList).focus()
        # Behind the first frame: what is looked up here takes longer than drawing it.
        self.call_after_refresh(self._begin)

    def _begin(self) -> None:
        self.run_beside(self._look_up())

    async def _look_up(self) -> None:
        """Find the recipes, then their data, then the devices."""
        self._presets_stamp = await asyncio.to_thread(self._stamp_of_presets)
        self._catalog = await asyncio.to_thread(self.console.load_catalog)
        self.query_one(RecipeList).show(self._catalog, self.console.first_recipe)
        if not self._catalog.entries and not self._catalog.notices:
            self.query_one(RecipePage).show_text(
                ["There are no recipes.", "dlconsole doctor says why."]
            )
        await self._fill_in()
        await self._look_for_data()
        facts, self._devices = await asyncio.to_thread(_machine)
        self.query_one(Header).say(facts)
        for draft in self._drafts.values():
            draft.devices = self._devices
        self.query_one(RecipePage).redraw()

    async def _look_for_presets(self) -> None:
        """Take up the presets of a person's own that came since the recipes were read."""
        catalog = self._catalog
        stamp = await asyncio.to_thread(self._stamp_of_presets)
        if catalog is None or stamp == self._presets_stamp:
            return
        from engine.catalog import Catalog

        self._presets_stamp = stamp
        found = await asyncio.to_thread(self.console.load_catalog)
        # A recipe of an earlier run, from its copy, is none that is found.
        same = {
            name: entry
            for name, entry in found.entries.items()
            if name not in catalog.entries or catalog.entries[name].file == entry.file
        }
        self._catalog = Catalog({**catalog.entries, **same}, catalog.notices)
        for name, draft in self._drafts.items():
            draft.entry = self._catalog.entries[name]
        self.query_one(RecipePage).redraw()

    def _stamp_of_presets(self) -> int:
        """Return what differs when the presets were written anew. Runs in a thread."""
        from engine.presets import FILE

        try:
            return (self.console.settings.recipes / FILE).stat().st_mtime_ns
        except OSError:
            return 0

    async def _look_for_data(self) -> None:
        if self._catalog is not None:
            self._presence = await asyncio.to_thread(self._find_data, self._catalog)
            draft = self._draft
            if draft is not None:
                self.query_one(RecipePage).show_presence(self._presence[draft.entry.recipe.name])

    def _find_data(self, catalog: Catalog) -> dict[str, dict[str, str]]:
        """Say of every recipe's data whether it is there. Runs in a thread."""
        from engine.data.fetch import find
        from tui.figures import size

        presence: dict[str, dict[str, str]] = {}
        for name, entry in catalog.entries.items():
            files = entry.recipe.official.files
            there = all(find(file, self.console.settings.data_search) for file in files)
            total = size(sum(file.size for file in files))
            official = "" if not files else f"{total}, " + ("present" if there else "not here yet")
            presence[name] = {"official": official, "sample": "built in"}
        return presence

    def fill_like(self, folder: RunFolder) -> None:
        """Fill the form in with what a run was asked for, as soon as the recipes are there."""
        self._wished = folder
        if self._catalog is not None:
            self.run_beside(self._fill_in())

    async def _fill_in(self) -> None:
        """Fill the form in with what the run was asked for that is wished for, if one is."""
        folder, catalog = self._wished, self._catalog
        if folder is None or catalog is None:
            return
        from engine.catalog import Catalog
        from engine.process.again import again
        from tui.form.draft import Draft

        self._wished = None
        try:
            order, notices = await asyncio.to_thread(again, folder, catalog.entries)
        except Problem as problem:
            self.tell(str(problem), error=True)
            return
        name = order.entry.recipe.name
        self._catalog = Catalog({**catalog.entries, name: order.entry}, catalog.notices)
        self._drafts[name] = Draft.like(order, self._devices)
        self.query_one(RecipeList).show(self._catalog, name)
        self.query_one(RecipePage).focus()
        for notice in notices:
            self.tell(notice, error=True)
        launch = self.console.key_name("launch.launch")
        self.tell(f"As {folder.name} was asked for. Change what you like; {launch} launches it.")

    @property
    def _draft(self) -> Draft | None:
        return self.query_one(RecipePage).draft

    def on_screen_resume(self) -> None:
        self.run_beside(self._look_for_data())
        self.console.standing_by.need(self)
        if self._was_left:
            # Data may be there now, or another training on the device.
            self._was_left = False
            self.run_beside(self._look_for_presets())
            self._foresight.stop()
            self._foresight.consider(self._draft)

    def on_screen_suspend(self) -> None:
        if not self.in_view:  # rather than looked at through a question or help
            self._was_left = True
            self._foresight.stop()
            self.console.standing_by.release(self)

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        if self._catalog is None or event.option_id is None:
            return
        page = self.query_one(RecipePage)
        if event.option_id.startswith(NOTICE):
            page.border_title = " cannot be used "
            page.show_text([self._catalog.notices[int(event.option_id.removeprefix(NOTICE))]])
            self._say()
            return
        from tui.form.draft import Draft

        entry = self._catalog.entries[event.option_id]
        draft = self._drafts.setdefault(event.option_id, Draft(entry, self._devices))
        page.border_title = _title(f"{entry.recipe.name} · {entry.recipe.title}")
        page.show_draft(draft, self._presence.get(event.option_id, {}))
        self._say()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self.action_to_form()

    def on_form_page_changed(self, event: FormPage.Changed) -> None:
        self._say()

    def on_form_page_editing(self, event: FormPage.Editing) -> None:
        self._say_keys()

    def on_descendant_focus(self) -> None:
        self._say_keys()
        self._say()

    def _say_keys(self) -> None:
        """Show the keys that hold where the focus is."""
        page, footer = self.query_one(RecipePage), self.query_one(Footer)
        if page.editing:
            footer.turn_to("edit", everywhere=False)
        else:
            footer.turn_to("launch", "form" if page.has_focus else "recipes")

    def on_form_page_launch(self, event: FormPage.Launch) -> None:
        self.action_launch()

    def _say(self) -> None:
        """Bring help and command line up to date."""
        page = self.query_one(RecipePage)
        try:
            command = page.draft.command() if page.draft is not None else ""
        except Problem as problem:
            command = str(problem)
        notices = self._catalog.notices if self._catalog is not None else ()
        text = page.help_text() if page.has_focus or page.editing else ""
        if text and page.at == "device":
            text = " ".join([text, *self._foresight.forecast.outlook])
        if not text and notices:
            more = f" (and {len(notices) - 1} more)" if len(notices) > 1 else ""
            text = notices[0] + more
        elif not text and page.draft is not None:
            launch = self.console.key_name("launch.launch")
            text = f"Enter goes into the form; {launch} launches it as it stands."
        if self._problem_of != self._state():
            self._problem = ""  # something was done about it
        self.query_one(FormFoot).say(text, command, self._problem)
        if not self._is_launching:
            self._foresight.consider(page.draft)

    def _show_forecast(self, forecast: Forecast) -> None:
        self.query_one(FormFoot).foresee(forecast)
        if self.query_one(RecipePage).at == "device":
            self._say()

    def on_asking_answered(self, event: Asking.Answered) -> None:
        self._foresight.take(event)

    def on_asking_over(self, event: Asking.Over) -> None:
        self._foresight.end(event)

    def _state(self) -> object:
        """Return what is on the form, for comparison."""
        page = self.query_one(RecipePage)
        return page.at, dict(page.draft.typed) if page.draft is not None else {}

    def action_to_form(self) -> None:
        """Go from the recipes into the form."""
        if self._draft is not None:
            self.query_one(RecipePage).focus()

    def action_back(self) -> None:
        """Go from the form to the recipes, and from there to the runs."""
        if self.query_one(RecipePage).has_focus:
            self.query_one(RecipeList).focus()
            self._say()
        else:
            self.console.show("runs")

    def action_reset(self) -> None:
        """Set every field to the preset's value."""
        if self._draft is not None:
            self._draft.reset()
            self.query_one(RecipePage).go_to(self.query_one(RecipePage).at)
            self.notify("Every field is as the preset has it.", markup=False)

    def action_copy(self) -> None:
        """Copy the equivalent command line."""
        if self._draft is not None:
            self.console.copy(self._draft.command())

    def action_launch(self) -> None:
        """Start the training as the form says."""
        page = self.query_one(RecipePage)
        if self._draft is None:
            return
        page.focus()
        wrong = self._draft.wrong()
        page.go_to(wrong[0] if wrong else page.at)
        try:
            order = self._draft.order()
        except Problem as problem:
            self._tell(problem)
            return
        if not self._is_launching:
            self._is_launching = True
            self._foresight.stop()  # the training needs the device now
            self.run_beside(self._launch(self._draft, order))

    async def _launch(self, draft: Draft, order: Order) -> None:
        problem = None
        try:
            folder = await asyncio.to_thread(self.console.launch, order)
        except Problem as found:
            problem = found
        self._is_launching = False
        if problem is not None:
            self._tell(problem)
            return
        draft.undo("name")  # it is taken now
        if self.in_view:
            self.console.open_run(folder)

    def _tell(self, problem: Problem) -> None:
        """Say what kept the training from being started."""
        self._problem, self._problem_of = str(problem), self._state()
        self._say()

    def action_data(self) -> None:
        """Look at the data that the form names."""
        if self._draft is None:
            return
        try:
            order = self._draft.order_for_data()
            standby = self.console.standing_by.fit(order.backend)
        except Problem as problem:
            self.notify(str(problem), severity="warning", markup=False)
            return
        from tui.screens.look import DataScreen

        folders = self.console.settings.data_search
        self.app.push_screen(
            DataScreen(
                lambda screen: Asking(
                    screen, lambda asking: look_at_data(asking, order, standby, folders)
                )
            )
        )

    def action_search(self) -> None:
        """Set up a search of which the form is the setting that stays."""
        draft = self._draft
        if draft is None:
            return
        from tui.form.search_draft import SearchDraft
        from tui.screens.search_form import SearchFormScreen

        search = self._searches.setdefault(draft.entry.recipe.name, SearchDraft(draft))
        search.base = draft
        self.app.push_screen(SearchFormScreen(search))

    def action_network(self) -> None:
        """Look at the network that the form describes."""
        from tui.screens.look import NetworkScreen

        if self._draft is not None:
            self.app.push_screen(NetworkScreen(lambda: self._foresight.forecast))


def _title(text: str) -> str:
    """Make text fit for a border's title, which is read as markup."""
    from textual.markup import escape

    from tui.safe_text import printable

    return f" {escape(printable(text))} "


def _machine() -> tuple[Line, tuple[str, ...]]:
    """Say what a training would run on, and which devices it can name. Runs in a thread."""
    from engine.devices.gpu import Gpus
    from engine.process.order import usable_cores
    from engine.run.conditions import versions

    gpus = Gpus()
    names = gpus.names()
    gpus.close()
    shown = ", ".join(f"GPU {number} {name}" for number, name in enumerate(names)) or "no GPU"
    cores = usable_cores()
    facts = [shown, f"{cores} core" + "s" * (cores != 1)]
    if "tensorflow" in (found := versions()):
        facts.append(f"TensorFlow {found['tensorflow']}")
    devices = ("auto", "cpu", *(f"gpu:{number}" for number in range(len(names))))
    return ((" · ".join(facts), "muted"),), devices
