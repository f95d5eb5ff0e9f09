"""The one table of key bindings: what is dispatched, shown in the footer and listed by help.

Each binding has an id, so that a person can give it other keys. Nothing needs ctrl+enter, alt or a
function key: not every terminal sends them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from textual.binding import Binding, BindingType

from engine.errors import Problem, nearest

PLACES = {
    "everywhere": "Everywhere",
    "launch": "Launch",
    "recipes": "Launch, in the list of recipes",
    "search-form": "Set up a search",
    "search-space": "Set up a search, on a hyperparameter",
    "form": "Launch, Set up a search, in the form",
    "edit": "Launch, while typing into a field",
    "runs": "Runs",
    "table": "Runs, Compare, Search, in the list",
    "filter": "Runs, while typing a filter",
    "columns": "Runs, while choosing columns",
    "compare": "Compare",
    "run": "Run",
    "search": "Search",
    "parallel": "Search, in the parallel coordinates",
    "charts": "Run, Compare, Search, in the charts",
    "samples": "Run, in the samples",
    "log": "Run, in the log",
    "find": "Run, Settings, while typing what to find",
    "report": "Run, in the report of a classification",
    "classes": "Run, in the report of more than two classes",
    "checkpoints": "Run, in the checkpoints",
    "try": "Try",
    "typing": "Try, while typing a text",
    "row": "Try, in the row of a table",
    "canvas": "Try, on the picture",
    "look": "Launch, looking at data or network",
    "settings": "Settings",
    "settings-list": "Settings, in the list",
    "palette": "Everything by name, while typing",
    "rebind": "Settings, while typing another key",
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

    @property
    def binding(self) -> str:
        """Its place and id, as ``run.pause``: what names it in the file of settings."""
        return f"{self.where}.{self.id}"

    def pressed(self, others: Mapping[str, str]) -> str:
        """Return the keys that do it, as :attr:`keys` has them.

        Args:
            others: What a person has bound otherwise, by :attr:`binding`.
        """
        return (self.action and others.get(self.binding)) or self.keys


KEYS = (
    Key("everywhere", "help", "question_mark", "app.help", "help", "these keys"),
    Key("everywhere", "quit", "q", "app.quit", "quit", "leave the console; training goes on"),
    Key("everywhere", "quit-typing", "ctrl+q", "app.quit", "", "the same, also while typing", True),
    Key("everywhere", "interrupt", "ctrl+c", "app.interrupt", "", "pressed twice: the same"),
    Key("everywhere", "palette", "ctrl+p", "app.palette", "all", "every command by name", True),
    Key("everywhere", "redraw", "ctrl+l", "app.redraw", "", "draw all of the screen anew"),
    Key("everywhere", "settings", "P", "app.settings", "settings", "theme, bell, other keys"),
    Key("launch", "launch", "l,ctrl+s", "launch", "launch", "start the training as the form says"),
    Key("launch", "search", "S", "search", "search", "look for good hyperparameters"),
    Key("launch", "copy", "y,ctrl+y", "copy", "copy", "copy the equivalent command line"),
    Key("launch", "reset", "r", "reset", "reset", "set every field to the preset's value"),
    Key("launch", "data", "p", "data", "data", "what is in the data: columns, first rows"),
    Key("launch", "network", "n", "network", "network", "the layers of the network"),
    Key("launch", "runs", "o", "app.show('runs')", "runs", "the runs there are"),
    Key("launch", "back", "escape", "back", "", "from the form to the recipes, from there to runs"),
    Key("launch", "next", "tab,shift+tab", "", "", "between the recipes and the form"),
    Key("recipes", "choose", "up,down", "", "", "another recipe"),
    Key("recipes", "form", "enter,right", "screen.to_form", "", "into its form"),
    Key("search-form", "launch", "l,ctrl+s", "launch", "search", "start the search"),
    Key("search-form", "other", "tab,shift+tab", "other", "plan", "between the form and the plan"),
    Key("search-form", "copy", "y,ctrl+y", "copy", "copy", "copy the equivalent command line"),
    Key("search-form", "reset", "r", "reset", "reset", "set every field to what is usual"),
    Key("search-form", "back", "escape", "back", "back", "from the plan to the form, to Launch"),
    Key("search-space", "vary", "v", "vary", "vary/fix", "vary it, or let it be as it was set"),
    Key("form", "up", "up,k", "move(-1)", "", "the field above"),
    Key("form", "down", "down,j", "move(1)", "", "the field below"),
    Key("form", "first", "home", "move(-1000)", "", "the first field"),
    Key("form", "last", "end", "move(1000)", "", "the last field"),
    Key("form", "page-up", "pageup", "move(-8)", "", "some fields up"),
    Key("form", "page-down", "pagedown", "move(8)", "", "some fields down"),
    Key("form", "previous", "left", "turn(-1)", "", "the choice before, in a ‹ choice ›"),
    Key("form", "following", "right,space", "turn(1)", "", "the next choice"),
    Key("form", "edit", "enter", "enter", "edit", "change the field; on the last line, start"),
    Key("form", "type", "0,9", "", "", "a digit begins a new value; in a text, any letter"),
    Key("form", "undo", "backspace,delete", "undo", "", "set this field to what is usual"),
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
    Key("table", "left", "left", "sideways(-1)", "", "columns further left"),
    Key("table", "right", "right", "sideways(1)", "", "columns further right"),
    Key("runs", "new", "n", "app.show('launch')", "new", "launch another training"),
    Key("runs", "pause", "p", "pause", "pause", "let the run stand still, or go on"),
    Key("runs", "resume", "r", "resume", "resume", "go on with a run that nobody is at"),
    Key("runs", "stop", "s", "stop", "stop", "stop after the epoch under way"),
    Key("runs", "stop-now", "x", "stop_now", "stop now", "stop at once, with a snapshot (asks)"),
    Key("runs", "earlier", "less_than_sign", "queue(-1)", "earlier", "move up in the device queue"),
    Key("runs", "later", "greater_than_sign", "queue(1)", "later", "move down in the device queue"),
    Key("runs", "remove", "d,delete", "remove", "remove", "move the run to the trash (asks)"),
    Key("runs", "filter", "slash", "filter", "filter", "show runs that fit a filter"),
    Key("runs", "compare", "c", "compare", "compare", "compare the marked runs, or the current"),
    Key("runs", "mark", "space", "mark", "mark", "mark the run for what comes next"),
    Key("runs", "mark-all", "A", "mark_all", "", "mark all that are shown, or none any more"),
    Key("runs", "sort", "o", "sort(1)", "sort", "sort by the next column"),
    Key("runs", "turn", "O", "turn", "", "turn the order round"),
    Key("runs", "try", "t", "try_out", "try", "give its network an input of your own"),
    Key("runs", "again", "a", "again", "again", "set up a training with the run's settings"),
    Key("runs", "columns", "v", "columns", "columns", "choose the columns"),
    Key("runs", "note", "N", "note", "note", "note something about the run"),
    Key("runs", "rename", "R", "rename", "rename", "give the run a name of your own"),
    Key("runs", "write", "w", "write", "write", "write the table as CSV"),
    Key("runs", "clear", "escape", "clear", "", "show all runs again"),
    Key("filter", "keep", "enter", "", "keep", "back to the list, filter kept"),
    Key("filter", "clear", "escape", "clear", "no filter", "back to the list, filter gone"),
    Key("columns", "up", "up,k", "move(-1)", "", "the column above"),
    Key("columns", "down", "down,j", "move(1)", "", "the column below"),
    Key("columns", "page-up", "pageup", "move(-10)", "", "some columns up"),
    Key("columns", "page-down", "pagedown", "move(10)", "", "some columns down"),
    Key("columns", "choose", "space", "choose", "show", "show the column, or not any more"),
    Key("columns", "before", "left,less_than_sign", "shift(-1)", "earlier", "further left"),
    Key("columns", "after", "right,greater_than_sign", "shift(1)", "later", "further right"),
    Key("columns", "usual", "u", "usual", "usual", "the usual columns"),
    Key("columns", "accept", "enter", "accept", "take", "back to the list, with these columns"),
    Key("columns", "leave", "escape", "leave", "leave it", "back to the list as it was"),
    Key("compare", "hide", "space", "hide", "hide", "hide the run's curves, or show them again"),
    Key("compare", "sort", "o", "sort(1)", "sort", "sort by the next column"),
    Key("compare", "turn", "O", "turn", "", "turn the order round"),
    Key("compare", "parts", "p", "parts", "parts", "curves of val, of train, or of both"),
    Key("compare", "again", "a", "again", "again", "set up a training with the run's settings"),
    Key("compare", "write", "W", "write_table", "write", "write the table as CSV"),
    Key("compare", "back", "escape", "back", "back", "back to the runs"),
    Key("run", "pause", "p", "pause", "pause", "let the run stand still, or go on"),
    Key("run", "stop", "s", "stop", "stop", "stop after the epoch under way"),
    Key("run", "stop-now", "x", "stop_now", "stop now", "stop at once, with a snapshot (asks)"),
    Key("run", "epochs", "e", "epochs", "epochs", "set the number of epochs"),
    Key("run", "rate", "l", "learning_rate", "rate", "set the learning rate"),
    Key("run", "snapshot", "k", "snapshot", "snapshot", "write a snapshot now"),
    Key("run", "resume", "r", "resume", "resume", "go on with a run that nobody is at"),
    Key("run", "panel", "tab", "panel(1)", "panel", "the next panel"),
    Key("run", "panel-before", "shift+tab", "panel(-1)", "", "the panel before"),
    Key("run", "back", "escape", "back", "back", "back to the runs"),
    Key("run", "new", "n", "app.show('launch')", "", "launch another training"),
    Key("run", "try", "t", "try_out", "try", "give its network an input of your own"),
    Key("run", "again", "a", "again", "again", "set up a training with these settings"),
    Key("run", "note", "N", "note", "note", "note something about the run"),
    Key("run", "rename", "R", "rename", "", "give the run a name of your own"),
    Key("run", "copy", "y", "copy", "", "copy the command line of this run"),
    Key("run", "copy-panel", "Y", "copy_panel", "", "copy what the panel shows, as text"),
    Key("run", "to-samples", "1", "to('samples')", "", "to the samples"),
    Key("run", "to-log", "2", "to('log')", "", "to the log"),
    Key("run", "to-notices", "3", "to('notices')", "", "to the notices"),
    Key("run", "to-report", "4", "to('report')", "", "to the report"),
    Key("run", "to-checkpoints", "5", "to('checkpoints')", "", "to the checkpoints"),
    Key("run", "to-settings", "6", "to('settings')", "", "to the settings"),
    Key("run", "to-network", "7", "to('network')", "", "to the layers of the network"),
    Key("run", "to-devices", "8", "to('devices')", "", "to what GPUs and host are doing"),
    Key("run", "scroll", "up,down,pageup,pagedown", "", "", "scroll the panel"),
    Key("search", "pause", "p", "pause", "pause", "let the search stand still, or go on"),
    Key("search", "stop", "s", "stop", "stop", "stop after the trials under way"),
    Key("search", "stop-now", "x", "stop_now", "stop now", "stop at once, with snapshots (asks)"),
    Key("search", "resume", "r", "resume", "resume", "go on with a search that nobody is at"),
    Key("search", "cull", "d,delete", "cull", "cull", "end the trial under the cursor (asks)"),
    Key("search", "trials", "T", "trials", "trials", "set the number of trials"),
    Key("search", "fix", "f", "fix", "fix", "vary a hyperparameter no more: give it a value"),
    Key("search", "panel", "tab", "panel(1)", "panel", "the next panel"),
    Key("search", "launch-best", "L", "launch_best", "launch best", "a full run of the best"),
    Key("search", "best", "b", "best", "best", "to the best trial"),
    Key("search", "preset", "B", "preset", "preset", "keep the best setting as your own preset"),
    Key("search", "compare", "c", "compare", "compare", "compare the marked trials"),
    Key("search", "mark", "space", "mark", "mark", "mark the trial for comparing"),
    Key("search", "sort", "o", "sort(1)", "sort", "sort by the next column"),
    Key("search", "turn", "O", "turn", "", "turn the order round"),
    Key("search", "again", "a", "again", "again", "a full run of the trial under the cursor"),
    Key("search", "try", "t", "try_out", "try", "give the trial's network an input of your own"),
    Key("search", "back", "escape", "back", "back", "back to the runs"),
    Key("search", "panel-before", "shift+tab", "panel(-1)", "", "the panel before"),
    Key("search", "new", "n", "app.show('launch')", "", "launch another training"),
    Key("search", "note", "N", "note", "note", "note something about the search"),
    Key("search", "rename", "R", "rename", "", "give the search a name of your own"),
    Key("search", "copy", "y", "copy", "", "copy the command line of this search"),
    Key("search", "copy-panel", "Y", "copy_panel", "", "copy what the panel shows, as text"),
    Key("search", "write", "W", "write_table", "write", "write the table of trials as CSV"),
    Key("search", "to-trials", "1", "to('trials')", "", "to the trials"),
    Key("search", "to-rungs", "2", "to('rungs')", "", "to brackets and rungs"),
    Key("search", "to-parallel", "3", "to('parallel')", "", "to the parallel coordinates"),
    Key("search", "to-mattered", "4", "to('mattered')", "", "to what mattered"),
    Key("search", "to-notices", "5", "to('notices')", "", "to the notices"),
    Key("search", "to-plan", "6", "to('plan')", "", "to what was asked for and planned"),
    Key("search", "scroll", "up,down,pageup,pagedown", "", "", "scroll the panel"),
    Key("parallel", "up", "up", "screen.trial(-1)", "", "let the trial above stand out"),
    Key("parallel", "down", "down", "screen.trial(1)", "trial", "let the next trial stand out"),
    Key("parallel", "left", "left", "sideways(-1)", "", "hyperparameters further left"),
    Key("parallel", "right", "right", "sideways(1)", "", "hyperparameters further right"),
    Key("charts", "metric", "right_square_bracket", "metric(1)", "metric", "the next metric"),
    Key("charts", "metric-before", "left_square_bracket", "metric(-1)", "", "the metric before"),
    Key("charts", "enlarge", "m", "enlarge", "enlarge", "this chart alone, or all of them again"),
    Key("charts", "axis", "v", "axis", "epoch/time", "along epochs, steps or time of training"),
    Key("charts", "log", "g", "log_scale", "log", "logarithmic scale, on and off"),
    Key("charts", "smoother", "plus,equals_sign", "smooth(1)", "smooth", "smooth the curves more"),
    Key("charts", "rougher", "minus", "smooth(-1)", "", "smooth the curves less"),
    Key("charts", "closer", "z", "zoom(1)", "zoom", "closer, around the crosshair or the end"),
    Key("charts", "further", "Z", "zoom(-1)", "", "further away"),
    Key("charts", "left", "less_than_sign", "pan(-1)", "", "what lies to the left"),
    Key("charts", "right", "greater_than_sign", "pan(1)", "", "what lies to the right"),
    Key("charts", "cursor-left", "comma", "cursor(-1)", "read off", "the crosshair to the left"),
    Key("charts", "cursor-right", "full_stop", "cursor(1)", "", "the crosshair to the right"),
    Key("charts", "whole", "0", "whole", "", "the whole range again, without the crosshair"),
    Key("charts", "goal", "h", "goal", "goal", "draw a figure that you hope for as a line"),
    Key("charts", "write", "w", "write_curves", "write", "write the curves in view as CSV"),
    Key("samples", "earlier", "left", "earlier(1)", "earlier", "the sample before"),
    Key("samples", "later", "right", "earlier(-1)", "later", "the sample after; the last is live"),
    Key("log", "find", "slash", "find", "find", "find text in the log"),
    Key("log", "next", "f", "match(1)", "next", "the next place where it stands"),
    Key("log", "before", "F", "match(-1)", "before", "the place before"),
    Key("log", "follow", "end", "follow", "follow", "to the end, and keep it in view"),
    Key("find", "keep", "enter", "keep", "keep", "back, with what was typed"),
    Key("find", "leave", "escape", "leave", "leave", "back, looking for nothing any more"),
    Key("find", "clear", "ctrl+u", "", "clear", "delete to the left"),
    Key("report", "lower", "left", "threshold(-1)", "lower", "a lower threshold"),
    Key("report", "higher", "right", "threshold(1)", "higher", "a higher threshold"),
    Key("report", "best", "b", "best", "best F1", "the threshold of the highest F1"),
    Key("classes", "next", "c", "turn(1)", "class", "the next class, against all others"),
    Key("classes", "before", "C", "turn(-1)", "", "the class before, against all others"),
    Key("checkpoints", "up", "up", "move(-1)", "", "the checkpoint above"),
    Key("checkpoints", "down", "down", "move(1)", "", "the checkpoint below"),
    Key("checkpoints", "restore", "enter", "restore", "restore", "make it the network (asks)"),
    Key("try", "file", "f", "file", "file", "take the picture or the text from a file"),
    Key("try", "invert", "i", "invert", "invert", "turn light and dark of a picture round"),
    Key("try", "back", "escape", "back", "back", "back to where one came from"),
    Key("try", "next", "right_square_bracket", "network(1)", "network", "ask its next network"),
    Key("try", "before", "left_square_bracket", "network(-1)", "", "ask the run's network before"),
    Key("try", "snapshot", "k", "snapshot", "snapshot", "write a snapshot now, which can be asked"),
    Key("try", "copy", "y", "copy", "copy", "copy the command line that asks the same"),
    Key("try", "focus", "tab,shift+tab", "to_other", "", "between the input and the answer"),
    Key("try", "scroll", "up,down,pageup,pagedown", "", "", "scroll the answer"),
    Key("typing", "leave", "escape", "leave", "answer", "to the answer, where the other keys hold"),
    Key("typing", "clear", "ctrl+u", "clear", "clear", "take all of the text away"),
    Key("row", "up", "up", "move(-1)", "", "the column above"),
    Key("row", "down", "down", "move(1)", "", "the column below"),
    Key("row", "first", "home", "move(-1000)", "", "the first column"),
    Key("row", "last", "end", "move(1000)", "", "the last column"),
    Key("row", "less", "left", "turn(-1)", "less", "less of it; in a ‹ choice ›, the one before"),
    Key("row", "more", "right", "turn(1)", "more", "more of it; in a ‹ choice ›, the next one"),
    Key("row", "edit", "enter", "enter", "edit", "type a value; nothing means not known"),
    Key("row", "type", "0,9", "", "", "a digit begins a new value"),
    Key("row", "undo", "backspace,delete", "undo", "", "set the column to what is usual"),
    Key("row", "usual", "u", "usual", "usual row", "set every column to what is usual"),
    Key("canvas", "up", "up", "move(0,-1)", "", "the pen up"),
    Key("canvas", "down", "down", "move(0,1)", "", "the pen down"),
    Key("canvas", "left", "left", "move(-1,0)", "", "the pen to the left"),
    Key("canvas", "right", "right", "move(1,0)", "", "the pen to the right"),
    Key("canvas", "pen", "space", "pen", "pen", "let moving draw, or no longer"),
    Key("canvas", "erase", "e", "erase", "rubber", "let moving rub out, or no longer"),
    Key("canvas", "undo", "u", "undo", "", "take the last stroke back"),
    Key("canvas", "clear", "d,backspace,delete", "clear", "clear", "take everything away"),
    Key("canvas", "centre", "c", "centre", "centre", "move what is drawn to the middle"),
    Key("look", "close", "escape,q,p,n", "dismiss", "close", "back to the form"),
    Key("look", "scroll", "up,down,pageup,pagedown,home,end", "", "", "scroll"),
    Key("look", "sideways", "left,right", "", "", "scroll sideways"),
    Key("settings-list", "up", "up,k", "move(-1)", "", "the line above"),
    Key("settings-list", "down", "down,j", "move(1)", "", "the line below"),
    Key("settings-list", "page-up", "pageup", "page(-1)", "", "a page up"),
    Key("settings-list", "page-down", "pagedown", "page(1)", "", "a page down"),
    Key("settings-list", "first", "home", "move(-100000)", "", "the first line"),
    Key("settings-list", "last", "end", "move(100000)", "", "the last line"),
    Key("settings", "change", "enter", "change", "change", "the next choice; another key"),
    Key("settings", "previous", "left", "turn(-1)", "", "the choice before"),
    Key("settings", "following", "right,space", "turn(1)", "", "the next choice"),
    Key("settings", "add", "a", "add", "one more key", "one more key for the same"),
    Key("settings", "usual", "backspace,delete", "usual", "usual", "back to what is usual"),
    Key("settings", "find", "slash", "find", "find", "show settings and keys that hold a text"),
    Key("settings", "back", "escape", "back", "back", "back; what was looked for goes first"),
    Key("palette", "choose", "enter", "choose", "do it", "do it"),
    Key("palette", "up", "up", "move(-1)", "", "the line above"),
    Key("palette", "down", "down", "move(1)", "", "the line below"),
    Key("palette", "page-up", "pageup", "page(-1)", "", "a page up"),
    Key("palette", "page-down", "pagedown", "page(1)", "", "a page down"),
    Key("palette", "close", "escape", "dismiss", "close", "back"),
    Key("rebind", "leave", "escape", "dismiss", "leave it", "leave the keys as they are"),
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
    "comma": ",",
    "full_stop": ".",
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
            id=key.binding,
        )
        for place in places
        for key in of(place)
        if key.action
    ]


def find(binding: str) -> Key:
    """Return a key by its place and id.

    Args:
        binding: As ``run.pause``.

    Raises:
        Problem: There is none.
    """
    for key in KEYS:
        if key.binding == binding:
            return key
    known = [key.binding for key in KEYS if key.action]
    raise Problem(f"There is no key binding {binding!r}.", nearest(binding, known))


def shown(keys: str, *, all_of_them: bool = False) -> str:
    """Return keys the way a person knows them.

    Args:
        keys: Textual's names, as in :attr:`Key.keys`.
        all_of_them: Whether to show every key rather than the first.
    """
    names = [NAMES.get(name, name) for name in keys.split(",")]
    return " ".join(names) if all_of_them else names[0]
