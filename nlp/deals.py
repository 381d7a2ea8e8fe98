"""Gathers what the sentences of a document tell into deals: a company's statements that fit together."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import permutations

from domain.event import Kind
from domain.money import Money, Precision
from nlp.mentions import MoneyMention, Name, RoundMention
from nlp.statement import Statement

# names of rounds that say less than a letter beside them
LOOSE_ROUNDS = frozenset(("strategic", "growth", "debt", "grant", "convertible", "bridge", "secondary"))
# what stands between a firm and its brand
_TIE = (
    r"[”」\"’]?(?:旗下|的母公司|(?:所)?(?:拥有|运营|创立)的)[^，。；\n]{0,6}[“「\"‘]?"
    r"|, (?:the )?(?:company|startup|firm|maker|owner|operator|parent) (?:behind|of) "
)
_KEY = re.compile(r"[\W_]+")
_LEGAL = re.compile(
    r"\b(?:inc|corp|co|ltd|limited|llc|gmbh|ag|sa|plc|pte|holdings?|group|technologies|technology|labs?|ai)\b\.?|(?:股份)?有限公司|公司|集团|科技|智能",
    re.IGNORECASE,
)


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
        return long.startswith(short) and (
            words[0] == short
            or (long == "".join(words) and short in {"".join(words[:k]) for k in range(1, len(words))})
        )
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
        return next((other for other in amounts[1:] if _refines(other.money, first.money)), first)

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
        """The kind that a statement names; a named round is equity, though a loan or a grant be told beside it."""
        if any(mention.round not in LOOSE_ROUNDS for mention in self.rounds):
            return None
        # a plan told beside the round's own sum is none of the round's
        sums = [s for s in self.statements if s.amount is not None] or self.statements
        return next((s.kind for s in sums if s.kind is not None), None)

    def of_round(self, mention: RoundMention | None) -> Deal:
        """The deal without what is told of its other rounds alone."""
        if mention is None or len(self.rounds) < 2:
            return self
        of_others = [s for s in self.statements if s.rounds and all(r.round != mention.round for r in s.rounds)]
        kept = [s for s in self.statements if s not in of_others]
        if not any(s.company for s in kept):
            # who raises may be named beside the other round: Harrow did not raise a seed but a Series A
            kept += [Statement(s.start, s.end, company=s.company) for s in of_others if s.company]
        return Deal(kept)

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
    """Whether the new amount says the same more precisely: a number for a vague one, a bound that a title left out."""
    if new.currency != old.currency or not compatible(new, old):
        return False
    if old.precision is Precision.EXACT:
        return new.value == old.value and new.precision in (Precision.AT_LEAST, Precision.AT_MOST, Precision.APPROX)
    return old.precision is Precision.VAGUE and new.precision is not Precision.VAGUE


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
            deal = _find_home([d for d in deals if d.is_company(statement.company)], statement)
            if deal is None:
                deal = Deal()
                deals.append(deal)
            deal.statements.append(statement)
            deal.statements.extend(w for w in waiting if deal.fits(w))
            waiting = []
            focus = deal
        elif focus is not None:
            home = _find_home([focus, *(d for d in deals if d is not focus and d.is_company(focus.names))], statement)
            if home:
                home.statements.append(statement)
            elif _is_share(statement, focus):
                focus.statements.append(replace(statement, amount=None))
            elif statement.strength >= 1 and statement.amount and statement.kind:
                deals.append(Deal([Statement(statement.start, statement.end, company=focus.names[:1]), statement]))
        else:
            waiting.append(statement)
    if not deals and topic and any(w.strength >= 1 and w.amount for w in waiting):
        deals.append(Deal([Statement(topic.start, topic.end, company=[topic], strength=0.0), *waiting]))
    return deals


def _is_share(statement: Statement, deal: Deal) -> bool:
    """Whether the statement tells what an investor puts into the deal: Halden led the deal with $20 million."""
    share, whole = statement.amount, deal.amount
    if not (share and whole and statement.investors) or statement.rounds or statement.kind:
        return False
    return share.money.currency == whole.money.currency and share.money.value < whole.money.value


def _find_home(deals: Sequence[Deal], statement: Statement) -> Deal | None:
    """The deal that the statement can tell more of: one of the same round before one of no round or of others."""
    fitting = [deal for deal in deals if deal.fits(statement)]
    named = {mention.round for mention in statement.rounds}
    same = (deal for deal in fitting if named.intersection(mention.round for mention in deal.rounds))
    return next(same, next(iter(fitting), None))


def merge_misnamed(deals: list[Deal], body: str) -> list[Deal]:
    """In a document about one deal, joins what tells the same money under another name to the first that tells it."""
    kept: list[Deal] = []
    for deal in deals:
        twin = next((d for d in kept if _same_money(d, deal) or _same_round(d, deal, body)), None)
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


def _same_round(a: Deal, b: Deal, body: str) -> bool:
    """Whether a brand and the firm that the body ties it to are told of one lettered round, one with investors."""
    rounds = [{r.round for r in deal.rounds} - LOOSE_ROUNDS for deal in (a, b)]
    backed = [any(s.investors for s in deal.statements) for deal in (a, b)]
    alike = bool(rounds[0]) and rounds[0] == rounds[1] and not (a.amount or b.amount) and backed[0] != backed[1]
    return alike and any(_are_tied(x.text, y.text, body) for x in a.names for y in b.names)


def _are_tied(a: str, b: str, body: str) -> bool:
    """Whether the body says that one name is the other's brand: 远帆餐饮旗下“好物工坊”, Tindra, maker of Quillo."""
    ties = (rf"{x}(?:(?:{_TIE}){y}(?![’']s)|是{y}旗下)" for x, y in permutations(map(re.escape, (a, b))))
    return any(re.search(tie, body) for tie in ties)


def _nameless(statement: Statement) -> Statement:
    statement.company = []
    return statement
