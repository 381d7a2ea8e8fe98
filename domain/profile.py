"""What features compare of a claim, worked out once for all the claims that it is compared with."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, lru_cache
from typing import Any, TypeVar

from domain.claim import Claim, company_keys, known_keys, maker_keys
from domain.currency import DollarsOnly, Rates
from domain.event import Extraction, Status
from domain.gazetteer import Gazetteer, load_gazetteer

T = TypeVar("T")


class Profile:
    """A claim by what features look at: the keys of the company's `names`, those of all `investors`, and the rest."""

    def __init__(self, claim: Claim, gazetteer: Gazetteer) -> None:
        self.claim = claim
        self.told: Extraction = claim.extraction
        self.on: date = claim.dated.on
        self.day = self.on.toordinal()
        self.is_rumour = self.told.status is Status.RUMOURED
        self._known = gazetteer
        # what nearly every comparison asks for is worked out at once, the rest where it is asked for
        self.names = known_keys(self.told.company, gazetteer)
        self.investors = _find_investors(self.told.investors, self.names, gazetteer)

    @property
    def telling(self) -> tuple[Hashable, ...]:
        """All that features look at but the article: claims of one telling fit any other claim alike."""
        e = self.told
        return (e.company, e.status, e.kind, e.round, e.amount, e.valuation, e.investors, self.day)

    @cached_property
    def near_names(self) -> frozenset[str]:
        """These, and the keys of its short forms."""
        return company_keys(self.told, self._known) - self.makers

    @cached_property
    def makers(self) -> frozenset[str]:
        """The keys of those who make what is named in a company's place."""
        return maker_keys(self.told.company, self._known) - self.names

    @cached_property
    def backer(self) -> str | None:
        """The company that invests by itself, None where there are several, or it is a fund, a bank or a person."""
        if len(self.investors) != 1 or not any(map(self._known.is_corporate, self.told.investors)):
            return None
        return min(self.investors)


@lru_cache(maxsize=16_384)
def _find_investors(names: tuple[str, ...], company: frozenset[str], known: Gazetteer) -> frozenset[str]:
    """The keys of all who invest; the company, or what it makes, is taken for no investor in itself."""
    others = (name for name in names if known.maker_key(name) not in company)
    return frozenset(key for key in map(known.investor_key, others) if key) - company


# so many pairs of tellings are remembered: those of a large company would fill the memory
_REMEMBERED = 50_000


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What features may look up: names that one company goes by, exchange rates, and what was worked out before."""

    gazetteer: Gazetteer = field(default_factory=load_gazetteer)
    rates: Rates = field(default_factory=DollarsOnly)
    _profiles: dict[int, tuple[Profile, int]] = field(default_factory=dict, repr=False, compare=False)
    _tellings: dict[Hashable, int] = field(default_factory=dict, repr=False, compare=False)
    _weighed: dict[tuple[int, int, bool], Any] = field(default_factory=dict, repr=False, compare=False)

    def profile(self, claim: Claim) -> Profile:
        """The claim's profile, the same one as long as nothing else is claimed under its number."""
        return self._find(claim)[0]

    def weigh(self, a: Claim, b: Claim, how: Callable[[Profile, Profile, Rates], T]) -> T:
        """What weighing the two gives; copies of a report are weighed once, however many outlets print them."""
        (one, first), (other, second) = self._find(a), self._find(b)
        key = first, second, a.article.url == b.article.url
        found: T | None = self._weighed.get(key)
        if found is None:
            if len(self._weighed) >= _REMEMBERED:
                self._weighed.clear()
            found = self._weighed[key] = how(one, other, self.rates)
        return found

    def _find(self, claim: Claim) -> tuple[Profile, int]:
        found = self._profiles.get(claim.extraction_id)
        if found is None or found[0].claim is not claim:
            profile = Profile(claim, self.gazetteer)
            number = self._tellings.setdefault(profile.telling, len(self._tellings))
            found = self._profiles[claim.extraction_id] = profile, number
        return found
