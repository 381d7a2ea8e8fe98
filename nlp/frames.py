"""Puts the statements of a document together into events: one frame a deal.

    statements (a clause each) → deals (a company's statements that fit together) → extractions with evidence
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from domain.article import Article
from domain.event import DatePrecision, Evidence, Extraction, Kind, Status
from domain.money import Money, Precision
from nlp.applications import Application
from nlp.dates import FoundDate, find_dates
from nlp.mentions import MoneyMention, Name, RoundMention
from nlp.statement import Statement

_KEY = re.compile(r"[\W_]+")
_LEGAL = re.compile(r"\b(?:inc|corp|co|ltd|limited|llc|gmbh|ag|sa|plc|pte|holdings?|group|technologies|technology|labs?|ai)\b\.?|(?:股份)?有限公司|公司|集团|科技|智能", re.IGNORECASE)


# names of rounds that say less than a letter beside them
_LOOSE = frozenset(("strategic", "growth", "debt", "grant", "convertible", "bridge", "secondary"))
# what stands between two rounds that are announced together
_TOGETHER = re.compile(r"[^。；;\n]*?(?:、|和|与|及|以及|&|\band\b|/|\+|,|，)[^。；;\n]*", re.IGNORECASE)


def fold(name: str) -> str:
    """A name as deals of one document are compared by it."""
    return _KEY.sub("", name.casefold())


def same_company(a: str, b: str) -> bool:
    """Whether two names of one document mean the same company: equal, or one begins or ends the other."""
    x, y = fold(a), fold(b)
    if not x or not y:
        return False
    if x == y:
        return True
    short, long = sorted((x, y), key=len)
    if len(short) < 2 or (short.isascii() and len(short) < 4):
        return fold(_LEGAL.sub("", a)) == fold(_LEGAL.sub("", b)) != ""
    if short.isascii():
        words = [fold(w) for w in (a if len(x) > len(y) else b).split()]
        return long.startswith(short) and (words[0] == short or long == "".join(words) and short in {"".join(words[:k]) for k in range(1, len(words))})
    return short in long


@dataclass(slots=True)
class Deal:
    """The statements that tell one deal."""

    statements: list[Statement] = field(default_factory=list)

    @property
    def names(self) -> list[Name]:
        """All the names of the receiver, in the order of the text."""
        return [name for s in self.statements for name in s.company]

    def first(self, attribute: str) -> MoneyMention | None:
        """The attribute's first value among the statements."""
        return next((v for s in self.statements if (v := getattr(s, attribute)) is not None), None)

    @property
    def amount(self) -> MoneyMention | None:
        """The deal's own amount: the most telling of those that agree with the first one."""
        amounts = [s.amount for s in self.statements if s.amount is not None]
        if not amounts:
            return None
        first = amounts[0]
        for other in amounts[1:]:
            if _refines(other.money, first.money):
                return other
        return first

    @property
    def rounds(self) -> list[RoundMention]:
        """The rounds named, each once."""
        seen: dict[str, RoundMention] = {}
        for s in self.statements:
            for r in s.rounds:
                if r.round:
                    seen.setdefault(r.round, r)
        return list(seen.values())

    @property
    def kind(self) -> Kind | None:
        """The kind that a statement names."""
        return next((s.kind for s in self.statements if s.kind is not None), None)

    def is_company(self, names: list[Name]) -> bool:
        """Whether one of the names is the deal's receiver."""
        return any(same_company(a.text, b.text) for a in self.names for b in names)

    def fits(self, statement: Statement) -> bool:
        """Whether the statement can tell the same deal as those gathered so far."""
        mine, other = self.amount, statement.amount
        if mine and other and not compatible(mine.money, other.money):
            return False
        if statement.kind and self.kind and statement.kind != self.kind:
            return False
        theirs = {r.round for r in statement.rounds if r.round}
        ours = {r.round for r in self.rounds}
        return not (theirs and ours and not theirs & ours and other is not None and mine is not None)


def compatible(a: Money, b: Money) -> bool:
    """Whether two amounts can be the same money told twice; other currencies may be conversions."""
    if a.currency != b.currency:
        return True
    low_a, high_a = a.min if a.min is not None else 0, a.max if a.max is not None else float("inf")
    low_b, high_b = b.min if b.min is not None else 0, b.max if b.max is not None else float("inf")
    slack = 0.08
    return low_a * (1 - slack) <= high_b and low_b * (1 - slack) <= high_a


def _refines(new: Money, old: Money) -> bool:
    """Whether the new amount says the same more precisely."""
    order = [Precision.EXACT, Precision.APPROX, Precision.RANGE, Precision.AT_LEAST, Precision.AT_MOST, Precision.VAGUE]
    return (
        new.currency == old.currency
        and compatible(new, old)
        and old.precision is Precision.VAGUE
        and order.index(new.precision) < order.index(old.precision)
    )


