"""Many claims, one event: which of the reported values is shown, by one stated rule.

    1. what announcements say outranks what rumours say
    2. a definite value outranks a vague one (5000 万元 outranks 数千万元)
    3. the more trusted tier of source: official releases (trust 0.9 and more), trusted sources (0.7 and more), the rest
    4. the value that more articles report
    5. the value reported last

No claim is lost: `list_reported` gives every value with who said it. The order of the claims does not matter.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from domain.claim import Claim
from domain.currency import DollarsOnly, Rates
from domain.event import DatePrecision, Event, EventDate, Kind, Party, Status
from domain.gazetteer import Gazetteer, KnownParty, load_gazetteer
from domain.money import Money, Precision
from domain.names import match_key
from domain.sectors import find_sector

OFFICIAL_TRUST = 0.9
TRUSTED = 0.7
_ANNOUNCED = frozenset((Status.ANNOUNCED, Status.CLOSED))
_CJK = re.compile(r"[㐀-鿿]")
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Reported:
    """One value of one field, with the claims that report it; `shown` marks the one that the event carries."""

    field: str
    value: object
    claims: tuple[Claim, ...]
    shown: bool


def name_event(founder: Claim, attempt: int = 0) -> str:
    """A short id from the claim that opened the event: the same again after a rebuild, safe to read out and in URLs.

    It goes by article and company alone, so that it outlives a better reading of the amount.
    """
    return "e" + digest_text(founder.article.url, match_key(founder.extraction.company[0]), attempt)


def digest_text(*parts: object) -> str:
    """Ten letters and digits that stand for the parts."""
    digest = hashlib.sha256("\n".join(map(str, parts)).encode("utf-8", "surrogatepass")).digest()
    number = int.from_bytes(digest[:8])
    return "".join(_ALPHABET[(number >> shift) & 31] for shift in range(0, 50, 5))


def _tier(claim: Claim) -> int:
    trust = claim.article.trust
    return 2 if trust >= OFFICIAL_TRUST else 1 if trust >= TRUSTED else 0


def _order(claim: Claim) -> tuple[date, str, int]:
    return (claim.told_on, claim.article.url, claim.extraction_id)


def _is_definite(value: object) -> bool:
    if isinstance(value, Money):
        return value.precision is not Precision.VAGUE
    return not isinstance(value, EventDate) or value.precision is DatePrecision.DAY


def _rank(value: object, claims: Sequence[Claim]) -> tuple[object, ...]:
    latest = max(claims, key=_order)
    return (
        any(claim.extraction.status in _ANNOUNCED for claim in claims),
        _is_definite(value),
        max(map(_tier, claims)),
        len(claims),
        _order(latest),
        repr(value),
    )


def _group(claims: Iterable[Claim], read: Callable[[Claim], T | None]) -> dict[T, list[Claim]]:
    groups: dict[T, list[Claim]] = defaultdict(list)
    for claim in claims:
        if (value := read(claim)) is not None:
            groups[value].append(claim)
    return groups


def pick(claims: Iterable[Claim], read: Callable[[Claim], T | None]) -> T | None:
    """The value to show among those that the claims report, by the rule above."""
    groups = _group(claims, read)
    if len(groups) < 2:
        return next(iter(groups), None)
    return max(groups, key=lambda value: _rank(value, groups[value]))


_READERS: dict[str, Callable[[Claim], object]] = {
    "status": lambda c: c.extraction.status,
    "kind": lambda c: c.extraction.kind,
    "round": lambda c: c.extraction.round,
    "amount": lambda c: c.extraction.amount,
    "valuation": lambda c: c.extraction.valuation,
    "total_raised": lambda c: c.extraction.total_raised,
    "announced_on": lambda c: c.extraction.announced_on,
    "application": lambda c: c.extraction.application,
}


def list_reported(members: Sequence[Claim]) -> list[Reported]:
    """Every value that the members report, field by field, the shown one first."""
    found = []
    for name, read in _READERS.items():
        groups = _group(members, read)
        ranked = sorted(groups, key=lambda value: _rank(value, groups[value]), reverse=True)
        found += [
            Reported(name, value, tuple(sorted(groups[value], key=_order)), shown=position == 0)
            for position, value in enumerate(ranked)
        ]
    return found


def fuse_status(members: Sequence[Claim]) -> Status:
    """Closed outranks announced outranks rumoured; denied only where the last word is a denial."""
    statuses = {claim.extraction.status for claim in members}
    if Status.DENIED in statuses:
        firm = [claim for claim in members if claim.extraction.status is not Status.RUMOURED]
        last = max(firm, key=lambda claim: (_tier(claim), _order(claim)))
        if last.extraction.status is Status.DENIED:
            return Status.DENIED
    return next(s for s in (Status.CLOSED, Status.ANNOUNCED, Status.RUMOURED, Status.DENIED) if s in statuses)


def _date_statuses(members: Sequence[Claim]) -> dict[str, date]:
    """The first day of each status that was told."""
    found: dict[str, date] = {}
    for claim in members:
        name, day = claim.extraction.status.value, claim.dated.on
        found[name] = min(found.get(name, day), day)
    return dict(sorted(found.items()))


def fuse_date(members: Sequence[Claim]) -> EventDate:
    """The announcement's date: the day that a text gives, else the first day on which an article tells it."""
    announced = [claim for claim in members if claim.extraction.status in _ANNOUNCED] or list(members)
    days = [claim for claim in announced if claim.dated.precision is DatePrecision.DAY]
    stated = pick(days, lambda claim: claim.dated if claim.extraction.announced_on == claim.dated else None)
    if stated is not None:
        return stated
    return min((claim.dated for claim in days or announced), key=lambda dated: dated.on)


