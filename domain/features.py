"""What two claims have in common or against each other: a list of features, each of which explains itself.

Every feature gives a score from −1 to 1 with a reason, or None where it has nothing to say; the weights are its worth.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

from domain.closeness import compare_money, differ_by_unit
from domain.currency import Rates
from domain.event import Kind
from domain.money import Money, Precision
from domain.profile import Profile
from domain.rounds import base_round, stage_of

_Steps = tuple[tuple[int, float], ...]
# the words are put together only where somebody asks for them: most pairs are looked at for their score alone
Words = str | Callable[[], str]
Finding = tuple[float, Words] | None
Feature = Callable[[Profile, Profile, Rates], Finding]


def match_company(a: Profile, b: Profile, rates: Rates) -> Finding:
    """The same company by name or known alias; a hint where only the short form is shared, or one names a product."""
    if shared := a.names & b.names:
        return 1.0, f"both name {min(shared)}"
    if shared := a.near_names & b.near_names:
        return 0.8, f"both may name {min(shared)}"
    if shared := (a.names | a.makers) & (b.names | b.makers):
        # products have ordinary names: something else has to agree
        return 0.3, f"one names what {min(shared)} makes"
    return -3.0, "no name of the company is shared"


def match_round(a: Profile, b: Profile, rates: Rates) -> Finding:
    """The round: the same, a suffix apart, or another."""
    first, second = a.told.round, b.told.round
    if first is None or second is None:
        return None
    if first == second:
        return 1.0, f"both tell {first}"
    if a.claim.article.url == b.claim.article.url and stage_of(first) is not None and stage_of(second) is not None:
        return -2.5, f"one article tells {first} beside {second}"
    if base_round(first) == base_round(second):
        return -0.6, f"{first} is not {second}"
    if stage_of(first) is None or stage_of(second) is None:
        return -0.3, f"{first} and {second} may name one round"
    return -1.0, f"{first} against {second}"


def match_amount(a: Profile, b: Profile, rates: Rates) -> Finding:
    """The amounts: equal, within each other's bounds, or apart."""
    first, second = a.told.amount, b.told.amount
    score = _compare(first, second, a, b, rates)
    if score is None or first is None or second is None:
        return None
    if score < 0:
        if part := _find_part(a, b) or _find_pledge(a, b):
            return 0.0, lambda: f"{_show(first, second)}: {part} may give one part of it"
        if _is_share(a, b):
            return 0.0, lambda: f"{_show(first, second)}: so little, days later, may be a part of it"
        if _days_apart(a, b) <= _SLIP_DAYS and differ_by_unit(first, second):
            return 0.0, lambda: f"{_show(first, second)}: one may have slipped in its unit"
        if a.is_rumour or b.is_rumour:
            # a rumoured figure is a guess: talk of 800 million may close at 1.1 billion, hardly at 2
            score *= 0.5 if score > -1 else 0.75
    return score, lambda: f"amounts {'agree' if score > 0 else 'differ'}: {_show(first, second)}"


def match_valuation(a: Profile, b: Profile, rates: Rates) -> Finding:
    """The valuations: equal, within bounds, or apart; talk of another figure more than a week later is other talk."""
    first, second = a.told.valuation, b.told.valuation
    score = _compare(first, second, a, b, rates)
    if score is None or first is None or second is None:
        return None
    if score < 0.5 and a.is_rumour and b.is_rumour and _days_apart(a, b) > 7:
        score = -1.2
    elif score < 0 and (a.is_rumour or b.is_rumour):
        score *= 0.6
    return score, lambda: f"valuations {'agree' if score > 0 else 'differ'}: {_show(first, second)}"


def _compare(first: Money | None, second: Money | None, a: Profile, b: Profile, rates: Rates) -> float | None:
    """How close the amounts are; in two currencies, by their worth in dollars, which proves less."""
    if first is None or second is None or first.currency == second.currency:
        return compare_money(first, second)
    dollars = [_to_dollars(money, profile.on, rates) for money, profile in ((first, a), (second, b))]
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


def _show(*amounts: Money) -> str:
    return ", ".join(f"{money.precision.value} {money.value:,} {money.currency}" for money in amounts)


def _days_apart(a: Profile, b: Profile) -> int:
    return abs(a.day - b.day)


_PART_DAYS = 30
_PLEDGE_DAYS = 5
_SLIP_DAYS = 10


def _find_part(a: Profile, b: Profile) -> str | None:
    """The investor that gives the smaller amount by itself and takes part in the larger one, some weeks apart."""
    smaller, larger = (a, b) if len(a.investors) < len(b.investors) else (b, a)
    if len(smaller.investors) != 1 or not smaller.investors < larger.investors or _days_apart(a, b) > _PART_DAYS:
        return None
    part, whole = smaller.told.amount, larger.told.amount
    return min(smaller.investors) if part and whole and part.value < whole.value else None


def _is_share(a: Profile, b: Profile) -> bool:
    """Whether one tells a tenth or less, days after the other: nobody raises so little so soon after so much."""
    first, second = a.told.amount, b.told.amount
    if first is None or second is None or first.currency != second.currency or a.is_rumour or b.is_rumour:
        return False
    whole, part = (a, b) if first.value > second.value else (b, a)
    smaller, larger = sorted((first.value, second.value))
    return smaller * 10 <= larger and not part.investors and 0 <= part.day - whole.day <= _SLIP_DAYS


