"""Writes what is generated of the documentation: ``python -m tests.docs``."""

from __future__ import annotations

from tests.docs import run_folder

run_folder.FILE.write_text(run_folder.text())
print(f"Written: {run_folder.FILE}")
