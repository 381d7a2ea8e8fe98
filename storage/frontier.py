"""What sources told of and is still to be fetched: a crawl takes what is pending, so that it can be killed at any time.

An address is told once (`add`), tried until it is `done`, and given up after a few tries; it is never asked for again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select, update

from storage.engine import Access
from storage.models import FrontierRow
from storage.rows import table
from storage.sources import ensure_source
from storage.upsert import insert_missing

_FRONTIER = table(FrontierRow)
MAX_TRIES = 4
# both databases take a thousand variables in one statement
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Pending:
    """An address to fetch, with what was told of it (as JSON)."""

    url: str
    entry: Mapping[str, Any]


class Frontier:
    """The addresses told of by sources."""

    def __init__(self, access: Access) -> None:
        self._access = access

    def add(self, source_id: str, told: Iterable[Pending]) -> list[Pending]:
        """Notes addresses in their order and gives those that nobody told of before."""
        now = datetime.now(UTC)
        wanted = {pending.url: pending for pending in told}
        known = self.find_known(wanted)
        new = [pending for url, pending in wanted.items() if url not in known]
        rows = [
            {
                "url": pending.url,
                "source_id": source_id,
                "position": number,
                "entry": dict(pending.entry),
                "found_at": now,
                "tries": 0,
            }
            for number, pending in enumerate(new)
        ]
        if rows:
            with self._access.writing() as connection:
                ensure_source(connection, source_id)
                insert_missing(connection, _FRONTIER, rows)
        return new

    def find_known(self, urls: Iterable[str]) -> set[str]:
        """Those of the addresses that have been told of, fetched or not."""
        asked: list[str] = list(urls)
        known: set[str] = set()
        with self._access.reading() as connection:
            for start in range(0, len(asked), _CHUNK):
                chunk = select(_FRONTIER.c.url).where(_FRONTIER.c.url.in_(asked[start : start + _CHUNK]))
                known.update(connection.scalars(chunk))
        return known

    def pending(self, source_id: str, limit: int | None = None) -> list[Pending]:
        """What is still to be fetched of a source: what was told of last comes first, in the order it was told."""
        wanted = (
            select(_FRONTIER.c.url, _FRONTIER.c.entry)
            .where(_FRONTIER.c.source_id == source_id, _FRONTIER.c.done_at.is_(None))
            .order_by(_FRONTIER.c.found_at.desc(), _FRONTIER.c.position)
            .limit(limit)
        )
        with self._access.reading() as connection:
            return [Pending(url, entry) for url, entry in connection.execute(wanted)]

    def count_pending(self, source_id: str | None = None) -> int:
        """How much is still to be fetched, of one source or of all."""
        wanted = select(func.count()).select_from(_FRONTIER).where(_FRONTIER.c.done_at.is_(None))
        if source_id is not None:
            wanted = wanted.where(_FRONTIER.c.source_id == source_id)
        with self._access.reading() as connection:
            return connection.scalar(wanted) or 0

    def finish(self, urls: Sequence[str], flaw: str | None = None) -> None:
        """Notes that addresses are dealt with for good, and the flaw that made them worthless, if any."""
        done = {"done_at": datetime.now(UTC), "flaw": flaw, "tries": _FRONTIER.c.tries + 1}
        with self._access.writing() as connection:
            for start in range(0, len(urls), _CHUNK):
                chunk = _FRONTIER.c.url.in_(urls[start : start + _CHUNK])
                connection.execute(update(_FRONTIER).where(chunk).values(done))

    def fail(self, url: str, flaw: str, *, max_tries: int = MAX_TRIES) -> None:
        """Notes a failure that may pass; the last of so many tries is final."""
        its = _FRONTIER.c.url == url
        with self._access.writing() as connection:
            connection.execute(update(_FRONTIER).where(its).values(flaw=flaw, tries=_FRONTIER.c.tries + 1))
            spent = its & (_FRONTIER.c.tries >= max_tries)
            connection.execute(update(_FRONTIER).where(spent).values(done_at=datetime.now(UTC)))
