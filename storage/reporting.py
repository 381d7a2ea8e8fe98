"""What a report asks of the store, as it is now or as it was known at a time.

    funding_event  (now)  ─┐
    event_revision (then) ─┴→ events of the period, and amounts of the weeks before for sums and charts
    event_mention, event_mention_past → extraction → article, source → who tells them, with which words
    article_reading → what was read and told of no round: the other news

What was known at a time is read from rows that are added and never changed; only the names of sources, and how far
they are trusted, are always those of today.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Select, and_, exists, func, or_, select, union_all

from domain.claim import Claim
from domain.event import Event, Kind, Status
from domain.record import read_record
from storage.engine import Access
from storage.event_reading import load_events
from storage.extractions import load_evidence, select_claims
from storage.models import (
    ArticleReadingRow,
    ArticleRow,
    EventMentionPastRow,
    EventMentionRow,
    EventRevisionRow,
    EventRow,
    ExtractionRow,
    SourceRow,
)
from storage.rows import read_claim, table
from storage.store import Store

_EVENT = table(EventRow)
_REVISION = table(EventRevisionRow)
_MENTION = table(EventMentionRow)
_FORMER = table(EventMentionPastRow)
_EXTRACTION = table(ExtractionRow)
_ARTICLE = table(ArticleRow)
_READING = table(ArticleReadingRow)
_SOURCE = table(SourceRow)

_VISIBLE = and_(_EVENT.c.merged_into.is_(None), ~_EVENT.c.withdrawn)
_LATER = _READING.alias("later")
# databases bound the number of values in one statement
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Deal:
    """What sums need of an event."""

    announced_on: date
    kind: Kind
    status: Status
    amount_usd: float | None


@dataclass(frozen=True, slots=True)
class Telling:
    """An article's part in an event: its claim, and the name of its source."""

    event_id: str
    claim: Claim
    source: str


@dataclass(frozen=True, slots=True)
class Item:
    """An article that tells of no round."""

    title: str
    url: str
    source: str
    topic: str | None
    language: str | None
    published_on: date


class Reporting:
    """Read-only questions of a report; `at` asks for what was known at that time."""

    def __init__(self, access: Access) -> None:
        self._access = access

    def events(self, first: date, last: date, at: datetime | None = None) -> list[Event]:
        """The events announced from `first` to `last`, denied ones too, by date and id."""
        with self._access.reading() as connection:
            if at is not None:
                records = connection.scalars(_select_known(at, first, last)).all()
                found = [read_record(record) for record in records if _is_visible(record)]
            else:
                ids = connection.scalars(select(_EVENT.c.id).where(_VISIBLE, _lies_in(first, last))).all()
                found = [event for chunk in _cut(ids) for event in load_events(connection, chunk)]
        return sorted(found, key=lambda event: (event.announced_on, event.id))

    def deals(self, first: date, last: date, at: datetime | None = None) -> list[Deal]:
        """The same events as `events` gives, by what sums need alone."""
        with self._access.reading() as connection:
            if at is not None:
                records = connection.scalars(_select_known(at, first, last)).all()
                return [_read_deal(record) for record in records if _is_visible(record)]
            columns = (_EVENT.c.announced_on, _EVENT.c.kind, _EVENT.c.status, _EVENT.c.amount_usd)
            rows = connection.execute(select(*columns).where(_VISIBLE, _lies_in(first, last))).all()
        return [Deal(day, Kind(kind), Status(status), usd) for day, kind, status, usd in rows]

    def tellings(self, event_ids: Sequence[str], at: datetime | None = None, *, quotes: bool = False) -> list[Telling]:
        """The articles that tell these events, in the order of their days; with their quotes where asked for."""
        found = []
        with self._access.reading() as connection:
            for ids in _cut(event_ids):
                rows = connection.execute(_select_tellings(ids, at)).mappings().all()
                evidence = load_evidence(connection, (row["id"] for row in rows)) if quotes else {}
                found += [
                    Telling(
                        row["event_id"],
                        read_claim(row, evidence.get(row["id"], ())),
                        row["source_name"] or row["article_source_id"] or "",
                    )
                    for row in rows
                ]
        return sorted(found, key=lambda telling: (telling.claim.told_on, telling.claim.extraction_id))

    def bodies(self, article_ids: Iterable[int]) -> dict[int, str]:
        """The texts that quotes are cut from."""
        wanted = select(_ARTICLE.c.id, _ARTICLE.c.title, _ARTICLE.c.text).where(_ARTICLE.c.id.in_(list(article_ids)))
        with self._access.reading() as connection:
            return {number: f"{title}\n{text}" for number, title, text in connection.execute(wanted)}

    def news(self, first: date, last: date, language: str, at: datetime | None = None) -> list[Item]:
        """The articles of these days in that language that were read and tell of no round, the latest first."""
        with self._access.reading() as connection:
            rows = connection.execute(_select_news(first, last, language, at)).all()
        return [Item(*row) for row in rows]

    def bounds(self) -> tuple[date, date] | None:
        """The days of the first and last visible event, None where there is none."""
        days = select(func.min(_EVENT.c.announced_on), func.max(_EVENT.c.announced_on))
        with self._access.reading() as connection:
            first, last = connection.execute(days.where(_VISIBLE, _EVENT.c.status != Status.DENIED.value)).one()
        return (first, last) if first else None


