"""What features compare of a claim, worked out once for all the claims that it is compared with."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from domain.claim import Claim, company_keys, known_keys, maker_keys
from domain.currency import DollarsOnly, Rates
from domain.event import Extraction, Status
from domain.gazetteer import Gazetteer, load_gazetteer


class Profile:
    """A claim by what features look at."""

    def __init__(self, claim: Claim, gazetteer: Gazetteer) -> None:
        self.claim = claim
        self.told: Extraction = claim.extraction
        self.on: date = claim.dated.on
        self.day = self.on.toordinal()
        self.is_rumour = self.told.status is Status.RUMOURED
        self._known = gazetteer

    @cached_property
    def names(self) -> frozenset[str]:
        """The keys of the company's names."""
        return known_keys(self.told.company, self._known)

    @cached_property
    def near_names(self) -> frozenset[str]:
        """These, and the keys of its short forms."""
        return company_keys(self.told, self._known) - self.makers

    @cached_property
    def makers(self) -> frozenset[str]:
        """The keys of those who make what is named in a company's place."""
        return maker_keys(self.told.company, self._known) - self.names

    @cached_property
    def investors(self) -> frozenset[str]:
        """The keys of all who invest; the company, or what it makes, is taken for no investor in itself."""
        others = (name for name in self.told.investors if self._known.maker_key(name) not in self.names)
        return frozenset(key for key in map(self._known.investor_key, others) if key) - self.names

    @cached_property
    def backer(self) -> str | None:
        """The company that invests by itself, None where there are several, or it is a fund, a bank or a person."""
        if len(self.investors) != 1 or not any(map(self._known.is_corporate, self.told.investors)):
            return None
        return min(self.investors)


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What features may look up: names that one company goes by, exchange rates, and profiles made before."""

    gazetteer: Gazetteer = field(default_factory=load_gazetteer)
    rates: Rates = field(default_factory=DollarsOnly)
    _profiles: dict[int, Profile] = field(default_factory=dict, repr=False, compare=False)

    def profile(self, claim: Claim) -> Profile:
        """The claim's profile, the same one as long as nothing else is claimed under its number."""
        found = self._profiles.get(claim.extraction_id)
        if found is None or found.claim is not claim:
            found = self._profiles[claim.extraction_id] = Profile(claim, self.gazetteer)
        return found
