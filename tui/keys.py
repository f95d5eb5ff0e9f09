"""The one table of key bindings: what is dispatched, shown in the footer and listed by help.

Each binding has an id, so that a person can give it other keys. Nothing needs ctrl+enter, alt or a
function key: not every terminal sends them.
"""

from __future__ import annotations

from dataclasses import dataclass

from textual.binding import Binding, BindingType

PLACES = {
    "everywhere": "Everywhere",
    "launch": "Launch",
    "recipes": "Launch, in the list of recipes",
    "form": "Launch, in the form",
    "edit": "Launch, while typing into a field",
    "runs": "Runs",
    "table": "Runs, in the list",
    "filter": "Runs, while typing a filter",
    "run": "Run",
    "report": "Run, in the report of a classification",
    "classes": "Run, in the report of more than two classes",
    "checkpoints": "Run, in the checkpoints",
    "look": "Launch, looking at data or network",
    "question": "Questions",
    "prompt": "Questions, while typing an answer",
    "help": "Help",
}
"""Where a binding holds, with the heading that help gives it."""


@dataclass(frozen=True)
class Key:
    """One binding.

    Attributes:
        where: A key of :data:`PLACES`.
        id: Unique within its place.
        keys: Textual's names, with commas between them; the first is shown in the footer.
        action: What is done; empty where Textual or the widget does it of itself, so that the
            entry is there to be read only.
        label: A word or two for the footer; empty keeps it out of there.
        help: What it does, in a line.
        priority: Whether it holds even where another widget would take the key.
    """

    where: str
    id: str
    keys: str
    action: str
    label: str
    help: str
    priority: bool = False


