"""The documents say what is true."""

from __future__ import annotations

import re
from pathlib import Path

from tests.docs import run_folder

ROOT = Path(__file__).parent.parent


def test_the_document_of_the_run_folder_is_what_the_declarations_say():
    assert run_folder.FILE.read_text() == run_folder.text(), "run: make docs"


def test_files_and_targets_that_documents_name_exist():
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for name in ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"):
        text = (ROOT / name).read_text()
        assert set(re.findall(r"`make ([a-z]+)`", text)) <= targets, name
        for link in re.findall(r"\]\((?!http)([^)#]+)\)", text):
            assert (ROOT / link).exists(), f"{name}: {link}"
        for path in re.findall(r"`((?:engine|tui|recipes|tests|docs)/[\w./-]*\w\.\w+)`", text):
            assert (ROOT / path).exists(), f"{name}: {path}"
