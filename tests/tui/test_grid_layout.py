"""How charts share the space."""

import pytest

from tui.charts.layout import LOWEST, NARROWEST, lay_out


@pytest.mark.parametrize(
    ("charts", "size", "rows", "spans"),
    [
        (0, (80, 10), 1, (1,)),
        (7, (80, 10), 1, (1,)),
        (7, (118, 18), 1, (1, 1)),
        (3, (200, 23), 1, (1, 1, 1)),
        (4, (200, 23), 2, (1, 1, 1, 1)),
        (5, (200, 23), 2, (2, 2, 2, 3, 3)),
        (3, (150, 45), 2, (1, 1, 2)),
        (9, (200, 23), 2, (1,) * 6),
        (2, (3, 1), 1, (1,)),
    ],
)
def test_as_many_as_can_be_read_in_rows_that_are_full(charts, size, rows, spans):
    layout = lay_out(charts, *size)
    assert layout.rows == rows
    assert layout.spans == spans


@pytest.mark.parametrize("charts", range(1, 14))
@pytest.mark.parametrize("width", [20, 56, 113, 180, 400])
@pytest.mark.parametrize("height", [3, 10, 29, 60])
def test_every_row_is_filled_and_no_chart_is_too_small(charts, width, height):
    layout = lay_out(charts, width, height)
    assert sum(layout.spans) == layout.rows * layout.columns
    assert layout.rows == 1 or height // layout.rows >= LOWEST
    narrowest = min(layout.spans)
    assert narrowest == layout.columns or width * narrowest // layout.columns >= NARROWEST
