from __future__ import annotations

import hashlib
import http.server
import json
import threading
from pathlib import Path

import pytest

CONTENT = b"a,b,y\n" + b"1,2,3\n" * 1000


class Server(http.server.BaseHTTPRequestHandler):
    """Has one file."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(CONTENT)))
        self.end_headers()
        self.wfile.write(CONTENT)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def recipe_file(tmp_path):
    """Return a recipe whose data set lies on a server on this machine."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    file = tmp_path / "mine.py"
    file.write_text(
        f"""
from dataclasses import replace
from engine.recipe import RemoteFile
from recipes.wine import RECIPE as WINE
FILE = RemoteFile(name="mine.csv", url="http://127.0.0.1:{server.server_port}/mine.csv",
                  sha256="{hashlib.sha256(CONTENT).hexdigest()}", size={len(CONTENT)})
RECIPE = replace(WINE, name="mine", official=replace(WINE.official, files=(FILE,)))
"""
    )
    yield file
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("words", [[], ["list"]])
def test_files_are_listed_with_where_they_are(dlconsole, words, tmp_path, monkeypatch):
    missing = dlconsole("data", *words)
    assert missing.code == 0
    assert [line.split() for line in missing.out.splitlines()][-1] == [
        "wine", "winequality-white.csv", "264", "kB", "missing",
    ]  # fmt: skip
    here = tmp_path / "winequality-white.csv"
    here.write_text("something")
    monkeypatch.setenv("DLCONSOLE_DATA", str(tmp_path))
    assert str(here) in dlconsole("data", *words).out
    *others, found = json.loads(dlconsole("data", *words, "--json").out)["files"]
    assert found["path"] == str(here)
    assert {each["path"] for each in others} == {None}


def test_fetch_prints_the_path_and_tells_progress_in_lines(dlconsole, recipe_file):
    done = dlconsole("data", "fetch", "--recipe-file", str(recipe_file))
    assert done.code == 0
    (path,) = done.out.splitlines()
    assert Path(path).read_bytes() == CONTENT
    assert done.err.splitlines()[-1] == "mine.csv: 6 kB of 6 kB"
    assert "\r" not in done.err


def test_fetch_uses_what_lies_there_and_says_if_it_differs(
    dlconsole, recipe_file, tmp_path, monkeypatch
):
    here = tmp_path / "mine.csv"
    here.write_text("my own edition")
    monkeypatch.setenv("DLCONSOLE_DATA", str(tmp_path))
    done = dlconsole("data", "fetch", "--recipe-file", str(recipe_file), "--json")
    (found,) = json.loads(done.out)["files"]
    assert found["path"] == str(here)
    assert not found["published"]
    assert "differs" in done.err
    assert here.read_text() == "my own edition"


def test_fetch_without_a_network_says_so(dlconsole, recipe_file):
    recipe_file.write_text(recipe_file.read_text().replace("127.0.0.1:", "127.0.0.1:1#"))
    done = dlconsole("data", "fetch", "--recipe-file", str(recipe_file))
    assert done.code == 2
    assert done.out == ""
    assert "--data sample" in done.err
