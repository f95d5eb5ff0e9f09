"""The coordinator: the worker of a search, which trains nothing itself.

Started as ``python -P -m engine.search.coordinator FOLDER`` by :mod:`engine.process.launch`. It
asks an oracle for trials, has each trained by a worker of its own, and tells the oracle what came
of it. Each of these words is in the ledger before anything follows from it, so that a coordinator
which takes up a search again says them all once more, and finds the oracle, and itself, where the
earlier one was. Trainings do not notice when it is gone.
"""

from __future__ import annotations

import faulthandler
import sys
import time
from contextlib import suppress

from engine.catalog import recipe_of
from engine.devices.cgroup import membership
from engine.errors import Problem
from engine.failures import explain, print_whole
from engine.process.hold import Hold, parse
from engine.run import remedies
from engine.run.commands import Inbox
from engine.run.conditions import processor, versions
from engine.run.folder import RunFolder
from engine.run.identity import Identity
from engine.run.lock import RunLock
from engine.run.records import RunSpec, Started
from engine.run.search_view import SearchView
from engine.search.consultation import Consultation
from engine.search.controls import Ending
from engine.search.launcher import Launcher
from engine.search.ledger import Ledger
from engine.search.oracles import make_oracle
from engine.search.searching import Searching
from engine.search.setting import Settings
from engine.search.wishes import Wishes
from engine.training.monitor import Monitor


def main(arguments: list[str]) -> int:
    """Search as the folder asks that the command line names; return an exit status."""
    faulthandler.enable()
    path, hold = parse(arguments)
    folder = RunFolder(path)
    try:
        spec = folder.read_spec()
        lock = RunLock(folder.lock) if hold.lock is None else RunLock.adopt(hold.lock)
    except Problem as problem:
        print(problem, file=sys.stderr)
        return 1
    try:
        return _coordinate(folder, spec, hold)
    finally:
        lock.release()


def _coordinate(folder: RunFolder, spec: RunSpec, hold: Hold) -> int:
    folder.sweep()
    view = SearchView(folder)
    view.refresh()
    identity = Identity.own()
    generation = view.started.generation + 1 if view.started else 1
    ledger = Ledger(
        folder,
        _started(folder, hold, identity, generation),
        0,
        spec.monitor,
        spec.monitor_mode,
        told={each.text for each in view.notices},
    )
    wishes = Wishes(Inbox(folder.commands, generation), ledger)
    wishes.listen()
    monitor = Monitor(folder, ledger, wishes, identity.pid)
    monitor.start()
    try:
        ending = _search(folder, spec, ledger, wishes)
        ledger.end(ending.outcome, ending.reason, ending.cause, ending.remedy)
        return 0 if ending.outcome != "failed" else 1
    except BaseException as error:  # noqa: BLE001 - the last word has to be written whatever it was
        print_whole(error)
        reason, cause, _ = explain(error, spec, folder.name)
        with suppress(OSError):
            ledger.end(
                "failed", reason, cause, f"{remedies.resume(folder.name)} goes on from here."
            )
        return 1
    finally:
        monitor.stop()
        ledger.close()


def _search(folder: RunFolder, spec: RunSpec, ledger: Ledger, wishes: Wishes) -> Ending:
    """Search until nothing more is to be done; say how it ended."""
    assert spec.search is not None  # only a search has a coordinator
    ledger.phase("starting", "the oracle", next_word=60)
    launcher = Launcher(spec.backend)
    try:
        settings = Settings(folder, spec, recipe_of(spec, folder.code))
        consultation = Consultation(make_oracle(spec.search), ledger, spec.search)
        return Searching(folder, consultation, ledger, wishes, settings, launcher).run()
    finally:
        launcher.close()


def _started(folder: RunFolder, hold: Hold, identity: Identity, generation: int) -> Started:
    return Started(
        at=time.time(),
        generation=generation,
        pid=identity.pid,
        start_ticks=identity.start_ticks,
        boot_id=identity.boot_id,
        host=identity.host,
        cgroup=membership(),
        versions=versions(),
        cpu=processor(),
        lock_inode=folder.lock.stat().st_ino,
        exact=hold.exact,
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
