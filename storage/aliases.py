"""Names of companies and investors: what persons said of them, and what is worth asking a person.

judgements on names ─→ domain.aliases.revise_gazetteer ─→ the world knowledge of this store
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Table, delete, func, insert, select, update

from domain.aliases import PartyKind, Ruling, read_ruling, revise_gazetteer
from domain.gazetteer import Gazetteer, load_gazetteer
from domain.names import match_key
from storage.engine import Access
from storage.judgements import load_on_names
from storage.models import CompanyAliasRow, CompanyRow, EventInvestorRow, EventRow, InvestorAliasRow, InvestorRow
from storage.parties import INVESTOR_NAMED_ANEW, NAMED_ANEW, note_anew
from storage.rows import table
from storage.upsert import insert_missing

_COMPANY = table(CompanyRow)
_COMPANY_ALIAS = table(CompanyAliasRow)
_INVESTOR = table(InvestorRow)
_INVESTOR_ALIAS = table(InvestorAliasRow)
_EVENT = table(EventRow)
_PART = table(EventInvestorRow)
_VISIBLE = _EVENT.c.merged_into.is_(None) & ~_EVENT.c.withdrawn


@dataclass(frozen=True, slots=True)
class _Tables:
    """Where parties of a kind stand, their other names, and the column that leads from these to them."""

    party: Table
    alias: Table
    owner: Any


_TABLES = {
    PartyKind.COMPANY: _Tables(_COMPANY, _COMPANY_ALIAS, _COMPANY_ALIAS.c.company_id),
    PartyKind.INVESTOR: _Tables(_INVESTOR, _INVESTOR_ALIAS, _INVESTOR_ALIAS.c.investor_id),
}


@dataclass(frozen=True, slots=True)
class Question:
    """Two parties that may be one, or two names that may be those of two: `name` is what `party` is to be asked for."""

    kind: PartyKind
    party: str
    name: str
    shared: str | None = None
    """A name that both companies go by; None where the program took two investors for one."""


@lru_cache(maxsize=8)
def _revise(rulings: tuple[Ruling, ...]) -> Gazetteer:
    return revise_gazetteer(load_gazetteer(), rulings)


class Aliases:
    """The names that parties go by in this store."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self._known: Gazetteer | None = None

    def gazetteer(self) -> Gazetteer:
        """World knowledge with what persons said of names; read once a transaction."""
        if self._known is None or not self._access.is_bound:
            with self._access.reading() as connection:
                rulings = (read_ruling(judgement) for judgement in load_on_names(connection))
                self._known = _revise(tuple(ruling for ruling in rulings if ruling is not None))
        return self._known

    def has_party(self, kind: PartyKind, name: str) -> bool:
        """Whether the store knows a company or an investor of that name."""
        tables, keys = _TABLES[kind], {match_key(name), self._key_of(kind, name)}
        own = select(tables.party.c.id).where(tables.party.c.key.in_(keys))
        other = select(tables.owner).where(tables.alias.c.key.in_(keys))
        with self._access.reading() as connection:
            return connection.scalar(own.union(other).limit(1)) is not None

    def keys_of_company(self, key: str) -> frozenset[str]:
        """The keys of all names that articles gave the company of that key, in whichever of its rounds."""
        wanted = select(_COMPANY_ALIAS.c.key).join_from(_COMPANY_ALIAS, _COMPANY).where(_COMPANY.c.key == key)
        with self._access.reading() as connection:
            return frozenset(connection.scalars(wanted))

    def apply(self, ruling: Ruling) -> None:
        """Notes among the names of parties what a judgement says that was just kept."""
        self._known = None
        pair = self._key_of(ruling.kind, ruling.party), match_key(ruling.name)
        with self._access.writing() as connection:
            if ruling.holds:
                _give(connection, _TABLES[ruling.kind], pair, ruling)
            else:
                for own, other in (pair, pair[::-1]):
                    _take(connection, _TABLES[ruling.kind], own, other)
            party = _TABLES[ruling.kind].party
            anew = NAMED_ANEW if ruling.kind is PartyKind.COMPANY else INVESTOR_NAMED_ANEW
            note_anew(connection, anew, connection.scalars(select(party.c.id).where(party.c.key.in_(pair))).all())

    def questions(self) -> list[Question]:
        """What is worth asking a person: companies that share a name, investors that were taken for one."""
        known = self.gazetteer()
        with self._access.reading() as connection:
            return [*_iter_sharing(connection), *_iter_paired(connection, known)]

    def _key_of(self, kind: PartyKind, name: str) -> str:
        known = self.gazetteer()
        return known.company_key(name) if kind is PartyKind.COMPANY else known.investor_key(name)


