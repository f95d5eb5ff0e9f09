"""What is said of a network's layers, by the commands and by the console."""

from __future__ import annotations

from engine.run.records import Described
from tui.figures import UNKNOWN, count


def layer_table(described: Described, *, named: bool = True) -> tuple[list[str], list[list[str]]]:
    """Return headings and rows; without names, and what training changes, of runs of before.

    Args:
        described: Of the network.
        named: Whether to tell what the network calls its layers.
    """
    headings = ["layer", "output shape", "parameters"]
    rows = [[kind, shape, count(weights)] for kind, shape, weights in described.layers]
    if named and len(described.layer_names) == len(rows):
        headings.insert(0, "name")
        rows = [[name, *row] for name, row in zip(described.layer_names, rows, strict=True)]
    if len(described.layer_trainable) == len(rows):
        headings.append("trained")
        rows = [[*row, trained(described, place)] for place, row in enumerate(rows)]
    return headings, rows


def trained(described: Described, place: int) -> str:
    """Say whether training changes a layer: ``yes``, ``no``, how much of it, nothing if empty.

    Args:
        described: Of the network.
        place: Which of its layers.
    """
    if place >= len(described.layer_trainable):
        return UNKNOWN
    changed, weights = described.layer_trainable[place], described.layers[place][2]
    if weights == 0:
        return ""
    if changed == 0:
        return "no"
    return "yes" if changed >= weights else f"{count(changed)} of them"


def network_facts(described: Described) -> str:
    """Say how large a network is, and how much of it is trained."""
    text = f"{count(described.parameters)} parameters"
    if described.trainable is not None:
        frozen = described.parameters - described.trainable
        if frozen:
            text += f", {count(described.trainable)} trained, {count(frozen)} not"
        elif described.parameters:
            text += ", all trained"
    return text
