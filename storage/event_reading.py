"""Reads events with their members: statements are built once, since building them costs more than running them."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, Select, and_, bindparam, literal_column, or_, select, union_all

from domain.claim import Candidate, Claim
from domain.errors import MergeCycle, NotFound
from domain.event import Event, Party
from domain.ledger import AFTER, BEFORE, NEAREST, shift_day
from storage.extractions import select_claims
from storage.models import (
    CompanyRow,
    EventInvestorRow,
    EventMentionRow,
    EventNameRow,
    EventRow,
    ExtractionRow,
    InvestorRow,
)
from storage.redirects import follow_merges
from storage.rows import read_claim, read_event, read_plainly, table

log = logging.getLogger(__name__)

Place = tuple[str, date]
# a statement finds what lies near so many places: fewer, or many more, take longer
_TOGETHER = 8

_EVENT = table(EventRow)
_COMPANY = table(CompanyRow)
_NAME = table(EventNameRow)
_INVESTOR = table(InvestorRow)
_PART = table(EventInvestorRow)
_MENTION = table(EventMentionRow)
_EXTRACTION = table(ExtractionRow)

_MEMBERS = (
    select_claims()
    .add_columns(_MENTION.c.event_id)
    .join(_MENTION, _MENTION.c.extraction_id == _EXTRACTION.c.id)
    .join(_EVENT, _EVENT.c.id == _MENTION.c.event_id)
    .where(_MENTION.c.event_id.in_(bindparam("ids", expanding=True)))
    .order_by(_EXTRACTION.c.id)
)
_LIVE_MEMBERS = _MEMBERS.where(~_EXTRACTION.c.retired)
# a stale event is still known by those that left
_KNOWN_MEMBERS = _MEMBERS.where(or_(~_EXTRACTION.c.retired, _EVENT.c.stale))
_EVENTS = (
    select(
        *(column for column in _EVENT.c if column.name not in ("created_at", "updated_at")),
        _COMPANY.c.name.label("company_name"),
        _COMPANY.c.key.label("company_key"),
        _COMPANY.c.names.label("company_names"),
    )
    .join_from(_EVENT, _COMPANY, _EVENT.c.company_id == _COMPANY.c.id)
    .where(_EVENT.c.id.in_(bindparam("ids", expanding=True)))
)
_PARTS = (
    select(_PART.c.event_id, _PART.c.role, _PART.c.named_as, _INVESTOR.c.name, _INVESTOR.c.key, _INVESTOR.c.names)
    .join_from(_PART, _INVESTOR)
    .where(_PART.c.event_id.in_(bindparam("ids", expanding=True)))
    .order_by(_PART.c.event_id, _PART.c.position)
)
_REDIRECT = select(_EVENT.c.merged_into).where(_EVENT.c.id == bindparam("event_id"))


def _select_near(places: int) -> Any:
    """The nearest events at so many places, each a key and a day, looking both ways from the day."""
    visible = _NAME.join(
        _EVENT, and_(_EVENT.c.id == _NAME.c.event_id, _EVENT.c.merged_into.is_(None), ~_EVENT.c.withdrawn)
    )
    day = _NAME.c.announced_on
    ways: list[Select[Any]] = []
    for number in range(places):
        place: Any = literal_column(str(number)).label("place")
        on: Any = bindparam(f"on{number}")
        here = select(place, day, _NAME.c.event_id).select_from(visible).where(_NAME.c.key == bindparam(f"key{number}"))
        until = here.where(day <= on, day >= bindparam(f"first{number}")).order_by(day.desc(), _NAME.c.event_id)
        since = here.where(day > on, day <= bindparam(f"last{number}")).order_by(day, _NAME.c.event_id)
        ways += [select(way.limit(NEAREST).subquery()) for way in (until, since)]
    return union_all(*ways)


_SELECT_NEAR = _select_near(_TOGETHER)


def find_near(connection: Connection, places: Sequence[Place]) -> dict[Place, list[tuple[date, str]]]:
    """The nearest events under each key, looking both ways from its day, each with its own day."""
    found: dict[Place, list[tuple[date, str]]] = {place: [] for place in places}
    for first in range(0, len(places), _TOGETHER):
        some = places[first : first + _TOGETHER]
        # one statement for any number: the places that are left over ask for what no event has
        asked = [*some, *[("", date.min)] * (_TOGETHER - len(some))]
        values: dict[str, Any] = {}
        for number, (key, on) in enumerate(asked):
            values[f"key{number}"], values[f"on{number}"] = key, on
            values[f"first{number}"], values[f"last{number}"] = shift_day(on, -BEFORE), shift_day(on, AFTER)
        for number, day, event_id in connection.execute(_SELECT_NEAR, values):
            found[some[number]].append((day, event_id))
    return found


def load_candidates(connection: Connection, ids: Sequence[str]) -> list[Candidate]:
    """These events with the claims filed under them."""
    if not ids:
        return []
    members = load_members(connection, ids, live=False)
    return [Candidate(event, tuple(members.get(event.id, ()))) for event in load_events(connection, ids)]


def load_members(connection: Connection, ids: Sequence[str], *, live: bool) -> dict[str, list[Claim]]:
    """The claims filed under each event; a stale event is still known by those that left, unless `live`."""
    members: dict[str, list[Claim]] = defaultdict(list)
    for row in read_plainly(connection.execute(_LIVE_MEMBERS if live else _KNOWN_MEMBERS, {"ids": list(ids)})):
        members[row["event_id"]].append(read_claim(row))
    return members


def load_events(connection: Connection, ids: Sequence[str]) -> list[Event]:
    """The events of these ids, visible or not, in their order."""
    if not ids:
        return []
    rows = {row["id"]: row for row in read_plainly(connection.execute(_EVENTS, {"ids": list(ids)}))}
    parts = _load_parts(connection, ids)
    return [read_event(rows[id], parts[id, "lead"], parts[id, "participant"]) for id in ids if id in rows]


def _load_parts(connection: Connection, ids: Sequence[str]) -> dict[tuple[str, str], list[Party]]:
    parts: dict[tuple[str, str], list[Party]] = defaultdict(list)
    for event_id, role, named_as, name, key, names in connection.execute(_PARTS, {"ids": list(ids)}).all():
        shown = named_as or {"name": name, "names": names}
        parts[event_id, role].append(Party(shown["name"], key, shown["names"]))
    return parts


def follow(connection: Connection, event_id: str) -> str:
    """The id of the event that this one was merged into, or its own; NotFound where there is none."""

    def lead(current: str) -> str | None:
        row = connection.execute(_REDIRECT, {"event_id": current}).first()
        if row is None:
            raise NotFound(f"event {event_id}", "there is no such event")
        into: str | None = row[0]
        return into

    return follow_merges(event_id, lead, f"event {event_id}")


def follow_all(connection: Connection, event_ids: Iterable[str]) -> dict[str, str]:
    """Where each of these events leads; those whose merges lead in a circle are set aside."""
    found = {}
    for event_id in dict.fromkeys(event_ids):
        try:
            found[event_id] = follow(connection, event_id)
        except MergeCycle as error:
            log.warning("set aside: %s", error)
    return found
