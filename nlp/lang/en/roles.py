"""Tells what an English text's amounts are: the round's own, a valuation, a total so far, or something else."""

from __future__ import annotations

from nlp.mentions import MoneyMention
from nlp.patterns import any_case

# (role, pattern of what follows the amount); the first that fits decides
_AFTER = [
    (role, any_case(rf"[’'\")]*{pattern}"))
    for role, pattern in (
        (
            "other",
            r"[\s-]*(?:in |of )?(?:(?:combined|total|gross|net|annual\w*|monthly|quarterly|record|monthly|yearly|estimated|committed|contracted)[\s-]+)*(?:recurring|revenue|ARR|MRR|run[- ]?rate|sales|bookings|turnover|GMV|profit|EBITDA|loss(?:es)?|income|earnings|in (?:assets|cash|damages|sales|costs|savings|fines|revenue|annual\w*|bookings|orders|contracts|tax)|under management|AUM)\b",
        ),
        (
            "other",
            r"[\s-]+(?:(?!from\b|valuation\b|at\b|by\b|led\b|with\b|in\b|for\b|at\b|to\b|and\b|after\b|into\b|round\b|seed\b|series\b)[\w-]+\s+){0,3}(?:market\b(?! cap)|opportunity|prize|fine\b|penalty|settlement|lawsuit|contracts?\b|order\b|orders\b|deal with|budget|buyback|bonus\w*|salar\w+|per\b|a (?:share|seat|month|year|day|kilo|unit|piece|head|ton)|each\b|apiece|price|ticket|cheque|check size|cloud deal|plant\b|factory\b|campus\b|acquisition\b|takeover|buyout|exit\b|purchase|IPO\b|public offering|share sale|listing|market cap\w*|smart glasses|product|megafund|fund\b(?!ing|raise)|SPAC)",
        ),
        ("other", r"\s*/\s*(?:mo|yr|year|month|hour|h|kg|unit|user|seat)"),
        (
            "other",
            r"[\s-]*(?:first |second |third |debut |new |early[- ]stage |seed |venture |growth |climate |AI |inaugural |flagship |continuation )*fund\b(?!ing|rais)",
        ),
        (
            "valuation",
            r"[\s,]*(?:\(?\s*)?(?:(?:pre|post)[-‑ ]?money|valuation\b|valuations\b|value\b|price tag|enterprise value)",
        ),
        (
            "valuation",
            r"\s+(?:(?!at\b|a\b|to\b|its\b|the\b|with\b|on\b|and\b|in\b|for\b)[\w’'-]+\s+){0,2}(?:valuation|pre-money|post-money)\b",
        ),
        ("valuation", r"\s+(?:unicorn|company|startup|decacorn)\b(?=\s*$)"),
        (
            "total",
            r"\s+(?:in |of )?(?:(?:total|overall|aggregate|cumulative|equity|venture|outside|external|lifetime)\s+)*(?:(?:funding|financing|capital|investment|money)\s+)?(?:raised\s+)?(?:to date|so far|since (?:it|its|inception|founding|launch)|in all\b|altogether|all told|overall)",
        ),
        ("total", r"\s+(?:in\s+)?(?:total (?:funding|capital|financing|raised|investment)|total\b|cumulative)"),
        ("total", r",? bringing the total"),
    )
]
_BEFORE = [
    (
        role,
        any_case(
            rf"{pattern}[\s,:(—–-]*(?:a |an |the |its |some |roughly |nearly |about |around |over |more than |approximately )*\Z"
        ),
    )
    for role, pattern in (
        (
            "valuation",
            r"(?:valu(?:es?|ed|ing)|pric(?:es?|ed|ing))(?:\s+(?:the\s|it\b|its\b|at\b|[\w’'.&-]+)){0,7}?\s+(?:at|to)(?: (?:a|an|over|up to))?",
        ),
        (
            "valuation",
            r"(?:valuations?|valuing|price tag|post-money|pre-money|enterprise value|equity value)(?:\s+(?:cap|now|is|was|stands?|of|at|to|has|have|been|would|be|could|reach\w*|hit\w*|jump\w*|ros?e|risen|ris\w+|doubl\w+|tripl\w+|quadrupl\w+|more than|climb\w*|soar\w*|put|above|over|from|the company|in|the|round|target\w*|comes?|came)){0,6}(?: of| at| to| is| was| hit| hits| reached| reaches| above| over| tops)?",
        ),
        (
            "valuation",
            r"(?:worth|(?:tripl|doubl|quadrupl)\w+ (?:its |the )?(?:valuation|value|price|worth)(?: to)?|(?:tripled|doubled|quadrupled) to|price under discussion is|puts? a (?:value|price) of|values? (?:the \w+|it|\w+))",
        ),
        (
            "total",
            r"(?:total (?:funding|raised|capital|financing|investment|amount raised|equity funding|equity)|total(?:s|ling|ing)?|in total|cumulative(?: funding| total)?|altogether|to date|so far|all told|in all|funding (?:now )?(?:adds up|totals?|stands|comes|amounts)|overall|sum|haul|raised since (?:its )?(?:founding|inception|launch)|lifetime funding)(?:\s+(?:raised|funding|so far|to date|to|of|is|at|now|has|stands?|comes?|amounts?|reached|reaches|adds up|the company|financing|by|it|[\w’']+)){0,5}?(?: of| to| at| is| by)?",
        ),
        (
            "total",
            r"(?:bring\w*|brought|tak\w+|took|push\w*|lift\w*)(?:\s+[\w’'.&-]+){0,7}\s+(?:total|funding|raised|haul|capital|financing|war chest)(?:\s+[\w’'.&-]+){0,4}\s+(?:to|at|of)",
        ),
        (
            "other",
            r"(?:revenues?|sales|ARR|run[- ]rate|bookings|turnover|GMV|profits?|loss(?:es)?|income|costs?|costing|charges?|charging|fees?|price[sd]?(?: at)?|budget|spend\w*|spent|pays?|paid|paying|sold (?:[\w’'. -]+ )?for|bought (?:[\w’'. -]+ )?for|acquir\w+(?: [\w’'. -]+)? for|acquisition(?: of [\w’'. -]+)? for|fined|ordered|assets of|debts of|liabilities of|market(?: size| value| cap\w*)?|contracts?(?: worth| valued at)?|orders? (?:worth|of)|savings? of|prize of|salary of|starting at|from just|as little as|bonus(?:es)? of|grew|grown|donat\w+|earn(?:s|ed|ing)?|savings account of|cheques of|checks of|writes|exceed\w*|owes?|owed|stolen|stole|lost|hacked|tax\w*)(?:\s+(?:is|was|were|are|of|at|to|by|now|up to|about|around|has|have|reached|hit|stood|stands|passed|topped|from|will|be|a|some|[\w’']+)){0,4}",
        ),
        ("other", r"(?:fund of|funds of|invests? between|IPO (?:of|raising|worth|at)|shares? (?:worth|at)|listing at)"),
        ("valuation", r"\bat(?: (?:a|an|over|nearly|roughly|about|around|up to))?(?: (?:valuation of|reported))?"),
    )
]
_PAST_BEFORE = any_case(
    r"\b(?:previous(?:ly)?|earlier|prior|last (?:year|month|round|raise\w*|autumn|spring|summer|fall|winter|january|february|march|april|may|june|july|august|september|october|november|december)|(?:weeks?|months?|years?|days?) (?:after|ago|earlier|since)|followed?s?|following|on top of|in addition to|beyond|(?:weeks?|months?|years?|just) after (?:it )?(?:raising|hitting|closing|landing|securing)(?: its| a)?|since (?:raising|its)|which had|had raised|had (?:already )?(?:secured|taken)|in (?:19|20)\d\d|up from|(?<!comes )(?<!came )(?<!coming )from a|compared with|building on|builds on|came just|rival|competitor)[^.;]{0,45}\Z"
)
_CONVERTS = any_case(
    r"\s*[(\[,]\s*(?:about|around|approx\.?|roughly|or|i\.e\.|~|≈|some|nearly|equivalent to|approximately)?\s*"
)
# what is new is told so too: the company said on Wednesday it had raised $18 million
_REPORTED = any_case(
    r"\b(?:said|says|saying|announced|announcing|confirmed|disclosed|told|revealed|reported)\b(?:(?!\b(?:in (?:january|february|march|april|may|june|july|august|september|october|november|december)|earlier|last|ago)\b)[^.;]){0,50}\b(?:it|they|the [\w-]+)\s\Z"
)
_PAST_AFTER = any_case(
    r"[^.;,]{0,50}?\b(?:last (?:year|month|autumn|spring|summer|fall|winter|january|february|march|april|may|june|july|august|september|october|november|december)|(?:in|during|back in|since) (?:early |late |mid-?|the (?:spring|summer|autumn|fall) of )?(?:(?:january|february|march|april|may|june|july|august|september|october|november|december),? )?(?:19|20)\d\d|(?:weeks?|months?|years?) (?:ago|earlier|before|prior)|previously|two years ago|a year ago)\b"
)


