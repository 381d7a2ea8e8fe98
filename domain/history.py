"""What happened to an event: who told it, what changed when and because of which article."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from enum import Enum
from typing import Any

from domain.claim import Claim
from domain.event import Event, Extraction, Party
from domain.money import Money
from domain.resolution import Decision, Filing, Reason
from domain.week import Week

# no news: a revision's number, a redirect, a confidence that grows with every article, and dates of what is told
_SILENT = frozenset(("id", "revision", "merged_into", "confidence", "status_dates"))
_NEWS = tuple(field.name for field in fields(Event) if field.name not in _SILENT)


@dataclass(frozen=True, slots=True)
class Mention:
    """One article's part in an event: what it says with which words, and why it was filed here."""

    extraction_id: int
    article_id: int
    url: str
    title: str
    source_id: str | None
    language: str | None
    published_on: date | None
    extraction: Extraction
    score: float
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Doubt:
    """A claim that opened an event of its own but may belong to another one; a person should look."""

    event_id: str
    doubt_event_id: str
    score: float
    title: str
    url: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Revision:
    """One step in an event's history: `changed` maps a field to its value before and after."""

    number: int
    at: datetime
    changed: Mapping[str, tuple[Any, Any]]
    article_id: int | None


@dataclass(frozen=True, slots=True)
class WeekSummary:
    """One week: `equity_usd` sums announced and closed equity, `mega` counts rounds of 100 million and more."""

    week: Week
    events: int
    equity_usd: float
    mega: int


@dataclass(frozen=True, slots=True)
class Change:
    """A step to be written: the event before and after, and the claim with its decision where one caused it.

    `filings` are all the members, where these are not just one more: where claims were filed anew or left.
    `names_known` says that the claim calls the company by names only that the event's articles use already, and
    `investors_known` the same of investors. `tied` are further events which the claim shows to be the same one.
    """

    before: Event | None
    after: Event
    claim: Claim | None
    decision: Decision | None
    at: datetime
    filings: tuple[Filing, ...] | None = None
    names_known: bool = False
    investors_known: bool = False
    tied: tuple[str, ...] = ()


def describe_value(value: Any) -> Any:
    """A field's value as plain JSON."""
    match value:
        case Money():
            return value.as_dict()
        case Party():
            return value.name
        case Enum():
            return value.value
        case date():
            return value.isoformat()
        case Mapping():
            return {key: describe_value(item) for key, item in value.items()}
        case tuple():
            return [describe_value(item) for item in value]
    return value


def _identify(value: Any) -> Any:
    """What makes a value another one: a party's key and not its spelling."""
    match value:
        case Party():
            return value.key
        case tuple():
            return [_identify(item) for item in value]
        case Mapping():
            return dict(value)
    return value


def diff_events(before: Event | None, after: Event) -> dict[str, tuple[Any, Any]]:
    """The fields that differ, each with its value before and after; all that are set where there was no event."""
    changed = {}
    for name in _NEWS:
        old, new = getattr(before, name) if before else None, getattr(after, name)
        if old == new or (before is None and not new):
            continue
        if _identify(old) != _identify(new):
            changed[name] = (describe_value(old), describe_value(new))
    return changed
