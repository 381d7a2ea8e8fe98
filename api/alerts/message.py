"""Writes the message of an alert or of a digest: title, plain lines, HTML and the JSON body.

facts (why, the event as it stands, the articles that tell it) ─→ AlertPart ─→ Message
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from api.alerts.body import AlertBody, AlertPart, BeforePart, DigestBody, DigestPart, EventPart, QuotePart, SourcePart
from api.alerts.html import render_html, wrap_html
from api.alerts.wording import WORDINGS, Wording
from api.reports.amounts import render_money, render_round
from domain.alerting import Told
from domain.event import Event, Evidence, Kind, Party
from domain.history import Mention
from domain.money import Money, Precision

_SOURCES = 2
_QUOTES = 2
_LONGEST_QUOTE = 300
_RULE = '<hr style="border:0;border-top:1px solid #d5dae1;margin:24px 0">\n'
# the fields whose quotes convince most, in this order
_TELLING = ("amount", "round", "lead_investors", "valuation", "company")


@dataclass(frozen=True, slots=True)
class Message:
    """One message ready to go out; `id` stays the same over all tries, so that a receiver can drop a second copy."""

    id: str
    title: str
    text: str
    payload: Mapping[str, Any]
    html: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """What an alert is made of: why it goes out, the event as it stands and the articles that tell it."""

    alert_id: str
    rule: str
    rule_name: str
    event: Event
    mentions: Sequence[Mention]
    public_url: str
    correction: bool = False
    before: Told | None = None

    @property
    def url(self) -> str:
        """The event's page."""
        return f"{self.public_url}/events/{self.event.id}"


def build_message(facts: Facts, language: str, now: datetime) -> Message:
    """Writes one alert in one language."""
    part = _build_part(facts, language)
    kind = "funding_event.correction" if facts.correction else "funding_event.alert"
    body = AlertBody(type=kind, timestamp=now.astimezone(UTC), data=part)  # type: ignore[arg-type]
    html = wrap_html(_render_html(facts, part, language), language)
    return Message(facts.alert_id, part.title, part.text, body.model_dump(mode="json"), html)


def build_digest(message_id: str, gathered: Sequence[Facts], language: str, now: datetime) -> Message:
    """Writes the alerts of one rule as one message."""
    words = WORDINGS[language]
    parts = [_build_part(facts, language) for facts in gathered]
    title = words.digest.format(count=len(parts), rule=gathered[0].rule_name)
    text = "\n\n".join(f"{part.title}\n{part.text}" for part in parts)
    data = DigestPart(
        rule=gathered[0].rule,
        rule_name=gathered[0].rule_name,
        language=language,  # type: ignore[arg-type]
        title=title,
        text=text,
        alerts=parts,
    )
    body = DigestBody(type="funding_event.digest", timestamp=now.astimezone(UTC), data=data)
    pages = [_render_html(facts, part, language) for facts, part in zip(gathered, parts, strict=True)]
    return Message(message_id, title, text, body.model_dump(mode="json"), wrap_html(_RULE.join(pages), language))


def _build_part(facts: Facts, language: str) -> AlertPart:
    words = WORDINGS[language]
    mentions = _list_articles(facts.mentions)
    best = pick_sources(mentions)
    return AlertPart(
        id=facts.alert_id,
        rule=facts.rule,
        rule_name=facts.rule_name,
        correction=facts.correction,
        before=_describe_before(facts.before),
        language=language,  # type: ignore[arg-type]
        title=render_title(facts, language, words),
        text="\n".join(_render_lines(facts, best, [m for m in mentions if m not in best], language, words)),
        event=_describe_event(facts),
        sources=[_describe_source(mention, quoted=True) for mention in best],
        more_sources=[_describe_source(m, quoted=False) for m in mentions if m not in best],
    )


def _render_html(facts: Facts, part: AlertPart, language: str) -> str:
    words = WORDINGS[language]
    values = [(words.labels[label], value) for label, value in _iter_values(facts, language, words)]
    return render_html(part, values, words)


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
    return (words.correction if facts.correction else "") + words.tidy(title)


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


def _iter_values(facts: Facts, language: str, words: Wording) -> Iterator[tuple[str, str]]:
    event = facts.event
    values = {
        "before": facts.before and _render_before(facts.before, event, language, words),
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
    yield from ((label, value) for label, value in values.items() if value)


def _list_articles(mentions: Sequence[Mention]) -> list[Mention]:
    """Each article once, by its surest words: one article may tell a round in two places."""
    best: dict[str, Mention] = {}
    for mention in sorted(mentions, key=_rank):
        best.setdefault(mention.url, mention)
    return [mention for mention in mentions if best[mention.url] is mention]


def _render_lines(
    facts: Facts, best: Sequence[Mention], others: Sequence[Mention], language: str, words: Wording
) -> Iterator[str]:
    for label, value in _iter_values(facts, language, words):
        yield f"{words.labels[label]}{words.colon}{value}"
    if best:
        yield f"{words.labels['sources']}{words.colon}".rstrip()
    for mention in best:
        yield from _render_source(mention, words)
    for mention in others:
        yield f"- {mention.title}\n  {mention.url}"
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


def _render_before(before: Told, event: Event, language: str, words: Wording) -> str:
    status = words.statuses[before.status]
    if before.amount_usd is None:
        return status
    exact = event.amount is None or event.amount.currency == "USD"
    usd = int(before.amount_usd) if exact else _round_off(before.amount_usd)
    amount = Money(usd, usd, "USD", Precision.EXACT if exact else Precision.APPROX)
    return words.comma.join((render_money(amount, language), status))


def convert(amount: Money, rate: float) -> Money:
    """The amount in dollars, to three digits: a conversion is never exact, and a vague one is a range."""
    softer = {Precision.EXACT: Precision.APPROX, Precision.VAGUE: Precision.RANGE}
    low, high = (None if bound is None else _round_off(bound * rate) for bound in (amount.min, amount.max))
    return Money(low, high, "USD", softer.get(amount.precision, amount.precision))


def _round_off(number: float) -> int:
    return int(float(f"{number:.3g}"))


def _describe_event(facts: Facts) -> EventPart:
    event = facts.event
    fields: dict[str, Any] = {
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
        "announced_on": event.announced_on,
        "date_precision": event.date_precision.value,
        "week": str(event.week),
        "sector": event.sector,
        "country": event.country,
    }
    return EventPart(**fields)


def _describe_before(before: Told | None) -> BeforePart | None:
    return None if before is None else BeforePart(status=before.status.value, amount_usd=before.amount_usd)


def _describe_source(mention: Mention, *, quoted: bool) -> SourcePart:
    quotes = pick_quotes(mention.extraction.evidence) if quoted else []
    return SourcePart(
        title=mention.title,
        url=mention.url,
        source=mention.source_id,
        published_on=mention.published_on,
        language=mention.language,
        quotes=[QuotePart(field=e.field, quote=_shorten(e.quote)) for e in quotes],
    )


def _shorten(quote: str) -> str:
    plain = " ".join(quote.split())
    return plain if len(plain) <= _LONGEST_QUOTE else plain[: _LONGEST_QUOTE - 1] + "…"
