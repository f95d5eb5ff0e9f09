"""A stand-in for a search's coordinator: a ledger as it writes one, and no oracle, no training."""

from __future__ import annotations

# It asks for and ends as many trials as the search wants, 0.02 seconds each, and heeds a stop, a
# pause and what is set. How it fares is told by its second argument: "failing" fails one trial
# after another and pauses, "wrong" finds the data wrong, "endless" begins a trial that never ends.
COORDINATOR = """
import sys, time
from pathlib import Path
from engine.run.commands import (
    FixValue, GoOn, Inbox, Pause, SetTrials, StopAfterEpoch, StopNow, words,
)
from engine.run.folder import RunFolder
from engine.run.identity import Identity
from engine.run.lock import RunLock
from engine.run.records import Applied, Started
from engine.run.search_records import TrialAsked, TrialEnded
from engine.run.search_view import SearchView
from engine.search.ledger import Ledger, Standing

folder = RunFolder(Path(sys.argv[1]))
how = sys.argv[2]
lock = RunLock(folder.lock)
own = Identity.own()
view = SearchView(folder)
view.refresh()
search = view.search
generation = view.started.generation + 1 if view.started else 1
done, trials = len(view.trials), search.trials
ledger = Ledger(
    folder,
    Started(at=time.time(), generation=generation, pid=own.pid, start_ticks=own.start_ticks,
            boot_id=own.boot_id, host=own.host),
    trials * search.epochs, search.objective, search.direction, [],
)
ledger.phase("searching")
inbox = Inbox(folder.commands, generation)
paused = False


def stand():
    ledger.stand(Standing(trials=done, planned_trials=trials, epochs=done * search.epochs,
                          planned_epochs=trials * search.epochs, epoch_seconds=0.01,
                          left_seconds=0.1, best=(0.5 / done, done) if done else None,
                          underway=()), search.objective)
    ledger.write_status()


def heed():
    global paused, trials
    for request in inbox.take():
        action, command = words(request.command), request.command
        ledger.received(request.id, action)
        applied = dict(at=time.time(), command=request.id, action=action, epoch=0, step=done)
        match command:
            case Pause():
                paused = True
                ledger.pause()
            case GoOn():
                paused = False
                ledger.go_on()
            case SetTrials():
                applied["trials"] = trials = command.trials
            case FixValue():
                applied["fixed"] = {command.name: command.value}
        ledger.applied(Applied(**applied))
        ledger.write_status()
        if isinstance(command, StopNow | StopAfterEpoch):
            ledger.end("stopped", cause="Stopped on request.")
            sys.exit(0)


if how == "wrong":
    ledger.end("failed", "data", "Trial 1 failed: no such column.", "Name another.")
    sys.exit(1)
heed()
while done < trials:
    number = done + 1
    ledger.tell(TrialAsked(at=time.time(), trial=number, epochs=search.epochs,
                           values={"dropout": number / 10}, runs=[f"t{number:03}"]))
    while how == "endless":
        time.sleep(0.02)
        heed()
    time.sleep(0.02)
    if how == "failing":
        ledger.tell(TrialEnded(at=time.time(), trial=number, outcome="failed", reason="nan",
                               cause="The loss became NaN."))
    else:
        ledger.tell(TrialEnded(at=time.time(), trial=number, outcome="completed",
                               score=1 / number, scores=[1 / number], best_epoch=1,
                               epochs=search.epochs, trained=search.epochs, seconds=0.02))
    done = number
    stand()
    heed()
    if how == "failing" and done == search.failures:
        ledger.notice(f"{done} trials in a row have failed, so the search pauses.", "warning")
        paused = True
        ledger.pause()
        ledger.write_status()
    while paused:
        time.sleep(0.02)
        heed()
ledger.end("done", cause=f"Plan complete: {done} trials.")
"""