def assemble(statements: list[Statement], *, many: bool, topic: Name | None = None) -> list[Deal]:
    """Gathers statements into deals; `many` says that the document is a round-up of several companies' deals.

    `topic` is the company that the document is about, for deals told of "the company" before any named one.
    """
    deals: list[Deal] = []
    focus: Deal | None = None
    waiting: list[Statement] = []
    for statement in statements:
        if statement.background:
            if statement.company and focus and not focus.is_company(statement.company):
                focus = focus if not many else None
            continue
        if statement.company:
            mine = [d for d in deals if d.is_company(statement.company)]
            deal = next((d for d in mine if d.fits(statement)), None)
            if deal is None:
                deal = Deal()
                deals.append(deal)
            deal.statements.append(statement)
            deal.statements.extend(w for w in waiting if deal.fits(w))
            waiting = []
            focus = deal
        elif focus is not None:
            if focus.fits(statement):
                focus.statements.append(statement)
            elif statement.strength >= 1 and statement.amount and statement.kind:
                deals.append(Deal([Statement(statement.start, statement.end, company=focus.names[:1]), statement]))
        else:
            waiting.append(statement)
    if not deals and topic and any(w.strength >= 1 and w.amount for w in waiting):
        deals.append(Deal([Statement(topic.start, topic.end, company=[topic], strength=0.0), *waiting]))
    return deals


class FindApplication(Protocol):
    """What a language offers to read a company's product and description."""

    def __call__(self, body: str, names: list[Name]) -> Application:
        """The product and description of the company that bears one of the names."""


def build_extractions(article: Article, deals: list[Deal], language: str, find_application: FindApplication) -> list[Extraction]:
    """Makes each deal one extraction, or two where it names two rounds that share the money."""
    made = []
    for deal in deals:
        for mention in tell_rounds(deal, article.body):
            made.append(_extraction(article, deal, mention, language, find_application))
    return made


def tell_rounds(deal: Deal, body: str) -> Sequence[RoundMention | None]:
    """The rounds that a deal is: several only where one breath names them together (天使轮和Pre-A轮, seed and Series A)."""
    named = [r for s in deal.statements for r in s.rounds if r.round]
    lettered = [r for r in named if r.round not in _LOOSE] or named
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


def _extraction(article: Article, deal: Deal, mention: RoundMention | None, language: str, find_application: FindApplication) -> Extraction:
    body = article.body
    evidence: list[Evidence] = []

    def witness(name: str, start: int, end: int) -> None:
        if end > start:
            evidence.append(Evidence(name, start, end, body[start:end]))

    names = rank_names(_distinct(deal.names), body)
    for name in names:
        witness("company", name.start, name.end)
    amount, valuation, total = deal.amount, deal.first("valuation"), deal.first("total")
    for label, money in (("amount", amount), ("valuation", valuation), ("total_raised", total)):
        if money:
            witness(label, money.start, money.end)
    if mention:
        witness("round", mention.start, mention.end)
    statements = deal.statements
    leads = _longest(_distinct([n for s in statements for n in _of_round(s.leads, mention, deal, body)]))
    investors = _longest(_distinct([n for s in statements for n in _of_round(s.leads + s.investors, mention, deal, body)]))
    own = [n.text for n in names]
    leads = [n for n in leads if not any(fold(n.text) == fold(o) for o in own)]
    investors = [n for n in investors if not any(fold(n.text) == fold(o) for o in own)]
    sole = any(s.sole for s in deal.statements) and not any(s.shared for s in deal.statements)
    if len(investors) == 1 and not leads and sole:
        leads = investors
    for name in leads:
        witness("lead_investors", name.start, name.end)
    for name in investors:
        witness("investors", name.start, name.end)
    for statement in deal.statements:
        if statement.trigger:
            witness("status", *statement.trigger)
            break
    kind = deal.kind or (Kind.DEBT if mention and mention.round == "debt" else Kind.GRANT if mention and mention.round == "grant" else Kind.EQUITY)
    round_name = None if mention is None or mention.round in ("debt", "grant") else mention.round
    application = find_application(body, names)
    product, described = application.product, application.described
    own += [n.text for n in (product, application.maker) if n and n.text not in own]
    if product:
        witness("application", product.start, product.end)
    if described:
        witness("application_type", *described)
    when = _announced(article, deal, language)
    if when:
        witness("announced_on", when.start, when.end)
    return Extraction(
        company=tuple(own),
        status=_status(deal),
        kind=kind,
        round=round_name,
        amount=amount.money if amount else None,
        lead_investors=tuple(n.text for n in leads),
        investors=tuple(n.text for n in investors),
        valuation=valuation.money if valuation else None,
        total_raised=total.money if total else None,
        application=product.text if product else None,
        application_type=body[slice(*described)].strip() if described else None,
        announced_on=when.value if when else None,
        language=language,
        evidence=tuple(evidence),
        confidence=round(min(1.0, 0.4 + 0.2 * max(s.strength for s in deal.statements) + 0.2 * bool(amount) + 0.1 * bool(round_name) + 0.1 * bool(leads)), 2),
    )


