"""What a report is made of, in one language and ready to be rendered.

Report ─┬─ Table: the funding table, lines of seven cells with the facts behind them
        ├─ Section ─┬─ Paragraph
        │           ├─ Grid: columns and rows of cells, each with its value and the event that it is about
        │           └─ Chart
        └─ Source
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from api.reports.charts.model import Chart
from api.reports.words import Language
from domain.event import Event, Status
from domain.period import Period

COLUMNS = ("application", "application_type", "lead_investors", "round", "amount", "total_raised", "valuation")
Value = str | int | float | date | None
# columns of figures, also where all that stands in them is words
_RIGHT = frozenset(("sum", "before", "change"))


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


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a grid: its text, the value behind it where it is a figure or a date, and what it links to."""

    text: str
    value: Value = None
    event_id: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Grid:
    """A small table of a section; `keys` name the columns for programs."""

    key: str
    title: str
    keys: tuple[str, ...]
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    @property
    def figures(self) -> tuple[bool, ...]:
        """Which columns hold figures, and are set to the right."""
        return tuple(
            key in _RIGHT or any(isinstance(row[place].value, (int, float)) for row in self.rows)
            for place, key in enumerate(self.keys)
        )


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A sentence or more; `quiet` ones explain, and are set small."""

    text: str
    event_id: str | None = None
    url: str | None = None
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the report around its table."""

    key: str
    title: str
    paragraphs: tuple[Paragraph, ...] = ()
    grids: tuple[Grid, ...] = ()
    charts: tuple[Chart, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """An article that the report rests on."""

    name: str
    title: str
    url: str
    published_on: date | None
    event_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """A report ready to be rendered; sections in the order of printing, those of `LEADING` before the table."""

    table: Table
    title: str = ""
    span: str = ""
    period: Period | None = None
    as_of: datetime | None = None
    sections: tuple[Section, ...] = ()
    sources_line: str = ""
    sources: tuple[Source, ...] = ()
    public_url: str = ""

    LEADING = frozenset(("headline",))

    @property
    def language(self) -> Language:
        """The language that it is written in."""
        return self.table.language

    @property
    def leading(self) -> tuple[Section, ...]:
        """The sections before the table."""
        return tuple(section for section in self.sections if section.key in self.LEADING)

    @property
    def following(self) -> tuple[Section, ...]:
        """The sections after the table."""
        return tuple(section for section in self.sections if section.key not in self.LEADING)

    @property
    def charts(self) -> Iterator[Chart]:
        """All charts, in order."""
        return (chart for section in self.sections for chart in section.charts)

    def link(self, target: Cell | Paragraph | Event | None) -> str:
        """The address of the event's page, or of the article; empty where there is none to go to."""
        if target is None:
            return ""
        if isinstance(target, Event):
            return self.event_link(target.id)
        return self.event_link(target.event_id) if target.event_id else (target.url or "")

    def event_link(self, event_id: str | None) -> str:
        """The address of that event's page; empty where pages have no address."""
        return f"{self.public_url}/events/{event_id}" if self.public_url and event_id else ""
