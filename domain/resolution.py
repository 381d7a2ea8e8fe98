"""Which event a claim tells: a list of weighted features, each explaining itself.

    claim + candidates ─→ FEATURES (each −1..1 times its weight, with a reason) ─→ New | Join | Unsure

A claim is compared with every article already filed under an event; the event's score is that of the article it fits
best, held down by what speaks against the event as a whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from domain.event import DatePrecision, Event, EventDate, Extraction, Kind, Status
from domain.gazetteer import Gazetteer, load_gazetteer
from domain.money import Money, Precision
from domain.names import loose_key, match_key
from domain.rounds import base_round, stage_of

JOIN_AT = 0.5
UNSURE_AT = 0.35


@dataclass(frozen=True, slots=True)
class ArticleRef:
    """The article that a claim comes from; `seen_on` is the day it was stored, `trust` that of its source."""

    id: int
    url: str
    title: str
    source_id: str | None = None
    language: str | None = None
    published_on: date | None = None
    seen_on: date | None = None
    trust: float = 0.5


@dataclass(frozen=True, slots=True)
class Claim:
    """What one article says of one event."""

    extraction_id: int
    extraction: Extraction
    article: ArticleRef

    @property
    def told_on(self) -> date:
        """The day the article came out, as far as is known."""
        return self.article.published_on or self.article.seen_on or date.min

    @property
    def dated(self) -> EventDate:
        """When the article says that it happened: see `date_claim`."""
        return date_claim(self.extraction.announced_on, self.told_on)


def date_claim(stated: EventDate | None, told_on: date) -> EventDate:
    """The day that the text gives, else the article's day; a month that the article lies in says no more."""
    if stated is None:
        return EventDate(told_on)
    if stated.precision is DatePrecision.DAY or not _lies_within(told_on, stated):
        return stated
    return EventDate(told_on)


def _lies_within(day: date, period: EventDate) -> bool:
    span = {DatePrecision.MONTH: 31, DatePrecision.QUARTER: 92, DatePrecision.YEAR: 366}.get(period.precision, 1)
    # news comes out a few days after the period as well
    return period.on <= day < period.on + timedelta(days=span + 7)


@dataclass(frozen=True, slots=True)
class Candidate:
    """An event that a claim may belong to, with the claims filed under it."""

    event: Event
    members: tuple[Claim, ...]


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
Feature = Callable[[Claim, Claim, Gazetteer], tuple[float, str] | None]


def company_keys(extraction: Extraction, gazetteer: Gazetteer) -> frozenset[str]:
    """The keys under which the claim's company is looked up: known ones, match keys and loose keys."""
    keys: set[str] = set()
    for name in extraction.company:
        keys |= {gazetteer.company_key(name), match_key(name), loose_key(name)}
    return frozenset(key for key in keys if key)


def _canonical_keys(names: Iterable[str], find: Callable[[str], str]) -> frozenset[str]:
    return frozenset(key for key in map(find, names) if key)


def match_company(a: Claim, b: Claim, gazetteer: Gazetteer) -> tuple[float, str] | None:
    """The same company by name or known alias, a hint where only the short form is shared."""
    first = _canonical_keys(a.extraction.company, gazetteer.company_key)
    second = _canonical_keys(b.extraction.company, gazetteer.company_key)
    if shared := first & second:
        return 1.0, f"both name {min(shared)}"
    if shared := company_keys(a.extraction, gazetteer) & company_keys(b.extraction, gazetteer):
        return 0.8, f"both may name {min(shared)}"
    return -3.0, "no name of the company is shared"


def match_round(a: Claim, b: Claim, gazetteer: Gazetteer) -> tuple[float, str] | None:
    """The round: the same, a suffix apart, or another."""
    first, second = a.extraction.round, b.extraction.round
    if first is None or second is None:
        return None
    if first == second:
        return 1.0, f"both tell {first}"
    if base_round(first) == base_round(second):
        return -0.6, f"{first} is not {second}"
    if stage_of(first) is None or stage_of(second) is None:
        return -0.3, f"{first} and {second} may name one round"
    return -1.0, f"{first} against {second}"


def compare_money(a: Money | None, b: Money | None) -> float | None:
    """From 1 (the same) over 0.5 (the bounds allow it) down to −1 (far apart); None where nothing can be said."""
    if a is None or b is None or a.currency != b.currency:
        return None
    if a.value == b.value and a.precision is b.precision:
        return 1.0
    low, high = _bounds(a), _bounds(b)
    if low[0] <= high[1] and high[0] <= low[1]:
        return 0.9 if Precision.VAGUE not in (a.precision, b.precision) else 0.5
    smaller, larger = sorted((a.value or 1, b.value or 1))
    ratio = larger / smaller
    return 0.3 if ratio <= 1.25 else -0.5 if ratio <= 2 else -1.0


def _bounds(money: Money) -> tuple[float, float]:
    """The span that the words allow: rounding and approximations widen it."""
    low = float(money.min) if money.min is not None else 0.0
    high = float(money.max) if money.max is not None else float("inf")
    match money.precision:
        case Precision.EXACT:
            return low * 0.965, high * 1.035
        case Precision.AT_LEAST:
            return low * 0.97, low * 1.6
        case Precision.AT_MOST:
            return high * 0.4, high * 1.03
        case Precision.APPROX:
            return low * 0.88, high * 1.12
        case _:
            return low, high


