"""Trains the recipes' presets on their official data and writes ``docs/RESULTS.md``.

``python -m tests.verify [RECIPE[:PRESET]|searches ...]`` does all, or renews what is said of those
named; ``searches`` are those that the documents run (:mod:`tests.verify.searches`).
Split seed 0 and model seeds 1, 2, 3 are fixed in advance; nothing is chosen after the fact. Beside
each published figure stand ours (mean and spread of the three), and those of a plain Keras script
of the same network on the same rows, with the same seeds: a published figure is often one lucky run
on an unknown split, and the script tells a fault of ours from that.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from engine.catalog import Catalog
from tests.verify import searches
from tests.verify.results import head, section
from tests.verify.trainings import begin

RESULTS = Path(__file__).parent.parent.parent / "docs" / "RESULTS.md"


def main(names: Sequence[str]) -> int:
    """Train, compare, write."""
    catalog = Catalog.load()
    wanted: dict[str, list[str]] = {}
    names = names or [*sorted(catalog.entries), searches.NAME]
    for name in names:
        if name == searches.NAME:
            continue
        recipe, _, preset = name.partition(":")
        presets = catalog.find(recipe).recipe.presets
        wanted.setdefault(recipe, []).extend([preset] if preset else presets)
    sections = _sections(RESULTS.read_text() if RESULTS.exists() else "")
    cores = os.cpu_count() or 1
    with tempfile.TemporaryDirectory() as runs, ThreadPoolExecutor(cores) as pool:
        begun = {
            name: begin(catalog.find(name).recipe, presets, Path(runs), pool)
            for name, presets in wanted.items()
        }
        for name, outcomes in begun.items():
            found = catalog.find(name).recipe
            sections[name] = section(found, outcomes, sections.get(name, ""))
            _write(sections, catalog)
    if searches.NAME in names:
        sections[searches.NAME] = searches.section()
        _write(sections, catalog)
    print(f"Written: {RESULTS}", file=sys.stderr)
    return 0


def _write(sections: Mapping[str, str], catalog: Catalog) -> None:
    known = [name for name in sorted(sections) if name in catalog.entries]
    known += [searches.NAME] * (searches.NAME in sections)
    RESULTS.write_text("\n".join([head(), *(sections[each] for each in known)]))


def _sections(text: str) -> dict[str, str]:
    """Take a document apart: the text of each recipe's section, by its name."""
    found = {}
    for part in text.split("\n## ")[1:]:
        found[part.partition(":")[0]] = f"## {part.rstrip()}\n"
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
