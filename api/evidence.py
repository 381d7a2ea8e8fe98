"""Every figure with its witnesses: the values that articles report, field by field, each with the words that say so.

store.events.reported ─┐
store.events.mentions ─┼─→ one list of reported values, the shown one of each field first
articles' bodies ──────┘
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from api import schemas
from api.describe import describe_article_reference, describe_reported, write_value
from api.reports.words import Language
from domain.event import Event, Evidence, Extraction, Party
from domain.fusion import Reported
from domain.gazetteer import Gazetteer, load_gazetteer
from domain.history import Mention
from domain.names import match_key

# a quote is shown with the rest of its sentence, at most so many characters each way
_CONTEXT = 90
_ENDS = ("\n", "。", "！", "？", "；", ". ", "! ", "? ")
Bodies = Mapping[int, str]


def collect_reported(
    event: Event, reported: Iterable[Reported], mentions: Sequence[Mention], bodies: Bodies
) -> list[schemas.ReportedValue]:
    """All that articles report of an event, in the order of the event's page."""
    by_extraction = {mention.extraction_id: mention for mention in mentions}
    found = [_describe_parties("company", (event.company,), mentions, bodies)]
    for value in reported:
        told = [by_extraction[c.extraction_id] for c in value.claims if c.extraction_id in by_extraction]
        found.append([_build_value(value.field, value.value, value.shown, told, bodies)])
    found.append(_describe_types(event, mentions, bodies))
    found.append(_describe_parties("lead_investors", event.leads, mentions, bodies))
    found.append(_describe_parties("investors", event.participants, mentions, bodies))
    return [value for values in found for value in values if value.reported_by]


def collect_members(mentions: Iterable[Mention], bodies: Bodies) -> list[schemas.Member]:
    """The readings filed under an event, with their quotes and why they are here."""
    return [
        schemas.Member(
            article=describe_article_reference(mention),
            company=list(mention.extraction.company),
            kind=mention.extraction.kind,
            status=mention.extraction.status,
            confidence=mention.extraction.confidence,
            score=mention.score,
            reasons=[schemas.Reason(feature=r.feature, score=r.score, text=r.text) for r in mention.reasons],
            quotes=_describe_quotes(mention.extraction.evidence, mention.article_id, bodies),
        )
        for mention in mentions
    ]


def _build_value(
    field: str, value: object, shown: bool, mentions: Iterable[Mention], bodies: Bodies, about: str | None = None
) -> schemas.ReportedValue:
    return schemas.ReportedValue(
        field=field,
        value=describe_reported(value),
        text={language.value: write_value(field, value, language) for language in Language},
        shown=shown,
        reported_by=[_build_witness(field, mention, bodies, about) for mention in mentions],
    )


def _build_witness(field: str, mention: Mention, bodies: Bodies, about: str | None) -> schemas.Witness:
    """The article with its quotes for the field; for a name, the quotes of that name."""
    quotes = [e for e in mention.extraction.evidence if e.field == field]
    if about is not None:
        quotes = [e for e in quotes if match_key(e.quote) == match_key(about)]
    return schemas.Witness(
        article=describe_article_reference(mention), quotes=_describe_quotes(quotes, mention.article_id, bodies)
    )


def _describe_types(event: Event, mentions: Sequence[Mention], bodies: Bodies) -> list[schemas.ReportedValue]:
    shown = set(event.application_types.values())
    told: dict[str, list[Mention]] = {}
    for mention in mentions:
        if text := mention.extraction.application_type:
            told.setdefault(text, []).append(mention)
    values = [_build_value("application_type", text, text in shown, who, bodies) for text, who in told.items()]
    return sorted(values, key=lambda value: not value.shown)


def _describe_parties(
    field: str, parties: Iterable[Party], mentions: Sequence[Mention], bodies: Bodies
) -> list[schemas.ReportedValue]:
    """A value for each spelling under which articles name one of the parties."""
    found = []
    for party in parties:
        # the names that it shows may be such as only this store knows: from a person, or from how articles tell it
        own = {party.key, *map(match_key, party.names.values())}
        told: dict[str, list[Mention]] = {}
        for mention in mentions:
            for name in _names(field, mention.extraction):
                if not own.isdisjoint((_key_of(field, name, load_gazetteer()), match_key(name))):
                    told.setdefault(name, []).append(mention)
        best = max(told, key=lambda name: len(told[name]), default=None)
        found += [_build_value(field, name, name == best, who, bodies, about=name) for name, who in told.items()]
    return found


_NAMES: Mapping[str, Callable[[Extraction], Sequence[str]]] = {
    "company": lambda e: e.company,
    "lead_investors": lambda e: (*e.lead_investors, *(name for name in e.investors if name not in e.lead_investors)),
    "investors": lambda e: e.investors,
}


def _names(field: str, extraction: Extraction) -> Sequence[str]:
    return _NAMES[field](extraction)


def _key_of(field: str, name: str, known: Gazetteer) -> str:
    return known.company_key(name) if field == "company" else known.investor_key(name)


def _describe_quotes(evidence: Iterable[Evidence], article_id: int, bodies: Bodies) -> list[schemas.Quote]:
    body = bodies.get(article_id, "")
    return [quote_in_context(body, e) for e in evidence]


def quote_in_context(body: str, evidence: Evidence) -> schemas.Quote:
    """The quote with the rest of its sentence, cut where that is long."""
    before, after = "", ""
    if body[evidence.start : evidence.end] == evidence.quote:
        before = _cut_before(body[max(0, evidence.start - _CONTEXT) : evidence.start])
        after = _cut_after(body[evidence.end : evidence.end + _CONTEXT])
    return schemas.Quote(
        field=evidence.field,
        quote=evidence.quote,
        start=evidence.start,
        end=evidence.end,
        before=before,
        after=after,
    )


def _cut_before(text: str) -> str:
    start = max((at + len(end) for end in _ENDS if (at := text.rfind(end)) >= 0), default=0)
    if start == 0 and len(text) == _CONTEXT:
        # a word that the cut would split is left out
        start = text.find(" ") + 1 if " " in text[:20] else 0
        return "… " + text[start:].lstrip()
    return text[start:].lstrip()


def _cut_after(text: str) -> str:
    stop = min((at + len(end.strip()) for end in _ENDS if (at := text.find(end)) >= 0), default=len(text))
    if stop == len(text) == _CONTEXT:
        last = text.rfind(" ")
        return text[: last if last > _CONTEXT - 20 else stop].rstrip() + " …"
    return text[:stop].rstrip()
