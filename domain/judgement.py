"""What a person says of events; it outranks the machine for ever.

    same        these two events are one                different   they are two
    merge       all articles of both belong together    split       these articles tell another event than the rest
    edit        a field of the event has this value
    alias       this is a name of that company or investor      no-alias   it is none, whatever articles say

Events come and go as articles do, so a judgement holds on to what articles claim: an `Anchor` finds its claim again in
a store that was rebuilt, and after the article was read anew.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from domain.claim import Claim, company_keys
from domain.errors import BadInput
from domain.fusion import digest_text
from domain.gazetteer import Gazetteer, load_gazetteer


class Verdict(StrEnum):
    """What kind of judgement it is."""

    SAME = "same"
    DIFFERENT = "different"
    EDIT = "edit"
    SPLIT = "split"
    MERGE = "merge"
    ALIAS = "alias"
    NO_ALIAS = "no-alias"


@dataclass(frozen=True, slots=True)
class Anchor:
    """Which claim is meant: the article's address, a key of the company, and a digest of what was claimed."""

    url: str
    company_key: str
    digest: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """One person's word; `subject` and `other` are the claims that it is about, oldest first."""

    verdict: Verdict
    subject: tuple[Anchor, ...]
    other: tuple[Anchor, ...]
    judged_by: str
    judged_at: datetime
    field: str | None = None
    value: Any = None
    note: str | None = None
    id: int | None = None

    def describe(self) -> str:
        """Who said what and when, on one line."""
        edit = f" {self.field}" if self.field else ""
        return f"{self.verdict.value}{edit}, says {self.judged_by} on {self.judged_at:%Y-%m-%d}"

    def as_dict(self) -> dict[str, Any]:
        """The judgement as JSON holds it, without its place in a store; `from_dict` gives it back."""
        return {
            "verdict": self.verdict.value,
            "subject": [asdict(anchor) for anchor in self.subject],
            "other": [asdict(anchor) for anchor in self.other],
            "judged_by": self.judged_by,
            "judged_at": self.judged_at.astimezone(UTC).isoformat(),
            "field": self.field,
            "value": self.value,
            "note": self.note,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Judgement:
        """Reads what `as_dict` gave; raises BadInput where it is none, or has both sides say the same."""
        try:
            judgement = cls(
                verdict=Verdict(data["verdict"]),
                subject=tuple(Anchor(**anchor) for anchor in data["subject"]),
                other=tuple(Anchor(**anchor) for anchor in data["other"]),
                judged_by=data["judged_by"],
                judged_at=datetime.fromisoformat(data["judged_at"]).astimezone(UTC),
                field=data.get("field"),
                value=data.get("value"),
                note=data.get("note"),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise BadInput("judgement", f"none that can be read ({error!r})") from error
        if judgement.subject and set(judgement.subject) == set(judgement.other):
            raise BadInput("judgement", f"a circle: {judgement.verdict.value} of an event and itself")
        return judgement


def anchor_claim(claim: Claim, gazetteer: Gazetteer | None = None) -> Anchor:
    """How to find this claim again."""
    known = gazetteer or load_gazetteer()
    return Anchor(claim.article.url, known.company_key(claim.extraction.company[0]), _digest(claim))


def _digest(claim: Claim) -> str:
    e = claim.extraction
    return digest_text(e.company, e.kind, e.round, e.amount, e.valuation, e.status)


@dataclass(frozen=True, slots=True)
class _Ruling:
    """One judgement over claims: all of `one` belong together, or none of `one` with any of `other`."""

    order: int
    judgement: Judgement
    together: bool
    one: frozenset[int]
    other: frozenset[int] = frozenset()

    def applies(self, claim_id: int, members: Iterable[int]) -> bool:
        """Whether it says anything about the claim and those members."""
        if self.together:
            return claim_id in self.one and not self.one.isdisjoint(members)
        facing = self.other if claim_id in self.one else self.one if claim_id in self.other else frozenset()
        return not facing.isdisjoint(members)


class Bench:
    """The judgements over a set of claims, the newest one outranking those before."""

    def __init__(self, judgements: Sequence[Judgement], claims: Sequence[Claim]) -> None:
        self._finder = _Finder(claims) if judgements else None
        self._edits: list[tuple[int, Judgement]] = []
        self._rulings: dict[int, list[_Ruling]] = defaultdict(list)
        for order, judgement in enumerate(sorted(judgements, key=lambda j: (j.judged_at, j.id or 0))):
            self._take(order, judgement)

    def _take(self, order: int, judgement: Judgement) -> None:
        assert self._finder is not None
        subject, other = (self._finder.find(anchors) for anchors in (judgement.subject, judgement.other))
        match judgement.verdict:
            case Verdict.EDIT:
                self._edits += [(claim_id, judgement) for claim_id in subject[:1]]
                return
            case Verdict.SAME | Verdict.MERGE:
                rulings = [_Ruling(order, judgement, True, frozenset((*subject, *other)))]
            case Verdict.DIFFERENT:
                rulings = [_Ruling(order, judgement, False, frozenset(subject), frozenset(other))]
            case Verdict.SPLIT:
                rulings = [
                    _Ruling(order, judgement, True, frozenset(subject)),
                    _Ruling(order, judgement, False, frozenset(subject), frozenset(other)),
                ]
            case Verdict.ALIAS | Verdict.NO_ALIAS:
                # what names mean is settled before any claim is filed: see domain.aliases
                return
        for ruling in rulings:
            for claim_id in ruling.one | ruling.other:
                self._rulings[claim_id].append(ruling)

    def rule(self, claim: Claim, members: Sequence[Claim]) -> tuple[bool, Judgement] | None:
        """Whether the claim has to join these members (True) or must not (False); None where nobody judged."""
        rulings = self._rulings.get(claim.extraction_id, ())
        ids = [member.extraction_id for member in members] if rulings else []
        found = [ruling for ruling in rulings if ruling.applies(claim.extraction_id, ids)]
        if not found:
            return None
        newest = max(found, key=lambda ruling: ruling.order)
        return newest.together, newest.judgement

    def has_ruling(self, claim: Claim) -> bool:
        """Whether anybody judged on this claim."""
        return claim.extraction_id in self._rulings

    def edits_of(self, members: Iterable[Claim]) -> list[Judgement]:
        """The edits of the event that holds these members, oldest first."""
        ids = {member.extraction_id for member in members}
        return [judgement for claim_id, judgement in self._edits if claim_id in ids]


class _Finder:
    """Finds the claims that anchors mean."""

    def __init__(self, claims: Sequence[Claim]) -> None:
        self._by_url: dict[str, list[Claim]] = defaultdict(list)
        for claim in claims:
            self._by_url[claim.article.url].append(claim)

    def find(self, anchors: Iterable[Anchor]) -> list[int]:
        """The ids of the claims, one an anchor at most."""
        found = (self._find_one(anchor) for anchor in anchors)
        return list(dict.fromkeys(claim_id for claim_id in found if claim_id is not None))

    def _find_one(self, anchor: Anchor) -> int | None:
        here = self._by_url.get(anchor.url, [])
        exact = [claim for claim in here if _digest(claim) == anchor.digest]
        # an article that was read anew may say another amount of the same company
        known = load_gazetteer()
        alike = exact or [claim for claim in here if anchor.company_key in company_keys(claim.extraction, known)]
        return alike[0].extraction_id if alike else None
