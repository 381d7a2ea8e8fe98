"""What the store holds as plain records, in an order that does not hang on how it came in.

events ─→ with the articles that tell them     articles ─→ with what was last read in them     judgements ─→ as said
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, Select, and_, func, or_, select

from domain.event import Event
from domain.record import build_record
from storage.extractions import load_evidence
from storage.models import ArticleReadingRow, ArticleRow, EventMentionRow, ExtractionRow, SourceRow
from storage.rows import Row, read_extraction, table
from storage.store import Store

_ARTICLE = table(ArticleRow)
_READING = table(ArticleReadingRow)
_EXTRACTION = table(ExtractionRow)
_MENTION = table(EventMentionRow)
_SOURCE = table(SourceRow)
_CHUNK = 200
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Days:
    """The days from `first` to `last`, both included."""

    first: date = date.min
    last: date = date.max

    def holds(self, day: date) -> bool:
        """Whether the day is one of them."""
        return self.first <= day <= self.last


EVER = Days()


def iter_records(store: Store, days: Days = EVER) -> Iterator[dict[str, Any]]:
    """Yields every visible event by date and id, with the articles that tell it; how it came about is left out."""
    for event, articles in iter_told(store, days):
        yield describe_event(event) | {"articles": articles}


def iter_told(store: Store, days: Days = EVER) -> Iterator[tuple[Event, list[dict[str, Any]]]]:
    """Yields every visible event of these days by date and id, and the articles that tell it."""
    for events in _chunk(event for event in store.events.iter_all() if days.holds(event.announced_on)):
        with store._access.reading() as connection:
            told = _load_tellings(connection, [event.id for event in events])
        yield from ((event, told[event.id]) for event in events)


def describe_event(event: Event) -> dict[str, Any]:
    """An event as plain JSON, without what only its own store knows of it."""
    record = build_record(event)
    del record["revision"], record["merged_into"]
    return record | {"week": str(event.week)}


def iter_articles(store: Store, days: Days = EVER) -> Iterator[dict[str, Any]]:
    """Yields every article by day and content, with its source and what was last read in it.

    Those without a day of publication come last, and not at all where days are asked for.
    """
    for rows in _iter_pages(store, days):
        with store._access.reading() as connection:
            read = _load_readings(connection, [row["id"] for row in rows])
        for row in rows:
            yield _describe_article(row) | ({"read": read[row["id"]]} if row["id"] in read else {})


def iter_judgements(store: Store) -> Iterator[dict[str, Any]]:
    """Yields every judgement, the oldest first."""
    yield from ({"judgement": judgement.as_dict()} for judgement in store.judgements.list())


def _chunk(items: Iterable[T]) -> Iterator[list[T]]:
    waiting = iter(items)
    while some := list(islice(waiting, _CHUNK)):
        yield some


def _load_tellings(connection: Connection, ids: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    wanted = (
        select(_MENTION.c.event_id, _ARTICLE.c.url, _ARTICLE.c.title, _ARTICLE.c.source_id, _ARTICLE.c.published_on)
        .join_from(_MENTION, _EXTRACTION, _EXTRACTION.c.id == _MENTION.c.extraction_id)
        .join(_ARTICLE, _ARTICLE.c.id == _EXTRACTION.c.article_id)
        .where(_MENTION.c.event_id.in_(ids), ~_EXTRACTION.c.retired)
    )
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for event_id, url, title, source, day in sorted(connection.execute(wanted), key=lambda row: (str(row[4]), row[1])):
        telling = {"url": url, "title": title, "source": source, "published_on": _iso(day)}
        # an article may tell one event in two ways
        if telling not in found[event_id]:
            found[event_id].append(telling)
    return found


def _iter_pages(store: Store, days: Days) -> Iterator[Sequence[Row]]:
    """Pages of articles; a digest is in the same order in every database, which an address is not."""
    day, digest = _ARTICLE.c.published_on, _ARTICLE.c.content_hash
    dated = and_(day.is_not(None), day >= days.first, day <= days.last)
    yield from _iter_behind(store, dated, lambda last: or_(day > last[0], and_(day == last[0], digest > last[1])))
    if days == EVER:
        yield from _iter_behind(store, day.is_(None), lambda last: digest > last[1])


def _iter_behind(store: Store, here: ColumnElement[bool], behind: Any) -> Iterator[Sequence[Row]]:
    last: tuple[Any, str] = (date.min, "")
    while True:
        wanted = _select_articles().where(here, behind(last)).limit(_CHUNK)
        with store._access.reading() as connection:
            rows = connection.execute(wanted).mappings().all()
        if rows:
            yield rows
        if len(rows) < _CHUNK:
            return
        last = (rows[-1]["published_on"], rows[-1]["content_hash"])


def _select_articles() -> Select[Any]:
    source = (_SOURCE.c[name].label(f"source_{name}") for name in ("name", "language", "country", "trust"))
    return (
        select(_ARTICLE, *source)
        .select_from(_ARTICLE.outerjoin(_SOURCE, _SOURCE.c.id == _ARTICLE.c.source_id))
        .order_by(_ARTICLE.c.published_on, _ARTICLE.c.content_hash)
    )


def _describe_article(row: Row) -> dict[str, Any]:
    source = {name: row[f"source_{name}"] for name in ("id", "name", "language", "country", "trust")}
    return {
        "id": row["url"],
        "url": row["url"],
        "title": row["title"],
        "text": row["text"],
        "lang": row["language"],
        "published": _iso(row["published_on"]),
        "published_at": _iso(row["published_at"]),
        # a claim without a day of publication is dated by this, in every store that it is moved to
        "fetched_at": _iso(row["fetched_at"] or row["added_at"]),
        "author": row["author"],
        "source": source if row["source_id"] else None,
    }


def _iso(value: date | datetime | None) -> str | None:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.isoformat() if value else None


def _load_readings(connection: Connection, ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """What the last version of the extractor to read each article found in it; nothing where none did."""
    place = func.row_number().over(
        partition_by=_READING.c.article_id, order_by=(_READING.c.read_at.desc(), _READING.c.version.desc())
    )
    ranked = select(_READING.c.article_id, _READING.c.version, place.label("place")).where(
        _READING.c.article_id.in_(ids)
    )
    latest = ranked.subquery()
    versions = connection.execute(select(latest.c.article_id, latest.c.version).where(latest.c.place == 1)).all()
    here = select(_EXTRACTION).where(_EXTRACTION.c.article_id.in_(ids), ~_EXTRACTION.c.retired)
    rows = connection.execute(here.order_by(_EXTRACTION.c.article_id, _EXTRACTION.c.id)).mappings().all()
    evidence = load_evidence(connection, (row["id"] for row in rows)) if rows else {}
    found: dict[int, dict[str, Any]] = {id: {"version": version, "events": []} for id, version in versions}
    for row in rows:
        event = read_extraction(row, evidence.get(row["id"], ())).as_dict()
        found.setdefault(row["article_id"], {"version": row["version"], "events": []})["events"].append(event)
    return found
