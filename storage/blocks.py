"""Blocks: companies whose events have to be filed together, since they share names or a judgement binds them.

keys ─→ events under them ─→ all keys of those events, and of what is judged together ─→ … until nothing is new
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, cast, select, update
from sqlalchemy import String as Text

from domain.claim import Claim
from domain.event import Event
from domain.gazetteer import Gazetteer
from domain.judgement import Judgement
from domain.names import match_key
from domain.refiling import StoredEvent
from domain.resolution import Decision, Filing, Join, New, Unsure
from storage.aliases import Aliases
from storage.dossiers import Dossiers
from storage.engine import Access
from storage.event_reading import load_events
from storage.event_writing import rewrite_keys, write_end
from storage.extractions import select_claims
from storage.judgements import find_judged_keys, load_judgements
from storage.models import EventMentionRow, EventNameRow, EventRow, ExtractionRow
from storage.rows import read_claim, read_reasons, table

_EVENT = table(EventRow)
_NAME = table(EventNameRow)
_MENTION = table(EventMentionRow)
_EXTRACTION = table(ExtractionRow)
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Block:
    """What the store holds of some companies, out of sight or not, with the judgements on them."""

    keys: frozenset[str]
    events: tuple[StoredEvent, ...]
    judgements: tuple[Judgement, ...]

    @property
    def claims(self) -> tuple[Claim, ...]:
        """The claims filed under the events, those that were read anew left out."""
        return tuple(filing.claim for event in self.events for filing in event.filings)


class Blocks:
    """Ways into the store by company."""

    def __init__(self, access: Access, aliases: Aliases, dossiers: Dossiers) -> None:
        self._access = access
        self._aliases = aliases
        self._dossiers = dossiers

    def load(self, keys: Iterable[str]) -> Block:
        """The whole block that these keys lie in."""
        with self._access.reading() as connection:
            closed, ids = _close(connection, frozenset(keys))
            return Block(
                closed, tuple(_load_events(connection, sorted(ids))), tuple(load_judgements(connection, closed))
            )

    def load_events(self, ids: Iterable[str]) -> list[StoredEvent]:
        """These events alone, each with its members."""
        with self._access.reading() as connection:
            return list(_load_events(connection, sorted(ids)))

    def close(self, keys: Iterable[str]) -> frozenset[str]:
        """All the keys of the block that these lie in."""
        with self._access.reading() as connection:
            return _close(connection, frozenset(keys))[0]

    def keys_of(self, event_id: str) -> frozenset[str]:
        """The keys of an event's company."""
        with self._access.reading() as connection:
            return frozenset(connection.scalars(select(_NAME.c.key).where(_NAME.c.event_id == event_id)))

    def iter_keys_told_with(self, investor_keys: frozenset[str]) -> Iterator[frozenset[str]]:
        """Yields the keys of every company of which a filed claim names one of these investors, claim by claim."""
        last, named = 0, cast(_EXTRACTION.c.investors, Text) != "[]"
        while True:
            wanted = select(_EXTRACTION.c.id, _EXTRACTION.c.company, _EXTRACTION.c.investors)
            wanted = wanted.where(_EXTRACTION.c.id > last, named, _EXTRACTION.c.merged, ~_EXTRACTION.c.retired)
            with self._access.reading() as connection:
                rows = connection.execute(wanted.order_by(_EXTRACTION.c.id).limit(_CHUNK)).all()
            for row in rows:
                if not investor_keys.isdisjoint(map(match_key, row.investors)):
                    yield frozenset(map(match_key, row.company))
            if len(rows) < _CHUNK:
                return
            last = rows[-1].id

    def rewrite_keys(self, keys: Iterable[str], known: Gazetteer) -> None:
        """Looks the events of the whole block up under the keys that they have by this knowledge of names."""
        with self._access.writing() as connection:
            _, ids = _close(connection, frozenset(keys))
            for event in _load_events(connection, sorted(ids)):
                if event.visible:
                    rewrite_keys(connection, event.event, [filing.claim for filing in event.filings], known)
        self._dossiers.close()

    def iter_keys(self) -> Iterator[str]:
        """Yields every key under which there are events."""
        last = ""
        while True:
            wanted = select(_NAME.c.key).where(_NAME.c.key > last).distinct().order_by(_NAME.c.key).limit(_CHUNK)
            with self._access.reading() as connection:
                keys = connection.scalars(wanted).all()
            yield from keys
            if len(keys) < _CHUNK:
                return
            last = keys[-1]

    def stale_ids(self) -> list[str]:
        """The events that members left."""
        with self._access.reading() as connection:
            return list(connection.scalars(select(_EVENT.c.id).where(_EVENT.c.stale).order_by(_EVENT.c.id)))

    def end(self, event: Event, into: str | None, at: datetime) -> None:
        """Takes an event out of sight, merged into another one or withdrawn; nothing is deleted."""
        with self._access.writing() as connection:
            write_end(connection, event, into, at)
        self._dossiers.end(event.id, self._aliases.gazetteer())

    def redirect_doubts(self, event_id: str, into: str) -> None:
        """Has doubts about an event that was merged ask about the one that it leads to."""
        doubts = update(_MENTION).where(_MENTION.c.doubt_event_id == event_id)
        with self._access.writing() as connection:
            connection.execute(doubts.values(doubt_event_id=into))


