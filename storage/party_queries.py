"""What consumers ask of companies and investors: lists with sums, and one with its deals and company."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, Subquery, Table, func, or_, select

from domain.alerting import FACTS
from domain.errors import NotFound
from domain.event import Event, Kind, Party
from domain.money import Money
from domain.names import match_key
from storage.engine import Access
from storage.event_filter import FACT, NOT_DENIED, VISIBLE, company_keys_of, investor_keys_of
from storage.event_reading import load_events
from storage.models import (
    ArticleRow,
    CompanyAliasRow,
    CompanyRow,
    EventInvestorRow,
    EventRow,
    InvestorAliasRow,
    InvestorRow,
)
from storage.queries import Place
from storage.rates import load_rates
from storage.redirects import follow_merges
from storage.rows import table
from storage.store import Store

_EVENT = table(EventRow)
_COMPANY = table(CompanyRow)
_ALIAS = table(CompanyAliasRow)
_INVESTOR = table(InvestorRow)
_INVESTOR_ALIAS = table(InvestorAliasRow)
_PART = table(EventInvestorRow)
_ARTICLE = table(ArticleRow)

PARTY_SORTS = ("name", "-usd", "-events", "-latest_on")


@dataclass(frozen=True, slots=True)
class PartyRow:
    """A company or investor in a list: `usd` sums the equity that is announced or closed, of all parties of a deal."""

    party: Party
    country: str | None
    group: str | None
    events: int
    usd: float
    latest_on: date | None


@dataclass(frozen=True, slots=True)
class Alias:
    """A name with the article where it was learnt first, None for those that are shipped."""

    name: str
    learnt_from: int | None
    url: str | None


@dataclass(frozen=True, slots=True)
class CompanyProfile:
    """A company with all its rounds: raised in all as articles state it, and as the known equity rounds sum up to."""

    party: Party
    country: str | None
    sector: str | None
    aliases: Sequence[Alias]
    events: Sequence[Event]

    @property
    def stated(self) -> tuple[Money, Event] | None:
        """The latest total that an article states, with the event it was told with."""
        told = [event for event in self.events if event.total_raised]
        return (told[-1].total_raised, told[-1]) if told and told[-1].total_raised else None

    @property
    def computed_usd(self) -> float:
        """The equity that is announced or closed."""
        return sum_equity(self.events)

    @property
    def gap_usd(self) -> float | None:
        """What the stated total exceeds the equity known up to that day by, in dollars; None where none is stated."""
        if self.stated is None:
            return None
        money, told = self.stated
        usd = load_rates().to_usd(money, told.announced_on)
        known = sum_equity([event for event in self.events if event.announced_on <= told.announced_on])
        return None if usd is None else usd - known

    @property
    def investors(self) -> Sequence[tuple[Party, int, int]]:
        """Everyone who invested, with the number of deals and of those led, the most frequent first."""
        return count_parties(self.events)


@dataclass(frozen=True, slots=True)
class InvestorProfile:
    """An investor with all its deals."""

    party: Party
    country: str | None
    kind: str | None
    events: Sequence[Event]

    @property
    def co_investors(self) -> Sequence[tuple[Party, int, int]]:
        """Who invests beside it, with the number of deals and of those led, the most frequent first."""
        return [found for found in count_parties(self.events) if found[0].key != self.party.key]

    @property
    def led(self) -> int:
        """How many of the deals it leads."""
        return sum(any(lead.key == self.party.key for lead in event.leads) for event in self.events)


def sum_equity(events: Sequence[Event]) -> float:
    """The dollars of the announced and closed equity among these events."""
    facts = (event for event in events if event.kind is Kind.EQUITY and event.status in FACTS)
    return sum(event.amount_usd or 0.0 for event in facts)


def count_parties(events: Sequence[Event]) -> list[tuple[Party, int, int]]:
    """The investors of these events with how often each takes part and leads."""
    parties: dict[str, Party] = {}
    deals: Counter[str] = Counter()
    led: Counter[str] = Counter()
    for event in events:
        for party in (*event.leads, *event.participants):
            parties.setdefault(party.key, party)
            deals[party.key] += 1
        led.update(lead.key for lead in event.leads)
    order = sorted(parties, key=lambda key: (-deals[key], -led[key], key))
    return [(parties[key], deals[key], led[key]) for key in order]


class PartyQueries:
    """Read-only questions about companies and investors."""

    def __init__(self, store: Store) -> None:
        self._access: Access = store._access

    def find_companies(self, **wanted: Any) -> tuple[list[PartyRow], Place | None]:
        """A page of companies, and where to go on where there are more."""
        here = _EVENT.c.company_id == _COMPANY.c.id
        return self._find(_COMPANY, select(*_SUMS).where(VISIBLE, NOT_DENIED, here), _COMPANY.c.sector, **wanted)

    def find_investors(self, **wanted: Any) -> tuple[list[PartyRow], Place | None]:
        """A page of investors, and where to go on where there are more."""
        here = select(_PART.c.event_id).where(_PART.c.investor_id == _INVESTOR.c.id).correlate(_INVESTOR)
        sums = select(*_SUMS).where(VISIBLE, NOT_DENIED, _EVENT.c.id.in_(here))
        return self._find(_INVESTOR, sums, _INVESTOR.c.kind, **wanted)

    def _find(
        self,
        party: Table,
        sums: Select[Any],
        group: ColumnElement[Any],
        *,
        text: str | None = None,
        groups: Sequence[str] = (),
        countries: Sequence[str] = (),
        sort: str = "name",
        limit: int = 100,
        after: Place | None = None,
    ) -> tuple[list[PartyRow], Place | None]:
        usd, events, latest = (
            sums.with_only_columns(column).correlate(party).scalar_subquery().label(name)
            for name, column in _NAMED_SUMS.items()
        )
        rows = select(
            party.c.id, party.c.key, party.c.name, party.c.names, party.c.country, group.label("group"), usd, events,
            latest,
        ).where(party.c.merged_into.is_(None))  # fmt: skip
        if text:
            rows = rows.where(_says(party, text))
        if groups:
            rows = rows.where(group.in_(list(groups)))
        if countries:
            rows = rows.where(party.c.country.in_(list(countries)))
        with self._access.reading() as connection:
            found = connection.execute(_page(rows.subquery("listed"), sort, limit, after)).mappings().all()
        end = Place(found[limit - 1]["value"], str(found[limit - 1]["id"])) if len(found) > limit else None
        return [_read_row(row) for row in found[:limit]], end

    def company(self, name: str) -> CompanyProfile:
        """The company of a key or a name; NotFound where there is none."""
        with self._access.reading() as connection:
            row = self._get(_COMPANY, company_keys_of(name), name, "company")
            aliases = connection.execute(_select_aliases(row["id"])).all()
            ids = connection.scalars(
                select(_EVENT.c.id)
                .where(VISIBLE, _EVENT.c.company_id == row["id"])
                .order_by(_EVENT.c.announced_on, _EVENT.c.id)
            ).all()
            events = load_events(connection, ids)
        party = Party(row["name"], row["key"], row["names"])
        return CompanyProfile(party, row["country"], row["sector"], [Alias(*alias) for alias in aliases], events)

    def investor(self, name: str) -> InvestorProfile:
        """The investor of a key or a name; NotFound where there is none."""
        with self._access.reading() as connection:
            row = self._get(_INVESTOR, investor_keys_of(name), name, "investor")
            ids = connection.scalars(
                select(_EVENT.c.id)
                .join_from(_PART, _EVENT, _PART.c.event_id == _EVENT.c.id)
                .where(VISIBLE, _PART.c.investor_id == row["id"])
                .order_by(_EVENT.c.announced_on, _EVENT.c.id)
            ).all()
            events = load_events(connection, ids)
        return InvestorProfile(Party(row["name"], row["key"], row["names"]), row["country"], row["kind"], events)

    def _get(self, party: Table, keys: frozenset[str], name: str, what: str) -> RowMapping:
        with self._access.reading() as connection:
            found = {r["key"]: r for r in connection.execute(select(party).where(party.c.key.in_(keys))).mappings()}
            if not found:
                owner, key = _OWNERS[party.name]
                named = party.c.id.in_(select(owner).where(key.in_(keys)))
                rows = connection.execute(select(party).where(named).order_by(party.c.id)).mappings()
                found = {row["key"]: row for row in rows}
            if not found:
                raise NotFound(f"{what} {name}", f"no {what} of that key or name is stored")
            # the name itself as a key outranks what it may stand for, and a namesake told apart the others of its name
            apart = next((row for key, row in found.items() if "#" in key), None)
            row = found.get(name) or apart or found.get(match_key(name)) or next(iter(found.values()))

            def lead(party_id: int) -> int | None:
                return connection.scalar(select(party.c.merged_into).where(party.c.id == party_id))

            heir = follow_merges(int(row["id"]), lead, f"{what} {name}")
            return connection.execute(select(party).where(party.c.id == heir)).mappings().one()


# where the other names of a kind of party stand: whose they are, and their keys
_OWNERS = {
    _COMPANY.name: (_ALIAS.c.company_id, _ALIAS.c.key),
    _INVESTOR.name: (_INVESTOR_ALIAS.c.investor_id, _INVESTOR_ALIAS.c.key),
}
_SUMS = (_EVENT.c.id,)
_NAMED_SUMS: Mapping[str, ColumnElement[Any]] = {
    "usd": func.coalesce(func.sum(_EVENT.c.amount_usd).filter(FACT, _EVENT.c.kind == Kind.EQUITY.value), 0.0),
    "events": func.count(_EVENT.c.id),
    "latest_on": func.max(_EVENT.c.announced_on),
}


def _page(listed: Subquery, sort: str, limit: int, after: Place | None) -> Select[Any]:
    """The parties behind a place, one more than asked for; who has no day comes last."""
    value = {
        "name": listed.c.key,
        "-usd": listed.c.usd,
        "-events": listed.c.events,
        "-latest_on": func.coalesce(listed.c.latest_on, date.min),
    }[sort]
    descending = sort.startswith("-")
    wanted = select(listed, value.label("value")).order_by(value.desc() if descending else value, listed.c.id)
    if after is not None:
        near = value <= after.value if descending else value >= after.value
        wanted = wanted.where(near, or_(value != after.value, listed.c.id > int(after.id)))
    return wanted.limit(limit + 1)


def _says(party: Table, text: str) -> ColumnElement[bool]:
    named = func.lower(party.c.name).contains(text.lower(), autoescape=True)
    if party is not _COMPANY:
        return named
    aliases = select(_ALIAS.c.company_id).where(func.lower(_ALIAS.c.name).contains(text.lower(), autoescape=True))
    return or_(named, party.c.id.in_(aliases))


def _select_aliases(company_id: int) -> Select[Any]:
    return (
        select(_ALIAS.c.name, _ALIAS.c.learnt_from, _ARTICLE.c.url)
        .outerjoin(_ARTICLE, _ARTICLE.c.id == _ALIAS.c.learnt_from)
        .where(_ALIAS.c.company_id == company_id)
        .order_by(_ALIAS.c.name)
    )


def _read_row(row: RowMapping) -> PartyRow:
    party = Party(row["name"], row["key"], row["names"])
    return PartyRow(party, row["country"], row["group"], row["events"], float(row["usd"]), row["latest_on"])
