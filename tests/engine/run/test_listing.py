"""What a list of runs tells of each."""

from __future__ import annotations

import time

from engine.catalog import Catalog
from engine.process.order import Order
from engine.run.identity import Identity
from engine.run.listing import summarize
from engine.run.recorder import Recorder
from engine.run.records import Started


def test_the_device_is_the_one_that_was_given_once_there_is_one(runs_dir):
    folder = Order(entry=Catalog.load().find("wine"), data="sample").place(runs_dir)
    assert summarize(folder).device == "auto"
    own = Identity.own()
    started = Started(
        at=time.time(),
        generation=1,
        pid=own.pid,
        start_ticks=own.start_ticks,
        boot_id=own.boot_id,
        host=own.host,
        device="gpu:1",
    )
    recorder = Recorder(folder, started, 20, "val_loss", "min")
    assert summarize(folder).device == "gpu:1"
    recorder.end("done")
    assert summarize(folder).device == "gpu:1"


def test_name_and_note_come_from_one_file(runs_dir):
    folder = Order(entry=Catalog.load().find("wine"), data="sample", name="one").place(runs_dir)
    folder.annotate("for the talk")
    found = summarize(folder)
    assert (found.name, found.note) == ("one", "for the talk")
