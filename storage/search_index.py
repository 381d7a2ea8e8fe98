"""Keeps the index of full text up with the store: what came in or changed since is cut into words and kept.

    article                           ─┐
    event_change (every revision)     ─┼→ search_entry (what it is) + search_index (its words)
    a company or investor named anew  ─┘

Words are cut here and not by the database, since neither cuts Chinese. What is interrupted is done by the next turn.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Select, String, cast, delete, func, insert, select, text, update

from domain.event import Event
from domain.gazetteer import KnownParty, load_gazetteer
from domain.grams import split_words
from storage.engine import Access
from storage.event_reading import load_events
from storage.models import (
    ArticleRow,
    CompanyAliasRow,
    CompanyRow,
    EventChangeRow,
    EventInvestorRow,
    EventRow,
    InvestorAliasRow,
    InvestorRow,
    SearchEntryRow,
)
from storage.parties import INVESTOR_NAMED_ANEW, NAMED_ANEW
from storage.rows import table
from storage.upsert import insert_missing

_ENTRY = table(SearchEntryRow)
_ARTICLE = table(ArticleRow)
_EVENT = table(EventRow)
_COMPANY = table(CompanyRow)
_ALIAS = table(CompanyAliasRow)
_INVESTOR_ALIAS = table(InvestorAliasRow)
_PART = table(EventInvestorRow)
_INVESTOR = table(InvestorRow)
_CHANGE = table(EventChangeRow)

_CHUNK = 200
# how far the changes have been indexed, kept as an entry of its own kind
_MARK = "changes"
# crawls that run side by side may commit an article after one with a higher number
_LATE = 1000
# a tsvector holds at most a megabyte
_LONGEST = 200_000


@dataclass(frozen=True, slots=True)
class _Entry:
    kind: str
    ref: str
    title: str
    told_on: date | None
    words: str


def refresh_index(access: Access, limit: int | None = None) -> int:
    """Indexes what is new, at most some `limit` things where given; gives how many that were."""
    done = 0
    for step in (_index_articles, _index_changes, _index_names):
        while (limit is None or done < limit) and (found := step(access)):
            done += found
    return done


def _index_articles(access: Access) -> int:
    known = select(_ENTRY.c.id).where(_ENTRY.c.kind == "article", _ENTRY.c.ref == cast(_ARTICLE.c.id, String)).exists()
    wanted = select(_ARTICLE.c.id, _ARTICLE.c.title, _ARTICLE.c.text, _ARTICLE.c.published_on).where(~known)
    with access.reading() as connection:
        last = connection.scalar(select(func.max(_ARTICLE.c.id)).where(known)) or 0
        near = wanted.where(_ARTICLE.c.id > last - _LATE).order_by(_ARTICLE.c.id).limit(_CHUNK)
        rows = connection.execute(near).all()
    entries = [_Entry("article", str(r.id), r.title, r.published_on, _join([r.title, r.text])) for r in rows]
    if entries:
        with access.writing() as connection:
            _write(connection, entries)
    return len(entries)


def _index_changes(access: Access) -> int:
    with access.reading() as connection:
        if not _find_changes(connection):
            return 0
    with access.writing(alone=True) as connection:
        # whoever else keeps the index may have been here in the meantime
        changes = _find_changes(connection)
        if changes:
            _write(connection, list(_iter_changed(connection, sorted({change.event_id for change in changes}))))
            reached = {"ref": str(changes[-1].seq)}
            if not connection.execute(update(_ENTRY).where(_ENTRY.c.kind == _MARK).values(reached)).rowcount:
                connection.execute(insert(_ENTRY).values(kind=_MARK, title="", **reached))
    return len(changes)


def _find_changes(connection: Connection) -> Sequence[Any]:
    mark = connection.scalar(select(_ENTRY.c.ref).where(_ENTRY.c.kind == _MARK))
    wanted = select(_CHANGE.c.seq, _CHANGE.c.event_id).where(_CHANGE.c.seq > int(mark or 0))
    return connection.execute(wanted.order_by(_CHANGE.c.seq).limit(_CHUNK)).all()


def _index_names(access: Access) -> int:
    """Companies and investors that were given another name while none of their events changed."""
    waiting = select(_ENTRY.c.id, _ENTRY.c.kind, _ENTRY.c.ref).where(_ENTRY.c.kind.in_(_ANEW)).limit(_CHUNK)
    with access.reading() as connection:
        if not connection.execute(waiting).all():
            return 0
    with access.writing(alone=True) as connection:
        rows = connection.execute(waiting).all()
        for kind, iter_parties in _ANEW.items():
            ids = [int(row.ref) for row in rows if row.kind == kind]
            _write(connection, list(iter_parties(connection, ids)))
        connection.execute(delete(_ENTRY).where(_ENTRY.c.id.in_([row.id for row in rows])))
    return len(rows)


def _iter_changed(connection: Connection, ids: Sequence[str]) -> Iterator[_Entry]:
    gone = set(connection.scalars(select(_EVENT.c.id).where(_EVENT.c.id.in_(ids), _EVENT.c.withdrawn)))
    for event in load_events(connection, ids):
        hidden = event.merged_into is not None or event.id in gone
        yield _Entry("event", event.id, _name(event), event.announced_on, "" if hidden else _join(_iter_names(event)))
    yield from _iter_companies(connection, select(_EVENT.c.company_id).where(_EVENT.c.id.in_(ids)))
    yield from _iter_investors(connection, select(_PART.c.investor_id).where(_PART.c.event_id.in_(ids)))


def _iter_companies(connection: Connection, ids: Any) -> Iterator[_Entry]:
    aliases = _load_aliases(connection, select(_ALIAS.c.company_id, _ALIAS.c.name).where(_ALIAS.c.company_id.in_(ids)))
    known = load_gazetteer()
    for row in connection.execute(select(_COMPANY).where(_COMPANY.c.id.in_(ids))):
        yield _describe("company", row, aliases, known.find_company(row.name))


def _iter_investors(connection: Connection, ids: Any) -> Iterator[_Entry]:
    here = _INVESTOR_ALIAS.c.investor_id
    aliases = _load_aliases(connection, select(here, _INVESTOR_ALIAS.c.name).where(here.in_(ids)))
    known = load_gazetteer()
    for row in connection.execute(select(_INVESTOR).where(_INVESTOR.c.id.in_(ids))):
        yield _describe("investor", row, aliases, known.find_investor(row.name))


_ANEW = {NAMED_ANEW: _iter_companies, INVESTOR_NAMED_ANEW: _iter_investors}


def _load_aliases(connection: Connection, wanted: Select[Any]) -> dict[int, list[str]]:
    aliases: dict[int, list[str]] = defaultdict(list)
    for party_id, name in connection.execute(wanted):
        aliases[party_id].append(name)
    return aliases


def _describe(kind: str, row: Any, aliases: Mapping[int, Sequence[str]], known: KnownParty | None) -> _Entry:
    names = [row.name, *row.names.values(), *aliases.get(row.id, ()), *(known.all_names if known else ())]
    return _Entry(kind, row.key, row.name, None, _join(dict.fromkeys(names)))


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
    rows = [{"kind": e.kind, "ref": e.ref, "title": e.title, "told_on": e.told_on} for e in entries]
    insert_missing(connection, _ENTRY, rows)
    postgres = connection.dialect.name == "postgresql"
    for entry in entries:
        where = (_ENTRY.c.kind == entry.kind) & (_ENTRY.c.ref == entry.ref)
        connection.execute(update(_ENTRY).where(where).values(title=entry.title, told_on=entry.told_on))
        number = connection.scalar(select(_ENTRY.c.id).where(where))
        connection.execute(_DROP_POSTGRES if postgres else _DROP_SQLITE, {"id": number})
        if entry.words:
            words = entry.words if not postgres else entry.words[:_LONGEST]
            connection.execute(_ADD_POSTGRES if postgres else _ADD_SQLITE, {"id": number, "words": words})
        else:
            connection.execute(delete(_ENTRY).where(_ENTRY.c.id == number))


_DROP_SQLITE = text("DELETE FROM search_index WHERE rowid = :id")
_ADD_SQLITE = text("INSERT INTO search_index (rowid, tokens) VALUES (:id, :words)")
_DROP_POSTGRES = text("DELETE FROM search_index WHERE id = :id")
_ADD_POSTGRES = text("INSERT INTO search_index (id, tokens) VALUES (:id, to_tsvector('simple', :words))")
