"""Makes each deal an extraction, or several where it names several rounds: every value with its witness."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from domain.article import Article
from domain.event import DatePrecision, Evidence, Extraction, Kind, Status
from domain.money import Money
from nlp.applications import Application
from nlp.dates import FoundDate, find_dates, find_stamp
from nlp.deals import LOOSE_ROUNDS, Deal, fold
from nlp.mentions import MoneyMention, Name, RoundMention
from nlp.naming import distinct, find_first_names, find_whole, rank_names

# what stands between two rounds that are announced together
_TOGETHER = re.compile(r"[^。；;\n]*?(?:、|和|与|及|以及|&|\band\b|/|\+|,|，)[^。；;\n]*", re.IGNORECASE)


class FindApplication(Protocol):
    """What a language offers to read a company's product and description."""

    def __call__(self, body: str, names: list[Name]) -> Application:
        """The product and description of the company that bears one of the names."""


def build_extractions(
    article: Article, deals: list[Deal], language: str, find_application: FindApplication
) -> list[Extraction]:
    """Makes each deal one extraction, or two where it names two rounds that share the money."""
    made = []
    for deal in deals:
        for mention in tell_rounds(deal, article.body):
            made.append(_extraction(article, deal.of_round(mention), mention, language, find_application))
    return made


def tell_rounds(deal: Deal, body: str) -> Sequence[RoundMention | None]:
    """The rounds that a deal is: several only where one breath names them together (天使轮和Pre-A轮)."""
    named = [r for s in deal.statements for r in s.rounds if r.round]
    lettered = [r for r in named if r.round not in LOOSE_ROUNDS] or named
    if not lettered:
        return [None]
    first = lettered[0]
    kept = {first.round: first}
    last = first
    for mention in lettered[1:]:
        gap = body[last.end : mention.start]
        if mention.start > last.end and len(gap) < 40 and _TOGETHER.fullmatch(gap):
            kept.setdefault(mention.round, mention)
            last = mention
    return list(kept.values())[:3]


@dataclass(slots=True)
class _Frame:
    """What is put together of one deal, each value with the words that bear it out."""

    body: str
    evidence: list[Evidence] = field(default_factory=list)

    def witness(self, name: str, start: int, end: int) -> None:
        """Keeps the words that bear a field out."""
        if end > start:
            self.evidence.append(Evidence(name, start, end, self.body[start:end]))

    def money(self, name: str, mention: MoneyMention | None) -> Money | None:
        """The value of an amount."""
        if mention is None:
            return None
        self.witness(name, mention.start, mention.end)
        return mention.money

    def names(self, name: str, found: Sequence[Name]) -> tuple[str, ...]:
        """The names of parties."""
        for each in found:
            self.witness(name, each.start, each.end)
        return tuple(each.text for each in found)


def _extraction(
    article: Article, deal: Deal, mention: RoundMention | None, language: str, find_application: FindApplication
) -> Extraction:
    frame = _Frame(article.body)
    names = rank_names(distinct(deal.names), frame.body)
    own = list(frame.names("company", names))
    leads, investors = _parties(deal, own)
    told_total = deal.first("total")
    # what two rounds brought in all is told as a sum: 连续完成天使轮及Pre-A轮融资，累计数千万元
    shared = told_total if deal.amount is None and len(deal.rounds) > 1 else None
    amount = frame.money("amount", deal.amount or shared)
    if mention:
        frame.witness("round", mention.start, mention.end)
    told = next((s.trigger for s in deal.statements if s.trigger), None)
    if told:
        frame.witness("status", *told)
    application = find_application(frame.body, names)
    product, described = application.product, application.described
    own += [n.text for n in (product, application.maker) if n and n.text not in own]
    when = _announced(article, deal, language)
    if when:
        frame.witness("announced_on", when.start, when.end)
    if described:
        frame.witness("application_type", *described)
    return Extraction(
        company=tuple(own),
        status=_status(deal),
        kind=_kind(deal, mention),
        round=_round_name(mention),
        amount=amount,
        lead_investors=frame.names("lead_investors", leads),
        investors=frame.names("investors", investors),
        valuation=frame.money("valuation", deal.first("valuation")),
        total_raised=frame.money("total_raised", None if shared else told_total),
        application=next(iter(frame.names("application", [product] if product else [])), None),
        application_type=frame.body[slice(*described)].strip() if described else None,
        announced_on=when.value if when else None,
        language=language,
        evidence=tuple(frame.evidence),
        confidence=_confidence(deal, mention, leads),
    )


