"""The period's largest deal, told in two or three sentences of its own facts and one of its own quotes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING

from api.reports.amounts import render_amount, render_money, render_round
from api.reports.house import Phrases
from api.reports.model import Paragraph, Section
from api.reports.table import join_parties, write_application, write_type
from domain.alerting import FACTS
from domain.event import Event, Evidence, Kind, Status
from domain.money import Precision
from storage.reporting import Telling

if TYPE_CHECKING:
    from jinja2 import Template

_MOST = 220
_CLOSED = r"[A-Za-z0-9%)”\"’]"
# not after U.S. or Inc., which end no sentence
_BREAKS = re.compile(
    rf"\n|(?<=[。！？])(?![”’])|(?<={_CLOSED}{_CLOSED}[.!?])(?<!Inc\.)(?<!Ltd\.)(?<!Corp\.)(?<!Mr\.)(?<!Ms\.)(?<!Dr\.)"
    r"\s+(?=[A-Z“\"])|(?<=[.!?][”\"’])\s+(?=[A-Z“\"])|(?<=[。！？]”)"
)
_STRAIGHT, _SINGLE = re.compile(r'"([^"]*)"'), str.maketrans("“”", "‘’")
# what a quote is looked for, the best first
_FIELDS = ("amount", "lead_investors", "valuation", "round", "company")


def find_headline(events: Iterable[Event]) -> Event | None:
    """The largest announced or closed deal, of whatever kind; None where no amount is disclosed."""
    told = [event for event in events if event.status in FACTS and event.amount_usd is not None]
    return max(told, key=lambda event: (event.amount_usd or 0.0, event.id), default=None)


def build_headline(event: Event, tellings: Sequence[Telling], bodies: Mapping[int, str], phrases: Phrases) -> Section:
    """The section of the headline deal."""
    # sentences follow each other without a space in Chinese
    joint = "" if phrases.words.spaced else " "
    sentences = [Paragraph(joint.join(write_facts(event, phrases)), event.id)]
    if quote := find_quote(tellings, bodies, phrases.words.language):
        telling, text = quote
        # a quote keeps its own spelling
        said = _compile(phrases.raw("headline.quote")).render(source=telling.source, quote=nest_quotes(text))
        sentences.append(Paragraph(said, url=telling.claim.article.url))
    return Section("headline", phrases.say("sections.headline"), tuple(sentences))


def write_facts(event: Event, phrases: Phrases) -> list[str]:
    """One sentence of what was raised and from whom, and one of valuation and total where they are known."""
    words = phrases.words
    known_type = write_type(event, words)
    facts = {
        "name": write_application(event, words),
        "kind_of": "" if known_type == words.undisclosed else known_type,
        "closed": event.status is Status.CLOSED,
        "amount": render_amount(event.amount, event.kind, words.language) if event.amount else "",
        "ceiling": event.amount is not None and event.amount.precision is Precision.AT_MOST,
        "round": render_round(event.round, words.language) if event.round else "",
        "leads": join_parties(event.leads, words),
        "others": join_parties(event.participants, words),
        "parties": join_parties((*event.leads, *event.participants), words),
    }
    sentences = [_fill(phrases, event.kind, facts)]
    if event.valuation or event.total_raised:
        sentences.append(
            _fill(
                phrases,
                "value",
                {
                    "valuation": render_money(event.valuation, words.language) if event.valuation else "",
                    "total": render_money(event.total_raised, words.language) if event.total_raised else "",
                },
            )
        )
    return sentences


def _fill(phrases: Phrases, key: Kind | str, facts: Mapping[str, object]) -> str:
    text = _compile(phrases.raw(f"headline.{key}")).render(**facts)
    return phrases.words.set_apart(" ".join(text.split()))


@cache
def _compile(text: str) -> Template:
    from jinja2 import StrictUndefined
    from jinja2.sandbox import SandboxedEnvironment

    # what comes out is plain text: each format escapes it in its own way
    return SandboxedEnvironment(undefined=StrictUndefined, autoescape=False).from_string(text)


def find_quote(tellings: Iterable[Telling], bodies: Mapping[int, str], language: str) -> tuple[Telling, str] | None:
    """The sentence that says the most of the deal, from the most trusted source in that language; None where none."""
    told = [telling for telling in tellings if telling.claim.article.language == language]
    best = sorted(told, key=lambda t: (-t.claim.article.trust, t.claim.told_on, t.claim.extraction_id))
    for field in _FIELDS:
        for telling in best:
            body = bodies.get(telling.claim.article.id, "")
            for evidence in telling.claim.extraction.evidence:
                if evidence.field == field and (text := quote_sentence(body, evidence)):
                    return telling, text
    return None


def nest_quotes(text: str) -> str:
    """The text as it stands within double quotes: its own ones become single, as in print."""
    return _STRAIGHT.sub(r"‘\1’", text).translate(_SINGLE)


def quote_sentence(body: str, evidence: Evidence) -> str:
    """The sentence of the article's text that holds the quote; empty for a heading, and where it is too long."""
    if body[evidence.start : evidence.end] != evidence.quote or "\n" not in body[: evidence.start]:
        return ""
    edges = [0, *(match.end() for match in _BREAKS.finditer(body)), len(body)]
    start = max(edge for edge in edges if edge <= evidence.start)
    end = min((edge for edge in edges if edge >= evidence.end), default=len(body))
    text = " ".join(body[start:end].split())
    return text if len(text) <= _MOST else ""
