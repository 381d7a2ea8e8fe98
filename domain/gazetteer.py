"""World knowledge: companies and investors with all their names, read from domain/data when first asked for."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

from domain.names import match_key


@dataclass(frozen=True, slots=True)
class KnownParty:
    """A company or an investor as the shipped files know it; `group` is a company's sector or an investor's kind."""

    name: str
    key: str
    names: Mapping[str, str] = field(default_factory=dict)
    aliases: tuple[str, ...] = ()
    country: str | None = None
    group: str | None = None
    listed: bool = False
    products: tuple[str, ...] = ()

    @property
    def all_names(self) -> tuple[str, ...]:
        """Every name and alias, the first one best."""
        return tuple(dict.fromkeys((self.name, *self.names.values(), *self.aliases)))


Index = dict[str, KnownParty]
# pairs of keys that a person said are two parties
Parted = frozenset[frozenset[str]]


class Gazetteer:
    """Finds companies and investors by any of their names."""

    def __init__(self, companies: Iterable[KnownParty] = (), investors: Iterable[KnownParty] = ()) -> None:
        self.companies = tuple(companies)
        self.investors = tuple(investors)
        self._companies = _index(self.companies)
        self._investors = _index(self.investors)
        self._makers = {match_key(product): party.key for party in self.companies for product in party.products}
        self._parted_companies: Parted = frozenset()
        self._parted_investors: Parted = frozenset()

    @property
    def companies_by_key(self) -> Mapping[str, KnownParty]:
        """The companies by the match keys of all their names."""
        return self._companies

    @property
    def investors_by_key(self) -> Mapping[str, KnownParty]:
        """The investors by the match keys of all their names."""
        return self._investors

    def revised(
        self, companies: Index, investors: Index, parted_companies: Parted, parted_investors: Parted
    ) -> Gazetteer:
        """The same lists under other names, and pairs of keys that are none of one party: see domain.aliases."""
        new = copy(self)
        new._companies, new._investors = companies, investors
        new._parted_companies, new._parted_investors = parted_companies, parted_investors
        return new

    def heard(self, names: Sequence[str]) -> Sequence[str]:
        """The names of one company without those that a person took away from it."""
        if not self._parted_companies:
            return names
        kept: list[str] = []
        for name in names:
            if not any(self._are_parted(name, other) for other in kept):
                kept.append(name)
        return kept

    def _are_parted(self, name: str, other: str) -> bool:
        return frozenset((self.company_key(name), self.company_key(other))) in self._parted_companies

    def strangers(self, names: Sequence[str]) -> frozenset[str]:
        """The keys of companies that a person told apart from the one with these names."""
        if not self._parted_companies:
            return frozenset()
        own = frozenset(self.company_key(name) for name in names)
        return frozenset(key for pair in self._parted_companies if len(own & pair) == 1 for key in pair - own)

    def are_two_investors(self, name: str, other: str) -> bool:
        """Whether a person said that the two names are those of two investors."""
        return frozenset((self.investor_key(name), self.investor_key(other))) in self._parted_investors

    def find_company(self, name: str) -> KnownParty | None:
        """The company of that name, None where it is unknown."""
        return self._companies.get(match_key(name))

    def find_investor(self, name: str) -> KnownParty | None:
        """The investor of that name; companies invest too, so theirs are looked through next."""
        key = match_key(name)
        return self._investors.get(key) or self._companies.get(key)

    def is_corporate(self, name: str) -> bool:
        """Whether the name is that of a company which invests, and of no fund, bank or person."""
        found = self.find_investor(name)
        return found is not None and (found.group == "corporate" or self._investors.get(match_key(name)) is not found)

    def company_key(self, name: str) -> str:
        """The key that all the names of one company share: the known one's, else the name's own match key."""
        known = self.find_company(name)
        return known.key if known else match_key(name)

    def maker_key(self, name: str) -> str | None:
        """The key of the company that makes a product of this name, None where it is a company's own name."""
        key = match_key(name)
        return None if key in self._companies else self._makers.get(key)

    def investor_key(self, name: str) -> str:
        """The key that all the names of one investor share."""
        known = self.find_investor(name)
        return known.key if known else match_key(name)


def _index(parties: Iterable[KnownParty]) -> dict[str, KnownParty]:
    found: dict[str, KnownParty] = {}
    listed = list(parties)
    # a party's own name outranks another's alias
    for names_of in (lambda p: (p.name,), lambda p: p.all_names):
        for party in listed:
            for name in names_of(party):
                found.setdefault(match_key(name), party)
    return found


def _build_party(record: Mapping[str, Any], group: str) -> KnownParty:
    return KnownParty(
        name=record["name"],
        key=match_key(record["name"]),
        names=dict(record.get("names", {})),
        aliases=tuple(record.get("aliases", ())),
        country=record.get("country"),
        group=record.get(group),
        listed=bool(record.get("listed")),
        products=tuple(record.get("products", ())),
    )


def _load_records(file: str, table: str) -> list[Mapping[str, Any]]:
    path = resources.files("domain") / "data" / file
    if not path.is_file():
        return []
    records: list[Mapping[str, Any]] = tomllib.loads(path.read_text("utf-8")).get(table, [])
    return records


@cache
def load_gazetteer() -> Gazetteer:
    """Reads the shipped files, once a process."""
    return Gazetteer(
        (_build_party(record, "sector") for record in _load_records("companies.toml", "company")),
        (_build_party(record, "kind") for record in _load_records("investors.toml", "investor")),
    )