def _parties(deal: Deal, own: Sequence[str]) -> tuple[list[Name], list[Name]]:
    """The leads and all investors of the deal's round; an investor that is alone in it leads."""
    statements = deal.statements
    keys = {fold(name) for name in own}
    told = [[*s.leads, *s.investors] for s in statements]
    first = find_first_names(told)
    told = [[first[name.text] for name in names] for names in told]
    every = distinct([name for names in told for name in names])

    def tell(names: list[Name]) -> list[Name]:
        whole = distinct([find_whole(first[name.text], every, told) for name in names])
        return [name for name in whole if fold(name.text) not in keys]

    # who is said to lead leads alone: nobody else does by being named alone in another sentence
    led = [s for s in statements if s.led and s.leads]
    lists = [s.investors for s in statements if len(s.investors) > 1 and not s.leads]
    # nor does one of the partners of a venture, nor who stands in a list without a lead
    partners = deal.kind is Kind.COMMITMENT and lists
    beside = set() if led else {n.text for n in tell([n for names in lists for n in names])}
    leads = tell([n for s in (led if led or partners else statements) for n in s.leads])
    leads = [n for n in leads if n.text not in beside]
    investors = tell([n for s in statements for n in (*s.leads, *s.investors)])
    alone = any(s.sole for s in statements) and not any(s.shared for s in statements)
    return (investors if len(investors) == 1 and not leads and alone else leads), investors


def _kind(deal: Deal, mention: RoundMention | None) -> Kind:
    by_round = {"debt": Kind.DEBT, "grant": Kind.GRANT}.get(mention.round or "") if mention else None
    return deal.kind or by_round or Kind.EQUITY


def _round_name(mention: RoundMention | None) -> str | None:
    """A debt or a grant is told by the kind, so as a round it names none."""
    return None if mention is None or mention.round in ("debt", "grant") else mention.round


def _confidence(deal: Deal, mention: RoundMention | None, leads: Sequence[Name]) -> float:
    """How sure the company is, and how much else is told of the deal: an order, no probability."""
    strength = max(s.strength for s in deal.statements)
    told = 0.2 * bool(deal.amount) + 0.1 * bool(_round_name(mention)) + 0.1 * bool(leads)
    return round(min(1.0, 0.4 + 0.2 * strength + told), 2)


def _announced(article: Article, deal: Deal, language: str) -> FoundDate | None:
    """The first date in a sentence that tells the deal; the month of the publication says nothing more than it.

    Where nobody says when the article was published, the stamp over its text does.
    """
    stamp = None if article.published_on else find_stamp(article.body)
    published = stamp.value.on if stamp else article.published_on
    for statement in deal.statements:
        if not statement.trigger or statement.past:
            continue
        begin = _begin_sentence(article.body, statement.trigger[0])
        end = max(statement.end, statement.trigger[1]) + 25
        for found in find_dates(article.body, begin, end, language, published):
            by_day = found.value.precision is DatePrecision.DAY
            if found != stamp and (by_day or published is None or found.value.on.month != published.month):
                return found
    return stamp


def _begin_sentence(body: str, at: int) -> int:
    return max(body.rfind(end, 0, at) for end in ("\n", "。", ". ")) + 1


def _status(deal: Deal) -> Status:
    """Rumoured where the first or the second telling hedges: headlines tell as done what the first line does not."""
    told = [s for s in deal.statements if s.trigger and s.strength >= 0.7][:2] or deal.statements[:1]
    return Status.RUMOURED if any(s.status is Status.RUMOURED for s in told) else told[0].status
