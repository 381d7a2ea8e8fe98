"""An event as rules look at it: its values as keys, its bounds in dollars, its texts, and the tokens it is found by."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from domain.event import Event, Party
from domain.gazetteer import load_gazetteer
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

    def iter_tokens(self) -> Iterator[Token]:
        """Yields everything that a condition's anchor may name."""
        for field, values in self.values.items():
            for value in values:
                yield field, value
        for bound, usd in (("low", self.low_usd), ("high", self.high_usd)):
            if usd is not None:
                yield from ((bound, str(power)) for power in range(int(math.log2(max(usd, 1.0))) + 1))
        for flag in self.flags:
            yield "flag", flag
        for gram in find_grams(self.text):
            yield "gram", gram


def build_subject(event: Event, flags: Collection[str] = (), titles: Iterable[str] = ()) -> Subject:
    """Looks at an event; `titles` of articles that tell it are searched for words too."""
    low, high = _find_bounds(event)
    leads = _investor_keys(event.leads)
    values = {
        "kinds": frozenset((event.kind.value,)),
        "statuses": frozenset((event.status.value,)),
        "rounds": frozenset((event.round, base_round(event.round))) if event.round else frozenset(),
        "sectors": frozenset((event.sector,)) if event.sector else frozenset(),
        "countries": frozenset((event.country,)) if event.country else frozenset(),
        "companies": _company_keys(event),
        "leads": leads,
        "investors": leads | _investor_keys(event.participants),
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


def _company_keys(event: Event) -> frozenset[str]:
    known = load_gazetteer()
    names = (event.company.name, *event.company.names.values(), *([event.application] if event.application else []))
    return frozenset((event.company.key, *map(known.company_key, names)))


def _investor_keys(parties: Iterable[Party]) -> frozenset[str]:
    known = load_gazetteer()
    return frozenset(
        key for party in parties for key in (party.key, *map(known.investor_key, (party.name, *party.names.values())))
    )


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
