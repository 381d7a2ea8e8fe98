"""Makes amounts, deals as an article tells them, and claims; what is not given does not matter to the test."""

from __future__ import annotations

import itertools
from datetime import date
from typing import Any

from domain.claim import ArticleRef, Candidate, Claim
from domain.event import EventDate, Extraction, Kind, Status
from domain.filing import file_claim
from domain.fusion import fuse
from domain.money import Money, Precision
from tests.domain.days import NOW

_numbers = itertools.count(1)


def money(low: float | None, high: float | None = None, currency: str = "USD", precision: str | None = None) -> Money:
    """`money(5e6)` is exact; `money(5e6, precision="at_least")` leaves the other bound open."""
    if precision in (None, "exact", "approx") and high is None:
        return Money(round(low or 0), round(low or 0), currency, Precision(precision or "exact"))
    bounds = [None if bound is None else round(bound) for bound in (low, high)]
    if precision == "at_most" and high is None:
        bounds.reverse()
    return Money(bounds[0], bounds[1], currency, Precision(precision or "range"))


def deal(company: str | tuple[str, ...] = "Loomfield", **fields: Any) -> Extraction:
    """What one article says; numbers are dollars, text is read as the enumerations' values."""
    for name in ("amount", "valuation", "total_raised"):
        if isinstance(fields.get(name), (int, float)):
            fields[name] = money(fields[name])
    if "status" in fields:
        fields["status"] = Status(fields["status"])
    if "kind" in fields:
        fields["kind"] = Kind(fields["kind"])
    if isinstance(fields.get("announced_on"), date):
        fields["announced_on"] = EventDate(fields["announced_on"])
    names = (company,) if isinstance(company, str) else company
    leads = tuple(fields.pop("leads", ()))
    investors = tuple(dict.fromkeys((*leads, *fields.pop("investors", ()))))
    return Extraction(company=names, lead_investors=leads, investors=investors, **fields)


def claim(
    told: Extraction | None = None,
    on: str | date = "2025-01-22",
    *,
    number: int | None = None,
    trust: float = 0.5,
    language: str = "en",
    url: str | None = None,
    **fields: Any,
) -> Claim:
    """A deal as an article of its own tells it on a day."""
    number = next(_numbers) if number is None else number
    day = date.fromisoformat(on) if isinstance(on, str) else on
    article = ArticleRef(
        id=number,
        url=url or f"https://news.example/{number}",
        title=f"Report {number}",
        source_id="harbour",
        language=language,
        published_on=day,
        seen_on=day,
        trust=trust,
    )
    return Claim(number, told or deal(**fields), article)


def candidate(*members: Claim, id: str = "e1") -> Candidate:
    """The event that these claims make."""
    return Candidate(fuse(members, event_id=id), members)


def file_all(claims: list[Claim]) -> list[Candidate]:
    """Files the claims one after another among all the events so far, as the merge stage does."""
    events: dict[str, Candidate] = {}
    for told in claims:
        change = file_claim(told, list(events.values()), now=NOW, is_taken=events.__contains__)
        members = events[change.after.id].members if change.after.id in events else ()
        events[change.after.id] = Candidate(change.after, (*members, told))
    return list(events.values())
