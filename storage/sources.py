"""Sources and what their last fetches gave."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Protocol

from sqlalchemy import Connection, func, insert, select, update

from storage.engine import Access
from storage.models import ArticleRow, SourceRow, SourceStateRow
from storage.rows import table
from storage.upsert import insert_missing

_ARTICLE = table(ArticleRow)
_SOURCE = table(SourceRow)
_STATE = table(SourceStateRow)


class SourceFacts(Protocol):
    """What the store keeps of a source; the crawler's own Source fits."""

    @property
    def id(self) -> str:
        """Its short name."""

    @property
    def name(self) -> str:
        """The name to show."""

    @property
    def language(self) -> str | None:
        """The language it writes in."""

    @property
    def country(self) -> str | None:
        """The country it writes from."""

    @property
    def trust(self) -> float:
        """From 0 to 1; official releases have 0.9 and more."""


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """A source as stored."""

    id: str
    name: str
    language: str | None = None
    country: str | None = None
    trust: float = 0.5


@dataclass(frozen=True, slots=True)
class SourceState:
    """What the last fetches of one address of a source gave; an empty `url` is the source as a whole."""

    source_id: str
    url: str = ""
    etag: str | None = None
    last_modified: str | None = None
    last_success_at: datetime | None = None
    last_failure_at: datetime | None = None
    failures: int = 0
    last_error: str | None = None
    flaw: str | None = None
    """What kind of thing is wrong, in one word; None where nothing is."""
    last_item_at: datetime | None = None
    usual_gap: float | None = None
    """Seconds that usually lie between two items of the source."""
    retry_at: datetime | None = None
    """Before when the address asked not to be fetched again."""


class Sources:
    """The sources and their states."""

    def __init__(self, access: Access) -> None:
        self._access = access

    def sync(self, sources: Iterable[SourceFacts]) -> None:
        """Keeps the facts of these sources as they are now; others stay, since articles refer to them."""
        with self._access.writing() as connection:
            for source in sources:
                facts = {
                    "name": source.name,
                    "language": source.language,
                    "country": source.country,
                    "trust": float(source.trust),
                }
                if not connection.execute(update(_SOURCE).where(_SOURCE.c.id == source.id).values(facts)).rowcount:
                    connection.execute(insert(_SOURCE).values(id=source.id, **facts))

    def list(self) -> list[SourceRecord]:
        """Every source, by id."""
        with self._access.reading() as connection:
            rows = connection.execute(select(_SOURCE).order_by(_SOURCE.c.id)).mappings()
            return [SourceRecord(**row) for row in rows]

    def state(self, source_id: str, url: str = "") -> SourceState:
        """What is known of the last fetches; an empty state where there was none."""
        wanted = select(_STATE).where(_STATE.c.source_id == source_id, _STATE.c.url == url)
        with self._access.reading() as connection:
            row = connection.execute(wanted).mappings().first()
        return SourceState(**row) if row else SourceState(source_id, url)

    def get_item_times(self, source_id: str, limit: int = 60) -> tuple[Sequence[date], datetime | None]:
        """The last days on which a source had items, the newest first, and when its newest item was published."""
        its = _ARTICLE.c.source_id == source_id
        days = select(_ARTICLE.c.published_on).where(its, _ARTICLE.c.published_on.is_not(None)).distinct()
        newest = select(func.max(func.coalesce(_ARTICLE.c.published_at, _ARTICLE.c.fetched_at))).where(its)
        with self._access.reading() as connection:
            found = connection.scalars(days.order_by(_ARTICLE.c.published_on.desc()).limit(limit)).all()
            return found, connection.scalar(newest)

    def get_states(self, source_id: str) -> dict[str, SourceState]:
        """What is known of each address of a source."""
        with self._access.reading() as connection:
            rows = connection.execute(select(_STATE).where(_STATE.c.source_id == source_id)).mappings()
            return {row["url"]: SourceState(**row) for row in rows}

    def save(self, state: SourceState) -> None:
        """Keeps a state in place of the one before."""
        values = asdict(state)
        same = (_STATE.c.source_id == state.source_id) & (_STATE.c.url == state.url)
        with self._access.writing() as connection:
            if not connection.execute(update(_STATE).where(same).values(values)).rowcount:
                ensure_source(connection, state.source_id)
                connection.execute(insert(_STATE).values(values))


def ensure_source(connection: Connection, source_id: str) -> None:
    """Makes a bare source of that id where there is none, so that articles can refer to it."""
    ensure_sources(connection, [source_id])


def ensure_sources(connection: Connection, source_ids: Collection[str]) -> None:
    """Makes a bare source of each of these ids where there is none."""
    known = set(connection.scalars(select(_SOURCE.c.id).where(_SOURCE.c.id.in_(source_ids))))
    fresh = [{"id": id, "name": id, "trust": 0.5} for id in source_ids if id not in known]
    insert_missing(connection, _SOURCE, fresh)
