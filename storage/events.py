"""Funding events: each round once, with who told it and what changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Select, and_, bindparam, case, func, or_, select

from domain.alerting import FACTS, MEGA_USD
from domain.claim import Candidate, Claim
from domain.event import Event, Kind, Status
from domain.fusion import Reported, list_reported
from domain.history import Change, Doubt, Mention, Revision, WeekSummary
from domain.record import read_record
from domain.week import Week
from storage.aliases import Aliases
from storage.dossiers import Dossiers
from storage.engine import Access
from storage.event_reading import follow, follow_all, load_events, load_members
from storage.event_writing import write_change
from storage.extractions import load_evidence, select_claims
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
from storage.rows import read_extraction, read_reasons, table

__all__ = ["Change", "Events", "Mention", "Revision", "WeekSummary"]

_EVENT = table(EventRow)
_COMPANY = table(CompanyRow)
_NAME = table(EventNameRow)
_INVESTOR = table(InvestorRow)
_PART = table(EventInvestorRow)
_MENTION = table(EventMentionRow)
_REVISION = table(EventRevisionRow)
_EXTRACTION = table(ExtractionRow)
_ARTICLE = table(ArticleRow)

_FACTS = [status.value for status in FACTS]
_VISIBLE = and_(_EVENT.c.merged_into.is_(None), ~_EVENT.c.withdrawn)
_TAKEN = select(_EVENT.c.id).where(_EVENT.c.id == bindparam("event_id"))
_CHUNK = 200


class Events:
    """The stored events."""

    def __init__(self, access: Access, aliases: Aliases, dossiers: Dossiers) -> None:
        self._access = access
        self._aliases = aliases
        self._dossiers = dossiers

    def expect(self, claims: Sequence[Claim]) -> None:
        """Reads the candidates of claims that this transaction is about to file: all together takes less than each."""
        with self._access.reading() as connection:
            self._dossiers.expect(connection, claims, self._aliases.gazetteer())

    def candidates(self, claim: Claim) -> list[Candidate]:
        """The events that a claim may belong to: a name of the company is shared and the dates are near."""
        # outside a transaction others may file meanwhile
        dossiers = self._dossiers if self._access.is_bound else Dossiers()
        # what this transaction filed it has at hand
        with self._access.reading(settled=False) as connection:
            return dossiers.near(connection, claim, self._aliases.gazetteer())

    def apply(self, change: Change) -> None:
        """Writes a change: event, company, investors, mention and revision, all or nothing."""
        known = self._aliases.gazetteer()
        if not self._access.is_bound:
            with self._access.writing() as connection:
                write_change(connection, change, known, connection.execute)
            return
        with self._access.writing(settled=change.filings is not None) as connection:
            write_change(connection, change, known, self._access.write_later)
        if not self._dossiers.note(change, known):
            self._access.settle()

    def as_of(self, at: datetime) -> list[Event]:
        """The events as they were known at that time, by date and id; those merged or withdrawn by then left out."""
        last = (
            select(_REVISION.c.event_id, func.max(_REVISION.c.number).label("number"))
            .where(_REVISION.c.at <= at)
            .group_by(_REVISION.c.event_id)
            .subquery()
        )
        wanted = select(_REVISION.c.event).join(
            last, and_(_REVISION.c.event_id == last.c.event_id, _REVISION.c.number == last.c.number)
        )
        with self._access.reading() as connection:
            records = [record for record in connection.scalars(wanted) if record and not record.get("withdrawn")]
        events = [read_record(record) for record in records if record["merged_into"] is None]
        return sorted(events, key=lambda event: (event.announced_on, event.id))

    def exists(self, event_id: str) -> bool:
        """Whether the id is taken, also by a merged or withdrawn event."""
        with self._access.reading(settled=False) as connection:
            return connection.scalar(_TAKEN, {"event_id": event_id}) is not None

    def members(self, event_id: str) -> list[Claim]:
        """The claims filed under the event."""
        with self._access.reading() as connection:
            members = load_members(connection, [follow(connection, event_id)], live=True)
        return [claim for claims in members.values() for claim in claims]

    def is_first(self, event_id: str) -> bool:
        """Whether no other visible event of the same company is known."""
        company = select(_EVENT.c.company_id).where(_EVENT.c.id == event_id).scalar_subquery()
        other = select(_EVENT.c.id).where(_EVENT.c.company_id == company, _EVENT.c.id != event_id, _VISIBLE)
        with self._access.reading() as connection:
            return connection.scalar(other.limit(1)) is None

    def get(self, event_id: str) -> Event:
        """The event of that id or the one it was merged into; NotFound where there is none."""
        with self._access.reading() as connection:
            return load_events(connection, [follow(connection, event_id)])[0]

    def in_week(self, week: Week) -> list[Event]:
        """The events of a week, neither merged nor denied, the largest first, those without an amount last."""
        wanted = select(_EVENT.c.id).where(
            _VISIBLE,
            _EVENT.c.status != Status.DENIED.value,
            _EVENT.c.iso_year == week.year,
            _EVENT.c.iso_week == week.number,
        )
        with self._access.reading() as connection:
            events = load_events(connection, connection.scalars(wanted).all())
        return sorted(
            events, key=lambda e: (e.amount_usd is None, -(e.amount_usd or 0.0), e.company.name.casefold(), e.id)
        )

    def iter_all(self, since: date = date.min) -> Iterator[Event]:
        """Yields every visible event announced since a day, denied ones too, by date and id."""
        last: tuple[date, str] = (since, "")
        while True:
            later = or_(_EVENT.c.announced_on > last[0], and_(_EVENT.c.announced_on == last[0], _EVENT.c.id > last[1]))
            wanted = select(_EVENT.c.id).where(_VISIBLE, later).order_by(_EVENT.c.announced_on, _EVENT.c.id)
            with self._access.reading() as connection:
                events = load_events(connection, connection.scalars(wanted.limit(_CHUNK)).all())
            yield from events
            if len(events) < _CHUNK:
                return
            last = (events[-1].announced_on, events[-1].id)

    def count(self) -> int:
        """How many visible events there are."""
        with self._access.reading() as connection:
            return connection.scalar(select(func.count()).select_from(_EVENT).where(_VISIBLE)) or 0

    def weeks(self) -> list[WeekSummary]:
        """The weeks that have events, the latest first."""
        with self._access.reading() as connection:
            rows = connection.execute(_summarise_weeks()).all()
        return [WeekSummary(Week(year, number), events, float(usd), mega) for year, number, events, usd, mega in rows]

    def mentions(self, event_id: str) -> list[Mention]:
        """The articles that tell the event, oldest first, each with its words and why it was filed here."""
        with self._access.reading() as connection:
            return _load_mentions(connection, follow(connection, event_id))

    def titles(self, event_id: str) -> list[str]:
        """The titles of the articles that tell the event."""
        wanted = (
            select(_ARTICLE.c.title)
            .join_from(_MENTION, _EXTRACTION, _MENTION.c.extraction_id == _EXTRACTION.c.id)
            .join(_ARTICLE, _ARTICLE.c.id == _EXTRACTION.c.article_id)
            .where(_MENTION.c.event_id == event_id, ~_EXTRACTION.c.retired)
        )
        with self._access.reading() as connection:
            return list(connection.scalars(wanted.distinct()))

    def doubts(self) -> list[Doubt]:
        """The claims that opened an event but may belong to another one, the nearest misses first."""
        with self._access.reading() as connection:
            rows = connection.execute(_select_doubts()).all()
            heirs = follow_all(connection, (row.doubt_event_id for row in rows))
        return [
            Doubt(row.event_id, doubt_id, row.score, row.title, row.url, read_reasons(row.reasons))
            for row in rows
            if (doubt_id := heirs.get(row.doubt_event_id, row.event_id)) != row.event_id
        ]

    def ids_of_article(self, article_id: int) -> list[str]:
        """The events that an article was filed under."""
        wanted = (
            select(_MENTION.c.event_id)
            .join_from(_MENTION, _EXTRACTION)
            .where(_EXTRACTION.c.article_id == article_id, ~_EXTRACTION.c.retired)
        )
        with self._access.reading() as connection:
            filed = connection.scalars(wanted.distinct().order_by(_MENTION.c.event_id)).all()
            return list(dict.fromkeys(follow_all(connection, filed).values()))

    def reported(self, event_id: str) -> list[Reported]:
        """Every value that articles report, field by field, the shown one first."""
        with self._access.reading() as connection:
            members = load_members(connection, [follow(connection, event_id)], live=True)
        return list_reported([claim for claims in members.values() for claim in claims])

    def revisions(self, event_id: str) -> list[Revision]:
        """The event's history, the first revision first."""
        with self._access.reading() as connection:
            here = _REVISION.c.event_id == follow(connection, event_id)
            rows = connection.execute(select(_REVISION).where(here).order_by(_REVISION.c.number)).mappings().all()
        return [
            Revision(
                row["number"],
                row["at"],
                {name: (pair[0], pair[1]) for name, pair in row["changed"].items()},
                row["article_id"],
            )
            for row in rows
        ]


