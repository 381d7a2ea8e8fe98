"""Writes a change of an event into all the tables that it touches, on one connection."""

from __future__ import annotations

from sqlalchemy import Connection, delete, insert, select, update

from domain.claim import Claim, company_keys
from domain.event import Event
from domain.gazetteer import load_gazetteer
from domain.history import Change, diff_events
from domain.resolution import Join, New, Unsure
from storage.models import EventInvestorRow, EventMentionRow, EventNameRow, EventRevisionRow, EventRow, ExtractionRow
from storage.parties import keep_aliases, keep_company, keep_investors
from storage.rows import table, write_event, write_reasons
from storage.upsert import insert_missing

_EVENT = table(EventRow)
_NAME = table(EventNameRow)
_PART = table(EventInvestorRow)
_MENTION = table(EventMentionRow)
_REVISION = table(EventRevisionRow)
_EXTRACTION = table(ExtractionRow)


def write_change(connection: Connection, change: Change) -> None:
    """Writes event, company, names, investors, mention and revision."""
    after = change.after
    company_id = keep_company(connection, after)
    changed = diff_events(change.before, after)
    _write_event(connection, change, company_id)
    if change.before is None or {"leads", "participants"} & changed.keys():
        _write_parts(connection, after)
    if change.claim is not None:
        _write_names(connection, after, change.claim)
        keep_aliases(connection, company_id, change.claim.extraction.company, change.claim.article.id)
        _write_mention(connection, change, change.claim)
    if "announced_on" in changed:
        connection.execute(update(_NAME).where(_NAME.c.event_id == after.id).values(announced_on=after.announced_on))
    if changed:
        _write_revision(connection, change, changed)


def _write_event(connection: Connection, change: Change, company_id: int) -> None:
    columns = write_event(change.after, company_id)
    if change.before is None:
        times = {"created_at": change.at, "updated_at": change.at}
        connection.execute(insert(_EVENT).values(**columns, **times, stale=False, withdrawn=False))
    elif change.before != change.after:
        here = update(_EVENT).where(_EVENT.c.id == change.after.id)
        connection.execute(here.values(**columns, updated_at=change.at))
    if change.claim is None:
        connection.execute(update(_EVENT).where(_EVENT.c.id == change.after.id).values(stale=False))


def _write_parts(connection: Connection, event: Event) -> None:
    ids = keep_investors(connection, (*event.leads, *event.participants))
    connection.execute(delete(_PART).where(_PART.c.event_id == event.id))
    roles = [("lead", party) for party in event.leads] + [("participant", party) for party in event.participants]
    rows = [
        {"event_id": event.id, "investor_id": ids[party.key], "role": role, "position": position}
        for position, (role, party) in enumerate(roles)
    ]
    if rows:
        connection.execute(insert(_PART), rows)


def _write_names(connection: Connection, event: Event, claim: Claim) -> None:
    known = set(connection.scalars(select(_NAME.c.key).where(_NAME.c.event_id == event.id)))
    keys = company_keys(claim.extraction, load_gazetteer()) - known
    insert_missing(
        connection,
        _NAME,
        [{"event_id": event.id, "key": key, "announced_on": event.announced_on} for key in sorted(keys)],
    )


def _write_mention(connection: Connection, change: Change, claim: Claim) -> None:
    decision = change.decision or New()
    doubt = decision.event_id if isinstance(decision, Unsure) else None
    connection.execute(
        insert(_MENTION).values(
            extraction_id=claim.extraction_id,
            event_id=change.after.id,
            decision={New: "new", Join: "join", Unsure: "unsure"}[type(decision)],
            score=decision.score,
            reasons=write_reasons(decision.reasons),
            doubt_event_id=doubt,
            filed_at=change.at,
        )
    )
    connection.execute(update(_EXTRACTION).where(_EXTRACTION.c.id == claim.extraction_id).values(merged=True))


def _write_revision(connection: Connection, change: Change, changed: dict[str, tuple[object, object]]) -> None:
    connection.execute(
        insert(_REVISION).values(
            event_id=change.after.id,
            number=change.after.revision,
            at=change.at,
            changed={name: list(pair) for name, pair in changed.items()},
            article_id=change.claim.article.id if change.claim else None,
        )
    )
