"""What was asked for, what a person noted about it, and on what it is trained."""

from __future__ import annotations

import time

from tui.figures import count
from tui.format import when, wrap
from tui.layers import network_facts
from tui.panels.view_panel import ViewPanel
from tui.widgets.painted import Line, Span, lines_of
from tui.words import set_since

_GAP = 4


class SettingsPanel(ViewPanel):
    """Shows ``run.json`` and the ``described`` record."""

    _note = ""

    def look(self) -> bool:
        """Read what a person noted about the run."""
        note = self.view.folder.note
        changed, self._note = note != self._note, note
        return changed

    def compose_lines(self, cells: int) -> list[Line]:
        room = max(cells - 2, 10)
        lines: list[Line] = []
        if self._note:
            lines += lines_of([f" {line}" for line in wrap(self._note, room)], "accent")
            lines.append(())
        spec = self.view.spec
        if spec is None:
            lines.append(((" Its run.json cannot be read.", "bad"),))
        else:
            lines += lines_of([f" {line}" for line in wrap(spec.command, room)], "strong")
            data = spec.data.path or spec.data.kind
            target = f", target {spec.data.target}" if spec.data.target else ""
            asked = when(spec.created, time.time())
            head = (
                f"recipe {spec.recipe}, preset {spec.preset}; data {data}{target}; "
                f"seed {spec.seed}, split seed {spec.split_seed}; {spec.backend} on {spec.device}, "
                f"{spec.threads} threads; asked for {asked}"
            )
            lines += lines_of([f" {line}" for line in wrap(head, room)], "muted")
            lines.append(())
            values = {name: written(value) for name, value in spec.values.items()}
            lines += columns_of(values, room)
            since = set_since(self.view.applied.values())
            if since:
                lines += [(), ((" set since: ", "muted"), (since, "strong"))]
        lines += self._described(room)
        if spec is not None and spec.versions:
            text = ", ".join(f"{name} {version}" for name, version in spec.versions.items())
            lines += [(), *lines_of([f" {line}" for line in wrap(text, room)], "muted")]
        lines += [
            (),
            *lines_of([f" {line}" for line in wrap(str(self.view.folder.path), room)], "muted"),
        ]
        return lines

    def _described(self, room: int) -> list[Line]:
        described = self.view.described
        if described is None:
            return []
        rows = ", ".join(f"{count(number)} {part}" for part, number in described.rows.items())
        text = f"{described.data}{self.generated()}: {rows}"
        network = (
            f"{network_facts(described)}, on {described.device or 'a device'}; "
            f"{count(described.steps_per_epoch)} steps an epoch"
        )
        lines: list[Line] = [()]
        lines += lines_of([f" {line}" for line in wrap(text, room)])
        return lines + lines_of([f" {line}" for line in wrap(network, room)])


def columns_of(values: dict[str, str], room: int) -> list[Line]:
    """Lay names and values out in as many columns as there is room for."""
    if not values:
        return []
    name_width = max(map(len, values))
    value_width = max(map(len, values.values()))
    across = max(room // (name_width + 2 + value_width + _GAP), 1)
    entries = list(values.items())
    height = -(-len(entries) // across)
    lines: list[Line] = []
    for row in range(height):
        spans: list[Span] = [("   ", "")]
        for name, value in entries[row::height]:
            spans += [(f"{name:<{name_width}}  ", "muted"), (f"{value:<{value_width + _GAP}}", "")]
        lines.append(tuple(spans))
    return lines


def written(value: int | float | str | bool | list[int]) -> str:
    """Write a setting's value."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ",".join(map(str, value))
    return f"{value:g}" if isinstance(value, float) else str(value)
