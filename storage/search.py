"""Full text in English and Chinese: articles, events, companies and investors, found by words of their names and texts.

what is new ─→ search_entry (what it is) + search_index (its words: FTS5 on SQLite, a tsvector on PostgreSQL)

Words are cut here and not by the database, since neither cuts Chinese.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, String, bindparam, cast, delete, func, select, text, update

from domain.event import Event
from domain.gazetteer import load_gazetteer
from domain.grams import is_open, split_phrases, split_words, trim_phrase
from storage.engine import Access
from storage.event_reading import load_events
from storage.models import (
    ArticleRow,
    CompanyAliasRow,
    CompanyRow,
    EventChangeRow,
    EventInvestorRow,
    EventRow,
    InvestorRow,
    SearchEntryRow,
)
from storage.rows import table
from storage.store import Store
from storage.upsert import insert_missing

_ENTRY = table(SearchEntryRow)
_ARTICLE = table(ArticleRow)
_EVENT = table(EventRow)
_COMPANY = table(CompanyRow)
_ALIAS = table(CompanyAliasRow)
_PART = table(EventInvestorRow)
_INVESTOR = table(InvestorRow)
_CHANGE = table(EventChangeRow)

KINDS = ("event", "company", "investor", "article")
_CHUNK = 200
# how far the changes have been indexed, kept as an entry of its own kind
_MARK = "changes"


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found: `ref` is an event's or article's id, a company's or investor's key."""

    kind: str
    ref: str
    title: str
    told_on: date | None
    score: float


@dataclass(frozen=True, slots=True)
class _Entry:
    kind: str
    ref: str
    title: str
    told_on: date | None
    words: str


class Search:
    """The index over everything that has a name or a text."""

    def __init__(self, store: Store) -> None:
        self._access: Access = store._access

    def refresh(self, limit: int | None = None) -> int:
        """Indexes what is new, at most `limit` things where given; gives how many that were."""
        done = 0
        for step in (self._index_articles, self._index_changes):
            while limit is None or done < limit:
                found = step()
                if not found:
                    break
                done += found
        return done

    def find(
        self, query: str, kinds: Sequence[str] = (), *, limit: int = 20, offset: int = 0
    ) -> tuple[list[Hit], bool]:
        """What holds every phrase of the query, the best first, and whether there is more."""
        phrases = split_phrases(query)
        if not phrases:
            return [], False
        statement, match = (
            (_FIND_POSTGRES, _match_postgres) if self._access.is_postgres else (_FIND_SQLITE, _match_sqlite)
        )
        values = {"match": match(phrases), "kinds": list(kinds or KINDS), "limit": limit + 1, "offset": offset}
        with self._access.reading() as connection:
            found = [Hit(*row) for row in connection.execute(statement, values)]
        return found[:limit], len(found) > limit

    def _index_articles(self) -> int:
        known = select(_ENTRY.c.id).where(_ENTRY.c.kind == "article", _ENTRY.c.ref == cast(_ARTICLE.c.id, String))
        with self._access.writing() as connection:
            # articles are numbered as they come, so that mostly those behind the last one are new
            last = connection.scalar(select(func.max(_ARTICLE.c.id)).where(known.exists())) or 0
            wanted = select(_ARTICLE.c.id, _ARTICLE.c.title, _ARTICLE.c.text, _ARTICLE.c.published_on).limit(_CHUNK)
            rows = connection.execute(wanted.where(_ARTICLE.c.id > last).order_by(_ARTICLE.c.id)).all()
            _write(
                connection,
                [_Entry("article", str(r.id), r.title, r.published_on, _join([r.title, r.text])) for r in rows],
            )
        return len(rows)

    def _index_changes(self) -> int:
        with self._access.writing(alone=True) as connection:
            mark = connection.scalar(select(_ENTRY.c.ref).where(_ENTRY.c.kind == _MARK))
            wanted = select(_CHANGE.c.seq, _CHANGE.c.event_id).where(_CHANGE.c.seq > int(mark or 0))
            rows = connection.execute(wanted.order_by(_CHANGE.c.seq).limit(_CHUNK)).all()
            if not rows:
                return 0
            _write(connection, list(_iter_changed(connection, sorted({row.event_id for row in rows}))))
            values = {"ref": str(rows[-1].seq), "title": ""}
            if mark is None:
                connection.execute(_ENTRY.insert().values(kind=_MARK, **values))
            else:
                connection.execute(update(_ENTRY).where(_ENTRY.c.kind == _MARK).values(values))
        return len(rows)