def _find_pledge(a: Profile, b: Profile) -> str | None:
    """The company that backs by itself in both, within days: "5 billion now, up to 25 in all"."""
    return a.backer if a.backer == b.backer and _days_apart(a, b) <= _PLEDGE_DAYS else None


def match_dates(a: Profile, b: Profile, rates: Rates) -> Finding:
    """How far apart they are told: news of one round clusters in days, rumours run weeks ahead and not behind."""
    early, late = (a, b) if a.day <= b.day else (b, a)
    days = _days_apart(a, b)
    steps = _RUMOUR_DAYS if early.is_rumour else _AFTERWARDS if late.is_rumour else _DAYS
    score = next(score for limit, score in steps if days <= limit)
    after = ", the rumour after the news" if steps is _AFTERWARDS and days else ""
    return score, lambda: f"{days} days apart{after}"


_EVER = date.max.toordinal()
_DAYS: _Steps = ((3, 1.0), (10, 0.8), (30, 0.5), (75, 0.0), (150, -0.4), (400, -0.7), (_EVER, -1.0))
_RUMOUR_DAYS: _Steps = ((10, 1.0), (30, 0.7), (75, 0.4), (120, 0.0), (200, -0.5), (_EVER, -1.0))
_AFTERWARDS: _Steps = ((3, 1.0), (10, 0.2), (30, -0.6), (60, -0.8), (_EVER, -1.6))


def match_investors(a: Profile, b: Profile, rates: Rates) -> Finding:
    """Investors that both name; two lists without a common name speak a little against."""
    if not a.investors or not b.investors:
        return None
    if shared := a.investors & b.investors:
        return min(1.0, 0.6 + 0.2 * len(shared)), lambda: f"both name {', '.join(sorted(shared)[:3])}"
    return (0.0 if a.is_rumour or b.is_rumour else -0.4), "no investor in common"


def match_backer(a: Profile, b: Profile, rates: Rates) -> Finding:
    """A company that invests by itself makes a deal of its own, whatever it gives and in how many parts."""
    if a.backer is None and b.backer is None:
        return None
    if a.backer == b.backer:
        return _match_sums(a, b, rates), f"a deal with {a.backer} alone"
    if a.backer and b.backer:
        if a.is_rumour and b.is_rumour:
            return None
        return -1.0, f"one deal with {a.backer}, one with {b.backer}"
    told, other = (a, b) if a.backer else (b, a)
    if other.investors or _share_figures(a, b):
        return None
    if told.told.status is other.told.status and _days_apart(a, b) <= (3 if told.is_rumour else 0):
        # two headlines of one day that tell each its half
        return None
    return -0.8, f"a deal with {told.backer} alone, and one that names nobody"


def _match_sums(a: Profile, b: Profile, rates: Rates) -> float:
    """One backer's sums: the same again, or any within days, is one pledge; another weeks later is a new one."""
    first, second = a.told.amount, b.told.amount
    if first is not None and _is_round(first) and _is_new_talk(a, b):
        return 0.0
    if first == second is not None or _days_apart(a, b) <= _PLEDGE_DAYS:
        return 1.0
    facts = not a.is_rumour and not b.is_rumour
    return -0.5 if facts and (_compare(first, second, a, b, rates) or 0.0) < 0 else 0.0


def _is_new_talk(a: Profile, b: Profile) -> bool:
    """Whether one is talk, weeks after the news that the other is."""
    early, late = (a, b) if a.day <= b.day else (b, a)
    return late.is_rumour and not early.is_rumour and _days_apart(a, b) > _PART_DAYS


def _is_round(money: Money) -> bool:
    """Whether the figure has one digit before its zeros: 30 billion is soon said again, 22.5 billion is not."""
    return len(str(money.value).rstrip("0")) <= 1


def _share_figures(a: Profile, b: Profile) -> bool:
    """Whether both give an amount, a valuation or a round: then these say more than who is named."""
    one, other = a.told, b.told
    return (
        (one.amount is not None and other.amount is not None)
        or (one.valuation is not None and other.valuation is not None)
        or (one.round is not None and other.round is not None)
    )


def match_kind(a: Profile, b: Profile, rates: Rates) -> Finding:
    """Equity, debt, grant or commitment; debt told apart from equity is another event."""
    first, second = a.told.kind, b.told.kind
    if first is second:
        return None
    if {first, second} == {Kind.EQUITY, Kind.COMMITMENT}:
        return -0.3, "equity or commitment"
    return -1.0, f"{first.value} is not {second.value}"


FEATURES: Sequence[tuple[str, float, Feature]] = (
    ("company", 0.40, match_company),
    ("round", 0.40, match_round),
    ("amount", 0.40, match_amount),
    ("valuation", 0.35, match_valuation),
    ("dates", 0.35, match_dates),
    ("investors", 0.20, match_investors),
    ("backer", 0.50, match_backer),
    ("kind", 0.40, match_kind),
)
