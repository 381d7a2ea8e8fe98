"""What two claims have in common or against each other: a list of features, each of which explains itself.

Every feature gives a score from −1 to 1 with a reason, or None where it has nothing to say; the weights are its worth.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from domain.claim import Claim, company_keys, known_keys
from domain.closeness import compare_money
from domain.currency import DollarsOnly, Rates
from domain.event import Kind, Status
from domain.gazetteer import Gazetteer, load_gazetteer
from domain.money import Money, Precision
from domain.rounds import base_round, stage_of


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What features may look up: names that one company goes by, and exchange rates."""

    gazetteer: Gazetteer = field(default_factory=load_gazetteer)
    rates: Rates = field(default_factory=DollarsOnly)


_Steps = tuple[tuple[int, float], ...]
Finding = tuple[float, str] | None
Feature = Callable[[Claim, Claim, Knowledge], Finding]


def match_company(a: Claim, b: Claim, known: Knowledge) -> Finding:
    """The same company by name or known alias, a hint where only the short form is shared."""
    first, second = (known_keys(c.extraction.company, known.gazetteer) for c in (a, b))
    if shared := first & second:
        return 1.0, f"both name {min(shared)}"
    if shared := company_keys(a.extraction, known.gazetteer) & company_keys(b.extraction, known.gazetteer):
        return 0.8, f"both may name {min(shared)}"
    return -3.0, "no name of the company is shared"


def match_round(a: Claim, b: Claim, known: Knowledge) -> Finding:
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


def match_amount(a: Claim, b: Claim, known: Knowledge) -> Finding:
    """The amounts: equal, within each other's bounds, or apart."""
    first, second = a.extraction.amount, b.extraction.amount
    score = _compare(first, second, a, b, known)
    if score is None or first is None or second is None:
        return None
    shown = f"{_show(first)}, {_show(second)}"
    if score < 0 and (part := _find_part(a, b, known) or _find_pledge(a, b, known)):
        return 0.0, f"{shown}: {part} may give one part of it"
    if score < 0 and _is_rumour(a, b):
        # a rumoured figure is a guess: talk of 800 million may close at 1.1 billion
        score *= 0.5
    return score, f"amounts {'agree' if score > 0 else 'differ'}: {shown}"


def match_valuation(a: Claim, b: Claim, known: Knowledge) -> Finding:
    """The valuations: equal, within bounds, or apart; talk of another figure more than a week later is other talk."""
    first, second = a.extraction.valuation, b.extraction.valuation
    score = _compare(first, second, a, b, known)
    if score is None or first is None or second is None:
        return None
    both_rumours = a.extraction.status is b.extraction.status is Status.RUMOURED
    if score < 0.5 and both_rumours and _days_apart(a, b) > 7:
        score = -1.2
    elif score < 0 and _is_rumour(a, b):
        score *= 0.6
    return score, f"valuations {'agree' if score > 0 else 'differ'}: {_show(first)}, {_show(second)}"


def _compare(first: Money | None, second: Money | None, a: Claim, b: Claim, known: Knowledge) -> float | None:
    """How close the amounts are; in two currencies, by their worth in dollars, which proves less."""
    if first is None or second is None or first.currency == second.currency:
        return compare_money(first, second)
    dollars = [_to_dollars(money, claim.dated.on, known.rates) for money, claim in ((first, a), (second, b))]
    score = compare_money(dollars[0], dollars[1])
    return score and score * 0.7


def _to_dollars(money: Money, on: date, rates: Rates) -> Money | None:
    usd = rates.to_usd(money, on)
    if usd is None or not money.value:
        return None
    rate = usd / money.value
    low, high = (None if bound is None else round(bound * rate) for bound in (money.min, money.max))
    # a text that converts an amount rounds it and takes a rate of its own
    precision = Precision.APPROX if money.precision is Precision.EXACT else money.precision
    return replace(money, min=low, max=high, currency="USD", precision=precision)


def _show(money: Money) -> str:
    return f"{money.precision.value} {money.value:,} {money.currency}"


def _is_rumour(a: Claim, b: Claim) -> bool:
    return Status.RUMOURED in (a.extraction.status, b.extraction.status)


def _days_apart(a: Claim, b: Claim) -> int:
    return abs((a.dated.on - b.dated.on).days)


def _investor_keys(claim: Claim, known: Knowledge) -> frozenset[str]:
    keys: Iterable[str] = map(known.gazetteer.investor_key, claim.extraction.investors)
    return frozenset(key for key in keys if key)


def _find_part(a: Claim, b: Claim, known: Knowledge) -> str | None:
    """The investor that gives the smaller amount by itself and takes part in the larger one."""
    smaller, larger = sorted((a, b), key=lambda claim: claim.extraction.amount.value if claim.extraction.amount else 0)
    giver, round_ = _investor_keys(smaller, known), _investor_keys(larger, known)
    return min(giver) if len(giver) == 1 < len(round_) and giver < round_ else None