def fuse(
    members: Sequence[Claim],
    *,
    event_id: str,
    revision: int = 1,
    rates: Rates | None = None,
    gazetteer: Gazetteer | None = None,
) -> Event:
    """The event that the members tell; the same for every order of the members."""
    known = gazetteer or load_gazetteer()
    members = sorted(members, key=_order)
    told = [c for c in members if c.extraction.status in _ANNOUNCED] or members
    when = fuse_date(members)
    amount = pick(members, lambda c: c.extraction.amount)
    valuation = pick(members, lambda c: c.extraction.valuation)
    company, record = _fuse_company(members, known)
    leads, participants = _fuse_investors(told, known, company.key)
    to_usd = (rates or DollarsOnly()).to_usd
    types = _fuse_types(members)
    return Event(
        id=event_id,
        company=company,
        kind=pick(members, lambda c: c.extraction.kind) or Kind.EQUITY,
        status=fuse_status(members),
        announced_on=when.on,
        date_precision=when.precision,
        round=pick(members, lambda c: c.extraction.round),
        amount=amount,
        amount_usd=to_usd(amount, when.on) if amount else None,
        valuation=valuation,
        valuation_usd=to_usd(valuation, when.on) if valuation else None,
        total_raised=pick(members, lambda c: c.extraction.total_raised),
        leads=leads,
        participants=participants,
        application=pick(members, lambda c: c.extraction.application),
        application_types=types,
        sector=(record.group if record else None) or find_sector(types.values()),
        country=record.country if record else None,
        confidence=_fuse_confidence(members),
        status_dates=_date_statuses(members),
        revision=revision,
    )


def _language(claim: Claim) -> str | None:
    return claim.extraction.language or claim.article.language


def _fuse_types(members: Sequence[Claim]) -> dict[str, str]:
    languages = sorted({language for claim in members if (language := _language(claim))})
    found = {
        language: pick((c for c in members if _language(c) == language), lambda c: c.extraction.application_type)
        for language in languages
    }
    return {language: text for language, text in found.items() if text}


def _fuse_confidence(members: Sequence[Claim]) -> float:
    """One minus the chance that every article was misread, reckoned as if readings were independent, capped."""
    by_article: dict[int, float] = {}
    for claim in members:
        by_article[claim.article.id] = max(by_article.get(claim.article.id, 0.0), claim.extraction.confidence)
    doubt = 1.0
    for confidence in by_article.values():
        doubt *= 1 - max(0.0, min(confidence, 0.99))
    return round(min(0.999, 1 - doubt), 3)