def match_amount(a: Claim, b: Claim, gazetteer: Gazetteer) -> tuple[float, str] | None:
    """The amounts: equal, within each other's bounds, or apart."""
    first, second = a.extraction.amount, b.extraction.amount
    score = compare_money(first, second)
    if score is None or first is None or second is None:
        return None
    rumour = Status.RUMOURED in (a.extraction.status, b.extraction.status)
    if score < 0 and rumour:
        # a rumoured figure is a guess: talk of 800 million may close at 1.1 billion
        score *= 0.5
    verdict = "agree" if score > 0 else "differ"
    return score, f"amounts {verdict}: {_show(first)}, {_show(second)}"


def match_valuation(a: Claim, b: Claim, gazetteer: Gazetteer) -> tuple[float, str] | None:
    """The valuations: equal, within bounds, or apart (pre- and post-money lie somewhat apart)."""
    first, second = a.extraction.valuation, b.extraction.valuation
    score = compare_money(first, second)
    if score is None or first is None or second is None:
        return None
    if score < 0 and Status.RUMOURED in (a.extraction.status, b.extraction.status):
        score *= 0.6
    return score, f"valuations {'agree' if score > 0 else 'differ'}: {_show(first)}, {_show(second)}"


def _show(money: Money) -> str:
    return f"{money.precision.value} {money.value:,} {money.currency}"


def match_dates(a: Claim, b: Claim, gazetteer: Gazetteer) -> tuple[float, str] | None:
    """How far apart they are told; news of one round clusters in days, a rumour runs weeks ahead."""
    days = abs((a.dated.on - b.dated.on).days)
    rumour = a.extraction.status is not b.extraction.status and Status.RUMOURED in (
        a.extraction.status,
        b.extraction.status,
    )
    for limit, score in _RUMOUR_DAYS if rumour else _DAYS:
        if days <= limit:
            return score, f"{days} days apart"
    return -1.0, f"{days} days apart"


_DAYS = ((3, 1.0), (10, 0.7), (30, 0.3), (75, -0.1), (150, -0.4))
_RUMOUR_DAYS = ((10, 1.0), (30, 0.7), (75, 0.4), (120, 0.0), (200, -0.5))


def match_investors(a: Claim, b: Claim, gazetteer: Gazetteer) -> tuple[float, str] | None:
    """Investors that both name; two lists without a common name speak a little against."""
    first = _canonical_keys(a.extraction.investors, gazetteer.investor_key)
    second = _canonical_keys(b.extraction.investors, gazetteer.investor_key)
    if not first or not second:
        return None
    if shared := first & second:
        return min(1.0, 0.6 + 0.2 * len(shared)), f"both name {', '.join(sorted(shared)[:3])}"
    return -0.4, "no investor in common"


def match_kind(a: Claim, b: Claim, gazetteer: Gazetteer) -> tuple[float, str] | None:
    """Equity, debt, grant or commitment; debt told apart from equity is another event."""
    first, second = a.extraction.kind, b.extraction.kind
    if first is second:
        return None
    if {first, second} == {Kind.EQUITY, Kind.COMMITMENT}:
        return -0.3, "equity or commitment"
    return -1.0, f"{first.value} is not {second.value}"


def match_status(a: Claim, b: Claim, gazetteer: Gazetteer) -> tuple[float, str] | None:
    """A rumour that comes after the announcement tells something newer."""
    early, late = sorted((a, b), key=lambda claim: claim.dated.on)
    days = (late.dated.on - early.dated.on).days
    if late.extraction.status is Status.RUMOURED and early.extraction.status is not Status.RUMOURED and days > 10:
        return -0.7, f"a rumour {days} days after the announcement"
    return None


FEATURES: Sequence[tuple[str, float, Feature]] = (
    ("company", 0.40, match_company),
    ("round", 0.35, match_round),
    ("amount", 0.45, match_amount),
    ("valuation", 0.25, match_valuation),
    ("dates", 0.35, match_dates),
    ("investors", 0.20, match_investors),
    ("kind", 0.40, match_kind),
    ("status", 0.30, match_status),
)


def score_pair(a: Claim, b: Claim, gazetteer: Gazetteer) -> tuple[float, tuple[Reason, ...]]:
    """The score of two claims, from the features that have something to say, with the reasons."""
    reasons = []
    for name, weight, feature in FEATURES:
        if (found := feature(a, b, gazetteer)) is not None:
            reasons.append(Reason(name, round(weight * found[0], 4), found[1]))
    return round(sum(reason.score for reason in reasons), 4), tuple(reasons)


def score_candidate(claim: Claim, candidate: Candidate, gazetteer: Gazetteer) -> tuple[float, tuple[Reason, ...]]:
    """The best pair's score, held down by the event's own clear contradictions."""
    pairs = [score_pair(claim, member, gazetteer) for member in candidate.members]
    if not pairs:
        return 0.0, ()
    best = max(pairs, key=lambda pair: pair[0])
    mean = sum(pair[0] for pair in pairs) / len(pairs)
    drag = min(0.0, 0.25 * (mean - UNSURE_AT))
    return round(best[0] + drag, 4), best[1]


def decide(claim: Claim, candidates: Sequence[Candidate], *, gazetteer: Gazetteer | None = None) -> Decision:
    """Joins the best candidate where its score suffices, else opens a new event or asks a person."""
    known = gazetteer or load_gazetteer()
    scored = [(*score_candidate(claim, candidate, known), candidate.event.id) for candidate in candidates]
    if not scored:
        return New()
    score, reasons, event_id = max(scored, key=lambda s: (s[0], s[2]))
    if score >= JOIN_AT:
        return Join(event_id, score, reasons)
    if score >= UNSURE_AT:
        return Unsure(event_id, score, reasons)
    return New(score, reasons)
