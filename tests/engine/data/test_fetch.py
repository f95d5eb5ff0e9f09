"""A file is fetched once, whole or not at all, from a real server on this machine."""

from __future__ import annotations

import errno
import fcntl
import hashlib
import http.server
import multiprocessing
import os
import socket
import stat
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from engine.data import fetch as fetching
from engine.data.fetch import fetch, find
from engine.errors import Problem
from engine.recipe import RemoteFile

CONTENT = bytes(range(256)) * 4000  # about 1 MB, more than socket buffers swallow at once


@dataclass
class Publisher:
    """How the server behaves, and what it was asked for."""

    port: int = 0
    content: bytes = CONTENT
    status: int = 200
    cuts: list[int] = field(default_factory=list)
    """Bytes after which the connections to come are broken off, one number each."""
    knows_ranges: bool = True
    hold: threading.Event | None = None
    half_sent: threading.Event = field(default_factory=threading.Event)
    asked: list[str | None] = field(default_factory=list)
    """The Range header of every request."""


@pytest.fixture
def publisher(monkeypatch: pytest.MonkeyPatch) -> Iterator[Publisher]:
    monkeypatch.setenv("no_proxy", "*")
    state = Publisher()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = self.headers.get("Range")
            state.asked.append(asked)
            if state.status != 200:
                self.send_error(state.status)
                return
            first = int(asked[6:-1]) if asked and state.knows_ranges else 0
            body = state.content[first:]
            if first:
                last, whole = len(state.content) - 1, len(state.content)
                self.send_response(206)
                self.send_header("Content-Range", f"bytes {first}-{last}/{whole}")
            else:
                self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if state.hold is not None:
                self.wfile.write(body[: len(body) // 2])
                state.half_sent.set()
                state.hold.wait(30)
                self.wfile.write(body[len(body) // 2 :])
                return
            self.wfile.write(body[: state.cuts.pop(0)] if state.cuts else body)

        def log_message(self, *args: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield state
    if state.hold is not None:
        state.hold.set()
    server.shutdown()
    server.server_close()
    thread.join()


def wanted(publisher: Publisher, name: str = "table.csv", content: bytes = CONTENT) -> RemoteFile:
    return RemoteFile(
        name=name,
        url=f"http://127.0.0.1:{publisher.port}/{name}",
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
    )


def ignore(done: int, total: int) -> None:
    pass


def left_in(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.rglob("*") if each.is_file())


def test_a_file_is_downloaded_with_progress_and_kept_private(publisher, tmp_path) -> None:
    seen: list[tuple[int, int]] = []
    into = tmp_path / "share" / "data"
    found = fetch(
        wanted(publisher, "eeg/data.csv"), [], into, lambda done, total: seen.append((done, total))
    )
    assert found.path == into / "eeg" / "data.csv"
    assert found.path.read_bytes() == CONTENT
    assert found.published
    assert found.sha256 == hashlib.sha256(CONTENT).hexdigest()
    assert seen[0] == (0, len(CONTENT))
    assert seen[-1] == (len(CONTENT), len(CONTENT))
    assert seen == sorted(seen)
    for folder in (tmp_path / "share", into, into / "eeg"):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert left_in(tmp_path) == ["data.csv"]


def test_the_second_time_nothing_is_asked_of_the_server(publisher, tmp_path) -> None:
    fetch(wanted(publisher), [tmp_path], tmp_path, ignore)
    fetch(wanted(publisher), [tmp_path], tmp_path, ignore)
    assert publisher.asked == [None]


@pytest.mark.parametrize("level", [".", "data"])
def test_a_file_that_is_there_is_used_untouched_whatever_its_hash(
    publisher, tmp_path, level
) -> None:
    theirs = tmp_path / "theirs"
    lying = theirs / level / "table.csv"
    lying.parent.mkdir(parents=True)
    lying.write_bytes(b"a packing of my own")
    before = lying.stat()
    found = fetch(wanted(publisher), [tmp_path / "nowhere", theirs], tmp_path / "into", ignore)
    assert found.path == lying
    assert not found.published
    assert found.sha256 == hashlib.sha256(b"a packing of my own").hexdigest()
    assert lying.read_bytes() == b"a packing of my own"
    assert lying.stat().st_mtime_ns == before.st_mtime_ns
    assert lying.stat().st_ino == before.st_ino
    assert publisher.asked == []
    assert not (tmp_path / "into").exists()


def test_folders_are_searched_in_order(tmp_path) -> None:
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "table.csv").write_text(name)
    file = RemoteFile(name="table.csv", url="", sha256="", size=1)
    assert find(file, [tmp_path / "first", tmp_path / "second"]) == tmp_path / "first/table.csv"
    assert find(file, [tmp_path]) is None


def test_one_broken_connection_is_taken_up_within_the_same_call(publisher, tmp_path) -> None:
    publisher.cuts = [300_000]
    assert fetch(wanted(publisher), [], tmp_path, ignore).path.read_bytes() == CONTENT
    assert publisher.asked == [None, "bytes=300000-"]


def test_a_later_call_goes_on_where_an_earlier_one_broke_off(publisher, tmp_path) -> None:
    publisher.cuts = [300_000, 0]
    with pytest.raises(Problem, match="300,000 of 1,024,000 bytes") as caught:
        fetch(wanted(publisher), [], tmp_path, ignore)
    assert "--data sample" in caught.value.remedy
    assert str(tmp_path / "table.csv") in caught.value.remedy
    assert left_in(tmp_path) == ["table.csv.part"]
    assert fetch(wanted(publisher), [], tmp_path, ignore).published
    assert publisher.asked[-1] == "bytes=300000-"
    assert left_in(tmp_path) == ["table.csv"]


def test_a_part_is_of_no_use_where_the_server_knows_no_ranges(publisher, tmp_path) -> None:
    (tmp_path / "table.csv.part").write_bytes(CONTENT[:1000])
    publisher.knows_ranges = False
    assert fetch(wanted(publisher), [], tmp_path, ignore).path.read_bytes() == CONTENT


@pytest.mark.parametrize(
    "part", [b"x" * 1000, CONTENT + b"more", b"x" * len(CONTENT)], ids=["other", "long", "full"]
)
def test_a_part_that_cannot_be_right_is_replaced(publisher, tmp_path, part) -> None:
    (tmp_path / "table.csv.part").write_bytes(part)
    assert fetch(wanted(publisher), [], tmp_path, ignore).path.read_bytes() == CONTENT


def test_a_complete_part_needs_no_server(publisher, tmp_path) -> None:
    (tmp_path / "table.csv.part").write_bytes(CONTENT)
    assert fetch(wanted(publisher), [], tmp_path, ignore).published
    assert publisher.asked == []


@pytest.mark.parametrize(
    ("served", "words"),
    [
        (CONTENT[:-1] + b"?", "not the published one"),
        (b"<html>Please log in</html>", "expected a file of 1,024,000 bytes, the server has 26"),
        (CONTENT + b"more", "expected a file of 1,024,000 bytes, the server has 1,024,004"),
    ],
    ids=["changed", "login page", "grown"],
)
def test_another_content_is_refused_and_nothing_is_left(publisher, tmp_path, served, words) -> None:
    publisher.content = served
    with pytest.raises(Problem, match=words):
        fetch(wanted(publisher), [], tmp_path, ignore)
    assert left_in(tmp_path) == []


def test_a_missing_page_is_named(publisher, tmp_path) -> None:
    publisher.status = 404
    with pytest.raises(Problem, match=r"table\.csv could not be fetched from 127\.0\.0\.1: .* 404"):
        fetch(wanted(publisher), [], tmp_path, ignore)
    assert left_in(tmp_path) == []


def test_a_server_that_is_down_is_named(publisher, tmp_path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        publisher.port = closed.getsockname()[1]
    with pytest.raises(Problem, match="connection refused") as caught:
        fetch(wanted(publisher), [], tmp_path, ignore)
    assert "--data sample" in caught.value.remedy
    assert left_in(tmp_path) == []


def test_a_silent_server_is_given_up(publisher, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(fetching, "TIMEOUT", 0.1)
    publisher.port = (silent := socket.create_server(("127.0.0.1", 0))).getsockname()[1]
    with silent, pytest.raises(Problem, match="no answer within"):
        fetch(wanted(publisher), [], tmp_path, ignore)


def test_a_folder_that_cannot_be_made_is_named(publisher, tmp_path) -> None:
    (tmp_path / "taken").write_text("a file where the folder should be")
    with pytest.raises(Problem, match="taken cannot be created"):
        fetch(wanted(publisher), [], tmp_path / "taken", ignore)


def test_a_full_disk_is_noticed_before_anything_is_written(publisher, tmp_path) -> None:
    huge = RemoteFile(name="huge.npz", url="http://127.0.0.1/x", sha256="0" * 64, size=1 << 60)
    with pytest.raises(Problem, match="the disk is full"):
        fetch(huge, [], tmp_path, ignore)
    assert left_in(tmp_path) == []


def test_a_disk_that_fills_up_is_given_its_room_back(publisher, tmp_path, monkeypatch) -> None:
    write = os.write

    def fill_up(descriptor: int, data: bytes) -> int:
        if os.fstat(descriptor).st_size > 200_000:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return write(descriptor, data)

    monkeypatch.setattr(os, "write", fill_up)
    with pytest.raises(Problem, match=r"table\.csv\.part cannot be written: the disk is full"):
        fetch(wanted(publisher), [], tmp_path, ignore)
    assert left_in(tmp_path) == []


@pytest.mark.parametrize("name", ["../table.csv", "/etc/table.csv"])
def test_a_name_outside_the_data_folder_is_refused(publisher, tmp_path, name) -> None:
    with pytest.raises(Problem, match="within the data folder"):
        fetch(wanted(publisher, name), [], tmp_path / "into", ignore)


def test_a_cancelled_download_goes_on_later(publisher, tmp_path) -> None:
    def cancel(done: int, total: int) -> None:
        if done > 100_000:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch(wanted(publisher), [], tmp_path, cancel)
    kept = (tmp_path / "table.csv.part").stat().st_size
    assert kept > 100_000
    fetch(wanted(publisher), [], tmp_path, ignore)
    assert publisher.asked[-1] == f"bytes={kept}-"


def _fetch_in_process(file: RemoteFile, into: Path, results: multiprocessing.Queue) -> None:
    results.put(fetch(file, [into], into, ignore).published)


def test_two_processes_share_one_download(publisher, tmp_path) -> None:
    publisher.hold = threading.Event()
    context = multiprocessing.get_context("spawn")
    results = context.Queue()
    first = context.Process(
        target=_fetch_in_process, args=(wanted(publisher), tmp_path, results), daemon=True
    )
    first.start()
    assert publisher.half_sent.wait(60)
    # The other one is in the middle of it: this call finds the lock taken and says how far it is.
    told: list[int] = []

    def release(done: int, total: int) -> None:
        told.append(done)
        publisher.hold.set()

    assert fetch(wanted(publisher), [tmp_path], tmp_path, release).published
    assert results.get(timeout=60)
    first.join(60)
    assert publisher.asked == [None]
    assert told
    assert left_in(tmp_path) == ["table.csv"]


def test_many_at_once_end_with_one_right_file(publisher, tmp_path) -> None:
    results: list[bool] = []
    threads = [
        threading.Thread(
            target=lambda: results.append(
                fetch(wanted(publisher), [tmp_path], tmp_path, ignore).published
            )
        )
        for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert results == [True] * 6
    assert len(publisher.asked) == 1
    assert left_in(tmp_path) == ["table.csv"]


def test_a_part_left_by_a_killed_process_is_not_locked(publisher, tmp_path) -> None:
    part = tmp_path / "table.csv.part"
    with part.open("wb") as left:
        fcntl.flock(left, fcntl.LOCK_EX)
        left.write(CONTENT[:5000])
    assert fetch(wanted(publisher), [], tmp_path, ignore).published
    assert publisher.asked == ["bytes=5000-"]
