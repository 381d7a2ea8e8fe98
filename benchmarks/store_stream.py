"""A stream of funding news like the real one, written straight into the tables: companies by Zipf's law."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from random import Random
from typing import Any

from sqlalchemy import Connection, insert

from domain.article import Article
from domain.claim import ArticleRef, Claim, company_keys
from domain.event import Extraction
from domain.fusion import fuse, name_event
from domain.gazetteer import load_gazetteer
from domain.money import build_exact
from domain.record import build_record
from storage.models import (
    ArticleRow,
    CompanyRow,
    EventInvestorRow,
    EventMentionRow,
    EventNameRow,
    EventRevisionRow,
    EventRow,
    ExtractionRow,
    InvestorRow,
)
from storage.rows import table, write_event, write_extraction
from storage.store import Store

NOW = datetime(2026, 1, 1, tzinfo=UTC)
FIRST = date(2010, 1, 1)
DAYS = 5_800
_MENTIONS = (1, 1, 2, 2, 3, 6)
_CHUNK = 2_000
_INVESTORS = 400
_TABLES = (
    CompanyRow, ArticleRow, ExtractionRow, EventRow, EventNameRow, EventInvestorRow, EventMentionRow, EventRevisionRow,
)  # fmt: skip


class Stream:
    """Deals of a world with a given number of events; the same again for the same seed."""

    def __init__(self, events: int, seed: int = 5) -> None:
        self._random = Random(seed)
        self._companies = max(50, events // 3)
        self._ids = dict.fromkeys(("article", "company"), 0)
        self.known: dict[int, int] = {}

    def pick_company(self) -> int:
        """A company's number by Zipf's law: the first one twice as often as the second, and so on."""
        return int(self._companies ** self._random.random())

    def build_deal(self, company: int) -> Extraction:
        """A deal of that company."""
        amount = build_exact(self._random.randrange(10, 4_000) * 100_000, "USD")
        investors = tuple(f"Investor {self._random.randrange(_INVESTORS)}" for _ in range(2))
        name = f"Zipf {company} Systems"
        return Extraction((name,), amount=amount, lead_investors=investors[:1], investors=investors, language="en")

    def pick_day(self, last: int) -> date:
        """A day of the world's last days."""
        return FIRST + timedelta(days=DAYS - self._random.randrange(last))

    def next_id(self, of: str) -> int:
        """Numbers rows from 1."""
        self._ids[of] += 1
        return self._ids[of]

    def count_mentions(self) -> int:
        """How many articles tell an event."""
        return self._random.choice(_MENTIONS)


def fill(store: Store, stream: Stream, events: int) -> None:
    """Writes so many events with all that hangs on them, without deciding anything."""
    made = (_build_event(stream) for _ in range(events))
    with store._access.writing() as connection:
        names = [{"id": n + 1, "key": f"investor{n}", "name": f"Investor {n}", "names": {}} for n in range(_INVESTORS)]
        connection.execute(insert(table(InvestorRow)), names)
    while some := list(islice(made, _CHUNK)):
        with store._access.writing() as connection:
            _write(connection, some)
    _refresh_statistics(store)


def _write(connection: Connection, made: list[dict[str, list[dict[str, Any]]]]) -> None:
    for model in _TABLES:
        rows = [row for rows in made for row in rows[model.__name__]]
        if rows:
            connection.execute(insert(table(model)), rows)


def _refresh_statistics(store: Store) -> None:
    """Lets the database know what it holds, and the numbers that it gives itself begin behind ours."""
    with store._access.engine.connect() as connection:
        connection = connection.execution_options(isolation_level="AUTOCOMMIT")
        connection.exec_driver_sql("ANALYZE")
        if store._access.is_postgres:
            for name in ("article", "extraction", "company", "investor"):
                connection.exec_driver_sql(f"SELECT setval('{name}_id_seq', (SELECT max(id) FROM {name}))")


def _build_event(stream: Stream) -> dict[str, list[dict[str, Any]]]:
    told, day = stream.build_deal(stream.pick_company()), stream.pick_day(DAYS)
    rows: dict[str, list[dict[str, Any]]] = {model.__name__: [] for model in _TABLES}
    claims = [_build_claim(stream, told, day, rows) for _ in range(stream.count_mentions())]
    event = fuse(claims[:1], event_id=name_event(claims[0]))
    company_id = stream.known.get(hash(event.company.key))
    if company_id is None:
        company_id = stream.known[hash(event.company.key)] = stream.next_id("company")
        company = {"id": company_id, "key": event.company.key, "discriminator": "", "name": event.company.name}
        rows["CompanyRow"].append({**company, "names": {}})
    times = {"created_at": NOW, "updated_at": NOW, "stale": False, "withdrawn": False}
    rows["EventRow"].append({**write_event(event), **times, "company_id": company_id})
    keys = company_keys(told, load_gazetteer())
    rows["EventNameRow"] += [{"event_id": event.id, "key": key, "announced_on": day} for key in keys]
    numbers = dict.fromkeys(
        int(party.key.removeprefix("investor")) + 1 for party in (*event.leads, *event.participants)
    )
    rows["EventInvestorRow"] += [
        {"event_id": event.id, "investor_id": number, "role": "participant" if place else "lead", "position": place}
        for place, number in enumerate(numbers)
    ]
    rows["EventMentionRow"] += [
        {"extraction_id": claim.extraction_id, "event_id": event.id, "decision": "join", "score": 1.0, "reasons": [],
         "filed_at": NOW}
        for claim in claims
    ]  # fmt: skip
    rows["EventRevisionRow"].append(
        {"event_id": event.id, "number": 1, "at": NOW, "changed": {}, "event": build_record(event)}
    )
    return rows


def _build_claim(stream: Stream, told: Extraction, day: date, rows: dict[str, list[dict[str, Any]]]) -> Claim:
    number = stream.next_id("article")
    url, title = f"https://zipf.example/{number}", f"Report {number}"
    article = {"id": number, "url": url, "content_hash": f"{number:064}", "title": title, "text": "", "added_at": NOW}
    rows["ArticleRow"].append({**article, "published_on": day, "language": "en"})
    place = {"id": number, "article_id": number, "version": "1", "ordinal": 0, "told_on": day}
    rows["ExtractionRow"].append({**write_extraction(told), **place, "merged": True, "retired": False})
    return Claim(number, told, ArticleRef(number, url, title, language="en", published_on=day, seen_on=day))


def add_pending(store: Store, stream: Stream, claims: int) -> None:
    """Keeps further news, not yet filed: each round told by some articles within days."""
    left, number = claims, 0
    while left > 0:
        told, day = stream.build_deal(stream.pick_company()), stream.pick_day(60)
        for _ in range(min(left, stream.count_mentions())):
            number += 1
            article = Article(f"https://fresh.example/{number}", f"Fresh {number}", "", "en", day)
            article_id, _new = store.articles.add(article)
            store.extractions.replace(article_id, "1", [replace(told)])
            left -= 1


def iter_flat_rows(stream: Stream, rows: int) -> Iterator[dict[str, Any]]:
    """Yields events as flat rows, for a tool that only upserts."""
    for number in range(rows):
        told = stream.build_deal(stream.pick_company())
        row = {key: value for key, value in write_extraction(told).items() if not isinstance(value, list)}
        yield {**row, "id": number, "name": told.company[0], "announced_on": str(stream.pick_day(60))}
