"""What a funding table is: lines of seven cells with the facts behind them, in one language."""

from __future__ import annotations

from dataclasses import dataclass, field

from api.reports.words import Language
from domain.event import Event, Status

COLUMNS = ("application", "application_type", "lead_investors", "round", "amount", "total_raised", "valuation")


@dataclass(frozen=True, slots=True)
class Line:
    """One round: cells in the order of COLUMNS and the event; `mark` is the first cell, marked where it is no fact."""

    cells: tuple[str, ...]
    event: Event
    mark: str

    @property
    def is_fact(self) -> bool:
        """Whether the round is announced or closed; only facts enter sums."""
        return self.event.status in (Status.ANNOUNCED, Status.CLOSED)

    @property
    def printed(self) -> tuple[str, ...]:
        """The cells as they are printed where nothing else tells a rumour from a fact."""
        return (self.mark, *self.cells[1:])


@dataclass(frozen=True, slots=True)
class Table:
    """A funding table ready to be rendered; `rows` holds the cells as printed, `lines` also the facts behind them."""

    language: Language
    title: str
    columns: tuple[str, ...]
    lines: tuple[Line, ...]
    notes: tuple[str, ...] = field(default=())

    @property
    def rows(self) -> tuple[tuple[str, ...], ...]:
        """The cells as printed, a row a round, rumours marked in the first cell."""
        return tuple(line.printed for line in self.lines)