def _iter_changed(connection: Connection, ids: Sequence[str]) -> Iterator[_Entry]:
    gone = set(connection.scalars(select(_EVENT.c.id).where(_EVENT.c.id.in_(ids), _EVENT.c.withdrawn)))
    for event in load_events(connection, ids):
        hidden = event.merged_into is not None or event.id in gone
        yield _Entry("event", event.id, _name(event), event.announced_on, "" if hidden else _join(_iter_names(event)))
    companies = select(_EVENT.c.company_id).where(_EVENT.c.id.in_(ids))
    aliases: dict[int, list[str]] = {}
    for company_id, name in connection.execute(
        select(_ALIAS.c.company_id, _ALIAS.c.name).where(_ALIAS.c.company_id.in_(companies))
    ):
        aliases.setdefault(company_id, []).append(name)
    known = load_gazetteer()
    for row in connection.execute(select(_COMPANY).where(_COMPANY.c.id.in_(companies))):
        party = known.find_company(row.name)
        names = [row.name, *row.names.values(), *aliases.get(row.id, ()), *(party.all_names if party else ())]
        yield _Entry("company", row.key, row.name, None, _join(dict.fromkeys(names)))
    investors = select(_PART.c.investor_id).where(_PART.c.event_id.in_(ids))
    for row in connection.execute(select(_INVESTOR).where(_INVESTOR.c.id.in_(investors))):
        party = known.find_investor(row.name)
        names = [row.name, *row.names.values(), *(party.all_names if party else ())]
        yield _Entry("investor", row.key, row.name, None, _join(dict.fromkeys(names)))


def _name(event: Event) -> str:
    return " ".join(filter(None, (event.company.name, event.round, event.announced_on.isoformat())))


def _iter_names(event: Event) -> Iterator[str]:
    for party in (event.company, *event.leads, *event.participants):
        yield party.name
        yield from party.names.values()
    yield from event.application_types.values()
    yield from filter(None, (event.application, event.round, event.sector, event.kind.value))


def _join(texts: Iterable[str]) -> str:
    # a word between two texts keeps phrases from running over the border
    return " 0x0 ".join(" ".join(split_words(one)) for one in texts)


def _write(connection: Connection, entries: Sequence[_Entry]) -> None:
    """Keeps entries in place of those of the same kind and ref."""
    if not entries:
        return
    rows = [{"kind": e.kind, "ref": e.ref, "title": e.title, "told_on": e.told_on} for e in entries]
    insert_missing(connection, _ENTRY, rows)
    for row in rows:
        here = (_ENTRY.c.kind == row["kind"]) & (_ENTRY.c.ref == row["ref"])
        connection.execute(update(_ENTRY).where(here).values(title=row["title"], told_on=row["told_on"]))
    for entry in entries:
        where = (_ENTRY.c.kind == entry.kind) & (_ENTRY.c.ref == entry.ref)
        number = connection.scalar(select(_ENTRY.c.id).where(where))
        postgres = connection.dialect.name == "postgresql"
        connection.execute(_DROP_POSTGRES if postgres else _DROP_SQLITE, {"id": number})
        if entry.words:
            words = entry.words if not postgres else entry.words[:_LONGEST]
            connection.execute(_ADD_POSTGRES if postgres else _ADD_SQLITE, {"id": number, "words": words})
        else:
            connection.execute(delete(_ENTRY).where(_ENTRY.c.id == number))


# a tsvector holds at most a megabyte
_LONGEST = 200_000
_DROP_SQLITE = text("DELETE FROM search_index WHERE rowid = :id")
_ADD_SQLITE = text("INSERT INTO search_index (rowid, tokens) VALUES (:id, :words)")
_DROP_POSTGRES = text("DELETE FROM search_index WHERE id = :id")
_ADD_POSTGRES = text("INSERT INTO search_index (id, tokens) VALUES (:id, to_tsvector('simple', :words))")
_SQLITE = text(
    """
    SELECT entry.kind, entry.ref, entry.title, entry.told_on, -bm25(search_index) AS score
    FROM search_index JOIN search_entry AS entry ON entry.id = search_index.rowid
    WHERE search_index MATCH :match AND entry.kind IN :kinds
    ORDER BY score DESC, entry.told_on DESC, entry.kind, entry.ref LIMIT :limit OFFSET :offset
    """
)
_POSTGRES = text(
    """
    SELECT entry.kind, entry.ref, entry.title, entry.told_on,
           ts_rank(search_index.tokens, CAST(:match AS tsquery), 1) AS score
    FROM search_index JOIN search_entry AS entry ON entry.id = search_index.id
    WHERE search_index.tokens @@ CAST(:match AS tsquery) AND entry.kind IN :kinds
    ORDER BY score DESC, entry.told_on DESC NULLS LAST, entry.kind, entry.ref LIMIT :limit OFFSET :offset
    """
)


def _prepare(statement: Any) -> Any:
    return statement.bindparams(bindparam("kinds", expanding=True)).columns(
        _ENTRY.c.kind, _ENTRY.c.ref, _ENTRY.c.title, _ENTRY.c.told_on
    )


_FIND_SQLITE, _FIND_POSTGRES = _prepare(_SQLITE), _prepare(_POSTGRES)


def _match_sqlite(phrases: Iterable[Sequence[str]]) -> str:
    return " ".join(f'"{" ".join(words)}"{"*" if is_open(words) else ""}' for words in map(trim_phrase, phrases))


def _match_postgres(phrases: Iterable[Sequence[str]]) -> str:
    def write(words: Sequence[str]) -> str:
        return " <-> ".join(f"'{word}'" for word in words) + (":*" if is_open(words) else "")

    return " & ".join(f"({write(words)})" for words in map(trim_phrase, phrases))
