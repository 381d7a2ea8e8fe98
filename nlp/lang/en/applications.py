"""Reads the product and the description of a company out of English text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from nlp.applications import OWN, Application, mask
from nlp.lexicon import load_words
from nlp.mentions import Name
from nlp.patterns import any_case

_PRODUCT = r"(?P<p>[A-Z][\w-]*(?:\.[a-z]{2,4})?(?: [A-Z][\w-]*(?:\.[a-z]{2,4})?){0,2})"
_END = r"(?=,|\.\s|\.$|;|:|\n|\)|\s(?:that|which|has|have|had|is|was|raised|raises|said|on|today|announced|for the|whose|closed|secured|landed|based|founded|intends|from)\b|$)"
# an opening that says who they are and not what they do
_OPENING = any_case(
    r"(?:an?|the|one of the|another)\s+|(?:\w+-(?:year|month)-old|[A-Z][\w.-]*-based|fast-growing|leading|little-known|early-stage|stealthy|startup|two-person|young|new|venture-backed|well-funded|privately held|publicly traded)\s+|(?:American|British|French|German|Swedish|Israeli|Indian|Chinese|Canadian|Dutch|Swiss|Japanese|Korean|Finnish|Danish|Norwegian|Spanish|Italian|London|Berlin|Paris|Boston|New York|San Francisco|Stockholm|Leeds|Cambridge)(?:\s+(?:startup|company|firm)\s+(?=that|which))?\s+"
)
_CLAUSE = any_case(
    r"\b(?:raised|raises|has|founded|backed|led|valued|co-founder|chief|former|told|said|year|month|whose name|not to be|company behind|maker of|firm behind|parent of)\b"
)


# a Leeds firm that sells routing software to ports
_SELLS = re.compile(
    r"(?:\s(?:startup|start-up|company|firm|business|outfit))?\s(?:that|which)\s"
    r"(?:sells|makes|builds|develops|provides|offers|runs|operates)\s(?P<what>[^,;.\n]{5,80}?)(?=\s(?:to|for|from|in|on|with)\b|[,;.\n])"
)
# the startup putting robots into kitchens
_DOING = re.compile(r"\w+ing\s(?:\w+\s)*(?:into|onto|to|through|with)\b")


def find_application(body: str, names: list[Name]) -> Application:
    """The product that a company of the body is known by, and what the body says it does."""
    for name in names:
        product = _product(body, name)
        known = [n.text for n in ([product] if product else []) + names]
        return Application(product, name if product else None, _described(body, known))
    return Application()


_PRODUCTS = [
    re.compile(pattern)
    for pattern in (
        rf"{OWN},\s+(?:the\s+)?(?:company|startup|firm|team|developer|maker|creator|parent(?: company)?|start-up|lab)\s+(?:behind|of)\s+(?:the\s+)?{_PRODUCT}",
        rf"{OWN},\s+which\s+(?:makes|develops|runs|operates|builds)\s+(?:the\s+)?{_PRODUCT}(?=,|\.\s|\s(?:has|is|was|raised|said)\b)",
        rf"{_PRODUCT}(?:['’]s)?\s+(?:maker|developer|parent|creator|owner)\s+{OWN}(?!\w)",
        rf"{_PRODUCT}\s+is\s+(?:made|built|developed)\s+by\s+{OWN}(?!\w)",
    )
]
# more letters than a description and what binds it to the name have
_REACH = 300
_OWN = re.compile(OWN)
_DESCRIPTIONS = [
    re.compile(pattern)
    for pattern in (
        rf"(?<!\w){OWN}(?:\s\([^)]{{1,40}}\))?,\s+(?P<d>(?:an?|the)\s+[^,;.\n]{{6,110}}?){_END}",
        rf"(?<!\w){OWN}\s+is\s+(?P<d>(?:an?|the)\s+[^,;.\n]{{6,110}}?){_END}",
        rf"(?<!\w){OWN}(?:\*\*)?,\s+(?P<d>(?:maker|developer|provider|operator|builder|designer)\s+of\s+[^,;.\n]{{4,90}}?){_END}",
        rf"(?<!\w){OWN}(?:\*\*)?,\s+(?P<d>[a-zA-Z][\w’'-]*(?:\s[\w’'/-]+){{0,5}})(?=,\s[A-Z][\w ]+[,:]|:|;)",
        rf"(?P<d>(?:[A-Z]{{2,3}}\s|[A-Z]?[a-z][\w-]*\s){{1,5}}(?:startup|company|platform|maker|developer|firm|specialist|provider|app|lab|unicorn))\s+{OWN}(?!\w)",
    )
]


def _product(body: str, name: Name) -> Name | None:
    masked = mask(body, name.text)
    for pattern in _PRODUCTS:
        match = pattern.search(masked)
        if match:
            return Name(body[slice(*match.span("p"))], match.start("p"), match.end("p"))
    return None


def _described(body: str, names: list[str]) -> tuple[int, int] | None:
    for name in names:
        masked = mask(body, name)
        for pattern in _DESCRIPTIONS:
            for match in _iter_near(pattern, masked):
                start, end = _trim(body, match.start("d"), match.end("d"))
                if body[start:end].lower() in _no_types() and (sold := _SELLS.match(body, end)):
                    start, end = sold.span("what")
                if is_type(body[start:end]):
                    return start, end
    return None


def _iter_near(pattern: re.Pattern[str], masked: str) -> Iterator[re.Match[str]]:
    """What fits around the name: a pattern that begins before it would be tried at every word of an article."""
    stretches: list[list[int]] = []
    for own in _OWN.finditer(masked):
        start, end = max(0, own.start() - _REACH), own.end() + _REACH
        if stretches and start <= stretches[-1][1]:
            stretches[-1][1] = end
        else:
            stretches.append([start, end])
    for start, end in stretches:
        yield from pattern.finditer(masked, start, end)


def is_type(text: str) -> bool:
    """Whether the words can describe what a company does: no clause, no place, nothing that it is just doing."""
    return len(text) >= 5 and not _CLAUSE.search(text) and not _DOING.match(text) and text.lower() not in _no_types()


@cache
def _no_types() -> frozenset[str]:
    places = (place.lower() for place in load_words("en", "words")["places"])
    return frozenset(("company", "startup", "start-up", "firm", "business", "outfit", "unicorn", *places))


def _trim(body: str, start: int, end: int) -> tuple[int, int]:
    """Drops "a", "London-based" and the like from the front, "startup" and the like from the end."""
    while match := _OPENING.match(body, start, end):
        start = match.end()
    venture = re.match(r"joint venture (?:for|to build)\s+", body[start:end])
    if venture:
        start += venture.end()
    tail = re.search(r"\s+(?:startup|start-up|company|firm|unicorn|outfit|business)\Z", body[start:end], re.IGNORECASE)
    if tail and tail.start() >= 4:
        end = start + tail.start()
    return start, end