def _close(connection: Connection, keys: frozenset[str]) -> tuple[frozenset[str], set[str]]:
    closed: set[str] = set()
    ids: set[str] = set()
    fresh = set(keys)
    while fresh:
        closed |= fresh
        found = set(_select_in(connection, select(_NAME.c.event_id), _NAME.c.key, fresh)) - ids
        ids |= found
        bound = set(_select_in(connection, select(_NAME.c.key), _NAME.c.event_id, found))
        fresh = (bound | find_judged_keys(connection, fresh)) - closed
    return frozenset(closed), ids


def _select_in(connection: Connection, wanted: Any, column: Any, values: Collection[str]) -> Iterator[str]:
    listed = sorted(values)
    for first in range(0, len(listed), _CHUNK):
        yield from connection.scalars(wanted.where(column.in_(listed[first : first + _CHUNK])).distinct())


def _load_events(connection: Connection, ids: list[str]) -> Iterator[StoredEvent]:
    for first in range(0, len(ids), _CHUNK):
        some = ids[first : first + _CHUNK]
        hidden = set(connection.scalars(select(_EVENT.c.id).where(_EVENT.c.id.in_(some), _EVENT.c.withdrawn)))
        filings, former = _load_filings(connection, some)
        for event in load_events(connection, some):
            visible = event.merged_into is None and event.id not in hidden
            yield StoredEvent(event, tuple(filings[event.id]), tuple(former[event.id]), visible)


def _load_filings(connection: Connection, ids: list[str]) -> tuple[Mapping[str, list[Filing]], Mapping[str, list[int]]]:
    """The filings under these events, and the articles of those that were read anew."""
    wanted = (
        select_claims()
        .add_columns(
            _MENTION.c.event_id, _MENTION.c.decision, _MENTION.c.score, _MENTION.c.reasons, _MENTION.c.doubt_event_id
        )
        .join(_MENTION, _MENTION.c.extraction_id == _EXTRACTION.c.id)
        .where(_MENTION.c.event_id.in_(ids))
        .order_by(_EXTRACTION.c.id)
    )
    filings: dict[str, list[Filing]] = defaultdict(list)
    former: dict[str, list[int]] = defaultdict(list)
    for row in connection.execute(wanted).mappings():
        if row["retired"]:
            former[row["event_id"]].append(row["article_id"])
        else:
            filings[row["event_id"]].append(Filing(read_claim(row), _read_decision(row)))
    return filings, former


def _read_decision(row: Any) -> Decision:
    reasons = read_reasons(row["reasons"])
    if row["decision"] == "join":
        return Join(row["event_id"], row["score"], reasons)
    if row["decision"] == "unsure" and row["doubt_event_id"] is not None:
        return Unsure(row["doubt_event_id"], row["score"], reasons)
    return New(row["score"], reasons)
