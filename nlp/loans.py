"""A loan told beside a round's own money: $60M Series C and $40M in debt from Halden Bank are two deals."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from domain.event import Kind
from nlp.deals import Deal, compatible
from nlp.mentions import MoneyMention, Name
from nlp.statement import Statement

_OF_DEBT = (
    r"(?:new|venture|growth|senior|secured|asset-backed|bank|green|term|structured|private|project|revolving"
    r"|warehouse|working capital)"
)
# what is behind a sum that is lent, and what shows there that it is no loan that the firm takes now
_LENT = re.compile(
    rf"[ -]?(?:(?:in|of|worth of|is|was|is in) )?(?:{_OF_DEBT} )*"
    r"(?:debt|loans?|credit (?:lines?|facilit\w+)|credit|warehouse (?:facility|line)|lending facility)\b"
    r"|的?(?:[一-鿿]{2,4})?(?:贷款|授信|借款|债权融资|债务融资|融资租赁)",
    re.IGNORECASE,
)
_NO_LOAN = re.compile(
    r" (?:outstanding|on its|on the|guarantees?|cards?|was|were|has been|have been|forgiven|expected|conver\w+|that)\b"
)
# and what may be before it: a loan of $40 million
_LOAN_OF = re.compile(
    r"\b(?:loans?|credit (?:line|facility)|debt (?:facility|financing)|venture debt) (?:of|worth|totall?ing) "
    r"(?:up to )?\Z|(?:贷款|授信)(?:额度)?(?:约|近|超|超过)?\Z",
    re.IGNORECASE,
)
# what stands between the two sums where the second comes besides the first
_BESIDE = re.compile(
    r"(?:,|\b(?:and|plus|alongside|along with|as well as|together with|in addition to|with))"
    r"(?: ?(?:also|it|(?:has|have)(?= (?:also |just )?(?:secur|rais|add|land|obtain|got|taken))"
    r"|secur\w+|rais\w+|add\w*|land\w*|obtain\w*|got|gets|took|takes|took on|another|an?|some"
    r"|additional|further|separate|up to|about|around|nearly|loan|debt|credit|line|facility|venture|of"
    r"|worth|totall?ing))* ?\Z",
    re.IGNORECASE,
)
_BESIDE_ZH = re.compile(
    r"(?:[，、和及与并]|同时|以及|另外?|此外)(?:公司)?(?:还|也|同时|另)?(?:获得?|取得|得到|有|拿到)?(?:了)?(?:来自|由|从)?"
    r"(?:[^，。；\d]{0,14})(?:提供的?|给予的?|的)?(?:约|近|超|总额)?\Z"
)
# who has or lends the money itself, gives it back, or has yet to get it
_NOT_TAKEN = re.compile(r"发放|撮合|帮助|助力|为|偿还|归还|还清|计划|拟|将|累计|投放|服务")
# where the loan is a part of the sum told, or an old one
_WITHIN = re.compile(
    r"\bincluding\b|\bincludes?\b|\bof which\b|\bcompris|\bconsist|\bmade up\b|[:：]"
    r"|\b(?:after|following|since|last|previous|earlier|prior)\b|其中|包括|包含|此前|曾|去年",
    re.IGNORECASE,
)
_FROM = re.compile(r" (?:from|by|with|provided by|led by|arranged by)(?: \w[\w’'-]*){0,3} \Z")
_AND = re.compile(r",? (?:and |& )?|[、和及与]")
_LENDER_OF = re.compile(r"(?:提供的?|给予的?|的)?(?:约|近|超)?\Z")
_BY = re.compile(r"(?:[，、和及与并]|同时|以及|另外?|此外)(?:还)?(?:获得?|取得|得到|从|有|由|来自)?(?:了|来自)?\Z")
# who lends, told elsewhere: Halden Bank provided the credit line, the debt comes from Halden Bank
_DEBT = r"(?:[a-z-]+ ){0,2}(?:rest|debt|loans?|credit(?: (?:line|facility))?|facility)\b"
_LENDS = re.compile(
    r",? (?:will |has |have |is |are )?(?:provid\w+|lent|lend\w*|extend\w*|arrang\w+|suppl\w+) "
    rf"(?:the |a |an |its )?{_DEBT}|提供[^，。；]{{0,6}}(?:贷款|授信)"
)
_LENT_BY = re.compile(rf"\b{_DEBT} (?:(?:is|was) (?:provided|arranged) by|comes? from|came from|is from|from) \Z")


def tell_loans_apart(deals: Sequence[Deal], sums: Sequence[MoneyMention], body: str) -> list[Deal]:
    """The deals, and behind each the loan that stands beside its own money and that no other deal tells."""
    told: list[Deal] = []
    for deal in deals:
        told.append(deal)
        for statement in deal.statements:
            loan = _find_loan(statement, sums, body)
            if loan and not any(_tells(other, loan) for other in deals if other.is_company(deal.names)):
                told.append(Deal([_tell(statement, loan, deal, body)]))
                break
    return told


def _find_loan(statement: Statement, sums: Sequence[MoneyMention], body: str) -> MoneyMention | None:
    """The loan beside a statement's own sum, which is none itself, whatever else is lent there."""
    own = statement.amount
    if own is None or is_lent(own, body):
        return None
    owed = [s for s in sums if own.end <= s.start < statement.end and (is_lent(s, body) or _LENT.match(body, s.end))]
    if owed:
        statement.kind = None if statement.kind is Kind.DEBT else statement.kind
        statement.rounds = [mention for mention in statement.rounds if mention.round != "debt"]
    return next((s for s in owed if is_lent(s, body) and _is_beside(own, s, sums, body)), None)


