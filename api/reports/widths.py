"""How wide the columns of grids are beside each other, where a form sets them itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from api.reports.charts.draw import measure
from api.reports.fonts import load_advances
from api.reports.model import COLUMNS, Grid, Table

_LEAST, _MOST = 40.0, 260.0
# the room between two columns
_GAP = 14.0
# the funding table on a page of A4, as parts of a character's height: its width, the room between two columns, and how
# wide a column may get: names as wide as a word asks for, what is not broken over lines, and what is
_PAGE, _BETWEEN, _NAME_MOST, _WHOLE_MOST, _BROKEN_MOST = 62.0, 1.3, 7.5, 14.0, 14.0
# where all is long, the page is shared in proportion, and these two keep so much of it together
_BROKEN_LEAST = 14.0
_BROKEN = ("application_type", "lead_investors")
_WORD = re.compile(r"[!-~]+")


def weigh_columns(grids: Sequence[Grid]) -> list[tuple[float, ...]]:
    """The widths of each grid's columns in proportion: what the widest cell takes, within bounds.

    Grids with as many columns stand under each other, and have theirs in the same places.
    """
    return [_weigh([one for one in grids if len(one.columns) == len(grid.columns)]) for grid in grids]


def _weigh(grids: Iterable[Grid]) -> tuple[float, ...]:
    rows = [row for grid in grids for row in (grid.columns, *([cell.text for cell in row] for row in grid.rows))]
    return tuple(round(min(max(_LEAST, *map(measure, column)), _MOST) + _GAP, 1) for column in zip(*rows, strict=True))


def weigh_table(table: Table) -> tuple[float, ...]:
    """The widths of the funding table's columns: figures on one line, words whole; types and leads share the rest."""
    columns = zip(COLUMNS, zip(table.columns, *table.rows, strict=True), strict=True)
    widest = {key: max(map(_measure, cells)) for key, cells in columns}
    words = [word for name in (table.columns[0], *(row[0] for row in table.rows)) for word in _WORD.findall(name)]
    whole = {key: min(width, _WHOLE_MOST) for key, width in widest.items()}
    whole["application"] = min(max(min(widest["application"], _NAME_MOST), *map(_measure, words), 0.0), _WHOLE_MOST)
    kept = {key: width + _BETWEEN for key, width in whole.items() if key not in _BROKEN}
    broken = {key: min(widest[key], _BROKEN_MOST) + _BETWEEN for key in _BROKEN}
    spare = max(0.0, _PAGE - sum(kept.values()) - sum(broken.values()))
    kept["application"] += min(spare, max(0.0, widest["application"] - whole["application"]))
    share = max(_PAGE - sum(kept.values()), _BROKEN_LEAST) / sum(broken.values())
    return tuple(round(kept[key] if key in kept else broken[key] * share, 2) for key in COLUMNS)


def _measure(text: str) -> float:
    """How wide the report's font sets the text, as a part of its height."""
    return sum(load_advances().get(char, 1.0) for char in text)


def find_indented(figures: Sequence[bool]) -> list[bool]:
    """Which columns begin right behind figures that are set to the right, and so need some room before them."""
    return [place > 0 and figures[place - 1] and not figure for place, figure in enumerate(figures)]
