"""Companies and investors of the store: found or made by match key."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from domain.claim import Claim
from domain.event import Event, Party
from domain.gazetteer import Gazetteer
from domain.names import match_key
from storage.models import CompanyAliasRow, CompanyRow, InvestorAliasRow, InvestorRow, SearchEntryRow
from storage.rows import table
from storage.upsert import insert_missing

_COMPANY = table(CompanyRow)
_ALIAS = table(CompanyAliasRow)
_INVESTOR = table(InvestorRow)
_INVESTOR_ALIAS = table(InvestorAliasRow)
_ENTRY = table(SearchEntryRow)
# entries of these kinds wait for the index of full text to look at their company or investor again
NAMED_ANEW = "named anew"
INVESTOR_NAMED_ANEW = "investor named anew"

_FIND_COMPANY = select(_COMPANY).where(_COMPANY.c.key == bindparam("this_key"))
_FIND_INVESTORS = select(_INVESTOR).where(_INVESTOR.c.key.in_(bindparam("keys", expanding=True)))
_ADD_COMPANY = insert(_COMPANY).returning(_COMPANY.c.id)
_ADD_INVESTOR = insert(_INVESTOR).returning(_INVESTOR.c.id)


def keep_company(connection: Connection, event: Event) -> int:
    """The id of the event's company, made or brought up to date."""
    party = event.company
    row = connection.execute(_FIND_COMPANY, {"this_key": party.key}).mappings().first()
    facts = {"name": party.name, "country": event.country, "sector": event.sector}
    if row is None:
        new = {"key": party.key, "discriminator": "", "names": dict(party.names), **facts}
        return int(connection.execute(_ADD_COMPANY, new).scalar_one())
    _refresh(connection, _COMPANY, row, party, facts)
    return int(row["id"])


def _refresh(connection: Connection, where: Any, row: Any, party: Party, facts: dict[str, Any]) -> None:
    """Adds names in languages that were not known before; what is unknown now does not wipe out what was known."""
    new = {name: value for name, value in facts.items() if value is not None}
    new["names"] = {**row["names"], **party.names}
    if any(row[name] != value for name, value in new.items()):
        connection.execute(update(where).where(where.c.id == row["id"]).values(new))


def keep_aliases(connection: Connection, company_id: int, learnt: Mapping[str, int]) -> None:
    """Notes the names of a company with the article where each was learnt first."""
    rows = [
        {"company_id": company_id, "name": name, "key": match_key(name), "learnt_from": article_id}
        for name, article_id in learnt.items()
    ]
    if insert_missing(connection, _ALIAS, rows):
        note_anew(connection, NAMED_ANEW, [company_id])


def note_anew(connection: Connection, kind: str, ids: Iterable[int]) -> None:
    """Has the index of full text look at the names of companies (NAMED_ANEW) or investors again."""
    insert_missing(connection, _ENTRY, [{"kind": kind, "ref": str(party_id), "title": ""} for party_id in ids])


def keep_investor_aliases(connection: Connection, claims: Iterable[Claim], known: Gazetteer) -> None:
    """Notes names of known investors other than their own, with the article where each was learnt first."""
    said = {
        (known.investor_key(name), name): claim.article.id
        for claim in claims
        for name in claim.extraction.investors
        if known.investor_key(name) != match_key(name)
    }
    if not said:
        return
    rows = connection.execute(_FIND_INVESTORS, {"keys": sorted({key for key, _ in said})}).mappings()
    ids = {row["key"]: row["id"] for row in rows}
    aliases = [
        {"investor_id": ids[key], "name": name, "key": match_key(name), "learnt_from": article_id}
        for (key, name), article_id in said.items()
        if key in ids
    ]
    if insert_missing(connection, _INVESTOR_ALIAS, aliases):
        note_anew(connection, INVESTOR_NAMED_ANEW, sorted({alias["investor_id"] for alias in aliases}))


def keep_investors(connection: Connection, parties: Sequence[Party]) -> dict[str, int]:
    """The ids of the investors by key, made or brought up to date."""
    if not parties:
        return {}
    rows = connection.execute(_FIND_INVESTORS, {"keys": [party.key for party in parties]}).mappings()
    known = {row["key"]: row for row in rows}
    ids = {}
    for party in parties:
        if (row := known.get(party.key)) is not None:
            _refresh(connection, _INVESTOR, row, party, {"name": party.name})
            ids[party.key] = int(row["id"])
        else:
            new = {"key": party.key, "name": party.name, "names": dict(party.names)}
            ids[party.key] = int(connection.execute(_ADD_INVESTOR, new).scalar_one())
    return ids
