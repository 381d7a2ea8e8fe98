"""What was read in articles: facts that are added and retired, never changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import groupby, islice
from typing import Any

from sqlalchemy import Connection, Select, func, insert, select, tuple_, update

from domain.claim import Claim, claim_order
from domain.errors import NotFound
from domain.event import Evidence, Extraction
from storage.engine import Access
from storage.models import (
    ArticleReadingRow,
    ArticleRow,
    EventMentionRow,
    EventRow,
    EvidenceRow,
    ExtractionRow,
    SourceRow,
)
from storage.rows import clean_text, read_claim, read_extraction, table, write_extraction

_ARTICLE = table(ArticleRow)
_READING = table(ArticleReadingRow)
_EXTRACTION = table(ExtractionRow)
_EVIDENCE = table(EvidenceRow)
_MENTION = table(EventMentionRow)
_EVENT = table(EventRow)
_SOURCE = table(SourceRow)
_CHUNK = 200


def select_claims() -> Select[Any]:
    """The extractions with what a claim needs of article and source."""
    return select(
        _EXTRACTION,
        _ARTICLE.c.url.label("article_url"),
        _ARTICLE.c.title.label("article_title"),
        _ARTICLE.c.source_id.label("article_source_id"),
        _ARTICLE.c.language.label("article_language"),
        _ARTICLE.c.published_on.label("article_published_on"),
        _SOURCE.c.trust.label("source_trust"),
    ).select_from(_EXTRACTION.join(_ARTICLE).outerjoin(_SOURCE, _SOURCE.c.id == _ARTICLE.c.source_id))


def load_evidence(connection: Connection, extraction_ids: Iterable[int]) -> dict[int, list[Evidence]]:
    """The evidence of these extractions."""
    wanted = select(_EVIDENCE).where(_EVIDENCE.c.extraction_id.in_(list(extraction_ids)))
    found: dict[int, list[Evidence]] = defaultdict(list)
    for row in connection.execute(wanted.order_by(_EVIDENCE.c.extraction_id, _EVIDENCE.c.ordinal)).mappings():
        found[row["extraction_id"]].append(Evidence(row["field"], row["start"], row["end"], row["quote"]))
    return found


class Extractions:
    """The stored extractions."""

    def __init__(self, access: Access) -> None:
        self._access = access

    def replace(self, article_id: int, version: str, extractions: Sequence[Extraction]) -> None:
        """Keeps what a version of the extractor read in an article, in place of what was read before.

        What is read again word for word stays as it is, and with it every event filed from it.
        """
        with self._access.writing() as connection:
            known = _load_live(connection, article_id)
            kept = [id for id, old in known.items() if old in extractions]
            fresh = [new for new in extractions if new not in known.values()]
            _retire(connection, [id for id in known if id not in kept])
            _insert(connection, article_id, version, fresh)
            _mark_read(connection, article_id, version, len(extractions))

    def iter_unmerged(self, limit: int | None = None) -> Iterator[Claim]:
        """Yields the claims that no event has yet, in the order of filing; evidence stays behind: filing needs none."""
        days = groupby(self._iter_pending(), key=lambda claim: claim.told_on)
        claims = (claim for _, told in days for claim in sorted(told, key=claim_order))
        return islice(claims, limit)

    def _iter_pending(self) -> Iterator[Claim]:
        """Yields them day by day, in chunks that hold no lock."""
        last: tuple[date, int] = (date.min, 0)
        place = tuple_(_EXTRACTION.c.told_on, _EXTRACTION.c.id)
        order = (_EXTRACTION.c.told_on, _EXTRACTION.c.id)
        while True:
            wanted = select_claims().where(~_EXTRACTION.c.merged, ~_EXTRACTION.c.retired, place > last)
            with self._access.reading() as connection:
                rows = connection.execute(wanted.order_by(*order).limit(_CHUNK)).mappings().all()
            yield from map(read_claim, rows)
            if len(rows) < _CHUNK:
                return
            last = (rows[-1]["told_on"], rows[-1]["id"])

    def count_unmerged(self) -> int:
        """How many claims no event has yet."""
        wanted = select(func.count()).select_from(_EXTRACTION).where(~_EXTRACTION.c.merged, ~_EXTRACTION.c.retired)
        with self._access.reading() as connection:
            return connection.scalar(wanted) or 0

    def of_article(self, article_id: int) -> list[Extraction]:
        """What was last read in an article."""
        with self._access.reading() as connection:
            return list(_load_live(connection, article_id).values())

    def still_unmerged(self, claims: Sequence[Claim]) -> list[Claim]:
        """Those that are still to be filed: another worker may have been faster."""
        wanted = select(_EXTRACTION.c.id).where(
            _EXTRACTION.c.id.in_([claim.extraction_id for claim in claims]),
            ~_EXTRACTION.c.merged,
            ~_EXTRACTION.c.retired,
        )
        with self._access.reading() as connection:
            ids = set(connection.scalars(wanted))
        return [claim for claim in claims if claim.extraction_id in ids]


def _load_live(connection: Connection, article_id: int) -> dict[int, Extraction]:
    wanted = select(_EXTRACTION).where(_EXTRACTION.c.article_id == article_id, ~_EXTRACTION.c.retired)
    rows = connection.execute(wanted.order_by(_EXTRACTION.c.id)).mappings().all()
    evidence = load_evidence(connection, (row["id"] for row in rows)) if rows else {}
    return {row["id"]: read_extraction(row, evidence.get(row["id"], ())) for row in rows}


def _retire(connection: Connection, ids: Sequence[int]) -> None:
    if not ids:
        return
    connection.execute(update(_EXTRACTION).where(_EXTRACTION.c.id.in_(ids)).values(retired=True))
    filed = select(_MENTION.c.event_id).where(_MENTION.c.extraction_id.in_(ids))
    connection.execute(update(_EVENT).where(_EVENT.c.id.in_(filed)).values(stale=True))


def _insert(connection: Connection, article_id: int, version: str, extractions: Sequence[Extraction]) -> None:
    if not extractions:
        return
    told_on = _find_day(connection, article_id)
    here = (_EXTRACTION.c.article_id == article_id) & (_EXTRACTION.c.version == version)
    first = connection.scalar(select(func.coalesce(func.max(_EXTRACTION.c.ordinal), -1)).where(here)) or 0
    for ordinal, extraction in enumerate(extractions, first + 1):
        row = {
            **write_extraction(_clean(extraction)),
            "article_id": article_id,
            "version": version,
            "ordinal": ordinal,
            "told_on": told_on,
            "merged": False,
            "retired": False,
        }
        new = insert(_EXTRACTION).values(row).returning(_EXTRACTION.c.id)
        extraction_id = connection.execute(new).scalar_one()
        if extraction.evidence:
            connection.execute(
                insert(_EVIDENCE),
                [
                    {
                        "extraction_id": extraction_id,
                        "ordinal": place,
                        "field": e.field,
                        "start": e.start,
                        "end": e.end,
                        "quote": clean_text(e.quote),
                    }
                    for place, e in enumerate(extraction.evidence)
                ],
            )


def _clean(extraction: Extraction) -> Extraction:
    def clean(names: Sequence[str]) -> tuple[str, ...]:
        return tuple(map(clean_text, names))

    return replace(
        extraction,
        company=clean(extraction.company),
        lead_investors=clean(extraction.lead_investors),
        investors=clean(extraction.investors),
        application=extraction.application and clean_text(extraction.application),
        application_type=extraction.application_type and clean_text(extraction.application_type),
    )


def _find_day(connection: Connection, article_id: int) -> date:
    columns = (_ARTICLE.c.published_on, _ARTICLE.c.fetched_at, _ARTICLE.c.added_at)
    row = connection.execute(select(*columns).where(_ARTICLE.c.id == article_id)).mappings().first()
    if row is None:
        raise NotFound(f"article {article_id}", "there is no such article")
    day: date = row["published_on"] or (row["fetched_at"] or row["added_at"]).date()
    return day


def _mark_read(connection: Connection, article_id: int, version: str, found: int) -> None:
    same = (_READING.c.article_id == article_id) & (_READING.c.version == version)
    values = {"found": found, "read_at": datetime.now(UTC)}
    if not connection.execute(update(_READING).where(same).values(values)).rowcount:
        connection.execute(insert(_READING).values(article_id=article_id, version=version, **values))
