"""A stream of funding news like the real one, written straight into the tables: companies by Zipf's law.

    Stream.next_deal: some articles tell a deal ─→ add_pending: kept, to be merged
                                               └─→ fill: the rows that merging leaves

The next deal of a company is another sum in another round, as real ones are, so that merging keeps them apart.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import islice
from random import Random
from typing import Any

from sqlalchemy import Connection, Table, insert

from domain.article import Article
from domain.claim import ArticleRef, Candidate, Claim, claim_order, company_keys
from domain.event import Event, Extraction, Kind
from domain.fusion import fuse, name_event
from domain.gazetteer import load_gazetteer
from domain.history import diff_events
from domain.money import build_exact
from domain.names import match_key
from domain.profile import Knowledge
from domain.record import build_record
from domain.resolution import decide
from storage.models import (
    ArticleReadingRow,
    ArticleRow,
    CompanyAliasRow,
    CompanyRow,
    EventInvestorRow,
    EventMentionRow,
    EventNameRow,
    EventRevisionRow,
    EventRow,
    ExtractionRow,
    InvestorRow,
    SearchEntryRow,
)
from storage.parties import NAMED_ANEW
from storage.rows import table, write_event, write_extraction, write_reasons
from storage.store import Store

NOW = datetime(2026, 1, 1, tzinfo=UTC)
FIRST = date(2010, 1, 1)
# so long it takes until as many events are told as a world is to have
DAYS = 5_200
_MENTIONS = (1, 1, 2, 2, 3, 6)
_CHUNK = 2_000
_INVESTORS = 400
# the largest companies share the news among some more of them than by Zipf's law alone: nobody raises nine times a day
_FLAT = 10
# neighbouring sums are more than twice each other, so that none is taken for another one rounded
_SUMS = tuple(round(300_000 * 2.3**step) for step in range(12))
_ROUNDS = tuple(f"series-{letter}" for letter in "abcdefghijk")
_TABLES = (
    CompanyRow, ArticleRow, ArticleReadingRow, ExtractionRow, CompanyAliasRow, SearchEntryRow, EventRow, EventNameRow,
    EventInvestorRow, EventMentionRow, EventRevisionRow,
)  # fmt: skip
Rows = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Telling:
    """What one article says of a deal, and when."""

    told: Extraction
    on: date


class Stream:
    """Deals of a world with a given number of events; the same again for the same seed."""

    def __init__(self, events: int, seed: int = 5) -> None:
        self._random = Random(seed)
        self._events = events
        self._companies = max(50, events // 3)
        self._deals: dict[int, int] = {}
        self._ids = dict.fromkeys(("article", "company", "deal"), 0)
        self.known: dict[str, int] = {}

    def next_deal(self) -> list[Telling]:
        """The articles that tell the next deal of all, day after day."""
        day = FIRST + timedelta(days=self.next_id("deal") * DAYS // self._events)
        return self._tell(self._build_deal(self._pick_company()), day)

    def _pick_company(self) -> int:
        """A company's number by Zipf's law, flattened at its head as Mandelbrot has it."""
        spread = math.log((self._companies + _FLAT) / _FLAT)
        return int(_FLAT * math.exp(spread * self._random.random())) - _FLAT + 1

    def _build_deal(self, company: int) -> Extraction:
        """The company's next deal: another sum and another round than its last ten."""
        number = self._deals[company] = self._deals.get(company, company) + 1
        again, step = divmod(number * 5, len(_SUMS))
        amount = build_exact(_SUMS[step] + 1_000 * self._random.randrange(100), "USD")
        investors = tuple(f"Investor {number}" for number in self._random.sample(range(_INVESTORS), 2))
        return Extraction(
            (f"Zipf {company} Systems",),
            kind=(Kind.EQUITY, Kind.DEBT)[again % 2],
            round=_ROUNDS[number % len(_ROUNDS)],
            amount=amount,
            lead_investors=investors[:1],
            investors=investors,
            language="en",
        )

    def _tell(self, deal: Extraction, on: date) -> list[Telling]:
        """The first article tells all of it; later ones, up to a day later, leave something out."""
        short = (deal, replace(deal, round=None), replace(deal, lead_investors=(), investors=()))
        told = [Telling(deal, on)]
        for _ in range(self._random.choice(_MENTIONS) - 1):
            told.append(Telling(self._random.choice(short), on + timedelta(self._random.choice((0, 0, 1)))))
        return told

    def next_id(self, of: str) -> int:
        """Numbers rows from 1."""
        self._ids[of] += 1
        return self._ids[of]


