"""Events written out as listings give them: a listing is then these one after another, which takes next to no time.

    funding_event, event_investor, company, investor ─→ triggers spoil what changes ─→ refresh writes it

A card that is not spoilt says what the rows say now, so readers need not care who keeps them; where one is missing, the
rows are read instead. On SQLite a card lies in the row of its event's own number, where the listing's index leads
straight to it; PostgreSQL finds it by the event's id.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from sqlalchemy import (
    ColumnElement,
    Connection,
    LargeBinary,
    Select,
    Subquery,
    and_,
    bindparam,
    case,
    cast,
    literal_column,
    select,
    text,
    update,
)

from storage.event_filter import EventFilter, blank_bounds
from storage.listing import ListedEvent, load_listed
from storage.models import EventCardRow
from storage.queries import SORTS, Page, Place, Start, build_stretches, find_page, name_start
from storage.rows import table
from storage.store import Store

Side = Literal["listed", "line"]
_CHUNK = 200
_CARD = table(EventCardRow)
_REWRITE = (
    update(_CARD)
    .where(_CARD.c.event_id == bindparam("this_id"))
    .values(form=bindparam("new_form"), listed=bindparam("new_listed"), line=bindparam("new_line"))
)
# whoever changes an event spoils its card before or after all of this, not in between
_LOCK = text("LOCK TABLE event_card IN SHARE ROW EXCLUSIVE MODE")


@dataclass(frozen=True, slots=True)
class Card:
    """An event written out as JSON and as a line of CSV."""

    listed: str
    line: str


@dataclass(frozen=True, slots=True)
class CardWriter:
    """How cards are written; `form` counts up with every change of that, so that older cards are written anew."""

    form: int
    write: Callable[[ListedEvent], Card]


class Cards:
    """The cards of a store, as one writer writes them."""

    def __init__(self, store: Store, writer: CardWriter) -> None:
        self._access = store._access
        self._writer = writer

    def page(
        self, wanted: EventFilter, side: Side, *, sort: str = "-announced_on", limit: int, after: Place | None = None
    ) -> Page[bytes]:
        """One page of the events wanted."""
        by_row = not self._access.is_postgres
        statements = _select_cards(blank_bounds(wanted), sort, name_start(after), side, self._writer.form, by_row)
        with self._access.reading() as connection:
            rows, end = find_page(connection, statements, wanted, limit, after)
            return Page(self._write_missing(connection, rows, side), end)

    def _write_missing(self, connection: Connection, rows: Sequence[Any], side: Side) -> list[bytes]:
        texts = [told if isinstance(told, bytes) else told and told.encode() for _, _, told in rows]
        if None not in texts:
            return texts
        missing = [row.id for row, told in zip(rows, texts, strict=True) if told is None]
        written = {event.id: getattr(self._writer.write(event), side) for event in load_listed(connection, missing)}
        # what was read a moment ago may be gone by now
        found = (told or written.get(row.id, "").encode() for row, told in zip(rows, texts, strict=True))
        return [told for told in found if told]

    def refresh(self, limit: int | None = None) -> int:
        """Writes the cards that are missing, at most some `limit` where given; gives how many that were."""
        done = 0
        while (limit is None or done < limit) and (found := self._refresh_some()):
            done += found
        return done

    def _refresh_some(self) -> int:
        pending = select(_CARD.c.event_id).where(_CARD.c.form < self._writer.form).limit(_CHUNK)
        with self._access.reading() as connection:
            if connection.scalar(pending) is None:
                return 0
        with self._access.writing() as connection:
            if self._access.is_postgres:
                connection.execute(_LOCK)
            events = load_listed(connection, connection.scalars(pending).all())
            if events:
                connection.execute(_REWRITE, [self._write_row(event) for event in events])
        return len(events)

    def _write_row(self, event: ListedEvent) -> dict[str, Any]:
        card = self._writer.write(event)
        return {"this_id": event.id, "new_form": self._writer.form, "new_listed": card.listed, "new_line": card.line}


@lru_cache(maxsize=64)
def _select_cards(
    wanted: EventFilter, sort: str, start: Start, side: Side, form: int, by_row: bool
) -> Sequence[Select[Any]]:
    """The texts of each stretch, in its order: they are looked up once it is known which are wanted."""
    add = _add_by_row if by_row else _add_by_id
    return [add(stretch, SORTS[sort], side, form) for stretch in build_stretches(wanted, sort, start)]


def _add_by_row(stretch: Select[Any], descends: bool, side: Side, form: int) -> Select[Any]:
    here = stretch.add_columns(literal_column("funding_event.rowid").label("number")).subquery()
    # should a copy of the file ever number its rows anew, this is another event's card
    kept = and_(_CARD.c.event_id == here.c.id, _CARD.c.form == form)
    # as bytes, for which the driver makes no text
    told = case((kept, cast(_CARD.c[side], LargeBinary)))
    return _join(here, literal_column("event_card.rowid") == here.c.number, told, descends)


def _add_by_id(stretch: Select[Any], descends: bool, side: Side, form: int) -> Select[Any]:
    here = stretch.subquery()
    # the form is no part of the join: where statistics are from before most cards were written, a planner would take
    # them for few and read them all first
    told = case((_CARD.c.form == form, _CARD.c[side]))
    return _join(here, _CARD.c.event_id == here.c.id, told, descends)


def _join(here: Subquery, on: ColumnElement[bool], told: ColumnElement[Any], descends: bool) -> Select[Any]:
    value = here.c.value.desc() if descends else here.c.value
    return (
        select(here.c.id, here.c.value, told.label("text")).outerjoin_from(here, _CARD, on).order_by(value, here.c.id)
    )
