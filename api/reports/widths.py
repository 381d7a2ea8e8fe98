"""How wide the columns of grids are beside each other, where a form sets them itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from api.reports.charts.draw import measure
from api.reports.model import Grid

_LEAST, _MOST = 40.0, 260.0
# the room between two columns
_GAP = 14.0


def weigh_columns(grids: Sequence[Grid]) -> list[tuple[float, ...]]:
    """The widths of each grid's columns in proportion: what the widest cell takes, within bounds.

    Grids with as many columns stand under each other, and have theirs in the same places.
    """
    return [_weigh([one for one in grids if len(one.columns) == len(grid.columns)]) for grid in grids]


def _weigh(grids: Iterable[Grid]) -> tuple[float, ...]:
    rows = [row for grid in grids for row in (grid.columns, *([cell.text for cell in row] for row in grid.rows))]
    return tuple(round(min(max(_LEAST, *map(measure, column)), _MOST) + _GAP, 1) for column in zip(*rows, strict=True))


def find_indented(figures: Sequence[bool]) -> list[bool]:
    """Which columns begin right behind figures that are set to the right, and so need some room before them."""
    return [place > 0 and figures[place - 1] and not figure for place, figure in enumerate(figures)]