def fill(store: Store, stream: Stream, events: int) -> None:
    """Writes so many events with all that hangs on them, as merging leaves it, but without deciding anything.

    What is left out is how near an event's founder came to an older event of its company.
    """
    made = (_build_event(stream, stream.next_deal()) for _ in range(events))
    names = ((number + 1, f"Investor {number}") for number in range(_INVESTORS))
    investors = [{"id": id, "key": match_key(name), "name": name, "names": {"en": name}} for id, name in names]
    with store._access.writing() as connection:
        connection.execute(insert(table(InvestorRow)), investors)
    while some := list(islice(made, _CHUNK)):
        with store._access.writing() as connection:
            _write(connection, some)
    _refresh_statistics(store)


def _write(connection: Connection, made: Sequence[Rows]) -> None:
    for model in _TABLES:
        if rows := [row for rows in made for row in rows[model.__name__]]:
            _write_rows(connection, table(model), rows)


def _write_rows(connection: Connection, into: Table, rows: Sequence[dict[str, Any]]) -> None:
    """By the quickest way that the driver has for many rows."""
    columns, dialect = list(rows[0]), connection.dialect
    process = [into.c[name].type.dialect_impl(dialect).bind_processor(dialect) for name in columns]
    values = (
        [value if write is None else write(value) for value, write in zip(row.values(), process, strict=True)]
        for row in rows
    )
    named = ", ".join(f'"{name}"' for name in columns)
    cursor = connection.connection.cursor()
    if dialect.name == "postgresql":
        with cursor.copy(f'COPY "{into.name}" ({named}) FROM STDIN') as copy:
            for row in values:
                copy.write_row(row)
    else:
        marks = ", ".join("?" * len(columns))
        cursor.executemany(f'INSERT INTO "{into.name}" ({named}) VALUES ({marks})', values)
    cursor.close()


def _refresh_statistics(store: Store) -> None:
    """Lets PostgreSQL know what it holds, as it does by itself in time, and its own numbers begin behind ours."""
    if not store._access.is_postgres:
        return
    with store._access.engine.connect() as connection:
        connection = connection.execution_options(isolation_level="AUTOCOMMIT")
        connection.exec_driver_sql("VACUUM ANALYZE")
        for name in ("article", "extraction", "company", "investor"):
            connection.exec_driver_sql(f"SELECT setval('{name}_id_seq', (SELECT max(id) FROM {name}))")


def _build_event(stream: Stream, tellings: Sequence[Telling]) -> Rows:
    rows: Rows = {model.__name__: [] for model in _TABLES}
    claims = [_build_claim(stream, telling, rows) for telling in tellings]
    founder, event = claims[0], fuse(claims[:1], event_id=name_event(claims[0]))
    rows["EventRevisionRow"].append(
        {"event_id": event.id, "number": 1, "at": NOW, "article_id": founder.article.id,
         "changed": {name: list(pair) for name, pair in diff_events(None, event).items()}, "event": build_record(event)}
    )  # fmt: skip
    # later tellings add nothing but trust
    event = replace(event, confidence=_find_confidence(len(claims)))
    times = {"created_at": NOW, "updated_at": NOW, "stale": False, "withdrawn": False}
    company_id = _keep_company(stream, event, founder, rows)
    rows["EventRow"].append({**write_event(event), **times, "company_id": company_id})
    on, keys = event.announced_on, company_keys(founder.extraction, load_gazetteer())
    rows["EventNameRow"] += [{"event_id": event.id, "key": key, "announced_on": on} for key in sorted(keys)]
    parts = [("lead", party) for party in event.leads] + [("participant", party) for party in event.participants]
    rows["EventInvestorRow"] += [
        {"event_id": event.id, "investor_id": int(party.name.split()[-1]) + 1, "role": role, "position": place,
         "named_as": {"name": party.name, "names": dict(party.names)}}
        for place, (role, party) in enumerate(parts)
    ]  # fmt: skip
    rows["EventMentionRow"] += list(_iter_mentions(event, claims))
    return rows