KEYS = (
    Key("everywhere", "help", "question_mark", "app.help", "help", "these keys"),
    Key("everywhere", "quit", "q", "app.quit", "quit", "leave the console; training goes on"),
    Key("everywhere", "quit-typing", "ctrl+q", "app.quit", "", "the same, also while typing", True),
    Key("everywhere", "interrupt", "ctrl+c", "app.interrupt", "", "pressed twice: the same"),
    Key("everywhere", "palette", "ctrl+p", "", "", "every command by name; themes"),
    Key("launch", "launch", "l,ctrl+s", "launch", "launch", "start the training as the form says"),
    Key("launch", "copy", "y,ctrl+y", "copy", "copy", "copy the equivalent command line"),
    Key("launch", "reset", "r", "reset", "reset", "set every field to the preset's value"),
    Key("launch", "data", "p", "data", "data", "what is in the data: columns, first rows"),
    Key("launch", "network", "n", "network", "network", "the layers of the network"),
    Key("launch", "runs", "o", "app.show('runs')", "runs", "the runs there are"),
    Key("launch", "back", "escape", "back", "", "from the form to the recipes, from there to runs"),
    Key("launch", "next", "tab,shift+tab", "", "", "between the recipes and the form"),
    Key("recipes", "choose", "up,down", "", "", "another recipe"),
    Key("recipes", "form", "enter,right", "screen.to_form", "", "into its form"),
    Key("form", "up", "up,k", "move(-1)", "", "the field above"),
    Key("form", "down", "down,j", "move(1)", "", "the field below"),
    Key("form", "first", "home", "move(-1000)", "", "the first field"),
    Key("form", "last", "end", "move(1000)", "", "the last field"),
    Key("form", "page-up", "pageup", "move(-8)", "", "some fields up"),
    Key("form", "page-down", "pagedown", "move(8)", "", "some fields down"),
    Key("form", "previous", "left", "turn(-1)", "", "the choice before, in a ‹ choice ›"),
    Key("form", "following", "right,space", "turn(1)", "", "the next choice"),
    Key(
        "form", "edit", "enter", "enter", "edit", "change the field; on launch, start the training"
    ),
    Key("form", "type", "0,9", "", "", "a digit begins a new value; in a text, any letter"),
    Key("form", "undo", "backspace,delete", "undo", "", "set this field to the preset's value"),
    Key("edit", "accept", "enter", "", "take", "take the value and go to the next field"),
    Key("edit", "keep", "up,down,tab", "", "", "take the value and move"),
    Key("edit", "cancel", "escape", "", "leave it", "leave the value as it was"),
    Key("edit", "clear", "ctrl+u", "", "clear", "delete to the left"),
    Key("edit", "word", "ctrl+w", "", "", "delete a word to the left"),
    Key("table", "open", "enter", "open", "open", "look at the run"),
    Key("table", "up", "up,k", "move(-1)", "", "the run above"),
    Key("table", "down", "down,j", "move(1)", "", "the run below"),
    Key("table", "page-up", "pageup", "page(-1)", "", "a page up"),
    Key("table", "page-down", "pagedown", "page(1)", "", "a page down"),
    Key("table", "first", "home", "move(-100000)", "", "the first run"),
    Key("table", "last", "end", "move(100000)", "", "the last run"),
    Key("runs", "new", "n", "app.show('launch')", "new", "launch another training"),
    Key("runs", "pause", "p", "pause", "pause", "let the run stand still, or go on"),
    Key("runs", "resume", "r", "resume", "resume", "go on with a run that nobody is at"),
    Key("runs", "stop", "s", "stop", "stop", "stop after the epoch under way"),
    Key("runs", "stop-now", "x", "stop_now", "stop now", "stop at once, with a snapshot (asks)"),
    Key("runs", "earlier", "less_than_sign", "queue(-1)", "earlier", "move up in the device queue"),
    Key("runs", "later", "greater_than_sign", "queue(1)", "later", "move down in the device queue"),
    Key("runs", "remove", "d,delete", "remove", "remove", "move the run to the trash (asks)"),
    Key("runs", "filter", "slash", "filter", "filter", "show runs that match a regular expression"),
    Key("runs", "clear", "escape", "clear", "", "show all runs again"),
    Key("filter", "keep", "enter", "", "keep", "back to the list, filter kept"),
    Key("filter", "clear", "escape", "clear", "no filter", "back to the list, filter gone"),
    Key("run", "pause", "p", "pause", "pause", "let the run stand still, or go on"),
    Key("run", "stop", "s", "stop", "stop", "stop after the epoch under way"),
    Key("run", "stop-now", "x", "stop_now", "stop now", "stop at once, with a snapshot (asks)"),
    Key("run", "epochs", "e", "epochs", "epochs", "set the number of epochs"),
    Key("run", "rate", "l", "learning_rate", "rate", "set the learning rate"),
    Key("run", "snapshot", "k", "snapshot", "snapshot", "write a snapshot now"),
    Key("run", "resume", "r", "resume", "resume", "go on with a run that nobody is at"),
    Key("run", "panel", "tab", "panel(1)", "panel", "the next panel"),
    Key("run", "panel-before", "shift+tab", "panel(-1)", "", "the panel before"),
    Key("run", "metric", "right_square_bracket", "metric(1)", "metric", "the next metric"),
    Key("run", "metric-before", "left_square_bracket", "metric(-1)", "", "the metric before"),
    Key("run", "back", "escape", "back", "back", "back to the runs"),
    Key("run", "log", "g", "log_scale", "log", "logarithmic scale, on and off"),
    Key("run", "smoother", "plus,equals_sign", "smooth(1)", "smooth", "smooth the curves more"),
    Key("run", "rougher", "minus", "smooth(-1)", "", "smooth the curves less"),
    Key("run", "new", "n", "app.show('launch')", "", "launch another training"),
    Key("run", "copy", "y", "copy", "", "copy the command line of this run"),
    Key("run", "scroll", "up,down,pageup,pagedown", "", "", "scroll the panel"),
    Key("run", "follow", "end", "", "", "to the end of the panel; a log is followed from there"),
    Key("report", "lower", "left", "threshold(-1)", "lower", "a lower threshold"),
    Key("report", "higher", "right", "threshold(1)", "higher", "a higher threshold"),
    Key("report", "best", "b", "best", "best F1", "the threshold of the highest F1"),
    Key("classes", "next", "c", "turn(1)", "class", "the next class, against all others"),
    Key("classes", "before", "C", "turn(-1)", "", "the class before, against all others"),
    Key("checkpoints", "up", "up", "move(-1)", "", "the checkpoint above"),
    Key("checkpoints", "down", "down", "move(1)", "", "the checkpoint below"),
    Key("checkpoints", "restore", "enter", "restore", "restore", "make it the network (asks)"),
    Key("look", "close", "escape,q,p,n", "dismiss", "close", "back to the form"),
    Key("look", "scroll", "up,down,pageup,pagedown,home,end", "", "", "scroll"),
    Key("look", "sideways", "left,right", "", "", "scroll sideways"),
    Key("question", "yes", "y", "answer(True)", "yes", "do it"),
    Key("question", "no", "n,escape", "answer(False)", "no", "leave it"),
    Key("prompt", "accept", "enter", "accept", "set", "take what was typed"),
    Key("prompt", "leave", "escape", "leave", "leave it", "leave it as it is"),
    Key("prompt", "clear", "ctrl+u", "", "clear", "delete to the left"),
    Key("help", "close", "escape,question_mark,q", "dismiss", "close", "back"),
)
"""Every binding there is, in the order in which help lists them."""

NAMES = {
    "question_mark": "?",
    "slash": "/",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "plus": "+",
    "equals_sign": "=",
    "minus": "-",
    "less_than_sign": "<",
    "greater_than_sign": ">",
    "escape": "esc",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
    "pageup": "page up",
    "pagedown": "page down",
}
"""How keys are called that Textual names otherwise."""


def of(where: str) -> list[Key]:
    """Return the keys of a place, in the table's order."""
    return [key for key in KEYS if key.where == where]


def bindings(*places: str) -> list[BindingType]:
    """Return what a class has as ``BINDINGS``: the keys of some places that have an action."""
    return [
        Binding(
            key.keys,
            key.action,
            key.help,
            show=False,
            priority=key.priority,
            id=f"{key.where}.{key.id}",
        )
        for place in places
        for key in of(place)
        if key.action
    ]


def shown(keys: str, *, all_of_them: bool = False) -> str:
    """Return keys the way a person knows them.

    Args:
        keys: Textual's names, as in :attr:`Key.keys`.
        all_of_them: Whether to show every key rather than the first.
    """
    names = [NAMES.get(name, name) for name in keys.split(",")]
    return " ".join(names) if all_of_them else names[0]