def _find_pledge(a: Claim, b: Claim, known: Knowledge) -> str | None:
    """The company that backs by itself in both, within days: "5 billion now, up to 25 in all"."""
    backer = _sole_corporate(a, known)
    return backer if backer == _sole_corporate(b, known) and _days_apart(a, b) <= _PLEDGE_DAYS else None


def match_dates(a: Claim, b: Claim, known: Knowledge) -> Finding:
    """How far apart they are told: news of one round clusters in days, rumours run weeks ahead and not behind."""
    early, late = sorted((a, b), key=lambda claim: claim.dated.on)
    days = _days_apart(a, b)
    steps = _DAYS
    if early.extraction.status is Status.RUMOURED:
        steps = _RUMOUR_DAYS
    elif late.extraction.status is Status.RUMOURED:
        steps = _AFTERWARDS
    score = next((score for limit, score in steps if days <= limit), -1.6 if steps is _AFTERWARDS else -1.0)
    return score, f"{days} days apart" + (", the rumour after the news" if steps is _AFTERWARDS and days else "")


_DAYS: _Steps = ((3, 1.0), (10, 0.7), (30, 0.3), (75, -0.1), (150, -0.4))
_RUMOUR_DAYS: _Steps = ((10, 1.0), (30, 0.7), (75, 0.4), (120, 0.0), (200, -0.5))
_AFTERWARDS: _Steps = ((3, 1.0), (10, 0.2), (30, -0.6), (60, -0.8))


def match_investors(a: Claim, b: Claim, known: Knowledge) -> Finding:
    """Investors that both name; two lists without a common name speak a little against."""
    first, second = _investor_keys(a, known), _investor_keys(b, known)
    if not first or not second:
        return None
    if shared := first & second:
        return min(1.0, 0.6 + 0.2 * len(shared)), f"both name {', '.join(sorted(shared)[:3])}"
    return (0.0 if _is_rumour(a, b) else -0.4), "no investor in common"


_PLEDGE_DAYS = 5


def match_backer(a: Claim, b: Claim, known: Knowledge) -> Finding:
    """A company that invests by itself makes a deal of its own, whatever it gives and in how many parts."""
    first, second = _sole_corporate(a, known), _sole_corporate(b, known)
    if first and second:
        if first == second:
            # the same sum again is the same pledge; within days, even another sum is
            same = a.extraction.amount == b.extraction.amount is not None or _days_apart(a, b) <= _PLEDGE_DAYS
            return (1.0 if same else 0.0), f"a deal with {first} alone"
        if a.extraction.status is b.extraction.status is Status.RUMOURED:
            return None
        return -1.0, f"one deal with {first}, one with {second}"
    told = next((c for c, sole in ((a, first), (b, second)) if sole), None)
    other = b if told is a else a
    if told is None or _investor_keys(other, known) or _share_figures(a, b):
        return None
    alike = a.extraction.status is b.extraction.status
    if alike and _days_apart(a, b) <= (3 if told.extraction.status is Status.RUMOURED else 0):
        # two headlines of one day that tell each its half
        return None
    return -0.8, f"a deal with {first or second} alone, and one that names nobody"


def _share_figures(a: Claim, b: Claim) -> bool:
    """Whether both give an amount, a valuation or a round: then these say more than who is named."""
    return any(
        getattr(a.extraction, name) is not None and getattr(b.extraction, name) is not None
        for name in ("amount", "valuation", "round")
    )


def _sole_corporate(claim: Claim, known: Knowledge) -> str | None:
    keys = _investor_keys(claim, known)
    corporate = any(known.gazetteer.is_corporate(name) for name in claim.extraction.investors)
    return min(keys) if len(keys) == 1 and corporate else None


def match_kind(a: Claim, b: Claim, known: Knowledge) -> Finding:
    """Equity, debt, grant or commitment; debt told apart from equity is another event."""
    first, second = a.extraction.kind, b.extraction.kind
    if first is second:
        return None
    if {first, second} == {Kind.EQUITY, Kind.COMMITMENT}:
        return -0.3, "equity or commitment"
    return -1.0, f"{first.value} is not {second.value}"


FEATURES: Sequence[tuple[str, float, Feature]] = (
    ("company", 0.40, match_company),
    ("round", 0.35, match_round),
    ("amount", 0.45, match_amount),
    ("valuation", 0.25, match_valuation),
    ("dates", 0.35, match_dates),
    ("investors", 0.20, match_investors),
    ("backer", 0.40, match_backer),
    ("kind", 0.40, match_kind),
)
