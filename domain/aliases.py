"""Names that a person gave to a company or an investor, or took away: they outrank the shipped lists and all articles.

    alias      "织羽" is a name of Loomfield: what is told of either is told of one company. Where it was another known
               party's own name, that party's further names come with it.
    no-alias   "Scale" is no name of Scale AI: no shipped alias, no short form and no article that names both makes the
               two one.

Of two rulings on one pair of names the later one counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from domain.errors import BadInput
from domain.gazetteer import Gazetteer, Index, KnownParty
from domain.judgement import Anchor, Judgement, Verdict
from domain.names import match_key


class PartyKind(StrEnum):
    """Who bears a name."""

    COMPANY = "company"
    INVESTOR = "investor"


@dataclass(frozen=True, slots=True)
class Ruling:
    """That `name` is a name of `party` (any of its names), or that it is none."""

    kind: PartyKind
    party: str
    name: str
    holds: bool

    @property
    def verdict(self) -> Verdict:
        """The kind of judgement that it is."""
        return Verdict.ALIAS if self.holds else Verdict.NO_ALIAS

    def as_value(self) -> dict[str, Any]:
        """What a judgement keeps of it besides its verdict and kind of party."""
        return {"party": self.party, "name": self.name}

    def anchors(self, known: Gazetteer) -> tuple[tuple[Anchor, ...], tuple[Anchor, ...]]:
        """What binds the two names together in a store, so that their events are looked at as one block."""
        if self.kind is not PartyKind.COMPANY:
            return (), ()
        return (Anchor("", known.company_key(self.party), ""),), (Anchor("", match_key(self.name), ""),)


def read_ruling(judgement: Judgement) -> Ruling | None:
    """The ruling that a judgement is; None where it is about events."""
    if judgement.verdict not in (Verdict.ALIAS, Verdict.NO_ALIAS):
        return None
    try:
        value: Mapping[str, Any] = judgement.value
        party, name, kind = value["party"], value["name"], PartyKind(judgement.field or "")
        if not match_key(party) or not match_key(name):
            raise ValueError("an empty name")
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadInput(judgement.verdict.value, f"not a name and whose it is ({error!r})") from error
    return Ruling(kind, party, name, judgement.verdict is Verdict.ALIAS)


def revise_gazetteer(base: Gazetteer, rulings: Iterable[Ruling]) -> Gazetteer:
    """World knowledge with the names that persons gave and took, the oldest ruling first."""
    latest: dict[tuple[PartyKind, frozenset[str]], Ruling] = {}
    for ruling in rulings:
        pair = ruling.kind, frozenset((_key_of(base, ruling.kind, ruling.party), match_key(ruling.name)))
        latest.pop(pair, None)
        latest[pair] = ruling
    companies, investors = dict(base.companies_by_key), dict(base.investors_by_key)
    parted: dict[PartyKind, set[frozenset[str]]] = {kind: set() for kind in PartyKind}
    # what was taken goes first: a name may go from one party to another
    for ruling in sorted(latest.values(), key=lambda one: one.holds):
        index, other = (companies, {}) if ruling.kind is PartyKind.COMPANY else (investors, companies)
        if ruling.holds:
            _give(index, other, ruling)
        else:
            parted[ruling.kind].add(_take(index, other, ruling))
    return base.revised(
        companies, investors, frozenset(parted[PartyKind.COMPANY]), frozenset(parted[PartyKind.INVESTOR])
    )


def _key_of(known: Gazetteer, kind: PartyKind, name: str) -> str:
    return known.company_key(name) if kind is PartyKind.COMPANY else known.investor_key(name)


def _find(index: Index, other: Index, name: str) -> KnownParty | None:
    key = match_key(name)
    if found := index.get(key):
        return found
    # a company that invests
    return replace(other[key], group="corporate") if key in other else None


def _give(index: Index, other: Index, ruling: Ruling) -> None:
    party = _find(index, other, ruling.party) or KnownParty(ruling.party, match_key(ruling.party))
    named = _find(index, other, ruling.name)
    names = [ruling.name]
    if named is not None and named.key == match_key(ruling.name) != party.key:
        names += [name for name in named.all_names if _leads_to(index, name, named)]
    party = replace(party, aliases=tuple(dict.fromkeys((*party.aliases, *names))))
    for name in party.all_names:
        if name in names or match_key(name) == party.key or _leads_to(index, name, party):
            index[match_key(name)] = party


def _take(index: Index, other: Index, ruling: Ruling) -> frozenset[str]:
    key = match_key(ruling.name)
    party = _find(index, other, ruling.party) or KnownParty(ruling.party, match_key(ruling.party))
    named = _find(index, other, ruling.name)
    if named is not None and named.key == party.key != key:
        party = _without(party, key)
        for name in party.all_names:
            if _leads_to(index, name, party):
                index[match_key(name)] = party
        index[key] = KnownParty(ruling.name, key)
    return frozenset((party.key, key))


def _without(party: KnownParty, key: str) -> KnownParty:
    names = {language: name for language, name in party.names.items() if match_key(name) != key}
    return replace(party, names=names, aliases=tuple(name for name in party.aliases if match_key(name) != key))


def _leads_to(index: Index, name: str, party: KnownParty) -> bool:
    found = index.get(match_key(name))
    return found is not None and found.key == party.key
