"""All about one search, for ``dlconsole show``: what was asked, how far it is, every trial."""

from __future__ import annotations

from typing import Any

from engine.insight import search_cost
from engine.run.importance import Importance, read_importance
from engine.run.records import RunSpec, Status
from engine.run.search_records import SearchSpec
from engine.run.search_view import SearchView
from tui import figures, search_words, words
from tui.commands.narration import phase_words
from tui.commands.output import Column, heading, print_table, say
from tui.commands.search_narration import progress, underway
from tui.commands.search_plan import print_space
from tui.commands.search_summary import print_trials, ranked, run_names, summary
from tui.commands.show_parts import tell_events, tell_head, tell_line

_SUMMED_UP = (
    "objective",
    "direction",
    "best",
    "best_score",
    "best_values",
    "best_run",
    "trials_ended",
    "trials_planned",
    "trials",
)


def as_object(view: SearchView) -> dict[str, Any]:
    """Return what ``show --json`` says of a search beyond what it says of every run."""
    found = summary(view, view.verdict)
    return {
        **{name: found[name] for name in _SUMMED_UP},
        "importance": read_importance(view.folder),
    }


def tell(view: SearchView) -> None:
    """Write all about a search to standard output."""
    tell_head(view)
    if view.spec is not None and view.search is not None:
        _tell_asked(view.spec, view.search, words.set_since(view.applied.values()))
    if view.status is not None:
        _tell_progress(view, view.status)
    if view.trials:
        say()
        say(heading("Trials, the best first"))
        print_trials(view, ranked(view), indent="  ")
    importance = read_importance(view.folder)
    if importance is not None:
        _tell_importance(importance)
    tell_events(view)


def _tell_asked(spec: RunSpec, search: SearchSpec, set_since: str) -> None:
    tell_line("search", search_words.asked_for(search))
    tell_line("goes by", search_words.objective_text(search))
    tell_line("recipe", f"{spec.recipe}, preset {spec.preset}")
    target = f", target {spec.data.target}" if spec.data.target else ""
    tell_line("data", f"{spec.data.path or spec.data.kind}{target}")
    tell_line("seeds", f"{spec.seed}, split {spec.split_seed}, search {search.seed}")
    tell_line("on", f"{spec.backend}, device {spec.device}, {spec.threads} threads each")
    tell_line("started", figures.moment(spec.created))
    tell_line("command", spec.command)
    tell_line("set since", set_since)
    say()
    say(heading("Varied"))
    print_space(search)


def _tell_progress(view: SearchView, status: Status) -> None:
    say()
    say(heading("Progress"))
    tell_line("done", progress(view))
    if view.verdict.live:
        tell_line("phase", phase_words(status))
        tell_line("left", figures.span(words.time_left(view.verdict, status)))
        for each in underway(view):
            tell_line("under way", each)
    seconds = view.ended.seconds if view.ended is not None else status.seconds
    tell_line("so far", figures.span(seconds))
    rate = view.search.rate if view.search is not None else 0.0
    if rate:
        tell_line("cost so far", f"{search_cost.cost(seconds, rate):,.2f}")
    best = view.best()
    if best is not None and view.search is not None:
        setting = search_words.setting_text(best.asked.values)
        tell_line("best", f"{view.search.objective} {search_words.score_text(best)}: {setting}")
        tell_line("its run", run_names(view, best)[0])


def _tell_importance(importance: Importance) -> None:
    say()
    explained = figures.share(importance.explained)
    say(heading(f"What mattered (a forest explains {explained} of {importance.trials} scores)"))
    rows = [
        (each.name, figures.share(each.share), f"± {figures.share(each.spread)}")
        for each in importance.hyperparameters
    ]
    print_table([Column(""), Column("", right=True), Column("")], rows, indent="  ")