def _give(connection: Connection, tables: _Tables, pair: tuple[str, str], ruling: Ruling) -> None:
    """The party goes by the name; who went by it before leads on to the party."""
    party = tables.party
    party_id = connection.scalar(select(party.c.id).where(party.c.key == pair[0]))
    if party_id is None:
        new = insert(party).values(key=pair[0], name=ruling.party, names={}).returning(party.c.id)
        party_id = connection.execute(new).scalar_one()
    row = {tables.owner.name: party_id, "name": ruling.name, "key": pair[1], "learnt_from": None}
    insert_missing(connection, tables.alias, [row])
    connection.execute(update(party).where(party.c.id == party_id).values(merged_into=None))
    other = (party.c.key == pair[1]) & (party.c.id != party_id)
    connection.execute(update(party).where(other).values(merged_into=party_id))


def _take(connection: Connection, tables: _Tables, own: str, other: str) -> None:
    """The party does not go by the name any more, and who does leads to itself."""
    party = tables.party
    row = connection.execute(select(party.c.id, party.c.names).where(party.c.key == own)).first()
    if row is None:
        return
    connection.execute(delete(tables.alias).where(tables.owner == row.id, tables.alias.c.key == other))
    names = {language: name for language, name in row.names.items() if match_key(name) != other}
    connection.execute(update(party).where(party.c.id == row.id).values(names=names))
    connection.execute(
        update(party).where(party.c.merged_into == row.id, party.c.key == other).values(merged_into=None)
    )


def _iter_sharing(connection: Connection) -> Iterator[Question]:
    """Yields companies with rounds that go by one name; those that a person told apart by brackets are left out."""
    here = select(_EVENT.c.id).where(_EVENT.c.company_id == _COMPANY.c.id, _VISIBLE).exists()
    borne = (
        select(
            _COMPANY_ALIAS.c.key, _COMPANY.c.name.label("company"), _COMPANY_ALIAS.c.name, _COMPANY.c.key.label("own")
        )
        .join_from(_COMPANY_ALIAS, _COMPANY)
        .where(here, _COMPANY.c.merged_into.is_(None), ~_COMPANY.c.key.contains("#"))
    )
    shared = select(_COMPANY_ALIAS.c.key).group_by(_COMPANY_ALIAS.c.key)
    shared = shared.having(func.count(_COMPANY_ALIAS.c.company_id.distinct()) > 1)
    borne = borne.where(_COMPANY_ALIAS.c.key.in_(shared)).order_by(_COMPANY_ALIAS.c.key, _COMPANY.c.id)
    first: dict[str, Any] = {}
    for row in connection.execute(borne):
        before = first.setdefault(row.key, row)
        if before.own != row.own:
            yield Question(PartyKind.COMPANY, before.company, row.company, row.name)


def _iter_paired(connection: Connection, known: Gazetteer) -> Iterator[Question]:
    """Yields investors that show a name in each language which nobody said to be those of one."""
    english, chinese = (_PART.c.named_as["names"][language].as_string() for language in ("en", "zh"))
    wanted = select(english.label("en"), chinese.label("zh")).join_from(_PART, _EVENT).where(_VISIBLE)
    wanted = wanted.where(english.is_not(None), chinese.is_not(None), english != chinese).distinct()
    for en, zh in sorted((row.en, row.zh) for row in connection.execute(wanted)):
        if known.investor_key(en) != known.investor_key(zh) and not known.are_two_investors(en, zh):
            yield Question(PartyKind.INVESTOR, en, zh)
