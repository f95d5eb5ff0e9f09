"""How the plan of a search is laid out: its sums, brackets and rungs, what is varied, notes.

Pure functions of a forecast.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from engine.dimensions import Dimension, condition, describe, settings
from engine.insight.search_plan import Plan, Rung
from tui import figures
from tui.form.form_lines import rule
from tui.form.search_forecast import SearchForecast
from tui.format import bar, pad, shorten, table, wrap
from tui.widgets.painted import EMPTY, Line, lines_of

if TYPE_CHECKING:
    from engine.run.search_records import SearchSpec

_LEAST_BAR, _LONGEST_BAR = 4, 16
_PROMOTED = "▸"
_TRAINED_TO = "trained to"


def lay_out(forecast: SearchForecast, labels: Mapping[str, str], cells: int) -> list[Line]:
    """Return the plan in so many cells.

    Args:
        forecast: What is known.
        labels: What hyperparameters are called, by name.
        cells: How wide the page is.
    """
    plan, search = forecast.plan, forecast.search
    if plan is None or search is None:
        missing = f"No plan. {forecast.missing}".strip()
        return lines_of([f" {line}" for line in wrap(missing, cells - 2)], "muted")
    lines = _facts(_sums(forecast, plan, search), cells)
    brackets = _brackets(plan)
    if len(plan.rungs) > 1:
        times = f", gone through {search.iterations} times" if search.iterations > 1 else ""
        lines += [EMPTY, rule(f"brackets and rungs{times}", cells)]
        lines += _rungs(brackets, plan.folds, cells)
    lines += [EMPTY, rule("what is varied", cells)]
    lines += _facts([(labels[each.name], _varied(each)) for each in search.space], cells)
    if plan.notes:
        lines += [EMPTY, rule("to be known", cells)]
        for note in plan.notes:
            lines += lines_of([f" {line}" for line in wrap(note, cells - 2)])
    return lines


def _sums(forecast: SearchForecast, plan: Plan, search: SearchSpec) -> list[tuple[str, str]]:
    """Return what the plan comes to: names and texts."""
    there_are = settings(search.space)
    tried = f"{plan.settings:,}"
    if there_are is not None:
        fewer = there_are < plan.settings
        tried += f", but there are only {there_are:,}" if fewer else f" of {there_are:,} there are"
    promoted = plan.trials - plan.settings
    trials = f"{plan.trials:,}" + (f", of which {promoted:,} are promoted ones" if promoted else "")
    folds = f", {plan.folds} folds a trial" if plan.folds else ""
    sums = [
        ("trials", trials),
        ("settings", tried),
        ("epochs", f"{plan.epochs:,}{folds}"),
        ("time", _time(forecast, search)),
        ("disk", f"at most {forecast.disk()}" if forecast.disk() else ""),
        ("cost", f"{forecast.money()} at {search.rate:g} an hour" if forecast.money() else ""),
    ]
    if forecast.is_cut:
        sums.append(("budget", f"{search.budget_minutes:g} m end it before the plan is complete"))
    return [(name, said) for name, said in sums if said]


def _time(forecast: SearchForecast, search: SearchSpec) -> str:
    said = forecast.time()
    epoch_seconds = forecast.training.epoch_seconds
    if epoch_seconds is None:
        return said
    at_once = f", {search.parallel} at once" if search.parallel > 1 else ""
    return f"{said}{at_once}: {figures.span(epoch_seconds)} an epoch here"


def _varied(dimension: Dimension) -> str:
    limits = condition(dimension)
    return f"{describe(dimension)}, {limits}" if limits else describe(dimension)


def _facts(facts: Sequence[tuple[str, str]], cells: int) -> list[Line]:
    """Return names and texts below each other, each text in full."""
    names = max((len(name) for name, _ in facts), default=0)
    lines: list[Line] = []
    for name, said in facts:
        first, *others = wrap(said, max(cells - names - 4, 10))
        lines.append(((f" {pad(name, names)}  ", "muted"), (first, "")))
        lines += lines_of([f" {' ' * names}  {other}" for other in others])
    return lines


def _brackets(plan: Plan) -> dict[int, list[Rung]]:
    """Return the rungs of each bracket, of the first time through them."""
    found: dict[int, list[Rung]] = {}
    for rung in plan.rungs:
        if rung.iteration == plan.rungs[0].iteration:
            found.setdefault(rung.bracket, []).append(rung)
    return found


def _rungs(brackets: Mapping[int, Sequence[Rung]], folds: int, cells: int) -> list[Line]:
    """Return a table of rungs, a bracket a line, what is trained alike far below each other."""
    stages = sorted({rung.epochs for rungs in brackets.values() for rung in rungs})
    most = max(rung.trials for rungs in brackets.values() for rung in rungs)
    wide = max(len(f"{stage:,}") for stage in (*stages, most)) + 3
    names = max(len(_TRAINED_TO), *(len(f"bracket {bracket}") for bracket in brackets))
    work = {bracket: _epochs(rungs, folds) for bracket, rungs in brackets.items()}
    totals = max(len("epochs"), *(len(f"{each:,}") for each in work.values()))
    room = cells - 1 - names - len(stages) * wide
    if room < 0:
        return _listed(brackets, cells)
    room -= totals + 4
    head = f" {pad(_TRAINED_TO, names)}" + "".join(f"{stage:>{wide},}" for stage in stages)
    lines: list[Line] = [((f"{head}    {'epochs':>{totals}}" if room >= 0 else head, "muted"),)]
    for bracket, rungs in brackets.items():
        line: list[tuple[str, str]] = [(f" {pad(f'bracket {bracket}', names)}", "")]
        at = {rung.epochs: rung.trials for rung in rungs}
        for stage in stages:
            arrow = " " if stage not in at or stage == rungs[0].epochs else _PROMOTED
            number = f"{at[stage]:,}" if stage in at else ""
            line += [(f" {arrow}", "muted"), (f"{number:>{wide - 2}}", "strong")]
        if room >= 0:
            line.append((f"    {work[bracket]:>{totals},}  ", ""))
        if room >= _LEAST_BAR + 3:
            longest = min(room - 3, _LONGEST_BAR)
            line.append((bar(work[bracket] / max(work.values()), longest), "accent"))
        lines.append(tuple(line))
    return lines


def _epochs(rungs: Sequence[Rung], folds: int) -> int:
    """Return how many epochs a bracket trains, all folds together."""
    return sum(each.trials * (each.epochs - each.from_epoch) for each in rungs) * max(1, folds)


def _listed(brackets: Mapping[int, Sequence[Rung]], cells: int) -> list[Line]:
    """Return a line a rung, where there is no room for more beside each other."""
    rows = [
        (f"{bracket}", f"{rung.rung}", f"{rung.trials:,}", f"{rung.epochs:,}")
        for bracket, rungs in brackets.items()
        for rung in rungs
    ]
    head, *body = table(("bracket", "rung", "trials", "trained to"), rows)
    lines = lines_of([f" {shorten(head, cells - 1)}"], "muted")
    return lines + lines_of([f" {shorten(row, cells - 1)}" for row in body])
