"""Writes ``docs/RUN_FOLDER.md`` from the declarations of the records: it cannot go stale."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

from engine.devices import readings
from engine.run import (
    commands,
    folder,
    importance,
    record,
    records,
    report,
    search_records,
    snapshots,
)

FILE = Path(__file__).parent.parent.parent / "docs" / "RUN_FOLDER.md"

INTRODUCTION = """# The run folder

Written by `make docs` from `engine/run/records.py`, `engine/run/search_records.py`,
`engine/run/commands.py`, `engine/run/snapshots.py`, `engine/run/report.py`,
`engine/run/importance.py` and `engine/devices/readings.py`.

A run is a folder. The worker that trains it is the only one who writes to it (requests in
`commands/` and a person's own name and note for it in `label.json` aside); anybody may read it at
any time.

| file | what it is | how it is written |
|---|---|---|
| `run.json` | what was asked for: `RunSpec` | once |
| `lock` | held (flock) by the worker for life, before it by what waits for a device | – |
| `status.json` | where it is: `Status` | replaced at most once a second |
| `journal.jsonl` | what happened: few, typed records, told apart by `type` | appended |
| `progress.jsonl` | where in an epoch: `Progress` | appended, at most 4 times a second; thinned |
| `devices.jsonl` | what the machine did: `Devices` | appended every 2 seconds; thinned |
| `commands/` | requests to the worker, told apart by `action` | one file each, renamed into place |
| `console.log` | the worker's standard output and error | appended, kept below 16 MB |
| `code/` | a person's own recipe and network | once |
| `preprocessing.json` | how raw input becomes the network's | once |
| `snapshots/` | what going on exactly takes; `snapshot.json`: `Index` | under new names |
| `checkpoints/` | the network at its last ten best epochs | replaced whole |
| `model.keras`, `best.keras` | the network at the end, and at its best epoch | replaced whole |
| `reserve` | room on the disk for the last word | while a worker is at it |
| `report.json` | what came out: `Report` | replaced whole |
| `predictions.npz` | of a classification: every row's probabilities (see below) | replaced whole |
| `label.json` | a person's own name for the run, and a note: `Label` | replaced whole |
| `trials/` | of a search: a run folder for each training | see there |
| `importance.json` | of a search: what mattered, `Importance` | replaced whole |

A **search** is a run whose worker is a coordinator: `run.json` has a `SearchSpec`, and its journal
is the ledger of what an oracle was asked and told (`trial`, `oracle`, `trial ended`, and `applied`
with what was set). Each of these records is on the disk before anything follows from it. The
trainings of its trials are runs like any other.

Every file is either appended to, line by line, or replaced whole (written aside, renamed), so a
kill at any moment leaves nothing torn but perhaps a last line, which readers pass over. NaN and
the infinities are the strings `"nan"`, `"inf"` and `"-inf"`. Fields that have their usual value are
left out; readers ignore fields and skip record types that they do not know.

A command's effect (`applied` with `epochs` or `learning_rate`) is on the disk before it is
acknowledged, and is set again at the same step by a worker that goes on from an earlier snapshot.

A `started` record with a higher `generation` voids what earlier generations said beyond its
`from_epoch`: a reader that obeys this sees every epoch once.

`predictions.npz` is a NumPy archive without pickled objects. It holds `classes` and, of each of the
parts `val` and `test`, `PART_probabilities` (float32, rows by classes), `PART_labels` (int64,
positions in `classes`) and `PART_rows` (int64, positions in the data).
"""


def text() -> str:
    """Return the whole document."""
    parts = [INTRODUCTION]
    modules = (
        record,
        records,
        search_records,
        commands,
        snapshots,
        report,
        importance,
        readings,
        folder,
    )
    for module in modules:
        parts += [_table(node) for node in _structs(module)]
    return "\n".join(parts)


def _structs(module: ModuleType) -> Iterator[ast.ClassDef]:
    for node in ast.parse(inspect.getsource(module)).body:
        if isinstance(node, ast.ClassDef) and any(
            isinstance(base, ast.Name | ast.Attribute)
            and ast.unparse(base) in {"msgspec.Struct", "Struct", "Record"}
            for base in node.bases
        ):
            yield node


def _table(node: ast.ClassDef) -> str:
    tags = {each.arg: ast.unparse(each.value).strip("'") for each in node.keywords}
    tag = f' (`"{tags["tag_field"]}": "{tags["tag"]}"`)' if "tag" in tags else ""
    lines = [f"## {node.name}{tag}", "", _flat(ast.get_docstring(node) or ""), ""]
    fields = [
        (statement, _docstring_after(node, position))
        for position, statement in enumerate(node.body)
        if isinstance(statement, ast.AnnAssign)
    ]
    if fields:
        lines += ["| field | type | |", "|---|---|---|"]
    for statement, words in fields:
        kind = ast.unparse(statement.annotation).replace("|", "\\|")
        lines.append(f"| `{ast.unparse(statement.target)}` | `{kind}` | {words} |")
    return "\n".join([*lines, ""])


def _docstring_after(node: ast.ClassDef, position: int) -> str:
    following = node.body[position + 1 : position + 2]
    if following and isinstance(following[0], ast.Expr):
        value = following[0].value
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            return _flat(value.value).replace("|", "\\|")
    return ""


def _flat(words: str) -> str:
    return " ".join(words.replace("``", "`").split())