def open_reporting(store: Store) -> Reporting:
    """A report's questions about an open store."""
    return Reporting(store._access)


def _cut(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), _CHUNK):
        yield ids[start : start + _CHUNK]


def _lies_in(first: date, last: date) -> ColumnElement[bool]:
    return _EVENT.c.announced_on.between(first, last)


def _select_known(at: datetime, first: date, last: date) -> Select[Any]:
    """The last record of each event by that time, of those that lie in the days by it."""
    newest = (
        select(_REVISION.c.event_id, func.max(_REVISION.c.number).label("number"))
        .where(_REVISION.c.at <= at)
        .group_by(_REVISION.c.event_id)
        .subquery()
    )
    day = _REVISION.c.event["announced_on"].as_string()
    return (
        select(_REVISION.c.event)
        .join(newest, and_(_REVISION.c.event_id == newest.c.event_id, _REVISION.c.number == newest.c.number))
        .where(day >= first.isoformat(), day <= last.isoformat())
    )


def _is_visible(record: dict[str, Any] | None) -> bool:
    return bool(record) and not record.get("withdrawn") and record["merged_into"] is None  # type: ignore[union-attr, index]


def _read_deal(record: dict[str, Any]) -> Deal:
    return Deal(
        date.fromisoformat(record["announced_on"]),
        Kind(record["kind"]),
        Status(record["status"]),
        record["amount_usd"],
    )


def _select_tellings(ids: Sequence[str], at: datetime | None) -> Select[Any]:
    filed = _select_filed(ids, at).subquery()
    wanted = (
        select_claims()
        .add_columns(filed.c.event_id, _SOURCE.c.name.label("source_name"))
        .join(filed, filed.c.extraction_id == _EXTRACTION.c.id)
    )
    return wanted.where(or_(~_EXTRACTION.c.retired, ~_was_read_again(at)) if at else ~_EXTRACTION.c.retired)


def _select_filed(ids: Sequence[str], at: datetime | None) -> Select[Any] | CompoundSelect[Any]:
    """Which claims are filed under these events, or were at that time."""
    now = select(_MENTION.c.event_id, _MENTION.c.extraction_id).where(_MENTION.c.event_id.in_(ids))
    if at is None:
        return now
    then = select(_FORMER.c.event_id, _FORMER.c.extraction_id).where(
        _FORMER.c.event_id.in_(ids), _FORMER.c.filed_at <= at, _FORMER.c.left_at > at
    )
    return union_all(now.where(_MENTION.c.filed_at <= at), then)


def _was_read_again(at: datetime) -> ColumnElement[bool]:
    """Whether a newer version of the extractor had read the article by that time."""
    own = _READING.alias("own")
    again = (
        select(_LATER.c.article_id)
        .select_from(_LATER.join(own, own.c.article_id == _LATER.c.article_id))
        .where(
            _LATER.c.article_id == _EXTRACTION.c.article_id,
            own.c.version == _EXTRACTION.c.version,
            _LATER.c.version != _EXTRACTION.c.version,
            _LATER.c.read_at > own.c.read_at,
            _LATER.c.read_at <= at,
        )
    )
    return again.correlate(_EXTRACTION).exists()


def _select_news(first: date, last: date, language: str, at: datetime | None) -> Select[Any]:
    told = _READING.c.article_id == _ARTICLE.c.id
    if at is not None:
        told = and_(told, _READING.c.read_at <= at)
    columns = (_ARTICLE.c.title, _ARTICLE.c.url, func.coalesce(_SOURCE.c.name, ""), _ARTICLE.c.topic)
    return (
        select(*columns, _ARTICLE.c.language, _ARTICLE.c.published_on)
        .outerjoin(_SOURCE, _SOURCE.c.id == _ARTICLE.c.source_id)
        .where(
            _ARTICLE.c.published_on.between(first, last),
            _ARTICLE.c.language == language,
            exists(select(_READING.c.article_id).where(told)),
            ~exists(select(_READING.c.article_id).where(told, _READING.c.found > 0)),
        )
        .order_by(_ARTICLE.c.published_on.desc(), _ARTICLE.c.id.desc())
    )
