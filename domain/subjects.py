"""An event as rules look at it: its values as keys, its bounds in dollars, its texts, and the tokens it is found by."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from domain.event import Event, Party
from domain.gazetteer import Gazetteer, KnownParty, load_gazetteer
from domain.names import match_key
from domain.rounds import base_round

Token = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Subject:
    """One state of an event, made ready for conditions; `flags` holds `conflict` and `first_round` where true."""

    event: Event
    values: Mapping[str, frozenset[str]]
    low_usd: float | None
    high_usd: float | None
    text: str
    flags: frozenset[str] = frozenset()

    def iter_tokens(self, kinds: Collection[str]) -> Iterator[Token]:
        """Yields everything of these kinds that a condition's anchor may name."""
        for field, values in self.values.items():
            if field in kinds:
                for value in values:
                    yield field, value
        for bound, usd in (("low", self.low_usd), ("high", self.high_usd)):
            if usd is not None:
                yield from ((bound, str(power)) for power in range(int(math.log2(max(usd, 1.0))) + 1))
        for flag in self.flags:
            yield "flag", flag
        # most of all tokens, and few rules ask for words
        if "gram" in kinds:
            for gram in find_grams(self.text):
                yield "gram", gram


def build_subject(
    event: Event,
    flags: Collection[str] = (),
    titles: Iterable[str] = (),
    *,
    known: Gazetteer | None = None,
    aliases: Iterable[str] = (),
) -> Subject:
    """Looks at an event; `titles` of articles that tell it are searched for words too.

    Parties are found by every name that is `known` of them; `aliases` are keys that the company goes by besides.
    """
    known = known or load_gazetteer()
    low, high = _find_bounds(event)
    leads = _investor_keys(event.leads, known)
    values = {
        "kinds": frozenset((event.kind.value,)),
        "statuses": frozenset((event.status.value,)),
        "rounds": frozenset((event.round, base_round(event.round))) if event.round else frozenset(),
        "sectors": frozenset((event.sector,)) if event.sector else frozenset(),
        "countries": frozenset((event.country,)) if event.country else frozenset(),
        "companies": _company_keys(event, known) | frozenset(aliases),
        "leads": leads,
        "investors": leads | _investor_keys(event.participants, known),
    }
    return Subject(event, values, low, high, _join_texts(event, titles), frozenset(flags))


def find_grams(text: str) -> frozenset[str]:
    """All single characters and pairs of neighbours."""
    return frozenset(text) | frozenset(map("".join, pairwise(text)))


def _find_bounds(event: Event) -> tuple[float | None, float | None]:
    """The amount's bounds in dollars, at the rate that the event was reckoned with."""
    amount = event.amount
    if amount is None or not event.amount_usd or not amount.value:
        return None, None
    rate = event.amount_usd / amount.value
    return (
        None if amount.min is None else amount.min * rate,
        None if amount.max is None else amount.max * rate,
    )


def _company_keys(event: Event, known: Gazetteer) -> frozenset[str]:
    names = (event.company.name, *event.company.names.values(), *([event.application] if event.application else []))
    return _gather_keys(event.company.key, names, known.find_company)


def _investor_keys(parties: Iterable[Party], known: Gazetteer) -> frozenset[str]:
    found = (_gather_keys(party.key, (party.name, *party.names.values()), known.find_investor) for party in parties)
    return frozenset().union(*found)


def _gather_keys(own: str, names: Iterable[str], find: Callable[[str], KnownParty | None]) -> frozenset[str]:
    """The match keys of these names, and of all others that lead to the same party: a rule may use any of them."""
    keys = {own}
    for name in names:
        keys.add(match_key(name))
        if (party := find(name)) is not None:
            keys.update(match_key(other) for other in party.all_names if _leads_to(find(other), party))
    return frozenset(keys)


def _leads_to(found: KnownParty | None, party: KnownParty) -> bool:
    """Whether a name is the party's: an alias may be the own name of another one, or have been taken away."""
    return found is not None and found.key == party.key


def _join_texts(event: Event, titles: Iterable[str]) -> str:
    texts = (
        event.company.name,
        *event.company.names.values(),
        event.application or "",
        *event.application_types.values(),
        event.sector or "",
        *titles,
    )
    return "\n".join(dict.fromkeys(texts)).casefold()
