"""Which event a claim tells: the features of domain.features, weighed and added up.

    claim + candidates ─→ FEATURES (each −1..1 times its weight, with a reason) ─→ New | Join | Unsure

A claim is compared with every article already filed under an event; the event's score is that of the article it fits
best, held down by what speaks against the event as a whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from math import log2
from statistics import median

from domain.claim import Candidate, Claim
from domain.currency import Rates
from domain.event import Status
from domain.features import FEATURES, Words
from domain.profile import Knowledge, Profile

JOIN_AT = 0.5
UNSURE_AT = 0.35
TIED_AT = 0.5
# how much of a score is that of an event's middle article, and not of its best-fitting one
BREADTH = 0.4
# the lead of the event that twice as many articles tell, where a claim fits several
LEAD = 0.03
# what a fit by name and day alone loses where another event's day fits better by so much
DETOUR, NEARER = 0.15, 0.1
# so many rumours to each report of a fact: more of them, and the report may have taken talk for news
TALK = 3
_FIGURES = frozenset(("round", "amount", "valuation"))
_PROOFS = _FIGURES | {"investors", "backer"}

# a feature's name, its part in a score, and why
_Found = tuple[str, float, Words]


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


def redirect(decision: Decision, ids: Mapping[str, str], own: str | None = None) -> Decision:
    """The decision by the new ids of events; a doubt about the event that the claim is filed under now is none."""
    if isinstance(decision, New):
        return decision
    event_id = ids.get(decision.event_id, decision.event_id)
    if isinstance(decision, Unsure) and event_id == own:
        return Join(event_id, decision.score, decision.reasons)
    return replace(decision, event_id=event_id)


@dataclass(frozen=True, slots=True)
class Filing:
    """A claim with the decision that put it where it is."""

    claim: Claim
    decision: Decision


@dataclass(frozen=True, slots=True)
class _Weighed:
    """A candidate with its score and the reasons."""

    candidate: Candidate
    score: float
    reasons: tuple[Reason, ...]

    @property
    def rank(self) -> tuple[float, int, str]:
        """What a claim that fits several goes by: the score, with a lead for an event that many articles tell."""
        count = len(self.candidate.members)
        lead = LEAD * log2(count) if self.score >= JOIN_AT else 0.0
        return self.score + lead, count, self.candidate.event.id

    @property
    def passed_by(self) -> _Weighed:
        """The same with what another event that is nearer takes from it."""
        nearer = Reason("nearer", -DETOUR, "another event is nearer in time")
        return replace(self, score=round(self.score - DETOUR, 4), reasons=(*self.reasons, nearer))

    @property
    def by_date(self) -> float:
        """The part of the score that the days make."""
        return next((reason.score for reason in self.reasons if reason.feature == "dates"), -1.0)

    @property
    def has_proof(self) -> bool:
        """Whether more speaks for it than the name and the day."""
        return any(reason.score > 0 and reason.feature in _PROOFS for reason in self.reasons)


def score_pair(a: Claim, b: Claim, known: Knowledge) -> tuple[float, tuple[Reason, ...]]:
    """The score of two claims, from the features that have something to say, with the reasons."""
    score, found = known.weigh(a, b, _weigh_pair)
    return score, _explain(found)


def _weigh_pair(a: Profile, b: Profile, rates: Rates) -> tuple[float, list[_Found]]:
    found: list[_Found] = []
    score = 0.0
    for name, weight, feature in FEATURES:
        if (finding := feature(a, b, rates)) is not None:
            part = round(weight * finding[0], 4)
            score += part
            found.append((name, part, finding[1]))
    return round(score, 4), found


def _explain(found: Iterable[_Found]) -> tuple[Reason, ...]:
    return tuple(Reason(name, part, words if isinstance(words, str) else words()) for name, part, words in found)


def score_candidate(claim: Claim, candidate: Candidate, known: Knowledge) -> tuple[float, tuple[Reason, ...]]:
    """How well the claim fits the event: its best-fitting article, and to a part the middle one of them all.

    Figures on which the best-fitting article is silent count against the event where all others that tell them differ.
    """
    witnesses = _find_witnesses(claim, candidate.members)
    if not witnesses:
        return 0.0, ()
    pairs = [(*known.weigh(claim, member, _weigh_pair), member) for member in witnesses]
    # of two that fit alike, the later one: which one is told must not hang on the order they came in
    best, found, _ = max(pairs, key=lambda pair: (pair[0], pair[2].told_on, pair[2].article.url))
    rest = round(BREADTH * (median(pair[0] for pair in pairs) - best), 4)
    unsaid = _find_unsaid(found, (other for _, other, _ in pairs))
    reasons = _explain((*found, *unsaid))
    if rest:
        reasons += (Reason("others", rest, f"of {len(pairs)} articles others fit less well"),)
    return round(best + rest + _add_up(unsaid), 4), reasons


def _find_unsaid(found: Iterable[_Found], others: Iterable[Sequence[_Found]]) -> list[_Found]:
    """What is not found in the best pair, and speaks against the event in all the others that know of it."""
    silent = _FIGURES.difference(name for name, _, _ in found)
    if not silent:
        return []
    mildest: dict[str, _Found] = {}
    # copies of a report share what was found
    for one in chain.from_iterable({id(other): other for other in others}.values()):
        if one[0] in silent and (one[0] not in mildest or one[1] > mildest[one[0]][1]):
            mildest[one[0]] = one
    return [mildest[name] for name in sorted(mildest) if mildest[name][1] < 0]


def _add_up(found: Iterable[_Found]) -> float:
    return sum(part for _, part, _ in found)


def _find_witnesses(claim: Claim, members: Sequence[Claim]) -> Sequence[Claim]:
    """The members to compare with: for a rumour told after the announcement, the talk before it is settled.

    One announcement beside a lot of talk settles nothing: it may be talk that was taken for news.
    """
    facts = [member for member in members if member.extraction.status is not Status.RUMOURED]
    if claim.extraction.status is not Status.RUMOURED or not facts or len(members) > (TALK + 1) * len(facts):
        return members
    return facts if claim.dated.on > min(fact.dated.on for fact in facts) else members


def decide(claim: Claim, candidates: Sequence[Candidate], *, known: Knowledge | None = None) -> Decision:
    """Joins the best candidate where its score suffices, else opens a new event or asks a person."""
    return decide_all(claim, candidates, known=known)[0]


def decide_all(
    claim: Claim, candidates: Sequence[Candidate], *, known: Knowledge | None = None
) -> tuple[Decision, tuple[str, ...]]:
    """The decision, and the other events which the claim shows to be the same one as that which it joins."""
    known = known or Knowledge()
    weighed = [_Weighed(candidate, *score_candidate(claim, candidate, known)) for candidate in candidates]
    if not weighed:
        return New(), ()
    weighed = _hold_down_detours(weighed)
    # the order in which they were found must decide nothing
    weighed.sort(key=lambda w: w.rank, reverse=True)
    best, *rest = weighed
    event_id = best.candidate.event.id
    if best.score >= JOIN_AT:
        others = [w for w in rest if w.score >= JOIN_AT]
        return Join(event_id, best.score, best.reasons), _find_tied(claim, best.candidate, others, known)
    if best.score >= UNSURE_AT:
        return Unsure(event_id, best.score, best.reasons), ()
    return New(best.score, best.reasons), ()


def _hold_down_detours(weighed: Sequence[_Weighed]) -> list[_Weighed]:
    """What fits an event by its name and day alone hardly tells it where it came out clearly nearer to another one."""
    nearest = max(w.by_date for w in weighed)
    return [w if w.has_proof or nearest - w.by_date < NEARER else w.passed_by for w in weighed]


def _find_tied(claim: Claim, joined: Candidate, others: Iterable[_Weighed], known: Knowledge) -> tuple[str, ...]:
    """The events that fit the claim too, and the event that it joins now that the claim stands between them.

    A claim that fits an event for want of figures hides nothing of how the figures of the two events differ.
    """
    members, tied = (*joined.members, claim), []
    for other in others:
        if score_events(members, other.candidate.members, known, silent=not other.has_proof) >= TIED_AT:
            members += other.candidate.members
            tied.append(other.candidate.event.id)
    return tuple(tied)


def choose_heir(articles: Mapping[str, int], joined: str) -> str:
    """Which of some events that are one keeps its id: the one told by most articles, else the one that was joined."""
    return max(articles, key=lambda event_id: (articles[event_id], event_id == joined, event_id))


def score_events(one: Sequence[Claim], other: Sequence[Claim], known: Knowledge, *, silent: bool = False) -> float:
    """How well two events fit: half by the middle pair of articles, half by how each of `other` fits its best one.

    Where what ties them is `silent`, figures that a best-fitting article does not tell count as in `score_candidate`.
    """
    rows = [[known.weigh(b, a, _weigh_pair) for a in one] for b in other]
    best = [_score_row(row, silent=silent) for row in rows]
    return (median(best) + median(score for row in rows for score, _ in row)) / 2


def _score_row(row: Sequence[tuple[float, list[_Found]]], *, silent: bool) -> float:
    score, found = max(row, key=lambda pair: pair[0])
    return score + _add_up(_find_unsaid(found, (other for _, other in row))) if silent else score