@cache
def _find_confidence(articles: int) -> float:
    day = date(2025, 1, 1)
    claims = [Claim(n, Extraction(("Any",)), ArticleRef(n, str(n), "", published_on=day)) for n in range(articles)]
    return fuse(claims, event_id="any").confidence


def _keep_company(stream: Stream, event: Event, founder: Claim, rows: Rows) -> int:
    """The company's id; the first event that it has makes it, and tells its name."""
    party = event.company
    if (known := stream.known.get(party.key)) is not None:
        return known
    company_id = stream.known[party.key] = stream.next_id("company")
    named = {"name": party.name, "names": dict(party.names)}
    rows["CompanyRow"].append({"id": company_id, "key": party.key, "discriminator": "", **named})
    alias = {"company_id": company_id, "name": party.name, "key": match_key(party.name)}
    rows["CompanyAliasRow"].append({**alias, "learnt_from": founder.article.id})
    rows["SearchEntryRow"].append({"kind": NAMED_ANEW, "ref": str(company_id), "title": ""})
    return company_id


def _iter_mentions(event: Event, claims: Sequence[Claim]) -> Iterator[dict[str, Any]]:
    known, claims = Knowledge(), sorted(claims, key=claim_order)
    for place, claim in enumerate(claims):
        candidates = [Candidate(event, tuple(claims[:place]))] if place else []
        decision = decide(claim, candidates, known=known)
        yield {
            "extraction_id": claim.extraction_id,
            "event_id": event.id,
            "decision": "join" if place else "new",
            "score": decision.score,
            "reasons": write_reasons(decision.reasons),
            "doubt_event_id": None,
            "filed_at": NOW,
        }


def _build_claim(stream: Stream, telling: Telling, rows: Rows) -> Claim:
    number, told, day = stream.next_id("article"), telling.told, telling.on
    kept = write_article(number, telling)
    url, title = kept.url, kept.title
    article = {"id": number, "url": url, "content_hash": f"{number:064}", "title": title, "text": "", "added_at": NOW}
    rows["ArticleRow"].append({**article, "published_on": day, "language": "en"})
    rows["ArticleReadingRow"].append({"article_id": number, "version": "1", "found": 1, "read_at": NOW})
    place = {"id": number, "article_id": number, "version": "1", "ordinal": 0, "told_on": day}
    rows["ExtractionRow"].append({**write_extraction(told), **place, "merged": True, "retired": False})
    return Claim(number, told, ArticleRef(number, url, title, language="en", published_on=day, seen_on=day))


def add_pending(store: Store, stream: Stream, claims: int) -> None:
    """Keeps the news that come next, so many claims, not yet filed."""
    for _, telling in zip(range(claims), iter_tellings(stream), strict=False):
        article_id, _new = store.articles.add(write_article(stream.next_id("article"), telling))
        store.extractions.replace(article_id, "1", [telling.told])


def iter_tellings(stream: Stream) -> Iterator[Telling]:
    """Yields what articles tell, deal after deal, for ever."""
    while True:
        yield from stream.next_deal()


def write_article(number: int, telling: Telling) -> Article:
    """An article as any outlet may have it: its text does not matter here."""
    return Article(f"https://zipf.example/{number:08}", f"Report {number}", "", "en", telling.on)


def iter_flat_rows(stream: Stream, rows: int) -> Iterator[dict[str, Any]]:
    """Yields events as flat rows, for a tool that only upserts."""
    for number in range(rows):
        telling = stream.next_deal()[0]
        row = {key: value for key, value in write_extraction(telling.told).items() if not isinstance(value, list)}
        yield {**row, "id": number, "name": telling.told.company[0], "announced_on": str(telling.on)}