def _fuse_company(members: Sequence[Claim], known: Gazetteer) -> tuple[Party, KnownParty | None]:
    key = pick(members, lambda c: known.company_key(c.extraction.company[0])) or ""
    named = [(name, claim) for claim in members for name in known.heard(claim.extraction.company)]
    records = (known.find_company(name) for name, _ in named)
    record = next((r for r in records if r is not None and r.key == key), None)
    said = [(name, claim) for name, claim in named if known.company_key(name) == key]
    # a language whose articles use another name for it still has a name to show
    spoken = {language for _, claim in said if (language := _language(claim))}
    said += [(claim.extraction.company[0], claim) for claim in members if _language(claim) not in spoken]
    return _build_party(key, said, record), record


def _fuse_investors(
    members: Sequence[Claim], known: Gazetteer, company_key: str
) -> tuple[tuple[Party, ...], tuple[Party, ...]]:
    said: dict[str, list[tuple[str, Claim]]] = defaultdict(list)
    leading: set[str] = set()
    for claim in members:
        e = claim.extraction
        leading |= {known.investor_key(name) for name in e.lead_investors}
        for name in dict.fromkeys((*e.lead_investors, *e.investors)):
            said[known.investor_key(name)].append((name, claim))
    said.pop(company_key, None)
    said.pop("", None)
    if pair := _pair_sole_leads(said, leading & said.keys(), known):
        latin, chinese = pair
        said[chinese] += said.pop(latin)
        leading.discard(latin)
    parties = {}
    for key, names in said.items():
        record = next((r for name, _ in names if (r := known.find_investor(name))), None)
        parties[key] = _build_party(key, names, record)
    # those named by most come first, in the order in which the earliest article names them; who is named by half as
    # many articles as anyone is one of those
    named = {k: len({c.article.id for _, c in said[k]}) for k in said}
    most = max(named.values(), default=0)
    order = sorted(said, key=lambda k: 0 if 2 * named[k] >= most else -named[k] + most)
    return (
        tuple(parties[k] for k in order if k in leading),
        tuple(parties[k] for k in order if k not in leading),
    )


def _pair_sole_leads(
    said: Mapping[str, Sequence[tuple[str, Claim]]], leading: Collection[str], known: Gazetteer
) -> tuple[str, str] | None:
    """The keys of a sole lead that some articles name in Latin letters and others in Chinese: one investor, two names.

    Not where it is known under either name (the shipped names would say so), nor where one article names both, nor
    where a person said that they are two.
    """
    if len(leading) != 2 or any(known.find_investor(name) for key in leading for name, _ in said[key]):
        return None
    latin, chinese = sorted(leading, key=lambda key: bool(_CJK.search(key)))
    if known.are_two_investors(latin, chinese):
        return None
    apart = {claim.article.id for _, claim in said[latin]}.isdisjoint(claim.article.id for _, claim in said[chinese])
    return (latin, chinese) if apart and _CJK.search(chinese) and not _CJK.search(latin) else None


def _build_party(key: str, said: Sequence[tuple[str, Claim]], record: KnownParty | None) -> Party:
    """Names: the shipped ones where the party is known, else the spelling that most articles of a language use."""
    names: dict[str, str] = {}
    for language in sorted({language for _, claim in said if (language := _language(claim))}):
        names[language] = _most_said([(name, claim) for name, claim in said if _language(claim) == language])
    if record is None:
        return Party(_most_said([s for s in said if match_key(s[0]) == key] or said), key, names)
    return Party(record.name, key, {**names, **record.names})


def _most_said(said: Sequence[tuple[str, Claim]]) -> str:
    articles: dict[str, set[int]] = defaultdict(set)
    for name, claim in said:
        articles[name].add(claim.article.id)
    return max(articles, key=lambda name: (len(articles[name]), -len(name), name))
