"""What a search would do, told before it begins: trials, epochs, rungs, time, disk, money."""

from __future__ import annotations

from typing import Any, NamedTuple

from engine import dimensions
from engine.insight import search_cost
from engine.insight.search_plan import Plan
from engine.process.questions import Describe, Form, ask
from engine.process.searching import SearchOrder
from engine.process.trial import trial_device
from engine.run.records import RunSpec
from engine.run.search_records import SearchSpec
from tui import figures, search_words
from tui.commands.output import Column, heading, print_json, print_table, print_wrapped, say
from tui.commands.subcommand import Invocation
from tui.safe_text import printable
from tui.streams import narrate


class Measured(NamedTuple):
    """What was found out by setting up the setting that stays.

    Attributes:
        epoch_seconds: What an epoch of it takes; None where that cannot be told.
        parameters: Of its network; 0 where that is not known.
        why_not: Why there is no time, in a sentence.
    """

    epoch_seconds: float | None = None
    parameters: int = 0
    why_not: str = ""


class Estimate(NamedTuple):
    """What a search takes, about; None where it is not known.

    Attributes:
        seconds: From its beginning to its end.
        disk_bytes: While it goes on, at most.
        cost: In the currency of the rate.
    """

    seconds: float | None
    disk_bytes: int | None
    cost: float | None


def told_plan(plan: Plan) -> list[str]:
    """Say in a few lines what a search is going to do."""
    trials = f"{figures.count(plan.trials)} trial{'' if plan.trials == 1 else 's'}"
    return [f"plan: {trials}, {figures.count(plan.epochs)} epochs", *plan.notes]


def print_plan(asked: SearchOrder, invocation: Invocation, *, as_json: bool) -> None:
    """Write the plan of a search to standard output, with what it takes of time, disk and money.

    Raises:
        Problem: Something in it is not allowed, or the data cannot be used.
    """
    spec, plan = asked.spec(), asked.plan()
    assert spec.search is not None  # a search order makes nothing else
    if not as_json:
        _tell(spec, spec.search, plan)
        narrate("Timing an epoch of the setting that stays ...")
    measured = measure(asked, invocation)
    estimate = estimated(spec.search, plan, measured)
    if as_json:
        print_json(_object(spec, spec.search, plan, measured, estimate))
    else:
        _tell_estimate(spec.search, measured, estimate)


def measure(asked: SearchOrder, invocation: Invocation) -> Measured:
    """Set up the setting that stays and time an epoch of it, in a process of its own.

    Raises:
        Problem: The data cannot be used, or no network can be built for it.
    """
    order = asked.order
    device = trial_device(order.device)
    form = Form.of(order, invocation.settings().data_search)
    question = Describe(form, measured=device is not None)
    parameters, epoch_seconds, why_not = 0, None, ""
    answers = ask(
        question, order.backend, device=device or "cpu", errors=invocation.library_errors()
    )
    for answer in answers:
        if answer.get("absent"):
            names, size = ", ".join(answer["absent"]), figures.size(answer["bytes"])
            why_not = f"{names} ({size}) has to be fetched first"
        elif "described" in answer:
            parameters = answer["described"]["parameters"]
        elif "epoch_seconds" in answer:
            epoch_seconds = answer["epoch_seconds"]
    if epoch_seconds is None and not why_not:
        why_not = "the device is in use" if device is None else "an epoch could not be timed"
    return Measured(epoch_seconds, parameters, why_not)


def estimated(search: SearchSpec, plan: Plan, measured: Measured) -> Estimate:
    """Work out what a search takes."""
    seconds = None
    if measured.epoch_seconds is not None:
        seconds = search_cost.expected_seconds(search, plan, measured.epoch_seconds)
    parameters = measured.parameters
    return Estimate(
        seconds,
        search_cost.disk_bytes(search, plan, parameters) if parameters else None,
        search_cost.cost(seconds, search.rate) if search.rate and seconds is not None else None,
    )


def _tell(spec: RunSpec, search: SearchSpec, plan: Plan) -> None:
    say(heading(f"{spec.recipe}, preset {spec.preset}: {search_words.asked_for(search)}"))
    _line("goes by", search_words.objective_text(search))
    settings = dimensions.settings(search.space)
    _line("settings", "without end" if settings is None else figures.count(settings))
    _line("trials", figures.count(plan.trials))
    _line("epochs", f"{figures.count(plan.epochs)} in all")
    _line("command", spec.command)
    say()
    say(heading("Varied"))
    print_space(search)
    if len(plan.rungs) > 1:
        say()
        say(heading("Rungs"))
        print_rungs(plan)
    if plan.notes:
        say()
        for note in plan.notes:
            print_wrapped(note, indent="  ")


def print_space(search: SearchSpec) -> None:
    """Write what is varied to standard output as a table."""
    rows = [
        (each.name, " ".join(filter(None, (dimensions.describe(each), dimensions.condition(each)))))
        for each in search.space
    ]
    print_table([Column(""), Column("")], rows, indent="  ")


def print_rungs(plan: Plan) -> None:
    """Write brackets and rungs to standard output as a table."""
    several = any(each.iteration for each in plan.rungs)
    print_table(
        [
            *[Column("iteration", right=True)] * several,
            *(Column(title, right=True) for title in ("bracket", "rung", "trials", "epochs")),
            Column("from epoch", right=True),
        ],
        [
            [
                *([str(each.iteration + 1)] if several else []),
                *map(str, (each.bracket, each.rung, each.trials, each.epochs, each.from_epoch)),
            ]
            for each in plan.rungs
        ],
        indent="  ",
    )


def _tell_estimate(search: SearchSpec, measured: Measured, estimate: Estimate) -> None:
    say()
    say(heading("It takes, about"))
    if estimate.seconds is None:
        _line("time", f"not known: {measured.why_not}")
    else:
        an_epoch = f"an epoch {figures.span(measured.epoch_seconds)}"
        at_once = f", {search.parallel} at once" if search.parallel > 1 else ""
        _line("time", f"{figures.span(estimate.seconds)} ({an_epoch}{at_once})")
    if estimate.cost is not None:
        _line("cost", f"{estimate.cost:,.2f}")
    if estimate.disk_bytes is not None:
        _line("disk", f"{figures.size(estimate.disk_bytes)} at most")


def _object(
    spec: RunSpec, search: SearchSpec, plan: Plan, measured: Measured, estimate: Estimate
) -> dict[str, Any]:
    return {
        "recipe": spec.recipe,
        "preset": spec.preset,
        "values": spec.values,
        "search": search,
        "space": {each.name: dimensions.text(each) for each in search.space},
        "settings": dimensions.settings(search.space),
        "trials": plan.trials,
        "new_settings": plan.settings,
        "epochs": plan.epochs,
        "folds": plan.folds,
        "rungs": [
            {
                "iteration": each.iteration,
                "bracket": each.bracket,
                "rung": each.rung,
                "trials": each.trials,
                "epochs": each.epochs,
                "from_epoch": each.from_epoch,
            }
            for each in plan.rungs
        ],
        "notes": plan.notes,
        "command": spec.command,
        "epoch_seconds": measured.epoch_seconds,
        "parameters": measured.parameters or None,
        "seconds": estimate.seconds,
        "disk_bytes": estimate.disk_bytes,
        "cost": estimate.cost,
    }


def _line(name: str, text: str) -> None:
    # No wrapping: a command line is there to be copied.
    say(printable(f"  {name:<13} {text}"))
