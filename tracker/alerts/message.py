"""What an alert says: a title, plain lines and a JSON body, in Chinese or English.

The body is {"type", "timestamp", "data"}, as Standard Webhooks recommends.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from api.reports.amounts import render_money, render_round
from domain.event import Event, Evidence, Kind, Party
from domain.money import Money, Precision
from tracker.alerts.wording import WORDINGS, Wording

if TYPE_CHECKING:
    from storage.events import Mention

_SOURCES = 2
_QUOTES = 2
_LONGEST_QUOTE = 300
# the fields whose quotes convince most, in this order
_TELLING = ("amount", "round", "lead_investors", "valuation", "company")


@dataclass(frozen=True, slots=True)
class Message:
    """One alert ready to go out; `id` stays the same over all tries, so that a receiver can drop a second copy."""

    id: str
    title: str
    text: str
    payload: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Facts:
    """What a message is made of: why it goes out, the event as it stands and the articles that tell it."""

    alert_id: str
    rule: str
    event: Event
    mentions: Sequence[Mention]
    public_url: str
    correction: bool = False

    @property
    def url(self) -> str:
        """The event's page."""
        return f"{self.public_url}/events/{self.event.id}"


def build_message(facts: Facts, language: str, now: datetime) -> Message:
    """Writes the message in one language."""
    words = WORDINGS[language]
    sources = pick_sources(facts.mentions)
    title = render_title(facts, language, words)
    text = "\n".join(_render_lines(facts, sources, language, words))
    payload = {
        "type": "funding_event.correction" if facts.correction else "funding_event.alert",
        "timestamp": now.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "data": {
            "rule": facts.rule,
            "language": language,
            "title": title,
            "text": text,
            "event": _describe_event(facts),
            "sources": [_describe_source(mention) for mention in sources],
        },
    }
    return Message(facts.alert_id, title, text, payload)


def render_title(facts: Facts, language: str, words: Wording) -> str:
    """The headline: who, how much, which round, how sure."""
    event = facts.event
    amount = render_money(event.amount, language) if event.amount else words.undisclosed
    inside = [render_round(event.round, language)] if event.round else []
    if event.kind is not Kind.EQUITY:
        inside.append(words.kinds[event.kind])
    brackets = words.brackets.format(words.comma.join(inside)) if inside else ""
    title = words.titles[event.status].format(
        company=event.company.in_language(language), amount=amount, round=brackets
    )
    return (words.correction if facts.correction else "") + title


def pick_sources(mentions: Sequence[Mention]) -> list[Mention]:
    """The two best articles, of two outlets where there are: the surest quotes first, then the earliest."""
    ranked = sorted(mentions, key=_rank)
    best: dict[str | None, Mention] = {}
    for mention in ranked:
        best.setdefault(mention.source_id, mention)
    chosen = list(best.values())[:_SOURCES]
    return chosen + [mention for mention in ranked if mention not in chosen][: _SOURCES - len(chosen)]


def pick_quotes(evidence: Iterable[Evidence]) -> list[Evidence]:
    """The most telling quotes of an article, none twice and none inside another."""
    order = {field: place for place, field in enumerate(_TELLING)}
    ranked = sorted(evidence, key=lambda e: (order.get(e.field, len(order)), e.start))
    chosen: list[Evidence] = []
    for candidate in ranked:
        if not any(candidate.start < kept.end and kept.start < candidate.end for kept in chosen):
            chosen.append(candidate)
    return chosen[:_QUOTES]


def _rank(mention: Mention) -> tuple[bool, float, str, str]:
    has_amount = any(e.field == "amount" for e in mention.extraction.evidence)
    return (not has_amount, -mention.extraction.confidence, str(mention.published_on or "9999"), mention.url)


def _render_lines(facts: Facts, sources: Sequence[Mention], language: str, words: Wording) -> Iterator[str]:
    event = facts.event
    values = {
        "company": event.company.in_language(language),
        "kind": words.kinds[event.kind],
        "round": event.round and render_round(event.round, language),
        "amount": event.amount and _render_amount(event.amount, event.amount_usd, language, words),
        "leads": _render_parties(event.leads, language, words),
        "participants": _render_parties(event.participants, language, words),
        "valuation": event.valuation and _render_amount(event.valuation, event.valuation_usd, language, words),
        "status": words.statuses[event.status],
        "announced": event.announced_on.isoformat(),
    }
    for label, value in values.items():
        if value:
            yield f"{words.labels[label]}{words.colon}{value}"
    if sources:
        yield f"{words.labels['sources']}{words.colon}".rstrip()
    for mention in sources:
        yield from _render_source(mention, words)
    yield f"{words.labels['link']}{words.colon}{facts.url}"


def _render_source(mention: Mention, words: Wording) -> Iterator[str]:
    quotes = [
        f"{words.quotes[0]}{_shorten(e.quote)}{words.quotes[1]}" for e in pick_quotes(mention.extraction.evidence)
    ]
    yield f"- {mention.title}" + (words.brackets.format(" … ".join(quotes)) if quotes else "")
    yield f"  {mention.url}"


def _render_parties(parties: Sequence[Party], language: str, words: Wording) -> str:
    return words.comma.join(party.in_language(language) for party in parties)


def _render_amount(amount: Money, usd: float | None, language: str, words: Wording) -> str:
    shown = render_money(amount, language)
    if amount.currency == "USD" or not usd:
        return shown
    return shown + words.brackets.format(render_money(convert(amount, usd / amount.value), language))


def convert(amount: Money, rate: float) -> Money:
    """The amount in dollars, to three digits: a conversion is never exact, and a vague one is a range."""
    softer = {Precision.EXACT: Precision.APPROX, Precision.VAGUE: Precision.RANGE}
    low, high = (None if bound is None else _round_off(bound * rate) for bound in (amount.min, amount.max))
    return Money(low, high, "USD", softer.get(amount.precision, amount.precision))


def _round_off(number: float) -> int:
    return int(float(f"{number:.3g}"))


def _describe_event(facts: Facts) -> dict[str, Any]:
    event = facts.event
    return {
        "id": event.id,
        "url": facts.url,
        "revision": event.revision,
        "company": event.company.name,
        "kind": event.kind.value,
        "status": event.status.value,
        "round": event.round,
        "amount": event.amount and event.amount.as_dict(),
        "amount_usd": event.amount_usd,
        "valuation": event.valuation and event.valuation.as_dict(),
        "valuation_usd": event.valuation_usd,
        "lead_investors": [party.name for party in event.leads],
        "other_investors": [party.name for party in event.participants],
        "announced_on": event.announced_on.isoformat(),
        "date_precision": event.date_precision.value,
        "week": str(event.week),
        "sector": event.sector,
        "country": event.country,
    }


def _describe_source(mention: Mention) -> dict[str, Any]:
    return {
        "title": mention.title,
        "url": mention.url,
        "source": mention.source_id,
        "published_on": mention.published_on and mention.published_on.isoformat(),
        "language": mention.language,
        "quotes": [{"field": e.field, "quote": _shorten(e.quote)} for e in pick_quotes(mention.extraction.evidence)],
    }


def _shorten(quote: str) -> str:
    plain = " ".join(quote.split())
    return plain if len(plain) <= _LONGEST_QUOTE else plain[: _LONGEST_QUOTE - 1] + "…"