def assign_roles(text: str, money: list[MoneyMention], start: int, end: int) -> list[MoneyMention]:
    """Gives each amount of the sentence `text[start:end]` its role, from the words beside it."""
    told = []
    for index, mention in enumerate(money):
        left = max(start, money[index - 1].end if index else start)
        right = money[index + 1].start if index + 1 < len(money) else end
        told.append(
            mention.with_role(
                _role(text[left : mention.start], text[mention.end : min(right, mention.end + 70)], index > 0)
            )
        )
    return _conversions(text, told)


def _role(before: str, after: str, follows: bool) -> str:
    for role, pattern in _AFTER:
        if pattern.match(after):
            return role
    for role, pattern in _BEFORE:
        if pattern.search(before):
            return role
    return "amount"


def _conversions(text: str, money: list[MoneyMention]) -> list[MoneyMention]:
    """ "€50M ($54M)": the amount in brackets converts the one before it and is no amount of its own."""
    told: list[MoneyMention] = []
    for mention in money:
        gap = text[told[-1].end : mention.start] if told else ""
        converts = told and _CONVERTS.fullmatch(gap) and told[-1].money.currency != mention.money.currency
        told.append(mention.with_role("conversion") if converts else mention)
    return told


def is_past(text: str, mention: MoneyMention, start: int, end: int) -> bool:
    """Whether the sentence tells the amount as of an earlier round."""
    before = text[max(start, mention.start - 90) : mention.start]
    told = _PAST_BEFORE.search(before)
    if told and not (told[0].startswith("had ") and _REPORTED.search(before, 0, told.start())):
        return True
    return bool(_PAST_AFTER.match(text[mention.end : end]))