def _load_mentions(connection: Connection, event_id: str) -> list[Mention]:
    wanted = (
        select_claims()
        .add_columns(_MENTION.c.score, _MENTION.c.reasons)
        .join(_MENTION, _MENTION.c.extraction_id == _EXTRACTION.c.id)
        .where(_MENTION.c.event_id == event_id, ~_EXTRACTION.c.retired)
        .order_by(_EXTRACTION.c.told_on, _EXTRACTION.c.id)
    )
    rows = connection.execute(wanted).mappings().all()
    evidence = load_evidence(connection, (row["id"] for row in rows))
    return [
        Mention(
            extraction_id=row["id"],
            article_id=row["article_id"],
            url=row["article_url"],
            title=row["article_title"],
            source_id=row["article_source_id"],
            language=row["article_language"],
            published_on=row["article_published_on"],
            extraction=read_extraction(row, evidence.get(row["id"], ())),
            score=row["score"],
            reasons=read_reasons(row["reasons"]),
        )
        for row in rows
    ]


def _select_doubts() -> Select[Any]:
    mention = (_MENTION.c.event_id, _MENTION.c.doubt_event_id, _MENTION.c.score, _MENTION.c.reasons)
    return (
        select(*mention, _ARTICLE.c.title, _ARTICLE.c.url)
        .join_from(_MENTION, _EVENT, _MENTION.c.event_id == _EVENT.c.id)
        .join(_EXTRACTION, _EXTRACTION.c.id == _MENTION.c.extraction_id)
        .join(_ARTICLE, _ARTICLE.c.id == _EXTRACTION.c.article_id)
        .where(_MENTION.c.doubt_event_id.is_not(None), ~_EXTRACTION.c.retired, _VISIBLE)
        .order_by(_MENTION.c.score.desc(), _ARTICLE.c.url)
    )


def _summarise_weeks() -> Select[Any]:
    fact = _EVENT.c.status.in_(_FACTS)
    equity = and_(fact, _EVENT.c.kind == Kind.EQUITY.value)
    mega = and_(
        fact,
        _EVENT.c.kind.in_([Kind.EQUITY.value, Kind.COMMITMENT.value]),
        _EVENT.c.amount_usd >= MEGA_USD,
    )
    return (
        select(
            _EVENT.c.iso_year,
            _EVENT.c.iso_week,
            func.count(),
            func.coalesce(func.sum(case((equity, _EVENT.c.amount_usd), else_=0.0)), 0.0),
            func.sum(case((mega, 1), else_=0)),
        )
        .where(_VISIBLE, _EVENT.c.status != Status.DENIED.value)
        .group_by(_EVENT.c.iso_year, _EVENT.c.iso_week)
        .order_by(_EVENT.c.iso_year.desc(), _EVENT.c.iso_week.desc())
    )
