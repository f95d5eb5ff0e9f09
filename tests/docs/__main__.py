"""Writes what is generated of the documentation: all of it, or ``run-folder`` or ``screens``."""

from __future__ import annotations

import sys

from tests.docs import run_folder, screens

wanted = sys.argv[1:] or ["run-folder", "screens"]
if "run-folder" in wanted:
    run_folder.FILE.write_text(run_folder.text())
    print(f"Written: {run_folder.FILE}")
if "screens" in wanted:
    for picture in screens.take():
        print(f"Written: {picture}")
