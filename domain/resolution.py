"""Which event a claim tells: the features of domain.features, weighed and added up.

    claim + candidates ─→ FEATURES (each −1..1 times its weight, with a reason) ─→ New | Join | Unsure

A claim is compared with every article already filed under an event; the event's score is that of the article it fits
best, held down by what speaks against the event as a whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.claim import Candidate, Claim
from domain.event import Status
from domain.features import FEATURES, Knowledge

JOIN_AT = 0.5
UNSURE_AT = 0.35
DRAG = 0.5


@dataclass(frozen=True, slots=True)
class Reason:
    """One feature's part in a score."""

    feature: str
    score: float
    text: str


@dataclass(frozen=True, slots=True)
class New:
    """The claim opens an event; `score` is that of the nearest candidate."""

    score: float = 0.0
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Join:
    """The claim belongs to that event."""

    event_id: str
    score: float
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Unsure:
    """The claim may belong to that event; a person should look."""

    event_id: str
    score: float
    reasons: tuple[Reason, ...] = ()


Decision = New | Join | Unsure


@dataclass(frozen=True, slots=True)
class Filing:
    """A claim with the decision that put it where it is."""

    claim: Claim
    decision: Decision


def score_pair(a: Claim, b: Claim, known: Knowledge) -> tuple[float, tuple[Reason, ...]]:
    """The score of two claims, from the features that have something to say, with the reasons."""
    reasons = []
    for name, weight, feature in FEATURES:
        if (found := feature(a, b, known)) is not None:
            reasons.append(Reason(name, round(weight * found[0], 4), found[1]))
    return round(sum(reason.score for reason in reasons), 4), tuple(reasons)


def score_candidate(claim: Claim, candidate: Candidate, known: Knowledge) -> tuple[float, tuple[Reason, ...]]:
    """The best pair's score, held down by the event's own clear contradictions."""
    witnesses = _find_witnesses(claim, candidate.members)
    if not witnesses:
        return 0.0, ()
    pairs = [(*score_pair(claim, member, known), member) for member in witnesses]
    # of two that fit alike, the later one: which one is told must not hang on the order they came in
    score, reasons, _ = max(pairs, key=lambda pair: (pair[0], pair[2].told_on, pair[2].article.url))
    mean = sum(pair[0] for pair in pairs) / len(pairs)
    drag = min(0.0, DRAG * (mean - UNSURE_AT))
    return round(score + drag, 4), reasons


def _find_witnesses(claim: Claim, members: Sequence[Claim]) -> Sequence[Claim]:
    """The members to compare with: for a rumour told after the announcement, the talk before it is settled."""
    facts = [member for member in members if member.extraction.status is not Status.RUMOURED]
    if claim.extraction.status is Status.RUMOURED and facts and claim.dated.on > min(fact.dated.on for fact in facts):
        return facts
    return members


def decide(claim: Claim, candidates: Sequence[Candidate], *, known: Knowledge | None = None) -> Decision:
    """Joins the best candidate where its score suffices, else opens a new event or asks a person."""
    known = known or Knowledge()
    scored = [(*score_candidate(claim, candidate, known), candidate) for candidate in candidates]
    if not scored:
        return New()
    # of two that fit alike, the one told by more
    score, reasons, best = max(scored, key=lambda s: (s[0], len(s[2].members), s[2].event.id))
    event_id = best.event.id
    if score >= JOIN_AT:
        return Join(event_id, score, reasons)
    if score >= UNSURE_AT:
        return Unsure(event_id, score, reasons)
    return New(score, reasons)