def _tells(deal: Deal, loan: MoneyMention) -> bool:
    return any(s.amount and compatible(s.amount.money, loan.money) and s.kind is Kind.DEBT for s in deal.statements)


def is_lent(sum_: MoneyMention, body: str) -> bool:
    """Whether the words beside a sum say that it is lent."""
    behind = _LENT.match(body, sum_.end)
    if behind:
        return not _NO_LOAN.match(body, behind.end())
    return bool(_LOAN_OF.search(body[max(0, sum_.start - 40) : sum_.start]))


def _is_beside(own: MoneyMention, loan: MoneyMention, sums: Sequence[MoneyMention], body: str) -> bool:
    """Whether the loan comes besides the own sum: no other sum between them, no word for a part or for the past."""
    between = body[own.end : loan.start]
    if any(own.end <= s.start < loan.start for s in sums) or _WITHIN.search(between):
        return False
    beside = _BESIDE.search(between) or _BESIDE_ZH.search(between)
    return beside is not None and not _NOT_TAKEN.search(beside[0])


def _tell(statement: Statement, loan: MoneyMention, deal: Deal, body: str) -> Statement:
    """The statement of the loan; who lends is no investor of the round beside it."""
    lenders = _find_lenders(statement, loan, body) or _find_told_lenders(deal, body)
    # who is named before the loan as well takes part in the round too
    between = body[statement.start : loan.start]
    taken = {name.text for name in lenders if name.start < loan.start or name.text not in between}
    for s in deal.statements:
        s.leads = [name for name in s.leads if name.text not in taken and name not in lenders]
        s.investors = [name for name in s.investors if name.text not in taken and name not in lenders]
    return replace(
        statement,
        company=deal.names,
        kind=Kind.DEBT,
        amount=loan,
        rounds=[],
        valuation=None,
        total=None,
        leads=lenders if len(lenders) == 1 else [],
        investors=lenders,
        sole=False,
    )


def _find_lenders(statement: Statement, loan: MoneyMention, body: str) -> list[Name]:
    """Who is named right behind the loan (debt from Halden Bank), or in Chinese right before it."""
    phrase = _LENT.match(body, loan.end)
    end = phrase.end() if phrase else loan.end
    found: list[Name] = []
    for name in sorted(statement.investors, key=lambda name: name.start):
        gap = body[found[-1].end if found else end : name.start]
        behind = name.start >= end and (_AND.fullmatch(gap) if found else _FROM.fullmatch(gap))
        before = name.end <= loan.start and _LENDER_OF.fullmatch(body, name.end, loan.start)
        if behind or (before and _BY.search(body[max(0, name.start - 12) : name.start])):
            found.append(name)
    return found


def _find_told_lenders(deal: Deal, body: str) -> list[Name]:
    """Whom another clause of the deal says to lend."""
    named = [name for s in deal.statements for name in s.investors]
    return [
        name
        for name in named
        if _LENDS.match(body, name.end) or _LENT_BY.search(body[max(0, name.start - 60) : name.start])
    ]
