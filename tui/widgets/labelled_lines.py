"""Labelled examples as lines: how many there are of each class, what they are like, a few."""

from __future__ import annotations

from tui import data_seen
from tui.data_seen import Answer
from tui.format import pad, table, wrap
from tui.widgets.painted import EMPTY, Line, lines_of, width
from tui.widgets.pictures import side_by_side


def labelled_lines(answer: Answer, cells: int, ramp: str) -> list[Line]:
    """Return what there is to be seen of labelled data.

    Args:
        answer: What was found in it.
        cells: How wide lines may be.
        ramp: See :func:`tui.widgets.pictures.picture_lines`.
    """
    headings, *rows = table(*data_seen.class_table(answer))
    lines: list[Line] = [((f" {headings}", "muted"),), *lines_of([f" {row}" for row in rows])]
    if len(answer["classes"]) > 1:
        lines[-1] = ((f" {rows[-1]}", "muted"),)
    lines.append(EMPTY)
    names = max((width(((name, ""),)) for name, _ in answer["facts"]), default=0)
    for name, text in answer["facts"]:
        first, *others = wrap(text, max(cells - names - 3, 10))
        lines.append(((f" {pad(name, names)}  ", "muted"), (first, "")))
        lines += lines_of([f" {' ' * names}  {other}" for other in others])
    examples = answer["examples"]
    if examples:
        lines += [EMPTY, ((f" {len(examples)} of the examples", "strong"),)]
    if answer["form"] == "pictures":
        cards = [
            (each["picture"], [((each["class"], "accent"),), ((each["name"], "muted"),)])
            for each in examples
        ]
        return lines + side_by_side(cards, cells, ramp)
    for each in examples:
        lines.append(((f" {each['class']}", "accent"), (f"  {each['name']}", "muted")))
        text = " ".join(each["text"].split())
        lines += lines_of([f"   {line}" for line in wrap(text, max(cells - 3, 10))])
    return lines
