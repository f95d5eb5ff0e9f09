"""Try: give a run's network an input of one's own, and see what it says.

A text is typed, the cells of a row are filled in, a picture is drawn or named; the answer follows.
Of a run in training the newest network there is answers, and answers anew as soon as there is a
newer one.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.geometry import Size
from textual.timer import Timer

from engine.data.given import Given
from engine.errors import Problem
from engine.process.questions import Predict
from engine.run.expected import Expected, Pictures, Rows, Texts, read_expected
from engine.run.folder import RunFolder
from engine.run.listing import Summary, summarize
from engine.run.networks import OWN, SNAPSHOT, Network, list_networks
from engine.run.silence import Silence
from tui import keys
from tui.asking import Asking
from tui.figures import progress
from tui.format import tone, when
from tui.safe_text import printable
from tui.screens.prompt import PromptScreen
from tui.screens.steering import SteeringScreen, Target, labels
from tui.trying import Trying
from tui.tryout.answer_panel import AnswerPanel
from tui.tryout.canvas import Canvas
from tui.tryout.row_form import RowForm
from tui.tryout.try_input import DrawnInput, Input, RowInput, TextInput
from tui.widgets.footer import Footer
from tui.widgets.header import Header
from tui.widgets.trouble import Trouble

POLL_SECONDS = 1.0
"""Between two looks at which networks there are."""

LEAST_SECONDS = 0.25
"""Between two questions: what is drawn changes with each move of the mouse."""


@dataclass(frozen=True)
class _Seen:
    """A run as it was at the last look.

    Attributes:
        summary: The run.
        networks: Its networks, the one that is meant first.
        expected: What it takes; None where that is not known, and why.
        why: Why it is not known.
    """

    summary: Summary
    networks: list[Network]
    expected: Expected | None
    why: str = ""


class TryScreen(SteeringScreen):
    """Tries a run's network out.

    Args:
        folder: The run.
    """

    BINDINGS: ClassVar[list[BindingType]] = keys.bindings("try")
    CSS_PATH = "../styles/try.tcss"
    place = "try"

    def __init__(self, folder: RunFolder) -> None:
        super().__init__()
        self.folder = folder
        self._silence = Silence()
        self._seen: _Seen | None = None
        self._input: Input | None = None
        self._trying: Trying | None = None
        self._chosen = ""
        self._answered_by: object = None
        self._asked_at = -LEAST_SECONDS
        self._timer: Timer | None = None

    def compose(self) -> ComposeResult:
        yield Header(("dlconsole", "runs", self.folder.name, "try"))
        yield Trouble(id="trouble")
        with Container(id="try-body"):
            yield AnswerPanel(id="try-answer")
        yield Footer("try")

    def on_mount(self) -> None:
        self.console.standing_by.need(self)
        self.query_one(AnswerPanel).focus()
        self.run_beside(self._watch())

    def on_unmount(self) -> None:
        self.console.standing_by.release(self)
        if self._trying is not None:
            self._trying.close()

    async def _watch(self) -> None:
        """Look at the run and its networks again and again, while the screen is there."""
        while True:
            seen = await asyncio.to_thread(self._look)
            self._seen = seen
            if self._input is None and seen.expected is not None:
                await self._begin(seen.expected, seen.summary)
            self._show()
            if self._asks_anew():
                self._ask()
            await asyncio.sleep(POLL_SECONDS)

    def _look(self) -> _Seen:
        """Runs in a thread."""
        summary = summarize(self.folder, self._silence)
        networks = list_networks(self.folder, summary.verdict.live)
        if self._seen is not None and self._seen.expected is not None:
            return _Seen(summary, networks, self._seen.expected)
        try:
            return _Seen(summary, networks, read_expected(self.folder))
        except Problem as problem:
            return _Seen(summary, networks, None, str(problem))

    async def _begin(self, expected: Expected, summary: Summary) -> None:
        """Show where to type, fill in or draw what the network takes."""
        if summary.spec is None:
            return
        self._trying = Trying(self, summary.spec)
        match expected:
            case Texts():
                self._input = TextInput()
            case Rows():
                self._input = RowInput(expected)
            case Pictures():
                self._input = DrawnInput(expected, self.console.key_name)
        body = self.query_one("#try-body", Container)
        self.add_class(f"-{self._input.place}")
        await body.mount(self._input.widget, before=0)
        self._fit()
        self._input.widget.focus()
        self._turn_footer()

    # What is asked.

    @property
    def _network(self) -> Network | None:
        networks = self._seen.networks if self._seen is not None else []
        return next((each for each in networks if each.name == self._chosen), None) or next(
            iter(networks), None
        )

    def _asks_anew(self) -> bool:
        """Whether another network is there than the one that was asked last."""
        network = self._network
        return network is not None and (network.path, network.stamp) != self._answered_by

    def _changed(self) -> None:
        """Ask soon, since the input is another; at most so many times a second."""
        if self._timer is not None:
            return
        wait = self._asked_at + LEAST_SECONDS - time.monotonic()
        if wait <= 0:
            self._ask()
        else:
            self._timer = self.set_timer(wait, self._ask)
            self._show()

    def _ask(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        network, trying, given = self._network, self._trying, self._given()
        if network is None or trying is None or given is None:
            self._show()
            return
        self._asked_at = time.monotonic()
        self._answered_by = (network.path, network.stamp)
        file = "" if network.name == OWN else str(network.path)
        trying.ask(Predict(str(self.folder.path), given, network=file, explain=True))
        self._show()

    def _given(self) -> Given | None:
        return self._input.given() if self._input is not None else None

    def on_asking_answered(self, event: Asking.Answered) -> None:
        if self._trying is not None:
            self._trying.take(event)
            if self._input is not None and self._trying.about is not None:
                self._input.take(self._trying.about.given, event.answer)

    def on_asking_over(self, event: Asking.Over) -> None:
        if self._trying is not None:
            self._trying.end(event)
            self._show()

    # What is shown.

    def _show(self) -> None:
        seen, panel = self._seen, self.query_one(AnswerPanel)
        if seen is None:
            return
        verdict = seen.summary.verdict
        name = self.folder.name
        self.query_one(Header).rename(("dlconsole", "runs", name, "try"))
        glyph, look = tone(verdict.state)
        facts = [(f"{glyph} {verdict.state}", look)]
        status = seen.summary.status
        if status is not None and status.epochs:
            facts.append((f"   epoch {progress(status.epoch, status.epochs)}", ""))
        self.query_one(Header).say(tuple(facts))
        self.query_one(Footer).call(self._labels(seen))
        self.query_one(Trouble).say((self._missing(seen), "warn"))
        panel.expected, panel.trying = seen.expected, self._trying
        panel.hint = self._input.hint if self._input is not None else ""
        panel.note = self._input.note if self._input is not None else ""
        panel.network, panel.others = self._network_line(), self._others_line()
        panel.redraw()

    def _labels(self, seen: _Seen) -> dict[str, str]:
        """Return which keys the footer leaves out, as things stand."""
        found = labels("try", seen.summary.verdict)
        if len(seen.networks) < 2:
            found["try.next"] = ""
        if not isinstance(self._input, DrawnInput):
            found["try.invert"] = ""
        if self._input is not None and not self._input.takes_files:
            found["try.file"] = ""
        return found

    def _missing(self, seen: _Seen) -> str:
        """Say what is missing, and what to do; empty where nothing is."""
        verdict = seen.summary.verdict
        if seen.expected is None:
            return f"{seen.why} {verdict.why}".strip() if not verdict.live else seen.why
        if seen.networks:
            return ""
        if not verdict.live:
            return f"It has no network to ask: it is {verdict.state}. {verdict.remedy}".strip()
        key = self.console.key_name("try.snapshot")
        return f"No network of it is saved yet. {key} asks for a snapshot; then it answers."

    def _network_line(self) -> str:
        network = self._network
        if network is None or self._seen is None:
            return ""
        verdict, status = self._seen.summary.verdict, self._seen.summary.status
        said = "the latest snapshot" if network.name == SNAPSHOT else network.name
        if network.epoch is not None:
            said += f", after epoch {network.epoch:,}"
            if network.step is not None:
                said += f" (step {network.step:,})"
        elif network.name == OWN and not verdict.live and status is not None:
            said += f", {verdict.state} after epoch {status.epoch:,}"
        return f"From {said}, saved {when(network.saved_at, time.time())}."

    def _others_line(self) -> str:
        network = self._network
        if network is None or self._seen is None or len(self._seen.networks) < 2:
            return ""
        place, count = self._seen.networks.index(network) + 1, len(self._seen.networks)
        before, after = (self.console.key_name(f"try.{name}") for name in ("before", "next"))
        return f"{place} of {count} networks: {before} {after} ask another."

    def on_resize(self, event: events.Resize) -> None:
        self._fit()

    def _fit(self) -> None:
        if isinstance(self._input, DrawnInput):
            body = self.query_one("#try-body").size or self.size
            least = 34  # cells of the answer
            self._input.widget.fit(Size(max(body.width - least, 10), body.height))

    # What is typed, filled in and drawn.

    def on_canvas_changed(self, event: Canvas.Changed) -> None:
        if isinstance(self._input, DrawnInput):
            self._input.draw()
        self._changed()

    def on_row_form_changed(self, event: RowForm.Changed) -> None:
        self._changed()

    def on_row_form_editing(self, event: RowForm.Editing) -> None:
        self._turn_footer(editing=event.on)

    def on_text_area_changed(self) -> None:
        self._changed()

    def on_text_box_left(self) -> None:
        self.query_one(AnswerPanel).focus()

    def on_descendant_focus(self) -> None:
        self._turn_footer()

    def _turn_footer(self, *, editing: bool = False) -> None:
        footer = self.query_one(Footer)
        place = self._input.place if self._input is not None else ""
        if self._input is None or not self._input.widget.has_focus:
            footer.turn_to("try")
        elif editing:
            footer.turn_to("edit", everywhere=False)
        elif place == "typing":
            footer.turn_to("typing", everywhere=False)
        else:
            footer.turn_to(place, "try")

    # What the keys do.

    def action_back(self) -> None:
        """Go back to where one came from."""
        self.app.pop_screen()

    def action_to_other(self) -> None:
        """Go to the input, or from there to the answer."""
        panel = self.query_one(AnswerPanel)
        if self._input is not None and panel.has_focus:
            self._input.widget.focus()
        else:
            panel.focus()

    def action_network(self, step: int) -> None:
        """Ask another network of the run."""
        networks, network = (self._seen.networks if self._seen else []), self._network
        if network is None or len(networks) < 2:
            self.tell("It has no other network.")
            return
        place = (networks.index(network) + step) % len(networks)
        # The first is whatever is newest, also later.
        self._chosen = networks[place].name if place else ""
        self._ask()

    def action_file(self) -> None:
        """Take the input from a file."""
        if self._input is None or not self._input.takes_files:
            self.tell("A row is filled in here; dlconsole predict takes tables.")
        else:
            self.run_beside(self._take_file())

    async def _take_file(self) -> None:
        assert self._input is not None
        asked = PromptScreen(self._input.file_question, "", "A path. ~ is your home folder.", _file)
        path = await self.put(asked)
        if path is None:
            return
        try:
            await self._input.take_file(path)
        except OSError as error:
            self.tell(f"{path} cannot be read: {error.strerror}.", error=True)
            return
        self._changed()

    def action_invert(self) -> None:
        """Turn light and dark of a picture round."""
        if isinstance(self._input, DrawnInput):
            self._input.invert()
            self._changed()
        else:
            self.tell("Only pictures can be inverted.")

    def action_copy(self) -> None:
        """Copy the command line that asks the same."""
        given = self._given()
        words = self._input.words(given) if self._input is not None and given is not None else None
        if words is None:
            self.tell("What is drawn has no command line; a picture file has: f names one.")
            return
        import shlex

        network = self._network
        if network is not None and network.name != OWN:
            words = [*words, "--checkpoint", network.name]
        self.console.copy(shlex.join(["dlconsole", "predict", self.folder.name, *words]))

    def target(self) -> Target | None:
        if self._seen is None:
            return None
        summary = self._seen.summary
        generation = summary.status.generation if summary.status is not None else 0
        return Target(self.folder, summary.verdict, summary.status, summary.spec, generation or 1)

    def sent(self, identity: str, action: str) -> None:
        self.tell(f"Asked: {action}.")


def _file(typed: str) -> Path:
    """Return the path of a file that is there; raise Problem otherwise."""
    typed = typed.strip()
    try:
        path = Path(typed).expanduser()
        if not typed or "\0" in typed or not path.is_file():
            raise Problem(f"There is no file {printable(typed)!r}.", "Check the path.")
    except (OSError, RuntimeError) as error:
        raise Problem(f"This is no path of a file: {error}.") from None
    return path.absolute()
