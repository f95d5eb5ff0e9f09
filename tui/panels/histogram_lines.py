"""How predicted numbers are spread beside actual ones, as lines."""

from __future__ import annotations

from engine.run.report import Histogram, Report
from tui.figures import count, metric
from tui.format import bar, pad
from tui.widgets.page_parts import heading
from tui.widgets.painted import Line


def histogram_lines(report: Report, histogram: Histogram, cells: int) -> list[Line]:
    """Draw how many rows fall into each bin, predicted beside actual."""
    bins = list(zip(histogram.edges, histogram.edges[1:], histogram.predicted, histogram.actual))  # noqa: B905 - a damaged one may be of unequal lengths
    most = max((max(predicted, actual) for *_, predicted, actual in bins), default=0)
    lines = [heading(report.target or "the target", "rows of the test part in each range")]
    if not most:
        return lines
    labels = [f"{metric(low)} … {metric(high)}" for low, high, *_ in bins]
    label = max(map(len, labels))
    number = len(count(most))
    width = max((cells - label - 2 * number - 12) // 2, 4)
    heads = pad("actual", width + number + 1), pad("predicted", width + number + 1)
    lines.append(((" " * (label + 5), ""), (heads[0], "muted"), ("   ", ""), (heads[1], "muted")))
    for text, (_, _, predicted, actual) in zip(labels, bins, strict=True):
        lines.append(
            (
                (f"   {pad(text, label, right=True)}  ", "muted"),
                (f"{pad(count(actual), number, right=True)} ", ""),
                (bar(actual / most, width), "muted"),
                (f"   {pad(count(predicted), number, right=True)} ", ""),
                (bar(predicted / most, width), "accent"),
            )
        )
    return lines