def _announced(article: Article, deal: Deal, language: str) -> FoundDate | None:
    """The first date in a sentence that tells the deal; a month that holds the publication says nothing more than it."""
    published = article.published_on
    for statement in deal.statements:
        if not statement.trigger:
            continue
        begin = max(article.body.rfind("\n", 0, statement.trigger[0]), article.body.rfind("。", 0, statement.trigger[0]), article.body.rfind(". ", 0, statement.trigger[0])) + 1
        for found in find_dates(article.body, begin, max(statement.end, statement.trigger[1]) + 25, language, published):
            if found.value.precision is DatePrecision.DAY or published is None or found.value.on.month != published.month:
                return found
    return None


def _status(deal: Deal) -> Status:
    """Rumoured where the first or the second telling hedges: headlines tell as done what the first line does not."""
    told = [s for s in deal.statements if s.trigger and s.strength >= 0.7][:2] or deal.statements[:1]
    return Status.RUMOURED if any(s.status is Status.RUMOURED for s in told) else told[0].status


def rank_names(names: list[Name], body: str) -> list[Name]:
    """Puts the name first that the body itself uses: of two that contain each other, the one it repeats on its own.

    A name that occurs once and contains another one which the body uses is a misread boundary and is left out.
    """
    kept = []
    for name in names:
        inner = [o for o in names if o is not name and o.text != name.text and o.text in name.text and len(o.text) >= 2]
        if inner and body.count(name.text) == 1 and any(body.count(o.text) > 1 for o in inner) and not re.search(r"公司|Inc|Ltd", name.text):
            continue
        kept.append(name)
    shorter = [n for n in kept if any(n.text in o.text and n.text != o.text for o in kept)]
    return [n for n in kept if n in shorter] + [n for n in kept if n not in shorter] if shorter else kept


def _longest(names: list[Name]) -> list[Name]:
    """Leaves out a name that only begins another one: Larkfield beside Larkfield Ventures."""
    return [n for n in names if not any(o is not n and o.text != n.text and _begins(n.text, o.text) for o in names)]


def _begins(short: str, long: str) -> bool:
    return long.startswith(short + " ") if short.isascii() else long.startswith(short) and len(short) >= 2


def _of_round(names: list[Name], mention: RoundMention | None, deal: Deal, body: str) -> list[Name]:
    """Of a deal with several rounds, the parties that the text gives this one: A轮由甲领投，A+轮由乙领投."""
    rounds = [r for s in deal.statements for r in s.rounds if r.round]
    if mention is None or len({r.round for r in rounds}) < 2:
        return names
    kept = []
    for name in names:
        before = [r for r in rounds if r.end <= name.start and not re.search(r"[。；\n]|\.\s", body[r.end : name.start])]
        nearest = max(before, key=lambda r: r.start, default=None)
        told_apart = {r.round for r in rounds if nearest and abs(r.start - nearest.start) < 80 and re.match(r"[^，。；]{0,4}由|由", body[r.end : r.end + 6])}
        if nearest is None or nearest.round == mention.round or nearest.round not in told_apart:
            kept.append(name)
    return kept


def merge_misnamed(deals: list[Deal], body: str) -> list[Deal]:
    """In a document about one deal, joins what tells the same money under another name to the first that tells it."""
    kept: list[Deal] = []
    for deal in deals:
        twin = next((d for d in kept if _same_money(d, deal)), None)
        if twin is not None:
            if _told(deal, body) > _told(twin, body):
                twin.statements = [_nameless(s) for s in twin.statements] + deal.statements
            else:
                twin.statements += [_nameless(s) for s in deal.statements]
        else:
            kept.append(deal)
    return kept


def _told(deal: Deal, body: str) -> int:
    """How often the body uses the deal's first name: a misread name stands there once."""
    return min(3, body.count(deal.names[0].text)) if deal.names else 0


def _same_money(a: Deal, b: Deal) -> bool:
    x, y = a.amount, b.amount
    rounds_a, rounds_b = {r.round for r in a.rounds}, {r.round for r in b.rounds}
    if rounds_a and rounds_b and not rounds_a & rounds_b:
        return False
    return x is not None and y is not None and x.money.currency == y.money.currency and x.money.value == y.money.value


def _nameless(statement: Statement) -> Statement:
    statement.company = []
    return statement


def _distinct(names: list[Name]) -> list[Name]:
    kept: dict[str, Name] = {}
    for name in names:
        kept.setdefault(fold(name.text), name)
    return list(kept.values())
